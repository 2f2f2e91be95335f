"""What is read of addresses that somebody pasted from anywhere."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.addresses import is_address
from tui.models.computers import COMPUTERS_MOST
from tui.models.invitations import PROBLEMS_KEPT, read_invitations
from tui.models.users import Invitation


def read(text: str, computers: int = 0) -> list[tuple[str, int]]:
    """Addresses before @example.com and their computers, of a text without problems."""
    pasted = read_invitations(text, computers)
    assert pasted.problems == ()
    return [(each.email.removesuffix("@example.com"), each.computers) for each in pasted.invitations]


@pytest.mark.parametrize(
    "text",
    [
        "a@example.com\nb@example.com",
        "a@example.com\r\n\r\n  b@example.com \r\n",
        "a@example.com, b@example.com",
        "a@example.com;b@example.com;",
        "a@example.com\tb@example.com",
        "a@example.com\u2028b@example.com",
        "a@example.com\u00a0b@example.com",
        "<a@example.com>, <b@example.com>",
        "\"a@example.com\"\n'b@example.com'",
        "\ufeffa@example.com\nb@example.com",
        "\ufeffemail\na@example.com\nb@example.com",
    ],
)
def test_addresses_may_be_separated_by_anything_usual(text: str) -> None:
    assert read(text) == [("a", 0), ("b", 0)]


@pytest.mark.parametrize(
    "line", ["a@example.com,3", "a@example.com;3", "a@example.com 3", "a@example.com\t3", '"a@example.com","3"']
)
def test_a_row_with_a_number_allots_so_many_computers(line: str) -> None:
    assert read(f"{line}\nb@example.com", computers=1) == [("a", 3), ("b", 1)]


@pytest.mark.parametrize("line", ["a@example.com,", 'a@example.com,""', '"a@example.com",""', "a@example.com,,"])
def test_a_row_whose_number_is_empty_gets_what_all_get(line: str) -> None:
    assert read(line, computers=2) == [("a", 2)]


@pytest.mark.parametrize("heading", ["email", "Email,Computers", "E-mail;Number", '"EMAIL"', "address"])
@pytest.mark.parametrize("before", ["", "\n", "  \n\n"])
def test_a_heading_row_is_passed_over(heading: str, before: str) -> None:
    assert read(f"{before}{heading}\na@example.com") == [("a", 0)]


def test_a_heading_in_the_middle_is_no_heading() -> None:
    pasted = read_invitations("a@example.com\nemail")
    assert pasted.problems == ("line 2: 'email' is not an e-mail address",)


def test_an_address_that_is_there_twice_is_said_and_invited_once() -> None:
    pasted = read_invitations("a@example.com\nb@example.com\nA@Example.com,5")
    assert [each.email for each in pasted.invitations] == ["a@example.com", "b@example.com"]
    assert pasted.problems == ("line 3: A@Example.com is there twice",)


@pytest.mark.parametrize("number", ["3.5", "-1", "many", "²", "½", str(COMPUTERS_MOST + 1), "9" * 5_000])
def test_what_is_no_number_of_computers_is_said_and_its_row_not_sent(number: str) -> None:
    pasted = read_invitations(f"a@example.com,{number}\nb@example.com")
    assert [each.email for each in pasted.invitations] == ["b@example.com"]
    (problem,) = pasted.problems
    assert problem.startswith("line 1: ")
    assert problem.endswith("is not a number of computers")


@pytest.mark.parametrize(("number", "read_as"), [("0", 0), ("007", 7), (str(COMPUTERS_MOST), COMPUTERS_MOST), ("٣", 3)])
def test_a_number_of_computers_may_be_written_in_any_digits(number: str, read_as: int) -> None:
    assert read(f"a@example.com,{number}") == [("a", read_as)]


def test_of_five_hundred_addresses_the_three_bad_ones_are_named_with_their_lines() -> None:
    lines = [f"desk{number}@example.com" for number in range(1, 501)]
    lines[9], lines[249], lines[499] = "desk10.example.com", "desk250@", "@example.com"
    pasted = read_invitations("\n".join(lines), computers=1)
    assert len(pasted.invitations) == 497
    assert pasted.invitations[0] == Invitation(email="desk1@example.com", computers=1)
    assert pasted.problems == (
        "line 10: 'desk10.example.com' is not an e-mail address",
        "line 250: 'desk250@' is not an e-mail address",
        "line 500: '@example.com' is not an e-mail address",
    )


@pytest.mark.parametrize(
    "text",
    [
        "desk",
        "desk@",
        "@example.com",
        "desk@example",
        "desk@@example.com",
        "desk@example..com",
        "desk@.example.com",
        "desk@example.com.",
        "two words@example.com",
        "desk@example.com,",
        "<desk@example.com>",
        "x" * 250 + "@example.com",
        "desk\u200b@example.com",
        "desk@exam\u00adple.com",
        "\ufeffdesk@example.com",
        "desk\x1b[2J@example.com",
        "desk\u202e@example.com",
        "desk\ud800@example.com",
        "",
    ],
)
def test_what_has_not_the_shape_of_an_address_is_none(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    "text", ["desk@example.com", "front.desk+west@support.example.com", "çağrı@örnek.example", "o'desk@example.com"]
)
def test_what_has_the_shape_of_an_address_is_one(text: str) -> None:
    assert is_address(text)


def test_a_problem_shows_what_is_invisible_and_keeps_to_a_line() -> None:
    pasted = read_invitations("desk\u200b@example.com\n" + "x" * 10_000)
    assert pasted.problems[0] == r"line 1: 'desk\u200b@example.com' is not an e-mail address"
    assert len(pasted.problems[1]) < 120


@given(st.text(max_size=200), st.integers(min_value=0, max_value=9))
def test_whatever_is_pasted_what_is_read_can_be_sent(text: str, computers: int) -> None:
    pasted = read_invitations(text, computers)
    assert all(is_address(each.email) and 0 <= each.computers <= COMPUTERS_MOST for each in pasted.invitations)
    assert len({each.email.casefold() for each in pasted.invitations}) == len(pasted.invitations)
    assert all(problem.isprintable() for problem in pasted.problems)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"desk{number}@example.com\n" for number in range(45_000)),
        "x\n" * 500_000,
        "x " * 500_000,
        "x" * 1_000_000,
        "@" * 1_000_000,
        "a@" + "b." * 500_000,
        '"' * 1_000_000,
    ],
    ids=["addresses", "lines", "words", "one word", "ats", "dots", "quotes"],
)
def test_a_megabyte_is_read_while_a_person_waits(text: str) -> None:
    started = time.process_time()
    pasted = read_invitations(text)
    assert time.process_time() - started < 2
    assert len(pasted.problems) <= PROBLEMS_KEPT
