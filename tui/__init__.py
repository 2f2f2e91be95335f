"""Helpdeck: one terminal screen for a support desk."""

__version__ = "0.1.0"
