//! The watchlist's channels, made ready to send.

use chrono::{DateTime, Days, Local, NaiveTime, Utc, Weekday};
use chrono::{Datelike, TimeZone};

use crate::analysis::alert::Alert;
use crate::analysis::compare::Severity;
use crate::deliver::{Address, Channel, Mail, Protection, Template, Webhook};
use crate::render::Form;
use crate::watchlist::{self, ChannelKind, Digest, Email, Notify, Tls, Watchlist};

/// A channel by its name, and what goes over it when.
#[derive(Debug, Clone)]
pub struct Outlet {
    pub name: String,
    pub channel: Channel,
    notify: Notify,
    digest: Option<Digest>,
    at_once: bool,
}

/// Digests are read with the morning's coffee.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

impl Outlet {
    pub(super) fn takes(&self, alert: &Alert) -> bool {
        alert.is_wanted(self.notify)
    }

    /// When the digest goes out that this alert waits for; `None` where it does not wait.
    pub(super) fn digest_at(&self, alert: &Alert, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.at_once && alert.severity == Severity::Alert {
            return None;
        }
        self.digest.map(|digest| next_digest(digest, now))
    }

    /// How much it shows.
    pub fn form(&self) -> Form {
        match self.channel {
            Channel::Email(_) | Channel::Feed(_) => Form::Long,
            Channel::Desktop | Channel::Webhook(_) | Channel::Command(_) => Form::Short,
        }
    }

    /// Who gets a message of their own, so that one who is refused keeps it from nobody else.
    pub fn recipients(&self) -> Vec<Option<String>> {
        match &self.channel {
            Channel::Email(mail) => mail.to.iter().cloned().map(Some).collect(),
            _ => vec![None],
        }
    }
}

/// The next morning (of a Monday) on the machine's wall clock.
fn next_digest(digest: Digest, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = now.with_timezone(&Local).date_naive();
    let fits = |day: &chrono::NaiveDate| digest != Digest::Weekly || day.weekday() == Weekday::Mon;
    let days = (0..=7)
        .filter_map(|ahead| today.checked_add_days(Days::new(ahead)))
        .filter(fits);
    let mornings = days.filter_map(|day| Local.from_local_datetime(&day.and_time(MORNING)).earliest());
    match digest {
        Digest::Round => now,
        Digest::Daily | Digest::Weekly => mornings
            .map(|morning| morning.to_utc())
            .find(|morning| *morning > now)
            .unwrap_or(now),
    }
}

/// The channels of a watchlist.
pub fn channels(watchlist: &Watchlist) -> Vec<Outlet> {
    let ready = |kind: &ChannelKind| match kind {
        ChannelKind::Desktop => Channel::Desktop,
        ChannelKind::Email(email) => Channel::Email(Box::new(mail(email))),
        ChannelKind::Webhook(hook) => Channel::Webhook(Box::new(webhook(hook))),
        ChannelKind::Command(argv) => Channel::Command(argv.clone()),
        ChannelKind::Feed(path) => Channel::Feed(path.clone()),
    };
    let outlet = |channel: &watchlist::Channel| Outlet {
        name: channel.name.clone(),
        channel: ready(&channel.kind),
        notify: channel.notify,
        digest: channel.digest,
        at_once: channel.at_once,
    };
    watchlist.channels.iter().map(outlet).collect()
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

fn webhook(hook: &watchlist::Webhook) -> Webhook {
    Webhook {
        address: match &hook.address {
            watchlist::Address::Told(url) => Address::Told(url.clone()),
            watchlist::Address::Secret(source) => Address::Secret(source.clone()),
        },
        template: match &hook.template {
            watchlist::Template::Json => Template::Json,
            watchlist::Template::Ntfy { topic } => Template::Ntfy { topic: topic.clone() },
            watchlist::Template::Slack => Template::Slack,
            watchlist::Template::Matrix { room } => Template::Matrix { room: room.clone() },
            watchlist::Template::Discord => Template::Discord,
        },
        secret: hook.secret.clone(),
        token: hook.token.clone(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Timelike};

    use super::*;

    #[test]
    fn digests_go_out_in_the_morning_those_of_a_week_on_monday() {
        let mut now = DateTime::parse_from_rfc3339("2025-04-17T07:30:00Z").unwrap().to_utc();
        for _ in 0..30 {
            let (daily, weekly) = (next_digest(Digest::Daily, now), next_digest(Digest::Weekly, now));
            assert!(daily > now && daily - now <= TimeDelta::hours(25), "{now}");
            assert!(weekly > now && weekly - now <= TimeDelta::hours(7 * 24 + 1), "{now}");
            let weekly = weekly.with_timezone(&Local);
            assert_eq!((weekly.weekday(), weekly.hour()), (Weekday::Mon, 8));
            assert_eq!(next_digest(Digest::Round, now), now);
            now += TimeDelta::hours(11);
        }
    }
}
