//! The only reader of the clock.

use chrono::{DateTime, Utc};

/// The time now, or what `CLAUSEWATCH_NOW` (RFC 3339) says it is.
///
/// The variable is for tests and replays; what is no RFC 3339 time in it is ignored.
#[expect(
    clippy::disallowed_methods,
    reason = "the only reader of the clock, and of the variable that stands in for it"
)]
pub fn now() -> DateTime<Utc> {
    let told = std::env::var("CLAUSEWATCH_NOW").ok();
    told.as_deref().and_then(parse).unwrap_or_else(Utc::now)
}

fn parse(told: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(told.trim()).ok()?.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_told_time_is_read_with_its_offset() {
        let told = parse("2025-04-21T09:30:00+02:00\n").unwrap();
        assert_eq!(told.to_rfc3339(), "2025-04-21T07:30:00+00:00");
        assert_eq!(parse("Easter Monday"), None);
    }
}
