-- Times are milliseconds since 1970; bodies, documents and detections are compressed with zstd.
CREATE TABLE watches (
    id TEXT PRIMARY KEY,
    health TEXT NOT NULL DEFAULT 'new',
    trouble TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    last_visit INTEGER,
    last_read INTEGER,
    last_change INTEGER,
    not_before INTEGER,
    suspect_text TEXT,
    suspect_seen INTEGER NOT NULL DEFAULT 0,
    objected INTEGER
) STRICT;

CREATE TABLE validators (
    watch TEXT NOT NULL REFERENCES watches (id),
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    needs_browser INTEGER NOT NULL,
    PRIMARY KEY (watch, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE bodies (
    sha256 TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE versions (
    watch TEXT NOT NULL REFERENCES watches (id),
    number INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    document BLOB NOT NULL,
    detection BLOB NOT NULL,
    text_sha256 TEXT NOT NULL,
    characters INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    rules INTEGER NOT NULL,
    PRIMARY KEY (watch, number)
) STRICT;

-- A version's snapshot: one row a page.
CREATE TABLE snapshots (
    watch TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    requested TEXT NOT NULL,
    address TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL REFERENCES bodies (sha256),
    PRIMARY KEY (watch, version, position),
    FOREIGN KEY (watch, version) REFERENCES versions (watch, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    watch TEXT NOT NULL REFERENCES watches (id),
    finding TEXT NOT NULL,
    first_version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    visits_gone INTEGER NOT NULL,
    removal_told INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_of_watch ON ledger (watch);

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    watch TEXT NOT NULL REFERENCES watches (id),
    at INTEGER NOT NULL,
    alert TEXT NOT NULL,
    told INTEGER NOT NULL,
    acknowledged INTEGER,
    false_alarm INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alerts_of_watch ON alerts (watch);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    alert INTEGER NOT NULL REFERENCES alerts (id),
    channel TEXT NOT NULL,
    message TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt INTEGER NOT NULL,
    trouble TEXT,
    delivered INTEGER,
    dropped INTEGER
) STRICT;
CREATE INDEX outbox_open ON outbox (next_attempt) WHERE delivered IS NULL AND dropped IS NULL;
