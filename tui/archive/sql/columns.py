"""The columns of a connection, in both engines alike."""

from __future__ import annotations

from typing import Final

ROW_COLUMNS: Final = (
    "started_text",
    "seconds",
    "mode",
    "explanation",
    "support_number",
    "technician",
    "ip",
    "local_ip",
    "device",
    "alpemix_id",
    "customer",
    "customer_ip",
    "customer_local_ip",
    "customer_device",
    "customer_alpemix_id",
    "problem",
    "extra",
)
"""What a report says of a connection beyond its key and its start."""

REPORTED: Final = ("started", *ROW_COLUMNS)
"""What a report says of a connection beyond its key."""
