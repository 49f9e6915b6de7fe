//! `object`: how to object, a ready letter, and what was objected to.

use std::collections::{HashMap, HashSet};
use std::process::{Command, ExitCode, Stdio};

use chrono::{DateTime, Local, NaiveDate, NaiveTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::Format;
use super::context::{Context, choose_one, moment};
use crate::analysis::dates::{DateKind, dates};
use crate::analysis::detect::{Finding, Stance};
use crate::clock;
use crate::render::{Ink, Letter, Words, clean_line, letter, quoted, wrapped};
use crate::store::{Store, StoredAlert, WatchState};
use crate::watchlist::{Objection, Watch, Watchlist};

#[derive(Debug, Args)]
pub(super) struct Object {
    /// Id or service; without one, what you objected to and what is still open.
    #[arg(value_name = "WATCH")]
    watch: Option<String>,
    /// Only the letter, as text.
    #[arg(long, group = "form")]
    letter: bool,
    /// Only a mailto: link with the letter.
    #[arg(long, group = "form")]
    mailto: bool,
    /// Only the letter as a draft of a mail (.eml), to open in a mail program.
    #[arg(long, group = "form")]
    eml: bool,
    /// Open the page where one objects.
    #[arg(long, group = "form")]
    open: bool,
    /// You objected (today, or on that day): note it, and be reminded no more.
    #[arg(long, group = "form", value_name = "DATE", num_args = 0..=1, default_missing_value = "")]
    done: Option<String>,
    /// You did not object after all.
    #[arg(long, group = "form")]
    undo: bool,
    /// Language of the letter (de, en, fr); else that of the document.
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Object {
    pub(super) fn run(mut self, context: &Context) -> Result<ExitCode, String> {
        let watchlist = context.watchlist()?;
        // `object --done ebay/privacy` names the watch.
        if self.watch.is_none() && self.done.as_ref().is_some_and(|done| !done.is_empty()) {
            self.watch = self.done.replace(String::new());
        }
        let mut store = context.store()?;
        let Some(name) = &self.watch else {
            return list(context, &store, &watchlist, self.format);
        };
        let watch = choose_one(&watchlist, name)?;
        if let Some(done) = &self.done {
            let at = day_of(done, clock::now())?;
            store
                .note_objection(&watch.id, Some(at))
                .map_err(|error| error.to_string())?;
            context.report(&format!(
                "noted that you objected at {} on {}",
                watch.service,
                at.with_timezone(&Local).date_naive()
            ));
            return Ok(ExitCode::SUCCESS);
        }
        if self.undo {
            store
                .note_objection(&watch.id, None)
                .map_err(|error| error.to_string())?;
            context.report("noted that you did not object");
            return Ok(ExitCode::SUCCESS);
        }
        let way = Way::of(&store, watch, &watchlist, self.lang.as_deref())?;
        if self.open {
            return open(context, &way);
        }
        let written = if self.eml {
            way.letter
                .eml(&watchlist.signature, way.objection.address.as_deref(), clock::now())?
        } else if self.mailto {
            format!("{}\n", way.letter.mailto(way.objection.address.as_deref()))
        } else if self.letter {
            format!("{}\n\n{}", way.letter.subject, way.letter.body)
        } else if self.format == Format::Json {
            format!("{:#}\n", way.to_json())
        } else {
            context.prose(&way.to_text(context.ink, context.width))
        };
        context.print(&written);
        Ok(ExitCode::SUCCESS)
    }
}

/// Everything one needs to object at a service.
struct Way<'a> {
    watch: &'a Watch,
    objection: Objection,
    /// The clauses that speak of a choice.
    choices: Vec<Finding>,
    deadline: Option<NaiveDate>,
    objected: Option<DateTime<Utc>>,
    /// Alerts since the objection.
    since: Vec<StoredAlert>,
    letter: Letter,
    /// The same in the reader's language, where that is another.
    translation: Option<Letter>,
    words: &'static Words,
}

impl<'a> Way<'a> {
    fn of(store: &Store, watch: &'a Watch, watchlist: &Watchlist, lang: Option<&str>) -> Result<Self, String> {
        let failed = |error: crate::store::StoreError| error.to_string();
        let version = store.version(&watch.id, None).map_err(failed)?;
        let objected = store.state(&watch.id).map_err(failed)?.and_then(|state| state.objected);
        let mut since = store.alerts(Some(&watch.id)).map_err(failed)?;
        let alerts = since.clone();
        since.retain(|stored| {
            stored.told && !stored.false_alarm && objected.is_some_and(|objected| stored.at > objected)
        });
        since.retain(|stored| !stored.alert.changes().is_empty());
        let objection = watch.objection.clone().unwrap_or_default();
        let detection = version
            .as_ref()
            .map(|version| version.detection.clone())
            .unwrap_or_default();
        let of_text = watch
            .lang
            .clone()
            .or(detection.lang)
            .unwrap_or_else(|| watchlist.language.clone());
        let claim = newest_claim(&detection.findings, &alerts).cloned();
        let choices: Vec<Finding> = detection
            .findings
            .into_iter()
            .filter(|finding| finding.stance == Stance::Choice)
            .collect();
        let told = objection.deadline.as_ref().and_then(|day| day.parse().ok());
        let recorded = version.map_or_else(clock::now, |version| version.recorded).date_naive();
        let of_choices = choices
            .iter()
            .flat_map(|choice| dates(&choice.text, &of_text, recorded, true));
        let in_text = of_choices
            .filter(|dated| dated.kind == DateKind::Deadline)
            .filter_map(|dated| dated.day)
            .min();
        let of_alert = alerts.first().and_then(|stored| stored.alert.deadline());
        let today = clock::now().with_timezone(&Local).date_naive();
        let written = |lang: &str| letter(watch, claim.as_ref(), &watchlist.signature, lang, today);
        let lang = lang.or(objection.letter.as_deref()).unwrap_or(&of_text);
        let first = written(lang);
        let translation = Some(written(&watchlist.language)).filter(|letter| letter.subject != first.subject);
        Ok(Self {
            deadline: told.or(in_text).or(of_alert),
            letter: first,
            translation,
            watch,
            objection,
            choices,
            objected,
            since,
            words: Words::of(&watchlist.language),
        })
    }

    fn link(&self) -> Option<&str> {
        let in_text = self
            .choices
            .iter()
            .flat_map(|choice| &choice.links)
            .map(|link| link.target.as_str());
        let told = self.objection.url.as_deref();
        told.or_else(|| in_text.into_iter().find(|target| target.starts_with("https://")))
    }

    fn to_text(&self, ink: Ink, width: usize) -> String {
        let words = self.words;
        let say = |key| ink.bold(&words.object(key, &[]));
        let on = |time: DateTime<Utc>| words.day(time.with_timezone(&Local).date_naive());
        let mut text = steps(
            self.watch,
            &self.objection,
            self.link(),
            self.deadline,
            words,
            ink,
            width,
        );
        if !self.choices.is_empty() {
            text.push_str(&format!("\n{}\n", say("says")));
        }
        for choice in &self.choices {
            text.push_str(&format!("{}\n", wrapped(&quoted(choice, words), "  ", width)));
            for link in &choice.links {
                text.push_str(&format!("    {}\n", clean_line(&link.target)));
            }
        }
        if let Some(objected) = self.objected {
            text.push_str(&format!("\n{}\n", words.object("done", &[("day", &on(objected))])));
            for stored in &self.since {
                let values = [("alert", &*stored.id.to_string()), ("day", &*on(stored.at))];
                text.push_str(&format!("{}\n", words.object("since", &values)));
            }
            if !self.since.is_empty() {
                text.push_str(&format!("{}\n", say("again")));
            }
        }
        let letter = |title, letter: &Letter| format!("\n{}\n\n{}\n\n{}", say(title), letter.subject, letter.body);
        text.push_str(&letter("letter", &self.letter));
        text.extend(self.translation.as_ref().map(|other| letter("translation", other)));
        let command = format!("clausewatch object {} --done", self.watch.id);
        text.push_str(&format!("\n{}\n", words.object("note", &[("command", &command)])));
        text
    }

    fn to_json(&self) -> Value {
        let choices: Vec<Value> = self.choices.iter().map(crate::render::json::finding).collect();
        json!({
            "version": 1, "watch": self.watch.id, "service": self.watch.service, "objection": self.objection, "link": self.link(),
            "deadline": self.deadline, "objected": self.objected, "choices": choices,
            "alerts_since": self.since.iter().map(|stored| stored.id).collect::<Vec<_>>(),
            "letter": { "subject": self.letter.subject, "body": self.letter.body,
                "mailto": self.letter.mailto(self.objection.address.as_deref()) },
        })
    }
}

/// Link, deadline and steps.
pub(super) fn steps(
    watch: &Watch,
    objection: &Objection,
    link: Option<&str>,
    deadline: Option<NaiveDate>,
    words: &Words,
    ink: Ink,
    width: usize,
) -> String {
    let title = words.object("title", &[("service", &watch.service), ("watch", &watch.id)]);
    let mut text = format!("{}\n\n", ink.bold(&title));
    match link {
        Some(url) if objection.login => text.push_str(&format!("  {} ({})\n", clean_line(url), words.alert("login"))),
        Some(url) => text.push_str(&format!("  {}\n", clean_line(url))),
        None => text.push_str(&format!("  {}\n", words.object("no_page", &[]))),
    }
    if let Some(day) = deadline {
        let until = words.object("until", &[("day", &words.day(day))]);
        text.push_str(&format!("  {}\n", ink.warning(&until)));
    }
    for (number, step) in (1..).zip(&objection.steps) {
        let step = wrapped(&clean_line(step), "     ", width);
        text.push_str(&format!("  {number}. {}\n", step.trim_start()));
    }
    if let Some(address) = &objection.address {
        text.push_str(&format!(
            "  {}\n",
            words.labelled(words.alert("address"), &clean_line(address))
        ));
    }
    text
}

/// The claim to object to: the one told last that still stands, else the surest.
fn newest_claim<'a>(findings: &'a [Finding], alerts: &[StoredAlert]) -> Option<&'a Finding> {
    let claims = || findings.iter().filter(|finding| finding.stance == Stance::Claim);
    let told = alerts.iter().flat_map(|stored| stored.alert.changes());
    let mut standing = told.filter_map(|change| claims().find(|claim| claim.text == change.finding.text));
    standing.next().or_else(|| {
        claims()
            .rev()
            .max_by(|one, other| one.confidence.total_cmp(&other.confidence))
    })
}

fn open(context: &Context, way: &Way<'_>) -> Result<ExitCode, String> {
    let link = way.link().ok_or_else(|| {
        format!(
            "no page to object at {} is known; take the letter (--letter)",
            way.watch.service
        )
    })?;
    context.report(&format!("opening {link}"));
    let opened = Command::new("xdg-open")
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    match opened {
        Ok(status) if status.success() => Ok(ExitCode::SUCCESS),
        Ok(status) => Err(format!("xdg-open failed ({status}); open {link} yourself")),
        Err(error) => Err(format!("cannot run xdg-open: {error}; open {link} yourself")),
    }
}

/// The moment that `--done` means: now, or noon of that day.
fn day_of(done: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    if done.is_empty() {
        return Ok(now);
    }
    let day: NaiveDate = done
        .parse()
        .map_err(|_| format!("`{done}` is no day; write year, month, day, as in 2025-05-26"))?;
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let at = day
        .and_time(noon)
        .and_local_timezone(Local)
        .earliest()
        .map_or(now, |noon| noon.to_utc());
    if day > now.with_timezone(&Local).date_naive() {
        return Err(format!(
            "{day} is still to come; note the objection when you have made it"
        ));
    }
    Ok(at.min(now))
}

/// What was objected to, and where there is still something to object to.
fn list(context: &Context, store: &Store, watchlist: &Watchlist, format: Format) -> Result<ExitCode, String> {
    let failed = |error: crate::store::StoreError| error.to_string();
    let objections = store.objections().map_err(failed)?;
    let states = store.states().map_err(failed)?;
    let open = open_alerts(store, watchlist, &states)?;
    if format == Format::Json {
        let made: Vec<Value> = objections
            .iter()
            .map(|one| json!({ "watch": one.watch, "at": one.at, "at_version": one.version }))
            .collect();
        let open: Vec<Value> = open.iter().map(|stored| json!({ "watch": stored.alert.watch, "alert": stored.id, "deadline": stored.alert.deadline() })).collect();
        context.print_json(&json!({ "version": 1, "objections": made, "open": open }));
        return Ok(ExitCode::SUCCESS);
    }
    let words = Words::of(&watchlist.language);
    let mut text = String::new();
    let labels = ["made", "open"].map(|key| words.object(key, &[]));
    let width = labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or_default();
    let mut line = |label: &str, at, what: &str| {
        let start = format!("{label:width$}  {}  ", moment(at));
        let below = " ".repeat(start.chars().count());
        text.push_str(&format!(
            "{start}{}\n",
            wrapped(what, &below, context.width).trim_start()
        ));
    };
    for one in &objections {
        line(&labels[0], one.at, &format!("{} (@{})", one.watch, one.version));
    }
    for stored in &open {
        let day = stored.alert.deadline().map(|day| words.day(day));
        let until = day
            .map(|day| format!(", {}", words.object("until", &[("day", &day)])))
            .unwrap_or_default();
        let what = format!("{} (alert {}{until})", stored.alert.watch, stored.id);
        line(&labels[1], stored.at, &what);
    }
    if text.is_empty() {
        text.push_str(&format!("{}\n", words.object("none", &[])));
    }
    context.print(&text);
    Ok(ExitCode::SUCCESS)
}

/// Alerts that were neither acknowledged nor answered by an objection, one a watch.
pub(super) fn open_alerts(
    store: &Store,
    watchlist: &Watchlist,
    states: &[WatchState],
) -> Result<Vec<StoredAlert>, String> {
    let mut open = store.unacknowledged().map_err(|error| error.to_string())?;
    let mut unanswered: HashSet<&str> = watchlist.watches.iter().map(|watch| watch.id.as_str()).collect();
    let objected: HashMap<&str, DateTime<Utc>> = states
        .iter()
        .filter_map(|state| Some((state.watch.as_str(), state.objected?)))
        .collect();
    open.retain(|stored| {
        let watch = stored.alert.watch.as_str();
        let is_answered = objected.get(watch).is_some_and(|objected| *objected >= stored.at);
        !stored.alert.changes().is_empty() && !is_answered && unanswered.remove(watch)
    });
    Ok(open)
}
