"""What the command line does besides opening the dashboard."""
