"""The engine: owns the services, keeps the boards current and runs the commands. It knows no screen."""

from tui.desk.desk import Desk
from tui.desk.rereading import Reread

__all__ = ["Desk", "Reread"]
