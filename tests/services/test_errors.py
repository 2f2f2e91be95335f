"""Which failures may be tried again."""

from __future__ import annotations

import pytest

from tui.services import errors
from tui.services.errors import LICENCE_WAIT, ServiceError


@pytest.mark.parametrize(
    ("error", "least_wait"),
    [
        (errors.Unreachable("x"), 0),
        (errors.Unreadable("x"), 0),
        (errors.ServerFault("x"), 0),
        (errors.NotFound("x"), 0),
        (errors.Elsewhere("x"), 0),
        (errors.LicenceInUse("x"), LICENCE_WAIT),
        (errors.Limited("x", seconds=900), 900),
        (errors.Refused("x"), None),
        (errors.Rejected("x"), None),
        (errors.Misuse("x"), None),
    ],
)
def test_only_what_may_pass_is_tried_again(error: ServiceError, least_wait: float | None) -> None:
    assert error.least_wait == least_wait


def test_an_answer_that_came_may_follow_on_a_deed() -> None:
    assert errors.Unreadable("x").may_have_acted
    assert errors.ServerFault("x").may_have_acted
    assert not errors.Unreachable("x").may_have_acted
