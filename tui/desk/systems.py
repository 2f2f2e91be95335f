"""The systems that Helpdeck knows, each with its counter, its pane and the keys of that. Nothing else lists them.

What talks to a system is not loaded from here: its counter does that when its feed begins.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tui.desk.alpemix import AlpemixCounter
from tui.desk.altigen import AltiGenCounter
from tui.desk.counter import Counter
from tui.desk.remotepc import RemotePCCounter
from tui.models.action import Action


class System(NamedTuple):
    """One system."""

    counter: type[Counter[Any, Any, Any]]
    scope: str
    """What its pane shows: the pane's name, and the scope of the actions that work there alone."""
    pane: str
    """Module and class of the pane, which the screen loads: the engine knows no screen."""
    actions: tuple[Action, ...]

    @property
    def name(self) -> str:
        """Section of the config."""
        return self.counter.name


ON_CALLS: Final = (
    Action("calls.place_call", "c", "call", "Place a call", footer=True, changes=True, of_row=True),
    Action("calls.hang_up", "x", "hang up", "Hang up the call (asks first)", footer=True, changes=True, of_row=True),
    Action("calls.record", "o", "record", "Start or stop recording the call", footer=True, changes=True, of_row=True),
    Action(
        "calls.mute", "m", "mute", "Mute or unmute the recording of the call", footer=True, changes=True, of_row=True
    ),
    Action(
        "calls.link", "L", "link", "Link the caller to a customer, a device, an account; or take it back", of_row=True
    ),
    Action("calls.earlier", "left_square_bracket", "earlier", "Go to the day before", footer=True),
    Action("calls.later", "right_square_bracket", "later", "Go to the day after", footer=True),
    Action("calls.picture", "D", "picture", "Show the day as a picture: its calls and connections by the hour"),
    Action("calls.callbacks", "b", "call back", "Show who was missed and is to be called back", footer=True),
    Action("calls.hooks", "H", "hooks", "Show what came of the programs that calls start"),
)

ON_CONNECTIONS: Final = (
    Action("connections.place_call", "c", "call", "Call a number of the row", footer=True, changes=True, of_row=True),
    Action("connections.earlier", "left_square_bracket", "earlier", "Go to the day before", footer=True),
    Action("connections.later", "right_square_bracket", "later", "Go to the day after", footer=True),
    Action("connections.picture", "D", "picture", "Show the day as a picture: its calls and connections by the hour"),
)

ON_USERS: Final = (
    Action("users.add", "a", "add", "Add a user", footer=True, changes=True),
    Action("users.invite", "i", "invite", "Invite users, many at once", footer=True, changes=True),
    Action("users.sign_in", "l", "link", "Get a sign-in link for the user", footer=True, changes=True, of_row=True),
    Action("users.seen", "s", "seen", "Take the list as seen: from now on + marks what is new, ~ changed, - gone"),
)

SYSTEMS: Final = (
    System(AltiGenCounter, "calls", "tui.panes.calls:CallsPane", ON_CALLS),
    System(AlpemixCounter, "connections", "tui.panes.connections:ConnectionsPane", ON_CONNECTIONS),
    System(RemotePCCounter, "users", "tui.panes.users:UsersPane", ON_USERS),
)
"""In the order of the top line, of the panes and of all that is told of each."""


def counter_of(name: str) -> type[Counter[Any, Any, Any]]:
    """The counter of the system with this section."""
    return next(system.counter for system in SYSTEMS if system.name == name)
