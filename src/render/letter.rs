//! The ready letter of objection.

use chrono::{DateTime, NaiveDate, Utc};
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use url::Url;

use super::clauses::quoted;
use super::words::{Words, fill};
use crate::analysis::detect::Finding;
use crate::watchlist::{Law, Signature, Watch};

/// A letter to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// The letter of objection to what a document claims, in `lang` (English where there is none).
pub fn letter(watch: &Watch, claim: Option<&Finding>, signature: &Signature, lang: &str, day: NaiveDate) -> Letter {
    let words = Words::of(lang);
    let objection = watch.objection.as_ref();
    let address = objection.and_then(|objection| objection.address.as_deref());
    let claim = claim.map(|claim| {
        let clause = quoted(claim, words);
        fill(words.letter("claim"), &[("title", &watch.title), ("clause", &clause)])
    });
    let or = |value: &Option<String>, key| value.clone().unwrap_or_else(|| words.letter(key).to_owned());
    let body = match signature.law {
        Law::Gdpr => "body",
        Law::Fadp => "body_fadp",
    };
    let body = fill(
        words.letter(body),
        &[
            ("service", &watch.service),
            ("address", address.unwrap_or_default()),
            ("claim", &claim.unwrap_or_default()),
            ("account", &or(&signature.account, "account")),
            ("name", &or(&signature.name, "name")),
            ("date", &words.day(day)),
        ],
    );
    // Without an address or a claim its line is empty, and one empty line is enough.
    let body = body.trim_start().replace("\n\n\n\n", "\n\n").replace("\n\n\n", "\n\n");
    Letter {
        subject: words.letter("subject").to_owned(),
        body,
    }
}

impl Letter {
    /// A link that opens the letter in a mail program (RFC 6068); without a mail address its reader fills it in.
    pub fn mailto(&self, address: Option<&str>) -> String {
        let to = address.and_then(mail_address).map(|to| to.email.to_string());
        // These would begin headers of their own.
        let to = to.filter(|to| !to.contains(['?', '&', '#', '%'])).unwrap_or_default();
        let Ok(mut link) = Url::parse(&format!("mailto:{to}")) else {
            return String::new();
        };
        link.query_pairs_mut()
            .append_pair("subject", &self.subject)
            .append_pair("body", &self.body);
        // Mail programs show the plus signs of forms.
        link.as_str().replace('+', "%20").replace("%0A", "%0D%0A")
    }

    /// The letter as a mail not sent yet, which a mail program opens as a draft; to the service's mail address where
    /// one is told, else its reader fills it in.
    ///
    /// # Errors
    /// Without a mail address of who signs, and how to say it.
    pub fn eml(&self, signature: &Signature, address: Option<&str>, now: DateTime<Utc>) -> Result<String, String> {
        let mailbox = |told: Option<&String>| told.and_then(|told| told.parse::<Mailbox>().ok());
        let mut from = mailbox(signature.email.as_ref())
            .or_else(|| mailbox(signature.account.as_ref()))
            .ok_or("a mail needs your address: add `email = \"me@example.org\"` to `[signature]` of the watchlist")?;
        from.name = from.name.or_else(|| signature.name.clone());
        let envelope = Envelope::new(Some(from.email.clone()), vec![from.email.clone()]);
        let draft = Mail::builder()
            .from(from)
            // No server sees it: it stands in for a recipient that is not known yet.
            .envelope(envelope.map_err(|error| error.to_string())?)
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("X-Unsent"), "1".into()));
        let draft = match address.and_then(mail_address) {
            Some(to) => draft.to(to),
            None => draft,
        };
        let mail = draft
            .subject(&self.subject)
            .date(now.into())
            .header(ContentType::TEXT_PLAIN)
            .body(self.body.clone())
            .map_err(|error| error.to_string())?;
        String::from_utf8(mail.formatted()).map_err(|error| error.to_string())
    }
}

/// The mail address of a service: all that is told, or a part of it.
fn mail_address(told: &str) -> Option<Mailbox> {
    let part = || {
        told.split([' ', ',', ';', '\n'])
            .map(|word| word.trim_matches(['<', '>', '(', ')', '.']))
            .find_map(|word| word.parse().ok())
    };
    told.parse().ok().or_else(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(service: &str) -> Watch {
        let list =
            format!("[[watch]]\nid = \"a/b\"\nservice = \"{service}\"\ntitle = \"T\"\nurl = \"https://a.example/\"\n");
        let read = |_: &std::path::Path| -> std::io::Result<String> { Ok(list.clone()) };
        let list = crate::watchlist::parse(std::path::Path::new("w.toml"), &read, jiff::tz::TimeZone::UTC);
        list.unwrap().watches.remove(0)
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 4, 21).unwrap()
    }

    fn signature() -> Signature {
        Signature {
            name: Some("Ada Lovelace".into()),
            ..Signature::default()
        }
    }

    #[test]
    fn a_letter_is_in_its_own_language_and_signed() {
        let letter = letter(&watch("eBay"), None, &signature(), "de", day());
        assert!(letter.subject.starts_with("Widerspruch"));
        assert!(
            letter.body.starts_with("An eBay\n\nWiderspruch nach Artikel 21"),
            "{}",
            letter.body
        );
        assert!(letter.body.trim_end().ends_with("21. April 2025\nAda Lovelace"));
        assert!(letter.body.contains("(Benutzername") && !letter.body.contains("\n\n\n"));
    }

    #[test]
    fn a_letter_quotes_what_it_is_about() {
        let text = "We use your posts\u{1b}[1m to train\r\n AI models.";
        let document = crate::analysis::document::Document::from_markdown("We use your posts to train AI models.");
        let lexicon = crate::analysis::lexicon::Lexicon::builtin();
        let mut claim = crate::analysis::detect::detect(&document, lexicon, Some("en"))
            .findings
            .remove(0);
        claim.text = text.into();
        let letter = letter(&watch("Shop"), Some(&claim), &signature(), "fr", day());
        let quote = "\n\nVotre document « T » dit : « We use your posts[1m to train AI models. »\n\n";
        assert!(letter.body.contains(quote), "{}", letter.body);
    }

    #[test]
    fn swiss_letters_name_swiss_law_in_every_language() {
        let swiss = Signature {
            law: Law::Fadp,
            ..signature()
        };
        for lang in ["en", "de", "fr"] {
            let letter = letter(&watch("Shop"), None, &swiss, lang, DateTime::UNIX_EPOCH.date_naive());
            assert!(
                letter.body.contains("30") && !letter.body.contains("21"),
                "{}",
                letter.body
            );
        }
    }

    #[test]
    fn a_letter_is_a_link_and_a_mail() {
        let letter = letter(&watch("Shop & Co"), None, &signature(), "en", day());
        let link = letter.mailto(Some("privacy@shop.example"));
        assert!(
            link.starts_with("mailto:privacy@shop.example?subject=Objection%20to"),
            "{link}"
        );
        assert!(
            link.contains("Shop%20%26%20Co%0D%0A") && !link.contains([' ', '+', '\n']),
            "{link}"
        );
        assert!(letter.mailto(Some("Street 1, Town")).starts_with("mailto:?"));
        let unsigned = letter.eml(&signature(), Some("privacy@shop.example"), DateTime::UNIX_EPOCH);
        assert!(unsigned.unwrap_err().contains("`email"));
        let signed = Signature {
            email: Some("ada@example.org".into()),
            ..signature()
        };
        let mail = letter
            .eml(&signed, Some("privacy@shop.example"), DateTime::UNIX_EPOCH)
            .unwrap();
        assert!(
            mail.contains("From: \"Ada Lovelace\" <ada@example.org>") && mail.contains("To: privacy@shop.example"),
            "{mail}"
        );
        assert!(mail.contains("X-Unsent: 1"), "{mail}");
        let draft = letter.eml(&signed, Some("Street 1"), DateTime::UNIX_EPOCH).unwrap();
        assert!(
            !draft.contains("To: ") && draft.contains("Subject: Objection"),
            "{draft}"
        );
        let both = Some("Shop, Street 1, Town, privacy@shop.example");
        assert!(letter.mailto(both).starts_with("mailto:privacy@shop.example?"));
    }
}
