//! Text and link targets without what changes by itself.

use url::Url;

/// Adds text to a block: white space of all kinds folds to one space, invisible characters vanish.
pub(super) fn push(out: &mut String, text: &str) {
    let mut rest = text;
    loop {
        let word = rest.bytes().position(|byte| !byte.is_ascii_graphic());
        let (word, other) = rest.split_at(word.unwrap_or(rest.len()));
        out.push_str(word);
        let mut characters = other.chars();
        let Some(character) = characters.next() else { return };
        rest = characters.as_str();
        match character {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            '\u{2010}' | '\u{2011}' => out.push('-'),
            c if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
}

/// An address that Cloudflare hides from robots: hex bytes, the first of which is the key.
pub(super) fn hidden_email(code: &str) -> Option<String> {
    let bytes: Vec<u8> = code
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect::<Option<_>>()?;
    let (key, address) = bytes.split_first()?;
    let address = String::from_utf8(address.iter().map(|byte| byte ^ key).collect()).ok()?;
    address.contains('@').then_some(address)
}

/// Query parameters that name a visit, not a page.
const TRACKING: [&str; 40] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "ref",
    "ref_",
    "ref_src",
    "referrer",
    "entry_point",
    "entrypoint",
    "hc_location",
    "__tn__",
    "__cft__[0]",
    "__xts__",
    "h",
    "s_kwcid",
    "sid",
    "session",
    "sessionid",
    "session_id",
    "jsessionid",
    "phpsessid",
    "token",
    "nonce",
    "ts",
    "timestamp",
    "cache",
    "cb",
    "trk",
];

/// An absolute target without tracking parameters, tokens and session ids; nothing for scripts.
pub(super) fn target(base: &Url, href: &str) -> Option<String> {
    let href = href.trim();
    let mut url = base.join(href).ok()?;
    if matches!(url.scheme(), "javascript" | "data" | "blob") {
        return None;
    }
    for _ in 0..3 {
        let Some(inner) = redirected(&url) else { break };
        url = inner;
    }
    if url.path().starts_with("/cdn-cgi/l/email-protection") {
        return None;
    }
    if let Some((path, _)) = url
        .path()
        .split_once(";jsessionid=")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
    {
        url.set_path(&path);
    }
    if url.query().is_some() {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| !is_tracking(key))
            .map(owned)
            .collect();
        if kept.len() < url.query_pairs().count() {
            url.set_query(None);
            if !kept.is_empty() {
                url.query_pairs_mut().extend_pairs(kept);
            }
        }
    }
    Some(url.into())
}

fn owned((key, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)) -> (String, String) {
    (key.into_owned(), value.into_owned())
}

fn is_tracking(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.starts_with("utm_") || key.starts_with("pk_") || key.starts_with("mtm_") || TRACKING.contains(&key.as_str())
}

/// Where a link through a counting redirect ("l.php?u=…&h=…", "/url?q=…") leads.
fn redirected(url: &Url) -> Option<Url> {
    let path = url.path();
    if !(path.ends_with("/l.php") || path == "/url" || path.ends_with("/redirect") || path == "/l/") {
        return None;
    }
    url.query_pairs()
        .filter(|(key, _)| matches!(&**key, "u" | "q" | "url" | "to" | "target"))
        .find_map(|(_, value)| {
            Url::parse(&value)
                .ok()
                .filter(|inner| matches!(inner.scheme(), "http" | "https"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(href: &str) -> Option<String> {
        target(
            &Url::parse("https://shop.example/legal/terms?x=1").expect("a URL"),
            href,
        )
    }

    #[test]
    fn what_changes_with_each_visit_leaves_the_target() {
        for (href, expected) in [
            (
                "privacy?utm_source=a&id=4&fbclid=z",
                "https://shop.example/legal/privacy?id=4",
            ),
            ("/a;jsessionid=ABC?lang=de", "https://shop.example/a?lang=de"),
            (
                "https://l.social.example/l.php?u=https%3A%2F%2Fb.example%2Fp&h=AT0x",
                "https://b.example/p",
            ),
            ("mailto:dpo@shop.example", "mailto:dpo@shop.example"),
            ("#data", "https://shop.example/legal/terms?x=1#data"),
        ] {
            assert_eq!(cleaned(href).as_deref(), Some(expected));
        }
        assert_eq!(cleaned("javascript:void(0)"), None);
    }

    #[test]
    fn invisible_characters_vanish_and_space_folds() {
        let mut out = String::new();
        push(&mut out, " per\u{ad}sonal\u{a0}\n data\u{200b}\u{2060} e\u{2011}mail");
        assert_eq!(out, "personal data e-mail");
    }

    #[test]
    fn a_hidden_address_is_read_with_its_key() {
        assert_eq!(hidden_email("4223272e").as_deref(), None);
        assert_eq!(hidden_email("01656e7141792f65").as_deref(), Some("dop@x.d"));
    }
}
