"""Every command that changes something leaves two lines, whatever came of it, and no secret."""

from __future__ import annotations

import json
from typing import Final

import pytest

from tests.clock import FakeClock
from tests.counters import accounts_of, calls_of, phone_of
from tests.desk.test_commands import connected_call
from tests.waiting import until
from tui.audit import AUDIT_FILE
from tui.config import Secret
from tui.demo import Simulation
from tui.desk import Desk
from tui.models.invite_run import InviteRun
from tui.models.users import Invitation, UserDraft
from tui.services.errors import Rejected, ServiceError
from tui.state import state_folder

PASSWORD: Final = "canary-password"


def written() -> list[tuple[str, str, str]]:
    """What, on what, with which result."""
    path = state_folder() / AUDIT_FILE
    lines = path.read_text().splitlines() if path.exists() else []
    return [(line["what"], line["on"], line["result"]) for line in map(json.loads, lines)]


async def test_every_command_on_calls_is_audited(simulation: Simulation, desk: Desk, clock: FakeClock) -> None:
    key = await connected_call(simulation, desk)
    await phone_of(desk).toggle_recording(key)
    await until(lambda: (call := calls_of(desk).get(key)) and call.recording)
    await phone_of(desk).toggle_mute(key)
    await phone_of(desk).hang_up(key)
    await phone_of(desk).place_call("202")
    number = "6175550119"
    assert written() == [
        ("start recording", number, "asked"),
        ("start recording", number, "done"),
        ("mute recording", number, "asked"),
        ("mute recording", number, "done"),
        ("hang up", number, "asked"),
        ("hang up", number, "done"),
        ("place call", "202", "asked"),
        ("place call", "202", "done"),
    ]


async def test_a_refused_call_is_audited_with_the_reason(simulation: Simulation, desk: Desk) -> None:
    simulation.altigen.fault("status", path="/sessions/*/calls", body={"code": 3034, "message": "Line busy"})
    with pytest.raises(ServiceError):
        await phone_of(desk).place_call("202")
    assert [result.partition(":")[0] for _, _, result in written()] == ["asked", "refused"]


async def test_every_command_on_accounts_is_audited_without_its_secrets(simulation: Simulation, desk: Desk) -> None:
    draft = UserDraft(first_name="A", last_name="B", email="a@example.com", password=Secret(PASSWORD), computers=3)
    await accounts_of(desk).add(draft)
    with pytest.raises(Rejected):
        await accounts_of(desk).add(draft)
    repeating = {"code": 400, "errors": [{"description": f"Bad {PASSWORD}"}]}
    simulation.remotepc.fault("status", 1, "/add", status=400, body=repeating)
    with pytest.raises(Rejected):
        await accounts_of(desk).add(draft)
    run = InviteRun([Invitation(email="b@example.com", computers=1), Invitation(email="a@example.com")], 50)
    await accounts_of(desk).invite(run)
    link = await accounts_of(desk).sign_in_link("a@example.com", Secret(PASSWORD))
    assert written() == [
        ("add user", "a@example.com (3 computers)", "asked"),
        ("add user", "a@example.com (3 computers)", "created"),
        ("add user", "a@example.com (3 computers)", "asked"),
        (
            "add user",
            "a@example.com (3 computers)",
            "refused: An account with this e-mail address exists already.",
        ),
        ("add user", "a@example.com (3 computers)", "asked"),
        ("add user", "a@example.com (3 computers)", "refused: RemotePC does not add the user: Bad ***."),
        ("invite", "b@example.com (1 computers)", "asked"),
        ("invite", "a@example.com (0 computers)", "asked"),
        ("invite", "b@example.com (1 computers)", "INVITED"),
        ("invite", "a@example.com (0 computers)", "EXISTS"),
        ("get sign-in link", "a@example.com", "asked"),
        ("get sign-in link", "a@example.com", "done"),
    ]
    text = (state_folder() / AUDIT_FILE).read_text()
    assert PASSWORD not in text
    assert link.reveal() not in text
    assert link.reveal().rpartition("/")[2] not in text


async def test_what_no_answer_came_to_is_audited_as_it_was_found_out(simulation: Simulation, desk: Desk) -> None:
    draft = UserDraft(first_name="A", last_name="B", email="a@example.com", password=Secret(PASSWORD))
    simulation.remotepc.fault("reset", path="/add")
    await accounts_of(desk).add(draft)
    simulation.remotepc.fault("reset_after", path="/add")
    await accounts_of(desk).add(draft)
    assert [result for _, _, result in written()] == ["asked", "not created", "asked", "created after all"]


async def test_without_an_audit_no_account_is_asked_for_but_a_call_is_hung_up(
    simulation: Simulation, desk: Desk
) -> None:
    key = await connected_call(simulation, desk)
    (state_folder() / AUDIT_FILE).mkdir(parents=True)
    draft = UserDraft(first_name="A", last_name="B", email="a@example.com", password=Secret(PASSWORD))
    for asking in (
        accounts_of(desk).add(draft),
        accounts_of(desk).sign_in_link("a@example.com", Secret(PASSWORD)),
        phone_of(desk).place_call("202"),
    ):
        with pytest.raises(Rejected, match="could not be written into the audit"):
            await asking
    run = InviteRun([Invitation(email="b@example.com")], 50)
    await accounts_of(desk).invite(run)
    assert "could not be written into the audit" in run.reason
    assert run.left
    assert not simulation.remotepc.created
    assert not simulation.altigen.placed
    await phone_of(desk).hang_up(key)
    await until(lambda: not calls_of(desk).live())
    assert desk.audit.problem == "Is a directory"


async def test_what_is_refused_by_ourselves_is_not_audited(simulation: Simulation, desk: Desk) -> None:
    with pytest.raises(Rejected):
        await phone_of(desk).hang_up(7)
    assert written() == []
