"""RemotePC at the desk: the list of users, and the changes to accounts."""

from tui.desk.remotepc.counter import RemotePCCounter

__all__ = ["RemotePCCounter"]
