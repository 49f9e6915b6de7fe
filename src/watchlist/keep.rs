//! How long what was read is kept.

use super::fault::Fault;
use super::table::Table;

/// How long what was read is kept, in days; `None`: for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    /// Pages as received.
    pub pages: Option<u32>,
    /// Texts, and with a text its pages.
    pub texts: Option<u32>,
}

const EXAMPLE: &str =
    "write `keep = { pages = \"90d\", texts = \"5y\" }` (d, w or y); what is left out is kept for ever";

pub(super) fn read(table: &Table<'_>) -> Option<Keep> {
    let keep = table.table("keep")?;
    let read = Keep {
        pages: days(&keep, "pages"),
        texts: days(&keep, "texts"),
    };
    keep.refuse_unknown();
    Some(read)
}

fn days(table: &Table<'_>, key: &'static str) -> Option<u32> {
    let text = table.text(key)?;
    let parsed = ["d", "w", "y"].into_iter().zip([1, 7, 365]).find_map(|(unit, days)| {
        let amount: u32 = text.text.strip_suffix(unit)?.parse().ok()?;
        amount.checked_mul(days).filter(|days| *days <= 100 * 365)
    });
    if parsed.is_none() {
        let what = format!("`{}` is no span of days, weeks or years", text.text);
        table.fault(Fault::new(&text.place, what, EXAMPLE));
    }
    parsed
}
