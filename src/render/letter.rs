//! The ready letter of objection.

use chrono::{DateTime, Utc};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Mail};
use url::Url;

use super::words::{Words, fill};
use crate::watchlist::{Law, Objection, Signature};

/// A letter to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// The letter of objection to a service, in `lang` (English where there is none); `date` as it shall stand there.
pub fn letter(service: &str, objection: &Objection, signature: &Signature, lang: &str, date: &str) -> Letter {
    let words = Words::of(lang);
    let or = |value: &Option<String>, key| value.clone().unwrap_or_else(|| words.letter(key).to_owned());
    let body = match signature.law {
        Law::Gdpr => "body",
        Law::Fadp => "body_fadp",
    };
    let body = fill(
        words.letter(body),
        &[
            ("service", service),
            ("address", objection.address.as_deref().unwrap_or_default()),
            ("account", &or(&signature.account, "account")),
            ("name", &or(&signature.name, "name")),
            ("date", date),
        ],
    );
    // Without an address its line is empty, and one empty line is enough.
    let body = body.trim_start().replace("\n\n\n", "\n\n");
    Letter {
        subject: words.letter("subject").to_owned(),
        body,
    }
}

impl Letter {
    /// A link that opens the letter in a mail program (RFC 6068); without a mail address its reader fills it in.
    pub fn mailto(&self, address: Option<&str>) -> String {
        let to = address
            .filter(|address| address.parse::<lettre::Address>().is_ok())
            .unwrap_or_default();
        let Ok(mut link) = Url::parse(&format!("mailto:{to}")) else {
            return String::new();
        };
        link.query_pairs_mut()
            .append_pair("subject", &self.subject)
            .append_pair("body", &self.body);
        // Mail programs show the plus signs of forms.
        link.as_str().replace('+', "%20").replace("%0A", "%0D%0A")
    }

    /// The letter as a mail.
    ///
    /// # Errors
    /// Without a mail address of the service, or of who signs, and how to say it.
    pub fn eml(&self, signature: &Signature, address: Option<&str>, now: DateTime<Utc>) -> Result<String, String> {
        let mailbox = |told: Option<&String>| told.and_then(|told| told.parse::<Mailbox>().ok());
        let mut from = mailbox(signature.email.as_ref())
            .or_else(|| mailbox(signature.account.as_ref()))
            .ok_or("a mail needs your address: add `email = \"me@example.org\"` to `[signature]` of the watchlist")?;
        from.name = from.name.or_else(|| signature.name.clone());
        let to = address
            .and_then(|address| address.parse::<Mailbox>().ok())
            .ok_or("no mail address of the service is known: add `address` to its objection in the watchlist, or take --letter")?;
        let mail = Mail::builder()
            .from(from)
            .to(to)
            .subject(&self.subject)
            .date(now.into())
            .header(ContentType::TEXT_PLAIN)
            .body(self.body.clone())
            .map_err(|error| error.to_string())?;
        String::from_utf8(mail.formatted()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature() -> Signature {
        Signature {
            name: Some("Ada Lovelace".into()),
            ..Signature::default()
        }
    }

    #[test]
    fn a_letter_is_in_its_own_language_and_signed() {
        let letter = letter("eBay", &Objection::default(), &signature(), "de", "21.04.2025");
        assert!(letter.subject.starts_with("Widerspruch"));
        assert!(
            letter.body.starts_with("An eBay\n\nWiderspruch nach Artikel 21"),
            "{}",
            letter.body
        );
        assert!(letter.body.trim_end().ends_with("21.04.2025\nAda Lovelace"));
        assert!(letter.body.contains("(Benutzername"));
    }

    #[test]
    fn swiss_letters_name_swiss_law_in_every_language() {
        let swiss = Signature {
            law: Law::Fadp,
            ..signature()
        };
        for lang in ["en", "de", "fr"] {
            let letter = letter("Shop", &Objection::default(), &swiss, lang, "1");
            assert!(
                letter.body.contains("30") && !letter.body.contains("21"),
                "{}",
                letter.body
            );
        }
    }

    #[test]
    fn a_letter_is_a_link_and_a_mail() {
        let letter = letter("Shop & Co", &Objection::default(), &signature(), "en", "1");
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
        assert!(
            letter
                .eml(&signed, Some("Street 1"), DateTime::UNIX_EPOCH)
                .unwrap_err()
                .contains("`address`")
        );
    }
}
