"""The themes that a config may name, held against the toolkit."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES

from tui.config.themes import THEMES


def test_the_themes_are_those_of_the_toolkit() -> None:
    assert set(BUILTIN_THEMES) == THEMES
