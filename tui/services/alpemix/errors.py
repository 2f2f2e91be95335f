"""Alpemix's error numbers as errors of ours: what each means and what to do ("Explanations of Error Codes")."""

from __future__ import annotations

from typing import Final

from tui.services.errors import Limited, Misuse, Refused, ServerFault, ServiceError

OUTDATED_TOKEN: Final = frozenset({201, 202, 203})
"""A new token is needed."""

TOKEN_LIMIT: Final = 204
REPORT_LIMIT: Final = 205

BLOCKED: Final = (
    "Alpemix has blocked this address for a while, because too many access tokens were asked for in a minute"
)
USED_UP: Final = "Alpemix gives 3 reports a minute, and somebody else uses some of them"

_KEY: Final = "alpemix.secret_key"
_USER: Final = "alpemix.user"
_PAGE: Final = "The secret key is shown at www.alpemix.com/webapi/login.htm to the main user."

_REFUSED: Final = {
    200: (f"Alpemix knows no account with {_USER} and {_KEY}. {_PAGE}", _KEY),
    102: (f"Alpemix says that {_USER} or {_KEY} is wrong. {_PAGE}", _KEY),
    104: (f"Alpemix does not take the characters in {_USER} or {_KEY}: copy both again. {_PAGE}", _KEY),
}

_FAULTS: Final = {
    201: "Alpemix says that our address changed, and said so again with a new token: it binds tokens to one address. "
    "Does this network leave by several?",
    202: "Alpemix says that the access token ran out, although it had just given it to us. It is tried again later.",
    203: "Alpemix does not accept the access token that it had just given to us. It is tried again later.",
    103: "Alpemix failed with an unexpected error on its side. It is tried again later.",
    105: "Alpemix failed to make an access token. It is tried again later.",
    108: "Alpemix does not reach its database. It is tried again later.",
}

_MISUSES: Final = {
    100: "Alpemix says that the step number is missing",
    101: "Alpemix says that the step number is wrong",
    106: "Alpemix says that the access token or the request number is malformed",
    107: "Alpemix says that it does not know the request number",
}


def explain(number: int, server_message: str, seconds: float) -> ServiceError:
    """The error for a number; ``server_message`` is the answer as it came, ``seconds`` how long a limit is kept."""
    if number in _REFUSED:
        sentence, setting = _REFUSED[number]
        return Refused(sentence, detail=server_message, setting=setting, wrong_credentials=True)
    if number in _MISUSES:
        sentence = f"{_MISUSES[number]} (error {number}): this is a fault of Helpdeck. Please report it."
        return Misuse(sentence, detail=server_message)
    if number == TOKEN_LIMIT:
        wait = f"None is asked for in the next {seconds / 60:.0f} minutes; stop other programs that use this key."
        return Limited(f"{BLOCKED}. {wait}", seconds=seconds, detail=server_message)
    if number == REPORT_LIMIT:
        return Limited(f"{USED_UP}.", seconds=seconds, detail=server_message)
    unexplained = f"Alpemix answered with error {number}, which its page does not explain."
    return ServerFault(_FAULTS.get(number, unexplained), detail=server_message)
