"""What only one of the systems has, of a desk: its board, and the commands on it."""

from __future__ import annotations

from tui.desk import Desk
from tui.desk.alpemix import AlpemixCounter
from tui.desk.altigen import AltiGenCounter
from tui.desk.altigen.phone import Phone
from tui.desk.remotepc import RemotePCCounter
from tui.desk.remotepc.accounts import Accounts
from tui.models.call_board import CallBoard
from tui.models.connection_board import ConnectionBoard
from tui.models.user_board import UserBoard


def calls_of(desk: Desk) -> CallBoard:
    """The calls that are known now."""
    return desk.counter(AltiGenCounter).board


def phone_of(desk: Desk) -> Phone:
    """The commands on calls."""
    return desk.counter(AltiGenCounter).phone


def connections_of(desk: Desk) -> ConnectionBoard:
    """The connections that are known now."""
    return desk.counter(AlpemixCounter).board


def report_budget_of(desk: Desk) -> tuple[int, int] | None:
    """Report requests left in this minute and allowed in all."""
    return desk.counter(AlpemixCounter).report_budget


def users_of(desk: Desk) -> UserBoard:
    """The users that are known now."""
    return desk.counter(RemotePCCounter).board


def accounts_of(desk: Desk) -> Accounts:
    """The commands on accounts."""
    return desk.counter(RemotePCCounter).accounts
