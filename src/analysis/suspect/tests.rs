use url::Url;

use super::*;
use crate::analysis::extract::extract;
use crate::watchlist::Reading;

fn page(html: &str) -> Page {
    Page::from_file(
        Url::parse("https://shop.example/privacy").unwrap(),
        html.as_bytes().to_vec(),
    )
}

fn judge(html: &str, history: &History) -> Option<Suspicion> {
    let page = page(html);
    let document = extract(&page, &Reading::default()).unwrap();
    suspect(&[page], &document, Some("en"), history)
}

fn policy(topic: &str) -> String {
    let paragraphs: String = (1..40)
        .map(|number| {
            format!("<p>Section {number} explains how {topic} information is collected, stored and deleted by us.</p>")
        })
        .collect();
    format!("<html><title>Privacy</title><main><h1>Privacy</h1>{paragraphs}</main></html>")
}

fn history(html: &str) -> History {
    let document = extract(&page(html), &Reading::default()).unwrap();
    let length = document.to_text().chars().count();
    History {
        lengths: vec![length; 3],
        last: Some((document, Some("en".into()))),
    }
}

#[test]
fn the_data_is_read() {
    assert!(MARKS.bot_wall.text.len() > 10 && MARKS.error_page.text.len() > 10);
}

#[test]
fn every_kind_of_wall_is_told_by_its_marks() {
    for (html, expected) in [
        (
            "<title>Just a moment...</title><p>Checking your browser before you proceed to the shop.</p>",
            Suspicion::BotWall,
        ),
        (
            "<div id=x></div><script src='https://ct.captcha-delivery.com/c.js'></script>",
            Suspicion::BotWall,
        ),
        (
            "<h1>Log in</h1><form><p>Log in to see this page of the shop.</p><input type=\"password\"></form>",
            Suspicion::LoginWall,
        ),
        (
            "<h1>Seite nicht gefunden</h1><p>Leider gibt es hier nichts zu sehen, schau doch einmal dort.</p>",
            Suspicion::ErrorPage,
        ),
        (
            "<h1>Sorry</h1><p>This page isn’t available right now. The link may be broken.</p>",
            Suspicion::ErrorPage,
        ),
        (
            "<h1>Back later</h1><p>Our shop is down for maintenance until tomorrow morning.</p>",
            Suspicion::Maintenance,
        ),
        (
            "<p>You need to enable JavaScript to run this app.</p>",
            Suspicion::ScriptPage,
        ),
        (
            "<div id=\"root\"></div><script src=a.js></script><script src=b.js></script>",
            Suspicion::ScriptPage,
        ),
        ("<title>Privacy</title><h1>Privacy</h1>", Suspicion::TitleOnly),
        (
            "<p>We value your privacy. Accept all cookies?</p><script src='https://cdn.privacy-mgmt.com/x.js'></script>",
            Suspicion::ConsentWall,
        ),
    ] {
        assert_eq!(judge(html, &History::default()), Some(expected), "{html}");
    }
}

#[test]
fn a_redirect_to_a_login_is_a_login_wall() {
    let mut page = page("<p>Welcome back, dear member of our community of friends.</p>");
    page.address = Url::parse("https://shop.example/login?next=/privacy").unwrap();
    let document = extract(&page, &Reading::default()).unwrap();
    assert_eq!(
        suspect(&[page], &document, Some("en"), &History::default()),
        Some(Suspicion::LoginWall)
    );
}

#[test]
fn a_policy_is_no_suspect_even_where_it_speaks_of_walls() {
    let text = policy("account").replace(
        "Section 7",
        "When you log in, a captcha asks for a security check. Section 7",
    );
    assert_eq!(judge(&text, &History::default()), None);
    assert_eq!(judge(&text, &history(&policy("account"))), None);
    assert_eq!(
        judge(
            "<h1>Privacy</h1><p>We collect nothing and share nothing at all.</p>",
            &History::default()
        ),
        None
    );
}

#[test]
fn a_text_unlike_its_history_is_suspect() {
    let usual = history(&policy("account"));
    let short = "<main><h1>Privacy</h1><p>Section 1 explains how account information is collected, stored and deleted by us.</p></main>";
    assert_eq!(judge(short, &usual), Some(Suspicion::Collapsed));
    let german = page(&policy("account"));
    let document = extract(&german, &Reading::default()).unwrap();
    assert_eq!(
        suspect(&[german], &document, Some("de"), &usual),
        Some(Suspicion::OtherLanguage)
    );
    let words = |prefix: &str| -> String {
        (0..120)
            .map(|number| {
                format!("<p>{prefix}{number}alpha {prefix}{number}bravo {prefix}{number}charlie stands here.</p>")
            })
            .collect()
    };
    let (one, other) = (words("harbour"), words("mountain"));
    assert_eq!(
        judge(
            &format!("<main>{other}</main>"),
            &history(&format!("<main>{one}</main>"))
        ),
        Some(Suspicion::OtherDocument)
    );
}
