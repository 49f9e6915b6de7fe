//! HTML to a tree, with a bound on nesting.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use foldhash::fast::RandomState;
use html5ever::LocalName;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use memchr::memchr;
use scraper::{Html, HtmlTreeSink};

/// Elements may be nested as deep as in Chromium. html5ever has no bound of its own and walks its stack of open
/// elements for most tags: 100,000 nested `<div>` cost it minutes.
const DEEPEST: usize = 512;

/// Open elements like `<b>` are opened again in each paragraph that follows; without a bound a page of unclosed
/// ones grows quadratically.
const MOST_FORMATTING: usize = 16;

/// html5ever compares each attribute of a tag with all before it.
const MOST_ATTRIBUTES: usize = 10_000;

/// Bytes that are read at a time.
const PIECE: usize = 32 * 1024;

/// Bytes of a page whose memory is worth the time to spare it.
const LARGE: usize = 4 * 1024 * 1024;

/// Parses a page. Tags beyond the bounds are dropped, their text stays.
pub(super) fn parse(source: &str) -> Html {
    let builder = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), TreeBuilderOpts::default());
    let sink = Bounded {
        builder,
        is_large: source.len() > LARGE,
        open: Cell::new(0),
        formatting: Cell::new(0),
        by_name: RefCell::default(),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    for piece in pieces(&bounded_tags(source)) {
        input.push_back(StrTendril::from_slice(piece));
        // Each stop is a `<script>` to be run; there is no one here to run it.
        while tokenizer.feed(&input) != html5ever::TokenizerResult::Done {}
    }
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

/// The source in pieces: the tree keeps of each what it quotes, a copy of the whole page would be kept for it all.
fn pieces(mut source: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let end = (0..=PIECE.min(source.len()))
            .rev()
            .find(|end| source.is_char_boundary(*end))?;
        let (piece, rest) = source.split_at(end);
        source = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

/// The source without the attributes of a tag that come after the most.
fn bounded_tags(source: &str) -> Cow<'_, str> {
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

struct Bounded<Sink: TreeSink> {
    builder: TreeBuilder<Sink::Handle, Sink>,
    is_large: bool,
    /// Elements opened and not closed, those left out included.
    open: Cell<usize>,
    formatting: Cell<usize>,
    by_name: RefCell<HashMap<LocalName, usize, RandomState>>,
}

impl<Sink: TreeSink> TokenSink for Bounded<Sink> {
    type Handle = Sink::Handle;

    fn process_token(&self, mut token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        if let Token::TagToken(tag) = &mut token {
            if self.is_too_deep(tag) {
                return TokenSinkResult::Continue;
            }
            if self.is_large {
                // The tree keeps them as they are, with room for three more.
                tag.attrs.shrink_to_fit();
            }
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl<Sink: TreeSink> Bounded<Sink> {
    fn is_too_deep(&self, tag: &Tag) -> bool {
        let (count, most) = match Nesting::of(&tag.name) {
            Nesting::Flat => return false,
            Nesting::Formatting => (&self.formatting, MOST_FORMATTING),
            Nesting::Deep => (&self.open, DEEPEST),
        };
        let mut by_name = self.by_name.borrow_mut();
        match tag.kind {
            TagKind::StartTag if tag.self_closing && self.closes_itself(&tag.name) => false,
            TagKind::StartTag => {
                *by_name.entry(tag.name.clone()).or_default() += 1;
                count.set(count.get() + 1);
                count.get() > most
            }
            TagKind::EndTag => {
                // One that ends nothing must not make room.
                let Some(named) = by_name.get_mut(&tag.name).filter(|named| **named > 0) else {
                    return false;
                };
                *named -= 1;
                let open = count.get();
                count.set(open - 1);
                open > most
            }
        }
    }

    /// `<div/>` is open until its end tag; SVG's `<path/>` is not, and an `<a>` ends the one before it.
    fn closes_itself(&self, name: &str) -> bool {
        matches!(name, "a" | "svg" | "math") || self.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

enum Nesting {
    /// Void, raw text, or closed by what follows: an unclosed one nests nothing.
    Flat,
    Formatting,
    Deep,
}

impl Nesting {
    fn of(name: &str) -> Self {
        match name {
            "html" | "head" | "body" | "p" | "li" | "dt" | "dd" | "option" | "optgroup" | "tr" | "td" | "th"
            | "tbody" | "thead" | "tfoot" | "colgroup" | "caption" | "rp" | "rt" | "rb" | "rtc" | "area" | "base"
            | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "param" | "source" | "track"
            | "wbr" | "script" | "style" | "title" | "textarea" | "noscript" | "iframe" | "noembed" | "noframes"
            | "plaintext" | "xmp" => Self::Flat,
            "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt"
            | "u" => Self::Formatting,
            _ => Self::Deep,
        }
    }
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
    fn a_page_in_pieces_is_the_whole_page() {
        let source = "a".to_owned() + &"ü".repeat(PIECE);
        assert!(pieces(&source).count() > 2, "the first would end within a letter");
        assert_eq!(pieces(&source).collect::<String>(), source);
        let html = parse(&format!("<p>{source}</p>"));
        assert_eq!(html.root_element().text().collect::<String>(), source);
    }
}
