//! What the words of classes, ids and the like tell of a part of a page.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::outline::{Outline, Place, Reason};

/// Words of classes and ids, and what they tell. All words of an entry must be there.
const NAMES: [(&[&str], Reason); 107] = [
    (&["nav"], Reason::Navigation),
    (&["navbar"], Reason::Navigation),
    (&["navigation"], Reason::Navigation),
    (&["menu"], Reason::Navigation),
    (&["submenu"], Reason::Navigation),
    (&["breadcrumb"], Reason::Navigation),
    (&["breadcrumbs"], Reason::Navigation),
    (&["pagination"], Reason::Navigation),
    (&["pager"], Reason::Navigation),
    (&["skip"], Reason::Navigation),
    (&["skiplink"], Reason::Navigation),
    (&["language", "selector"], Reason::Navigation),
    (&["language", "switcher"], Reason::Navigation),
    (&["language", "picker"], Reason::Navigation),
    (&["lang", "switcher"], Reason::Navigation),
    (&["locale", "selector"], Reason::Navigation),
    (&["locale", "picker"], Reason::Navigation),
    (&["sidebar"], Reason::Frame),
    (&["sidenav"], Reason::Navigation),
    (&["footer"], Reason::Frame),
    (&["masthead"], Reason::Frame),
    (&["pied", "page"], Reason::Frame),
    (&["fusszeile"], Reason::Frame),
    (&["topbar"], Reason::Frame),
    (&["cookie", "banner"], Reason::CookieBanner),
    (&["cookie", "bar"], Reason::CookieBanner),
    (&["cookie", "notice"], Reason::CookieBanner),
    (&["cookie", "consent"], Reason::CookieBanner),
    (&["cookie", "popup"], Reason::CookieBanner),
    (&["cookie", "modal"], Reason::CookieBanner),
    (&["cookies", "banner"], Reason::CookieBanner),
    (&["cookie", "msg"], Reason::CookieBanner),
    (&["cookie", "message"], Reason::CookieBanner),
    (&["cookie", "alert"], Reason::CookieBanner),
    (&["cookie", "overlay"], Reason::CookieBanner),
    (&["cookie", "wall"], Reason::CookieBanner),
    (&["axeptio"], Reason::CookieBanner),
    (&["consent", "banner"], Reason::CookieBanner),
    (&["consent", "sdk"], Reason::CookieBanner),
    (&["consent", "manager"], Reason::CookieBanner),
    (&["gdpr", "banner"], Reason::CookieBanner),
    (&["cookiebot"], Reason::CookieBanner),
    (&["cybotcookiebotdialog"], Reason::CookieBanner),
    (&["usercentrics"], Reason::CookieBanner),
    (&["didomi"], Reason::CookieBanner),
    (&["cookieconsent"], Reason::CookieBanner),
    (&["tarteaucitron"], Reason::CookieBanner),
    (&["share"], Reason::Extras),
    (&["sharing"], Reason::Extras),
    (&["social"], Reason::Extras),
    (&["sharedaddy"], Reason::Extras),
    (&["app", "badges"], Reason::Extras),
    (&["store", "badges"], Reason::Extras),
    (&["trustbadge"], Reason::Extras),
    (&["trustedshops"], Reason::Extras),
    (&["trusted", "badge"], Reason::Extras),
    (&["trusted", "shops"], Reason::Extras),
    (&["trustpilot"], Reason::Extras),
    (&["related"], Reason::Extras),
    (&["recommended"], Reason::Extras),
    (&["newsletter"], Reason::Extras),
    (&["subscribe"], Reason::Extras),
    (&["feedback"], Reason::Extras),
    (&["helpful"], Reason::Extras),
    (&["comment", "list"], Reason::Comments),
    (&["commentlist"], Reason::Comments),
    (&["comments", "area"], Reason::Comments),
    (&["comment", "respond"], Reason::Comments),
    (&["comments", "title"], Reason::Comments),
    (&["comments"], Reason::Extras),
    (&["relatedposts"], Reason::Extras),
    (&["likes", "widget"], Reason::Extras),
    (&["article", "votes"], Reason::Extras),
    (&["recent", "articles"], Reason::Extras),
    (&["more", "questions"], Reason::Extras),
    (&["popup"], Reason::Extras),
    (&["modal"], Reason::Extras),
    (&["promo"], Reason::Extras),
    (&["call", "to", "action"], Reason::Extras),
    (&["cta"], Reason::Extras),
    (&["teaser"], Reason::Extras),
    (&["testimonial"], Reason::Extras),
    (&["testimonials"], Reason::Extras),
    (&["trust", "badges"], Reason::Extras),
    (&["byline"], Reason::Extras),
    (&["article", "author"], Reason::Extras),
    (&["author", "bio"], Reason::Extras),
    (&["author", "box"], Reason::Extras),
    (&["ad", "slot"], Reason::Extras),
    (&["advert"], Reason::Extras),
    (&["advertisement"], Reason::Extras),
    (&["sponsored"], Reason::Extras),
    (&["outbrain"], Reason::Extras),
    (&["taboola"], Reason::Extras),
    (&["upsell"], Reason::Extras),
    (&["recommendations"], Reason::Extras),
    (&["trending"], Reason::Extras),
    (&["most", "read"], Reason::Extras),
    (&["most", "viewed"], Reason::Extras),
    (&["product", "slider"], Reason::Extras),
    (&["vote"], Reason::Extras),
    (&["votes"], Reason::Extras),
    (&["toast"], Reason::Extras),
    (&["toc"], Reason::Contents),
    (&["table", "of", "contents"], Reason::Contents),
    (&["visually", "hidden"], Reason::Hidden),
    (&["sr", "only"], Reason::Hidden),
];

/// The attributes that name an element: for its style, its tests, the editors of the site.
const NAMING: [&str; 10] = [
    "class",
    "id",
    "data-testid",
    "data-test-id",
    "data-test",
    "data-qa",
    "data-qa-id",
    "data-area",
    "data-component",
    "data-module",
];

/// What the names of an element tell of it.
pub(super) fn tell(outline: &Outline<'_>, place: Place) -> Option<Reason> {
    let words = known_words(outline, place);
    if words.is_empty() {
        return None;
    }
    let (_, reason) = NAMES.iter().find(|(all, _)| has(&words, all))?;
    Some(*reason)
}

fn has(words: &[&str], all: &[&str]) -> bool {
    all.iter().all(|word| words.contains(word))
}

static KNOWN: LazyLock<HashSet<&str, RandomState>> =
    LazyLock::new(|| NAMES.iter().flat_map(|(all, _)| *all).copied().collect());

/// Those words of its names that tell something: "CookieBanner__root" is cookie, banner.
fn known_words(outline: &Outline<'_>, place: Place) -> Vec<&'static str> {
    let Some(element) = outline.element(place) else {
        return Vec::new();
    };
    let mut words = Vec::new();
    let mut word = String::new();
    let values = element.attrs().filter(|(name, _)| NAMING.contains(&&***name));
    for (_, value) in values {
        let mut before_lower = false;
        for character in value.chars().take(400).chain([' ']) {
            let ends = !character.is_alphanumeric() || (before_lower && character.is_uppercase());
            if ends && !word.is_empty() {
                words.extend(KNOWN.get(word.as_str()));
                word.clear();
            }
            if character.is_alphanumeric() {
                match character.is_ascii() {
                    true => word.push(character.to_ascii_lowercase()),
                    false => word.extend(character.to_lowercase()),
                }
            }
            before_lower = character.is_lowercase();
        }
    }
    words
}
