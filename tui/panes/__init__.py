"""The panes: calls, connections, users, and the team, which covers the others."""
