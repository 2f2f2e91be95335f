"""The styles of a widget's parts, looked up once."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.widget import Widget


class ComponentStyles(Widget):
    """A widget that draws its own lines in the styles of its component classes.

    Textual forgets them at every refresh, and working one out takes longer than drawing a line. They change with the
    style sheet and the theme alone, which is told to every widget.
    """

    COMPONENT_PREFIX: ClassVar[str] = ""
    """What the component classes of this widget begin with."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._known_styles: dict[str, Style] = {}

    def style(self, name: str) -> Style:
        """The style of one part."""
        known = self._known_styles.get(name)
        if known is None:
            known = self._known_styles[name] = self.get_component_rich_style(f"{self.COMPONENT_PREFIX}--{name}")
        return known

    def notify_style_update(self) -> None:
        """The style sheet or the theme changed."""
        super().notify_style_update()
        self._known_styles.clear()
