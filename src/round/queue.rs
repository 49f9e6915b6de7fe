//! The watches of a round by host: each host has one visitor at a time, and hosts take turns.

use std::collections::{HashMap, VecDeque};

use crate::fetch;
use crate::watchlist::Watch;

pub(super) struct Queue<'a> {
    free: VecDeque<(String, VecDeque<&'a Watch>)>,
    /// What is left for a host that is visited now.
    busy: HashMap<String, VecDeque<&'a Watch>>,
}

impl<'a> Queue<'a> {
    pub(super) fn new(watches: &[&'a Watch]) -> Self {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut free: VecDeque<(String, VecDeque<&Watch>)> = VecDeque::new();
        for watch in watches {
            let host = first_host(watch);
            let place = *places.entry(host.clone()).or_insert_with(|| {
                free.push_back((host, VecDeque::new()));
                free.len() - 1
            });
            free[place].1.push_back(watch);
        }
        Self {
            free,
            busy: HashMap::new(),
        }
    }

    /// The next watch; its host is left alone until [`Queue::done`] or [`Queue::put_back`].
    pub(super) fn take(&mut self) -> Option<&'a Watch> {
        let (host, mut watches) = self.free.pop_front()?;
        let watch = watches.pop_front()?;
        self.busy.insert(host, watches);
        Some(watch)
    }

    /// No other watch of its host is left to be taken.
    pub(super) fn is_last(&self, watch: &Watch) -> bool {
        self.busy.get(&first_host(watch)).is_none_or(VecDeque::is_empty)
    }

    pub(super) fn done(&mut self, watch: &Watch) {
        let host = first_host(watch);
        let left = self.busy.remove(&host).filter(|left| !left.is_empty());
        self.free.extend(left.map(|left| (host, left)));
    }

    /// Not now, but before the others of its host.
    pub(super) fn put_back(&mut self, watch: &'a Watch) {
        let host = first_host(watch);
        let mut left = self.busy.remove(&host).unwrap_or_default();
        left.push_front(watch);
        self.free.push_back((host, left));
    }
}

fn first_host(watch: &Watch) -> String {
    watch.pages.first().map(fetch::host).unwrap_or_default()
}

/// All hosts of a watch, each once.
pub fn hosts(watch: &Watch) -> Vec<String> {
    let mut hosts: Vec<String> = watch.pages.iter().map(fetch::host).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn hosts_take_turns_and_have_one_visitor() {
        let entry = |id: &str, host: &str| format!("[[watch]]\nid = \"{id}\"\nurl = \"https://{host}/\"\n");
        let text = [("a/1", "a"), ("a/2", "a"), ("a/3", "a"), ("b/1", "b")].map(|(id, host)| entry(id, host));
        let read = |_: &Path| -> std::io::Result<String> { Ok(text.concat()) };
        let list = crate::watchlist::parse(Path::new("w.toml"), &read, jiff::tz::TimeZone::UTC).unwrap();
        let watches: Vec<&Watch> = list.watches.iter().collect();
        let mut queue = Queue::new(&watches);
        let id = |watch: Option<&Watch>| watch.map(|watch| watch.id.clone());
        assert_eq!(id(queue.take()).as_deref(), Some("a/1"));
        assert_eq!(id(queue.take()).as_deref(), Some("b/1"));
        let lasts: Vec<bool> = watches.iter().map(|watch| queue.is_last(watch)).collect();
        assert_eq!(lasts, [false, false, false, true]);
        assert_eq!(queue.take(), None, "both hosts have their visitor");
        queue.done(watches[0]);
        let second = queue.take().unwrap();
        assert_eq!(second.id, "a/2");
        queue.put_back(second);
        assert_eq!(id(queue.take()).as_deref(), Some("a/2"));
        queue.done(watches[1]);
        queue.done(watches[3]);
        assert_eq!(id(queue.take()).as_deref(), Some("a/3"));
        queue.done(watches[2]);
        assert_eq!(queue.take(), None);
    }
}
