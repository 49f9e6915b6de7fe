//! Reads `[channel.NAME]`.

use std::net::IpAddr;

use lettre::message::Mailbox;

use super::fault::Fault;
use super::keys::{NOTIFY, beside, web_address};
use super::table::{Table, Text};
use super::{Address, Channel, ChannelKind, Digest, Email, Notify, SecretSource, Template, Tls, Webhook};

#[derive(Clone, Copy)]
enum Kind {
    Desktop,
    Email,
    Webhook,
    Command,
    Feed,
}

const KINDS: &[(&str, Kind)] = &[
    ("desktop", Kind::Desktop),
    ("email", Kind::Email),
    ("webhook", Kind::Webhook),
    ("command", Kind::Command),
    ("feed", Kind::Feed),
];

const DIGESTS: &[(&str, Digest)] = &[
    ("round", Digest::Round),
    ("daily", Digest::Daily),
    ("weekly", Digest::Weekly),
];

/// A channel; its kind is its name where it says none.
pub(super) fn read(name: &Text, table: &Table<'_>) -> Option<Channel> {
    let told = table.choice("kind", KINDS);
    let named = KINDS.iter().find(|(kind, _)| *kind == name.text).map(|(_, kind)| *kind);
    let Some(kind) = told.or(named) else {
        if table.text_if_any("kind").is_none() {
            let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
            let what = format!("the channel `{}` does not say what it is", name.text);
            let remedy = format!("add `kind = \"…\"`, one of `{}`", kinds.join("`, `"));
            table.fault(Fault::new(&name.place, what, remedy));
        }
        return None;
    };
    let digest = table.choice("digest", DIGESTS).or(match kind {
        Kind::Desktop => Channel::DESKTOP_DIGEST,
        _ => None,
    });
    let notify = table.choice("notify", NOTIFY).unwrap_or(Notify::AnyChange);
    // What a round found goes out at its end anyway.
    let at_once = table.flag("at_once").unwrap_or(digest != Some(Digest::Round));
    let kind = match kind {
        Kind::Desktop => Some(ChannelKind::Desktop),
        Kind::Email => email(table).map(ChannelKind::Email),
        Kind::Webhook => webhook(table).map(ChannelKind::Webhook),
        Kind::Command => command(table).map(ChannelKind::Command),
        Kind::Feed => feed(table).map(ChannelKind::Feed),
    };
    table.refuse_unknown();
    Some(Channel {
        name: name.text.clone(),
        kind: kind?,
        notify,
        digest,
        at_once,
    })
}

fn missing(table: &Table<'_>, what: &str, key: &str, example: &str) {
    let what = format!("a {what} needs `{key}`");
    table.fault(Fault::new(&table.place, what, format!("add `{key} = {example}`")));
}

fn command(table: &Table<'_>) -> Option<Vec<String>> {
    let words: Vec<String> = table
        .texts("command")
        .unwrap_or_default()
        .into_iter()
        .map(|word| word.text)
        .collect();
    if words.is_empty() {
        missing(table, "command channel", "command", "[\"/usr/local/bin/tell-me\"]");
        return None;
    }
    Some(words)
}

fn feed(table: &Table<'_>) -> Option<std::path::PathBuf> {
    let path = table.text("path");
    if path.is_none() {
        missing(table, "feed", "path", "\"~/clausewatch.atom\"");
    }
    path.map(|path| beside(&path.place.source.path, &path.text))
}

const TEMPLATES: &[(&str, &str)] = &[
    ("json", "json"),
    ("ntfy", "ntfy"),
    ("slack", "slack"),
    ("matrix", "matrix"),
    ("discord", "discord"),
];

fn webhook(table: &Table<'_>) -> Option<Webhook> {
    let name = table.choice("template", TEMPLATES).unwrap_or("json");
    let (topic, room) = (table.text("topic"), table.text("room"));
    let address = address(table, matches!(name, "slack" | "discord"));
    let (secret, token) = (secret(table, "secret"), secret(table, "token"));
    let template = match name {
        "ntfy" => topic.map(|topic| Template::Ntfy { topic: topic.text }).or_else(|| {
            missing(table, "webhook for ntfy", "topic", "\"…\"");
            None
        }),
        "matrix" => room.map(|room| Template::Matrix { room: room.text }).or_else(|| {
            missing(table, "webhook for Matrix", "room", "\"!…:example.org\"");
            None
        }),
        "slack" => Some(Template::Slack),
        "discord" => Some(Template::Discord),
        _ => Some(Template::Json),
    };
    if name == "matrix" && token.is_none() {
        missing(table, "webhook for Matrix", "token", "{ file = \"…\" }");
        return None;
    }
    Some(Webhook {
        address: address?,
        template: template?,
        secret: secret.flatten(),
        token: token.flatten(),
    })
}

/// Whoever knows a Slack or Discord address can write there, so it is a secret.
fn address(table: &Table<'_>, is_secret: bool) -> Option<Address> {
    let Some(told) = table.text_if_any("url") else {
        if let Some(source) = secret(table, "url") {
            return source.map(Address::Secret);
        }
        missing(table, "webhook", "url", "\"https://…\"");
        return None;
    };
    let url = web_address(table, &told)?;
    let loopback = url.host_str().is_some_and(is_loopback);
    let refuse = |what: &str, remedy: &str| {
        table.fault(Fault::new(&told.place, what, remedy));
        None
    };
    if url.scheme() == "http" && !loopback {
        return refuse(
            "alerts would go there unprotected",
            "take an address that starts with `https://`",
        );
    }
    if is_secret && !loopback {
        return refuse(
            "this address is a secret, and the watchlist holds none",
            "write `url = { file = \"…\" }`, `{ credential = \"…\" }` or `{ command = [\"…\"] }`",
        );
    }
    Some(Address::Told(url))
}

fn email(table: &Table<'_>) -> Option<Email> {
    let missing = |key: &str, example: &str| missing(table, "mail channel", key, example);
    let host = table.text("host");
    let port = table
        .number("port", u16::MAX.into())
        .and_then(|port| u16::try_from(port).ok());
    let words = [
        ("implicit", Tls::Implicit),
        ("starttls", Tls::StartTls),
        ("none", Tls::None),
    ];
    let tls = table.choice("tls", &words).unwrap_or(match port {
        Some(25 | 587) => Tls::StartTls,
        _ => Tls::Implicit,
    });
    let from = table.text("from");
    let to = table.texts("to");
    let user = table.text("user");
    let password = secret(table, "password");

    match &host {
        None => missing("host", "\"smtp.example.org\""),
        Some(host) if matches!(tls, Tls::None) && !is_loopback(&host.text) => {
            let what = format!("mail to `{}` would go unprotected", host.text);
            table.fault(Fault::new(
                &host.place,
                what,
                "take `tls = \"implicit\"` or \"starttls\"; \"none\" is for this machine only",
            ));
        }
        Some(_) => {}
    }
    if from.is_none() {
        missing("from", "\"clausewatch <me@example.org>\"");
    }
    if to.as_ref().is_none_or(Vec::is_empty) {
        missing("to", "[\"me@example.org\"]");
    }
    for address in from.iter().chain(to.iter().flatten()) {
        if let Err(error) = address.text.parse::<Mailbox>() {
            let what = format!("`{}` is no mail address: {error}", address.text);
            table.fault(Fault::new(
                &address.place,
                what,
                "write `me@example.org` or `A name <me@example.org>`",
            ));
        }
    }
    if let (Some(user), None) = (&user, &password) {
        let remedy = "add `password = { file = \"…\" }`, `{ credential = \"…\" }` or `{ command = [\"…\"] }`";
        table.fault(Fault::new(&user.place, "a user without a `password`", remedy));
    }
    if user.is_none() && matches!(password, Some(Some(_))) {
        missing("user", "\"me@example.org\", whose password this is");
    }
    Some(Email {
        host: host?.text,
        port: port.unwrap_or(match tls {
            Tls::Implicit => 465,
            Tls::StartTls => 587,
            Tls::None => 25,
        }),
        tls,
        from: from?.text,
        to: to?.into_iter().map(|text| text.text).collect(),
        user: user.map(|text| text.text),
        password: password.flatten(),
    })
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Where a secret lies; the inner `None` is one that is written wrong.
fn secret(table: &Table<'_>, key: &'static str) -> Option<Option<SecretSource>> {
    if let Some(written) = table.text_if_any(key) {
        let remedy = format!(
            "the watchlist holds no secrets: write `{key} = {{ file = \"…\" }}`, `{{ credential = \"…\" }}` or `{{ command = [\"…\"] }}`"
        );
        table.fault(Fault::new(&written.place, format!("a {key} written out"), remedy));
        return Some(None);
    }
    let source = table.table(key)?;
    let (file, credential, command) = (source.text("file"), source.text("credential"), source.texts("command"));
    source.refuse_unknown();
    let refuse = |what: &str, remedy: &str| {
        source.fault(Fault::new(&source.place, what, remedy));
        None
    };
    Some(match (file, credential, command) {
        (Some(file), None, None) => Some(SecretSource::File(beside(&file.place.source.path, &file.text))),
        (None, Some(name), None) if name.text.is_empty() || name.text.contains('/') => refuse(
            "this is no name of a systemd credential",
            "take the name before the colon in `LoadCredential=NAME:FILE`",
        ),
        (None, Some(name), None) => Some(SecretSource::Credential(name.text)),
        (None, None, Some(argv)) if argv.is_empty() => refuse(
            "this command is empty",
            "write the program and its arguments: `command = [\"pass\", \"show\", \"mail\"]`",
        ),
        (None, None, Some(argv)) => Some(SecretSource::Command(argv.into_iter().map(|word| word.text).collect())),
        _ => refuse(
            "a secret has one place",
            "name one of `file`, `credential` and `command`",
        ),
    })
}
