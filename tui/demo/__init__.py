"""The three systems, simulated on loopback: for trying Helpdeck out, and for its tests."""

from importlib import import_module
from typing import TYPE_CHECKING

from tui.demo.scenario import BadScenario, names

if TYPE_CHECKING:
    from tui.demo.alpemix import Alpemix
    from tui.demo.altigen import Altigen
    from tui.demo.remotepc import RemotePc
    from tui.demo.simulation import Simulation
else:

    def __getattr__(name: str) -> object:
        """Import a server when it is used: the demo reads a scenario before its first frame, and needs no server."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{name.lower()}"), name)


__all__ = ["Alpemix", "Altigen", "BadScenario", "RemotePc", "Simulation", "names"]
