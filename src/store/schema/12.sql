-- Alerts that somebody may be reminded of: until which day, NULL where they were only put off.
CREATE TABLE awaited (
    alert INTEGER PRIMARY KEY REFERENCES alerts (id),
    last_day TEXT
) STRICT;
