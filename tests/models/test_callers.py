"""Who calls from a number: certain is only what a person has said, all else is a suggestion with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.models.test_contacts import LINE, contact, same, step
from tests.models.test_kept_calls import NOON
from tui.models.callers import MAYBE_LEAST, Caller, Evidence, Tie, caller_of, of_technicians
from tui.models.connections import Connection
from tui.models.contacts import Did, Known, TieKind
from tui.models.overlaps import Talk, overlaps_of


def known(*said: object) -> Known:
    """Contacts and steps together."""
    return Known(
        contacts=tuple(each for each in said if type(each).__name__ == "Contact"),  # type: ignore[misc]
        steps=tuple(each for each in said if type(each).__name__ == "TieStep"),  # type: ignore[misc]
    )


def row(device: str, customer: str = "", uid: str = "1") -> Connection:
    return Connection(
        uid, datetime.fromtimestamp(NOON, UTC), "", 60, customer=customer or f"Of {device}", customer_device=device
    )


def talk(*rows: Connection, days: int = 0, is_of_technician: bool = False) -> Talk:
    at = NOON - timedelta(days=days).total_seconds()
    return Talk(talk_at=at, known_at=at + 300, extension="201", connections=rows, is_of_technician=is_of_technician)


def tie(caller: Caller, kind: TieKind, other: str) -> Tie:
    (found,) = [each for each in caller.ties if (each.kind, each.other) == (kind, other)]
    return found


def shown(*said: object, talks: tuple[Talk, ...] = ()) -> str:
    return caller_of(LINE, known(*said), Evidence(talks=talks)).shown


def test_nothing_is_shown_of_a_number_of_which_nothing_is_known() -> None:
    assert caller_of(LINE, Known()) == Caller(line=LINE)
    assert shown() == ""


def test_a_contact_is_certain_and_so_is_what_was_confirmed() -> None:
    assert shown(contact("Acme")) == "Acme"
    assert shown(step("Acme")) == "Acme"
    assert shown(contact("Acme"), step("ACME")) == "Acme"


def test_a_number_of_several_customers_names_none_of_them() -> None:
    caller = caller_of(LINE, known(contact("Acme"), contact("Beta"), step("Gamma")))
    assert (caller.shown, caller.customer, caller.is_certain) == ("one of 3", "", False)
    assert shown(contact("Acme"), contact("Beta"), step("beta", did=Did.TAKEN_BACK)) == "Acme"
    assert shown(contact("Acme"), contact("Beta"), same("Beta", "Acme")) == "Acme"


def test_a_device_of_nobody_is_shown_by_its_number() -> None:
    assert shown(step("T-1", kind=TieKind.DEVICE)) == "device T-1"
    assert shown(talks=(talk(Connection("1", None, "", 1, customer_device="T-1"), is_of_technician=True),) * 2) == (
        "maybe device T-1"
    )


def test_who_calls_themselves_otherwise_in_alpemix_goes_by_the_name_of_the_team() -> None:
    talks = (talk(row("T-1", "acme-pc")), talk(row("T-1", "acme-pc")))
    assert shown(talks=talks) == "maybe acme-pc"
    caller = caller_of(LINE, known(contact("Acme", customer="ACME-PC")), Evidence(talks=talks))
    assert caller.shown == "Acme"
    assert [each.other for each in caller.ties if each.kind is TieKind.CUSTOMER] == ["Acme"]


def test_what_is_learnt_is_a_suggestion_until_somebody_confirms_it_and_gone_when_taken_back() -> None:
    talks = (talk(row("T-1", "Acme")), talk(days=1), talk(row("T-1", "Acme"), row("T-2"), days=2))
    caller = caller_of(LINE, Known(), Evidence(talks=talks))
    assert (caller.shown, caller.customer, caller.is_certain) == ("maybe Acme", "Acme", False)
    beside = [caller.shown_beside(name) for name in ("ACME", "Acme Ltd", "")]
    assert beside == ["", "Acme Ltd (maybe Acme)", "maybe Acme"]
    suggestion = tie(caller, TieKind.CUSTOMER, "Acme")
    assert MAYBE_LEAST < suggestion.confidence < 1
    assert suggestion.whys == ("in 2 of 3 calls a connection began, last on 2026-11-21",)
    assert shown(step("Acme"), talks=talks) == "Acme"
    back = caller_of(LINE, known(step("Acme", did=Did.TAKEN_BACK)), Evidence(talks=talks))
    assert (back.shown, tie(back, TieKind.CUSTOMER, "Acme").is_taken_back) == ("maybe device T-1", True)
    assert back.ties[-1].other == "Acme"
    assert shown(step("Acme", did=Did.TAKEN_BACK), step("acme", at=2_001.0), talks=talks) == "Acme"


def test_one_coincidence_among_many_connections_is_not_shown() -> None:
    assert shown(talks=(talk(*(row(f"T-{n}") for n in range(4))),)) == ""


@pytest.mark.parametrize("others", [0, 1, 5])
def test_the_more_connections_began_by_chance_the_less_each_of_them_tells(others: int) -> None:
    crowd = [row(f"X-{n}") for n in range(others)]
    (first, *_) = overlaps_of([talk(row("T-1"), *crowd)])
    assert first.confidence <= 0.5 / (1 + others)


def test_what_happens_again_and_again_is_believed_whatever_else_went_on() -> None:
    def crowd(n: int) -> list[Connection]:
        return [row(f"X-{n}-{other}") for other in range(4)]

    confidences = [
        next(
            each.confidence
            for each in overlaps_of([talk(row("T-1"), *crowd(n)) for n in range(times)])
            if each.device == "T-1"
        )
        for times in (1, 2, 3)
    ]
    assert confidences == sorted(confidences)
    assert confidences[0] < 0.2
    assert confidences[2] > 0.95


def test_a_number_that_several_share_is_of_each_of_them() -> None:
    talks = tuple(talk(row(f"T-{n % 3}", f"Customer {n % 3}"), row(f"X-{n}")) for n in range(12))
    assert shown(talks=talks) == "maybe one of 3"


def test_where_it_is_known_who_talked_only_their_connections_count() -> None:
    theirs, others = replace(row("T-1", "Acme"), technician="ADA"), replace(row("T-2", "Beta"), technician="eve")
    evidence = Evidence(talks=(talk(theirs, others),))
    assert caller_of(LINE, Known(), evidence).shown == ""
    assert caller_of(LINE, Known(), of_technicians(evidence, {"202": "ada"})).shown == ""
    assert caller_of(LINE, Known(), of_technicians(evidence, {"201": "ada"})).shown == "maybe Acme"


def test_equal_names_are_a_reason() -> None:
    named = Evidence(names=("Acme",), contacts=(contact("ACME", line="205"), contact("Beta", line="205")))
    caller = caller_of(LINE, Known(), named)
    assert caller.shown == "maybe ACME"
    assert caller.ties[0].whys == ("the exchange calls the number Acme, as a contact with 205",)
    rows = (row("T-1", "Acme"), row("T-1", "acme", "2"), row("T-2", "Beta"))
    caller = caller_of(LINE, Known(), Evidence(names=("Acme",), customers=rows))
    assert [(each.kind, each.other, each.confidence) for each in caller.ties] == [
        (TieKind.CUSTOMER, "Acme", 0.75),
        (TieKind.DEVICE, "T-1", 0.75),
    ]


def test_reasons_that_differ_add_up() -> None:
    alone = caller_of(LINE, Known(), Evidence(talks=(talk(row("T-1", "Acme")),)))
    both = caller_of(
        LINE, Known(), Evidence(talks=(talk(row("T-1", "Acme")),), names=("Acme",), customers=(row("T-1", "Acme"),))
    )
    assert tie(both, TieKind.CUSTOMER, "Acme").confidence > tie(alone, TieKind.CUSTOMER, "Acme").confidence
    assert len(tie(both, TieKind.CUSTOMER, "Acme").whys) == 2


def test_an_account_of_a_domain_with_the_name_of_the_customer_is_a_suggestion() -> None:
    users = ["office@harbour-dental.example", "harbourdental@gmail.com", "x@gmail.com", "odd", "a@b"]
    caller = caller_of(LINE, known(contact("Harbour Dental")), users=users)
    assert caller.likely(TieKind.ACCOUNT) == ["office@harbour-dental.example"]
    assert caller_of(LINE, known(contact("Gmail")), users=users).likely(TieKind.ACCOUNT) == []
    sure = known(contact("Harbour Dental", account="Boss@Example.com"))
    assert caller_of(LINE, sure).certain(TieKind.ACCOUNT) == ["Boss@Example.com"]


def test_a_name_that_tries_to_be_markup_stays_a_name() -> None:
    hostile = "[bold]--help[/] $(reboot) <a href=x>"
    assert shown(contact(hostile)) == hostile


def test_ties_of_other_numbers_say_nothing_of_this_one() -> None:
    assert shown(replace(step("Acme"), one="205")) == ""
