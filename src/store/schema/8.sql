-- What an archive recorded belongs to its version. Its body, where that is not the document.
ALTER TABLE versions ADD COLUMN commit_id BLOB;
ALTER TABLE versions ADD COLUMN body INTEGER REFERENCES contents (id);
UPDATE versions SET commit_id = archived.commit_id, body = nullif(archived.body, versions.document)
    FROM archived_versions AS archived WHERE archived.watch = versions.watch AND archived.version = versions.number;
DROP TABLE archived_versions;

-- What `entries` was compressed against: the findings of the version that was the newest then.
ALTER TABLE ledgers ADD COLUMN base INTEGER REFERENCES contents (id);
