"""Where the panes live: which of them has the keys, and how they share the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from textual import on
from textual.containers import Container

from tui.models.clock import Moment
from tui.models.search import Found
from tui.panes.pane import Pane
from tui.state import PaneState
from tui.widgets.drawn import Background
from tui.widgets.view import Entries, Sort

WIDE: Final = (120, 30)
"""From this size on, the three panes show together."""


class PaneGrid(Container, Background):
    """All panes where they fit, else the one that has the keys."""

    def __init__(self, *panes: Pane[Any]) -> None:
        super().__init__(*panes, id="panes")
        self.panes = panes
        self.current = panes[0]
        """The pane that has the keys."""
        self._sought = ""
        """What was looked for last."""
        # What is styled as it will be is not styled twice for the first frame.
        self.current.add_class("-current", update=False)

    def enter(self, pane: Pane[Any]) -> None:
        """Give a pane the keys."""
        self.current = pane
        for each in self.panes:
            each.set_class(each is pane, "-current")  # the one that shows where only one does
        self.screen.set_focus(pane)  # at once: Widget.focus() waits for its turn, and keys come meanwhile

    def step(self, by: int) -> None:
        """Give the keys to the pane that is ``by`` places after this one."""
        self.enter(self.panes[(self.panes.index(self.current) + by) % len(self.panes)])

    def lay_out(self, width: int, height: int) -> None:
        """Show all panes where the terminal is large enough and none is zoomed."""
        self.set_class(width >= WIDE[0] and height >= WIDE[1] and not self.has_class("-zoomed"), "-wide")

    def zoom(self) -> None:
        """Give the current pane all the room, or share it again."""
        self.toggle_class("-zoomed")
        self.lay_out(*self.app.size)

    @on(Pane.Escaped)
    def _on_escaped(self) -> None:
        if self.has_class("-zoomed"):
            self.zoom()

    def frame(self, now: Moment) -> None:
        """Poll the desk for every pane."""
        for pane in self.panes:
            pane.frame(now)

    def goes_on(self, now: Moment) -> Entries:
        """What would be out of sight if the person left now, as (name, text)."""
        return [fact for pane in self.panes for fact in pane.goes_on(now)]

    def find(self, enter: Callable[[Pane[Any]], None]) -> None:
        """Find something in all days, and go to it in its pane. ``enter``: gives a pane the keys."""
        from tui.modals.find import Find

        dialog = Find(self.current.desk, self._sought)

        def found(row: Found | None) -> None:
            self._sought = dialog.typed
            if row is not None:
                pane = next(pane for pane in self.panes if f"{row.kind_of_row.word}s" == pane.NAME)
                enter(pane)
                pane.show_found(row)

        self.app.push_screen(dialog, found)

    def restore(self, states: Mapping[str, PaneState]) -> None:
        """Sort and filter the panes as the person left them."""
        for pane in self.panes:
            state = states.get(pane.NAME, PaneState())
            pane.view.sort = Sort(state.sort, state.inverted)
            pane.view.filter = state.filter
            pane.filters = state.filters

    def remembered(self) -> dict[str, PaneState]:
        """How the person leaves the panes."""
        return {
            pane.NAME: PaneState(pane.view.sort.column, pane.view.sort.inverted, pane.view.filter, pane.filters)
            for pane in self.panes
        }
