-- digest: it waits for others, to go out as one. folded: it went into that message. dead: since when no retry is likely to help.
ALTER TABLE outbox ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN folded INTEGER REFERENCES outbox (id);
ALTER TABLE outbox ADD COLUMN dead INTEGER;
ALTER TABLE alerts ADD COLUMN snoozed INTEGER;

-- What was objected to: the version that stood then.
CREATE TABLE objections (
    id INTEGER PRIMARY KEY,
    watch TEXT NOT NULL REFERENCES watches (id),
    at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- Reminders sent: the day that comes, and how many days were left (-1: a snooze that ended).
CREATE TABLE reminders (
    alert INTEGER NOT NULL REFERENCES alerts (id),
    day TEXT NOT NULL,
    days_left INTEGER NOT NULL,
    PRIMARY KEY (alert, day, days_left)
) STRICT, WITHOUT ROWID;

-- Clauses that the user called a false alarm.
CREATE TABLE false_alarms (
    watch TEXT NOT NULL REFERENCES watches (id),
    clause TEXT NOT NULL,
    lang TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (watch, clause)
) STRICT, WITHOUT ROWID;
