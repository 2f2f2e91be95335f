"""One thing that the person can do: its id, its keys and its words."""

from __future__ import annotations

from msgspec import Struct


class Action(Struct, frozen=True):
    """An action, as the footer, the help, the palette and ``[keys]`` of the config know it."""

    id: str
    """``scope.name``. The scope is where its keys work: ``app`` everywhere, ``pane`` in each pane, ``table`` in each
    table, cards included, or the pane of that name."""
    keys: str
    """Default keys, comma separated, by Textual's names; the first is the one that is shown."""
    label: str
    """A word or two for the footer."""
    tip: str
    """A sentence for the help and the palette."""
    footer: bool = False
    """Whether the footer names it."""
    changes: bool = False
    """Whether it changes something in a system: not in read-only mode."""
    of_row: bool = False
    """Whether it works on the row under the cursor, and so in the row's card."""
    priority: bool = False
    """Whether it goes before what the focused field does with the key."""
    pane: str = ""
    """The pane that it goes to; empty for all that does something else."""

    @property
    def scope(self) -> str:
        """Where its keys work."""
        return self.id.partition(".")[0]

    @property
    def method(self) -> str:
        """Name of the Textual action that does it."""
        return "focus_pane" if self.pane else self.id.partition(".")[2]

    @property
    def call(self) -> str:
        """The same with its argument, as Textual is asked for it."""
        return f"focus_pane({self.pane!r})" if self.pane else self.method
