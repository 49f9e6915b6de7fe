//! `add`, from a page on the site to a watch that is visited.

use crate::site::{Answer, Site};
use crate::user::User;

fn added(list: &str) -> (User, String) {
    let site = Site::start();
    site.put(
        "/terms",
        Answer::policy("<p>We use your photos to train our AI models.</p>"),
    );
    let user = User::new(list);
    let ran = user.run(&format!("add {} --yes", site.url("/terms")));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.text.contains("language en") && ran.text.contains("We use your photos to train our AI models."),
        "{ran:?}"
    );
    assert!(ran.errors.contains("added `127-0-0-1/terms`"), "{ran:?}");
    let check = user.run("check");
    assert!(check.errors.contains("127-0-0-1/terms: first reading"), "{check:?}");
    let again = user.run(&format!("add {} --yes", site.url("/terms")));
    assert!(
        again.code == 2 && again.errors.contains("is watched already"),
        "{again:?}"
    );
    let written = std::fs::read_to_string(user.path("watchlist.toml")).unwrap();
    (user, written)
}

#[test]
fn a_list_without_a_watch_yet_gets_its_first() {
    let begun =
        "# Mine.\ncontact = \"me@example.org\"\n\n[defaults]\nchannels = [] # quiet\n\n# Watches from here on.\n";
    let (_user, written) = added(begun);
    assert!(written.starts_with(begun), "{written}");
}

#[test]
fn a_list_with_watches_keeps_them_and_its_comments() {
    let before = "[defaults]\nchannels = []\n\n[[watch]] # the old one\nid = \"shop/privacy\"\nurl = \"http://127.0.0.1:9/privacy\"\n# The end.\n";
    let (user, written) = added(before);
    assert!(written.starts_with(before), "{written}");
    assert!(user.run("status").text.contains("shop/privacy"));
}

#[test]
fn an_empty_list_gets_its_first() {
    let (_user, written) = added("");
    assert!(written.starts_with("[[watch]]\n"), "{written}");
}

#[test]
fn a_list_with_a_mistake_is_not_touched() {
    let user = User::new("contakt = 1\n");
    let ran = user.run("add https://shop.example/terms --yes");
    assert!(ran.code == 2 && ran.errors.contains("contakt"), "{ran:?}");
    assert_eq!(
        std::fs::read_to_string(user.path("watchlist.toml")).unwrap(),
        "contakt = 1\n"
    );
}
