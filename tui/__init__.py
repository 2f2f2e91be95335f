"""Helpdeck: one terminal screen for a support desk."""
