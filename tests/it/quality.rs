//! What the lexicons are worth, language by language, on clauses they were not written from: a snapshot, so that every
//! edit of a lexicon shows its price in the diff. `INSTA_UPDATE=always cargo test quality` takes the new figures.

use std::fmt::Write as _;
use std::path::Path;

use clausewatch::analysis::detect::{Stance, detect};
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
    fn count(&mut self, case: &Value) {
        let text = case["text"].as_str().unwrap();
        let document = Document::from_markdown(text);
        let findings = detect(&document, Lexicon::builtin(), case["lang"].as_str()).findings;
        let tells = findings
            .iter()
            .any(|finding| matches!(finding.stance, Stance::Claim | Stance::Choice));
        let should = case["alert_if_new"].as_bool().unwrap();
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

fn of_file(path: &Path) -> Score {
    let mut score = Score::default();
    let text = std::fs::read_to_string(path).unwrap();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        score.count(&serde_json::from_str(line).unwrap());
    }
    score
}

#[test]
fn quality_of_every_language_is_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    let mut table = String::from("language  told    false alarms  wrong\n");
    for path in files {
        let code = path.file_stem().unwrap().to_string_lossy().into_owned();
        let score = of_file(&path);
        let told = format!("{}/{}", score.told, score.to_be_told);
        let alarms = format!("{}/{}", score.false_alarms, score.silent);
        let line = format!("{code:<8}  {told:<6}  {alarms:<12}  {}", score.wrong.join(" "));
        writeln!(table, "{}", line.trim_end()).unwrap();
    }
    insta::assert_snapshot!("quality", table);
}
