"""Where nothing is to be changed, the services have no method that could."""

from __future__ import annotations

import inspect

import pytest

from tui.config import AltiGenSettings, RemotePCSettings, Secret
from tui.services.alpemix import AlpemixService
from tui.services.altigen import AltiGenReader, AltiGenService, RecordOperation
from tui.services.remotepc import RemotePCReader, RemotePCService


def public(kind: type) -> set[str]:
    """The names of the methods that anybody may call."""
    return {name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_")}


def test_what_changes_something_is_only_in_the_services_that_may() -> None:
    assert public(AltiGenService) - public(AltiGenReader) == {"place_call", "drop_call", "record"}
    assert public(AltiGenReader) == {"log_on", "log_off", "channel"}
    assert public(RemotePCService) - public(RemotePCReader) == {"add_user", "invite", "sign_in_link"}
    assert public(RemotePCReader) == {"list_users"}
    assert public(AlpemixService) == {"report"}


async def test_asking_a_reader_for_a_change_is_an_error_of_type() -> None:
    """Each of these lines is refused by mypy too, which complains of an ignore that is not needed."""
    calls = AltiGenReader(AltiGenSettings(url=("http://127.0.0.1:1",), user="201", password=Secret("x")))
    users = RemotePCReader(RemotePCSettings(api_key=Secret("x")))
    with pytest.raises(AttributeError):
        await calls.place_call("202")  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        await calls.drop_call(7)  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        await calls.record(7, RecordOperation.START)  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        await users.add_user(None)  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        await users.invite(())  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        await users.sign_in_link("front@example.com", Secret("x"))  # type: ignore[attr-defined]
