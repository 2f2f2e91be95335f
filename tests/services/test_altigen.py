"""AltiGen's session, channel and commands, against the simulated WebProxy over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.clock import FakeClock
from tests.services.channels import bound_channel, one_by_one, settings_for
from tests.services.servers import certificate_for, saying, serving, silent
from tests.waiting import until
from tui.config import AltiGenSettings, Secret
from tui.demo import Altigen, Simulation
from tui.models.calls import AltiGenEvent, CallEvent, RecordEvent, ServerStatusEvent, Unreadable
from tui.services import errors
from tui.services.altigen import AltiGenService, RecordOperation, client
from tui.services.errors import LicenceInUse, NotFound, Refused, Rejected, ServerFault, Unreachable
from tui.services.http import Timeouts

TRUNK = "9"


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


@pytest.fixture
async def service(altigen: Altigen, clock: FakeClock) -> AsyncIterator[AltiGenService]:
    async with AltiGenService(settings_for(altigen), clock=clock) as service:
        yield service


@asynccontextmanager
async def listening(service: AltiGenService) -> AsyncIterator[AsyncIterator[AltiGenEvent]]:
    await service.log_on()
    async with bound_channel(service) as channel:
        yield one_by_one(channel)


async def test_opening_the_service_says_nothing_to_the_server(altigen: Altigen) -> None:
    async with AltiGenService(settings_for(altigen)) as service:
        assert service._proxy_in_use.session is None
    assert not altigen.requests


async def test_leaving_gives_the_licence_back(altigen: Altigen) -> None:
    async with AltiGenService(settings_for(altigen)) as service:
        await service.log_on()
        assert len(altigen.sessions) == 1
    assert not altigen.sessions
    assert altigen.logoffs == 1


async def test_leaving_with_an_error_gives_the_licence_back(altigen: Altigen) -> None:
    async def fail() -> None:
        async with AltiGenService(settings_for(altigen)) as service:
            await service.log_on()
            raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        await fail()
    assert not altigen.sessions


async def test_leaving_while_the_log_on_is_under_way_gives_the_licence_back(altigen: Altigen) -> None:
    altigen.fault("late", path="/sessions", seconds=0.05)
    async with AltiGenService(settings_for(altigen)) as service:
        async with asyncio.TaskGroup() as group:
            logging_on = group.create_task(service.log_on())
            await until(lambda: altigen.logons == 1)
            logging_on.cancel()
        assert service._proxy_in_use.session is None
    assert altigen.logoffs == 1
    assert not altigen.sessions


async def test_leaving_does_not_wait_for_a_dead_server(altigen: Altigen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LOG_OFF_LIMIT", 0.05)
    altigen.fault("late", path="/sessions/*", seconds=5)
    async with asyncio.timeout(1), AltiGenService(settings_for(altigen)) as service:
        await service.log_on()


async def test_leaving_does_not_fail_with_the_server(altigen: Altigen) -> None:
    async with AltiGenService(settings_for(altigen)) as service:
        await service.log_on()
        altigen.fault("down")


async def test_a_second_log_on_gets_the_old_session_while_it_lives(altigen: Altigen, service: AltiGenService) -> None:
    await service.log_on()
    first = set(altigen.sessions)
    await service.log_on()
    assert set(altigen.sessions) == first
    assert altigen.logons == 2


async def test_after_a_lost_channel_a_log_on_gets_a_new_session(altigen: Altigen, service: AltiGenService) -> None:
    async with listening(service) as events:
        first = set(altigen.sessions)
        await altigen.ring()
        await anext(events)
        await altigen.drop_channels()
        with pytest.raises(Unreachable, match="closed the event channel") as caught:
            await anext(events)
    assert caught.value.detail == "1001"
    await service.log_on()
    assert len(altigen.sessions) == 1
    assert set(altigen.sessions) != first


async def test_a_broken_connection_loses_the_channel(altigen: Altigen, service: AltiGenService) -> None:
    async with listening(service) as events:
        await altigen.ring()
        await anext(events)
        await altigen.drop_channels(abort=True)
        with pytest.raises(Unreachable, match="The event channel to AltiGen broke"):
            await anext(events)


async def test_a_log_off_is_done_once(altigen: Altigen, service: AltiGenService) -> None:
    await service.log_on()
    await service.log_off()
    await service.log_off()
    assert altigen.logoffs == 1
    assert service._proxy_in_use.session is None


@pytest.mark.parametrize("status", [200, 401, 404, 405, 500])
async def test_any_answer_to_a_log_off_counts(altigen: Altigen, service: AltiGenService, status: int) -> None:
    await service.log_on()
    altigen.fault("status", path="/sessions/*", status=status)
    await service.log_off()
    assert service._proxy_in_use.session is None


async def test_a_redirect_is_an_answer_to_a_log_off_too(altigen: Altigen, service: AltiGenService) -> None:
    await service.log_on()
    altigen.fault("redirect", path="/sessions/*")
    await service.log_off()
    assert service._proxy_in_use.session is None


async def test_a_log_off_that_never_arrived_leaves_the_session_held(altigen: Altigen, service: AltiGenService) -> None:
    await service.log_on()
    altigen.fault("reset", path="/sessions/*")
    with pytest.raises(Unreachable):
        await service.log_off()
    assert service._proxy_in_use.session is not None


async def test_the_calls_that_exist_come_first_and_then_what_happens(altigen: Altigen, service: AltiGenService) -> None:
    handle = await altigen.ring(caller_name="Harbour Dental", workgroupName="Support")
    async with listening(service) as events:
        first = await anext(events)
        assert isinstance(first, CallEvent)
        assert (first.handle, first.event_type, first.direction) == (handle, "ring", "in")
        assert (first.info.caller_name, first.info.workgroup) == ("Harbour Dental", "Support")
        await altigen.connect(handle)
        await altigen.record(handle)
        await altigen.status(connected=False)
        await altigen.disconnect(handle)
        got = [await anext(events) for _ in range(5)]
    assert [type(each) for each in got] == [CallEvent, RecordEvent, ServerStatusEvent, RecordEvent, CallEvent]
    assert got[1] == RecordEvent(handle=handle, state="start", record_type="System")
    assert got[2] == ServerStatusEvent(connected=False)


async def test_what_cannot_be_read_is_told_and_the_stream_goes_on(altigen: Altigen, service: AltiGenService) -> None:
    frames: list[str | bytes | dict[str, Any]] = [
        b"\x00\xff\x01",
        "not JSON",
        {"eventType": "TeaEvent"},
        {"eventType": "CallEvent", "callEventType": "ring"},
        '{"eventType": "CallEvent", "callInfo": {"callerName": "' + "x" * 1_100_000 + '"}}',
    ]
    async with listening(service) as events:
        await until(lambda: any(session.channels for session in altigen.sessions.values()))
        for frame in frames:
            await altigen.send(frame)
        await altigen.ring()
        got = [await anext(events) for _ in range(6)]
    reasons = [each.reason for each in got[:5] if isinstance(each, Unreadable)]
    assert reasons == [
        "a message that is no JSON",
        "a message that is no JSON",
        "an event of the unknown type teaevent",
        "a CallEvent without callHandle",
        "a message of 1074 KiB",
    ]
    assert isinstance(got[5], CallEvent)


async def test_leaving_the_channel_releases_the_session(altigen: Altigen, service: AltiGenService) -> None:
    async with listening(service) as events:
        await altigen.ring()
        await anext(events)
    await until(lambda: not altigen.sessions)


@pytest.mark.parametrize(
    ("bind", "events_path"),
    [("json", "/events"), ("text", "/ws"), ("none", "/sessions/{session}/events"), ("json", "/")],
)
async def test_the_channel_is_bound_as_the_settings_say(bind: str, events_path: str) -> None:
    kept = {"bind": bind, "events_path": events_path}
    async with (
        Simulation(scripted=False, altigen=kept) as simulation,
        AltiGenService(settings_for(simulation.altigen)) as service,
    ):
        await simulation.altigen.ring()
        async with listening(service) as events:
            assert isinstance(await anext(events), CallEvent)


async def test_a_channel_needs_a_session(service: AltiGenService) -> None:
    with pytest.raises(NotFound, match="log on first"):
        async with bound_channel(service):
            pass


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Refused), (403, Refused), (404, NotFound), (405, NotFound), (500, ServerFault), (200, errors.Unreadable)],
)
async def test_a_channel_that_is_not_opened_says_why(
    altigen: Altigen, service: AltiGenService, status: int, kind: type[errors.ServiceError]
) -> None:
    await service.log_on()
    altigen.fault("status", path="/events", status=status)
    with pytest.raises(kind):
        async with bound_channel(service):
            pass


async def test_a_redirected_channel_is_not_followed(altigen: Altigen, service: AltiGenService) -> None:
    await service.log_on()
    altigen.fault("redirect", path="/events")
    with pytest.raises(errors.Unreadable, match=r"HTTP 302.*altigen\.events_path"):
        async with bound_channel(service):
            pass


async def test_a_channel_that_is_reset_or_down_is_unreachable(altigen: Altigen, service: AltiGenService) -> None:
    await service.log_on()
    altigen.fault("reset", path="/events")
    with pytest.raises(Unreachable):
        async with bound_channel(service):
            pass
    altigen.fault("down")
    with pytest.raises(Unreachable, match="refused"):
        async with bound_channel(service):
            pass


async def test_a_silent_channel_is_given_up() -> None:
    async with serving(silent) as port:
        settings = AltiGenSettings(url=(f"http://127.0.0.1:{port}",), user="201", password=Secret("1234"))
        service = AltiGenService(settings, timeouts=Timeouts(connect=0.1))
        service._proxy_in_use.session = Secret("abc")
        with pytest.raises(Unreachable, match=r"does not answer .* within 0\.1 s"):
            async with bound_channel(service):
                pass


async def test_a_channel_over_tls_honours_the_authority_of_the_settings(tmp_path: Any) -> None:
    made = certificate_for("IP:127.0.0.1", tmp_path)
    async with serving(saying(b"HTTP/1.1 404 Not Found\r\n\r\n"), made.server_side()) as port:
        for ca_file, kind in (("", Unreachable), (str(made.file), NotFound)):
            url = (f"https://127.0.0.1:{port}",)
            service = AltiGenService(AltiGenSettings(url=url, user="201", password=Secret("1234"), ca_file=ca_file))
            service._proxy_in_use.session = Secret("abc")
            with pytest.raises(kind):
                async with bound_channel(service):
                    pass


async def test_a_wrong_password_is_refused_with_a_warning_and_tried_once(altigen: Altigen) -> None:
    async with AltiGenService(settings_for(altigen, password=Secret("0000"))) as service:
        with pytest.raises(Refused, match=r"altigen\.user and altigen\.password.*Eight wrong passwords lock") as caught:
            await service.log_on()
    assert caught.value.setting == "altigen.password"
    assert caught.value.detail == "The user name or password does not match"
    assert len(altigen.requests) == 1


async def test_a_taken_licence_is_said_to_be_in_use(altigen: Altigen, service: AltiGenService) -> None:
    async with AltiGenService(settings_for(altigen)) as other:
        await other.log_on()
        with pytest.raises(LicenceInUse) as caught:
            await service.log_on()
    assert caught.value.detail == "No license is available (AltiLink 3012: every licence is taken)"
    await service.log_on()


@pytest.mark.parametrize(
    ("status", "body", "kind", "setting"),
    [
        (400, None, Rejected, ""),
        (401, None, Refused, "altigen.password"),
        (402, None, LicenceInUse, ""),
        (403, None, Refused, "altigen.user"),
        (404, None, NotFound, "altigen.url"),
        (405, None, NotFound, "altigen.url"),
        (429, None, errors.Limited, ""),
        (500, None, ServerFault, ""),
        (503, None, ServerFault, ""),
        (500, {"code": 3004, "message": "no"}, Refused, "altigen.password"),
        (500, {"code": 3051, "message": "no"}, Refused, "altigen.password"),
        (500, {"code": 3030, "message": "no"}, LicenceInUse, ""),
    ],
)
async def test_every_refusal_of_a_log_on_has_its_kind(
    altigen: Altigen, service: AltiGenService, status: int, body: Any, kind: type[errors.ServiceError], setting: str
) -> None:
    altigen.fault("status", path="/sessions", status=status, body=body)
    with pytest.raises(kind) as caught:
        await service.log_on()
    assert type(caught.value) is kind
    assert caught.value.setting == setting
    assert service._proxy_in_use.session is None


@pytest.mark.parametrize("kind", ["html", "half", "empty", "redirect"])
async def test_a_log_on_answered_with_garbage_is_unreadable(
    altigen: Altigen, service: AltiGenService, kind: Any
) -> None:
    altigen.fault(kind, path="/sessions", status=200)
    with pytest.raises(errors.Unreadable, match=r"altigen\.url"):
        await service.log_on()
    assert service._proxy_in_use.session is None


async def test_a_log_on_that_gave_no_usable_session_is_logged_off_again(
    altigen: Altigen, service: AltiGenService
) -> None:
    altigen.fault("status", 1, "/sessions", status=200, body={"sessionToken": "abc/1"})
    altigen.fault("status", 1, "/sessions/abc/1", status=200)
    with pytest.raises(errors.NoSession, match="was logged off again") as caught:
        await service.log_on()
    assert not caught.value.may_have_acted
    assert [asked.method for asked in altigen.requests] == ["POST", "DELETE"]


async def test_a_licence_that_such_a_log_on_may_hold_is_said(altigen: Altigen, service: AltiGenService) -> None:
    altigen.fault("status", 1, "/sessions", status=200, body={"sessionToken": "abc"})
    with pytest.raises(errors.NoSession, match="may hold a licence until AltiGen ends it"):
        await service.log_on()
    assert len(altigen.requests) == 2


CLOSED = {
    1000: "it regards the channel as done",
    1005: "it gives no reason",
    1008: "it does not accept us",
    1009: "what we sent is too large for it",
    1011: "it failed",
    4401: "it wants a log-on that it knows",
    4999: "for a reason of its own",
}


@pytest.mark.parametrize("code", CLOSED)
async def test_a_channel_that_the_server_closes_soon_says_why_and_which_settings_help(
    altigen: Altigen, service: AltiGenService, code: int
) -> None:
    await service.log_on()
    altigen.fault("close", path="/events", status=code)
    with pytest.raises(errors.NotBound) as caught:
        async with bound_channel(service) as channel:
            await channel.first_sign()
    closed = "AltiGen closed the event channel soon after it was bound"
    assert caught.value.sentence == f"{closed}: {CLOSED[code]}. Check altigen.events_path and altigen.bind."
    assert caught.value.detail.startswith(str(code))


@pytest.mark.parametrize(
    ("raw", "code", "why"),
    [
        (b"\x82\x7f" + (17 * 1024 * 1024).to_bytes(8, "big") + b"x", "1009", "a message of more than 16 MiB came"),
        (b"\x83\x00", "1002", "what came breaks the WebSocket protocol"),
        (b"\xc1\x01x", "1002", "it sent a compressed event, which was not asked for"),
        (b"\x88\x03\x03\xe8\xff", "1007", "what came is not in UTF-8"),
    ],
)
async def test_a_channel_that_we_close_says_so_and_why(
    altigen: Altigen, service: AltiGenService, raw: bytes, code: str, why: str
) -> None:
    async with listening(service) as events:
        await altigen.ring()
        await anext(events)
        for transport in altigen._transports():
            transport.write(raw)
        with pytest.raises(Unreachable, match="We closed the event channel to AltiGen") as caught:
            await anext(events)
    assert why in caught.value.sentence
    assert caught.value.detail.startswith(code)
    assert caught.value.setting == "altigen.events_path"


async def test_a_call_is_placed_with_the_trunk_access_code(altigen: Altigen, clock: FakeClock) -> None:
    async with AltiGenService(settings_for(altigen, trunk_access_code=TRUNK), clock=clock) as service:
        await service.log_on()
        await service.place_call("312-555-0123")
    assert list(altigen.placed) == [{"target": "312-555-0123", "trunkAccessCode": TRUNK}]


async def test_without_a_trunk_access_code_none_is_sent(altigen: Altigen, service: AltiGenService) -> None:
    async with listening(service) as events:
        await service.place_call("312-555-0123")
        event = await anext(events)
    assert list(altigen.placed) == [{"target": "312-555-0123"}]
    assert isinstance(event, CallEvent)
    assert (event.event_type, event.info.callee_id) == ("ringback", "312-555-0123")


async def test_maxacd_gets_no_trunk_access_code_and_is_not_asked_to_drop(clock: FakeClock) -> None:
    async with Simulation(scripted=False, altigen={"system": "maxacd"}) as simulation:
        altigen = simulation.altigen
        async with AltiGenService(settings_for(altigen, trunk_access_code=TRUNK)) as service:
            await service.log_on()
            await service.place_call("sip:desk@example.com")
            asked = len(altigen.requests)
            with pytest.raises(Rejected, match="MaxACD cannot drop calls"):
                await service.drop_call(1)
            assert len(altigen.requests) == asked
    assert list(altigen.placed) == [{"target": "sip:desk@example.com"}]


async def test_a_dropped_call_is_gone(altigen: Altigen, service: AltiGenService) -> None:
    handle = await altigen.ring()
    await service.log_on()
    await service.drop_call(handle)
    assert not altigen.calls
    with pytest.raises(NotFound, match="cannot hang up: the session or the call does not exist"):
        await service.drop_call(handle)


async def test_a_drop_that_iis_takes_for_webdav_says_so(altigen: Altigen, service: AltiGenService) -> None:
    await service.log_on()
    altigen.fault("html", path="/sessions/*/calls/*", status=405)
    with pytest.raises(Rejected, match=r"HTTP 405.*WebDAV"):
        await service.drop_call(1)


async def test_commands_without_a_session_are_not_sent(altigen: Altigen, service: AltiGenService) -> None:
    with pytest.raises(NotFound, match="log on first"):
        await service.place_call("312-555-0123")
    assert not altigen.requests


async def test_a_command_of_a_dead_session_is_not_found(altigen: Altigen, service: AltiGenService) -> None:
    await service.log_on()
    altigen.sessions.clear()
    with pytest.raises(NotFound) as caught:
        await service.place_call("312-555-0123")
    assert caught.value.detail == "The session could not be found (AltiLink 3013: not logged on)"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Rejected), (401, Refused), (403, Refused), (404, NotFound), (429, errors.Limited), (500, ServerFault)],
)
async def test_every_refusal_of_a_command_has_its_kind(
    altigen: Altigen, service: AltiGenService, status: int, kind: type[errors.ServiceError]
) -> None:
    await service.log_on()
    altigen.fault("status", path="/sessions/*", status=status, body={"Code": 3034, "MESSAGE": "busy"})
    with pytest.raises(kind) as caught:
        await service.place_call("312-555-0123")
    assert caught.value.detail.startswith("busy" if status != 429 else "{")


@pytest.mark.parametrize("kind", ["html", "redirect", "reset", "reset_after", "cut"])
async def test_a_call_whose_answer_went_wrong_may_have_been_placed(
    altigen: Altigen, service: AltiGenService, kind: Any
) -> None:
    await service.log_on()
    altigen.fault(kind, path="/sessions/*/calls", status=200)
    with pytest.raises(Unreachable) as caught:
        await service.place_call("312-555-0123")
    assert caught.value.may_have_acted


async def test_recordings_start_mute_unmute_and_stop(
    altigen: Altigen, service: AltiGenService, clock: FakeClock
) -> None:
    handle = await altigen.ring()
    await altigen.connect(handle)
    await service.log_on()
    await service.record(handle, RecordOperation.START)
    await service.record(handle, RecordOperation.MUTE)
    assert altigen.recordings[handle].is_muted
    clock.advance(1)
    await service.record(handle, RecordOperation.UNMUTE)
    assert not altigen.recordings[handle].is_muted
    await service.record(handle, RecordOperation.STOP)
    assert not altigen.recordings


async def test_an_unmute_waits_until_half_a_second_after_the_mute(
    altigen: Altigen, service: AltiGenService, clock: FakeClock
) -> None:
    handle = await altigen.ring()
    await altigen.connect(handle)
    await service.log_on()
    await service.record(handle, RecordOperation.START)
    await service.record(handle, RecordOperation.MUTE)
    clock.advance(0.2)
    async with asyncio.TaskGroup() as group:
        group.create_task(service.record(handle, RecordOperation.UNMUTE))
        await clock.until_sleeping()
        assert clock.sleeping == pytest.approx((0.3,))
        assert altigen.recordings[handle].is_muted
        clock.advance(0.3)
    assert not altigen.recordings[handle].is_muted


async def test_maxacd_pauses_instead_of_muting(clock: FakeClock) -> None:
    async with Simulation(scripted=False, altigen={"system": "maxacd"}, clock=clock.tick) as simulation:
        altigen = simulation.altigen
        handle = await altigen.ring()
        await altigen.connect(handle)
        await altigen.record(handle)
        async with AltiGenService(settings_for(altigen), clock=clock) as service:
            await service.log_on()
            await service.record(handle, RecordOperation.MUTE)
            assert altigen.recordings[handle].is_muted
            clock.advance(1)
            await service.record(handle, RecordOperation.UNMUTE)
            assert not altigen.recordings[handle].is_muted


@pytest.mark.parametrize("path", ["/sessions/{session}/calls/{call}/record", "/sessions/{session}/record/{call}"])
async def test_the_record_command_goes_where_the_settings_say(path: str) -> None:
    async with Simulation(scripted=False, altigen={"record_path": path}) as simulation:
        handle = await simulation.altigen.ring()
        await simulation.altigen.connect(handle)
        async with AltiGenService(settings_for(simulation.altigen)) as service:
            await service.log_on()
            await service.record(handle, RecordOperation.START)
        assert handle in simulation.altigen.recordings


async def test_a_recording_that_the_system_refuses_says_why(altigen: Altigen, service: AltiGenService) -> None:
    handle = await altigen.ring()
    await altigen.connect(handle)
    await service.log_on()
    with pytest.raises(ServerFault, match="could not stop the recording") as caught:
        await service.record(handle, RecordOperation.STOP)
    assert caught.value.detail == "The recording was not started (AltiLink 3109: recording was not started)"
