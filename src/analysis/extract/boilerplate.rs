//! What on a page is no text of the document: by element, by role, by the words of its class and id.

use super::mass::Masses;
use super::outline::{Outline, Place, Reason};

/// Marks what is left out of the document. A part that holds much of the page's prose is kept whatever it is
/// called: losing the policy is worse than keeping a menu.
pub(super) fn mark(outline: &mut Outline<'_>) {
    let masses = Masses::of(outline);
    let whole = masses.of_subtree(0);
    let mut place = 0;
    while place < outline.items.len() {
        let verdict = verdict(outline, place).filter(|reason| match reason {
            Reason::NoText => true,
            Reason::CookieBanner => masses.of_subtree(place) * 2 < whole,
            Reason::Hidden => masses.of_subtree(place) < 200,
            _ => masses.of_subtree(place) * 4 < whole,
        });
        match verdict {
            Some(reason) => {
                outline.drop(place, reason);
                place = outline.items[place].end;
            }
            None => place += 1,
        }
    }
}

fn verdict(outline: &Outline<'_>, place: Place) -> Option<Reason> {
    let element = outline.element(place)?;
    let name = element.name();
    if NO_TEXT.contains(&name) {
        return Some(Reason::NoText);
    }
    if matches!(name, "html" | "body" | "main" | "article" | "h1") {
        return None;
    }
    by_role(outline, place, name)
        .or_else(|| by_words(outline, place, name))
        .or_else(|| by_hiding(outline, place))
}

const NO_TEXT: [&str; 25] = [
    "head", "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "audio", "video",
    "img", "picture", "input", "select", "textarea", "map", "meter", "progress", "datalist", "noembed", "noframes",
    "link", "rp",
];

fn by_role(outline: &Outline<'_>, place: Place, name: &str) -> Option<Reason> {
    let element = outline.element(place)?;
    let role = element.attr("role").unwrap_or_default();
    match (name, role) {
        ("nav", _) | (_, "navigation" | "menu" | "menubar" | "search" | "tree") => Some(Reason::Navigation),
        ("footer", _) | (_, "contentinfo" | "banner") => (!in_article(outline, place)).then_some(Reason::Frame),
        ("header", _) => (!in_article(outline, place) && !has_title(outline, place)).then_some(Reason::Frame),
        ("aside", _) | (_, "complementary") => Some(Reason::Frame),
        ("dialog", _) | (_, "dialog" | "alertdialog" | "tooltip" | "alert") => Some(Reason::Extras),
        ("button", _) | (_, "button") => is_bare_control(outline, place).then_some(Reason::Control),
        _ => None,
    }
}

fn in_article(outline: &Outline<'_>, place: Place) -> bool {
    outline
        .ancestors(place)
        .any(|above| matches!(outline.name(above), "main" | "article"))
}

fn has_title(outline: &Outline<'_>, place: Place) -> bool {
    (place..outline.items[place].end).any(|inside| outline.name(inside) == "h1")
}

/// A button that does something; one that opens a panel of the text is its heading.
fn is_bare_control(outline: &Outline<'_>, place: Place) -> bool {
    let Some(element) = outline.element(place) else {
        return false;
    };
    let opens = [
        "aria-expanded",
        "aria-controls",
        "data-toggle",
        "data-bs-toggle",
        "data-state",
    ];
    let is_heading = |place| {
        matches!(
            outline.name(place),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" | "dt" | "p"
        )
    };
    !opens.iter().any(|name| element.attr(name).is_some()) && !outline.ancestors(place).take(3).any(is_heading)
}

/// Words of classes and ids, and what they tell. All words of an entry must be there.
const WORDS: [(&[&str], Reason); 57] = [
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
    (&["topbar"], Reason::Frame),
    (&["cookie", "banner"], Reason::CookieBanner),
    (&["cookie", "bar"], Reason::CookieBanner),
    (&["cookie", "notice"], Reason::CookieBanner),
    (&["cookie", "consent"], Reason::CookieBanner),
    (&["cookie", "popup"], Reason::CookieBanner),
    (&["cookie", "modal"], Reason::CookieBanner),
    (&["cookies", "banner"], Reason::CookieBanner),
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
    (&["related"], Reason::Extras),
    (&["recommended"], Reason::Extras),
    (&["newsletter"], Reason::Extras),
    (&["subscribe"], Reason::Extras),
    (&["feedback"], Reason::Extras),
    (&["helpful"], Reason::Extras),
    (&["comments"], Reason::Extras),
    (&["popup"], Reason::Extras),
    (&["modal"], Reason::Extras),
    (&["promo"], Reason::Extras),
    (&["toast"], Reason::Extras),
    (&["toc"], Reason::Contents),
    (&["table", "of", "contents"], Reason::Contents),
    (&["visually", "hidden"], Reason::Hidden),
    (&["sr", "only"], Reason::Hidden),
];

fn by_words(outline: &Outline<'_>, place: Place, name: &str) -> Option<Reason> {
    if matches!(
        name,
        "a" | "p" | "li" | "td" | "th" | "h2" | "h3" | "h4" | "h5" | "h6" | "form"
    ) {
        let words = words(outline, place);
        return WORDS
            .iter()
            .filter(|(_, reason)| *reason == Reason::Hidden)
            .find(|(all, _)| has(&words, all))
            .map(|(_, r)| *r);
    }
    let words = words(outline, place);
    WORDS
        .iter()
        .find(|(all, _)| has(&words, all))
        .map(|(_, reason)| *reason)
}

fn has(words: &[String], all: &[&str]) -> bool {
    all.iter().all(|word| words.iter().any(|own| own == word))
}

/// The words of class, id and test id: "CookieBanner__root" is cookie, banner, root.
fn words(outline: &Outline<'_>, place: Place) -> Vec<String> {
    let Some(element) = outline.element(place) else {
        return Vec::new();
    };
    let mut words = Vec::new();
    for attribute in ["class", "id", "data-testid"] {
        let mut word = String::new();
        let mut before_lower = false;
        for character in element
            .attr(attribute)
            .unwrap_or_default()
            .chars()
            .take(400)
            .chain([' '])
        {
            if !character.is_alphanumeric() || (before_lower && character.is_uppercase()) {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            if character.is_alphanumeric() {
                word.extend(character.to_lowercase());
            }
            before_lower = character.is_lowercase();
        }
    }
    words
}

fn by_hiding(outline: &Outline<'_>, place: Place) -> Option<Reason> {
    let element = outline.element(place)?;
    let style = element.attr("style").unwrap_or_default();
    let hides = style.len() < 500 && {
        let style = style.replace(' ', "");
        style.contains("display:none") || style.contains("visibility:hidden")
    };
    let hidden = element.attr("hidden").is_some() || element.attr("aria-hidden") == Some("true") || hides;
    hidden.then_some(Reason::Hidden)
}
