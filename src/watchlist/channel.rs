//! Reads `[channel.NAME]`.

use std::net::IpAddr;

use lettre::message::Mailbox;

use super::fault::Fault;
use super::keys::beside;
use super::table::{Table, Text};
use super::{Channel, ChannelKind, Email, SecretSource, Tls};

#[derive(Clone, Copy)]
enum Kind {
    Desktop,
    Email,
}

const KINDS: &[(&str, Kind)] = &[("desktop", Kind::Desktop), ("email", Kind::Email)];

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
    let kind = match kind {
        Kind::Desktop => Some(ChannelKind::Desktop),
        Kind::Email => email(table).map(ChannelKind::Email),
    };
    table.refuse_unknown();
    Some(Channel {
        name: name.text.clone(),
        kind: kind?,
    })
}

fn email(table: &Table<'_>) -> Option<Email> {
    let missing = |key: &str, example: &str| {
        let what = format!("a mail channel needs `{key}`");
        table.fault(Fault::new(&table.place, what, format!("add `{key} = {example}`")));
    };
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
    let password = password(table);

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

/// Where the password lies; the inner `None` is one that is written wrong.
fn password(table: &Table<'_>) -> Option<Option<SecretSource>> {
    if let Some(written) = table.text_if_any("password") {
        let remedy = "the watchlist holds no secrets: write `password = { file = \"…\" }`, `{ credential = \"…\" }` or `{ command = [\"…\"] }`";
        table.fault(Fault::new(&written.place, "a password written out", remedy));
        return Some(None);
    }
    let source = table.table("password")?;
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
            "a password has one place",
            "name one of `file`, `credential` and `command`",
        ),
    })
}
