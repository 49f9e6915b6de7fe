-- What politeness remembers of a host: the pause it asked for, the requests of a day (counted from 1970, UTC), and
-- the process that visits it now.
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    rests_until INTEGER,
    day INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    process INTEGER,
    since INTEGER
) STRICT;
