-- A visit that finds nothing new must look at a ledger only where a removal still has to last.
ALTER TABLE ledgers ADD COLUMN counts_visits INTEGER NOT NULL DEFAULT 1;
