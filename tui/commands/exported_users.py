"""`helpdeck export users`: the customers' accounts as the lists had them that are kept, one of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from tui.archive.records import UserList
from tui.commands.exported import Exported
from tui.config import Settings
from tui.models.cell import Cell
from tui.models.users import User

_VALUES: Final[Mapping[str, Callable[[User], Cell]]] = {
    "user": lambda user: user.username,
    "used": lambda user: user.used,
    "allotted": lambda user: user.allotted,
    "active": lambda user: user.active,
    "created": lambda user: user.created,
    "problem": lambda user: user.problem,
    "other": lambda user: "; ".join(f"{name}: {text}" for name, text in user.extra),
    "as_sent": lambda user: user.as_sent,
    "free": lambda user: user.free,
    "over": lambda user: user.over,
}


class ExportedUsers(Exported[User]):
    """The users of a reseller, by the days of UTC: RemotePC tells of no zone."""

    columns = ("day", *_VALUES)
    noun = "users"
    section = "remotepc"
    begins_with_month = False
    _found: dict[str, float]
    """When the list of each day came."""

    @classmethod
    def zone(cls, settings: Settings) -> tzinfo:  # noqa: ARG003 - those of the others are set
        """That of the days of the lists."""
        return UTC

    def days_found(self) -> Iterator[tuple[str, Iterable[User]]]:
        """Each list that there is."""
        self._found = {}
        day = self._span.until
        while (found := self._list(day)) is not None and found.day >= self._span.since:
            self._found[found.day] = found.at
            yield found.day, found.users
            day = (date.fromisoformat(found.day) - timedelta(days=1)).isoformat()

    def _cells(self, day: str, row: User) -> list[Cell]:
        return [day, *(value(row) for value in _VALUES.values())]

    def proof(self) -> Iterator[str]:
        """When each list came, and of which days there is none."""
        for day in sorted(self._found):
            came = datetime.fromtimestamp(self._found[day], UTC).astimezone(self._settings.ui.zone)
            yield f"{date.fromisoformat(day):%a %d %b %Y}: the list of {came:%Y-%m-%d %H:%M}"
        yield from self._not_there(self._found)
        yield from self.zone_line

    @property
    def lacks(self) -> bool:
        """Whether there is no list at all."""
        return not self._found

    def _list(self, day: str) -> UserList | None:
        assert self._settings.remotepc is not None
        return self._read(self._store.users_of(self._settings.remotepc.account, day))
