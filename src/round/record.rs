//! What of a visit is written: health, version, ledger, alerts and their messages.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::digest::digest_at;
use super::visit::{Before, Found, Judged, Place, Trouble};
use super::{BLIND_AFTER, Outcome, Visit, Watchman, back_off};
use crate::analysis::alert::{Alert, AlertKind};
use crate::analysis::review::{Review, alert};
use crate::render::{Form, Message, message};
use crate::store::{Health, Kept, NewAlert, NewMessage, NewVersion, Record, Reread, StoreError};
use crate::watchlist::{Channel, Watch};

/// How the watch stands after the visit.
struct Standing {
    health: Health,
    trouble: Option<String>,
    failures: u32,
    not_before: Option<DateTime<Utc>>,
    /// Where a page lies for good now.
    moved: Option<String>,
    unconfirmed: Option<(String, u32)>,
    /// Fell blind, or recovered.
    alert: Option<Alert>,
}

/// Where the pages lie for good now, and what is told of it: of each place once, however often the server changes
/// its mind.
fn moved(
    watchman: &Watchman,
    watch: &Watch,
    before: &Before,
    place: Place,
) -> Result<(Option<String>, Option<Alert>), StoreError> {
    let noted = before.moved();
    let (now, kind) = match place {
        Place::Untold => return Ok((noted, None)),
        Place::AsAsked => (None, AlertKind::MovedBack),
        Place::Moved(to) => (Some(to.clone()), AlertKind::Moved { to }),
    };
    // The reader may have put the new address into the watchlist.
    let is_asked = |to: &String| watch.pages.iter().any(|page| page.as_str() == to);
    if now == noted || now.is_none() && noted.as_ref().is_some_and(is_asked) {
        return Ok((now, None));
    }
    let told = watchman.store.alerts(Some(&watch.id))?;
    let is_news = !told.iter().any(|stored| stored.alert.kind == kind);
    Ok((now, is_news.then(|| Alert::new(watch, kind))))
}

/// Writes a visit. `excused`: the failure is this machine's, and does not count.
pub(super) fn record(
    watchman: &mut Watchman,
    watch: &Watch,
    before: &Before,
    found: Found,
    now: DateTime<Utc>,
    excused: bool,
) -> Result<Visit, StoreError> {
    match found {
        Found::Failed(trouble) => {
            let failures = before.failures() + u32::from(!excused);
            let mut standing = troubled(watch, before, &trouble, failures, now);
            let Trouble {
                what,
                gone,
                suspicion,
                doubted,
                ..
            } = trouble;
            if gone && standing.health == Health::Blind {
                standing.health = Health::Gone;
                let said_so = standing.alert.is_some();
                standing.alert = said_so.then(|| Alert::new(watch, AlertKind::Gone { reason: what.clone() }));
            }
            let suspect = before.state.as_ref().and_then(|state| state.suspect.clone());
            let outcome = match suspicion {
                Some(_) => Outcome::Suspect(what),
                None => Outcome::Failed(what),
            };
            write(
                watchman,
                watch,
                before,
                now,
                standing,
                doubted.or(suspect),
                Kept::Nothing,
                outcome,
                Vec::new(),
            )
        }
        Found::Judged(judged) => judged_visit(watchman, watch, before, *judged, now),
    }
}

fn judged_visit(
    watchman: &mut Watchman,
    watch: &Watch,
    before: &Before,
    judged: Judged,
    now: DateTime<Utc>,
) -> Result<Visit, StoreError> {
    if let Review::Suspect(suspicion) = judged.review {
        let what = format!(
            "{}: {suspicion}; it is not taken for the document, and looked at again",
            watch.pages[0]
        );
        let trouble = Trouble::new(what.clone());
        let standing = troubled(watch, before, &trouble, before.failures() + 1, now);
        let seen = before.times_suspect(&judged.text) + 1;
        let suspect = Some((judged.text, seen));
        return write(
            watchman,
            watch,
            before,
            now,
            standing,
            suspect,
            Kept::Nothing,
            Outcome::Suspect(what),
            Vec::new(),
        );
    }
    let doubted = judged.trouble.as_ref().and_then(|trouble| trouble.doubted.clone());
    let standing = match &judged.trouble {
        Some(trouble) => troubled(watch, before, trouble, before.failures() + 1, now),
        None => Standing {
            // What was seen once is looked at again soon, however long the server keeps it.
            not_before: fresh_until(judged.fresh_for, now).filter(|_| judged.unconfirmed.is_none()),
            ..well(watch, before)
        },
    };
    let standing = Standing {
        unconfirmed: judged.unconfirmed,
        ..standing
    };
    if standing.unconfirmed.is_some() {
        // Nothing of the answer is kept, its validators neither: the next visit must get the whole page again.
        return write(
            watchman,
            watch,
            before,
            now,
            standing,
            doubted,
            Kept::Nothing,
            Outcome::Unconfirmed,
            Vec::new(),
        );
    }
    let mut alerts: Vec<Alert> = alert(watch, &judged.review, judged.lasting.clone())
        .into_iter()
        .collect();
    let false_clauses: Vec<String> = watchman
        .store
        .false_alarms(Some(&watch.id))?
        .into_iter()
        .map(|alarm| alarm.clause)
        .collect();
    alerts.retain_mut(|alert| alert.without(&false_clauses));
    for alert in &mut alerts {
        let changed = matches!(judged.review, Review::Changed(_));
        alert.from_version = (before.version() > 0).then_some(before.version());
        alert.to_version = Some(before.version() + u32::from(changed));
        if alert.to_version == alert.from_version {
            alert.from_version = alert
                .from_version
                .and_then(|version| version.checked_sub(1))
                .filter(|version| *version > 0);
        }
        alert.accepted = judged.accepted;
        alert.objected = before.state.as_ref().and_then(|state| state.objected);
        let (lang, diff) = match &judged.review {
            Review::Changed(verdict) => (verdict.detection.lang.as_deref(), verdict.diff.as_ref()),
            _ => (None, None),
        };
        alert.read_dates(watch.lang.as_deref().or(lang).unwrap_or("en"), now.date_naive(), diff);
    }
    let (moved, news) = moved(watchman, watch, before, judged.place)?;
    alerts.extend(news);
    let (detection, outcome) = match &judged.review {
        Review::Baseline(detection) => (Some(detection), Outcome::Baseline(detection.clone())),
        Review::Changed(verdict) => (Some(&verdict.detection), Outcome::Changed),
        Review::Unchanged | Review::Suspect(_) => (None, Outcome::Unchanged),
    };
    let kept = match detection.zip(judged.stored.as_ref()) {
        Some((detection, text)) => Kept::Version(NewVersion {
            pages: &judged.pages,
            text,
            detection,
            rules: before.rules,
            robots_ignored: !watch.robots,
            memory: &judged.memory,
            ledger: &judged.ledger,
        }),
        None => Kept::Unchanged {
            pages: &judged.pages,
            memory: &judged.memory,
            // It stands on the newest version's findings, and these may be others now.
            ledger: (judged.is_ledger_new || judged.reread.is_some()).then_some(&judged.ledger),
            reread: judged.reread.as_ref().map(|(document, detection)| Reread {
                document,
                detection,
                rules: before.rules,
            }),
        },
    };
    write(
        watchman,
        watch,
        before,
        now,
        Standing { moved, ..standing },
        doubted,
        kept,
        outcome,
        alerts,
    )
}

fn troubled(watch: &Watch, before: &Before, trouble: &Trouble, failures: u32, now: DateTime<Utc>) -> Standing {
    let what = trouble.what.clone();
    let pause = trouble
        .rest
        .as_ref()
        .and_then(|(_, pause)| TimeDelta::from_std(*pause).ok());
    let stood = before.state.as_ref().map_or(Health::New, |state| state.health);
    let was_blind = matches!(stood, Health::Blind | Health::Gone);
    let is_blind = was_blind || failures >= BLIND_AFTER;
    let kind = AlertKind::Blind {
        reason: what.clone(),
        failures,
    };
    let wait = back_off(failures).max(pause.unwrap_or_default());
    Standing {
        health: match stood {
            _ if is_blind => Health::Blind,
            // The reader waits to hear that it is read again.
            Health::Stale => Health::Stale,
            _ => Health::Troubled,
        },
        trouble: Some(what),
        failures,
        not_before: now.checked_add_signed(wait.min(TimeDelta::days(7))),
        moved: before.moved(),
        // What was not read says nothing of the change that was seen before.
        unconfirmed: before.state.as_ref().and_then(|state| state.unconfirmed.clone()),
        // A suspect page is told as one that cannot be read: when it stays so, not at every wall.
        alert: (is_blind && !was_blind).then(|| Alert::new(watch, kind)),
    }
}

fn fresh_until(fresh_for: Duration, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let fresh_for = TimeDelta::from_std(fresh_for).ok()?;
    now.checked_add_signed(fresh_for).filter(|until| *until > now)
}

fn well(watch: &Watch, before: &Before) -> Standing {
    let was_blind = before.state.as_ref().is_some_and(|state| state.health.is_told());
    Standing {
        health: Health::Ok,
        trouble: None,
        failures: 0,
        not_before: None,
        moved: before.moved(),
        unconfirmed: None,
        alert: was_blind.then(|| Alert::new(watch, AlertKind::Recovered)),
    }
}

#[expect(clippy::too_many_arguments, reason = "they are the columns of one row")]
fn write(
    watchman: &mut Watchman,
    watch: &Watch,
    before: &Before,
    now: DateTime<Utc>,
    standing: Standing,
    suspect: Option<(String, u32)>,
    kept: Kept<'_>,
    outcome: Outcome,
    alerts: Vec<Alert>,
) -> Result<Visit, StoreError> {
    let alerts: Vec<Alert> = standing.alert.into_iter().chain(alerts).collect();
    let new_alerts = alerts
        .iter()
        .map(|alert| NewAlert {
            alert,
            told: alert.is_wanted(watch.notify),
            messages: messages(watchman, watch, alert, now),
        })
        .filter(|new| new.told || !matches!(new.alert.kind, AlertKind::Text { .. }))
        .collect();
    let trouble = standing.trouble.clone();
    let written = watchman.store.record(&Record {
        watch: &watch.id,
        requested: before.requested,
        at: now,
        based_on: before.version(),
        health: standing.health,
        trouble: standing.trouble,
        failures: standing.failures,
        not_before: standing.not_before,
        suspect,
        unconfirmed: standing.unconfirmed,
        moved: standing.moved,
        kept,
        alerts: new_alerts,
    });
    let visit = |outcome, alerts, trouble| Visit {
        watch: watch.id.clone(),
        outcome,
        alerts,
        trouble,
    };
    match written {
        Ok(_) => {
            let told = alerts
                .into_iter()
                .filter(|alert| alert.is_wanted(watch.notify))
                .collect();
            Ok(visit(outcome, told, trouble))
        }
        Err(StoreError::Overtaken { .. }) => Ok(visit(Outcome::Overtaken, Vec::new(), None)),
        Err(error) => Err(error),
    }
}

/// The alert for each of the watch's channels; none where its owner does not want to hear of it.
pub(super) fn messages(watchman: &Watchman, watch: &Watch, alert: &Alert, now: DateTime<Utc>) -> Vec<NewMessage> {
    if !alert.is_wanted(watch.notify) {
        return Vec::new();
    }
    let wanted = watchman
        .channels
        .iter()
        .filter(|channel| watch.channels.contains(&channel.name) && alert.is_wanted(channel.notify));
    wanted
        .flat_map(|channel| tell(channel, alert, &watchman.language, now))
        .collect()
}

/// An alert written for one channel, for each of its recipients.
pub(super) fn tell(channel: &Channel, alert: &Alert, language: &str, now: DateTime<Utc>) -> Vec<NewMessage> {
    let id = message_id(&[
        &channel.name,
        &alert.watch,
        &now.timestamp_millis().to_string(),
        &format!("{alert:?}"),
    ]);
    let message = message(alert, id, language, Form::of(&channel.kind), now);
    let addressed = |recipient| NewMessage {
        channel: channel.name.clone(),
        message: Message {
            recipient,
            ..message.clone()
        },
        digest_at: digest_at(channel, alert, now),
    };
    channel.recipients().into_iter().map(addressed).collect()
}

/// Written once with the message, so every repeat of its delivery has the same.
pub(super) fn message_id(parts: &[&str]) -> String {
    let digest: String = Sha256::digest(parts.join("\n").as_bytes())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{digest}@clausewatch.invalid")
}
