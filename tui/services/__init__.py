"""One async class for each of the three systems, and what they share: HTTP, request budgets, pacing, errors."""

import sys

# Where click is installed, httpx loads its own command line with it: 3 MiB in every dashboard that nobody looks at.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # so that importing it fails, as it may
