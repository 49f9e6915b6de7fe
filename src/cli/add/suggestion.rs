//! What a new watch may be called.

use url::{Host, Url};

use crate::analysis::lexicon::PAGE_WORDS;

/// Parts of a host's name that are not the service's.
const COMMON: [&str; 20] = [
    "www",
    "m",
    "legal",
    "policies",
    "policy",
    "privacy",
    "help",
    "support",
    "about",
    "terms",
    "docs",
    "info",
    "co",
    "com",
    "org",
    "net",
    "gov",
    "ac",
    "transparency",
    "faq",
];

/// The service, from the host: "Fernwood" of `www.fernwood.co.uk`.
pub(super) fn service(url: &Url) -> String {
    let host = match url.host() {
        Some(Host::Domain(domain)) => domain,
        // Its parts name nothing; whole, it tells one machine from another.
        Some(address) => return address.to_string().trim_matches(['[', ']']).to_owned(),
        None => "service",
    };
    let labels: Vec<&str> = host.split('.').collect();
    let named = &labels[..labels.len().saturating_sub(1)];
    let own = named.iter().rev().find(|label| !COMMON.contains(label));
    let name = own.or(named.last()).copied().unwrap_or(host);
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// `service/document`, not yet taken.
pub(super) fn id(url: &Url, service: &str, title: &str, taken: &[&str]) -> String {
    let service = slug(service);
    let document = kind(&url.path().to_lowercase())
        .or_else(|| kind(&title.to_lowercase()))
        .unwrap_or("document");
    let plain = format!("{service}/{document}");
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    std::iter::once(plain.clone())
        .chain(numbered)
        .find(|id| !taken.contains(&id.as_str()))
        .unwrap_or(plain)
}

fn kind(text: &str) -> Option<&'static str> {
    let found = PAGE_WORDS
        .documents
        .iter()
        .find(|kind| kind.words.iter().any(|word| text.contains(word.as_str())))?;
    Some(&found.name)
}

fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.to_lowercase().chars() {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "service".into() } else { slug.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_names_the_service_and_path_or_title_the_document() {
        for (address, title, expected) in [
            (
                "https://www.fernwood.co.uk/legal/privacy-policy",
                "x",
                "fernwood/privacy",
            ),
            (
                "https://help.kite.example/article/77",
                "Nutzungsbedingungen",
                "kite/terms",
            ),
            (
                "https://policies.canal.example/fr/traceurs",
                "Confidentialité",
                "canal/cookies",
            ),
            ("https://plum.example/x", "y", "plum/document"),
            ("http://127.0.0.1:8080/terms", "", "127-0-0-1/terms"),
            ("http://[fd00::1:7]/terms", "", "fd00-1-7/terms"),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(id(&url, &service(&url), title, &[]), expected);
        }
    }

    #[test]
    fn an_id_is_given_once() {
        let url = Url::parse("https://plum.example/terms").unwrap();
        assert_eq!(id(&url, "Plum", "", &["plum/terms", "plum/terms-2"]), "plum/terms-3");
    }
}
