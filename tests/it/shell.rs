//! What a person at a shell has beside the work itself: completions, manual pages, words, diffs of files.

use crate::help::subcommands;
use crate::user::{User, run};

#[test]
fn a_shell_is_offered_the_watches_of_the_watchlist() {
    let user = User::new("[[watch]]\nid = \"shop/privacy\"\nurl = \"https://shop.example/p\"\nchannels = []\n");
    let mut command = user.clausewatch("-- clausewatch diff sh");
    command
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", "2")
        .env("_CLAP_IFS", "\n");
    assert_eq!(run(&mut command).text, "shop/privacy");
    for shell in ["bash", "zsh", "fish"] {
        let script = user.run(&format!("completions {shell}"));
        assert!(script.code == 0 && script.text.contains("clausewatch"), "{script:?}");
    }
    let unknown = user.run("completions dos");
    assert!(unknown.code == 2 && unknown.errors.contains("bash"), "{unknown:?}");
}

#[test]
fn every_command_has_a_manual_page_and_a_help_text() {
    let user = User::new("");
    assert_eq!(user.run("man man").code, 0);
    let help = user.run("help").text;
    let names = subcommands(&help);
    assert!(names.len() > 15, "{help}");
    for name in names {
        assert!(
            user.path(&format!("man/clausewatch-{name}.1")).is_file(),
            "{name} has no page"
        );
        assert_eq!(user.run(&format!("help {name}")).code, 0, "{name} has no help");
    }
}

#[test]
fn words_are_explained_and_mistyped_ones_guessed() {
    let user = User::new("");
    let meaning = user.run("help ledger").text;
    assert!(meaning.contains("Every finding ever seen"), "{meaning}");
    let guessed = user.run("help leger");
    assert!(
        guessed.code == 2 && guessed.errors.contains("did you mean ledger"),
        "{guessed:?}"
    );
}

#[test]
fn two_files_are_compared_in_every_format() {
    let user = User::new("");
    user.write("before.md", "# Use\n\nWe keep logs.\n");
    user.write(
        "after.md",
        "# Use\n\nWe keep logs. We train our AI models on your posts.\n",
    );
    let shows = |more: &str, what: &str| {
        let ran = user.run(&format!("diff before.md after.md{more}"));
        assert!(ran.code == 0 && ran.text.contains(what), "{more}: {ran:?}");
    };
    shows("", "▌ alert: A new clause");
    shows(" -y", " │ We keep logs. {+We train our AI");
    shows(" --stat", "Use  ~1\n0 added, 0 removed, 1 reworded, 0 moved\n");
    shows(" --only clauses", "We train our AI");
    shows(" --format unified", "\n-We keep logs.\n+We keep logs. We train");
    shows(" --format markdown", "> **alert**: A new clause");
    shows(" --format html", "<p class=\"mark alert\">");
    shows(" --format json", "\"event\": \"claim_added\"");
    let missing = user.run("diff before.md nowhere.md");
    assert!(
        missing.code == 2 && missing.errors.contains("nowhere.md"),
        "{missing:?}"
    );
}
