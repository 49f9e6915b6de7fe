//! When what waits for a digest goes out.

use chrono::{DateTime, Days, Local, NaiveTime, Utc, Weekday};
use chrono::{Datelike, TimeZone};

use crate::analysis::alert::Alert;
use crate::analysis::compare::Severity;
use crate::watchlist::{Channel, Digest};

/// Digests are read with the morning's coffee.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// When the digest goes out that this alert waits for; `None` where it does not wait.
pub(super) fn digest_at(channel: &Channel, alert: &Alert, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if channel.at_once && alert.severity == Severity::Alert {
        return None;
    }
    channel.digest.map(|digest| next_digest(digest, now))
}

/// The next morning (of a Monday) on the machine's wall clock.
fn next_digest(digest: Digest, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = now.with_timezone(&Local).date_naive();
    let fits = |day: &chrono::NaiveDate| digest != Digest::Weekly || day.weekday() == Weekday::Mon;
    let days = (0..=7)
        .filter_map(|ahead| today.checked_add_days(Days::new(ahead)))
        .filter(fits);
    let mornings = days.filter_map(|day| Local.from_local_datetime(&day.and_time(MORNING)).earliest());
    match digest {
        Digest::Round => now,
        Digest::Daily | Digest::Weekly => mornings
            .map(|morning| morning.to_utc())
            .find(|morning| *morning > now)
            .unwrap_or(now),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Timelike};

    use super::*;

    #[test]
    fn digests_go_out_in_the_morning_those_of_a_week_on_monday() {
        let mut now = DateTime::parse_from_rfc3339("2025-04-17T07:30:00Z").unwrap().to_utc();
        for _ in 0..30 {
            let (daily, weekly) = (next_digest(Digest::Daily, now), next_digest(Digest::Weekly, now));
            assert!(daily > now && daily - now <= TimeDelta::hours(25), "{now}");
            assert!(weekly > now && weekly - now <= TimeDelta::hours(7 * 24 + 1), "{now}");
            let weekly = weekly.with_timezone(&Local);
            assert_eq!((weekly.weekday(), weekly.hour()), (Weekday::Mon, 8));
            assert_eq!(next_digest(Digest::Round, now), now);
            now += TimeDelta::hours(11);
        }
    }
}
