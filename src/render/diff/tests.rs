use super::*;
use crate::analysis::compare::{Ledger, compare};
use crate::analysis::detect::detect;
use crate::analysis::diff::{Diff, diff as documents_differ};
use crate::analysis::document::Document;
use crate::analysis::lexicon::Lexicon;

const PLAIN: Ink = Ink::PLAIN;

fn of(before: &str, after: &str) -> Diff {
    let (before, after) = (Document::from_markdown(before), Document::from_markdown(after));
    let find = |document| detect(document, Lexicon::builtin(), Some("en"));
    let (old, new) = (find(&before), find(&after));
    let mut diff = documents_differ(&before, &after);
    diff.mark(
        &compare(&old, &new, &Ledger::default(), Lexicon::builtin()),
        &new.findings,
    );
    diff
}

fn changed() -> Diff {
    of(
        "# Use\n\nWe use data to help you.\n\nWe sell nothing to anybody else.",
        "# Use\n\nWe use posts to help you.\n\n- A new item.",
    )
}

#[test]
fn signs_say_what_colours_say() {
    let words = Words::of("en");
    assert_eq!(
        diff(&changed(), words, PLAIN, 80),
        "## Use\n~ We use [-data-]{+posts+} to help you.\n- We sell nothing to anybody else.\n+ • A new item.\n"
    );
    assert!(
        diff(
            &changed(),
            words,
            Ink {
                colour: true,
                links: false
            },
            80
        )
        .contains("\u{1b}[")
    );
    assert!(diff_markdown(&changed(), words).contains("We use ~~data~~**posts** to help you."));
}

#[test]
fn two_columns_hold_the_old_and_the_new_text() {
    let shown = side_by_side(&changed(), Words::of("en"), PLAIN, 73);
    let first = shown.lines().nth(1).unwrap();
    assert_eq!(
        first,
        "We use [-data-] to help you.        │ We use {+posts+} to help you."
    );
    assert!(shown.lines().all(|line| line.chars().count() <= 73), "{shown}");
}

#[test]
fn a_clause_is_marked_and_can_stand_alone() {
    let marked = of(
        "# Use\n\nWe keep logs.\n\n# Rights\n\nYou may leave.",
        "# Use\n\nWe keep logs. We train our AI models on your posts.\n\n# Rights\n\nYou may leave at any time.",
    );
    let words = Words::of("en");
    let shown = diff(&marked, words, PLAIN, 80);
    assert!(
        shown.contains("▌ alert: A new clause lets people's data be used to train AI.\n~ We keep logs."),
        "{shown}"
    );
    let only = diff(&marked.clone().only_clauses(), words, PLAIN, 80);
    assert!(!only.contains("Rights") && only.contains("train our AI"), "{only}");
    let page = diff_page("T", Some("a.html"), &marked, words);
    assert!(
        page.contains("class=\"mark alert\"") && page.contains("<ins>"),
        "{page}"
    );
}

#[test]
fn a_stat_counts_by_heading() {
    assert_eq!(
        diff_stat(&changed(), PLAIN, 80),
        "Use  +1 -1 ~1\n1 added, 1 removed, 1 reworded, 0 moved\n"
    );
}

#[test]
fn a_unified_diff_is_of_lines() {
    let (before, after) = (
        Document::from_markdown("One.\n\nTwo."),
        Document::from_markdown("One.\n\nSecond."),
    );
    let shown = unified(&before, &after, ("a", "b"));
    assert!(
        shown.starts_with("--- a\n+++ b\n@@ ") && shown.contains("\n-Two.\n+Second.\n"),
        "{shown}"
    );
}

#[test]
fn a_hostile_text_is_shown_without_its_escapes() {
    let hostile = of(
        "# A\n\nOne.",
        "# A\n\nOne.\n\nTwo \u{1b}]0;title\u{7}4 < 5 & three\u{202e}.",
    );
    let words = Words::of("en");
    for shown in [
        diff(&hostile, words, PLAIN, 80),
        side_by_side(&hostile, words, PLAIN, 80),
        diff_markdown(&hostile, words),
        diff_page("<x>", None, &hostile, words),
    ] {
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    }
    assert!(diff_page("<x>", None, &hostile, words).contains("4 &lt; 5 &amp; three"));
}
