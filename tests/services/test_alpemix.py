"""Alpemix's token, reports and error numbers, against the simulated service over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.services.budgets import alpemix_alone, left
from tui.config import AlpemixSettings, Secret
from tui.demo import Alpemix, Simulation
from tui.models.connections import ConnectionMode, ReportKind
from tui.services.alpemix.client import BLOCK_SECONDS, TOKEN_SECONDS, WINDOW, AlpemixService
from tui.services.errors import (
    Limited,
    Misuse,
    NotFound,
    Refused,
    Rejected,
    ServerFault,
    ServiceError,
    Unreachable,
    Unreadable,
)


def settings_for(alpemix: Alpemix, **changed: Any) -> AlpemixSettings:
    settings = AlpemixSettings(url=alpemix.url, user=alpemix.user, secret_key=Secret(alpemix.secret_key))
    return replace(settings, **changed)


@pytest.fixture
def alpemix(simulation: Simulation) -> Alpemix:
    return simulation.alpemix


@pytest.fixture
async def service(alpemix: Alpemix, clock: FakeClock) -> AsyncIterator[AlpemixService]:
    async with alpemix_alone(settings_for(alpemix), clock=clock) as service:
        yield service


def asked(alpemix: Alpemix) -> tuple[int, int]:
    return len(alpemix.token_requests), len(alpemix.report_requests)


async def test_opening_the_service_asks_for_nothing(alpemix: Alpemix) -> None:
    async with alpemix_alone(settings_for(alpemix)):
        pass
    assert asked(alpemix) == (0, 0)


async def test_the_reports_hold_the_connections_newest_first(
    alpemix: Alpemix, service: AlpemixService, clock: FakeClock
) -> None:
    now = clock.now().at
    alpemix.add_connection(started=now - timedelta(hours=2), tuname="Pier Bakery", exp="printer", supnum="17", dur=310)
    alpemix.add_connection(started=now - timedelta(hours=1), tuname="Harbour Dental", dir=1)
    alpemix.add_connection(started=now - timedelta(days=1), tuname="Quay Books")
    today, _ = await service.report(ReportKind.TODAY)
    assert [row.customer for row in today.rows] == ["Harbour Dental", "Pier Bakery"]
    assert [row.mode for row in today.rows] == [ConnectionMode.PRESENTATION, ConnectionMode.SUPPORT]
    older = today.rows[1]
    assert older.started == now - timedelta(hours=2)
    assert (older.seconds, older.explanation, older.support_number) == (310, "printer", "17")
    assert today.unreadable == 0
    assert [row.customer for row in (await service.report(ReportKind.LAST, 1))[0].rows] == ["Harbour Dental"]
    assert [row.customer for row in (await service.report(ReportKind.YESTERDAY))[0].rows] == ["Quay Books"]
    assert asked(alpemix) == (1, 3)


@pytest.mark.parametrize(
    ("dates", "repaired"), [("raw", True), ("escaped", False), ("slash", False), ("dot", False), ("bare", True)]
)
@pytest.mark.parametrize("duration_key", ["dur", "dur:"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1254"])
async def test_every_way_to_write_a_report_is_read(
    clock: FakeClock, dates: Any, repaired: bool, duration_key: str, encoding: str
) -> None:
    shape = {"dates": dates, "duration_key": duration_key, "encoding": encoding}
    async with Simulation(scripted=False, alpemix=shape, calendar=lambda: clock.now().at) as simulation:
        alpemix = simulation.alpemix
        alpemix.add_connection(tuname="ŞİŞLİ\\kasa", exp='the "red" one', dur="12")
        async with alpemix_alone(settings_for(alpemix), clock=clock) as service:
            report, _ = await service.report(ReportKind.TODAY)
    (row,) = report.rows
    assert row.started == clock.now().at
    assert (row.customer, row.explanation, row.seconds) == ("ŞİŞLİ\\kasa", 'the "red" one', 12)
    assert report.repaired is (repaired or encoding == "cp1254")


async def test_the_inspector_says_that_an_answer_was_repaired_and_how_many_rows_could_not_be_read(
    clock: FakeClock,
) -> None:
    async with Simulation(scripted=False, alpemix={"dates": "raw"}, calendar=lambda: clock.now().at) as simulation:
        simulation.alpemix.add_connection()
        simulation.alpemix.add_connection(dur="long")
        async with alpemix_alone(settings_for(simulation.alpemix), clock=clock) as service:
            await service.report(ReportKind.TODAY)
            said = [exchange.text for exchange in service.trace]
    assert said[-2].startswith("This answer was no valid JSON")
    assert said[-1] == "1 of its 2 rows could not be read in full."
    assert r"22\08\2024" in said[-3]  # what came is shown as it came


async def test_an_empty_report_is_a_report(service: AlpemixService) -> None:
    assert (await service.report(ReportKind.TODAY))[0].rows == ()


async def test_a_token_is_used_until_shortly_before_it_dies(
    alpemix: Alpemix, service: AlpemixService, clock: FakeClock
) -> None:
    await service.report(ReportKind.TODAY)
    clock.advance(TOKEN_SECONDS - 1)
    await service.report(ReportKind.TODAY)
    assert asked(alpemix) == (1, 2)
    clock.advance(1)
    await service.report(ReportKind.TODAY)
    assert asked(alpemix) == (2, 3)


async def test_two_reports_at_once_fetch_one_token(alpemix: Alpemix, service: AlpemixService) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(service.report(ReportKind.TODAY))
        group.create_task(service.report(ReportKind.YESTERDAY))
    assert asked(alpemix) == (1, 2)


@pytest.mark.parametrize("number", [201, 202, 203])
async def test_an_outdated_token_costs_one_new_token_and_one_more_report(
    alpemix: Alpemix, service: AlpemixService, number: int
) -> None:
    await service.report(ReportKind.TODAY)
    alpemix.answer_with(number)
    await service.report(ReportKind.TODAY)
    assert asked(alpemix) == (2, 3)
    assert (left(service.tokens), left(service.reports)) == (3, 0)


async def test_an_expired_token_is_replaced(alpemix: Alpemix, service: AlpemixService, clock: FakeClock) -> None:
    await service.report(ReportKind.TODAY)
    clock.advance(1)
    alpemix.expire_token()
    await service.report(ReportKind.TODAY)
    assert asked(alpemix) == (2, 3)


@pytest.mark.parametrize(("number", "said"), [(201, "several"), (202, "ran out"), (203, "does not accept")])
async def test_a_new_token_that_is_outdated_too_is_a_fault(clock: FakeClock, number: int, said: str) -> None:
    answers = iter(
        [b'{"errornumber":0,"accesstoken":"one"}', b'{"errornumber":%d}' % number] * 2,
    )
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=next(answers)))
    settings = AlpemixSettings(user="helpdesk", secret_key=Secret("k"))
    async with alpemix_alone(settings, clock=clock, transport=transport) as service:
        with pytest.raises(ServerFault, match=said):
            await service.report(ReportKind.TODAY)
    assert next(answers, None) is None


async def test_a_fourth_report_in_a_minute_is_not_sent(
    alpemix: Alpemix, service: AlpemixService, clock: FakeClock
) -> None:
    for _ in range(3):
        await service.report(ReportKind.TODAY)
    assert left(service.reports) == 0
    with pytest.raises(Limited) as caught:
        await service.report(ReportKind.TODAY)
    assert caught.value.at_least == WINDOW
    assert asked(alpemix) == (1, 3)
    clock.advance(WINDOW)
    await service.report(ReportKind.TODAY)
    assert alpemix.violations == 0


async def test_a_sixth_token_in_a_minute_is_not_asked_for(
    alpemix: Alpemix, service: AlpemixService, clock: FakeClock
) -> None:
    alpemix.answer_with(103, times=5)
    for _ in range(5):
        with pytest.raises(ServerFault):
            await service.report(ReportKind.TODAY)
    with pytest.raises(Limited):
        await service.report(ReportKind.TODAY)
    assert asked(alpemix) == (5, 0)
    assert alpemix.violations == 0


async def test_a_blocked_address_asks_for_no_token_for_a_quarter_of_an_hour(
    alpemix: Alpemix, service: AlpemixService, clock: FakeClock
) -> None:
    alpemix.answer_with(204)
    with pytest.raises(Limited, match="15 minutes") as caught:
        await service.report(ReportKind.TODAY)
    assert caught.value.at_least == BLOCK_SECONDS
    clock.advance(BLOCK_SECONDS - 1)
    with pytest.raises(Limited):
        await service.report(ReportKind.TODAY)
    assert asked(alpemix) == (1, 0)
    clock.advance(1)
    await service.report(ReportKind.TODAY)


async def test_when_somebody_else_used_the_reports_up_a_window_is_waited(
    alpemix: Alpemix, service: AlpemixService, clock: FakeClock
) -> None:
    await service.report(ReportKind.TODAY)
    alpemix.answer_with(205)
    with pytest.raises(Limited, match="somebody else") as caught:
        await service.report(ReportKind.TODAY)
    assert caught.value.at_least == WINDOW
    assert left(service.reports) == 0
    clock.advance(59)
    with pytest.raises(Limited):
        await service.report(ReportKind.TODAY)
    clock.advance(2)
    await service.report(ReportKind.TODAY)


@pytest.mark.parametrize(
    ("number", "kind", "said"),
    [
        (100, Misuse, "step number is missing"),
        (101, Misuse, "step number is wrong"),
        (102, Refused, r"alpemix\.user or alpemix\.secret_key is wrong"),
        (103, ServerFault, "unexpected error"),
        (104, Refused, r"characters in alpemix\.user or alpemix\.secret_key"),
        (105, ServerFault, "failed to make an access token"),
        (106, Misuse, "malformed"),
        (107, Misuse, "request number"),
        (108, ServerFault, "database"),
        (200, Refused, r"no account with alpemix\.user and alpemix\.secret_key"),
        (204, Limited, "blocked this address"),
        (205, Limited, "3 reports a minute"),
        (999, ServerFault, "error 999, which its page does not explain"),
    ],
)
@pytest.mark.parametrize("has_token", [True, False])
async def test_every_error_number_is_a_sentence(
    alpemix: Alpemix, service: AlpemixService, number: int, kind: type[ServiceError], said: str, has_token: bool
) -> None:
    if has_token:
        await service.report(ReportKind.TODAY)
    alpemix.answer_with(number)
    with pytest.raises(kind, match=said) as caught:
        await service.report(ReportKind.TODAY)
    assert type(caught.value) is kind
    assert caught.value.detail == f'{{"errornumber": {number}}}'
    assert caught.value.setting == ("alpemix.secret_key" if kind is Refused else "")


async def test_a_wrong_key_is_refused(alpemix: Alpemix, clock: FakeClock) -> None:
    async with alpemix_alone(settings_for(alpemix, secret_key=Secret("wrong")), clock=clock) as service:
        with pytest.raises(Refused, match=r"www\.alpemix\.com/webapi/login\.htm"):
            await service.report(ReportKind.TODAY)


@pytest.mark.parametrize("kind", ["html", "half", "empty", "redirect"])
async def test_an_answer_that_is_none_is_unreadable(alpemix: Alpemix, service: AlpemixService, kind: Any) -> None:
    alpemix.add_connection()
    await service.report(ReportKind.TODAY)
    alpemix.fault(kind, status=200)
    with pytest.raises(Unreadable):
        await service.report(ReportKind.TODAY)
    assert left(service.reports) == 1


async def test_a_server_that_is_away_costs_nothing_and_one_that_breaks_off_costs_a_slot(
    alpemix: Alpemix, service: AlpemixService
) -> None:
    await service.report(ReportKind.TODAY)
    alpemix.fault("reset")
    with pytest.raises(Unreachable):
        await service.report(ReportKind.TODAY)
    assert left(service.reports) == 1
    alpemix.fault("down")
    with pytest.raises(Unreachable, match="refused"):
        await service.report(ReportKind.TODAY)
    assert left(service.reports) == 1


async def test_a_silent_port_brings_the_hint_on_firewalls(clock: FakeClock) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("late", request=request)

    settings = AlpemixSettings(user="helpdesk", secret_key=Secret("k"))
    async with alpemix_alone(settings, clock=clock, transport=httpx.MockTransport(nobody)) as service:
        with pytest.raises(Unreachable, match=r"www\.alpemix\.com:5900.*Firewalls often block .* VNC"):
            await service.report(ReportKind.TODAY)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Refused),
        (403, Refused),
        (404, NotFound),
        (405, NotFound),
        (400, Rejected),
        (429, Limited),
        (502, ServerFault),
    ],
)
async def test_a_status_that_the_page_does_not_know_has_its_kind(
    alpemix: Alpemix, service: AlpemixService, status: int, kind: type[ServiceError]
) -> None:
    alpemix.fault("status", status=status, body="no")
    with pytest.raises(kind):
        await service.report(ReportKind.TODAY)


async def test_an_error_number_is_read_whatever_the_status(alpemix: Alpemix, service: AlpemixService) -> None:
    alpemix.fault("status", status=500, body='{"ErrorNumber": "200"}')
    with pytest.raises(Refused):
        await service.report(ReportKind.TODAY)


@pytest.mark.parametrize("body", ["{}", '{"errornumber": 0, "results": null}', "[]", '{"errornumber": 0}'])
async def test_an_answer_without_a_report_is_unreadable(alpemix: Alpemix, service: AlpemixService, body: str) -> None:
    await service.report(ReportKind.TODAY)
    alpemix.fault("status", status=200, body=body)
    with pytest.raises(Unreadable):
        await service.report(ReportKind.TODAY)


@pytest.mark.parametrize("body", ["{}", '{"errornumber":0,"accesstoken":""}', '{"errornumber":0,"accesstoken":7}'])
async def test_an_answer_without_a_token_is_a_fault(alpemix: Alpemix, service: AlpemixService, body: str) -> None:
    alpemix.fault("status", status=200, body=body)
    with pytest.raises(ServerFault, match="no access token"):
        await service.report(ReportKind.TODAY)


async def test_an_unknown_time_zone_is_refused_before_anything_is_sent(alpemix: Alpemix) -> None:
    async with alpemix_alone(settings_for(alpemix, timezone="Mars/Olympus")) as service:
        with pytest.raises(Refused) as caught:
            await service.report(ReportKind.TODAY)
    assert caught.value.setting == "alpemix.timezone"
    assert asked(alpemix) == (0, 0)
