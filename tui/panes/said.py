"""Why a form was refused, in the words that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.services.errors import Rejected, ServiceError, describe_error

if TYPE_CHECKING:
    from tui.modals.form import Refusal


def refusal_of(error: ServiceError) -> Refusal:
    """Why a form was refused, and of which field that speaks."""
    from tui.modals.form import Refusal

    if not isinstance(error, Rejected):
        return Refusal(describe_error(error))
    return Refusal(describe_error(error), error.field, error.beside)
