"""A text is shown without secrets in any spelling, and masking it never fails."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config import Secret, masked

ANY = st.text(alphabet=st.characters(exclude_categories=()))
"""Halves of surrogate pairs among them."""


@pytest.mark.parametrize("secret", ["to\ud800ken", "\udcff\udcff\udcff", "\ud800" * 3, "naïve\udfff", "\0\0\0"])
def test_a_secret_that_is_no_text_is_masked_all_the_same(secret: str) -> None:
    said = f"it was {secret}, in JSON {json.dumps(secret)}"
    assert masked(said, [Secret(secret)]) == 'it was ***, in JSON "***"'


@given(text=ANY, secret=ANY)
def test_masking_never_fails(text: str, secret: str) -> None:
    shown = masked(f"{text}{secret}{text}", [Secret(secret)])
    assert len(secret) < 3 or secret in "***" or secret not in shown


@pytest.mark.parametrize("secret", ["Päss/Wörd", "abc", "İstanbul", "ΑΣΣ", "ſecret", "K\u212aelvin", "GROß"])
def test_a_secret_is_masked_in_letters_of_any_case(secret: str) -> None:
    for spelling in (secret, secret.lower(), secret.swapcase(), quote(secret, safe="").lower()):
        if len(spelling) == len(secret) or "%" in spelling:
            assert masked(f"x {spelling} y", [Secret(secret)]) == "x *** y", spelling
