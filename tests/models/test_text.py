"""Whatever a stranger calls himself: it is readable, it keeps to its cells, and it commands no terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes

from tui.models.text import BAD_SIGN, COMBINING_LIMIT, LIMIT, clean

HOSTILE = (
    "\x1b]0;title\x07",
    "\x9b31m",
    "\u202egnp.exe",
    "\u2066\u2069",
    "a\u200b\u200c\u200d\u2060b",
    "\ufefftext",
    "\ud800\udfff",
    "\U000e0041\U000e007f",
    "e" + "\u0301" * 50,
    "\u0903" * 50,
    "\ufe0f\u0301",
    "e\ufe0f\u0301",
    "\u2764\ufe0f",
    "\u1160\u11a8",
    "\u115f\u3164\uffa0",
    "\U0001f3fd",
    "\U0001f44d\U0001f3fd",
    "\U0001f1f9\U0001f1f7\U0001f1f9",
    "\U0001f469\u200d\U0001f4bb",
    "line\u2028separator\u2029and\x85more\r\n",
    "\ufb2c" * LIMIT,
    "\U0001d160" * LIMIT,
    "x" * 10_000,
    "界" * 10_000,
)

# Mostly the characters that go wrong, so that a few hundred tries find their combinations.
TRICKY = st.sampled_from(
    [
        *"aeI1 =.界가각",
        *"\x00\x1b\x7f\x85\x9b\u00a0\u00ad",
        *"\u0301\u0327\u0345\u20dd\u0488\u034f\ufe0f\U0001f3fd",
        *"\u200b\u200d\u202e\u2028\u2066\ufeff\U000e0041\U0001f1f9",
        *"\u1100\u1161\u11a8\u3164",
    ]
)
TEXTS = st.text(TRICKY | st.characters(), max_size=60)


def marks_on_one(text: str) -> int:
    most = run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character).startswith("M") else 0
        most = max(most, run)
    return most


def check_is_safe(text: str) -> None:
    assert not {unicodedata.category(character) for character in text} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert marks_on_one(text) <= COMBINING_LIMIT
    spans, cells = split_graphemes(text)
    assert all(width > 0 for _, _, width in spans), "what takes no cell lands on its neighbour's"
    assert cells == cell_len(text)


@given(TEXTS | st.sampled_from(HOSTILE), st.integers(min_value=1, max_value=80))
@example("\ufb2c" * 80, 80)
@example("\u0301" * 80, 80)
def test_no_text_is_dangerous_longer_than_the_limit_or_changed_by_cleaning_twice(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    check_is_safe(cleaned)
    assert len(cleaned) <= limit
    assert clean(cleaned, limit) == cleaned
    cleaned.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_known_to_be_hostile_is_made_safe_within_the_usual_limit(text: str) -> None:
    cleaned = clean(text)
    check_is_safe(cleaned)
    assert len(cleaned) <= LIMIT
    assert clean(cleaned) == cleaned


def test_no_character_that_there_is_stays_dangerous() -> None:
    """Every one that unicodedata knows; of the unassigned, private and surrogate ones, one each."""
    known = (chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs"))
    cleaned = {clean(character) for character in [*known, "\U000e0fff", "\ue000", "\ud800"]}
    cleaned.remove("")
    assert [ascii(text) for text in cleaned if clean(text) != text] == []
    assert [ascii(text) for text in cleaned if cell_len(text[0]) == 0] == []


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=LIMIT))
def test_printable_ascii_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Işık Çağrı Merkezi, İSTANBUL",
        "Κέντρο υποστήριξης",
        "サポート窓口 受付",
        "고객 지원",
        "مركز الدعم",
        "מוקד תמיכה",
        "Служба поддержки",
        "ฝ่ายสนับสนุนผู้ใช้",
        "Dịch vụ hỗ trợ khách hàng",
        "ज़िंदगी सहायता",
        "Zürich – Øst & Søn “café”",
        "مُحَدَّد",
    ],
)
def test_words_of_many_scripts_stay_as_they_are_written(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;x\x07", "␛]0;x␇"),
        ("a\tb\r\nc\x00\x7f", "a␉b␍␊c␀␡"),
        ("é\x1b[2J", "é␛[2J"),
        ("\x9b31m", f"{BAD_SIGN}31m"),
        ("user\u202egpj.exe", f"user{BAD_SIGN}gpj.exe"),
        ("a\u2028b", f"a{BAD_SIGN}b"),
        ("\ud83d", BAD_SIGN),
        ("soft\u00adhyphen", f"soft{BAD_SIGN}hyphen"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_instead(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_letter_and_its_mark_become_one_character() -> None:
    assert clean("e\u0301") == "é"


def test_a_pile_of_marks_is_cut_down_to_what_languages_need() -> None:
    assert clean("x" + "\u0316" * 99 + "y") == "x" + "\u0316" * COMBINING_LIMIT + "y"


@pytest.mark.parametrize("before", ["", " ", "\u3000"])
def test_a_mark_on_nothing_gets_something_to_stand_on(before: str) -> None:
    assert clean(f"{before}\u0301x") == f"{before}◌\u0301x"


def test_signs_that_only_change_how_the_one_before_looks_are_dropped() -> None:
    assert clean("\u2764\ufe0f 1\ufe0f\u20e3 \U0001f44d\U0001f3fd") == "\u2764 1\u20e3 \U0001f44d"


def test_a_flag_is_shown_as_its_letters_for_terminals_do_not_agree_on_its_width() -> None:
    assert clean("\U0001f1f9\U0001f1f7 \U0001f1ea") == "TR E"


@pytest.mark.parametrize("filler", ["\u115f", "\u1160", "\u3164", "\uffa0", "\u11a8", "\ud7b0"])
def test_letters_that_are_not_drawn_are_shown_as_a_sign(filler: str) -> None:
    assert clean(f"a{filler}b") == f"a{BAD_SIGN}b"


def test_korean_that_comes_in_parts_is_put_together() -> None:
    assert clean("\u1112\u1161\u11ab") == "한"


@pytest.mark.parametrize(("length", "kept"), [(LIMIT, LIMIT), (LIMIT + 1, LIMIT - 1), (10_000, LIMIT - 1)])
@pytest.mark.parametrize("character", ["x", "ü", "界"])
def test_a_text_that_is_too_long_says_that_it_goes_on(character: str, length: int, kept: int) -> None:
    assert clean(character * length) == character * kept + ("" if length == kept else "…")


def test_a_text_that_grows_by_cleaning_is_cut_too() -> None:
    assert clean("\ufb2c" * LIMIT) == ("\u05e9\u05bc\u05c1" * LIMIT)[: LIMIT - 1] + "…"
