//! Pure: when is a watch due?

use chrono::{DateTime, Utc};

use crate::watchlist::Schedule;

/// The first moment after `after` at which the schedule fires, on the wall clock of its time zone.
///
/// In the gap of spring a time that does not exist fires at the first instant after the gap; in the
/// overlap of autumn it fires once. `None` when it never fires (31 February).
pub fn next_due(_schedule: &Schedule, _after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    todo!()
}

/// Whether a visit is due now: never visited, or the schedule fired since.
pub fn is_due(_schedule: &Schedule, _last_visit: Option<DateTime<Utc>>, _now: DateTime<Utc>) -> bool {
    todo!()
}
