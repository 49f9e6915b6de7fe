-- When a page was read last; one that fails stands as it was read then.
ALTER TABLE validators ADD COLUMN read INTEGER;

-- Pages of versions that stand in for those that failed, and when they were read.
CREATE TABLE stand_ins (
    watch TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    read INTEGER NOT NULL,
    PRIMARY KEY (watch, version, position),
    FOREIGN KEY (watch, version, position) REFERENCES snapshots (watch, version, position)
) STRICT, WITHOUT ROWID;
