//! What the lexicons are worth, language by language, on clauses they were not written from: a snapshot, so that every
//! edit of a lexicon shows its price in the diff. `INSTA_UPDATE=always cargo test quality` takes the new figures.

use std::fmt::Write as _;
use std::path::Path;

use clausewatch::analysis::compare::{Ledger, Severity, compare};
use clausewatch::analysis::detect::{Detection, Stance, detect};
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;
use serde_json::Value;

#[derive(Default)]
struct Score {
    to_be_told: usize,
    told: usize,
    silent: usize,
    false_alarms: usize,
    wrong: Vec<String>,
}

impl Score {
    fn count(&mut self, case: &Value, should: bool, tells: bool) {
        if should {
            self.to_be_told += 1;
            self.told += usize::from(tells);
        } else {
            self.silent += 1;
            self.false_alarms += usize::from(tells);
        }
        if tells != should {
            self.wrong.push(case["id"].as_str().unwrap().to_owned());
        }
    }
}

fn read(case: &Value, field: &str) -> Detection {
    let document = Document::from_markdown(case[field].as_str().unwrap());
    detect(&document, Lexicon::builtin(), case["lang"].as_str())
}

fn tells_when_new(case: &Value) -> bool {
    let findings = read(case, "text").findings;
    findings
        .iter()
        .any(|finding| matches!(finding.stance, Stance::Claim | Stance::Choice))
}

fn tells_when_reworded(case: &Value) -> bool {
    let (before, after) = (read(case, "before"), read(case, "after"));
    let changes = compare(&before, &after, &Ledger::default(), Lexicon::builtin());
    changes.iter().any(|change| change.severity == Severity::Alert)
}

/// A line a language: how many of the cases whose field `should` is true were told, and how many of the others.
fn table(folder: &str, should: &str, tells: impl Fn(&Value) -> bool) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    let mut table = String::from("language  told    false alarms  wrong\n");
    for path in files {
        let code = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut score = Score::default();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            score.count(&case, case[should].as_bool().unwrap(), tells(&case));
        }
        let told = format!("{}/{}", score.told, score.to_be_told);
        let alarms = format!("{}/{}", score.false_alarms, score.silent);
        let line = format!("{code:<8}  {told:<6}  {alarms:<12}  {}", score.wrong.join(" "));
        writeln!(table, "{}", line.trim_end()).unwrap();
    }
    table
}

#[test]
fn quality_of_every_language_is_as_recorded() {
    insta::assert_snapshot!("quality", table("tests/languages", "alert_if_new", tells_when_new));
}

/// One clause before and after a few words of it changed.
#[test]
fn quality_on_rewordings_in_every_language_is_as_recorded() {
    insta::assert_snapshot!("rewordings", table("tests/rewordings", "alert", tells_when_reworded));
}
