"""What the desk does when the person asks for something, and what it says when it cannot."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import accounts_of, calls_of, phone_of
from tests.desk.harness import running, settings_of, until_live
from tests.waiting import until
from tui.config import Secret, UISettings
from tui.demo import Simulation
from tui.desk import Desk
from tui.models.invite_run import InviteRun
from tui.models.users import Invitation, UserDraft
from tui.services.errors import Rejected

DRAFT = UserDraft(
    first_name="Front", last_name="Desk", email="front-desk@example.com", password=Secret("long enough"), computers=2
)


async def ringing_call(simulation: Simulation, desk: Desk) -> int:
    """A call rings; its key on the board."""
    await simulation.altigen.ring(caller_id="6175550119")
    await until(calls_of(desk).live)
    return calls_of(desk).live()[-1].key


async def connected_call(simulation: Simulation, desk: Desk) -> int:
    """A call is talked on; its key on the board."""
    key = await ringing_call(simulation, desk)
    await simulation.altigen.connect(calls_of(desk).live()[-1].handle)
    await until(lambda: calls_of(desk).live()[-1].connected)
    return key


async def test_a_placed_call_comes_back_as_an_outgoing_call(simulation: Simulation, desk: Desk) -> None:
    await phone_of(desk).place_call("6175550119")
    await until(lambda: len(calls_of(desk)) == 1)
    assert next(iter(calls_of(desk))).direction == "out"


async def test_hanging_up_ends_the_call(simulation: Simulation, desk: Desk) -> None:
    key = await connected_call(simulation, desk)
    await phone_of(desk).hang_up(key)
    await until(lambda: not calls_of(desk).live())


async def test_recording_starts_is_muted_goes_on_and_stops(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    key = await connected_call(simulation, desk)

    def recording() -> object:
        call = calls_of(desk).get(key)
        return call and call.recording

    assert await phone_of(desk).toggle_recording(key) == "recording starts"
    await until(recording)
    assert await phone_of(desk).toggle_mute(key) == "the recording is muted"
    await until(lambda: (call := calls_of(desk).get(key)) and call.recording and call.recording.muted)
    clock.advance(1)
    assert await phone_of(desk).toggle_mute(key) == "the recording goes on"
    await until(lambda: (call := calls_of(desk).get(key)) and call.recording and not call.recording.muted)
    assert await phone_of(desk).toggle_recording(key) == "recording stops"
    await until(lambda: recording() is None)


async def test_maxacd_is_never_asked_to_drop_a_call(clock: FakeClock) -> None:
    async with (
        Simulation("desk", scripted=False, altigen={"system": "maxacd"}, clock=clock.tick) as simulation,
        running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk,
    ):
        await until_live(desk, clock, "altigen")
        key = await connected_call(simulation, desk)
        with pytest.raises(Rejected, match="MaxACD cannot drop calls"):
            await phone_of(desk).hang_up(key)
        assert not any(asked.method == "DELETE" for asked in simulation.altigen.requests)


async def test_a_conference_is_not_dropped(simulation: Simulation, desk: Desk) -> None:
    key = await connected_call(simulation, desk)
    handle = calls_of(desk).live()[-1].handle
    await simulation.altigen.send({"eventType": "CallEvent", "callHandle": handle, "callEventType": "Conference"})
    await until(lambda: desk.counters["altigen"].why_not("calls.hang_up", calls_of(desk).get(key)))
    with pytest.raises(Rejected, match="cannot drop a conference"):
        await phone_of(desk).hang_up(key)
    assert not any(asked.method == "DELETE" for asked in simulation.altigen.requests)


async def test_an_ended_call_can_be_neither_hung_up_nor_recorded(simulation: Simulation, desk: Desk) -> None:
    key = await ringing_call(simulation, desk)
    await simulation.altigen.disconnect(calls_of(desk).live()[-1].handle)
    await until(lambda: not calls_of(desk).live())
    for command in (phone_of(desk).hang_up, phone_of(desk).toggle_recording, phone_of(desk).toggle_mute):
        with pytest.raises(Rejected, match="has ended"):
            await command(key)


async def test_read_only_sends_nothing_that_changes_anything(simulation: Simulation, clock: FakeClock) -> None:
    async with running(settings_of(simulation, ui=UISettings(readonly=True)), clock) as desk:
        await until_live(desk, clock)
        asked = len(simulation.altigen.requests) + len(simulation.remotepc.requests)
        with pytest.raises(Rejected, match="read-only"):
            await phone_of(desk).place_call("201")
        with pytest.raises(Rejected, match="read-only"):
            await accounts_of(desk).add(DRAFT)
        run = InviteRun([Invitation(email="front-desk@example.com")], 50)
        await accounts_of(desk).invite(run)
        assert "read-only" in run.reason
        assert len(simulation.altigen.requests) + len(simulation.remotepc.requests) == asked


async def test_a_command_without_its_system_says_so(simulation: Simulation, clock: FakeClock) -> None:
    settings = replace(settings_of(simulation), remotepc=None)
    async with running(settings, clock) as desk:
        with pytest.raises(Rejected, match=r"no \[remotepc\] section"):
            await accounts_of(desk).add(DRAFT)
