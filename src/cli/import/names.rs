//! What the documents of an archive are called: paths, patterns of paths, ids of watches.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether a path fits a pattern; case does not count, and `*` is anything.
pub(super) fn fits(path: &str, pattern: &str) -> bool {
    let (path, pattern) = (path.to_lowercase(), pattern.to_lowercase());
    let path = if pattern.ends_with(".md") {
        &path
    } else {
        path.trim_end_matches(".md")
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// `facebook/privacy-policy`, or with a number behind it where that is taken.
pub(super) fn free_id(service: &str, title: &str, taken: &mut BTreeSet<String>) -> String {
    let slug = |text: &str| {
        let mut slug = String::new();
        // Ids are plain: of a letter with a mark the letter stays.
        for sign in text.nfkd().flat_map(char::to_lowercase) {
            match sign {
                sign if sign.is_ascii_alphanumeric() => slug.push(sign),
                sign if sign.is_alphanumeric() || is_combining_mark(sign) => {}
                _ if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
                _ => {}
            }
        }
        let slug = slug.trim_end_matches('-');
        if slug.is_empty() {
            "document".to_owned()
        } else {
            slug.to_owned()
        }
    };
    let id = format!("{}/{}", slug(service), slug(title));
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let free = std::iter::once(id.clone())
        .chain(numbered)
        .find(|id| !taken.contains(id));
    let free = free.unwrap_or(id);
    taken.insert(free.clone());
    free
}

/// Service and document of a path.
pub(in crate::cli) fn names(path: &str) -> (&str, &str) {
    let (service, title) = path.rsplit_once('/').unwrap_or(("archive", path));
    (service, title.trim_end_matches(".md"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_services_and_documents() {
        let path = "Facebook/Privacy Policy.md";
        for pattern in [
            "Facebook/*",
            "*/privacy policy",
            "*privacy*",
            "facebook/Privacy Policy.md",
            "F*/*y",
        ] {
            assert!(fits(path, pattern), "{pattern}");
        }
        for pattern in ["Face", "Facebook", "X/*", "*terms*", "Facebook/Privacy"] {
            assert!(!fits(path, pattern), "{pattern}");
        }
    }

    #[test]
    fn ids_are_free_and_stay_readable() {
        let mut taken = BTreeSet::from(["meta-ai/terms-of-service".to_owned()]);
        assert_eq!(
            free_id("Meta AI", "Terms of Service", &mut taken),
            "meta-ai/terms-of-service-2"
        );
        assert_eq!(free_id("eBay (DE)", "Über uns", &mut taken), "ebay-de/uber-uns");
        assert_eq!(free_id("メルカリ", "利用規約", &mut taken), "document/document");
    }
}
