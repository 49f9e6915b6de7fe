//! The ready letter of objection.

use super::words::{Words, fill};
use crate::watchlist::{Objection, Signature};

/// A letter to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// The letter of objection to a service, in the objection's language; `date` as it shall stand there.
pub fn letter(service: &str, objection: &Objection, signature: &Signature, fallback: &str, date: &str) -> Letter {
    let words = Words::of(objection.letter.as_deref().unwrap_or(fallback));
    let or = |value: &Option<String>, key| value.clone().unwrap_or_else(|| words.letter(key).to_owned());
    let body = fill(
        words.letter("body"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_in_its_own_language_and_signed() {
        let objection = Objection {
            letter: Some("de".into()),
            ..Objection::default()
        };
        let signature = Signature {
            name: Some("Ada Lovelace".into()),
            account: None,
        };
        let letter = letter("eBay", &objection, &signature, "en", "21.04.2025");
        assert!(letter.subject.starts_with("Widerspruch"));
        assert!(
            letter.body.starts_with("An eBay\n\nWiderspruch nach Artikel 21"),
            "{}",
            letter.body
        );
        assert!(letter.body.trim_end().ends_with("21.04.2025\nAda Lovelace"));
        assert!(letter.body.contains("(Benutzername"));
    }
}
