"""The tables of the archive, and how an older file becomes one of today.

Times of requests are seconds of the machine's uptime with the boot they belong to; times that are shown are seconds
of the epoch. A day and the start of a connection are kept as the server wrote them, without a zone: whoever corrects
``alpemix.timezone`` later corrects all of the past with it.
"""

from __future__ import annotations

from typing import Final

from tui.archive.records import CHANGES_KEPT
from tui.archive.sql.columns import (
    CALL_INDEXES,
    CALLBACK_INDEXES,
    CONTACT_INDEXES,
    NOTE_INDEXES,
    REPORTED,
    ROW_COLUMNS,
    TIE_INDEXES,
)
from tui.archive.sql.search import MARK_NOTES

APPLICATION_ID: Final = 0x48444B31
"""Marks the file as ours ("HDK1")."""

_ACCOUNTS: Final = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)"

_CONNECTIONS: Final = f"""
CREATE TABLE connections (
    account INTEGER NOT NULL,   -- of accounts: the name in every row would make a third of the file
    day TEXT NOT NULL,          -- by the server's calendar
    uid TEXT NOT NULL,          -- one of our own, beginning with ?, where the server gave none
    started TEXT,               -- 2024-08-22T23:38:18 by the server's clock; NULL where it could not be read
    {
    ", ".join(
        f"{name} {'INTEGER' if name == 'seconds' else 'TEXT NOT NULL'}" for name in ROW_COLUMNS if name != "seconds"
    )
},
    seconds INTEGER,
    seen_at REAL NOT NULL,      -- when we first knew of it
    changed_at REAL NOT NULL,
    PRIMARY KEY (account, day, uid)
) WITHOUT ROWID
"""

_CHANGES: Final = f"""
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    day TEXT NOT NULL,
    uid TEXT NOT NULL,
    until REAL NOT NULL,        -- when the value was replaced
    {", ".join(f"{name} {'INTEGER' if name == 'seconds' else 'TEXT'}" for name in REPORTED)}
)
"""

_KEEP_EARLIER: Final = f"""
CREATE TRIGGER keep_earlier AFTER UPDATE ON connections BEGIN
    INSERT INTO changes (account, day, uid, until, {", ".join(REPORTED)})
    VALUES (old.account, old.day, old.uid, new.changed_at, {", ".join(f"old.{name}" for name in REPORTED)});
    DELETE FROM changes WHERE account = old.account AND day = old.day AND uid = old.uid AND id <= (
        SELECT id FROM changes WHERE account = old.account AND day = old.day AND uid = old.uid
        ORDER BY id DESC LIMIT 1 OFFSET {CHANGES_KEPT}
    );
END
"""

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        _ACCOUNTS,
        _CONNECTIONS,
        "CREATE INDEX connections_by_device ON connections (account, customer_device) WHERE customer_device <> ''",
        _CHANGES,
        "CREATE INDEX changes_of_connection ON changes (account, day, uid, id)",
        _KEEP_EARLIER,
        """
        CREATE TABLE days (
            account TEXT NOT NULL,
            day TEXT NOT NULL,
            rows INTEGER NOT NULL DEFAULT 0,
            whole_at REAL,
            until REAL,
            gap_since REAL,
            repaired INTEGER NOT NULL DEFAULT 0,
            repaired_at REAL,
            closed_at REAL,
            read_at REAL,
            late INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (account, day)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE requests (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account TEXT NOT NULL,
            kind TEXT NOT NULL,
            what TEXT NOT NULL,
            boot TEXT NOT NULL,
            reserved REAL NOT NULL,
            completed REAL          -- NULL while it is under way, and for ever where its process died
        )
        """,
        """
        CREATE TABLE cooldowns (
            account TEXT NOT NULL,
            kind TEXT NOT NULL,
            boot TEXT NOT NULL,
            seconds REAL NOT NULL,
            until REAL NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (account, kind)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE fetches (
            account TEXT NOT NULL,
            what TEXT NOT NULL,
            boot TEXT NOT NULL,
            began REAL NOT NULL,
            at REAL NOT NULL,
            server_day TEXT NOT NULL,   -- the day that the newest row is of; empty where none came
            repaired INTEGER NOT NULL,
            unreadable INTEGER NOT NULL,
            PRIMARY KEY (account, what)
        ) WITHOUT ROWID
        """,
    ),
    (
        """
        CREATE TABLE failures (
            account TEXT NOT NULL,
            what TEXT NOT NULL,
            boot TEXT NOT NULL,
            began REAL NOT NULL,
            PRIMARY KEY (account, what)
        ) WITHOUT ROWID
        """,
        "ALTER TABLE fetches ADD COLUMN apart INTEGER NOT NULL DEFAULT 0",
    ),
    (
        """
        CREATE TABLE keepers (
            account TEXT NOT NULL PRIMARY KEY,
            host TEXT NOT NULL,
            boot TEXT NOT NULL,
            at REAL NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE user_lists (
            account TEXT NOT NULL,
            day TEXT NOT NULL,
            at REAL NOT NULL,           -- when the list came
            users BLOB NOT NULL,        -- JSON, packed by zlib
            PRIMARY KEY (account, day)
        )
        """,
    ),
    (
        """
        CREATE TABLE calls (
            id TEXT NOT NULL PRIMARY KEY,   -- 16 hexadecimal digits
            listener TEXT NOT NULL,         -- who saw it first
            extension TEXT NOT NULL,
            hosts TEXT NOT NULL,
            handle INTEGER NOT NULL,
            day TEXT NOT NULL,              -- by the clock of whoever saw it first
            start REAL NOT NULL,            -- seconds of the epoch, as all of its times
            known_at REAL NOT NULL,         -- when it was last known to go on, or its end
            direction TEXT NOT NULL,
            number TEXT NOT NULL,           -- as it came
            line TEXT NOT NULL,             -- the same for every spelling of it
            name TEXT NOT NULL,
            called TEXT NOT NULL,
            rang INTEGER NOT NULL,
            talk_at REAL,                   -- NULL where it was never connected
            at_least INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            recorded_seconds INTEGER,
            user_data TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        *CALL_INDEXES,
        """
        CREATE TABLE sights (               -- of calls that another listener has told of first
            id TEXT NOT NULL PRIMARY KEY,
            call TEXT NOT NULL,
            listener TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX sights_of_call ON sights (call, listener)",
        """
        CREATE TABLE spells (               -- when who listened to an extension
            id TEXT NOT NULL PRIMARY KEY,
            extension TEXT NOT NULL,
            host TEXT NOT NULL,
            began REAL NOT NULL,
            until REAL NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX spells_of_extension ON spells (extension, until)",
        """
        CREATE TABLE notes (
            id TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,             -- of what it is about: call, connection, user
            account TEXT NOT NULL,          -- by its name, for a call the extension
            day TEXT NOT NULL,              -- empty for a user
            key TEXT NOT NULL,              -- of the call or a sight of it, of the connection, of the user
            at REAL NOT NULL,               -- seconds of the epoch
            author TEXT NOT NULL,
            host TEXT NOT NULL,
            text TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        *NOTE_INDEXES,
        """
        CREATE TABLE searched (             -- the text of each row that is looked for
            id INTEGER PRIMARY KEY,         -- grows with the time at which the row began
            kind INTEGER NOT NULL,
            account INTEGER NOT NULL,       -- of accounts; 0 for a call
            day TEXT NOT NULL,              -- empty for a call
            key TEXT NOT NULL,
            text TEXT NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX searched_rows ON searched (kind, account, day, key)",
        """
        CREATE TABLE unsearched (           -- days of which texts are not known yet
            kind INTEGER NOT NULL,
            owner TEXT NOT NULL,            -- number of an account, or an extension
            day TEXT NOT NULL,
            since REAL NOT NULL,            -- rows that were changed before are known
            done TEXT NOT NULL,             -- rows up to this one are known
            PRIMARY KEY (kind, owner, day)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX unsearched_days ON unsearched (day DESC, kind, owner)",
        """
        CREATE TABLE callback_steps (       -- who has said that they call a number back, or why nobody needs to
            id TEXT NOT NULL PRIMARY KEY,
            line TEXT NOT NULL,
            kind TEXT NOT NULL,             -- taken, done
            by TEXT NOT NULL,
            at REAL NOT NULL,
            until REAL NOT NULL,            -- taken: when it lapses; done: the start of the last call that it is about
            why TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        *CALLBACK_INDEXES,
    ),
    (MARK_NOTES,),
    (
        "CREATE TABLE news (count INTEGER NOT NULL)",  # of what was written for others to look at
        "INSERT INTO news (count) VALUES (0)",
    ),
    (
        """
        CREATE TABLE contacts (             -- numbers, and whose they are
            id TEXT NOT NULL PRIMARY KEY,   -- the same for all that say the same
            line TEXT NOT NULL,             -- as that of a call
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,         -- the same for every spelling of it
            customer TEXT NOT NULL,         -- as it calls itself in Alpemix
            device TEXT NOT NULL,
            account TEXT NOT NULL,          -- of RemotePC, its e-mail address
            source TEXT NOT NULL,
            at REAL NOT NULL,
            by TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        *CONTACT_INDEXES,
        """
        CREATE TABLE tie_steps (            -- who has confirmed or taken back what a number is tied to
            id TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,             -- customer, device, account; same: of two names
            one TEXT NOT NULL,              -- the number; same: the key of the name that is given up
            other TEXT NOT NULL,
            did TEXT NOT NULL,              -- confirmed, taken back
            at REAL NOT NULL,
            by TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        *TIE_INDEXES,
    ),
)
"""What makes of a file of version n one of version n + 1. A step that was released is never changed."""

VERSION: Final = len(MIGRATIONS)

LASTING: Final = frozenset(
    {"connections", "user_lists", "calls", "spells", "notes", "callback_steps", "contacts", "tie_steps"}
)
"""Tables with what nobody can be asked for again."""

CALLS: Final = 4
"""From this version on calls are kept, and there is a search over all days."""

ONE_SPELLING: Final = 2
"""From this version on every account has one name, however its address is spelled."""

CONTACTS: Final = 7
"""From this version on it is kept whose a number is."""
