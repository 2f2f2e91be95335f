"""Lists of contacts as they come: any order of columns, any separator, cards, and lines that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.test_contacts import LINE, contact, same, step
from tui.models.contact_lists import PROBLEMS_MOST, ContactList, read_contacts
from tui.models.contacts import Did, TieKind, known_contacts
from tui.models.numbers import one_number
from tui.models.vcards import cards_of, written_card


def read(text: str) -> ContactList:
    return read_contacts(text, lambda number: one_number(number, "TR"), "list.csv", 1_000.0, "ada")


def told(found: ContactList) -> list[tuple[str, str]]:
    return [(each.line, each.name) for each in found.contacts]


@pytest.mark.parametrize(
    "text",
    [
        "number,name\n0212 555 01 99,Acme\n",
        "\ufeffsep=;\r\nFirma;Şehir;Telefon\r\nAcme;İstanbul;+90 (212) 555-01-99\r\n",
        "Ad Soyad\tCep Telefonu\tNot\nAcme\t00902125550199\tx\n",
        'Company|Mobile Phone\n"Acme"|"\'+902125550199"\n',
        "Vorname,Nachname,Firma,Rufnummer\nJo,Doe,Acme,02125550199",
        "Acme;0212 555 01 99",
        "0212 555 01 99\tAcme",
        "Customers of 2026\n\nCustomer,Phone\nAcme,0212-555-0199",
        "BEGIN:VCARD\nVERSION:3.0\nFN:Acme\ni.TEL;TYPE=work:0212 555 01 99\nPHOTO;ENCODING=b:AA\n BB\nEND:VCARD",
        "begin:vcard\r\nversion:4.0\r\nN:;;;;\r\nORG:Acme\r\nTEL;VALUE=uri:tel:+90-212-555-01-99\r\nend:vcard\r\n",
        "BEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=41c=\nme\nTEL:+902125550199\nEND:VCARD\n",
    ],
)
def test_a_contact_is_read_however_it_is_written(text: str) -> None:
    found = read(text)
    assert told(found) == [(LINE, "Acme")]
    assert len(found.problems) == text.startswith("Customers")


def test_who_has_a_first_and_a_last_name_and_several_numbers_is_known_by_each() -> None:
    found = read("Last Name,First Name,Mobile Phone,Business Phone,E-mail\nDoe,Jane,0532 555 01 99,205,j@x.example\n")
    assert told(found) == [("+905325550199", "Jane Doe"), ("205", "Jane Doe")]
    assert {each.account for each in found.contacts} == {""}


def test_what_belongs_to_the_other_systems_comes_along() -> None:
    text = "number,name,customer,device,account\n0212 555 01 99,Acme,ACME-PC,T-1,office@acme.example\n"
    (only,) = read(text).contacts
    assert (only.name, only.customer, only.device, only.account) == ("Acme", "ACME-PC", "T-1", "office@acme.example")
    assert (only.source, only.at, only.by) == ("list.csv", 1_000.0, "ada")


def test_each_line_that_is_no_contact_is_told_with_its_number_and_costs_no_other() -> None:
    text = "\n".join(
        [
            "name;phone;mobile",
            "Acme;0212 555 01 99;",
            ";0212 555 01 98;",
            "Beta;;",
            "Gamma;9,02126E+11;",
            "Delta;--help;0532 555 01 99",
            '"Epsilon;0212 555 01 97;',
            "   ",
            "acme ;+90 212 555 01 99;",
            "Zeta;12;",
        ]
    )
    found = read(text)
    assert told(found) == [(LINE, "Acme"), ("+905325550199", "Delta")]
    assert found.problems == (
        "line 3: has no name",
        "line 4: 'Beta' has no phone number",
        "line 5: '9,02126E+11' is no phone number",
        "line 6: '--help' is no phone number",
        "line 7: '\"Epsilon;0212 555 01 97;' has a quotation mark that is not closed",
        "line 10: '12' is no phone number",
    )
    assert found.doubled == 1


def test_a_number_of_several_customers_is_told() -> None:
    found = read("number,name\n" + "".join(f"02125550199,Customer {n}\n" for n in range(5)))
    assert len(found.contacts) == 5
    assert found.remarks == (
        f"{LINE} is of 5: 'Customer 0' (line 2), 'Customer 1' (line 3), 'Customer 2' (line 4), and 2 more",
    )


def test_what_is_no_list_at_all_ends_early() -> None:
    found = read("number,name\n" + "x,\n" * (PROBLEMS_MOST + 10))
    assert found.ended == PROBLEMS_MOST + 2
    assert len(found.problems) == PROBLEMS_MOST


def test_cards_that_are_not_whole_cost_no_other() -> None:
    text = (
        "BEGIN:VCARD\nFN:Acme\nBEGIN:VCARD\nFN:Beta\\, Ltd\\; Co\nTEL:205\nEND:VCARD\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Gamma\nEND:VCARD\nBEGIN:VCARD\nTEL:206\n"
    )
    found = read(text)
    assert told(found) == [("205", "Beta, Ltd; Co")]
    assert found.problems == (
        "line 1: the card does not end",
        "line 8: 'Gamma' has no phone number",
        "line 11: the card does not end",
    )


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).map(str.strip).filter(bool)


@given(TEXTS, TEXTS)
def test_a_card_that_was_written_is_read_as_it_was(name: str, device: str) -> None:
    (card,) = cards_of(written_card(name, "205", "", device, ""))
    assert (card.name, card.numbers, card.device, card.problem) == (name, ("205",), device, "")


@given(st.text(max_size=300))
def test_whatever_a_file_holds_it_is_read_or_told(text: str) -> None:
    found = read(text)
    assert all(each.name and each.line for each in found.contacts)
    read(f"BEGIN:VCARD\n{text}")
    read(f"name;phone\n{text}")


def test_what_is_written_out_is_what_is_certain() -> None:
    contacts = [
        contact("Acme", device="T-1"),
        contact("Old"),
        contact("Acme Ltd", line="205"),
        contact("Gone", line="206"),
    ]
    steps = [
        step("Old", id="1", did=Did.TAKEN_BACK),
        step("T-2", id="2", kind=TieKind.DEVICE),
        step("T-1", id="3", kind=TieKind.DEVICE),
        step("office@acme.example", id="4", kind=TieKind.ACCOUNT),
        step("Beta", id="5", one="207"),
        step("T-9", id="6", one="208", kind=TieKind.DEVICE),
        step("Gone", id="7", one="206", did=Did.TAKEN_BACK),
        same("Acme Ltd", "Acme"),
    ]
    known = known_contacts(contacts, steps)
    assert [(each.line, each.name, each.device, each.account) for each in known] == [
        (LINE, "Acme", "T-1", ""),
        ("205", "Acme", "", ""),
        ("207", "Beta", "", ""),
        (LINE, "Acme", "T-2", ""),
        (LINE, "Acme", "", "office@acme.example"),
    ]
