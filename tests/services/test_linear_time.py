"""What a stranger writes is read in a time that grows as its length does: no answer can make the program stand still.

Each reading is given a text that fits its pattern almost, in lengths that double three times. Where the time grew with
the square of the length, the last would take sixty-four times as long as the first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tui.config import Secret, masked
from tui.config.zones import zone_of
from tui.models.addresses import address_in, is_address
from tui.models.dialling import read_target
from tui.models.invitations import read_invitations
from tui.services.alpemix import report as alpemix_report
from tui.services.alpemix.report import moment, read_answer, report_of, seconds_of
from tui.services.altigen.events import read_events
from tui.services.answer import Answer, retry_after
from tui.services.decoding import decoded
from tui.services.failures import Peer
from tui.services.fields import folded, text, truth, whole
from tui.services.proxy import proxy_for
from tui.services.remotepc import answers as remotepc_answers

SHORT = 25_000
TIMES = 8
MOST = 3 * TIMES
LEAST_SECONDS = 0.02
"""Below this nobody waits, and the clock is too coarse."""

PEER = Peer("Alpemix", "alpemix", "https://alpemix.example.com/api")
NOW = datetime(2024, 8, 22, tzinfo=UTC)
ZONE = zone_of("Europe/Istanbul")


def words(body: str) -> object:
    return Answer(PEER, 500, body.encode() + b" " * 8 * SHORT).server_message


def page(body: str) -> object:
    return Answer(PEER, 500, b"<" + body.encode()).server_message


def report(body: str) -> object:
    reading = read_answer(body.encode())
    return None if reading is None else report_of(reading, ZONE)


def rows(row: str) -> object:
    return report(f'{{"errornumber": 0, "results": [{{"uid": "1" {row}}}]}}')


def hidden(said: str) -> object:
    return masked(said, [Secret("a" * (len(said) // 2) + "b")])


def kept(secret: str) -> object:
    return masked("a" * 200_000, [Secret(secret + "b")])


def exceptions(written: str) -> object:
    return proxy_for(PEER, {"HTTPS_PROXY": "http://proxy", "NO_PROXY": written})


def frame(body: str) -> object:
    return list(read_events([body.encode()]))


def _dialled(body: str) -> object:
    try:
        return read_target(body, region="US", accepts_sip=True)
    except ValueError as error:
        return error


READINGS: dict[str, tuple[Callable[[str], object], Callable[[int], str]]] = {
    "a date and blanks": (report, lambda n: '{"dt' + " " * n),
    "a date, a colon and blanks": (report, lambda n: '{"dt:' + " " * n + '" ' + " " * n),
    "a row with a date and blanks": (rows, lambda n: ', "dt' + " " * n + "\\"),
    "a uid and blanks": (rows, lambda n: ', "uid' + " " * n + '\\"'),
    "a uid, a quote and blanks": (rows, lambda n: ', \\ "uid"' + " " * n),
    "results and blanks": (report, lambda n: '{"results' + " " * n + "}"),
    "results, a colon and blanks": (report, lambda n: '{"results":' + " " * n + "}"),
    "quotes": (report, lambda n: '{"' + '"' * n + "}"),
    "quotes and blanks": (report, lambda n: "{" + '" ' * (n // 2) + "}"),
    "dates": (report, lambda n: "{" + '"dt":"' * (n // 6) + "}"),
    "uids": (rows, lambda n: ', "uid' * (n // 6)),
    "brackets": (rows, lambda n: "{" * n),
    "brackets and a letter": (rows, lambda n: "{a" * (n // 2)),
    "brackets in pairs": (rows, lambda n: "{}" * (n // 2)),
    "backslashes": (rows, lambda n: ', "exp": "' + "\\" * n + '"'),
    "numbered letters": (rows, lambda n: ', "exp": "' + "\\u00" * (n // 4) + '"'),
    "halves of pairs": (rows, lambda n: ', "exp": "' + "\\ud800" * (n // 6) + '"'),
    "a moment of digits": (lambda body: moment(body, ZONE), lambda n: "1" * n),
    "a moment of blanks": (lambda body: moment(body, ZONE), lambda n: "10:00" + " " * n + "x"),
    "titles": (page, lambda n: "<title" * (n // 6)),
    "titles without an end": (page, lambda n: "<title>" * (n // 7)),
    "a title and blanks": (page, lambda n: "<title" + " " * n),
    "words of blanks": (words, lambda n: "{" + " " * n),
    "a secret that is there almost": (hidden, lambda n: "a" * n),
    "a long secret": (kept, lambda n: "a" * (n // 4)),
    "a frame of blanks": (frame, lambda n: '{"eventType' + " " * n),
    "a frame of small values": (frame, lambda n: "1 " * (n // 2)),
    "a frame of arrays": (frame, lambda n: "[" * (n // 2)),
    "a frame of surrogates": (frame, lambda n: '"\\ud800" ' * (n // 9)),
    "a frame of padding": (frame, lambda n: "\0" * n + "x"),
    "a whole number": (whole, lambda n: "1" * n),
    "a whole number of blanks": (whole, lambda n: " " * n + "x"),
    "a truth": (truth, lambda n: " " * n + "x"),
    "a key": (folded, lambda n: "_ :" * (n // 3)),
    "a text of marks": (text, lambda n: "\u0301\u0316" * (n // 2)),
    "a day": (remotepc_answers._day.__wrapped__, lambda n: "1-" * (n // 2)),
    "a day of Alpemix": (alpemix_report._day.__wrapped__, lambda n: " 1" * (n // 2)),
    "a time to wait": (lambda body: retry_after([body], body, NOW), lambda n: "Thu, " * (n // 5)),
    "bytes of no encoding": (lambda body: decoded(body.encode("cp1254")), lambda n: "ü" * n),
    "a charset": (lambda body: decoded(b"\xff", body), lambda n: "a" * n),
    "an address": (is_address, lambda n: "a@" + "a." * (n // 2)),
    "an address in brackets": (address_in, lambda n: "<" + " " * n + "x"),
    "addresses": (lambda body: read_invitations(body, 0), lambda n: "a@b;" * (n // 4)),
    "a line of letters": (lambda body: read_invitations(body, 0), lambda n: "a" * n),
    "a line of letters and a bracket": (lambda body: read_invitations(body, 0), lambda n: "a" * n + " <"),
    "names in brackets": (lambda body: read_invitations(body, 0), lambda n: "a <" * (n // 3)),
    "a bracket and blanks": (lambda body: read_invitations(body, 0), lambda n: "a@b.c <" + " " * n + "x"),
    "digits in a line": (lambda body: read_invitations(body, 0), lambda n: "a@b.c," + "1" * n + "x"),
    "digits before a bracket": (lambda body: read_invitations(body, 0), lambda n: "1" * n + "x, a@b.c <a@b.c>"),
    "digits in a heading": (lambda body: read_invitations(body, 0), lambda n: "email,1" + "1" * n + "x\na@b.c,1"),
    "dots in a heading": (lambda body: read_invitations(body, 0), lambda n: "email,a.b" + "x" * n + "\na@b.c,1"),
    "names with dots in a heading": (lambda body: read_invitations(body, 0), lambda n: "email,a.b" * (n // 9)),
    "quotes in a list": (lambda body: read_invitations(body, 0), lambda n: 'a@b.c,"' * (n // 7)),
    "thousands": (lambda body: read_invitations(body, 0), lambda n: "a@b.c;" + "1.000" * (n // 5)),
    "thousands by blanks": (lambda body: read_invitations(body, 0), lambda n: "a@b.c;1" + " 000" * (n // 4) + "x"),
    "zeros behind a point": (lambda body: read_invitations(body, 0), lambda n: "a@b.c;1." + "0" * n + "x"),
    "a length of digits": (seconds_of, lambda n: "0" * n + ":x"),
    "blanks between addresses": (lambda body: read_invitations(body, 0), lambda n: ", " * (n // 2)),
    "a number to dial": (_dialled, lambda n: "0 " * (n // 2) + "x"),
    "an address to dial": (_dialled, lambda n: "sip:" + "a" * n),
    "exceptions from a proxy": (exceptions, lambda n: "[::1]," * (n // 6)),
}


def seconds_for(read: Callable[[str], object], body: str) -> float:
    """The processor's time that it takes, the least of a few: what else the machine does is not counted."""
    least = float("inf")
    for _ in range(3):
        began = time.thread_time()
        read(body)
        least = min(least, time.thread_time() - began)
    return least


@pytest.mark.parametrize("name", READINGS)
def test_a_text_eight_times_as_long_takes_no_more_than_its_share_of_time(name: str) -> None:
    read, made = READINGS[name]
    short = seconds_for(read, made(SHORT))
    assert short < 2.0
    long = seconds_for(read, made(TIMES * SHORT))
    assert long < max(MOST * short, LEAST_SECONDS)
