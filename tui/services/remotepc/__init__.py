"""RemotePC: the customers' accounts, by the four calls of its reseller API."""

from tui.services.remotepc.client import RemotePCReader, RemotePCService

__all__ = ["RemotePCReader", "RemotePCService"]
