"""What must be fast, measured beside a baseline of the same run: `python -m tests.benchmarks.first_paint`."""
