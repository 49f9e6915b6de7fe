//! `demo`: eBay's change of Easter 2025, retold in own words and replayed on loopback.

mod server;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};

use super::context::{Context, runtime};
use super::diff::marked;
use super::object;
use crate::analysis::lexicon::Lexicon;
use crate::fetch::{Fetcher, Limits};
use crate::render::{self, Words};
use crate::round::{Visit, Watchman, round};
use crate::store::Store;
use crate::watchlist::{self, Watchlist};

/// The watchlist of the replay; `{server}` is the loopback server.
const WATCHLIST: &str = include_str!("watchlist.toml");

pub(super) fn run(context: &Context) -> Result<ExitCode, String> {
    let directory = tempfile::Builder::new().prefix("clausewatch-demo-").tempdir();
    let directory = directory.map_err(|error| format!("cannot make a folder for the replay: {error}"))?;
    runtime()?.block_on(replay(context, directory.path()))
}

async fn replay(context: &Context, directory: &Path) -> Result<ExitCode, String> {
    let server = server::Server::start()
        .await
        .map_err(|error| format!("cannot serve on loopback: {error}"))?;
    let watchlist = parse(&server.address)?;
    let limits = Limits {
        host_pause: std::time::Duration::from_millis(20),
        ..Limits::default()
    };
    let fetcher = Fetcher::new(None, directory.join("browser"), limits);
    let mut watchman = Watchman {
        store: Store::open(directory).map_err(|error| error.to_string())?,
        fetcher: Arc::new(fetcher),
        lexicon: Arc::new(Lexicon::builtin().extended(&[]).map_err(|error| error.to_string())?),
        channels: watchlist.channels.clone(),
        language: watchlist.language.clone(),
        host_budget: watchlist.host_budget,
    };
    context.print(&title(
        context,
        "A replay: eBay's German privacy notice at Easter 2025, retold in own words, served on this machine.",
    ));
    context.print("\nThursday 17 April 2025. The first visit is a baseline: it is kept, and nothing is told.\n");
    visit(context, &mut watchman, &watchlist, day(17)).await?;
    server.publish_easter();
    context.print(
        "\nEaster Monday 21 April 2025. The notice has changed; only its look changed on the page of questions.\n",
    );
    let visits = visit(context, &mut watchman, &watchlist, day(21)).await?;
    context.print(&title(context, "\nThe alert"));
    let words = Words::of(&watchlist.language);
    for alert in visits.iter().flat_map(|visit| &visit.alerts) {
        context.print(&format!(
            "\n{}",
            render::terminal(alert, words, context.ink, context.width)
        ));
    }
    show_diff(context, &watchman.store)?;
    context.print(&title(context, "\nThe objection"));
    let watch = &watchlist.watches[0];
    if let Some(objection) = &watch.objection {
        let text = object::steps(
            watch,
            objection,
            objection.url.as_deref(),
            None,
            words,
            context.ink,
            context.width,
        );
        context.print(&format!("\n{text}"));
    }
    context.print("\nA third visit finds the same text, and is silent.\n");
    let visits = visit(context, &mut watchman, &watchlist, day(22)).await?;
    if visits.iter().any(|visit| !visit.alerts.is_empty()) {
        return Err("the third visit told something; please report it".into());
    }
    context.print("\nNow watch the real ones: `clausewatch check` visits what watchlist.toml lists.\n");
    Ok(ExitCode::SUCCESS)
}

fn parse(server: &str) -> Result<Watchlist, String> {
    let text = WATCHLIST.replace("{server}", server);
    let read = |_: &Path| -> std::io::Result<String> { Ok(text.clone()) };
    watchlist::parse(Path::new("demo.toml"), &read, jiff::tz::TimeZone::UTC).map_err(|faults| faults.to_string())
}

async fn visit(
    context: &Context,
    watchman: &mut Watchman,
    watchlist: &Watchlist,
    now: DateTime<Utc>,
) -> Result<Vec<Visit>, String> {
    let watches: Vec<_> = watchlist.watches.iter().collect();
    let on_visit = |visit: &Visit| context.print(&format!("  {}: {}\n", visit.watch, super::check::outcome(visit)));
    round(watchman, &watches, || now, on_visit)
        .await
        .map_err(|error| error.to_string())
}

fn show_diff(context: &Context, store: &Store) -> Result<(), String> {
    let version = |number| {
        store
            .version("ebay/privacy-de", Some(number))
            .map_err(|error| error.to_string())
    };
    if let (Some(before), Some(after)) = (version(1)?, version(2)?) {
        context.print(&title(context, "\nThe diff (clausewatch diff ebay/privacy-de)"));
        let changed = marked(&before.document, &after.document, Some("de"), Lexicon::builtin());
        let shown = render::diff(&render::folded(changed), Words::of("en"), context.ink, context.width);
        context.print(&format!("\n{shown}"));
    }
    Ok(())
}

fn title(context: &Context, text: &str) -> String {
    let lines = render::wrapped(text, "", context.width);
    if context.ink.colour {
        format!("\u{1b}[1m{lines}\u{1b}[0m\n")
    } else {
        format!("{lines}\n")
    }
}

/// Morning of a day of April 2025.
fn day(number: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 4, number, 7, 0, 0)
        .single()
        .unwrap_or_default()
}
