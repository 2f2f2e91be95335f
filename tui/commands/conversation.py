"""Questions and answers on a terminal, or on a pipe that answers like a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TextIO

YES: Final = frozenset({"y", "yes"})
NO: Final = frozenset({"n", "no"})


class InputEnded(Exception):
    """There is nobody left to answer."""


class Say(Protocol):
    """Shows a text, with a line break unless ``end`` says otherwise."""

    def __call__(self, text: str = "", *, end: str = "\n") -> None:
        """Show the text."""


class Conversation:
    """Asks until an answer will do. What is typed for a secret is not shown, and not shown again."""

    def __init__(self, say: Say, answers: TextIO | None) -> None:
        self.say = say
        self._answers = answers

    def ask(self, question: str, default: str = "", fault: Callable[[str], str] = lambda _answer: "") -> str:
        """The answer, or the default for an empty one; ``fault`` says what is wrong with it, or nothing."""
        prompt = f"{question} [{default}]: " if default else f"{question}: "
        return self._until_good(lambda: self._line(prompt).strip() or default, fault)

    def ask_secret(self, question: str, fault: Callable[[str], str] = lambda _answer: "", kept: str = "") -> str:
        """The answer, typed without being shown; an empty one keeps the secret that is there already."""
        prompt = f"{question} (Enter keeps it): " if kept else f"{question}: "
        return self._until_good(lambda: self._hidden_line(prompt) or kept, fault)

    def confirm(self, question: str, *, default: bool) -> bool:
        """Yes or no."""
        answer = self.ask(
            f"{question} [{'Y/n' if default else 'y/N'}]",
            fault=lambda text: "" if not text or text.casefold() in YES | NO else "please answer y or n",
        ).casefold()
        return answer in YES if answer else default

    def choose(self, question: str, choices: tuple[str, ...]) -> str:
        """One of these words, or its first letter; the first one for an empty answer."""
        by_letter = {choice[0]: choice for choice in choices}
        listed = ", ".join(f"{letter}={choice}" for letter, choice in by_letter.items())
        answer = self.ask(
            f"{question} ({listed})",
            choices[0][0],
            lambda text: "" if text[:1].casefold() in by_letter else f"please answer {', '.join(by_letter)}",
        )
        return by_letter[answer[0].casefold()]

    def _until_good(self, answer: Callable[[], str], fault: Callable[[str], str]) -> str:
        while True:
            given = answer()
            wrong = fault(given)
            if not wrong:
                return given
            self.say(f"  {wrong}")

    def _line(self, prompt: str) -> str:
        self.say(prompt, end="")
        line = self._answers.readline() if self._answers is not None else ""
        if not (self._answers is not None and self._answers.isatty()):
            self.say()  # nobody pressed Enter on this screen
        if not line:
            raise InputEnded
        return line.rstrip("\r\n")

    def _hidden_line(self, prompt: str) -> str:
        if self._answers is None or not self._answers.isatty():
            return self._line(prompt)
        from getpass import getpass

        try:
            return getpass(prompt)
        except EOFError:
            raise InputEnded from None
