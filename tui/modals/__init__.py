"""The forms and cards that open over the panes."""
