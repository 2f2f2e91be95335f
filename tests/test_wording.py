"""Comments and docstrings are plain English: no phrase that a stranger has to read twice."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.tree import ROOT

FORBIDDEN: Final = (
    r"\b(?:what|who|which|this|that|it|something) is so\b",  # say what it is
    r"\blet (?:be|come)\b",  # say what is done
    r"\bso (?:many|much|often)\b(?! (?:as|that)\b)",  # say how many, or name the argument
    r"\bso long\b(?! (?:as|that)\b)",
    r"\blest\b",
    r"\b(?:thereof|thereby|wherein|whereby|whosever|withal|unto|ere|naught|nought)\b",
)

DRAWN_FROM: Final = (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT)
"""A text between three quotation marks is a docstring where one of these goes before it."""


def prose(source: str) -> Iterator[tuple[int, str]]:
    """The comments and docstrings of a file, each as one line, with the number of its first one."""
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT or (token.string.endswith('"""') and before in DRAWN_FROM):
            yield token.start[0], " ".join(token.string.strip('#r"').split())
        before = token.type


def forbidden(source: str) -> list[str]:
    return [
        f"{line}: {found.group()}"
        for line, text in prose(source)
        for phrase in FORBIDDEN
        for found in re.finditer(phrase, text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("folder", ["tui", "tests"])
def test_no_phrase_has_to_be_read_twice(folder: str) -> None:
    found = {
        str(path.relative_to(ROOT)): said
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != Path(__file__) and (said := forbidden(path.read_text("utf-8")))
    }
    assert found == {}


def test_such_a_phrase_is_found_in_comments_and_docstrings_alone() -> None:
    source = (
        '"""Wait so many\nseconds."""\n\nLIMIT = 3\n"""So often it is tried."""\n\nx = """so much"""  # what is so\n'
        "# So many that nobody counts them: this is English.\n"
    )
    assert forbidden(source) == ["1: so many", "5: So often", "7: what is so"]
