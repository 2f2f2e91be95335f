"""The same truth in strict and in sloppy form, read by the services: the same calls, connections, users and errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.reports import ISTANBUL, report_in
from tests.services.budgets import alpemix_alone
from tests.services.channels import bound_channel, one_by_one
from tests.services.channels import settings_for as altigen_settings
from tests.services.test_alpemix import settings_for as alpemix_settings
from tests.services.test_remotepc import settings_for as remotepc_settings
from tests.waiting import PATIENCE_SECONDS, until
from tui.config import Secret
from tui.demo import Alpemix, Altigen, RemotePc, Simulation
from tui.demo.report import report_text
from tui.demo.sloppiness import Sloppiness
from tui.demo.sloppy_wire import Answer, sloppy_answer, sloppy_frames
from tui.demo.switchboard import Switchboard, call_info
from tui.models.calls import AltiGenEvent, CallEvent
from tui.models.connections import Connection, ReportKind
from tui.models.users import Invitation, User, UserDraft
from tui.services.altigen import AltiGenService, RecordOperation
from tui.services.altigen.events import read_events
from tui.services.errors import ServiceError
from tui.services.remotepc import RemotePCService
from tui.services.remotepc.answers import DESCRIPTIONS

SEEDS = st.integers(0, 2**32)
OPERATIONS = (RecordOperation.MUTE, RecordOperation.START, RecordOperation.STOP)
PASSWORD = Secret("Correct-Horse-7")
DRAFT = UserDraft(first_name="Front", last_name="Desk", email="till@example.com", password=PASSWORD, computers=3)
ADDRESSES = ("new@example.com", "office@example.com", "before@example.com")
INFO = call_info(
    callerID="3125550142",
    callerName="Ege Tarım A.Ş.",
    calleeID="201",
    callPriority=1,
    userData="place=İzmir@contract=gold",
    originalData={"originalworkgroupName": "501", "originalCallerId": "3125550142", "originalCallername": "Şube"},
)


def without_form(read: Any) -> Any:
    """What was read without unknown fields, and without what is kept just as it was sent."""
    match read:
        case CallEvent():
            return replace(read, extra=(), info=replace(read.info, extra=()))
        case Connection():
            return replace(read, extra=(), started_text="")
        case User():
            return replace(read, extra=(), created_text="")
    return read


async def outcome(asked: Awaitable[object], *, with_detail: bool = False) -> object:
    """What comes of a request, or how it fails. The system's own words differ by form where they are shown raw."""
    try:
        return await asked
    except ServiceError as error:
        detail = error.detail if with_detail else ""
        return type(error), error.sentence, error.setting, detail, getattr(error, "field", "")


def events_of_a_day() -> list[dict[str, Any]]:
    """Every kind of event in the guide's spelling."""
    board = Switchboard(FakeClock().tick)
    first, events = board.start("in", INFO)
    second, more = board.start("out", call_info(calleeID="0532 555 01 42", calleeName=r"DOM\user"))
    return [
        *events, *more, *board.connect(first), *board.record(first, "Start"), *board.record(first, "Mute"),
        *board.record(first, "Stop", record_type="System"), *board.disconnect(first), *board.disconnect(second),
        {"eventType": "ServerStatusEvent", "Connected": False}, {"eventType": "ServerStatusEvent", "Connected": True},
    ]  # fmt: skip


@given(SEEDS)
@settings(max_examples=200)
def test_every_event_is_read_from_every_form(seed: int) -> None:
    for event in events_of_a_day():
        (told,) = read_events([json.dumps(event).encode()])
        strict = without_form(told)
        for frame, _pause in sloppy_frames(Sloppiness("altigen", seed), [event]):
            for read in read_events([frame if isinstance(frame, bytes) else frame.encode()]):
                assert without_form(read) == strict, frame


def rows_of_a_day() -> list[dict[str, object]]:
    alpemix = Alpemix(calendar=lambda: FakeClock().now().at)
    now = alpemix.calendar()
    alpemix.add_connection(dur=125, tuname="Ege Tarım A.Ş.", supnum="12", exp='line\nbreak \\ and "quotes" a/b')
    alpemix.add_connection(started=now - timedelta(hours=3, minutes=7), dir=1, uid="77", tuname=r"DOM\user", dur=0)
    alpemix.add_connection(started=now - timedelta(hours=10), uname="nöbetçi", ip="", lip="", tuname="")
    return list(alpemix.connections)


@given(SEEDS)
@settings(max_examples=200)
def test_every_connection_is_read_from_every_form(seed: int) -> None:
    text = report_text(rows_of_a_day(), dates="escaped", timezone=ISTANBUL, duration_key="dur")
    body = b"".join(
        sloppy_answer(Sloppiness("alpemix", seed).form("answer"), "alpemix", Answer(200, [], [text.encode()])).pieces
    )
    read = [without_form(each) for each in report_in(body).rows]
    assert read == [without_form(each) for each in report_in(text).rows], body


async def phone_answers(altigen: Altigen) -> list[object]:
    """Log on, hear of a call that goes on and of new ones, and command."""
    going = await altigen.begin("in", INFO)
    await altigen.connect(going)
    said: list[object] = []
    heard: list[AltiGenEvent] = []
    async with AltiGenService(altigen_settings(altigen)) as service:
        await service.log_on()
        async with bound_channel(service) as channel:
            await until(lambda: any(session.channels for session in altigen.sessions.values()))
            await altigen.ring("05325550142", "Nordlicht GmbH", ivrData="1#2")
            said.append(await outcome(service.place_call("+13125550150"), with_detail=True))
            said += [await outcome(service.record(going, each), with_detail=True) for each in OPERATIONS]
            said.append(await outcome(service.drop_call(99), with_detail=True))
            await altigen.status(False)
            said.append(await outcome(service.drop_call(going), with_detail=True))
            async with asyncio.timeout(PATIENCE_SECONDS):
                async for event in one_by_one(channel):
                    heard += [event] if [event] != heard[-1:] else []  # else it is doubled
                    if isinstance(event, CallEvent) and event.event_type == "disconnect":
                        break
        await service.log_off()
    assert not altigen.sessions
    async with AltiGenService(altigen_settings(altigen, password=Secret("999999"))) as service:
        said.append(await outcome(service.log_on(), with_detail=True))
    altigen.licences = 0
    async with AltiGenService(altigen_settings(altigen)) as service:
        said.append(await outcome(service.log_on(), with_detail=True))
    return [*said, *(without_form(event) for event in heard)]


async def connections_answers(alpemix: Alpemix, clock: FakeClock) -> list[object]:
    """Ask for reports, and be refused in every way."""
    for row in rows_of_a_day():
        alpemix.add_connection(started=row.pop("dt"), **row)  # type: ignore[arg-type]
    said: list[object] = []
    async with alpemix_alone(alpemix_settings(alpemix), clock=clock) as service:
        for report, _ in (
            await service.report(ReportKind.TODAY),
            await service.report(ReportKind.LAST, 1),
            await service.report(ReportKind.YESTERDAY),
        ):
            said += [report.unreadable, [without_form(row) for row in report.rows]]
        for error_number in (103, 106, 108, 205, 102, 999):
            clock.advance(100)
            alpemix.answer_with(error_number)
            said.append(await outcome(service.report(ReportKind.LAST, 1)))
    return said


async def accounts_answers(remotepc: RemotePc) -> list[object]:
    """List, add, invite and sign in, and be refused in every way."""
    remotepc.add_user("office@example.com", alloted=5, utilized=2, password="Correct-Horse-7", created=date(2023, 1, 3))
    remotepc.add_user("before@example.com", is_invited=True, is_active=False)
    said: list[object] = []
    async with RemotePCService(remotepc_settings(remotepc)) as service:
        said.append([without_form(user) for user in await service.list_users()])
        said += [await outcome(service.add_user(DRAFT)), await outcome(service.add_user(DRAFT))]
        said.append(await outcome(service.invite([Invitation(email=each, computers=2) for each in ADDRESSES])))
        link = await service.sign_in_link("office@example.com", PASSWORD)
        assert link.reveal() == remotepc.links[-1]
        said.append(await outcome(service.sign_in_link("nobody@example.com", PASSWORD)))
        for description in DESCRIPTIONS:
            remotepc.refuse(description)
            said.append(await outcome(service.add_user(DRAFT)))
        for description, status in (("NOT_AUTHORIZED", 401), ("Forbidden ", 403), ("INTERNAL_SERVER_ERROR", 500)):
            remotepc.refuse(description, status)
            said.append(await outcome(service.list_users()))
        said.append([without_form(user) for user in await service.list_users()])
    return said


async def told(scenario: str, seed: int | None) -> list[object]:
    """What the three services read of the same script."""
    clock = FakeClock()
    system = {"sloppiness": seed}
    async with Simulation(
        scenario, scripted=False, altigen=system, alpemix=system, remotepc=system,
        clock=clock.tick, calendar=lambda: clock.now().at,
    ) as simulation:  # fmt: skip
        return [
            *await phone_answers(simulation.altigen),
            *await connections_answers(simulation.alpemix, clock),
            *await accounts_answers(simulation.remotepc),
        ]


@cache
def told_strictly() -> list[object]:
    return asyncio.run(told("desk", None))


@given(SEEDS)
@settings(max_examples=15)
def test_the_services_read_the_same_from_a_sloppy_peer_as_from_a_strict_one(seed: int) -> None:
    for read, expected in zip(asyncio.run(told("sloppy", seed)), told_strictly(), strict=True):
        assert read == expected
