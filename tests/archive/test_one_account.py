"""One account is one account, however its address is spelled."""

from __future__ import annotations

import pytest

from tui.config import AlpemixSettings, Secret
from tui.config.hosts import canonical_address

ONE = "https://www.alpemix.com:5900/api"
SPELLINGS = (
    "https://www.alpemix.com:5900/api/",
    "HTTPS://WWW.Alpemix.com:5900/api",
    "https://www.alpemix.com.:5900/api",
    "https://www.alpemix.com:5900//api",
)


@pytest.mark.parametrize("url", SPELLINGS)
def test_the_spelling_of_the_address_does_not_name_another_account(url: str) -> None:
    def named(address: str) -> str:
        return AlpemixSettings(url=address, user="desk", secret_key=Secret("k")).account

    assert named(url) == named(ONE)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://a.example/api", "https://a.example:443/api"),
        ("http://a.example", "http://a.example:80/"),
        ("https://[2001:DB8::1]/api", "https://[2001:db8::1]:443/api/"),
    ],
)
def test_the_usual_port_may_be_written_out(url: str, other: str) -> None:
    assert canonical_address(url) == canonical_address(other)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://a.example/api", "https://a.example/API"),
        ("https://a.example/api", "http://a.example/api"),
        ("https://a.example/api", "https://a.example:5900/api"),
        ("https://a.example/api", "https://b.example/api"),
    ],
)
def test_addresses_that_differ_are_told_apart(url: str, other: str) -> None:
    assert canonical_address(url) != canonical_address(other)
