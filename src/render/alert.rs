//! An alert as a mail, a notification and on a terminal.

use super::clauses::{one_change, quoted};
use super::html;
use super::safe::clean_line;
use super::style::{Ink, wrapped};
use super::words::{Words, fill};
use super::{Link, Message};
use crate::analysis::alert::{Alert, AlertKind};
use crate::analysis::compare::Severity;
use crate::watchlist::Objection;

/// Mail programs show as much without breaking lines themselves.
const MAIL_WIDTH: usize = 76;
/// What a notification shows of a clause.
const EXCERPT: usize = 220;
const PLAIN: Ink = Ink { colour: false };

/// What happened, in one sentence.
pub fn sentence(alert: &Alert, words: &Words) -> String {
    match &alert.kind {
        AlertKind::Clauses { changes } => {
            let Some(first) = changes.first() else {
                return String::new();
            };
            let mut text = words.event(first.event).to_owned();
            if first.returned {
                text = format!("{text} {}", words.returned());
            }
            if changes.len() > 1 {
                let more = fill(words.alert("more"), &[("count", &(changes.len() - 1).to_string())]);
                text = format!("{text} {more}");
            }
            text
        }
        AlertKind::Text { added, removed } => {
            let (added, removed) = (added.to_string(), removed.to_string());
            fill(words.alert("text_changed"), &[("added", &added), ("removed", &removed)])
        }
        AlertKind::Blind { reason, .. } => fill(
            words.alert("blind"),
            &[("reason", clean_line(reason).trim_end_matches('.'))],
        ),
        AlertKind::Recovered => words.alert("recovered").to_owned(),
    }
}

/// The alert on a terminal, or as plain text.
pub fn terminal(alert: &Alert, words: &Words, ink: Ink, width: usize) -> String {
    let mut text = format!(
        "{}\n",
        ink.bold(&clean_line(&format!(
            "{} · {} ({})",
            alert.service, alert.title, alert.watch
        )))
    );
    if let Some(suspicion) = alert.accepted {
        let accepted = fill(words.alert("accepted"), &[("reason", &suspicion.to_string())]);
        text.push_str(&format!("{}\n", wrapped(&accepted, "", width)));
    }
    match &alert.kind {
        AlertKind::Clauses { changes } => {
            for change in changes {
                text.push_str(&format!("\n{}", one_change(change, words, ink, width)));
                text.push_str(&details(change, words));
            }
        }
        AlertKind::Blind { failures, .. } => {
            let since = fill(words.alert("blind_since"), &[("failures", &failures.to_string())]);
            text.push_str(&format!(
                "{}\n{}\n",
                wrapped(&sentence(alert, words), "", width),
                wrapped(&since, "", width)
            ));
        }
        AlertKind::Text { .. } | AlertKind::Recovered => {
            text.push_str(&format!("{}\n", wrapped(&sentence(alert, words), "", width)));
        }
    }
    if let (AlertKind::Clauses { .. }, Some(objection)) = (&alert.kind, &alert.objection) {
        text.push_str(&how_to_object(alert, objection, words, ink, width));
    }
    text.push_str(&format!("\n{}: {}\n", words.alert("page"), clean_line(&alert.url)));
    if let (Some(from), Some(to)) = (alert.from_version, alert.to_version) {
        let command = format!("clausewatch diff {} @{from} @{to}", alert.watch);
        text.push_str(&format!("{}\n", fill(words.alert("diff"), &[("command", &command)])));
    }
    text
}

fn details(change: &crate::analysis::compare::ClauseChange, words: &Words) -> String {
    let mut text = String::new();
    if !change.finding.dates.is_empty() {
        text.push_str(&format!(
            "    {}: {}\n",
            words.alert("dates"),
            clean_line(&change.finding.dates.join(", "))
        ));
    }
    for link in &change.finding.links {
        text.push_str(&format!("    {}: {}\n", words.alert("links"), clean_line(&link.target)));
    }
    text
}

fn how_to_object(alert: &Alert, objection: &Objection, words: &Words, ink: Ink, width: usize) -> String {
    let mut text = format!("\n{}\n", ink.bold(words.alert("object")));
    if let Some(url) = &objection.url {
        let login = if objection.login {
            format!(" ({})", words.alert("login"))
        } else {
            String::new()
        };
        text.push_str(&format!("  {url}{login}\n"));
    }
    if let Some(deadline) = &objection.deadline {
        text.push_str(&format!(
            "  {}\n",
            ink.bold(&format!("{}: {deadline}", words.alert("deadline")))
        ));
    }
    for (number, step) in (1..).zip(&objection.steps) {
        let lines = wrapped(step, "     ", width);
        text.push_str(&format!("  {number}. {}\n", lines.trim_start()));
    }
    if let Some(address) = &objection.address {
        text.push_str(&format!("  {}: {address}\n", words.alert("address")));
    }
    if objection.letter.is_some() {
        let command = format!("clausewatch object {}", alert.watch);
        text.push_str(&format!(
            "  {}\n",
            fill(words.alert("letter"), &[("command", &command)])
        ));
    }
    text
}

/// The alert as a mail. `id` is fixed for the alert and channel.
pub fn mail(alert: &Alert, id: String, lang: &str) -> Message {
    let words = Words::of(lang);
    let mut text = terminal(alert, words, PLAIN, MAIL_WIDTH);
    if matches!(alert.kind, AlertKind::Clauses { .. }) {
        text.push_str(&format!("\n{}\n", wrapped(words.alert("unsure"), "", MAIL_WIDTH)));
    }
    let headline = clean_line(&sentence(alert, words));
    Message {
        id,
        subject: subject(alert, words),
        text,
        html: Some(html::mail(alert, &headline, words, lang)),
        links: links(alert, words),
        urgent: alert.severity == Severity::Alert,
    }
}

/// The alert as a desktop notification: short, with links to the objection and the page.
pub fn notification(alert: &Alert, id: String, lang: &str) -> Message {
    let words = Words::of(lang);
    let mut text = sentence(alert, words);
    if let AlertKind::Clauses { changes } = &alert.kind
        && let Some(first) = changes.first()
    {
        text.push_str(&format!("\n{}", excerpt(&quoted(&first.finding))));
        if let Some(objection) = &alert.objection {
            let deadline = objection.deadline.as_ref();
            let until = deadline
                .map(|day| format!("{}: {day}. ", words.alert("deadline")))
                .unwrap_or_default();
            text.push_str(&format!(
                "\n{until}{}: clausewatch object {}",
                words.alert("object"),
                alert.watch
            ));
        }
    }
    Message {
        id,
        subject: clean_line(&format!("{}: {}", alert.service, alert.title)),
        text,
        html: None,
        links: links(alert, words),
        urgent: alert.severity == Severity::Alert,
    }
}

/// A message that only says that its channel works.
pub fn test_message(id: String, lang: &str) -> Message {
    let words = Words::of(lang);
    Message {
        id,
        subject: words.alert("test_subject").to_owned(),
        text: words.alert("test").to_owned(),
        html: None,
        links: Vec::new(),
        urgent: false,
    }
}

fn subject(alert: &Alert, words: &Words) -> String {
    clean_line(&format!(
        "{} ({}): {}",
        alert.service,
        alert.title,
        sentence(alert, words)
    ))
}

fn links(alert: &Alert, words: &Words) -> Vec<Link> {
    let link = |label: &'static str, url: &str| Link {
        label: words.alert(label).to_owned(),
        url: url.to_owned(),
    };
    let objection = alert.objection.as_ref().and_then(|objection| objection.url.as_ref());
    let objection = objection.filter(|_| matches!(alert.kind, AlertKind::Clauses { .. }));
    let mut links = vec![link("page", &alert.url)];
    links.extend(objection.map(|url| link("object_link", url)));
    links
}

fn excerpt(text: &str) -> String {
    if text.chars().count() <= EXCERPT {
        return text.to_owned();
    }
    let cut: String = text.chars().take(EXCERPT).collect();
    let at_word = cut.rfind(' ').map_or(cut.as_str(), |space| &cut[..space]);
    format!("{at_word} …”")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::compare::{Ledger, compare};
    use crate::analysis::detect::detect;
    use crate::analysis::document::Document;
    use crate::analysis::lexicon::Lexicon;

    fn alert(before: &str, after: &str) -> Alert {
        let findings = |text| detect(&Document::from_markdown(text), Lexicon::builtin(), Some("en")).findings;
        let changes = compare(&findings(before), &findings(after), &Ledger::default());
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
        }
    }

    const CLAIM: &str = "# Privacy\n\n## AI\n\nWe use your photos to train our AI models.";

    #[test]
    fn a_mail_names_service_clause_heading_page_objection_and_deadline() {
        let mail = mail(&alert("# Privacy", CLAIM), "1@clausewatch".into(), "en");
        assert_eq!(
            mail.subject,
            "Shop (Privacy Notice): A new clause lets people's data be used to train AI."
        );
        assert_eq!(
            mail.text,
            "Shop · Privacy Notice (shop/privacy)\n\nA new clause lets people's data be used to train AI.\n  Privacy › AI\n    \
             “We use your photos to train our AI models.”\n\nHow to object\n  https://shop.example/ai (after logging in)\n  \
             Until: 2025-05-01\n  1. Open the AI settings.\n  A ready letter: clausewatch object shop/privacy\n\n\
             The page: https://shop.example/privacy\nAll that changed: clausewatch diff shop/privacy @3 @4\n\n\
             clausewatch reads words, it is no lawyer: look at the page before you act.\n"
        );
        let html = mail.html.unwrap();
        for part in [
            "We use your photos",
            "Privacy › AI",
            "https://shop.example/ai",
            "2025-05-01",
            "diff shop/privacy @3 @4",
        ] {
            assert!(html.contains(part), "{part}");
        }
    }

    #[test]
    fn a_reworded_clause_shows_the_words_before() {
        let mail = mail(
            &alert(CLAIM, &CLAIM.replace("your photos", "your photos and messages")),
            String::new(),
            "en",
        );
        assert!(
            mail.text.contains("your photos {+and messages+} to train"),
            "{}",
            mail.text
        );
        assert!(mail.html.unwrap().contains("and messages"));
    }

    #[test]
    fn a_notification_is_short_and_links_to_the_objection() {
        let long = CLAIM.replace(
            "models.",
            &format!("models {}.", "and other systems that learn ".repeat(30)),
        );
        let shown = notification(&alert("# Privacy", &long), String::new(), "de");
        assert_eq!(shown.subject, "Shop: Privacy Notice");
        assert!(shown.text.starts_with("Eine neue Klausel"), "{}", shown.text);
        assert!(shown.text.chars().count() < 500);
        assert!(shown.text.contains("Bis: 2025-05-01"));
        assert_eq!(shown.links[1].url, "https://shop.example/ai");
        assert!(shown.urgent);
    }

    #[test]
    fn what_a_page_says_is_escaped_in_mails() {
        let hostile = CLAIM.replace("photos", "<img src=x onerror=alert(1)> photos");
        let mut alert = alert("# Privacy", CLAIM);
        if let AlertKind::Clauses { changes } = &mut alert.kind {
            changes[0].finding.text = hostile;
            changes[0].finding.links = vec![crate::analysis::document::Link {
                start: 0,
                end: 1,
                target: "javascript:alert(1)".into(),
            }];
        }
        alert.title = "A\r\nBcc: all@example.org".into();
        let mail = mail(&alert, String::new(), "en");
        let html = mail.html.unwrap();
        assert!(!html.contains("<img") && !html.contains("javascript:"), "{html}");
        assert!(!mail.subject.contains('\n') && !mail.subject.contains('\r'));
    }

    #[test]
    fn a_blind_watch_says_that_silence_means_nothing() {
        let mut alert = alert("# Privacy", CLAIM);
        alert.kind = AlertKind::Blind {
            reason: "the server answers 403 Forbidden".into(),
            failures: 3,
        };
        let mail = mail(&alert, String::new(), "en");
        assert!(
            mail.text
                .contains("cannot be read any more: the server answers 403 Forbidden."),
            "{}",
            mail.text
        );
        assert!(mail.text.contains("silence means nothing") && !mail.text.contains("How to object"));
    }
}
