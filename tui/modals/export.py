"""The form to export what a pane shows into a file."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from textual.widget import Widget

from tui.config.files import mode_of
from tui.desk import Desk
from tui.export import export_path, write_export
from tui.modals.form import Field, Form, submit
from tui.models.cell import Cell
from tui.services.errors import Rejected, ServiceError

LONG: Final = 5_000
"""An export of more rows says how far it has come."""


class ExportForm(Form[str]):
    """Dismissed with the name of the file."""

    HEADING = "Export what the pane shows"
    SEND = "Write"

    def __init__(self, desk: Desk, count: int, name: str, refusal: ServiceError | None = None) -> None:
        super().__init__(desk, name, refusal)
        self._count = count

    def _new_fields(self) -> Sequence[Field]:
        """The file's name; its ending decides the format."""
        return [Field("name", "File", self._draft, self._check)]

    def _draft_of(self, values: Mapping[str, str]) -> str:
        return values["name"].strip()

    def _preview(self, values: Mapping[str, str]) -> str:
        return f"{self._count} rows into {export_path(self._draft_of(values))}"

    @staticmethod
    def _check(text: str) -> str:
        try:
            path = export_path(text.strip())
            if path.suffix.lower() not in (".csv", ".json"):
                return "the name must end in .csv or .json"
            if mode_of(path):
                return "this file exists already: choose another name"
            return "" if stat.S_ISDIR(mode_of(path.parent)) else "there is no such folder"
        except OSError as error:
            return str(error.strerror or error)


async def export_rows(
    asking: Widget, desk: Desk, what: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> None:
    """Ask for a file's name and write rows into it; a name that will not do is asked for again."""
    now = desk.clock.now()
    name = f"helpdeck-{what}-{now.at.astimezone():%Y%m%d-%H%M%S}.csv"

    def progress(count: int) -> None:
        if len(rows) > LONG and count % LONG == 0:
            asking.app.call_from_thread(asking.notify, f"{count} of {len(rows)} rows written …")

    async def write(name: str) -> Path:
        try:
            # In a thread: the screen does not stop for a long one.
            return await asyncio.to_thread(write_export, name, columns, rows, progress=progress)
        except OSError as error:
            raise Rejected(f"cannot write it: {error.strerror or error}", field="name") from error

    path = await submit(asking.app.push_screen_wait, name, partial(ExportForm, desk, len(rows)), write)
    if path is not None:
        asking.notify(f"{len(rows)} rows written to {path}")
