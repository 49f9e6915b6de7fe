//! Is this a bot wall, login wall, error page, collapsed or wrong page?

mod marks;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};

use self::marks::MARKS;
use crate::analysis::document::{BlockKind, Document};
use crate::analysis::page::Origin;

/// Why a page must not become a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suspicion {
    BotWall,
    LoginWall,
    ConsentWall,
    ErrorPage,
    Maintenance,
    TitleOnly,
    ScriptPage,
    OtherLanguage,
    Collapsed,
    OtherDocument,
}

/// What the history says a page should look like.
#[derive(Debug, Clone, Copy, Default)]
pub struct History<'a> {
    /// Lengths of the texts of the versions kept, in characters, oldest first.
    pub lengths: &'a [usize],
    /// The newest version's document and language.
    pub last: Option<(&'a Document, Option<&'a str>)>,
}

/// Policies are longer than this; walls and error pages are shorter. In characters.
const WALL: usize = 2_500;
/// In a longer text only title and headings are what the page says of itself. In characters.
const BRIEF: usize = 800;
/// No document at all. In characters.
const EMPTY: usize = 200;
/// A text shorter than this share of the history's median collapsed.
const COLLAPSED: f64 = 0.35;
/// Two texts of one document have at least this share of the shorter one's words in common.
const RELATED: f64 = 0.25;
/// Words enough to tell two documents apart.
const TELLING: usize = 80;

impl Suspicion {
    /// A text that may really be so: it is accepted once it stood for several visits.
    pub fn may_be_real(self) -> bool {
        matches!(self, Self::OtherLanguage | Self::Collapsed | Self::OtherDocument)
    }

    /// A browser may find the text behind it.
    pub fn may_need_browser(self) -> bool {
        matches!(
            self,
            Self::ScriptPage | Self::TitleOnly | Self::BotWall | Self::ConsentWall
        )
    }
}

impl fmt::Display for Suspicion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::BotWall => "a wall against robots stands before it",
            Self::LoginWall => "it asks for a login",
            Self::ConsentWall => "it asks for consent to cookies and shows nothing else",
            Self::ErrorPage => "it is an error page, though the server says that all is well",
            Self::Maintenance => "it says that the site is under maintenance",
            Self::TitleOnly => "it holds next to no text",
            Self::ScriptPage => "its text is made by scripts",
            Self::OtherLanguage => "it suddenly is in another language",
            Self::Collapsed => "it suddenly is far shorter than before",
            Self::OtherDocument => "it suddenly is another document",
        })
    }
}

/// Tells whether pages and the document read from them look like something else than the document watched.
/// `lang` is the document's language, where it could be told.
pub fn suspect(
    pages: &[Origin<'_>],
    document: &Document,
    lang: Option<&str>,
    history: History<'_>,
) -> Option<Suspicion> {
    let length = document.length();
    wall(pages, document, length)
        .or_else(|| nothing(pages, document, length))
        .or_else(|| unlike(document, length, lang, history))
}

/// Walls and error pages: short, with a mark.
fn wall(pages: &[Origin<'_>], document: &Document, length: usize) -> Option<Suspicion> {
    if length > WALL {
        return None;
    }
    let shown = spoken(document, length).to_lowercase();
    let sources: Vec<String> = pages.iter().map(marks::source_of).collect();
    let in_source = |words: &[String]| {
        sources
            .iter()
            .any(|source| words.iter().any(|word| source.contains(word)))
    };
    let in_text = |words: &[String]| words.iter().any(|word| shown.contains(word.as_str()));
    let went_to = |places: &[&str]| {
        pages.iter().any(|page| {
            let there = |url: &url::Url| {
                places
                    .iter()
                    .any(|place| url.as_str().to_ascii_lowercase().contains(place))
            };
            there(page.address) && !there(page.requested)
        })
    };
    let marks = &*MARKS;
    // What a page says of itself outweighs its source: many documents carry a captcha's script for their forms.
    let is_bare = length < EMPTY;
    if in_text(&marks.bot_wall.text) || (is_bare && in_source(&marks.bot_wall.source)) {
        return Some(Suspicion::BotWall);
    }
    if went_to(&[
        "/login",
        "/signin",
        "/sign-in",
        "/authwall",
        "/checkpoint",
        "/accounts/",
        "accounts.",
    ]) || (in_text(&marks.login_wall.text) && in_source(&marks.login_wall.source))
    {
        return Some(Suspicion::LoginWall);
    }
    if in_text(&marks.error_page.text) {
        return Some(Suspicion::ErrorPage);
    }
    if in_text(&marks.maintenance.text) {
        return Some(Suspicion::Maintenance);
    }
    if in_text(&marks.script_page.text) {
        return Some(Suspicion::ScriptPage);
    }
    let asks_consent = in_text(&marks.consent_wall.text) && in_source(&marks.consent_wall.source);
    (went_to(&["consent."]) || asks_consent).then_some(Suspicion::ConsentWall)
}

/// What a page says of itself: all of a brief text, else title and headings.
fn spoken(document: &Document, length: usize) -> String {
    let mut spoken = document.title.clone().unwrap_or_default();
    let headings = document
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Heading(_)));
    let text = (length <= BRIEF).then(|| document.to_text());
    for line in headings.map(|block| block.text.as_str()).chain(text.as_deref()) {
        spoken.push('\n');
        spoken.push_str(line);
    }
    spoken
}

/// Pages without a document in them.
fn nothing(pages: &[Origin<'_>], document: &Document, length: usize) -> Option<Suspicion> {
    let says_something = |block: &crate::analysis::document::Block| {
        !matches!(block.kind, BlockKind::Heading(_)) && block.text.chars().count() > 20
    };
    if length >= EMPTY && document.blocks.iter().any(says_something) {
        return None;
    }
    let scripted = |page: &Origin<'_>| {
        let source = marks::source_of(page);
        source.matches("<script").count() >= 2
            || ["id=\"root\"", "id=\"app\"", "id=\"__next\""]
                .iter()
                .any(|mark| source.contains(mark))
    };
    if pages.iter().any(scripted) {
        return Some(Suspicion::ScriptPage);
    }
    // A short notice is a document; a title alone is none.
    (length < EMPTY && !document.blocks.iter().any(says_something)).then_some(Suspicion::TitleOnly)
}

/// Texts that do not look like their own history.
fn unlike(document: &Document, length: usize, lang: Option<&str>, history: History<'_>) -> Option<Suspicion> {
    let (last, last_lang) = history.last?;
    if let (Some(lang), Some(before)) = (lang, last_lang)
        && lang != before
        && length > EMPTY
    {
        return Some(Suspicion::OtherLanguage);
    }
    let usual = median(history.lengths);
    // Lengths of texts are far below 2^52.
    #[allow(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
    if (length as f64) < usual as f64 * COLLAPSED {
        return Some(Suspicion::Collapsed);
    }
    are_unrelated(last, document).then_some(Suspicion::OtherDocument)
}

fn are_unrelated(old: &Document, new: &Document) -> bool {
    let hasher = RandomState::default();
    // Versions share nearly all their lines, which then have words enough in common: few of them need be read.
    let known: HashSet<&str, RandomState> = lines(old).collect();
    let (shared, own): (Vec<&str>, Vec<&str>) = lines(new).partition(|line| known.contains(line));
    let others = vocabulary(own.into_iter(), &hasher).len();
    let mut common = HashSet::<u64, RandomState>::default();
    let mut words = shared.into_iter().flat_map(|line| long_words(line, &hasher));
    if are_enough(0, others) || words.any(|word| common.insert(word) && are_enough(common.len(), common.len() + others))
    {
        return false;
    }
    let (old, new) = (vocabulary(lines(old), &hasher), vocabulary(lines(new), &hasher));
    let fewer = old.len().min(new.len());
    fewer >= TELLING && !are_enough(old.intersection(&new).count(), fewer)
}

fn lines(document: &Document) -> impl Iterator<Item = &str> {
    document.blocks.iter().flat_map(|block| block.text.lines())
}

/// Whether two texts of which the shorter has `fewer` words have that many in `common`.
fn are_enough(common: usize, fewer: usize) -> bool {
    #[allow(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
    let are_enough = common as f64 >= fewer as f64 * RELATED;
    are_enough
}

fn median(lengths: &[usize]) -> usize {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn vocabulary<'t>(lines: impl Iterator<Item = &'t str>, hasher: &'t RandomState) -> HashSet<u64, RandomState> {
    lines.flat_map(|line| long_words(line, hasher)).collect()
}

/// The long words of a text, by their hashes: the short ones are common to all texts of a language.
fn long_words<'t>(text: &'t str, hasher: &'t RandomState) -> impl Iterator<Item = u64> + 't {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 5);
    let is_lower = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.map(move |word| match is_lower(word) {
        true => hasher.hash_one(word),
        false => hasher.hash_one(word.to_lowercase()),
    })
}
