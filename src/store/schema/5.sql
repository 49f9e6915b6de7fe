-- A change that another visit must find too: SHA-256 of its text, and how many visits in a row found a change.
ALTER TABLE watches ADD COLUMN unconfirmed_text TEXT;
ALTER TABLE watches ADD COLUMN unconfirmed_seen INTEGER NOT NULL DEFAULT 0;
