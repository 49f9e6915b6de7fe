use std::path::Path;

use super::super::*;
use super::{WATCH, read};

#[test]
fn the_shipped_list_has_no_fault_and_every_watch_says_how_to_object() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../watchlist.toml");
    let list = load(&path).unwrap_or_else(|faults| panic!("{faults}"));
    for service in [
        "Facebook",
        "Instagram",
        "WhatsApp",
        "Threads",
        "Meta AI",
        "Apple",
        "LinkedIn",
        "X",
        "Grok",
        "eBay",
    ] {
        assert!(list.watches.iter().any(|watch| watch.service == service), "{service}");
    }
    for watch in &list.watches {
        let objection = watch.objection.as_ref().unwrap_or_else(|| panic!("{}", watch.id));
        assert!(objection.url.is_some() && !objection.steps.is_empty(), "{}", watch.id);
        assert!(watch.lang.is_some(), "{}", watch.id);
    }
}

#[test]
fn the_mail_channel_that_the_shipped_list_offers_in_comments_is_right() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../watchlist.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let start = text.find("# [channel.email]").unwrap();
    let commented = text[start..].lines().take_while(|line| line.starts_with("# "));
    let channel: Vec<&str> = commented
        .map(|line| &line[2..])
        .filter(|line| !line.trim_start().starts_with("or {"))
        .collect();
    let list = read(&[(
        "main.toml",
        &format!("{}\n{WATCH}channels = \"email\"\n", channel.join("\n")),
    )]);
    let list = list.unwrap_or_else(|faults| panic!("{faults}"));
    assert!(matches!(list.channels[0].kind, ChannelKind::Email(_)));
}
