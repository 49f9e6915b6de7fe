-- Alerts quote what changed at length: JSON, compressed.
ALTER TABLE alerts ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN packed BLOB NOT NULL DEFAULT x'';
