"""Read-only: whatever is pressed, chosen or called, no system is asked to change anything."""

from __future__ import annotations

from inspect import isawaitable

from tests.screen.app_driver import LARGE, AppDriver, app_driver
from tui.services.altigen import AltiGenReader
from tui.services.remotepc import RemotePCReader
from tui.terminal.keymap import ACTIONS, actions

CHANGING = ("/add", "/invite", "/signin")


def changes(on: AppDriver) -> list[tuple[str, str]]:
    """Every request so far that could change something."""
    calls = [
        (asked.method, asked.path)
        for asked in on.simulation.altigen.requests
        if asked.method != "WEBSOCKET" and asked.path.count("/") > 2 - (asked.method == "DELETE")
        if "/calls" in asked.path or "/record" in asked.path
    ]
    return calls + [(each.method, each.path) for each in on.simulation.remotepc.requests if each.path in CHANGING]


async def test_every_entry_of_the_palette_changes_nothing() -> None:
    async with app_driver(opening=True, ui={"readonly": True}) as on:
        tried: set[str] = set()
        recordings = dict(on.simulation.altigen.recordings)
        for pane in "123":
            await on.press(pane)
            for command in on.app.get_system_commands(on.app.screen):
                if command.title in ("Close what is open, then quit", "Change the theme", *tried):
                    continue
                tried.add(command.title)
                called = command.callback()
                if isawaitable(called):
                    await called
                await on.settle()
                if len(on.app.screen_stack) > 1:
                    await on.press("y", "enter")
                while len(on.app.screen_stack) > 1:
                    await on.press("escape")
                await on.press("escape", pane)
        assert {action.tip for action in ACTIONS if action.changes} <= tried
        assert changes(on) == []
        assert on.simulation.remotepc.created.total() == 0
        assert not on.simulation.altigen.placed
        assert on.simulation.altigen.recordings == recordings


async def test_every_key_changes_nothing_and_what_would_is_greyed_with_the_reason() -> None:
    async with app_driver(LARGE, opening=True, ui={"readonly": True}) as on:
        for pane, name in (("1", "calls"), ("2", "connections"), ("3", "users")):
            await on.press(pane)
            for action in actions(name):
                if not action.changes:
                    continue
                assert "reverse" not in on.terminal.styles(f" {action.keys} ")
                await on.press(action.keys)
                await on.until("read-only: nothing is changed from here")
                await on.press("escape")
        assert changes(on) == []


async def test_the_same_keys_do_change_something_where_it_is_not_read_only() -> None:
    """Else the tests above could not fail."""
    async with app_driver(opening=True) as on:
        await on.press("3", "l")
        await on.type("demo")
        await on.press("enter")
        await on.until("Sign-in link of")
        assert changes(on) == [("POST", "/signin")]
        await on.press("escape", "1", "c")
        await on.type("201")
        await on.press("enter")
        await on.until("AltiGen has taken it")
        assert len(changes(on)) == 2


async def test_the_services_behind_it_can_only_read() -> None:
    async with app_driver(ui={"readonly": True}) as on:
        altigen, remotepc = (on.app.desk.counters[name].feed for name in ("altigen", "remotepc"))
        assert altigen is not None
        assert remotepc is not None
        assert type(altigen.service) is AltiGenReader
        assert type(remotepc.service) is RemotePCReader
