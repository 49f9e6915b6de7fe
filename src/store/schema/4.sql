-- Contents once, compressed against their like; versions in a chain of hashes; histories taken over from archives.
CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 BLOB NOT NULL,
    -- What `packed` was compressed against, the source before the base.
    base INTEGER REFERENCES contents (id),
    source INTEGER REFERENCES contents (id),
    -- Contents to read before this one, on the longest way.
    depth INTEGER NOT NULL,
    size INTEGER NOT NULL,
    -- NULL: let go by `keep`.
    packed BLOB
) STRICT;
-- Eight bytes tell them apart; the rest is compared.
CREATE INDEX contents_by_sha256 ON contents (substr(sha256, 1, 8));

ALTER TABLE versions RENAME TO old_versions;
ALTER TABLE snapshots RENAME TO old_snapshots;

CREATE TABLE versions (
    watch TEXT NOT NULL REFERENCES watches (id),
    number INTEGER NOT NULL,
    requested INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    -- The document's Markdown, as read when it was recorded.
    document INTEGER NOT NULL REFERENCES contents (id),
    -- The document as JSON where Markdown does not give it back, or where later rules read it otherwise.
    reading INTEGER REFERENCES contents (id),
    detection INTEGER NOT NULL REFERENCES contents (id),
    characters INTEGER NOT NULL,
    lang TEXT,
    understood INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    claims INTEGER NOT NULL,
    assurances INTEGER NOT NULL,
    choices INTEGER NOT NULL,
    restrictions INTEGER NOT NULL,
    rules INTEGER NOT NULL,
    link BLOB NOT NULL,
    PRIMARY KEY (watch, number)
) STRICT, WITHOUT ROWID;

-- A version's snapshot: one row a page.
CREATE TABLE snapshots (
    watch TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    requested TEXT NOT NULL,
    address TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body INTEGER NOT NULL REFERENCES contents (id),
    PRIMARY KEY (watch, version, position),
    FOREIGN KEY (watch, version) REFERENCES versions (watch, number)
) STRICT, WITHOUT ROWID;

-- The pages of the latest visit where their bytes are not those of the newest version, compressed against that.
CREATE TABLE latest_pages (
    watch TEXT NOT NULL REFERENCES watches (id),
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    requested TEXT NOT NULL,
    address TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    base INTEGER REFERENCES contents (id),
    size INTEGER NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (watch, position)
) STRICT, WITHOUT ROWID;

-- A watch's ledger is read and written whole: JSON, compressed.
CREATE TABLE ledgers (
    watch TEXT PRIMARY KEY REFERENCES watches (id),
    size INTEGER NOT NULL,
    entries BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Git repositories of recorded versions, known by their first commit.
CREATE TABLE archives (
    id INTEGER PRIMARY KEY,
    root TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE archived_documents (
    archive INTEGER NOT NULL REFERENCES archives (id),
    path TEXT NOT NULL,
    watch TEXT NOT NULL UNIQUE REFERENCES watches (id),
    -- The commit taken over last.
    commit_id BLOB NOT NULL,
    PRIMARY KEY (archive, path)
) STRICT, WITHOUT ROWID;

-- A version's snapshot where an archive recorded it.
CREATE TABLE archived_versions (
    watch TEXT NOT NULL,
    version INTEGER NOT NULL,
    commit_id BLOB NOT NULL,
    body INTEGER NOT NULL REFERENCES contents (id),
    PRIMARY KEY (watch, version),
    FOREIGN KEY (watch, version) REFERENCES versions (watch, number)
) STRICT, WITHOUT ROWID;

-- Alerts of a history that was taken over are looked up, never sent.
ALTER TABLE alerts ADD COLUMN historical INTEGER NOT NULL DEFAULT 0;
