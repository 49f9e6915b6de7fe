//! The watchlist's channels, made ready to send.

use crate::deliver::{Channel, Mail, Protection};
use crate::watchlist::{ChannelKind, Email, Tls, Watchlist};

/// The channels of a watchlist, by name.
pub fn channels(watchlist: &Watchlist) -> Vec<(String, Channel)> {
    let ready = |kind: &ChannelKind| match kind {
        ChannelKind::Desktop => Channel::Desktop,
        ChannelKind::Email(email) => Channel::Email(Box::new(mail(email))),
    };
    watchlist
        .channels
        .iter()
        .map(|channel| (channel.name.clone(), ready(&channel.kind)))
        .collect()
}

fn mail(email: &Email) -> Mail {
    Mail {
        host: email.host.clone(),
        port: email.port,
        protection: match email.tls {
            Tls::Implicit => Protection::Implicit,
            Tls::StartTls => Protection::StartTls,
            Tls::None => Protection::None,
        },
        from: email.from.clone(),
        to: email.to.clone(),
        user: email.user.clone(),
        password: email.password.clone(),
    }
}
