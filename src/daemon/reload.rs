//! SIGHUP: the watchlist is read again, and what changed is said.

use std::collections::HashMap;

use sd_notify::NotifyState;

use super::manager::tell;
use crate::round::Watchman;
use crate::watchlist::{Watch, Watchlist};

pub(super) fn renew(
    watchman: &mut Watchman,
    watchlist: &mut Watchlist,
    reload: &mut impl FnMut(&mut Watchman) -> Result<Watchlist, String>,
) {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        tell(&[NotifyState::Reloading, now]);
    }
    match reload(watchman) {
        Ok(renewed) => {
            tracing::info!(event = "reloaded", "{}", news(watchlist, &renewed));
            *watchlist = renewed;
        }
        Err(faults) => {
            tracing::error!(
                event = "refused",
                "the watchlist cannot be taken, the old one stays in force"
            );
            // A line each: that is how logs are read.
            for fault in faults.lines() {
                tracing::error!(event = "refused", "{fault}");
            }
        }
    }
    tell(&[NotifyState::Ready]);
}

fn news(before: &Watchlist, after: &Watchlist) -> String {
    let by_id = |list: &'_ Watchlist| -> HashMap<String, Watch> {
        let entry = |watch: &Watch| (watch.id.clone(), watch.clone());
        list.watches.iter().map(entry).collect()
    };
    let (old, new) = (by_id(before), by_id(after));
    let ids = |list: &Watchlist, is: &dyn Fn(&Watch) -> bool| -> Vec<String> {
        let wanted = list.watches.iter().filter(|watch| is(watch));
        wanted.map(|watch| watch.id.clone()).collect()
    };
    let groups = [
        ("new", ids(after, &|watch| !old.contains_key(&watch.id))),
        ("no more", ids(before, &|watch| !new.contains_key(&watch.id))),
        (
            "changed",
            ids(after, &|watch| old.get(&watch.id).is_some_and(|other| other != watch)),
        ),
    ];
    let mut text = format!("read the watchlist again: watching {} documents", after.watches.len());
    for (what, ids) in groups.iter().filter(|(_, ids)| !ids.is_empty()) {
        text.push_str(&format!("; {what}: {}", some(ids)));
    }
    if before.channels != after.channels {
        text.push_str("; the channels changed");
    }
    if (&before.contact, before.host_budget, &before.lexicon, &before.language)
        != (&after.contact, after.host_budget, &after.lexicon, &after.language)
    {
        text.push_str("; the settings changed");
    }
    if groups.iter().all(|(_, ids)| ids.is_empty()) && before.channels == after.channels {
        text.push_str("; the watches are as they were");
    }
    text
}

fn some(ids: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut text = ids.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if ids.len() > SHOWN {
        text.push_str(&format!(" and {} more", ids.len() - SHOWN));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn list(text: &str) -> Watchlist {
        let read = |_: &Path| -> std::io::Result<String> { Ok(text.to_owned()) };
        crate::watchlist::parse(Path::new("w.toml"), &read, jiff::tz::TimeZone::UTC).unwrap()
    }

    #[test]
    fn what_came_went_and_changed_is_named() {
        let watch = |id: &str, url: &str| format!("[[watch]]\nid = \"{id}\"\nurl = \"https://{url}\"\n");
        let before = list(&(watch("a/one", "a.example") + &watch("b/two", "b.example")));
        let after = list(&(watch("b/two", "new.example") + &watch("c/three", "c.example")));
        assert_eq!(
            news(&before, &after),
            "read the watchlist again: watching 2 documents; new: c/three; no more: a/one; changed: b/two"
        );
        assert_eq!(
            news(&after, &after),
            "read the watchlist again: watching 2 documents; the watches are as they were"
        );
        let many: String = (0..12)
            .map(|number| watch(&format!("d/{number}"), "d.example"))
            .collect();
        let news = news(&after, &list(&many));
        assert!(
            news.contains("new: d/0, ") && news.contains("d/9 and 2 more;"),
            "{news}"
        );
    }
}
