//! `check`: one round now.

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::Args;
use serde_json::{Value, json};

use super::Format;
use super::context::{Context, choose, count, runtime};
use super::progress::Progress;
use crate::clock;
use crate::render::{self, Words, clean_line, json as as_json};
use crate::round::{Outcome, Visit, flush, remind, round};
use crate::watchlist::Watch;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Ids (`ebay/privacy-de`) or services (`ebay`); all without.
    #[arg(value_name = "WATCH")]
    watches: Vec<String>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Check {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let watchlist = context.watchlist()?;
        // Who asks now is answered now: nobody may come for a second look.
        let at_once = |watch: &Watch| Watch {
            confirm_seconds: 0,
            ..watch.clone()
        };
        let watches: Vec<Watch> = choose(&watchlist, &self.watches)?.into_iter().map(at_once).collect();
        let watches: Vec<&Watch> = watches.iter().collect();
        let mut watchman = context.watchman(&watchlist)?;
        let mut done = 0;
        let mut progress = Progress::new(context, watches.len(), "documents");
        let work = async {
            let on_visit = |visit: &Visit| {
                done += 1;
                progress.line(&format!(
                    "[{done}/{}] {}: {}",
                    watches.len(),
                    visit.watch,
                    outcome(visit)
                ));
                progress.advance(1, &visit.watch);
            };
            let visits = round(&mut watchman, &watches, clock::now, on_visit).await?;
            progress.end();
            remind(&mut watchman, &watchlist.watches, clock::now())?;
            let (_, left) = flush(&mut watchman, clock::now, TimeDelta::MAX).await?;
            if left > 0 {
                context.report(&format!(
                    "not delivered yet: {}; see `clausewatch outbox`",
                    count(left, "alert")
                ));
            }
            Ok(visits)
        };
        let visits = runtime()?.block_on(async {
            tokio::select! {
                visits = work => visits.map_err(|error: crate::store::StoreError| error.to_string()),
                // Dropped, the work takes its browsers with it.
                _ = tokio::signal::ctrl_c() => Err("stopped; what was read until then is kept".into()),
            }
        })?;
        if context.quiet {
            for visit in &visits {
                if let Some(trouble) = &visit.trouble {
                    context.complain(&format!("{}: {}", visit.watch, clean_line(trouble)));
                }
            }
        }
        match self.format {
            Format::Json => {
                context.print_json(&json!({ "version": 1, "visits": visits.iter().map(to_json).collect::<Vec<_>>() }));
            }
            Format::Text => context.print(&report(context, &visits, &watchlist.language)),
        }
        Ok(exit_code(&visits))
    }
}

/// What a visit came to, on one line.
pub(super) fn outcome(visit: &Visit) -> String {
    match &visit.outcome {
        Outcome::Baseline(detection) if !detection.understood => {
            "first reading; not understood, there is no lexicon for its language".into()
        }
        Outcome::Baseline(detection) => {
            format!("first reading, {} about AI training", count(told(detection), "clause"))
        }
        Outcome::Unchanged if visit.alerts.is_empty() => "unchanged".into(),
        Outcome::Unchanged => "unchanged; something stayed gone".into(),
        Outcome::Changed if visit.alerts.is_empty() => "a new version, nothing new about AI training".into(),
        Outcome::Changed => "a new version".into(),
        Outcome::Unconfirmed => "changed; told when another visit finds it too".into(),
        Outcome::Suspect(what) => format!("suspect: {what}"),
        Outcome::Failed(what) => format!("failed: {what}"),
        Outcome::Overtaken => "visited by another clausewatch meanwhile".into(),
        Outcome::Postponed(why) => format!("postponed: {why}"),
    }
}

fn told(detection: &crate::analysis::detect::Detection) -> usize {
    use crate::analysis::detect::Stance;
    detection
        .findings
        .iter()
        .filter(|finding| finding.stance != Stance::Mention)
        .count()
}

fn report(context: &Context, visits: &[Visit], language: &str) -> String {
    let mut text = String::new();
    for alert in visits.iter().flat_map(|visit| &visit.alerts) {
        let words = Words::of(language);
        text.push_str(&render::terminal(alert, words, context.ink, context.width));
        text.push('\n');
    }
    let number = |is: &dyn Fn(&Outcome) -> bool| visits.iter().filter(|visit| is(&visit.outcome)).count();
    let troubled = number(&|outcome| {
        matches!(
            outcome,
            Outcome::Failed(_) | Outcome::Suspect(_) | Outcome::Postponed(_)
        )
    });
    if !context.quiet {
        let counted = [
            count(
                number(&|outcome| matches!(outcome, Outcome::Baseline(_))),
                "first reading",
            ),
            count(number(&|outcome| matches!(outcome, Outcome::Changed)), "new version"),
            format!("{} unchanged", number(&|outcome| matches!(outcome, Outcome::Unchanged))),
            format!("{troubled} in trouble"),
            format!(
                "{} left to another clausewatch",
                number(&|outcome| matches!(outcome, Outcome::Overtaken))
            ),
        ];
        let said = counted.iter().filter(|part| !part.starts_with("0 "));
        let said: Vec<&str> = said.map(String::as_str).collect();
        text.push_str(&format!(
            "{} visited: {}\n",
            count(visits.len(), "document"),
            said.join(", ")
        ));
    }
    text
}

fn to_json(visit: &Visit) -> Value {
    let (kind, details) = match &visit.outcome {
        Outcome::Baseline(detection) => ("baseline", as_json::detection(detection)),
        Outcome::Unchanged => ("unchanged", Value::Null),
        Outcome::Changed => ("changed", Value::Null),
        Outcome::Unconfirmed => ("unconfirmed", Value::Null),
        Outcome::Suspect(what) => ("suspect", json!(what)),
        Outcome::Failed(what) => ("failed", json!(what)),
        Outcome::Overtaken => ("overtaken", Value::Null),
        Outcome::Postponed(why) => ("postponed", json!(why)),
    };
    let alerts: Vec<Value> = visit.alerts.iter().map(as_json::alert).collect();
    json!({ "watch": visit.watch, "outcome": kind, "details": details, "alerts": alerts, "trouble": visit.trouble })
}

/// 1 where something is new that alerts, else 2 where something could not be read, else 0.
fn exit_code(visits: &[Visit]) -> ExitCode {
    use crate::analysis::alert::AlertKind;
    use crate::analysis::compare::Severity;
    let is_news = |alert: &crate::analysis::alert::Alert| {
        matches!(alert.kind, AlertKind::Clauses { .. }) && alert.severity == Severity::Alert
    };
    if visits.iter().flat_map(|visit| &visit.alerts).any(is_news) {
        ExitCode::from(1)
    } else if visits.iter().any(|visit| visit.trouble.is_some()) {
        ExitCode::from(2)
    } else {
        ExitCode::SUCCESS
    }
}
