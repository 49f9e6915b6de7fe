//! HTML to a tree, with a bound on nesting.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use foldhash::fast::RandomState;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, local_name};

use super::source::{bounded_tags, end_of_piece, plain_raw_text};
use super::tree::{Builder, Tree};

/// Elements may be nested as deep as in Chromium. html5ever has no bound of its own and walks its stack of open
/// elements for most tags: 100,000 nested `<div>` cost it minutes.
const DEEPEST: usize = 512;

/// Open elements like `<b>` are opened again in each paragraph that follows; without a bound a page of unclosed
/// ones grows quadratically.
const MOST_FORMATTING: usize = 16;

/// Parses a page. Tags beyond the bounds are dropped, their text stays.
pub(super) fn parse(source: &str) -> Tree {
    let builder = TreeBuilder::new(Builder::new(), TreeBuilderOpts::default());
    let sink = Bounded {
        builder,
        open: Cell::new(0),
        formatting: Cell::new(0),
        by_name: RefCell::default(),
        raw: RefCell::default(),
        preformatted: Cell::new(0),
        begins_line: Cell::new(false),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    let source = bounded_tags(source);
    let mut rest = &*source;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(end_of_piece(rest));
        input.push_back(StrTendril::from_slice(piece));
        // Each stop is a `<script>` to be run; there is no one here to run it.
        while tokenizer.feed(&input) != html5ever::TokenizerResult::Done {}
        let raw = tokenizer.sink.raw_text(piece, behind);
        if !raw.is_empty() {
            let token = Token::CharacterTokens(StrTendril::from_slice(raw));
            let _ = tokenizer.sink.process_token(token, 0);
        }
        rest = &behind[raw.len()..];
    }
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

struct Bounded<Sink: TreeSink> {
    builder: TreeBuilder<Sink::Handle, Sink>,
    /// Elements opened and not closed, those left out included.
    open: Cell<usize>,
    formatting: Cell<usize>,
    by_name: RefCell<HashMap<LocalName, usize, RandomState>>,
    /// The element whose raw text comes next.
    raw: RefCell<Option<LocalName>>,
    /// Open elements in which white space counts.
    preformatted: Cell<usize>,
    /// Nothing but white space came since the tag of a block.
    begins_line: Cell<bool>,
}

impl<Sink: TreeSink> TokenSink for Bounded<Sink> {
    type Handle = Sink::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        let mut name = None;
        if let Token::TagToken(tag) = &token {
            if self.is_too_deep(tag) {
                return TokenSinkResult::Continue;
            }
            name = Some(tag.name.clone());
        }
        if self.is_indentation(&token) {
            return TokenSinkResult::Continue;
        }
        let next = self.builder.process_token(token, line);
        let is_raw = matches!(next, TokenSinkResult::RawData(RawKind::ScriptData | RawKind::Rawtext));
        self.raw.replace(name.filter(|_| is_raw));
        next
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl<Sink: TreeSink> Bounded<Sink> {
    /// The raw text behind a piece that its tag ends; nothing where the tokenizer must read it.
    fn raw_text<'s>(&self, piece: &str, behind: &'s str) -> &'s str {
        let name = self.raw.borrow();
        let name = name.as_deref().filter(|_| piece.ends_with('>'));
        name.and_then(|name| plain_raw_text(behind, name)).unwrap_or_default()
    }

    /// White space right behind the tag of a block, which nobody sees: a third of the nodes of many pages.
    fn is_indentation(&self, token: &Token) -> bool {
        match token {
            Token::CharacterTokens(text) if self.begins_line.get() => {
                let is_blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
                self.begins_line.set(is_blank);
                is_blank
            }
            Token::TagToken(tag) => {
                if matches!(tag.name, local_name!("pre") | local_name!("listing")) {
                    let open = self.preformatted.get();
                    self.preformatted.set(match tag.kind {
                        TagKind::StartTag => open + 1,
                        TagKind::EndTag => open.saturating_sub(1),
                    });
                }
                self.begins_line
                    .set(self.preformatted.get() == 0 && is_block(&tag.name));
                false
            }
            _ => false,
        }
    }

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

/// Elements around which every browser breaks the line.
fn is_block(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("address")
            | local_name!("article")
            | local_name!("aside")
            | local_name!("blockquote")
            | local_name!("body")
            | local_name!("dd")
            | local_name!("div")
            | local_name!("dl")
            | local_name!("dt")
            | local_name!("footer")
            | local_name!("form")
            | local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
            | local_name!("header")
            | local_name!("hr")
            | local_name!("li")
            | local_name!("main")
            | local_name!("nav")
            | local_name!("ol")
            | local_name!("p")
            | local_name!("section")
            | local_name!("table")
            | local_name!("tbody")
            | local_name!("td")
            | local_name!("tfoot")
            | local_name!("th")
            | local_name!("thead")
            | local_name!("tr")
            | local_name!("ul")
    )
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
    use html5ever::tendril::TendrilSink;

    use super::*;
    use crate::analysis::extract::source::PIECE;
    use crate::analysis::extract::tree::NodeRef;

    #[test]
    fn a_page_in_pieces_is_the_whole_page() {
        let source = "a".to_owned() + &"ü".repeat(PIECE);
        let first = end_of_piece(&source);
        assert!(first < PIECE, "it would else end within a letter");
        let tree = parse(&format!("<p>{source}</p>"));
        assert_eq!(texts(&tree).concat(), source);
    }

    fn texts(tree: &Tree) -> Vec<&str> {
        tree.root().descendants().filter_map(NodeRef::text).collect()
    }

    /// html5ever alone, on the whole source at once.
    fn read_whole(source: &str) -> String {
        let parser = html5ever::parse_document(Builder::new(), html5ever::ParseOpts::default());
        format!("{:?}", parser.one(source))
    }

    #[test]
    fn raw_text_is_read_as_the_tokenizer_reads_it() {
        let pages = [
            "<script>let a = 1 < 2;\nlet b = '</p>';</script><p>text",
            "<SCRIPT type=a>x</sCript ><style>p > a {}</style\n><p>text",
            "<script>a\r\nb</script><p>text",
            "<script>a\0b</script><p>text",
            "<script><!-- <script> </script> --></script><p>text",
            "<script><</script><p>text",
            "<script><!--></script><p>text",
            "<script></scripted></script/><p>text",
            "<script data-a=\">\">x</script><p>text",
            "<!-- <script>x</script> --><p>text",
            "<p title='<script>'>text</p><script>a</script>",
            "<svg><script>a<b></b></script></svg><p>text",
            "<select><script>a<b></script><option>b</select>",
            "<textarea><script>a<b></script></textarea><p>text",
            "<noscript><style>a</style></noscript><iframe><script>a</script></iframe><p>text",
            "<script/>a<b></script><p>text",
            "<script>never ended <p>text",
            "<style>never ended </styl",
            "<script></script><style></style><p>text",
        ];
        for page in pages {
            assert_eq!(format!("{:?}", parse(page)), read_whole(page), "{page}");
            let padded = format!("{}{page}", "<p>ü</p>".repeat(PIECE / 9));
            assert_eq!(
                format!("{:?}", parse(&padded)),
                read_whole(&padded),
                "{page}, across pieces"
            );
        }
    }

    #[test]
    fn white_space_stays_where_it_may_be_seen() {
        let page = "<div>\n  <p>a <b>b</b> <i>c</i></p>\n <img>\n <span>d</span>\n</div>\n<pre><p>\n  e</p>\n</pre>";
        assert_eq!(
            texts(&parse(page)),
            ["a ", "b", " ", "c", "\n ", "d", "\n", "\n  e", "\n"]
        );
    }
}
