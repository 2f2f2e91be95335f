"""The three panes: calls, connections, users."""
