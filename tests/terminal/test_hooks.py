"""What the program leans on in Textual, so that an upgrade which moves it is noticed here and not on a screen."""

from __future__ import annotations

import ast
import asyncio
import inspect
from pathlib import Path
from typing import get_type_hints

import pytest
import textual._xterm_parser as parsing
import textual.screen
from textual import events
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual._parser import Parser
from textual.app import App
from textual.command import CommandPalette
from textual.driver import Driver
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

import tui.terminal
from tests.toolkit import driver_of, painted_whole, ready_callbacks, timers_of
from tui.terminal.differential import PAINT_SECONDS, Differential
from tui.terminal.toolkit import (
    FUNCTIONAL_KEYS,
    MODIFIER_FUNCTIONAL_KEYS,
    ToolkitApp,
    ToolkitDriver,
    forget_copied,
    is_ending,
    key_of,
)

FOLDER = Path(tui.terminal.__file__).parent


def source(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


def test_everything_that_is_painted_goes_through_one_method_of_the_app() -> None:
    assert list(inspect.signature(App._display).parameters) == ["self", "screen", "renderable"]
    assert "app._display(self, update)" in source(Screen._compositor_refresh)
    assert "self._driver.write(terminal_sequence)" in source(App._display)
    for part in ("self._batch_count", "self._running", "self.cursor_position", "self.post_display_hook()"):
        assert part in source(App._display)


def test_what_is_painted_is_one_of_two_kinds() -> None:
    assert issubclass(LayoutUpdate, CompositorUpdate)
    assert issubclass(ChopsUpdate, CompositorUpdate)
    assert get_type_hints(Compositor.render_full_update)["return"] is LayoutUpdate
    assert get_type_hints(Compositor.render_partial_update)["return"] == ChopsUpdate | None
    assert list(inspect.signature(LayoutUpdate).parameters) == ["strips", "region"]
    assert list(inspect.signature(ChopsUpdate).parameters) == ["chops", "spans", "chop_ends"]


def test_a_piece_of_a_line_that_a_change_reaches_into_is_rendered_as_a_whole() -> None:
    assert "crop_overlaps(clip)" in source(Compositor._get_renders)
    assert "strip.divide([cut - render_x for cut in final_cuts[1:]])" in source(Compositor._render_chops)


def test_a_style_is_told_in_sgr_by_one_function() -> None:
    assert list(inspect.signature(Strip.render_ansi).parameters) == ["style", "color_system"]


def test_the_parser_reads_one_sequence_and_says_whether_it_waits_for_more() -> None:
    assert "self._parse_extended_key(sequence)" in source(parsing.XTermParser._sequence_to_key_events)
    assert "len(sequence) > _MAX_SEQUENCE_SEARCH_THRESHOLD" in source(parsing.XTermParser.parse)
    for part in ("self._tokens", "self._gen = self.parse(", "self._awaiting", "self._timeout_time"):
        assert part in source(Parser.__init__)


def told(sequence: str) -> list[tuple[str, str | None]]:
    """What Textual's own parser makes of a sequence."""
    found = parsing.XTermParser().feed(f"\x1b[{sequence}")
    return [(event.key, event.character) for event in found if isinstance(event, events.Key)]


MENDED = "mended: see whether tui/terminal/kitty.py may go"


@pytest.mark.parametrize(
    ("sequence", "wrong"),
    [("127;2u", "shift+backspace"), ("13;2u", "shift+enter"), ("57441;2u", "left_shift"), ("97;1:3u", None)],
    ids=["backspace", "enter", "a modifier alone", "a key that is let go"],
)
def test_textual_still_has_no_use_for_these_keys(sequence: str, wrong: str | None) -> None:
    if wrong is None:
        with pytest.raises(ValueError, match="invalid literal"):
            told(sequence)
    else:
        assert [key for key, _ in told(sequence)] == [wrong], MENDED


def test_textual_still_types_a_sequence_that_is_no_key() -> None:
    assert [key for key, _ in told("120~")] == ["x"], MENDED


def test_textual_still_fails_on_the_keys_of_other_layouts() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        told("1089::99;5u")


def test_textual_still_types_an_answer() -> None:
    keys = [
        event.key
        for event in parsing.XTermParser().feed("\x1b]11;rgb:ffff/ffff/ffff/xxxxxxxxxxxxxxxxx")
        if isinstance(event, events.Key)
    ]
    assert "x" in keys, "mended: see whether tui/terminal/sequences.py may go"


def test_a_screen_makes_its_timer_with_the_period_that_is_set() -> None:
    assert textual.screen.UPDATE_PERIOD == PAINT_SECONDS
    assert "UPDATE_PERIOD" in source(vars(Screen)["_update_timer"].fget)


def test_an_app_asks_for_its_driver_by_one_method() -> None:
    assert "get_driver_class" in source(App.__init__)
    assert Differential().driver_class.__name__ == "TtyDriver"


def test_a_driver_is_asked_for_no_more_than_this_one_does() -> None:
    assert Driver.__abstractmethods__ == {"write", "start_application_mode", "disable_input", "stop_application_mode"}


class Faulty(ToolkitApp[None]):
    """Keeps its faults, and ends with the first."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Exception] = []

    def handle_fault(self, error: Exception) -> None:
        self.faults.append(error)
        self.close_after(error, 1)

    def action_fail(self) -> None:
        raise LookupError("a fault of ours")


async def test_a_fault_comes_to_one_method_and_ends_the_app_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    app = Faulty()
    with pytest.raises(LookupError, match="a fault of ours"):
        async with app.run_test():
            app.call_later(app.action_fail)
    assert [type(fault) for fault in app.faults] == [LookupError]
    assert app.return_code == 1
    assert capfd.readouterr() == ("", "")


async def test_an_app_says_whether_its_end_was_asked_for_and_forgets_what_was_copied() -> None:
    app = Faulty()
    async with app.run_test():
        app.copy_to_clipboard("a secret")
        assert app.clipboard == "a secret"
        forget_copied(app)
        assert app.clipboard == ""
        assert not is_ending(app)
        app.exit()
        assert is_ending(app)


async def test_textual_still_styles_everything_once_more_before_the_first_paint() -> None:
    skipped: list[str] = []

    class Watched(ToolkitApp[None]):
        def __init__(self) -> None:
            super().__init__()
            self.theme = "ansi-dark"

        def refresh_css(self, animate: bool = True) -> None:
            skipped.append("the sheets")

        def update_styles(self, node: object, animate: bool = True) -> None:
            skipped.extend(["the screen"] * isinstance(node, Screen))

    async with Watched().run_test() as pilot:
        await pilot.pause()
    assert set(skipped) == {"the sheets", "the screen"}, "mended: see whether both may go from tui/terminal/toolkit.py"


def test_a_driver_is_given_what_ours_reads() -> None:
    assert "self._size = size" in source(Driver.__init__)
    assert "width, height = self._driver._size" in source(vars(App)["size"].fget)
    assert "set_size" in vars(ToolkitDriver)


def test_a_text_area_takes_what_is_typed_and_pasted_by_one_method() -> None:
    assert list(inspect.signature(TextArea._replace_via_keyboard).parameters) == ["self", "insert", "start", "end"]
    for way in (TextArea._on_key, TextArea._on_paste, TextArea.action_paste):
        assert "self._replace_via_keyboard(" in source(way)


def test_a_field_handles_a_paste_after_its_subclass_has_and_not_where_that_prevents_it() -> None:
    assert callable(Input._on_paste)
    found = 'cls.__dict__.get(f"_{method_name}") or cls.__dict__.get( method_name )'
    assert found in " ".join(source(MessagePump._get_dispatch_methods).split())
    assert "if message._no_default_action:" in source(MessagePump._get_dispatch_methods)


def test_the_palette_searches_in_a_worker_that_asks_for_its_list_first() -> None:
    searches = source(inspect.unwrap(CommandPalette._gather_commands))
    assert "command_list = self.query_one(CommandList)" in searches
    assert "@work(exclusive=True, group=_GATHER_COMMANDS_GROUP)" in source(CommandPalette)


def test_the_palette_is_made_of_what_ours_is_made_of() -> None:
    for part in ('Vertical(id="--container")', 'Horizontal(id="--input")', 'Vertical(id="--results")'):
        assert part in source(CommandPalette.compose)
    assert "placeholder" in inspect.signature(CommandPalette).parameters


def test_a_widget_is_drawn_by_one_method_through_its_filters() -> None:
    assert list(inspect.signature(Widget.render_lines).parameters) == ["self", "crop"]
    assert "widget.render_lines(" in source(Compositor._get_renders)
    assert "self._styles_cache.render_widget(self, crop)" in source(Widget.render_lines)


def test_keys_have_the_names_that_ours_are_looked_up_by() -> None:
    assert [key_of(each) for each in ("a", "A", "/", "ü", "\t")] == ["a", "A", "slash", "ü", "tab"]
    assert FUNCTIONAL_KEYS["13u"] == "enter"
    assert FUNCTIONAL_KEYS["57414u"] == "enter"
    assert "left_control" in MODIFIER_FUNCTIONAL_KEYS


async def test_what_the_tests_look_into_is_there() -> None:
    for name in ("self._interval = interval", "self._repeat = repeat", "self._task: Task | None = None"):
        assert name in source(Timer.__init__)
    assert 'name="screen_update"' in source(vars(Screen)["_update_timer"].fget)
    app = Faulty()
    async with app.run_test(size=(20, 3)):
        assert driver_of(app) is not None
        assert any(timer.name == "screen_update" for timer in timers_of(app))
        lines = painted_whole(app)
        assert [sum(len(text) for text, _ in line) for line in lines] == [20, 20, 20]
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: None)
        assert len(ready_callbacks(loop)) > 0


def test_the_layer_could_be_lifted_out() -> None:
    """It imports nothing of the program but what lies in its folder."""
    for name in ("differential", "driver"):
        assert imports_of(name) <= {path.stem for path in FOLDER.glob("*.py")} - {"keymap", "bindings", "ascii"}


def imports_of(name: str, seen: set[str] | None = None) -> set[str]:
    """The modules of the program that a module of the folder needs."""
    seen = set() if seen is None else seen
    for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text())):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("tui"):
            continue
        package, _, rest = (node.module or "").removeprefix("tui").lstrip(".").partition(".")
        assert package == "terminal", f"{name} imports {node.module}"
        for each in [rest] if rest else [alias.name for alias in node.names]:
            if each not in seen:
                seen.add(each)
                imports_of(each, seen)
    return seen
