"""What the panes over one system have in common: its link, its notes, and asking it again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work

from tui.desk import Desk
from tui.desk.counter import Counter
from tui.models.clock import Moment
from tui.models.links import Link, Phase
from tui.panes.marks import Marks
from tui.panes.pane import Pane
from tui.services.errors import describe
from tui.terminal.keymap import BY_ID, KeyMap
from tui.widgets.times import age, local_time
from tui.widgets.view import Entries, Row

if TYPE_CHECKING:
    from tui.config.problems import Problem
    from tui.models.notes import Subject


class SystemPane(Pane[Row]):
    """A table over one board of the desk."""

    COUNTER: ClassVar[type[Counter[Any, Any, Any]]]
    """What shows here: each pane takes its counter from the desk, and nothing else of a system."""

    def __init__(self, desk: Desk, key_map: KeyMap) -> None:
        super().__init__(desk, key_map)
        self.counter = desk.counter(self.COUNTER)
        self._marks = Marks(desk.notes)

    def _about(self, row: Row) -> Subject | None:
        return self.counter.about(row)

    def _mark(self, row: Row) -> str:
        """Whether it has notes."""
        return self._marks.of(self._identity(row), partial(self._about, row), self.counter.section)

    def why_not(self, action: str) -> str:
        """Why an action on the current row is not possible now; empty when it is."""
        return super().why_not(action) or (self.counter.why_not(action, self.current) if BY_ID[action].changes else "")

    def _version(self) -> int:
        version: int = self.counter.board.version
        return version

    def _state(self, now: Moment) -> str:
        """How old the rows are, where that is worth knowing."""
        link = self.counter.link
        if link.is_live and link.fresh is not None and self.counter.why_not_asked:
            return f"from the archive, {age(now.seconds_since(link.fresh))} old"
        if link.is_trouble and link.fresh is not None:
            return f"{link.word(now)}, data {age(now.seconds_since(link.fresh))} old"
        return "" if link.is_live else link.word(now)

    def _empty(self, now: Moment) -> str:
        link = self.counter.link
        if link.phase is Phase.OFF:
            return self.counter.why_off
        if link.is_live:
            return "nothing yet"
        return f"{link.word(now)}: {_reason(link)}" if link.is_trouble else link.word(now)

    def _trouble(self, now: Moment) -> str:
        """Why the rows may be old: the title has no room for it."""
        link = self.counter.link
        return _reason(link) if link.is_trouble else ""

    @work(group="refresh", description="ask again")
    async def action_refresh(self) -> None:
        """Read the config anew and ask the system again, within its limits; what was refused only after a question."""
        again = await self.desk.rereading.ask_again(self.counter.name)
        if again.problems:
            await self._show_problems(again.problems)
        if not again.question:
            if again.said:
                self.notify(again.said)
            return
        from tui.modals.confirm import Confirm

        facts = [("Config", again.said or "as it was")] if not again.problems else []
        question = f"{self.counter.title} has refused: {again.question}"
        if await self.ask(Confirm(self.desk, "Ask again", question, "Send it", facts)):
            self.notify(await self.desk.rereading.insist(self.counter.name))

    async def _show_problems(self, problems: Sequence[Problem]) -> None:
        """Show why the config cannot be used, file by file, and wait until it was read."""
        from itertools import groupby

        from tui.config.problems import shown
        from tui.modals.card import Card

        said: list[tuple[str, str]] = []
        for file, found in groupby(problems, lambda problem: problem.file):
            said.append(("In", shown(str(file))))
            said += [(problem.key or "the file", problem.said) for problem in found]
        title = "The config cannot be used now: the old one stays"
        await self.ask(Card(self.desk, title, lambda _now: said))

    def action_trace(self) -> None:
        """Show what went over the wire lately, the newest first."""
        from tui.modals.card import Card

        def entries(_now: Moment) -> Entries:
            return [
                (f"{local_time(exchange.at.at, self.zone)} {exchange.direction}", exchange.text)
                for exchange in reversed(list(self.counter.trace or ()))
            ]

        self.app.push_screen(Card(self.desk, f"{self.counter.title}: the last requests and frames", entries))


def _reason(link: Link) -> str:
    return describe(link.reason, link.detail, link.setting)
