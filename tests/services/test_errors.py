"""Which failures may be tried again."""

from __future__ import annotations

import pytest

from tui.services import errors
from tui.services.errors import LICENCE_WAIT, ServiceError, Stop, Wait, verdict


@pytest.mark.parametrize(
    ("error", "decision"),
    [
        (errors.Unreachable("x"), Wait()),
        (errors.Unreadable("x"), Wait()),
        (errors.ServerFault("x"), Wait()),
        (errors.NotFound("x"), Wait()),
        (errors.Elsewhere("x"), Wait()),
        (errors.LicenceInUse("x"), Wait(LICENCE_WAIT)),
        (errors.Limited("x", seconds=900), Wait(900)),
        (errors.Refused("x"), Stop()),
        (errors.Rejected("x"), Stop()),
        (errors.Misuse("x"), Stop()),
    ],
)
def test_only_what_may_pass_is_tried_again(error: ServiceError, decision: Stop | Wait) -> None:
    assert verdict(error) == decision


def test_an_answer_that_came_may_follow_on_a_deed() -> None:
    assert errors.Unreadable("x").may_have_acted
    assert errors.ServerFault("x").may_have_acted
    assert not errors.Unreachable("x").may_have_acted
