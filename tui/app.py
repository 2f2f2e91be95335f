"""The Textual App: puts a desk on the screen, nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.content import Content
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import WorkerFailed

from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.desk.systems import SYSTEMS
from tui.exit_codes import FAILED, FINE
from tui.modals.dialog import Dialog
from tui.models.text import without_controls
from tui.panes.grid import PaneGrid
from tui.panes.pane import Pane
from tui.state import State
from tui.terminal.ascii import AsciiOnly
from tui.terminal.bindings import bindings
from tui.terminal.differential import Differential
from tui.terminal.keymap import KeyMap, actions
from tui.terminal.toolkit import CompositorUpdate, is_ending
from tui.terminal.typeahead import TypeAhead
from tui.widgets.drawn import TEXT_STYLES, Background
from tui.widgets.footer import Footer, Hint
from tui.widgets.frame_clock import FRAME_SECONDS, FrameClock
from tui.widgets.status import StatusLine

PASTE_MOST: Final = 1_000_000
"""Characters of a paste that are looked at: no field holds more."""

PUT_OFF_MOST: Final = 3
"""How many polls in a row are put off for the effect of a key on a slow line: a held key must not stop the rest."""

PANES: Final[Sequence[type[Pane[Any]]]] = [
    getattr(import_module(module), name) for module, _, name in (system.pane.partition(":") for system in SYSTEMS)
]

SMALLEST: Final = (40, 10)
"""Below this size one line says what is needed."""


class DashboardScreen(Screen[Any], Background):
    """The screen below all dialogs."""

    def on_screen_suspend(self) -> None:
        """Show where the keys go now."""
        for pane in self.query(Pane):
            pane.repaint()

    on_screen_resume = on_screen_suspend


class HelpdeckApp(TypeAhead[int], Differential[int]):
    """The dashboard over one desk."""

    CSS_PATH = "app.tcss"
    TITLE = "Helpdeck"
    COMMAND_PALETTE_BINDING = ""
    COMPONENT_CLASSES: ClassVar[set[str]] = set(TEXT_STYLES)
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")

    def __init__(self, desk: Desk, state: State | None = None, *, frame_seconds: float = FRAME_SECONDS) -> None:
        super().__init__()
        self.desk = desk
        self._state = state or State()
        self._is_restored = False
        # Now and not later: another theme after the mount would style and paint everything twice.
        self.theme = self._theme_to_start_with()
        self.stylesheet.set_variables(self.get_css_variables())
        self.key_map = KeyMap(desk.settings.keys)
        self.fault: BaseException | None = None
        """What ended the program, where that was a fault of its own."""
        self._is_suspended = False
        self.animation_level = "none"
        self._ascii_only = AsciiOnly()
        self._newest_ring = 0
        self.polls_put_off = 0
        self.polled_at = float("-inf")
        self._status = StatusLine(desk)
        self._grid = PaneGrid(*(pane(desk, self.key_map) for pane in PANES))
        self._footer = Footer(self._hints, desk.clock)
        self._frames = FrameClock(frame_seconds, self.call_later, self.frame)

    def get_default_screen(self) -> Screen[Any]:
        """The screen that the dashboard is on."""
        return DashboardScreen(id="_default")

    def compose(self) -> ComposeResult:
        """Make the status line, the panes and the footer, and what stands there when the terminal is too small."""
        # What is laid out as it will be is not laid out twice for the first frame.
        self._lay_out(*self.size)
        yield self._status
        yield self._grid
        yield self._footer
        yield Static(Content(f"Helpdeck needs a terminal of {SMALLEST[0]}x{SMALLEST[1]}."), id="too-small")

    def on_mount(self) -> None:
        """Say everything with the first paint, then poll at every frame."""
        self._grid.restore(self._state.panes)
        self._is_restored = True
        self.set_keymap(self.key_map.overrides)
        self._enter(self._grid.current)
        self.frame()
        self._frames.start()
        self.desk.watch(self._frames.wake, self._frames.hurry)
        self.call_after_refresh(self.painted.set)

    def _theme_to_start_with(self) -> str:
        configured = self.desk.settings.ui.theme
        remembered = self._state.theme if self._state.configured_theme == configured else ""
        return next((name for name in (remembered, configured) if name in self.available_themes), "ansi-dark")

    def remembered(self) -> State:
        """How the person leaves it; as it was, where the screen was never there to be changed."""
        if not self._is_restored:
            return self._state
        configured = self.desk.settings.ui.theme
        return State("" if self.theme == configured else self.theme, configured, self._grid.remembered())

    def frame(self) -> None:
        """Poll the desk for all that is visible; what the palette covers costs nothing."""
        if not self.screen_stack:
            return  # the last frame of a program that is closing
        self._ring()
        if self.is_key_pending and self.polls_put_off < PUT_OFF_MOST:
            self.polls_put_off += 1
            return
        self.polls_put_off = 0
        self.polled_at = asyncio.get_running_loop().time()
        now = self.desk.clock.now()
        if len(self.screen_stack) > 1:
            self._frames.wake()  # somebody is here, and waits
        if isinstance(self.screen, Dialog):
            self.screen.frame(now)
        if all(isinstance(screen, Dialog) for screen in self.screen_stack[1:]):
            self._status.frame(now)
            self._footer.frame(now)
            self._grid.frame(now)

    def show(self, update: CompositorUpdate, cursor: Offset) -> None:
        """Show it; what has changed may change again."""
        self._frames.wake()
        super().show(update, cursor)

    def _ring(self) -> None:
        if self.desk.settings.ui.bell:
            ringing = self.desk.counter(AltiGenCounter).board.ringing()
            if ringing and ringing[-1].key > self._newest_ring:
                self._newest_ring = ringing[-1].key
                self.bell()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say something in the footer of what is open: a toast would repaint a third of the screen."""
        footers = list(self.screen.query(Footer)) or [self._footer]
        footers[0].say(message, bad=severity == "error")

    def _hints(self) -> list[Hint]:
        return self._grid.current.hints()

    # The layout.

    def on_resize(self, event: events.Resize) -> None:
        """Three panes where they fit, one where they do not, a sentence where none does."""
        self._lay_out(event.size.width, event.size.height)

    def _lay_out(self, width: int, height: int) -> None:
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self.default_screen.set_class(small, "-small")
        self._grid.lay_out(width, height)

    # What the keys do that work everywhere.

    def action_zoom(self) -> None:
        """Give the focused pane all the room, or share it again."""
        self._grid.zoom()

    async def suspend_to_shell(self) -> None:
        """Give the licence back and stop, until the shell lets the program go on."""
        if reason := self._why_not("app.suspend_process"):
            self.notify(reason, severity="error")
            return
        self._is_suspended = True
        try:
            await self.desk.release_licence()
            await super().suspend_to_shell()
        finally:
            self._is_suspended = False
            self.desk.resume()

    def _why_not(self, action: str) -> str:
        """Why an action is not possible now; empty when it is."""
        if action != "app.suspend_process":
            return self._grid.current.why_not(action)
        if self._is_suspended:
            return "going to the shell already"
        return "" if self.can_suspend else "there is no shell below Helpdeck to go to"

    def is_ready_for_key(self) -> bool:
        """Whether a key can go in: a dialog is ready when it has given its focus to something."""
        return not isinstance(self.screen, Dialog) or self.screen.is_ready

    async def before_key(self) -> None:
        """Paint what a poll has just changed, so that it does not hold up what the key does."""
        await self.paint_before_key(self.polled_at)

    async def action_focus_pane(self, name: str) -> None:
        """Go to the pane of this name."""
        if reason := self._why_not(f"app.focus_{name}"):
            self.notify(reason, severity="error")
        else:
            self._enter(await self._grid.pane(name))

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self._grid.step(1)
        self._footer.frame(self.desk.clock.now())

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        self._grid.step(-1)
        self._footer.frame(self.desk.clock.now())

    def _enter(self, pane: Pane[Any]) -> None:
        self._grid.enter(pane)
        self._footer.frame(self.desk.clock.now())

    def action_find(self) -> None:
        """Find something in all days, and go to it."""
        self._grid.find(self._enter)

    def action_paperwork(self) -> None:
        """Show what is not written yet, and go to it."""
        self._grid.paperwork(self._enter)

    def action_help(self) -> None:
        """Show the keys of the focused pane."""
        from tui.modals.card import keys_card

        self.push_screen(keys_card(self.desk, self._grid.current.NAME, self.key_map, self._why_not))

    def action_palette(self) -> None:
        """Find any action by its name."""
        from tui.modals.palette import Palette

        self.push_screen(Palette(id="--command-palette"))

    def action_change_theme(self) -> None:
        """Find any theme by its name."""
        from tui.modals.palette import theme_palette

        self.push_screen(theme_palette())

    async def action_quit(self) -> None:
        """Close what is open, then quit."""
        from tui.widgets.filter_bar import FilterBar

        if isinstance(self.screen, Dialog):
            self.screen.quit_pressed()
        elif len(self.screen_stack) > 1:
            await self.screen.dismiss(None)
        elif isinstance(self.focused, FilterBar):
            self.focused.action_abandon()
        elif await self.is_order("quit"):
            self._leave()

    action_interrupt = action_quit

    def _leave(self) -> None:
        """Quit; where something goes on that would be out of sight then, ask first."""
        facts = self._grid.goes_on(self.desk.clock.now())
        if not facts:
            self.exit(FINE)
            return
        from tui.modals.confirm import Leave

        self.push_screen(Leave(self.desk, facts), lambda leaves: self.exit(FINE) if leaves else None)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Where only ASCII can be drawn, the last step of every line is to be ASCII."""
        filters = super().get_line_filters()
        return [*filters, self._ascii_only] if self.desk.settings.ui.ascii else filters

    async def on_event(self, event: events.Event) -> None:
        """Take the controls out of what is pasted: the fields would draw them, and the terminal obey."""
        if isinstance(event, events.Paste):
            if len(event.text) > PASTE_MOST:
                self.notify(f"no field takes {len(event.text):,} characters: nothing was taken", severity="error")
                return
            event.text = without_controls(event.text)
        await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Switch the keys of the dashboard off while a dialog is open; only closing works there."""
        if len(self.screen_stack) > 1 and action in _DASHBOARD_ACTIONS:
            return False
        if len(self.screen_stack) == 1 and action in ("focus_next", "focus_previous"):
            return False  # the toolkit's tab; the panes have actions of their own, on keys that can be remapped
        return super().check_action(action, parameters)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action of the focused pane for the palette, with the reason where it is not possible now."""
        pane = self._grid.current
        for action in actions(pane.NAME, "pane", "table", "app"):
            if action.id in ("app.palette", "app.interrupt"):
                continue
            reason = self._why_not(action.id)
            namespace = "app" if action.scope == "app" else f"{pane.NAME}"
            keys = " ".join(self.key_map.keys(action))
            help_text = f"{f'not now: {reason}' if reason else f'key {keys}'} · {action.id}"
            yield SystemCommand(action.tip, help_text, lambda name=action.call, at=namespace: self._run(at, name))
        yield SystemCommand("Change the theme", "colours of the screen", self.action_change_theme)

    async def _run(self, namespace: str, method: str) -> None:
        await self.run_action(method, self if namespace == "app" else self._grid.current)

    def handle_fault(self, error: Exception) -> None:
        """End and keep the fault for the report: Textual would show it with all local variables, secrets too.

        Not where the end was asked for: a dialog that was just opening has lost its widgets then.
        """
        if is_ending(self):
            return
        if self.fault is None:
            self.fault = error.error if isinstance(error, WorkerFailed) else error
        self.close_after(error, FAILED)


_ANYWHERE: Final = frozenset({"app.quit", "app.interrupt", "app.redraw", "app.suspend_process"})
"""Actions that work while a dialog is open."""

_DASHBOARD_ACTIONS: Final = frozenset(action.method for action in actions("app") if action.id not in _ANYWHERE)
