"""Lists as customers mail them, out of the spreadsheets of several countries: read as they are meant, or not sent."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.computers import read_computers
from tui.models.headings import Columns
from tui.models.invitations import (
    PROBLEMS_KEPT,
    WHICH_ADDRESS,
    WHICH_COMPUTERS,
    Pasted,
    read_invitations,
)


def sent(text: str, computers: int = 0, columns: Columns | None = None) -> list[tuple[str, int]]:
    """What would be sent, with its computers."""
    return [(each.email, each.computers) for each in read_invitations(text, computers, columns).invitations]


def problem(text: str) -> str:
    """The one problem of a list of which nothing is sent."""
    pasted = read_invitations(text, 1)
    assert pasted.invitations == ()
    (found,) = pasted.problems
    return found


BOTH = [("ayse@example.org", 5), ("bob@example.org", 12)]


@pytest.mark.parametrize(
    "text",
    [
        "Name,E-mail,Computers\nAyşe,ayse@example.org,5\nBob,bob@example.org,12\n",
        "e-posta;bilgisayar\nayse@example.org;5\nbob@example.org;12",
        "Bilgisayar Sayısı;Ad Soyad;E-Posta Adresi\n5;Ayşe Öz;ayse@example.org\n12;Bob;bob@example.org",
        "BİLGİSAYAR SAYISI\tE-POSTA\n5\tayse@example.org\n12\tbob@example.org",
        "Firma;E-Mail-Adresse;Anzahl Rechner\nÖz GmbH;ayse@example.org;5\nBob AG;bob@example.org;12",
        "Nom;Adresse e-mail;Nombre d\u2019ordinateurs\nÖz;ayse@example.org;5\nBob;bob@example.org;12",
        "Société|Courriel|Postes\nÖz|ayse@example.org|5\nBob|bob@example.org|12",
        '"Name","E-mail","Computers"\r\n"Öz, Ayşe","ayse@example.org","5"\r\n"Bob","bob@example.org","12"\r\n',
        'Name,E-mail,Address,Computers\nA,ayse@example.org,"1 Quay\nHarbour",5\nB,bob@example.org,x,12',
        "sep=;\nName;E-mail;Computers\nA;ayse@example.org;5\nB;bob@example.org;12",
        'sep=,\n"Doe, Jane","x"\nName,E-mail,Computers\nA,ayse@example.org,5\nB,bob@example.org,12',
        "Our new branches, March 2026\n\nName;E-mail;Computers\nA;ayse@example.org;5\n;;\nB;bob@example.org;12\n;;",
        "E-mail list\nName;E-mail;Computers\nA;ayse@example.org;5\nB;bob@example.org;12",
        "\ufeffE-mail;Computers\n mailto:ayse@example.org ;5,0\nBob <bob@example.org>;12,00",
        "Email,Computers,,\nayse@example.org,5,,\nbob@example.org,12,,",
        ",email,computers\n0,ayse@example.org,5\n1,bob@example.org,12",
        "No.,E-mail,PCs,Notes\n1,ayse@example.org,5,call first\n2,bob@example.org,12,",
        '[{"name": "A", "email": "ayse@example.org", "computers": 5}, {"email": "bob@example.org", "computers": "12"}]',
        'Ayşe Öz <ayse@example.org>;5\n"Bob" <bob@example.org>\t12',
        "Öz, Ayşe <ayse@example.org>, 5\nBob <BOB@example.org> 12".replace("BOB", "bob"),
        "ayse@example.org.;5.0\nmailto:bob@example.org, 12",
    ],
)
def test_the_heading_or_the_line_says_what_is_what(text: str) -> None:
    pasted = read_invitations(text, 1)
    assert (pasted.problems, pasted.question) == ((), "")
    assert sent(text, 1) == BOTH


@pytest.mark.parametrize(
    "line",
    [
        "Jane Doe <jane@example.org>",
        '"Doe, Jane" <jane@example.org>',
        "Doe, Jane <jane@example.org>",
        "<mailto:jane@example.org>",
        "MAILTO:jane@example.org",
        "'jane@example.org',",
        "Kasse 5 <jane@example.org>",
    ],
)
def test_a_name_beside_an_address_is_no_problem(line: str) -> None:
    assert sent(line) == [("jane@example.org", 0)]
    assert read_invitations(line).problems == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("5,0", 5),
        ("5.0", 5),
        ("5,00", 5),
        ("1000", 1000),
        ("1000,000", 1000),
        ("1 000", 1000),
        ("1\u00a0000", 1000),
        ("1\u202f000", 1000),
        ("1'000", 1000),
        ("1.000,00", 1000),
        ("1,000.00", 1000),
        ("0", 0),
    ],
)
def test_a_number_with_one_meaning_is_read(text: str, number: int) -> None:
    assert read_computers(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "1.000",
        "1,000",
        "5,5",
        "5.5",
        "-5",
        "1e3",
        "5 PCs",
        "five",
        "½",
        "²",
        "5-6",
        "5/6",
        "=5",
        "n/a",
        "-",
        "1 00",
        "12 0000",
        "1.00.000",
        "100001",
        "5\u200b",
        "9" * 5_000,
        "1,000,000",
    ],
)
@pytest.mark.parametrize(
    "list_of", ["a@example.org;{}", "e-mail;x;computers\na@example.org;y;{}", 'a@example.org,"{}"', "a@example.org\t{}"]
)
def test_a_number_that_is_not_understood_keeps_its_line_from_going(text: str, list_of: str) -> None:
    assert "is not a number of computers" in problem(list_of.format(text))


@pytest.mark.parametrize(
    "line",
    [
        "a@example.org,1,000",
        "a@example.org;5;Istanbul",
        "a@example.org;5;7",
        "5;a@example.org",
        "a@example.org 5 PCs",
        "5 <a@example.org>",
        "Jane, 5, <a@example.org>",
        "Jane;a@example.org;5",
        "a@example.org; Jane",
        "Email,Computers\na@example.org,1,000",
        "Email,Computers,,\na@example.org,1,000,",
        "Email,Computers,Note\na@example.org,1,000",
        'Email,Computers\n"a@example.org,5',
        "Email;Name;Computers\na@example.org, b@example.org;x;5",
    ],
)
def test_what_is_not_understood_of_a_line_keeps_the_whole_line_from_going(line: str) -> None:
    assert problem(line)


def test_of_a_line_with_one_bad_word_every_address_is_said_to_stay_here() -> None:
    pasted = read_invitations("a@example.org, nobody, b@example.org\nc@example.org")
    assert [each.email for each in pasted.invitations] == ["c@example.org"]
    assert pasted.problems == (
        "line 1: a@example.org: 'nobody' is not an e-mail address",
        "line 1: b@example.org: 'nobody' is not an e-mail address",
    )


def test_a_row_of_totals_and_a_customer_without_an_address_are_said() -> None:
    pasted = read_invitations("Name;E-mail;Computers\nA;a@example.org;5\nNo Mail Ltd;;4\nTotal;;9\n")
    assert pasted.problems == (
        "line 3: 'No Mail Ltd 4' has no e-mail address",
        "line 4: 'Total 9' has no e-mail address",
    )


def test_a_stray_quotation_mark_costs_no_line_but_its_own() -> None:
    rows = ['"Open;a@example.org;1', "B;b@example.org;2", 'C 5" screen;c@example.org;3', '"D;d@example.org;4']
    text = "\n".join(["Name;E-mail;Computers", *rows])
    pasted = read_invitations(text)
    assert sent(text) == [("b@example.org", 2), ("c@example.org", 3)]
    assert [each.partition(": ")[0] for each in pasted.problems] == ["line 2", "line 5"]


@pytest.mark.parametrize(
    ("first", "again", "goes"),
    [
        ("a@example.org;3", "A@EXAMPLE.org;3", [("a@example.org", 3)]),
        ("a@example.org;3", "A@EXAMPLE.org", [("a@example.org", 3)]),
        ("a@example.org", "A@EXAMPLE.org;3", [("a@example.org", 3)]),
        ("a@example.org;3", "A@EXAMPLE.org;5", []),
        ("a@example.org;five", "A@EXAMPLE.org", []),
        ("a@example.org", "A@EXAMPLE.org;five", []),
    ],
)
def test_an_address_that_is_doubled_never_gets_less_than_was_written(
    first: str, again: str, goes: list[tuple[str, int]]
) -> None:
    assert sent(f"{first}\n{again}", 1) == goes
    assert len(read_invitations(f"{first}\n{again}").problems) == 2 - len(goes)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("E-mail;How many;Name", WHICH_COMPUTERS),
        ("E-mail;PC;Computers", WHICH_COMPUTERS),
        ("Work mail;Size;Home mail", WHICH_ADDRESS),
    ],
)
def test_what_a_heading_leaves_open_is_asked_before_anything_is_sent(heading: str, question: str) -> None:
    text = f"{heading}\na@example.org;5;7"
    pasted = read_invitations(text)
    assert (pasted.question, pasted.invitations) == (question, ())
    assert sent(text, 2, Columns(0, 1)) == [("a@example.org", 5)]
    assert sent(text, 2, Columns(0)) == [("a@example.org", 2)]


def test_without_a_heading_the_columns_can_be_chosen() -> None:
    text = "Jane Doe;5;jane@example.org;Harbour\nBob;;bob@example.org;Quay"
    assert sent(text) == []
    assert read_invitations(text).names == ("column 1", "column 2", "column 3", "column 4")
    assert sent(text, 1, Columns(2, 1)) == [("jane@example.org", 5), ("bob@example.org", 1)]


OWN = [
    ["email", "computers", "status", "result"],
    ["a@example.org", "3", "INVITED", "invited"],
    ["b@example.org", "4", "ALREADY_INVITED", "was invited before"],
    ["c@example.org", "5", "UNKNOWN", "given up before an answer came"],
    ["d@example.org", "6", "NOT_SENT", "not sent, stopped"],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("before", ["", "\ufeff", "sep={}\n", "Invitations of Monday\n\n", "\n\n"])
@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
@pytest.mark.parametrize("quote", ["", '"'])
def test_our_own_results_are_known_in_every_dialect(delimiter: str, before: str, order: list[int], quote: str) -> None:
    rows = [[row[place] for place in order] for row in OWN]
    always = {cell for row in rows for cell in row if delimiter in cell}
    lines = [delimiter.join(f'"{cell}"' if quote or cell in always else cell for cell in row) for row in rows]
    pasted = read_invitations(before.format(delimiter) + "\r\n".join(lines))
    assert pasted.problems == ()
    assert [(row.address, row.computers, row.earlier) for row in pasted.rows] == [
        (row[0], int(row[1]), row[2]) for row in OWN[1:]
    ]


def test_an_address_that_was_settled_in_one_of_two_runs_is_settled() -> None:
    pasted = read_invitations("email,computers,status\na@example.org,3,NOT_SENT\nA@example.org,3,INVITED")
    assert (pasted.rows[0].earlier, pasted.rows[0].problem) == ("INVITED", "")


def test_the_names_of_columns_are_made_safe_to_show() -> None:
    pasted = read_invitations("E-mail\x1b[2J;\u202eName;" + "x" * 900 + "\na@example.org;b;c")
    assert pasted.columns.address == 0
    assert all(name.isprintable() and len(name) <= 60 for name in pasted.names)


def test_what_stands_above_a_heading_of_one_word_is_said() -> None:
    assert read_invitations("desk.mail.example.org\nE-mail\na@example.org").problems == (
        "line 1: 'desk.mail.example.org' is not an e-mail address",
    )


@pytest.mark.parametrize("first", ["desk.mail.example.org;5", "mail;5", "desk.mail.example.org;Jane"])
def test_a_bad_address_in_the_first_line_is_no_heading(first: str) -> None:
    assert len(read_invitations(f"{first}\na@example.org;3").problems) == 1


def test_a_long_list_with_a_column_of_names_is_read_to_its_end() -> None:
    text = "\n".join(f"Branch {number};b{number}@example.org;2" for number in range(10_000))
    pasted = read_invitations(text)
    assert (len(pasted.problems), pasted.ended) == (10_000, 0)
    assert len(sent(text, 0, Columns(1, 2))) == 10_000


def test_where_reading_ends_is_said() -> None:
    pasted = read_invitations("x\n" * (PROBLEMS_KEPT + 5))
    assert (len(pasted.rows), pasted.ended) == (PROBLEMS_KEPT, PROBLEMS_KEPT)


def cells() -> st.SearchStrategy[str]:
    return st.sampled_from(
        [
            "a@example.org",
            "B <b@example.org>",
            "5",
            "1,000",
            "5,0",
            "five",
            "Jane",
            "",
            '"',
            "e-mail",
            "computers",
            "\t",
            " ",
        ]
    )


@given(
    st.lists(st.lists(cells(), min_size=1, max_size=4), max_size=5),
    st.sampled_from([",", ";", "\t", "|", " "]),
    st.sampled_from([None, Columns(0), Columns(1, 0), Columns(0, 1), Columns(7, 9)]),
)
def test_whatever_a_list_looks_like_each_line_is_sent_whole_or_said(
    rows: list[list[str]], delimiter: str, columns: Columns | None
) -> None:
    pasted: Pasted = read_invitations("\n".join(delimiter.join(row) for row in rows), 9, columns)
    written = {0, 5, 9}
    assert {each.computers for each in pasted.invitations} <= written
    assert len({each.email.casefold() for each in pasted.invitations}) == len(pasted.invitations)
    assert all(row.problem or row.address for row in pasted.rows)


@pytest.mark.parametrize(
    ("before", "again", "after"),
    [
        ("e-mail;name\n", '"x\n', ""),
        ('e-mail;name\n"x;\n', "y;\n", ""),
        ("e-mail;name\n", '"\n' + "y\n" * 19, ""),
        ("e-mail", ";", ""),
        ("e-mail;name\n", '"a@example.org;"\n', ""),
        ("", "a@example.org <", ""),
        ("", "<", "@"),
        ("", " ", "@"),
        ("", '"', "@"),
        ("", "[", ""),
        ("", "mail;", ""),
        ("", "1 000", ";a@"),
        ("a@example.org;", "0", ""),
        ("", "x\n", ""),
    ],
)
def test_a_list_that_was_made_to_take_long_takes_no_more_than_its_length(before: str, again: str, after: str) -> None:
    def seconds(times: int) -> float:
        """The least of a few: what else the machine does is not counted."""
        text = before + again * times + after
        least = float("inf")
        for _ in range(3):
            started = time.thread_time()
            read_invitations(text)
            least = min(least, time.thread_time() - started)
        return least

    few = 12_000 // len(again)
    assert seconds(8 * few) < 24 * max(0.002, seconds(few))  # 64 times, were it quadratic
