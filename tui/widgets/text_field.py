"""A field of many lines, like those of ``field``. The first frame does without: Textual's text area loads slowly."""

from __future__ import annotations

from typing import Any, Final

from textual.widgets.text_area import Location

from tui.terminal.toolkit_text_area import BoundedTextArea
from tui.widgets.field import refuse

TEXT_MOST: Final = 400_000
"""Characters of a field of many lines: ten thousand addresses and more. A key is then seen at once, even if all stand
in one line."""

WRAPPED_MOST: Final = 1_000
"""A text with a line of more characters is not wrapped: wrapping one takes as long as it is, at every key."""


class TextField(BoundedTextArea):
    """A field of many lines, wrapped where none of them is too long for that."""

    def __init__(self, text: str = "", **others: Any) -> None:
        super().__init__(text, soft_wrap=_is_wrapped(text), tab_behavior="focus", compact=True, **others)
        self.cursor_blink = False

    @property
    def value(self) -> str:
        """What it holds, as fields of one line say it."""
        return self.text

    def may_take(self, insert: str, start: Location, end: Location) -> bool:
        """Refuse what would be more than is of use, with a word."""
        kept = len(self.text) - len(self.document.get_text_range(*sorted((start, end))))
        if kept + len(insert) > TEXT_MOST:
            refuse(self, f"{TEXT_MOST:,} characters")
            return False
        self.soft_wrap = _is_wrapped(insert) and (self.soft_wrap or not kept)
        return True


def _is_wrapped(text: str) -> bool:
    return max(map(len, text.splitlines()), default=0) <= WRAPPED_MOST
