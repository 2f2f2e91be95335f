"""The question before leaving while something goes on that would be out of sight then."""

from __future__ import annotations

from tui.desk import Desk
from tui.modals.confirm import Confirm
from tui.widgets.entries import Entries


class Leave(Confirm):
    """Dismissed with True when the person leaves all the same. The key that asked, held or pressed again, is no yes."""

    def __init__(self, desk: Desk, facts: Entries) -> None:
        """``facts``: what goes on, as (name, text)."""
        super().__init__(desk, "Quit", "This goes on without Helpdeck. Quit all the same?", "Quit", facts, no="Stay")

    def quit_pressed(self) -> None:
        """Stay; but a key that is held down since it opened the question would close and open it in turn."""
        if not self.is_repeat():
            self.action_close()
