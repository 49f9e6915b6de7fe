//! Pure: when is a watch due?

use chrono::{DateTime, TimeDelta, Utc};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use sha2::{Digest, Sha256};

use crate::watchlist::Watch;

/// The first moment after `after` at which the watch is due, on the wall clock of its time zone.
///
/// In the gap of spring a time that does not exist comes at the first instant after the gap; in the
/// overlap of autumn it comes once, the first time. The watch's own jitter is added to that.
/// `None` when the schedule never fires, which the watchlist refuses.
pub fn next_due(watch: &Watch, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let jitter = jitter(watch);
    let alternatives = &watch.schedule.crontab.alternatives;
    let fired = alternatives
        .iter()
        .filter_map(|line| next_firing(line, &watch.schedule.time_zone, after - jitter));
    Some(fired.min()? + jitter)
}

fn next_firing(line: &cron::Schedule, zone: &TimeZone, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // The crate `cron` skips a time in the gap and fires twice in the overlap; so it walks the wall
    // clock as if there were no zone. Wall times in order are instants in order, some of them the same.
    let offset = zone.to_offset(Timestamp::from_second(after.timestamp()).ok()?);
    let wall = after + seconds(offset);
    line.after(&wall)
        .map_while(|wall| instant(zone, wall))
        .find(|instant| *instant > after)
}

/// The first instant at which the wall clock shows `wall` or later.
fn instant(zone: &TimeZone, wall: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let shown = Offset::UTC.to_datetime(Timestamp::from_second(wall.timestamp()).ok()?);
    match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            Some(wall - seconds(offset))
        }
        AmbiguousOffset::Gap { after, .. } => {
            let before_it = Timestamp::from_second((wall - seconds(after)).timestamp()).ok()?;
            let gap = zone.following(before_it).next()?;
            DateTime::from_timestamp(gap.timestamp().as_second(), 0)
        }
    }
}

fn seconds(offset: Offset) -> TimeDelta {
    TimeDelta::seconds(i64::from(offset.seconds()))
}

/// From none to all of the schedule's jitter, the same for a watch every time.
fn jitter(watch: &Watch) -> TimeDelta {
    let digest = Sha256::digest(watch.id.as_bytes());
    let draw = digest
        .iter()
        .take(8)
        .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let seconds = draw % (u64::from(watch.schedule.jitter_seconds) + 1);
    TimeDelta::seconds(i64::try_from(seconds).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::*;

    fn watch(id: &str, schedule: &str, zone: &str, jitter: &str) -> Watch {
        let text = format!(
            "[[watch]]\nid = \"{id}\"\nurl = \"https://a.example\"\nschedule = \"{schedule}\"\ntime_zone = \"{zone}\"\njitter = \"{jitter}\"\n"
        );
        let read = |_: &Path| -> io::Result<String> { Ok(text.clone()) };
        let mut list = crate::watchlist::parse(Path::new("watchlist.toml"), &read, TimeZone::UTC).unwrap();
        list.watches.remove(0)
    }

    fn time(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn dues(watch: &Watch, after: &str, count: usize) -> Vec<String> {
        let mut from = time(after);
        let mut found = Vec::new();
        for _ in 0..count {
            from = next_due(watch, from).unwrap();
            let shown = Timestamp::from_second(from.timestamp()).unwrap();
            let shown = shown.to_zoned_datetime(watch.schedule.time_zone.clone());
            found.push(shown.strftime("%m-%d %H:%M %Z").to_string());
        }
        found
    }

    #[test]
    fn the_wall_clock_is_kept_where_clocks_change() {
        let (spring, autumn) = ("2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z");
        for (line, zone, after, expected) in [
            // 02:30 does not exist on 29 March and exists twice on 25 October.
            (
                "30 2 * * *",
                "Europe/Berlin",
                spring,
                ["03-29 03:00 CEST", "03-30 02:30 CEST", "03-31 02:30 CEST"],
            ),
            (
                "30 2 * * *",
                "Europe/Berlin",
                autumn,
                ["10-25 02:30 CEST", "10-26 02:30 CET", "10-27 02:30 CET"],
            ),
            (
                "0 7 * * *",
                "Europe/Berlin",
                spring,
                ["03-29 07:00 CEST", "03-30 07:00 CEST", "03-31 07:00 CEST"],
            ),
            (
                "0 7 * * *",
                "Europe/Berlin",
                autumn,
                ["10-25 07:00 CET", "10-26 07:00 CET", "10-27 07:00 CET"],
            ),
            // Several times in the gap are one visit.
            (
                "*/20 2 * * *",
                "Europe/Berlin",
                spring,
                ["03-29 03:00 CEST", "03-30 02:00 CEST", "03-30 02:20 CEST"],
            ),
            (
                "*/30 2 * * *",
                "Europe/Berlin",
                autumn,
                ["10-25 02:00 CEST", "10-25 02:30 CEST", "10-26 02:00 CET"],
            ),
            (
                "0 * * * *",
                "Europe/Berlin",
                "2026-10-24T23:30:00Z",
                ["10-25 02:00 CEST", "10-25 03:00 CET", "10-25 04:00 CET"],
            ),
            // Started in the second 02:xx of that night.
            (
                "45 2 * * *",
                "Europe/Berlin",
                "2026-10-25T01:30:00Z",
                ["10-26 02:45 CET", "10-27 02:45 CET", "10-28 02:45 CET"],
            ),
            (
                "30 2 * * *",
                "America/New_York",
                "2026-03-08T00:00:00Z",
                ["03-08 03:00 EDT", "03-09 02:30 EDT", "03-10 02:30 EDT"],
            ),
            // Half an hour, and a gap at midnight.
            (
                "15 2 * * *",
                "Australia/Lord_Howe",
                "2026-10-03T00:00:00Z",
                ["10-04 02:30 +11", "10-05 02:15 +11", "10-06 02:15 +11"],
            ),
            (
                "0 0 * * *",
                "Africa/Cairo",
                "2026-04-23T12:00:00Z",
                ["04-24 01:00 EEST", "04-25 00:00 EEST", "04-26 00:00 EEST"],
            ),
            // A whole day that never was.
            (
                "0 7 * * *",
                "Pacific/Apia",
                "2011-12-29T12:00:00Z",
                ["12-29 07:00 -10", "12-31 00:00 +14", "12-31 07:00 +14"],
            ),
        ] {
            assert_eq!(
                dues(&watch("a/b", line, zone, "0s"), after, 3),
                expected,
                "{line} {zone} {after}"
            );
        }
    }

    #[test]
    fn a_named_day_of_the_month_or_of_the_week_is_due() {
        let watch = watch("a/b", "0 7 13 * fri", "Europe/Berlin", "0s");
        let expected = ["01-09 07:00 CET", "01-13 07:00 CET", "01-16 07:00 CET"];
        assert_eq!(dues(&watch, "2026-01-03T00:00:00Z", 3), expected);
    }

    #[test]
    fn jitter_is_the_watchs_own_and_moves_no_visit_into_another() {
        let at = |id: &str| next_due(&watch(id, "0 7 * * *", "UTC", "1h"), time("2026-01-01T00:00:00Z")).unwrap();
        let (low, high) = (time("2026-01-01T07:00:00Z"), time("2026-01-01T08:00:00Z"));
        let all: std::collections::BTreeSet<_> = (0..20).map(|number| at(&format!("a/{number}"))).collect();
        assert!(all.iter().all(|due| (low..=high).contains(due)), "{all:?}");
        assert!(all.len() > 15, "spread over the hour: {all:?}");
        let watch = watch("a/b", "0 7 * * *", "UTC", "1h");
        let first = at("a/b");
        assert_eq!(next_due(&watch, first), Some(first + TimeDelta::days(1)));
        assert_eq!(next_due(&watch, first - TimeDelta::seconds(1)), Some(first));
    }
}
