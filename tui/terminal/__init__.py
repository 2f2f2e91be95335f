"""What goes over the line to the terminal: key map, themes, clipboard."""
