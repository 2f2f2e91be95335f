"""What RemotePC finds wrong with what a reseller sends: a new user, invitations, a sign-in."""

import re
from typing import Any

ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Misread(ValueError):
    """The body has not the shape of the page: no JSON, or a value of another type."""


class Refused(Exception):
    """What the page has descriptions for."""

    def __init__(self, descriptions: list[str], code: int = 400, status: int = 0) -> None:
        super().__init__(*descriptions)
        self.descriptions = descriptions
        self.code = code
        self.status = status or code


def check_draft(draft: dict[str, Any], shortest_password: int) -> None:
    """Refuse what is wrong with a new user, all at once."""
    errors = [f"{name.upper()}_REQUIRED" for name in ("firstName", "lastName") if not _text(draft, name)]
    errors += _errors_of_address(_text(draft, "invitedUserEmailId"), "ENTER_VALID_EMAIL")
    password = _text(draft, "password")
    if not password:
        errors.append("PASSWORD_REQUIRED")
    elif len(password) < shortest_password:
        errors.append("INVALID_PASSWORD")
    _seats(draft)
    if not isinstance(draft.get("sendEmailToUser", True), bool):
        raise Misread
    _refuse(errors)


def invited_addresses(invitations: object) -> list[tuple[str, int]]:
    """Whom to invite, with the computers for each; refuses what is wrong with that."""
    if not isinstance(invitations, list):
        raise Misread
    invited: list[tuple[str, int]] = []
    errors: list[str] = [] if invitations else ["EMAILID_REQUIRED"]
    for invitation in invitations:
        if not isinstance(invitation, dict):
            raise Misread
        address = _text(invitation, "invitedUserEmailId")
        errors += _errors_of_address(address, "ENTER_VALID_EMAIL")
        invited.append((address, _seats(invitation)))
    _refuse(errors)
    return invited


def check_sign_in(given: dict[str, Any]) -> None:
    """Refuse what is wrong with a sign-in."""
    username = _text(given, "username")
    errors = _errors_of_address(username, "INVALID_EMAIL") if username else ["USERNAME_REQUIRED"]
    if not _text(given, "password"):
        errors.append("PASSWORD_REQUIRED")
    _refuse(errors)


def _refuse(errors: list[str]) -> None:
    if errors:
        raise Refused(errors)


def _errors_of_address(address: str, invalid: str) -> list[str]:
    if not address:
        return ["EMAILID_REQUIRED"]
    return [] if ADDRESS.fullmatch(address) else [invalid]


def _text(draft: dict[str, Any], name: str) -> str:
    value = draft.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Misread
    return value.strip() if name != "password" else value


def _seats(draft: dict[str, Any]) -> int:
    seats = draft.get("allotedComputers", 0)
    if type(seats) is not int or seats < 0:
        raise Misread
    return seats
