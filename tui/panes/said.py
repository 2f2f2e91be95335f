"""Errors and links in the words that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.models.links import Link
from tui.services.errors import Rejected, ServiceError

if TYPE_CHECKING:
    from tui.modals.form import Refusal


def refusal_of(error: ServiceError) -> Refusal:
    """Why a form was refused, and of which field that speaks."""
    from tui.modals.form import Refusal

    if not isinstance(error, Rejected):
        return Refusal(said_by(error))
    return Refusal(said_by(error), error.field, error.beside)


def said_by(error: ServiceError) -> str:
    """An error as the person reads it."""
    return _said(error.sentence, error.detail, error.setting)


def in_full(link: Link) -> str:
    """Why a link is not live, as the person reads it."""
    return _said(link.reason, link.detail, link.setting)


def _said(sentence: str, detail: str, setting: str) -> str:
    """The sentence, the system's own words, the setting to look at."""
    words = f" ({detail})" if detail and detail not in sentence else ""
    hint = f"; look at {setting} in the config" if setting and setting not in sentence else ""
    return f"{sentence}{words}{hint}"
