"""What comes from a terminal that is no key: cut pastes, answers that nobody asked for, texts without brackets."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from tests.pty.harness import Opened
from tests.pty.terminal import Terminal
from tui.demo import Simulation

ANSWERS = (
    "\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
    "\x1b]52;c;eG9xeG9x\x07",
    "\x1bP>|tmux 3.3a\x1b\\",
    "\x1bP1+r544e=787465726d\x1b\\",
    "\x1b_xoq\x1b\\",
    "\x1b^xoq\x1b\\",
    "\x1bXxoq\x1b\\",
    "\x1b[?62;22c",
    "\x1b[>84;0;0c",
    "\x1b[120~",
    "\x1b[?31u",
    "\x1b[8;24;80t",
)

ADDRESSES = [f"somebody.number.{number:03}@customer.example.com" for number in range(150)]

REFUSED = "came at once with other keys; press it alone"


def changes(systems: Simulation) -> list[str]:
    """What was asked of AltiGen beside logging on and off."""
    return [asked.path for asked in systems.altigen.requests if asked.method != "GET" and asked.path.count("/") > 2]


async def ready(terminal: Terminal) -> None:
    """Wait until all three systems are live."""
    for seen in ("AltiGen live", " live, ", "RemotePC live"):
        await terminal.until(seen)
    await terminal.caught_up()


async def quit_by(terminal: Terminal, key: str) -> None:
    """Press a key again and again, as somebody whose keys do nothing, until the program has ended."""
    for _ in range(100):
        terminal.send(key)
        with suppress(TimeoutError):
            assert await terminal.ended(0.4) == 0
            return
    raise AssertionError(f"{key!r} does nothing")


@pytest.mark.parametrize(
    "begun", ["\x1b[200~half", "\x1b]11;rgb:ffff", "\x1bP>|tmux", "\x1b[?62;2", "\x1b[200~a\r" * 40]
)
@pytest.mark.parametrize("key", ["q", "\x03"])
async def test_keys_work_though_something_has_no_end(helpdeck: Opened, begun: str, key: str) -> None:
    async with helpdeck() as terminal:
        await terminal.until("RemotePC live")
        terminal.send(begun)
        await terminal.quiet(0.3)
        if key == "q":
            await quit_by(terminal, key)
        else:
            terminal.send(key)  # once, and not while the program gives the terminal back: it would be a signal then
            assert await terminal.ended() == 0


async def test_a_paste_whose_end_never_comes_stands_in_the_field(helpdeck: Opened) -> None:
    async with helpdeck() as terminal:
        await ready(terminal)
        await terminal.press("c", "Place a call")
        await terminal.press("\x1b[200~6175550119", "will call")
        await terminal.press("7", "61755501197")


async def test_answers_that_nobody_asked_for_are_no_keys(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        terminal.send("".join(ANSWERS))  # before the program has begun to read
        await ready(terminal)
        before = changes(systems)
        for answer in ANSWERS:
            terminal.send(answer)
            terminal.send(answer[:4])  # an escape that stays alone for long is a key
            await asyncio.sleep(0.1)  # the line brings the rest later
            terminal.send(answer[4:])
        await terminal.press("c", "Place a call")
        await terminal.press("".join(ANSWERS) + "201" + "".join(ANSWERS), "will call extension 201")
        await terminal.press("\x1b", gone="Place a call")
        assert changes(systems) == before
        assert "Hang up" not in terminal.text
        terminal.send("q")
        assert await terminal.ended() == 0


async def test_a_text_without_brackets_gives_no_order(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await ready(terminal)
        before = changes(systems)
        await terminal.press("hello", f"record {REFUSED}")
        for letter in "hello o mmm oo":
            terminal.send(letter)  # nobody waits in between
        await terminal.caught_up()
        assert changes(systems) == before
        await terminal.press("x", "End the call with")
        await terminal.press("yes\ry", f"hang up {REFUSED}")
        assert changes(systems) == before
        await terminal.press("y", gone="End the call with")
        async with asyncio.timeout(10):
            while changes(systems) == before:
                await asyncio.sleep(0.01)


async def test_a_number_typed_while_the_program_stood_still_is_called_with_an_enter_alone(
    helpdeck: Opened, systems: Simulation
) -> None:
    async with helpdeck() as terminal:
        await ready(terminal)
        before = changes(systems)
        await terminal.press("c201\r", f"call {REFUSED}")
        await terminal.until("will call extension 201")
        assert changes(systems) == before
        await terminal.press("\r", "AltiGen has taken it")


@pytest.mark.parametrize("end", ["\r", "\n"])
async def test_addresses_without_brackets_are_all_there(helpdeck: Opened, end: str) -> None:
    async with helpdeck() as terminal:
        await terminal.until("RemotePC live")
        await terminal.press("3i", "Invite users")
        await terminal.pour(end.join(ADDRESSES))
        await terminal.until("150 lines; the next page shows what becomes of each")
        assert ADDRESSES[-1] in "".join(line.strip() for line in terminal.text.splitlines())


async def test_a_flood_on_the_dashboard_is_refused_whole_and_keys_work(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await ready(terminal)
        before = changes(systems)
        await terminal.pour("moo /2aq" * 4_000)
        await terminal.until("too much came at once")
        await terminal.caught_up()
        assert changes(systems) == before
        terminal.send("\x1b")
        await quit_by(terminal, "q")


@pytest.mark.parametrize("interrupt", ["\x1b[99;5u", "\x1b[1089::99;5u", "\x1b[968::99;133u"])
async def test_ctrl_c_quits_on_every_layout(helpdeck: Opened, interrupt: str) -> None:
    async with helpdeck() as terminal:
        await terminal.until("RemotePC live")
        terminal.send("\x1b[57442;5u")  # the modifier by itself, which such a terminal tells first
        terminal.send(interrupt)
        assert await terminal.ended() == 0


async def test_shift_with_backspace_and_enter_are_backspace_and_enter(helpdeck: Opened) -> None:
    async with helpdeck() as terminal:
        await ready(terminal)
        await terminal.press("\x1b[99;;99u", "Place a call")
        await terminal.press("2019", "will call extension 2019")
        terminal.send("\x1b[57441;2u\x1b[127;2u")
        await terminal.until(lambda text: "will call extension 201," in text)
        await terminal.press("\x1b[13;130u", "AltiGen has taken it")


async def test_a_malformed_sequence_takes_no_key_of_its_read_along(helpdeck: Opened) -> None:
    async with helpdeck() as terminal:
        await ready(terminal)
        await terminal.press("c", "Place a call")
        await terminal.press("2\x1b[99999999999u0\x1b[65;1;9999999999u1\x1b[1:2;3:4u", "will call extension 201")
