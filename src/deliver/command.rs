//! A program of the user's; it reads the alert as JSON on its standard input.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::{DeliverError, failed};
use crate::render::{Message, clean_line};

const LIMIT: Duration = Duration::from_secs(60);
const EXCERPT: usize = 200;

/// Runs the program; it is delivered when it ends with 0.
pub(super) async fn run(argv: &[String], message: &Message) -> Result<(), DeliverError> {
    let line = argv.join(" ");
    let fault = |what: String| failed(false, format!("the command `{line}` {what}"), HINT);
    let Some((program, arguments)) = argv.split_first() else {
        return Err(fault("is empty".into()));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| fault(format!("does not start: {error}")))?;
    let input = child.stdin.take();
    let text = message.to_json().to_string();
    let feed = async {
        if let Some(mut input) = input {
            // Who has read enough may close it.
            let _ = input.write_all(text.as_bytes()).await;
        }
    };
    let both = async { tokio::join!(feed, child.wait_with_output()).1 };
    let output = match timeout(LIMIT, both).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(fault(format!("is lost: {error}"))),
        Err(_) => return Err(fault(format!("did not end within {} s", LIMIT.as_secs()))),
    };
    if output.status.success() {
        return Ok(());
    }
    let said: String = clean_line(&String::from_utf8_lossy(&output.stderr))
        .chars()
        .take(EXCERPT)
        .collect();
    Err(fault(format!("failed ({}): {said}", output.status)))
}

const HINT: &str =
    "run it by hand with an alert on its input (`clausewatch alerts show N --format json`); it is run again later";
