use chrono::{DateTime, NaiveDate, Utc};

use super::*;
use crate::analysis::alert::{Alert, AlertKind};
use crate::analysis::compare::{Ledger, Severity, compare};
use crate::analysis::dates::{DateKind, Dated};
use crate::analysis::detect::detect;
use crate::analysis::diff::diff as diff_of;
use crate::analysis::document::{Document, Link as TextLink};
use crate::analysis::lexicon::Lexicon;
use crate::watchlist::Objection;

const CLAIM: &str = "# Privacy\n\n## AI\n\nWe use your photos to train our AI models.";

fn written() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2025-04-21T07:00:00Z").unwrap().to_utc()
}

fn alert(before: &str, after: &str) -> Alert {
    let (before, after) = (Document::from_markdown(before), Document::from_markdown(after));
    let read = |document| detect(document, Lexicon::builtin(), Some("en"));
    let changes = compare(&read(&before), &read(&after), &Ledger::default(), Lexicon::builtin());
    Alert {
        watch: "shop/privacy".into(),
        service: "Shop".into(),
        title: "Privacy Notice".into(),
        url: "https://shop.example/privacy".into(),
        from_version: Some(3),
        to_version: Some(4),
        severity: changes
            .iter()
            .map(|change| change.severity)
            .max()
            .unwrap_or(Severity::Notice),
        kind: AlertKind::Clauses { changes },
        accepted: None,
        objection: Some(Objection {
            url: Some("https://shop.example/ai".into()),
            login: true,
            steps: vec!["Open the AI settings.".into()],
            letter: Some("en".into()),
            address: None,
            deadline: Some("2025-05-01".into()),
        }),
        hunks: diff_of(&before, &after).hunks,
        dates: vec![Dated {
            kind: DateKind::Effective,
            words: "from 21 April".into(),
            day: NaiveDate::from_ymd_opt(2025, 4, 21),
        }],
        objected: None,
        reminder: None,
    }
}

fn mail(alert: &Alert, lang: &str) -> Message {
    message(alert, "1@clausewatch".into(), lang, Form::Long, written())
}

#[test]
fn a_mail_says_all_that_one_needs_to_act() {
    let mail = mail(&alert("# Privacy", CLAIM), "en");
    assert_eq!(
        mail.subject,
        "Shop now claims the right to train its AI models with your photos or videos. Object by 1 May 2025."
    );
    assert_eq!(
        mail.text,
        "Shop · Privacy Notice (shop/privacy)
Shop now claims the right to train its AI models with your photos or videos.
Object by 1 May 2025.

New
  Privacy › AI
    “We use your *photos* to *train our AI models*.”
    95 % sure, because of: “photos”, “train our AI models”

In force from: 21 April 2025 (“from 21 April”)

How to object
  https://shop.example/ai (after logging in)
  1. Open the AI settings.
  A ready letter: clausewatch object shop/privacy

The page: https://shop.example/privacy
All that changed: clausewatch diff shop/privacy @3 @4

What changed around it

## Privacy › AI
+ ## AI
+ We use your photos to train our AI models.

clausewatch reads words, it is no lawyer: look at the page before you act.
"
    );
    let html = mail.html.unwrap();
    for part in [
        "We use your <strong>photos</strong>",
        "Privacy › AI",
        "href=\"https://shop.example/ai\"",
        "1 May 2025",
        "diff shop/privacy @3 @4",
        "<ins>We use your photos",
        "prefers-color-scheme: dark",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert_eq!(mail.alert["deadline"], "2025-05-01");
    assert_eq!(mail.alert["effective"], "2025-04-21");
}

#[test]
fn a_reworded_clause_shows_the_words_before() {
    let mail = mail(
        &alert(CLAIM, &CLAIM.replace("your photos", "your photos and messages")),
        "en",
    );
    assert!(
        mail.text.contains("your photos {+and messages+} to train"),
        "{}",
        mail.text
    );
    assert!(
        mail.subject
            .contains("now also claims the right to train its AI models with your messages")
    );
    assert!(mail.html.unwrap().contains("<ins>and messages"));
}

#[test]
fn a_notification_is_short_and_links_to_the_objection() {
    let long = CLAIM.replace(
        "models.",
        &format!("models {}.", "and other systems that learn ".repeat(30)),
    );
    let shown = message(&alert("# Privacy", &long), String::new(), "de", Form::Short, written());
    assert!(
        shown
            .subject
            .starts_with("Shop nimmt sich jetzt das Recht, mit Ihren Fotos"),
        "{}",
        shown.subject
    );
    assert!(
        shown.subject.ends_with("Widersprechen Sie bis zum 1. Mai 2025."),
        "{}",
        shown.subject
    );
    assert!(shown.text.chars().count() < 400);
    assert_eq!(shown.links[1].url, "https://shop.example/ai");
    assert!(shown.urgent);
}

#[test]
fn who_objected_before_is_told_to_look_again() {
    let mut alert = alert("# Privacy", CLAIM);
    alert.objected = Some(written());
    assert!(mail(&alert, "en").text.contains("You objected on 21 April 2025."));
}

#[test]
fn several_alerts_are_one_digest_the_loudest_first() {
    let mut quiet = alert(CLAIM, "# Privacy");
    quiet.severity = Severity::Notice;
    quiet.service = "Quiet".into();
    let digest = digest(
        &[quiet, alert("# Privacy", CLAIM)],
        "d@clausewatch".into(),
        "en",
        Form::Long,
        written(),
    );
    assert_eq!(digest.subject, "2 alerts of clausewatch: Shop, Quiet");
    let (loud, quiet) = (
        digest.text.find("- Shop now claims"),
        digest.text.find("- Quiet no longer"),
    );
    assert!(loud.unwrap() < quiet.unwrap(), "{}", digest.text);
    assert!(
        digest
            .text
            .contains("Object by 1 May 2025. (Privacy Notice)\n- Quiet no"),
        "{}",
        digest.text
    );
    assert_eq!(digest.alert["alerts"].as_array().unwrap().len(), 2);
}

/// Control characters, escapes of terminals, markup, line breaks of headers, turned writing.
const HOSTILE: &str =
    "Sh\u{1b}[31mop\u{202e}\r\nBcc: all@example.org\u{7} <img src=x onerror=alert(1)> \u{9b}31m\u{2066}";

#[test]
fn nothing_of_a_page_steers_a_terminal_a_header_or_markup() {
    let mut alert = alert("# Privacy", CLAIM);
    alert.service = HOSTILE.into();
    alert.title = HOSTILE.into();
    alert.url = format!("https://shop.example/{HOSTILE}");
    if let AlertKind::Clauses { changes } = &mut alert.kind {
        changes[0].finding.text.push_str(HOSTILE);
        changes[0].finding.heading.push(HOSTILE.into());
        changes[0].finding.lead_in = Some(HOSTILE.into());
        changes[0].finding.links = ["javascript:alert(1)", HOSTILE]
            .map(|target| TextLink {
                start: 0,
                end: 1,
                target: target.into(),
            })
            .to_vec();
        changes[0].finding.why[1].words = HOSTILE.into();
    }
    alert.dates[0].words = HOSTILE.into();
    alert.objection.as_mut().unwrap().steps = vec![HOSTILE.into()];
    for form in [Form::Long, Form::Short] {
        for message in [
            message(&alert, String::new(), "en", form, written()),
            digest(&[alert.clone(), alert.clone()], String::new(), "en", form, written()),
        ] {
            let html = message.html.unwrap();
            assert!(!html.contains("<img") && !html.contains("href=\"javascript:"), "{html}");
            assert!(!message.subject.contains('\n'));
            let links: String = message.links.iter().map(|link| link.url.as_str()).collect();
            for text in [&message.subject, &message.text, &html, &links] {
                let steers = text.chars().find(|sign| *sign != '\n' && safe::is_unsafe(*sign));
                assert_eq!(steers, None, "{text}");
            }
        }
    }
}

#[test]
fn a_blind_watch_says_that_silence_means_nothing() {
    let mut alert = alert("# Privacy", CLAIM);
    alert.kind = AlertKind::Blind {
        reason: "the server answers 403 Forbidden".into(),
        failures: 3,
    };
    let mail = mail(&alert, "en");
    assert_eq!(
        mail.subject,
        "Shop (Privacy Notice): It cannot be read any more: the server answers 403 Forbidden."
    );
    assert!(mail.text.contains("silence means nothing") && !mail.text.contains("How to object"));
}

#[test]
fn the_sample_is_a_whole_alert_in_every_language() {
    for lang in ["en", "de", "fr"] {
        let alert = sample(lang);
        let message = mail(&alert, lang);
        assert!(message.html.unwrap().contains("<strong>"), "{lang}");
        assert!(message.subject.contains("Example"), "{}", message.subject);
    }
}
