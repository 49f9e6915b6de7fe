mod shipped;

use std::io;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::*;

/// Parses `main.toml` of the given files.
fn read(files: &[(&str, &str)]) -> Result<Watchlist, Faults> {
    let open = |path: &Path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path);
        found
            .map(|(_, text)| (*text).to_owned())
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    };
    parse(Path::new("main.toml"), &open, TimeZone::get("Europe/Vienna").unwrap())
}

/// The one fault of a watchlist: its line, what is wrong and the remedy.
fn fault(text: &str) -> (usize, String, String) {
    let faults = read(&[("main.toml", text)]).unwrap_err();
    let all: Vec<&Fault> = faults.iter().collect();
    assert_eq!(all.len(), 1, "{faults}");
    (
        all[0].line().unwrap(),
        all[0].what().to_owned(),
        all[0].remedy().to_owned(),
    )
}

const WATCH: &str = "[[watch]]\nid = \"a/b\"\nurl = \"https://a.example/\"\n";

#[test]
fn a_watch_needs_an_id_and_a_page_and_the_rest_has_defaults() {
    let list = read(&[("main.toml", WATCH)]).unwrap();
    let watch = &list.watches[0];
    assert_eq!((watch.service.as_str(), watch.title.as_str()), ("a", "b"));
    assert_eq!(watch.schedule.crontab.line, "0 7,19 * * *");
    assert_eq!(watch.schedule.time_zone, TimeZone::get("Europe/Vienna").unwrap());
    assert_eq!(watch.channels, ["desktop"]);
    assert!(watch.robots);
    assert_eq!(
        list.channels,
        [Channel {
            name: "desktop".into(),
            kind: ChannelKind::Desktop,
            notify: Notify::AnyChange,
            digest: Some(Digest::Round),
            at_once: false,
        }]
    );
}

#[test]
fn everything_that_can_be_said_is_read() {
    let list = read(&[
        (
            "main.toml",
            r##"
contact = "me@example.org"
language = "de"
lexicon = "own.toml"
[signature]
name = "Ada"
account = "ada@example.org"
[defaults]
schedule = "@daily"
jitter = "1h"
confirm = "90s"
time_zone = "Europe/Berlin"
notify = "notice"
channels = ["desktop", "work"]
[channel.work]
kind = "email"
host = "smtp.example.org"
tls = "starttls"
from = "clausewatch <me@example.org>"
to = "me@example.org"
user = "me"
password = { file = "secret" }
[[watch]]
id = "ebay/privacy-de"
service = "eBay"
title = "Datenschutz"
pages = ["https://a.example/1", "https://a.example/2"]
lang = "de"
fetch = "browser"
select = "main"
remove = [".ad", "nav"]
ranges = [{ from = { before = "h1" }, to = { after = "#end" } }]
notify = "any-change"
channels = ["work"]
robots = false
[watch.objection]
url = "https://a.example/object"
login = true
steps = ["One.", "Two."]
letter = "de"
address = "dpo@a.example"
deadline = 2025-04-21
"##,
        ),
        ("own.toml", ""),
    ])
    .unwrap();
    let watch = &list.watches[0];
    assert_eq!(watch.pages.len(), 2);
    assert_eq!(watch.fetch, FetchMode::Browser);
    assert_eq!(watch.reading.remove, [".ad", "nav"]);
    let range = Range {
        from: Edge::Before("h1".into()),
        to: Edge::After("#end".into()),
    };
    assert_eq!(watch.reading.ranges, [range]);
    assert_eq!((watch.schedule.jitter_seconds, watch.confirm_seconds), (3600, 90));
    assert_eq!(watch.notify, Notify::AnyChange);
    assert_eq!(watch.channels, ["work"]);
    let objection = watch.objection.as_ref().unwrap();
    assert_eq!(objection.deadline.as_deref(), Some("2025-04-21"));
    assert_eq!(objection.steps.len(), 2);
    assert_eq!(list.signature.name.as_deref(), Some("Ada"));
    assert_eq!(list.lexicon, [PathBuf::from("own.toml")]);
    let ChannelKind::Email(mail) = &list.channels[0].kind else {
        panic!("{:?}", list.channels)
    };
    assert_eq!((mail.port, mail.tls), (587, Tls::StartTls));
    assert_eq!(mail.password, Some(SecretSource::File("secret".into())));
}

#[test]
fn a_page_of_several_says_what_is_its_own() {
    let list = read(&[(
        "main.toml",
        "[[watch]]\nid = \"a/b\"\nselect = \"main\"\nremove = \".ad\"\npages = [\"https://a.example/1\", \
         { url = \"https://a.example/2\", select = [\"article\", \"dl\"] }, { url = \"https://a.example/3\", remove = [] }, \
         { url = \"https://a.example/4\", ranges = [{ from = { before = \"h1\" }, to = { after = \"p\" } }] }]\n",
    )])
    .unwrap();
    let watch = &list.watches[0];
    let read: Vec<&Reading> = watch.pages.iter().map(|page| watch.reading_of(page)).collect();
    let said: Vec<(usize, usize, usize)> = read
        .iter()
        .map(|reading| (reading.select.len(), reading.remove.len(), reading.ranges.len()))
        .collect();
    assert_eq!(said, [(1, 1, 0), (2, 1, 0), (1, 0, 0), (0, 1, 1)]);
    let with = |page: &str| format!("[[watch]]\nid = \"a/b\"\npages = [\n{page},\n]\n");
    let (line, what, _) = fault(&with("{ select = \"main\" }"));
    assert_eq!((line, what.as_str()), (4, "this page has no `url`"));
    let (_, what, _) = fault(&with("{ url = \"https://a.example\", fetch = \"http\" }"));
    assert!(what.contains("unknown key `fetch`"), "{what}");
    let (_, _, remedy) = fault(&with("3, \"https://a.example/1\""));
    assert!(remedy.contains("{ url = "), "{remedy}");
}

#[test]
fn faults_name_the_line_and_the_remedy() {
    let with = |line: &str| format!("{WATCH}{line}\n");
    let mail = "[channel.email]\nhost = \"mail.example\"\nfrom = \"a@b.example\"\nto = \"c@d.example\"\n";
    for (text, line, what, remedy) in [
        (with("selct = \"main\""), 4, "unknown key `selct`", "`select`"),
        (with("schedule = \"0 25 * * *\""), 4, "`25` is no hour", "from 0 to 23"),
        (
            with("schedule = \"0 0 31 2 *\""),
            4,
            "never fires",
            "that the month has",
        ),
        (with("select = \"div[\""), 4, "no CSS selector", "style sheet"),
        (
            with("time_zone = \"Europe/Berlim\""),
            4,
            "unknown time zone",
            "`Europe/Berlin`",
        ),
        (with("fetch = \"browsr\""), 4, "cannot be `browsr`", "`browser`"),
        (with("notify = \"all\""), 4, "cannot be `all`", "any-change"),
        (with("robots = \"no\""), 4, "cannot be a string", "robots = false"),
        (with("jitter = \"15\""), 4, "no span of time", "15m"),
        (with("confirm = \"2d\""), 4, "no span of time", "10m"),
        (with("lang = \"german\""), 4, "no language code", "`de`"),
        (
            with("channels = [\"emial\"]"),
            4,
            "no channel `emial`",
            "[channel.emial]",
        ),
        (
            with("pages = [\"https://b.example\"]"),
            3,
            "either `url` or `pages`",
            "several pages",
        ),
        (
            with("ranges = [{ from = { before = \"h1\" } }]"),
            4,
            "needs `to`",
            "after",
        ),
        (
            with("[watch.objection]\ndeadline = \"26.05.2025\""),
            5,
            "no day",
            "2025-05-26",
        ),
        (
            with("[watch.objection]\nurl = \"mailto:x@y.example\""),
            5,
            "cannot start with `mailto:`",
            "https://",
        ),
        (with("title = \"a"), 4, "no TOML", "mend this line"),
        (
            with("title = \"a\"\ntitle = \"b\""),
            5,
            "duplicate key",
            "mend this line",
        ),
        (
            format!("{WATCH}{WATCH}"),
            5,
            "a second watch with the id `a/b`",
            "another id",
        ),
        (
            "[[watch]]\nid = \"a/b\"\nurl = \"ftp://a.example\"\n".into(),
            3,
            "`ftp:`",
            "https://",
        ),
        (
            "[[watch]]\nid = \"a/b\"\nurl = \"a.example\"\n".into(),
            3,
            "no address",
            "https://",
        ),
        (
            "[[watch]]\nid = \"a/b\"\nurl = \"https://u:p@a.example\"\n".into(),
            3,
            "name or password",
            "no secrets",
        ),
        (
            "[[watch]]\nid = \"eBay\"\nurl = \"https://a.example\"\n".into(),
            2,
            "cannot be an id",
            "service/document",
        ),
        (
            "[[watch]]\nurl = \"https://a.example\"\n".into(),
            1,
            "no `id`",
            "ebay/privacy",
        ),
        ("[[watch]]\nid = \"a/b\"\n".into(), 1, "no page", "pages"),
        ("[[watches]]\n".into(), 1, "unknown key `watches` in the top", "`watch`"),
        ("[watch]\nid = \"a/b\"\n".into(), 1, "cannot be a table", "[[watch]]"),
        (
            format!("{mail}port = 99999\n{WATCH}"),
            5,
            "`port` cannot be this number",
            "65535",
        ),
        (format!("{mail}tls = \"none\"\n{WATCH}"), 2, "unprotected", "starttls"),
        (
            format!("{mail}user = \"me\"\n{WATCH}"),
            5,
            "without a `password`",
            "credential",
        ),
        (
            format!("{mail}user = \"me\"\npassword = \"hunter2\"\n{WATCH}"),
            6,
            "written out",
            "no secrets",
        ),
        (
            format!("[channel.pager]\n{WATCH}"),
            1,
            "does not say what it is",
            "`desktop`, `email`",
        ),
        (
            format!("include = [\"absent.toml\"]\n{WATCH}"),
            1,
            "cannot read the watchlist absent.toml",
            "mend the path",
        ),
        (
            format!("lexicon = \"absent.toml\"\n{WATCH}"),
            1,
            "cannot read the lexicon absent.toml",
            "mend the path",
        ),
    ] {
        let (at, told, cure) = fault(&text);
        assert!(told.contains(what) && cure.contains(remedy), "{text}: {told} / {cure}");
        assert_eq!(at, line, "{text}: {told}");
    }
}

#[test]
fn all_faults_are_told_at_once_with_a_mark_under_each() {
    let text = "[defaults]\nschedule = \"0 7 * * mo\"\n\n[[watch]]\nid = \"a/b\"\nurl = \"ftp://a.example/\"\nselekt = \"main\"\n";
    let faults = read(&[("main.toml", text)]).unwrap_err();
    insta::assert_snapshot!(faults, @r#"
    error: `mo` is no day of the week
     --> main.toml:2:21
      |
    2 | schedule = "0 7 * * mo"
      |                     ^^
      |
      = help: take a number from 0 to 7, or a name (sun, mon …)

    error: an address cannot start with `ftp:`
     --> main.toml:6:7
      |
    6 | url = "ftp://a.example/"
      |       ^^^^^^^^^^^^^^^^^^
      |
      = help: only pages at `https://` or `http://` can be read

    error: unknown key `selekt` in `watch`
     --> main.toml:7:1
      |
    7 | selekt = "main"
      | ^^^^^^
      |
      = help: did you mean `select`?
    "#);
}

#[test]
fn a_missing_watchlist_says_where_it_was_looked_for() {
    let faults = read(&[]).unwrap_err().to_string();
    assert!(
        faults.contains("main.toml") && faults.contains("--watchlist"),
        "{faults}"
    );
    let empty = read(&[("main.toml", "# nothing\n")]).unwrap_err().to_string();
    assert!(empty.contains("watches nothing"), "{empty}");
}

#[test]
fn includes_are_beside_the_file_and_inherit_its_defaults() {
    let list = read(&[
        ("main.toml", "include = [\"lists/one.toml\"]\n[defaults]\nfetch = \"http\"\nlang = \"en\"\n"),
        ("lists/one.toml", "include = [\"../two.toml\"]\n[defaults]\nlang = \"de\"\n[[watch]]\nid = \"a/one\"\nurl = \"https://a.example\"\n"),
        ("two.toml", "[[watch]]\nid = \"a/two\"\nurl = \"https://a.example\"\nfetch = \"browser\"\n"),
    ])
    .unwrap();
    let told: Vec<_> = list
        .watches
        .iter()
        .map(|watch| (watch.id.as_str(), watch.lang.as_deref(), watch.fetch))
        .collect();
    assert_eq!(
        told,
        [
            ("a/one", Some("de"), FetchMode::Http),
            ("a/two", Some("de"), FetchMode::Browser)
        ]
    );
}

#[test]
fn a_circle_of_includes_and_an_id_used_twice_are_faults() {
    let two = format!("include = [\"./main.toml\"]\n{WATCH}");
    let main = format!("include = [\"two.toml\"]\n{WATCH}");
    let faults = read(&[("main.toml", &main), ("two.toml", &two)]).unwrap_err();
    let told: Vec<_> = faults
        .iter()
        .map(|fault| (fault.path().to_str().unwrap(), fault.line().unwrap()))
        .collect();
    assert_eq!(told, [("two.toml", 1), ("two.toml", 3)], "{faults}");
    let text = faults.to_string();
    assert!(text.contains("main.toml -> two.toml -> main.toml"), "{text}");
    assert!(text.contains("the first"), "{text}");
}

#[test]
fn watches_can_share_an_objection_by_its_name() {
    let told = "[objection.a]\nurl = \"https://a.example/object\"\n";
    let list = read(&[("main.toml", &format!("{told}{WATCH}objection = \"a\"\n"))]).unwrap();
    let objection = list.watches[0].objection.as_ref().unwrap();
    assert_eq!(objection.url.as_deref(), Some("https://a.example/object"));
    let (line, what, remedy) = fault(&format!("[objection.meta-en]\n{WATCH}objection = \"meta\"\n"));
    assert_eq!((line, what.as_str()), (5, "there is no objection `meta`"));
    assert!(remedy.contains("did you mean `meta-en`?"), "{remedy}");
}

#[test]
fn webhooks_commands_and_feeds_are_read() {
    let channels = "
[channel.phone]
kind = \"webhook\"
template = \"ntfy\"
url = \"https://ntfy.example\"
topic = \"me\"
notify = \"alert\"
[channel.team]
kind = \"webhook\"
template = \"slack\"
url = { file = \"slack-url\" }
digest = \"daily\"
[channel.command]
command = [\"tell\", \"me\"]
[channel.feed]
path = \"out/feed.atom\"
digest = \"round\"
";
    let list = read(&[("main.toml", &format!("{channels}{WATCH}"))]).unwrap();
    let of = |name: &str| list.channels.iter().find(|channel| channel.name == name).unwrap();
    assert_eq!((of("phone").notify, of("phone").at_once), (Notify::Alert, true));
    assert_eq!((of("team").digest, of("team").at_once), (Some(Digest::Daily), true));
    assert_eq!((of("feed").digest, of("feed").at_once), (Some(Digest::Round), false));
    assert_eq!(
        of("command").kind,
        ChannelKind::Command(vec!["tell".into(), "me".into()])
    );
    for (text, what) in [
        ("kind = \"webhook\"\nurl = \"http://hook.example\"", "unprotected"),
        (
            "kind = \"webhook\"\ntemplate = \"discord\"\nurl = \"https://d.example/secret\"",
            "is a secret",
        ),
        (
            "kind = \"webhook\"\ntemplate = \"matrix\"\nroom = \"!a:b\"\nurl = \"https://m.example\"",
            "needs `token`",
        ),
        (
            "kind = \"webhook\"\nurl = \"https://h.example\"\nsecret = \"hunter2\"",
            "a secret written out",
        ),
        ("kind = \"command\"", "needs `command`"),
        ("kind = \"feed\"", "needs `path`"),
    ] {
        let told = fault(&format!("[channel.x]\n{text}\n{WATCH}"));
        assert!(told.1.contains(what), "{told:?}");
    }
}

#[test]
fn two_mail_channels_are_told_apart_by_name() {
    let mail = |name: &str| {
        format!(
            "[channel.{name}]\nkind = \"email\"\nhost = \"localhost\"\ntls = \"none\"\nfrom = \"a@b.example\"\nto = \"c@d.example\"\n"
        )
    };
    let list = read(&[("main.toml", &format!("{}{}{WATCH}", mail("home"), mail("work")))]).unwrap();
    assert_eq!(list.watches[0].channels, ["home", "work"]);
}

proptest::proptest! {
    /// Whatever stands in the file, faults can be shown: every mark lies within the text.
    #[test]
    fn no_file_is_too_odd_to_be_refused(
        place in 0..400_usize,
        odd in "[\\PC\r\n\u{feff}\u{1b}\u{202e}äß€🙂\"'\\[\\]{}=#,/*@-]{0,12}",
        line in "[0-9a-zü*?/,@ -]{0,14}",
    ) {
        let mut text = format!("[defaults]\r\nschedule = \"{line}\"\n[channel.email]\nhost = \"ä\"\n{WATCH}select = \"div[\"\n");
        let place = text.char_indices().map(|(at, _)| at).nth(place % text.chars().count()).unwrap_or(0);
        text.insert_str(place, &odd);
        let faults = read(&[("main.toml", &text)]).unwrap_err();
        proptest::prop_assert!(!faults.render(true).is_empty());
        let has_control = faults.render(false).contains(['\u{1b}', '\u{202e}']);
        proptest::prop_assert!(!has_control);
    }
}
