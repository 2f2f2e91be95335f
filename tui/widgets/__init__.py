"""What the panes share: the table, the status line, the footer."""
