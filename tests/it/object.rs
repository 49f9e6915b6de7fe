//! Objecting: in the reader's language, with what the document says, and by one command to the page.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use crate::part;
use crate::site::{Answer, Site};
use crate::user::{self, User, privacy};

const CLAIM: &str = "<h2>AI</h2><p>We use your photos to train our AI models. \
    <a href=\"https://shop.example/opt-out\">You can opt out of AI training</a> until 1 May 2031.</p>";

/// A reader whose shop just took the right to train.
fn told(language: &str, rest: &str) -> User {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let list = format!("language = \"{language}\"\n[channel.command]\ncommand = [\"true\"]\n");
    let user = User::new(&format!("{list}{}{rest}", privacy(&site)));
    assert_eq!(user.run("check -q").code, 0);
    site.put("/privacy", Answer::policy(CLAIM));
    assert_eq!(user.run("check -q").code, 1);
    user
}

#[test]
fn the_way_to_object_is_told_in_the_readers_language() {
    let user = told("de", "");
    let said = user.run("object shop/privacy").text;
    for part in [
        "So widersprechen Sie bei Shop (shop/privacy)\n\n  https://shop.example/opt-out\n  bis zum 1. Mai 2031\n",
        "Was das Dokument dazu sagt\n  „You can opt out",
        "Ein fertiger Brief\n\nObjection to the use of my personal data",
        "Your document “Privacy” says: “We use your photos to train our AI models.”\n",
        "Dasselbe in Ihrer Sprache\n\nWiderspruch gegen",
        "Wenn Sie widersprochen haben: clausewatch object shop/privacy --done\n",
    ] {
        assert!(said.contains(part), "{part:?} is missing in\n{said}");
    }
    assert!(user.run("object").text.starts_with("offen "));
    assert_eq!(user.run("object shop/privacy --done").code, 0);
    assert!(user.run("object").text.starts_with("widersprochen  "));
    assert!(user.run("object shop/privacy").text.contains("Sie haben am "));
}

#[test]
fn the_page_to_object_on_is_opened() {
    let user = told("en", "objection = { url = \"https://shop.example/ai\" }\n");
    user.write("xdg-open", "#!/bin/sh\necho \"$1\" >opened\n");
    std::fs::set_permissions(user.path("xdg-open"), Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", user.path("").display(), std::env::var("PATH").unwrap());
    let ran = user::run(user.clausewatch("object shop --open").env("PATH", path));
    assert_eq!((ran.code, ran.text.as_str()), (0, ""), "{ran:?}");
    part::until("the page is opened", || user.path("opened").exists());
    let opened = std::fs::read_to_string(user.path("opened")).unwrap();
    assert_eq!(opened.trim(), "https://shop.example/ai");
    // Where nothing opens it, the address is still told.
    let ran = user::run(user.clausewatch("object shop --open").env("PATH", "/nonexistent"));
    assert_eq!(ran.code, 2);
    assert!(ran.errors.contains("open https://shop.example/ai yourself"), "{ran:?}");
}
