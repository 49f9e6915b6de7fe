//! `alerts`: list, show, acknowledge.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::Format;
use super::context::{Context, moment};
use crate::clock;
use crate::render::{self, Words, json as as_json};
use crate::store::StoredAlert;

#[derive(Debug, Args)]
pub(super) struct Alerts {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only of this watch.
    #[arg(long, value_name = "WATCH", global = true)]
    watch: Option<String>,
    /// Those acknowledged too, and those that nobody was told of.
    #[arg(long, global = true)]
    all: bool,
    #[arg(long, value_enum, default_value = "text", global = true)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them, the newest first (the default).
    List,
    /// Print one in full, with the reasons.
    Show { alert: i64 },
    /// You saw it: it is listed no more.
    Ack { alert: i64 },
    /// It is wrong: it is listed no more, and marked.
    FalseAlarm { alert: i64 },
}

impl Alerts {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let mut store = context.store()?;
        let stored = store.alerts(self.watch.as_deref()).map_err(|error| error.to_string())?;
        let missing = |id| format!("there is no alert {id}; `clausewatch alerts --all` lists them");
        match self.action {
            None | Some(Action::List) => {
                let shown: Vec<&StoredAlert> = stored
                    .iter()
                    .filter(|alert| self.all || (alert.told && alert.acknowledged.is_none()))
                    .collect();
                match self.format {
                    Format::Json => context.print_json(&json!({ "version": 1, "alerts": shown.iter().map(|alert| to_json(alert)).collect::<Vec<_>>() })),
                    Format::Text => context.show(&list(&shown)),
                }
            }
            Some(Action::Show { alert }) => {
                let found = stored
                    .iter()
                    .find(|stored| stored.id == alert)
                    .ok_or_else(|| missing(alert))?;
                match self.format {
                    Format::Json => context.print_json(&to_json(found)),
                    Format::Text => context.show(&full(context, found)),
                }
            }
            Some(Action::Ack { alert }) => {
                acknowledge(&mut store, alert, false)
                    .and_then(|found| if found { Ok(()) } else { Err(missing(alert)) })?;
                context.report(&format!("alert {alert} is acknowledged"));
            }
            Some(Action::FalseAlarm { alert }) => {
                acknowledge(&mut store, alert, true)
                    .and_then(|found| if found { Ok(()) } else { Err(missing(alert)) })?;
                context.report(&format!(
                    "alert {alert} is marked as a false alarm; please report it, so that it does not happen to others"
                ));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn acknowledge(store: &mut crate::store::Store, alert: i64, false_alarm: bool) -> Result<bool, String> {
    store
        .acknowledge(alert, clock::now(), false_alarm)
        .map_err(|error| error.to_string())
}

fn list(alerts: &[&StoredAlert]) -> String {
    if alerts.is_empty() {
        return "No alerts. `--all` lists those acknowledged, and those that `notify` keeps silent.\n".into();
    }
    let words = Words::of("en");
    let mut text = String::new();
    for stored in alerts {
        let mark = match (stored.false_alarm, stored.acknowledged, stored.told) {
            (true, _, _) => " (false alarm)",
            (_, Some(_), _) => " (acknowledged)",
            (_, _, false) => " (not told)",
            _ => "",
        };
        let severity = format!("{:?}", stored.alert.severity).to_lowercase();
        text.push_str(&format!(
            "{:>4}  {}  {severity:6}  {}: {}{mark}\n",
            stored.id,
            moment(stored.at),
            stored.alert.watch,
            render::sentence(&stored.alert, words),
        ));
    }
    text
}

fn full(context: &Context, stored: &StoredAlert) -> String {
    let mut text = format!("Alert {} of {}\n\n", stored.id, moment(stored.at));
    text.push_str(&render::terminal(
        &stored.alert,
        Words::of("en"),
        context.ink,
        context.width,
    ));
    if let crate::analysis::alert::AlertKind::Clauses { changes } = &stored.alert.kind {
        text.push_str("\nWhy\n");
        for change in changes {
            text.push_str(&format!("  {}\n", change.why.join("; ")));
            for reason in &change.finding.why {
                text.push_str(&format!(
                    "    {}: {}\n",
                    reason.concept,
                    render::clean_line(&reason.words)
                ));
            }
        }
    }
    text
}

fn to_json(stored: &StoredAlert) -> serde_json::Value {
    json!({
        "id": stored.id, "at": stored.at, "told": stored.told, "acknowledged": stored.acknowledged,
        "false_alarm": stored.false_alarm, "alert": as_json::alert(&stored.alert),
    })
}
