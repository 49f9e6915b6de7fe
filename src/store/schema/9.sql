-- Whether its pages were asked for against robots.txt, as the watch says (`robots = false`).
ALTER TABLE versions ADD COLUMN robots_ignored INTEGER NOT NULL DEFAULT 0;
