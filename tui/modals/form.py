"""Forms: fields that are checked as they are typed, and a draft that survives a refusal.

A form returns the draft and never talks to a service. When a system refuses, the caller opens the form again with
the draft and the reason, so nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from tui.desk import Desk
from tui.modals.dialog import Dialog
from tui.services.errors import Rejected, ServiceError, describe_error
from tui.terminal.bindings import hidden
from tui.terminal.typeahead import came_by_hand
from tui.widgets.field import LineField, SwitchField
from tui.widgets.footer import Hint
from tui.widgets.text_field import TextField

Draft = TypeVar("Draft")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    value: str = ""
    check: Callable[[str], str] = lambda _: ""
    """What is wrong with a value, in a few words; empty when nothing is."""
    hidden: bool = False
    """A password: shown as dots."""
    lines: int = 1
    """More than one: a text area for pasting into."""
    hint: str = ""
    """Shown while the field is empty."""
    fixed: bool = False
    """Only shown: it is sent, and a refusal may speak of it, but it is not typed here."""
    is_switch: bool = False
    """Its value is ``yes`` or ``no``, and space changes it."""


class Form(Dialog[Draft | None]):
    """A form over a draft. Subclasses name the fields and make the draft of their values."""

    BINDINGS = hidden({"down": "app.focus_next", "up": "app.focus_previous", "ctrl+t": "show_hidden", "enter": "go_on"})
    HEADING: ClassVar[str]
    SEND: ClassVar[str] = "Send"
    IS_ORDER: ClassVar[bool] = True
    """Whether sending it changes something, and no question stands in between."""

    def __init__(self, desk: Desk, draft: Draft, refusal: ServiceError | None = None) -> None:
        """``refusal``: why the last try was refused; where it speaks of a field, it is said there too."""
        super().__init__(desk, self.HEADING)
        self._draft = draft
        self._refusal = refusal
        self._touched: set[str] = set()
        self._fields = {field.name: field for field in self._new_fields()}

    def _new_fields(self) -> Sequence[Field]:
        """The fields, filled from the draft."""
        raise NotImplementedError

    def _draft_of(self, values: Mapping[str, str]) -> Draft:
        """Make the draft of values that were all found right."""
        raise NotImplementedError

    def _preview(self, values: Mapping[str, str]) -> str:
        """What would be sent, as far as that is known already."""
        return ""

    def _body(self) -> ComposeResult:
        """The refusal, the fields with room for what is wrong with each, what will be sent, and the buttons."""
        yield Static(Content(describe_error(self._refusal) if self._refusal else ""), id="refusal")
        with VerticalScroll(id="fields", can_focus=False):
            for field in self._fields.values():
                with Horizontal(classes="field"):
                    yield Static(Content(field.label), classes="label")
                    yield self._editor(field)
                yield Static("", id=f"problem-{field.name}", classes="problem")
        yield Static("", id="preview")
        with Horizontal(id="buttons"):
            yield Button(Content(self.SEND), id="send", compact=True, action="screen.send")
            yield Button(Content("Cancel"), id="cancel", compact=True, action="screen.close")

    def _editor(self, field: Field) -> Widget:
        if field.fixed:
            return Static(Content(field.value), id=f"field-{field.name}")
        if field.is_switch:
            return SwitchField(field.value, id=f"field-{field.name}")
        if field.lines > 1:
            area = TextField(field.value, id=f"field-{field.name}", placeholder=Content(field.hint))
            area.styles.height = field.lines
            return area
        return LineField(
            field.value,
            id=f"field-{field.name}",
            password=field.hidden,
            placeholder=field.hint,
            select_on_focus=True,  # what is typed takes the place of what stood there
        )

    def _hints(self) -> list[Hint]:
        show = [Hint("ctrl+t", "show password")] if any(field.hidden for field in self._fields.values()) else []
        return [
            Hint("tab", "next"),
            Hint("enter", "next, in the last field send"),
            *show,
            Hint("esc", "close without sending"),
        ]

    def on_mount(self) -> None:
        """Go to the field that was refused, or the first empty one, or the first."""
        super().on_mount()
        refused = ""
        if isinstance(self._refusal, Rejected):
            refused = self._refusal.field
            for name, sentence in (self._refusal.beside or {refused: describe_error(self._refusal)}).items():
                if name in self._fields:
                    self._say(name, sentence)
        empty = [name for name in self._open_fields if not self._fields[name].value]
        self._go_to(refused if refused in self._open_fields else [*empty, *self._open_fields][0])
        self._show_preview()

    def values(self) -> dict[str, str]:
        """What the fields hold now."""
        editors = {name: self.query_one(f"#field-{name}") for name in self._fields}
        typed = (LineField, TextField, SwitchField)
        return {
            name: editor.value if isinstance(editor, typed) else self._fields[name].value
            for name, editor in editors.items()
        }

    def _problems(self, values: Mapping[str, str]) -> dict[str, str]:
        """What is wrong, by field."""
        found = {name: field.check(values[name]) for name, field in self._fields.items()}
        return {name: problem for name, problem in found.items() if problem}

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _on_typed(self, event: Input.Changed | TextArea.Changed) -> None:
        name = (event.control.id or "").removeprefix("field-")
        if name not in self._fields:
            return
        values = self.values()
        if values[name] != self._fields[name].value:
            self._touched.add(name)
        if name in self._touched:
            self._say(name, self._problems(values).get(name, ""))
        self._show_preview()

    @on(Input.Submitted)
    async def action_go_on(self) -> None:
        """Go to the next field; from the last one, send."""
        names = self._open_fields
        name = "" if self.focused is None else (self.focused.id or "").removeprefix("field-")
        if name in names[:-1]:
            self._go_to(names[names.index(name) + 1])
        elif name in names:
            await self.action_send()

    async def action_send(self) -> None:
        """Return the draft, or say everything that is wrong and go to the first of it."""
        values = self.values()
        problems = self._problems(values)
        for name in self._fields:
            self._say(name, problems.get(name, ""))
        if problems:
            self._touched.update(self._fields)
            self._go_to(next(iter(problems)))
            return
        if not self.IS_ORDER or await came_by_hand(self.app, self.SEND):
            self.dismiss(self._draft_of(values))

    def action_show_hidden(self) -> None:
        """Show the passwords as they are typed, or hide them again."""
        for name, field in self._fields.items():
            if field.hidden:
                editor = self.query_one(f"#field-{name}", Input)
                editor.password = not editor.password

    @property
    def _open_fields(self) -> list[str]:
        """The names of the fields that can be typed into."""
        return [name for name, field in self._fields.items() if not field.fixed]

    def _go_to(self, name: str) -> None:
        self.set_focus(self.query_one(f"#field-{name}"))

    def _say(self, name: str, problem: str) -> None:
        self.query_one(f"#problem-{name}", Static).update(Content(problem), layout=False)

    def _show_preview(self) -> None:
        values = self.values()
        text = "" if self._problems(values) else self._preview(values)
        self.query_one("#preview", Static).update(Content(text), layout=False)


async def submit(
    ask: Callable[[Dialog[Draft | None]], Awaitable[Draft | None]],
    draft: Draft,
    form: Callable[[Draft, ServiceError | None], Form[Draft]],
    go_on: Callable[[Draft], Awaitable[Result | None]],
) -> Result | None:
    """Show a form until something came of its draft, which ``go_on`` gives; None when the person closed it.

    Where ``go_on`` raises ServiceError, the form opens again with the draft and the reason; where it gives None, with
    the draft alone.
    """
    refusal: ServiceError | None = None
    while (answer := await ask(form(draft, refusal))) is not None:
        draft, refusal = answer, None
        try:
            result = await go_on(draft)
        except ServiceError as error:
            refusal = error
        else:
            if result is not None:
                return result
    return None
