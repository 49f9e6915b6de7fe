//! The source of a page, before the tokenizer has it.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memmem};

/// html5ever compares each attribute of a tag with all before it.
const MOST_ATTRIBUTES: usize = 10_000;

/// Bytes that are read at a time.
pub(super) const PIECE: usize = 32 * 1024;

/// Where the next piece of the source ends: the tree keeps of each what it quotes, a copy of the whole page would be kept
/// for it all. A tag of raw text ends its piece.
pub(super) fn end_of_piece(source: &str) -> usize {
    let whole = &source[..source.floor_char_boundary(PIECE)];
    let has_raw_text = |start: &usize| {
        let name = &source.as_bytes()[start + 1..];
        let is = |raw: &str| {
            name.get(..raw.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(raw.as_bytes()))
        };
        is("script") || is("style")
    };
    let tag = memchr_iter(b'<', whole.as_bytes()).find(has_raw_text);
    let end = tag.and_then(|start| Some(start + memchr(b'>', &whole.as_bytes()[start..])? + 1));
    end.unwrap_or(whole.len())
}

/// Bytes before the end tag of raw text where nothing in it needs to be read: nearly all of a page's bytes are of its
/// scripts, and the tokenizer takes them one by one.
pub(super) fn plain_raw_text<'s>(source: &'s str, name: &str) -> Option<&'s str> {
    let ends = |at: &usize| {
        let tag = &source.as_bytes()[at + 2..];
        let is_name = tag
            .get(..name.len())
            .is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()));
        is_name
            && matches!(
                tag.get(name.len()),
                Some(b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\x0c' | b'\r')
            )
    };
    let raw = &source[..memmem::find_iter(source.as_bytes(), "</").find(ends)?];
    // In a script, "<!--" may hide an end tag; a line may end as on Windows.
    let is_plain = memchr2(b'\r', b'\0', raw.as_bytes()).is_none() && memmem::find(raw.as_bytes(), b"<!--").is_none();
    is_plain.then_some(raw)
}

/// The source without the attributes of a tag that come after the most.
pub(super) fn bounded_tags(source: &str) -> Cow<'_, str> {
    let bytes = source.as_bytes();
    let mut kept = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(start) = memchr(b'<', &bytes[at..]) {
        at += start + 1;
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let end = memchr(b'>', &bytes[at..]).map_or(bytes.len(), |length| at + length);
        if let Some(most) = end_of_most_attributes(&bytes[at..end]) {
            kept.push_str(&source[copied..at + most]);
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(source);
    }
    kept.push_str(&source[copied..]);
    Cow::Owned(kept)
}

/// Where in a tag the attributes begin that are too many.
fn end_of_most_attributes(tag: &[u8]) -> Option<usize> {
    // Nearly all tags are too short to have them.
    if tag.len() <= 2 * MOST_ATTRIBUTES {
        return None;
    }
    let mut attributes = 0;
    tag.iter().position(|byte| {
        attributes += usize::from(matches!(byte, b'=' | b' ' | b'/' | b'\t' | b'\n' | b'\r' | b'\x0c'));
        attributes > 2 * MOST_ATTRIBUTES && byte.is_ascii_whitespace()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_keeps_its_first_attributes_and_what_stands_after_it() {
        let source = format!("<p>before</p><div {}>after</div>", "a=1 ".repeat(2 * MOST_ATTRIBUTES));
        let bounded = bounded_tags(&source);
        assert!(bounded.len() < source.len());
        assert!(bounded.starts_with("<p>before</p><div a=1 "));
        assert!(bounded.ends_with("a=1>after</div>"));
        let usual = "<p class=a>1 < 2</p><br";
        assert_eq!(bounded_tags(usual), usual);
    }

    #[test]
    fn plain_raw_text_ends_before_its_end_tag() {
        assert_eq!(plain_raw_text("a</b></script>", "script"), Some("a</b>"));
        assert_eq!(
            plain_raw_text("<!--</script>", "script"),
            None,
            "an end tag may be hidden"
        );
        assert_eq!(plain_raw_text("a", "script"), None, "the page ends before it");
    }
}
