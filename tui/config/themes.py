"""The themes that the screen can have.

The list is Textual's (a test holds it against the installed one): asking Textual itself would load a third of a second
of it for `helpdeck check`.
"""

from __future__ import annotations

from typing import Final

THEMES: Final = frozenset(
    """
    ansi-dark ansi-light atom-one-dark atom-one-light catppuccin-frappe catppuccin-latte catppuccin-macchiato
    catppuccin-mocha dracula flexoki gruvbox monokai nord rose-pine rose-pine-dawn rose-pine-moon solarized-dark
    solarized-light textual-dark textual-light tokyo-night
    """.split()  # noqa: SIM905 - as a list it would be 21 lines
)
