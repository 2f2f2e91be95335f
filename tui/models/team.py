"""The technicians of a team: what each is doing now, and what has come of their calls and connections today.

The order is that of their names: no figure ranks people. A day is known as far as somebody listened to the extensions,
so every figure goes with its coverage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tui.models.billing import Billing
from tui.models.callers import caller_of
from tui.models.calls import Outcome
from tui.models.connections import Connection
from tui.models.contacts import Known
from tui.models.figures import NONE, Figures, Talks, shares_of_calls, shares_of_connections
from tui.models.folding import fold
from tui.models.kept_calls import KeptCall
from tui.models.listening import Coverage, Spell, coverage_of

KNOWN_DAYS: Final = 7
"""An extension that nobody has listened to for longer is on the board only where it is named in the configuration."""


class LastSpell(NamedTuple):
    """When an extension was last listened to."""

    until: float
    """In seconds of the epoch."""
    host: str
    """By whom; empty where whoever listens is to be on no board."""


class TeamDay(Struct, frozen=True, kw_only=True):
    """What the archive holds of a day for the board of the team."""

    calls: tuple[KeptCall, ...] = ()
    """Those of the day, and those of an earlier one that go on; of all extensions."""
    spells: tuple[Spell, ...] = ()
    """When somebody listened on the day."""
    known: Mapping[str, Known] = {}
    """What people have said of the numbers of calls that go on."""
    last: Mapping[str, LastSpell] = {}
    """When somebody last listened to each extension, within :data:`KNOWN_DAYS`."""


class Technician(Struct, frozen=True, kw_only=True):
    """One line of the board. Where nobody has said whose an extension is, it is a line of its own."""

    name: str
    """As Alpemix reports it, or as the configuration says; empty where only the extension is known."""
    extensions: tuple[str, ...] = ()
    on: tuple[KeptCall, ...] = ()
    """Calls that go on, those that are connected first; each with the name that the team uses for the other party."""
    figures: Figures = NONE
    """Of the calls and connections that began today. Of a call that goes on, up to when it was last told of."""
    coverage: Coverage | None = None
    """How much of today was listened to; None: nothing, so nothing is known of calls."""
    last_heard: float | None = None
    """When somebody last listened, today or before, in seconds of the epoch; None: not within :data:`KNOWN_DAYS`."""
    reports: bool = False
    """Whether somebody listens now."""
    hosts: tuple[str, ...] = ()
    """Where Helpdecks listened to one extension at the same time: nobody knows which of the people had a call."""

    @property
    def label(self) -> str:
        """The name, else the extension."""
        return self.name or ", ".join(self.extensions)

    @property
    def call(self) -> KeptCall | None:
        """The call that they are on; of several, one that is connected."""
        return self.on[0] if self.on else None

    def call_seconds(self, now: float) -> int | None:
        """How long they have been on that call; None while it only rings, or there is none."""
        call = self.call
        if call is None or call.talk_at is None:
            return None
        return max(0, int((now if self.reports else call.known_at) - call.talk_at))

    def talk_seconds(self, now: float) -> int | None:
        """How long they have talked today, with the calls that go on; None where nobody listened."""
        if self.coverage is None and not self.figures.calls:
            return None
        going = (call.known_at for call in self.on if call.talk_at is not None) if self.reports else ()
        return self.figures.talk_seconds + sum(max(0, int(now - known_at)) for known_at in going)


class Team(Struct, frozen=True, kw_only=True):
    """All technicians at one moment."""

    day: str = ""
    """As ``2024-08-22``."""
    technicians: tuple[Technician, ...] = ()
    nobodys: Figures = NONE
    """What counts for none of them: calls that rang at several extensions and were not taken."""
    coverage: Coverage | None = None
    """When somebody listened to any of them."""
    reporting: int = 0
    of: int = 0
    """Technicians who have an extension."""
    left_out: int = 0
    """Those who are to be on no board."""

    @property
    def figures(self) -> Figures:
        """The sum of all that is shown, and of what counts for nobody."""
        return sum((each.figures for each in self.technicians), self.nobodys)

    def talk_seconds(self, now: float) -> int:
        """How long all have talked today, with the calls that go on."""
        return self.nobodys.talk_seconds + sum(each.talk_seconds(now) or 0 for each in self.technicians)

    def told(self, zone: tzinfo | None) -> str:
        """``5 of 7 reporting, since 08:02, 2 gaps, 4 min``; times of day in a zone (None: this machine's)."""
        said = [f"{self.reporting} of {self.of} reporting"]
        if self.coverage is None:
            said.append("nobody listened today")
        else:
            begun = datetime.fromtimestamp(self.coverage.listened_from, UTC).astimezone(zone)
            said.append(f"since {begun:%H:%M}{self.coverage.gaps_told}")
        if self.left_out:
            said.append(f"{self.left_out} on no board")
        return ", ".join(said)


def team_of(
    day: str,
    held: TeamDay,
    connections: Sequence[Connection],
    names: Mapping[str, str],
    bounds: tuple[float, float],
    heard_since: float,
) -> Team:
    """Make the board of a day.

    ``names``: whose each extension is, by the configuration. ``bounds``: the first moment of the day, and that of the
    next. ``heard_since``: whoever was heard of later reports now.
    """
    unpublished = {extension for extension, last in held.last.items() if not last.host}
    left_out = {_owner(extension, names) for extension in unpublished}
    owned: dict[_Owner, list[str]] = {}
    for extension in {*names, *held.last, *(call.extension for call in held.calls)} - unpublished:
        owned.setdefault(_owner(extension, names), []).append(extension)
    parts = _parts(day, held.calls, connections, names)
    made = [
        _technician(owner, sorted(owned.get(owner, ())), held, parts.get(owner, NONE), bounds, heard_since)
        for owner in (owned.keys() | parts.keys()) - left_out - {_NOBODY}
    ]
    with_extension = [each for each in made if each.extensions]
    return Team(
        day=day,
        technicians=tuple(sorted(made, key=lambda each: (fold(each.label), each.extensions))),
        nobodys=parts.get(_NOBODY, NONE),
        coverage=coverage_of([spell for spell in held.spells if spell.extension not in unpublished], *bounds),
        reporting=sum(each.reports for each in with_extension),
        of=len(with_extension),
        left_out=len(left_out),
    )


class _Owner(NamedTuple):
    """Who has extensions, or connections: of a name, or of one extension only."""

    name: str
    extension: str = ""


_NOBODY: Final = _Owner("")


def _owner(extension: str, names: Mapping[str, str]) -> _Owner:
    return _Owner(names[extension]) if extension in names else _Owner("", extension)


def _parts(
    day: str, calls: Iterable[KeptCall], connections: Sequence[Connection], names: Mapping[str, str]
) -> dict[_Owner, Figures]:
    """The figures of each; what began on another day belongs there."""
    today = [call for call in calls if call.day == day]
    parts: dict[_Owner, Figures] = {}
    for _, share in shares_of_calls(today, Talks(today), 0.0):
        owner = _owner(share.extension, names)
        parts[owner] = parts.get(owner, NONE) + share.figures
    for _, share in shares_of_connections(connections, Billing()):
        owner = _Owner(share.extension.strip())
        parts[owner] = parts.get(owner, NONE) + share.figures
    return parts


def _technician(
    owner: _Owner,
    extensions: Sequence[str],
    held: TeamDay,
    figures: Figures,
    bounds: tuple[float, float],
    heard_since: float,
) -> Technician:
    spells = [spell for spell in held.spells if spell.extension in extensions]
    last = max((held.last[each] for each in extensions if each in held.last), default=None)
    live = [call for call in held.calls if call.outcome is Outcome.LIVE and call.extension in extensions]
    return Technician(
        name=owner.name,
        extensions=tuple(extensions),
        on=tuple(
            _named(call, held.known) for call in sorted(live, key=lambda call: (call.talk_at is None, call.start))
        ),
        figures=figures,
        coverage=coverage_of(spells, *bounds),
        last_heard=None if last is None else last.until,
        reports=last is not None and last.until > heard_since,
        hosts=_sharing(spells),
    )


def _named(call: KeptCall, known: Mapping[str, Known]) -> KeptCall:
    """The call with the name that the team uses for the other party, where it has one."""
    said = known.get(call.line)
    name = "" if said is None else caller_of(call.line, said).shown
    return replace(call, name=name) if name else call


def _sharing(spells: Iterable[Spell]) -> tuple[str, ...]:
    """The hosts of which two listened to one extension at the same time."""
    found: set[str] = set()
    latest: dict[str, Spell] = {}
    for spell in sorted(spells, key=lambda spell: spell.began):
        before = latest.get(spell.extension)
        if before is not None and spell.host != before.host and spell.began < before.until:
            found |= {spell.host, before.host}
        if before is None or spell.until > before.until:
            latest[spell.extension] = spell
    return tuple(sorted(found))
