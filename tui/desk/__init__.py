"""The engine: owns the services, keeps the boards current and runs the commands. It knows no screen."""

from tui.desk.desk import SYSTEMS, Desk

__all__ = ["SYSTEMS", "Desk"]
