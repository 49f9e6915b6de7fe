//! The report as a real Chromium opens it from disk and prints it.

use std::process::Command;

use crate::part;
use crate::site::{Answer, Site};
use crate::user::{User, privacy, run};

const CLAIM: &str = "We use your photos to train our AI models.";

/// A report of a document that gained a claim, and the names of its files.
fn reported() -> (User, Vec<String>) {
    let site = Site::start();
    site.put("/privacy", Answer::policy("<p>Parcels travel by train.</p>"));
    let user = User::new(&format!("{}channels = []\n", privacy(&site)));
    user.run("check");
    site.put(
        "/privacy",
        Answer::policy(&format!("<p>Parcels travel by ship.</p><p>{CLAIM}</p>")),
    );
    user.run("check");
    assert_eq!(user.run("report report").code, 0);
    let pages = ["index.html", "shop--privacy.html", "diffs/shop--privacy--2.html"];
    (user, pages.map(|page| format!("report/{page}")).into())
}

fn chromium(user: &User, option: &str, page: &str) -> String {
    let ran = run(Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"])
        // Who reads dark pages prints on white paper.
        .arg("--blink-settings=preferredColorScheme=0")
        .arg(format!("--user-data-dir={}", user.path("profile").display()))
        .args([option, page])
        .current_dir(user.path("")));
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.text
}

#[test]
fn its_pages_are_printed_whole() {
    if !part::program("chromium") {
        return;
    }
    let (user, pages) = reported();
    let printed = |page: &str| {
        chromium(&user, "--print-to-pdf=page.pdf", page);
        let ran = user.run("extract page.pdf --format text");
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.text
    };
    let index = printed(&pages[0]);
    assert!(
        index.contains("assurance choice restriction"),
        "no word is broken: {index}"
    );
    let document = printed(&pages[1]);
    assert!(document.contains(CLAIM), "{document}");
    assert!(document.contains("http://127.0.0.1:"), "paper has no links: {document}");
    let diff = printed(&pages[2]);
    assert!(diff.contains("trainship") && diff.contains(CLAIM), "{diff}");
}

#[test]
fn its_links_lead_to_files_and_clauses_that_are_there() {
    let (user, pages) = reported();
    for page in &pages {
        let text = std::fs::read_to_string(user.path(page)).unwrap();
        assert!(!text.contains("<script"), "{page} needs no script");
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            if file.starts_with("http") {
                continue;
            }
            let target = user.path(page).parent().unwrap().join(file);
            let target = if file.is_empty() { user.path(page) } else { target };
            let there = std::fs::read_to_string(&target).unwrap_or_else(|error| panic!("{page}: {link}: {error}"));
            assert!(
                place.is_empty() || there.contains(&format!("id=\"{place}\"")),
                "{page}: {link}"
            );
        }
    }
}
