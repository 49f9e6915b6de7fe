//! What `keep` lets go in the rounds of a user, and that what is left proves itself.

use crate::part;
use crate::site::{Answer, Site};
use crate::user::{Ran, User, privacy, run};

const CLAIM: &str = "<p>We use your photos to train our AI models.</p>";

/// Nine days, nine editions of a policy; the fifth brings a claim, and the sixth goes without it.
fn nine_days() -> User {
    let site = Site::start();
    let user = User::new(&format!(
        "[defaults]\nchannels = []\nkeep = {{ pages = \"3d\", texts = \"6d\" }}\n{}",
        privacy(&site)
    ));
    for day in 1..=9 {
        let claim = if day == 5 { CLAIM } else { "" };
        let policy = Answer::policy(&format!("<p>This is edition {day} of our policy.</p>{claim}"));
        site.put("/privacy", policy);
        let mut check = user.clausewatch("check");
        check.env("CLAUSEWATCH_NOW", format!("2025-04-0{day}T12:00:00Z"));
        let checked = run(&mut check);
        assert_eq!(checked.code, i32::from(day == 5), "{checked:?}");
    }
    user
}

fn notes(log: &Ran) -> Vec<(String, &str)> {
    let mut notes = Vec::new();
    let mut version = "";
    for line in log.text.lines().map(str::trim) {
        if line.starts_with('@') {
            version = line.split(' ').next().unwrap();
        } else if line.ends_with("let go") {
            notes.push((version.to_owned(), line));
        }
    }
    notes
}

#[test]
fn rounds_let_old_pages_and_texts_go_and_what_is_left_proves_itself() {
    let user = nine_days();
    // The first and the newest stay, and those around the claim.
    let gone = [
        ("@3".to_owned(), "its pages were let go"),
        ("@2".to_owned(), "its text was let go"),
    ];
    assert_eq!(notes(&user.run("log shop/privacy")), gone);
    let shown = user.run("show shop/privacy@2");
    assert!(
        shown.code == 2 && shown.errors.contains("let go by `keep`"),
        "{shown:?}"
    );
    assert!(user.run("show shop/privacy@3").text.contains("edition 3"));
    assert!(user.run("show shop/privacy@5").text.contains("train our AI models"));

    let mut vacuum = user.clausewatch("vacuum");
    let vacuum = run(vacuum.env("CLAUSEWATCH_NOW", "2025-04-09T12:00:00Z"));
    assert!(vacuum.code == 0 && !vacuum.errors.contains("let go"), "{vacuum:?}");
    let verified = user.run("verify");
    assert_eq!(
        verified.text, "The state is whole. Of 2 pages, 1 text let go by `keep` the hashes are there.\n",
        "{verified:?}"
    );
    let exported = user.run("export shop/privacy --output proof");
    assert!(exported.errors.contains("left out: 1 version"), "{exported:?}");
    let holds = |name: &str| user.path("proof").join(name).exists();
    assert!(!holds("0002") && holds("0003/document.md") && !holds("0003/page-1.html") && holds("0005/page-1.html"));
    if part::program("sha256sum") {
        for version in [1, 3, 4, 5, 6, 7, 8, 9] {
            let mut check = std::process::Command::new("sha256sum");
            let folder = user.path("proof").join(format!("{version:04}"));
            let checked = check.args(["-c", "SHA256SUMS"]).current_dir(folder).output().unwrap();
            assert!(checked.status.success(), "{checked:?}");
        }
    }
    assert_eq!(
        user.run("export shop/privacy --format warc --output proof.warc").code,
        0
    );
    assert_eq!(user.run("backup copy.sqlite").code, 0);
    std::fs::create_dir(user.path("other")).unwrap();
    std::fs::rename(user.path("copy.sqlite"), user.path("other/clausewatch.sqlite")).unwrap();
    assert_eq!(user.run("verify --state other").text, verified.text);
}
