//! For how long an answer says that it stays as it is (RFC 9111, 4.2).

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap};

/// A document is looked at twice a day, however long its answer says that it keeps.
const LONGEST: Duration = Duration::from_secs(12 * 3600);

pub(super) fn fresh_for(headers: &HeaderMap) -> Duration {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let directives: Vec<String> = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    if directives
        .iter()
        .any(|name| name == "no-store" || name.starts_with("no-cache"))
    {
        return Duration::ZERO;
    }
    let seconds = directives
        .iter()
        .find_map(|directive| directive.strip_prefix("max-age=")?.trim_matches('"').parse().ok());
    let lifetime = seconds.map(Duration::from_secs).or_else(|| {
        let expires = DateTime::parse_from_rfc2822(text(EXPIRES)?).ok()?;
        let date = DateTime::parse_from_rfc2822(text(DATE)?).ok()?;
        (expires - date).to_std().ok()
    });
    let age = text(AGE).and_then(|age| age.parse().ok()).unwrap_or_default();
    lifetime
        .unwrap_or_default()
        .saturating_sub(Duration::from_secs(age))
        .min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_fresh_for_as_long_as_it_says_up_to_half_a_day() {
        for (lines, expected) in [
            (&[][..], 0),
            (&[("cache-control", "private, max-age=600")], 600),
            (&[("cache-control", "max-age=600"), ("age", "500")], 100),
            (&[("cache-control", "max-age=600"), ("age", "700")], 0),
            (&[("cache-control", "max-age=31536000")], 12 * 3600),
            (&[("cache-control", "max-age=18446744073709551616")], 0),
            (&[("cache-control", "max-age=600"), ("cache-control", "No-Cache")], 0),
            (&[("cache-control", "no-store, max-age=600")], 0),
            (
                &[
                    ("date", "Mon, 21 Apr 2025 09:00:00 GMT"),
                    ("expires", "Mon, 21 Apr 2025 10:00:00 GMT"),
                ],
                3600,
            ),
            (
                &[
                    ("date", "Mon, 21 Apr 2025 09:00:00 GMT"),
                    ("expires", "Mon, 21 Apr 2025 10:00:00 GMT"),
                    ("cache-control", "max-age=60"),
                ],
                60,
            ),
            (&[("expires", "0")], 0),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(fresh_for(&headers).as_secs(), expected, "{lines:?}");
        }
    }
}
