"""The columns of a connection, of a call, of a note and of a contact, in both engines alike."""

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
    "CREATE INDEX missed_calls ON calls (start) WHERE talk_at IS NULL AND direction <> 'out'",
    "CREATE INDEX live_calls ON calls (known_at) WHERE outcome = 'live'",
)

NOTE_COLUMNS: Final = ("id", "kind", "account", "day", "key", "at", "author", "host", "text")
"""What is remembered of a note. Its key is of a row of ``calls``, ``sights`` or ``connections``, or names a user."""

NOTE_INDEXES: Final = (
    "CREATE INDEX notes_of_page ON notes (kind, account, day, key)",
    "CREATE INDEX notes_of_call ON notes (key) WHERE kind = 'call'",
)

CALLBACK_INDEXES: Final = (
    "CREATE INDEX steps_of_line ON callback_steps (line, at)",
    "CREATE INDEX steps_by_time ON callback_steps (at)",
)

CONTACT_COLUMNS: Final = ("id", "line", "name", "name_key", "customer", "device", "account", "source", "at", "by")
"""What is remembered of a contact: its fields, and the key of its name."""

CONTACT_INDEXES: Final = (
    "CREATE INDEX contacts_of_line ON contacts (line)",
    "CREATE INDEX contacts_of_name ON contacts (name_key)",
)

TIE_COLUMNS: Final = ("id", "kind", "one", "other", "did", "at", "by")
"""What is remembered of a step of a tie."""

TIE_INDEXES: Final = (
    "CREATE INDEX steps_of_tie ON tie_steps (one, kind)",
    "CREATE INDEX same_names ON tie_steps (at) WHERE kind = 'same'",
)
