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

TEAM: Final = "team"
"""Name of the pane that shows only while it has the keys."""

WIDE: Final = (120, 30)
"""From this size on, the three panes show together."""


class PaneGrid(Container, Background):
    """All panes where they fit, else the one that has the keys."""

    def __init__(self, *panes: Pane[Any]) -> None:
        super().__init__(*panes, id="panes")
        self.panes = panes
        self.current = panes[0]
        """The pane that has the keys."""
        self._before = panes[0]
        """The one that had them before the team."""
        self._team: Pane[Any] | None = None
        """The pane of the team, once somebody has gone to it; it covers the others while it has the keys."""
        self._states: Mapping[str, PaneState] = {}
        self._sought = ""
        """What was looked for last."""
        # What is styled as it will be is not styled twice for the first frame.
        self.current.add_class("-current", update=False)

    async def pane(self, name: str) -> Pane[Any]:
        """Give the pane of this name; that of the team is made when it is first asked for."""
        pane = next((pane for pane in self._every if name == pane.NAME), None)
        if pane is None:
            from tui.panes.team import TeamPane

            pane = self._team = TeamPane(self.current.desk, self.current.key_map)
            _restore(pane, self._states)
            await self.mount(pane)
        return pane

    @property
    def _every(self) -> list[Pane[Any]]:
        return [*self.panes, *([] if self._team is None else [self._team])]

    def enter(self, pane: Pane[Any]) -> None:
        """Give a pane the keys."""
        if self.current is not self._team:
            self._before = self.current
        self.current = pane
        for each in self._every:
            each.set_class(each is pane, "-current")  # the one that shows where only one does
        self.lay_out(*self.app.size)
        self.screen.set_focus(pane)  # at once: Widget.focus() waits for its turn, and keys come meanwhile

    def step(self, by: int) -> None:
        """Give the keys to the pane that is ``by`` places after this one; from the team, to the one before."""
        is_team = self.current is self._team
        self.enter(self._before if is_team else self.panes[(self.panes.index(self.current) + by) % len(self.panes)])

    def lay_out(self, width: int, height: int) -> None:
        """Show all panes where the terminal is large enough, none is zoomed, and the team does not cover them."""
        is_covered = self.has_class("-zoomed") or self.current is self._team
        self.set_class(width >= WIDE[0] and height >= WIDE[1] and not is_covered, "-wide")

    def zoom(self) -> None:
        """Give the current pane all the room, or share it again."""
        self.toggle_class("-zoomed")
        self.lay_out(*self.app.size)

    @on(Pane.Escaped)
    def _on_escaped(self) -> None:
        if self.current is self._team:
            self.enter(self._before)
        elif self.has_class("-zoomed"):
            self.zoom()

    def frame(self, now: Moment) -> None:
        """Poll the desk for every pane; for the team only while somebody looks."""
        for pane in self._every:
            if pane is not self._team or pane is self.current:
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
            self._go_to(row, enter)

        self.app.push_screen(dialog, found)

    def paperwork(self, enter: Callable[[Pane[Any]], None]) -> None:
        """Show what is not written yet, and go to it in its pane. ``enter``: gives a pane the keys."""
        from tui.modals.paperwork import PaperworkListing

        self.app.push_screen(PaperworkListing(self.current.desk), lambda row: self._go_to(row, enter))

    def _go_to(self, row: Found | None, enter: Callable[[Pane[Any]], None]) -> None:
        """Show a row that was chosen; None: none was."""
        if row is not None:
            pane = next(pane for pane in self.panes if f"{row.kind_of_row.word}s" == pane.NAME)
            enter(pane)
            pane.show_found(row)

    def restore(self, states: Mapping[str, PaneState]) -> None:
        """Sort and filter the panes as the person left them."""
        self._states = states
        for pane in self.panes:
            _restore(pane, states)

    def remembered(self) -> dict[str, PaneState]:
        """How the person leaves the panes."""
        unopened = {name: state for name, state in self._states.items() if name == TEAM}
        return unopened | {
            pane.NAME: PaneState(pane.view.sort.column, pane.view.sort.inverted, pane.view.filter, pane.filters)
            for pane in self._every
        }


def _restore(pane: Pane[Any], states: Mapping[str, PaneState]) -> None:
    state = states.get(pane.NAME, PaneState())
    pane.view.sort = Sort(state.sort, state.inverted)
    pane.view.filter = state.filter
    pane.filters = state.filters
