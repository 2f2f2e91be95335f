"""The private name of Textual's text area, beside those of ``toolkit``: the first frame does without it."""

from __future__ import annotations

from textual.widgets import TextArea
from textual.widgets.text_area import EditResult, Location


class BoundedTextArea(TextArea):
    """A text area that asks before it takes what is typed or pasted."""

    def may_take(self, insert: str, start: Location, end: Location) -> bool:
        """Whether a text may take the place of what stands between two places."""
        return True

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        return super()._replace_via_keyboard(insert, start, end) if self.may_take(insert, start, end) else None
