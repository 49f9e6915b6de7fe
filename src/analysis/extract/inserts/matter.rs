//! Whether a few words speak of what policies speak of.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::super::outline::{Outline, Place, Reason};
use crate::analysis::lexicon::PAGE_WORDS;

/// None only if the data is broken; then all stays.
static STEMS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PAGE_WORDS.matter.values().flatten()).ok());

/// Digits in a row of a postal code or a telephone number.
const NUMBER: usize = 5;

/// In what is shown of a part.
pub(super) fn is_in(outline: &Outline<'_>, place: Place) -> bool {
    is_of_policies(&words(outline.kept(place).filter_map(|inside| outline.text(inside))))
}

/// In the words of a button that was left out.
pub(super) fn is_label(outline: &Outline<'_>, control: Place) -> bool {
    let inside = control..outline.items[control].end();
    outline.items[control].dropped == Some(Reason::Control)
        && is_of_policies(&words(inside.filter_map(|inside| outline.text(inside))))
}

/// In lower case, each between spaces.
fn words<'h>(texts: impl Iterator<Item = &'h str>) -> String {
    let mut words = String::from(" ");
    for text in texts {
        for character in text.chars() {
            if character.is_alphanumeric() || matches!(character, '\'' | '’' | '-' | '@' | '§') {
                words.extend(character.to_lowercase());
            } else if !words.ends_with(' ') {
                words.push(' ');
            }
        }
        if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words
}

fn is_of_policies(words: &str) -> bool {
    let is_number = |run: &str| run.len() >= NUMBER;
    words.contains(['@', '§'])
        || words.split(|c: char| !c.is_ascii_digit()).any(is_number)
        || words.chars().any(is_of_another_script)
        || STEMS.as_ref().is_none_or(|stems| stems.is_match(words))
}

/// A letter of a script for which there are no words: from Hebrew to Georgian.
fn is_of_another_script(character: char) -> bool {
    ('\u{590}'..'\u{1100}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_told_from_what_else_a_site_says() {
        for text in [
            "You may object at any time.",
            "Wir löschen deine Fotos",
            "Vos données",
            "La loi, rien que la loi",
            "Turmgasse 4, 10115 Berlin",
            "Ask post@mill.example",
            "Not by AI.",
            "תנאים",
        ] {
            assert!(is_of_policies(&words([text].into_iter())), "{text}");
        }
        for text in [
            "Pub crawl on the hills",
            "Frisch eingetroffen: Wolle, 6,90 €",
            "Au bord de la Loire, chaque matin",
            "Nach drei Wochen war da Jörg",
        ] {
            assert!(!is_of_policies(&words([text].into_iter())), "{text}");
        }
    }
}
