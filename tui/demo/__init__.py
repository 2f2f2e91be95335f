"""The three systems, simulated on loopback: for trying Helpdeck out, and for its tests."""

from tui.demo.alpemix import Alpemix
from tui.demo.altigen import Altigen
from tui.demo.remotepc import Account, RemotePc
from tui.demo.scenario import BadScenario, Scenario, names
from tui.demo.simulation import Simulation
from tui.demo.switchboard import Call, Recording

__all__ = [
    "Account",
    "Alpemix",
    "Altigen",
    "BadScenario",
    "Call",
    "Recording",
    "RemotePc",
    "Scenario",
    "Simulation",
    "names",
]
