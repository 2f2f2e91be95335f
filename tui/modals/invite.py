"""The form to invite many users at once, and the question before they are invited."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tui.desk import Desk
from tui.desk.remotepc import RemotePCCounter
from tui.modals.add_user import check_computers
from tui.modals.confirm import Confirm
from tui.modals.form import Field, Form
from tui.models.computers import read_computers
from tui.models.headings import Columns
from tui.models.invitations import Pasted, read_invitations
from tui.models.users import Invitation

FILE_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of a file of addresses: a hundred thousand of them."""

MARKS: Final = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))
"""How spreadsheets write, each with the mark that it begins with."""

WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""What the files of spreadsheets themselves begin with."""


class InviteDraft(NamedTuple):
    """What the form holds: the text as it was pasted, so that it can be shown again, or the name of a file."""

    text: str = ""
    file: str = ""
    computers: str = "0"

    def load(self) -> Callable[[Columns | None], Pasted]:
        """What reads it, by its heading or by other columns. Raises OSError where the file cannot be read."""
        text = read_file(self.file.strip()) if self.file.strip() else self.text
        return partial(read_invitations, text, read_computers(self.computers.strip()) or 0)


def read_file(name: str) -> str:
    """The text of a file of addresses. Raises OSError with the reason where there is none."""
    try:
        path = Path(name).expanduser()
        found = path.stat()
    except (RuntimeError, ValueError) as error:  # the home of nobody, a zero byte
        raise OSError(str(error)) from error
    if not stat.S_ISREG(found.st_mode):
        raise OSError("it is no file")  # a pipe would be waited for until somebody writes into it
    with path.open("rb") as file:
        held = file.read(FILE_LIMIT + 1)
    if len(held) > FILE_LIMIT:
        raise OSError(f"it is larger than {FILE_LIMIT >> 20} MiB: is it a list of addresses?")
    if held.startswith(WORKBOOKS):
        raise OSError("it is a workbook: save it as CSV and take that file")
    for encoding in _encodings(held):
        try:
            text = held.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise OSError("it is no text")


def _encodings(held: bytes) -> Sequence[str]:
    """What a text may be encoded in, the likeliest first; the last one takes nearly anything."""
    marked = [encoding for encoding, mark in MARKS if held.startswith(mark)]
    if marked or b"\0" not in held:
        return marked or ("utf-8", "cp1254")
    return ("utf-16-le",) if held[1:2] == b"\0" else ("utf-16-be",)  # without a mark, as some programs write it


class InviteUsers(Form[InviteDraft]):
    """Dismissed with the draft. What is bad in it is shown in the preview, and does not keep the rest from going."""

    HEADING = "Invite users"
    SEND = "Preview"
    IS_ORDER = False

    def _new_fields(self) -> Sequence[Field]:
        return [
            Field("addresses", "Paste addresses", self._draft.text, lines=8, hint="one a line, or address,computers"),
            Field("file", "or a CSV file", self._draft.file, hint="its name, as ~/new-users.csv"),
            Field("computers", "Computers each", self._draft.computers, check_computers),
        ]

    def _draft_of(self, values: Mapping[str, str]) -> InviteDraft:
        return InviteDraft(values["addresses"], values["file"], values["computers"])

    def _problems(self, values: Mapping[str, str]) -> dict[str, str]:
        found = super()._problems(values)
        pasted, named = bool(values["addresses"].strip()), bool(values["file"].strip())
        if not pasted and not named:
            found["addresses"] = "paste addresses, one a line, or address,computers"
        elif pasted and named:
            found["file"] = "either a file or what is pasted above"
        return found

    def _preview(self, values: Mapping[str, str]) -> str:
        draft = self._draft_of(values)
        if draft.file.strip():
            return "the next page shows what is in the file"
        lines = sum(not line.isspace() for line in draft.text.split("\n") if line)  # reading them takes too long here
        return f"{lines:,} {'line' if lines == 1 else 'lines'}; the next page shows what becomes of each address"


def invite_review(desk: Desk, invitations: Sequence[Invitation], skipped: int, unread: str = "") -> Confirm:
    """Exactly how many will be invited, and what it comes to. ``unread``: what of the list was not read at all."""
    counter = desk.counter(RemotePCCounter)
    settings = counter.section
    batch = settings.invite_batch if settings is not None else len(invitations)
    requests = -(-len(invitations) // batch)
    computers = sum(each.computers for each in invitations)
    allotted = counter.board.allotted
    some = ", ".join(each.email for each in invitations[:3])
    facts = [
        ("Addresses", f"{len(invitations)}: {some}{', …' if len(invitations) > 3 else ''}"),
        ("Left out", f"{skipped} that are bad, doubled, known or done" if skipped else ""),
        ("Not read", unread),
        ("Requests", f"{requests}, of at most {batch} addresses; s stops between two"),
        ("Computers", f"{computers} with these invitations"),
        ("", ""),
        ("Allotted in all", f"{allotted + computers} computers, now {allotted}"),
    ]
    question = "RemotePC invites them at once. It cannot be taken back from here, and computers may cost money."
    title = f"Invite {len(invitations)} {'address' if len(invitations) == 1 else 'addresses'}?"
    return Confirm(desk, title, question, "Invite", [fact for fact in facts if fact[1] or not fact[0]])
