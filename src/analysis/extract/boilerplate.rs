//! What on a page is no text of the document: by element, by role, by the words of its class and id.

use super::mass::Masses;
use super::outline::{Outline, Place, Reason};

/// Marks what is left out of the document. A part that holds much of the page's prose is kept whatever it is
/// called: losing the policy is worse than keeping a menu.
pub(super) fn mark(outline: &mut Outline<'_>) {
    mark_textless(outline);
    let masses = Masses::of(outline);
    let whole = masses.of_subtree(0);
    let named = marked(outline, &masses, verdict);
    let lost: usize = named.iter().map(|(place, _)| masses.of_subtree(*place)).sum();
    // Names that are everywhere are no names: styling frameworks put "menu" or "toc" on any element.
    let named = if lost * 3 < whole {
        named
    } else {
        marked(outline, &masses, by_role)
    };
    for (place, reason) in named {
        outline.drop(place, reason);
    }
}

type Verdict = fn(&Outline<'_>, &Masses, Place) -> Option<Reason>;

fn marked(outline: &Outline<'_>, masses: &Masses, verdict: Verdict) -> Vec<(Place, Reason)> {
    let whole = masses.of_subtree(0);
    let mut found = Vec::new();
    let mut place = 0;
    while let Some(item) = outline.items.get(place) {
        if item.dropped.is_some() {
            place = item.end;
            continue;
        }
        let mass = masses.of_subtree(place);
        let verdict = verdict(outline, masses, place).filter(|reason| match reason {
            Reason::CookieBanner => whole - mass >= LEAST || mass * 2 < whole,
            Reason::Hidden => mass < 200,
            _ => mass * 4 < whole,
        });
        place = match verdict {
            Some(reason) => {
                found.push((place, reason));
                item.end
            }
            None => place + 1,
        };
    }
    found
}

/// A page with fewer characters of prose beside its cookie banner is nothing but the banner.
const LEAST: usize = 300;

/// Scripts are text to the parser; they must be gone before prose is measured.
fn mark_textless(outline: &mut Outline<'_>) {
    for place in 0..outline.items.len() {
        if NO_TEXT.contains(&outline.name(place)) {
            outline.drop(place, Reason::NoText);
        }
    }
}

fn verdict(outline: &Outline<'_>, masses: &Masses, place: Place) -> Option<Reason> {
    by_role(outline, masses, place)
        .or_else(|| by_words(outline, masses, place))
        .or_else(|| by_hiding(outline, place))
}

const NO_TEXT: [&str; 25] = [
    "head", "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "audio", "video",
    "img", "picture", "input", "select", "textarea", "map", "meter", "progress", "datalist", "noembed", "noframes",
    "link", "rp",
];

fn by_role(outline: &Outline<'_>, _masses: &Masses, place: Place) -> Option<Reason> {
    let element = outline.element(place)?;
    let role = element.attr("role").unwrap_or_default();
    match (element.name(), role) {
        ("html" | "body" | "main" | "article" | "h1", _) => None,
        ("nav", _) | (_, "navigation" | "menu" | "menubar" | "search" | "tree") => Some(Reason::Navigation),
        ("footer", _) | (_, "contentinfo" | "banner") => (!in_article(outline, place)).then_some(Reason::Frame),
        ("header", _) => (!in_article(outline, place) && !has_title(outline, place)).then_some(Reason::Frame),
        ("aside", _) | (_, "complementary") => Some(Reason::Frame),
        ("dialog", _) | (_, "dialog" | "alertdialog") if speaks_of_cookies(outline, place) => {
            Some(Reason::CookieBanner)
        }
        ("dialog", _) | (_, "dialog" | "alertdialog" | "tooltip" | "alert") => Some(Reason::Extras),
        ("button", _) | (_, "button") => is_bare_control(outline, place).then_some(Reason::Control),
        _ => None,
    }
}

/// The word is the same in all languages that have the law.
fn speaks_of_cookies(outline: &Outline<'_>, place: Place) -> bool {
    let end = outline.items[place].end;
    let texts = (place..end).filter_map(|inside| outline.text(inside));
    texts
        .filter(|text| text.to_lowercase().contains("cookie"))
        .take(2)
        .count()
        == 2
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

fn by_words(outline: &Outline<'_>, masses: &Masses, place: Place) -> Option<Reason> {
    let name = outline.element(place)?.name();
    if matches!(name, "html" | "body" | "main" | "article" | "h1") {
        return None;
    }
    let words = words(outline, place);
    let (_, reason) = WORDS.iter().find(|(all, _)| has(&words, all))?;
    let is_text = matches!(
        name,
        "a" | "p" | "li" | "td" | "th" | "h2" | "h3" | "h4" | "h5" | "h6" | "form"
    );
    let (text, linked) = masses.text(place);
    let fits = match reason {
        Reason::Hidden | Reason::CookieBanner => true,
        Reason::Contents => linked * 10 > text * 6,
        Reason::Navigation | Reason::Frame => linked * 10 > text * 4 || text < 150,
        _ => true,
    };
    (fits && (!is_text || *reason == Reason::Hidden)).then_some(*reason)
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
            let ends = !character.is_alphanumeric() || (before_lower && character.is_uppercase());
            if ends && !word.is_empty() {
                words.push(std::mem::take(&mut word));
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
