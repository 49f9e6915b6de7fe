use url::Url;

use super::*;
use crate::analysis::extract::extract;
use crate::analysis::page::Page;
use crate::watchlist::Reading;

fn page(html: &str) -> Page {
    Page::from_file(
        Url::parse("https://shop.example/privacy").unwrap(),
        html.as_bytes().to_vec(),
    )
}

fn judge(html: &str, before: Option<&str>) -> Option<Suspicion> {
    judge_as("en", html, before)
}

fn judge_as(lang: &str, html: &str, before: Option<&str>) -> Option<Suspicion> {
    let read = |html| extract(&page(html), &Reading::default()).unwrap();
    let before = before.map(read);
    let length = before.as_ref().map(Document::length);
    let history = History {
        lengths: &[length.unwrap_or_default(); 3],
        last: before.as_ref().map(|before| (before, Some("en"))),
    };
    suspect(&[Origin::of(&page(html))], &read(html), Some(lang), history)
}

fn policy(topic: &str) -> String {
    let paragraphs: String = (1..40)
        .map(|number| {
            format!("<p>Section {number} explains how {topic} information is collected, stored and deleted by us.</p>")
        })
        .collect();
    format!("<html><title>Privacy</title><main><h1>Privacy</h1>{paragraphs}</main></html>")
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
        assert_eq!(judge(html, None), Some(expected), "{html}");
    }
}

/// The shells in which the makers of bot walls wrap their challenge, in our own words.
#[test]
fn every_maker_of_bot_walls_is_known() {
    for (maker, html) in [
        (
            "Cloudflare",
            "<title>Just a moment...</title><div class=main-wrapper><noscript>Enable JavaScript and cookies to continue</noscript>\
             </div><script>window._cf_chl_opt={cvId:'3'}</script>",
        ),
        (
            "Turnstile",
            "<h1>shop.example</h1><div class=cf-turnstile data-sitekey=x></div><p>Verify you are human by completing this.</p>",
        ),
        (
            "DataDome",
            "<title>shop.example</title><p id=cmsg>Please wait</p><script>var dd={'host':'geo.captcha-delivery.com'}</script>",
        ),
        (
            "Akamai",
            "<title>Access Denied</title><h1>Access Denied</h1><p>You have no permission to see this on this server.</p>\
             <p>Reference 18.2 https://errors.edgesuite.net/18.2</p>",
        ),
        (
            "PerimeterX",
            "<title>Access to this page has been denied</title><div id=px-captcha></div><p>Press &amp; Hold to go on</p>",
        ),
        (
            "AWS WAF",
            "<title></title><script src=https://x.token.awswaf.com/x/challenge.js></script><div id=challenge-container></div>",
        ),
        (
            "Imperva",
            "<iframe src='/_Incapsula_Resource?CWUDNSAI=9'>Request unsuccessful</iframe>",
        ),
        (
            "reCAPTCHA",
            "<form><div class=g-recaptcha data-sitekey=x></div><p>One more step</p></form>",
        ),
        (
            "hCaptcha",
            "<script src=https://js.hcaptcha.com/1/api.js></script><p>One more step</p>",
        ),
        (
            "a German wall",
            "<h1>Einen Moment</h1><p>Bitte bestätigen Sie, dass Sie ein Mensch sind, bevor es weitergeht.</p>",
        ),
        (
            "a French wall",
            "<h1>Un instant</h1><p>Merci de confirmer que vous êtes humain pour continuer vers le site.</p>",
        ),
    ] {
        assert_eq!(judge(html, None), Some(Suspicion::BotWall), "{maker}");
    }
}

#[test]
fn a_short_document_may_speak_of_errors() {
    let html = format!(
        "<main><h1>Questions and answers</h1><p>Some features are not available in your region. If something went wrong, an error \
         occurred, or a page is not available, write to us.</p>{}</main>",
        "<p>We answer each letter within a week, in the language in which it was written.</p>".repeat(12)
    );
    assert_eq!(judge(&html, None), None);
}

#[test]
fn a_redirect_to_a_login_is_a_login_wall() {
    let mut page = page("<p>Welcome back, dear member of our community of friends.</p>");
    page.address = Url::parse("https://shop.example/login?next=/privacy").unwrap();
    let document = extract(&page, &Reading::default()).unwrap();
    assert_eq!(
        suspect(&[Origin::of(&page)], &document, Some("en"), History::default()),
        Some(Suspicion::LoginWall)
    );
}

#[test]
fn a_policy_is_no_suspect_even_where_it_speaks_of_walls() {
    let text = policy("account").replace(
        "Section 7",
        "When you log in, a captcha asks for a security check. Section 7",
    );
    assert_eq!(judge(&text, None), None);
    assert_eq!(judge(&text, Some(&policy("account"))), None);
    assert_eq!(
        judge(
            "<h1>Privacy</h1><p>We collect nothing and share nothing at all.</p>",
            None
        ),
        None
    );
}

#[test]
fn a_text_unlike_its_history_is_suspect() {
    let usual = policy("account");
    let short = "<main><h1>Privacy</h1><p>Section 1 explains how account information is collected, stored and deleted by us.</p></main>";
    assert_eq!(judge(short, Some(&usual)), Some(Suspicion::Collapsed));
    assert_eq!(judge_as("de", &usual, Some(&usual)), Some(Suspicion::OtherLanguage));
    let words = |prefix: &str| -> String {
        (0..120)
            .map(|number| {
                format!("<p>{prefix}{number}alpha {prefix}{number}bravo {prefix}{number}charlie stands here.</p>")
            })
            .collect()
    };
    let judge = |new: &[&str], old: &[&str]| {
        let page = |names: &[&str]| {
            format!(
                "<main>{}</main>",
                names.iter().map(|name| words(name)).collect::<String>()
            )
        };
        judge(&page(new), Some(&page(old)))
    };
    assert_eq!(judge(&["mountain"], &["harbour"]), Some(Suspicion::OtherDocument));
    // A text of which a fifth stands in both is another; one that was lengthened to four times is not.
    let others = ["bridge", "meadow", "desert", "forest"];
    let with = |own: &'static str| [&others[..], &[own]].concat();
    assert_eq!(
        judge(&["valley", "castle", "garden", "market", "harbour"], &with("harbour")),
        Some(Suspicion::OtherDocument)
    );
    assert_eq!(judge(&with("harbour"), &["harbour", "mountain"]), None);
}
