"""The columns of a connection and of a call, in both engines alike."""

from __future__ import annotations

from typing import Final

from tui.models.kept_calls import KeptCall

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

CALL_COLUMNS: Final = KeptCall.__struct_fields__
"""What is remembered of a call, in the order of its fields."""

CALL_INDEXES: Final = (
    "CREATE INDEX calls_of_day ON calls (extension, day, start)",
    "CREATE INDEX calls_of_handle ON calls (extension, handle, start)",
    "CREATE INDEX calls_of_line ON calls (line, start)",
    "CREATE INDEX live_calls ON calls (known_at) WHERE outcome = 'live'",
)
