//! The language of a page, of its blocks, and by its tag.

use std::fs;
use std::path::Path;

use clausewatch::analysis::detect::{Stance, detect};
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;

/// Texts of one language, from its test set.
fn texts(lang: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/languages/{lang}.jsonl"));
    let lines = fs::read_to_string(&path).unwrap();
    let text = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["text"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    lines.lines().map(text).collect()
}

fn told(markdown: &str, declared: Option<&str>) -> Option<String> {
    let mut document = Document::from_markdown(markdown);
    document.lang = declared.map(str::to_owned);
    detect(&document, Lexicon::builtin(), None).lang
}

#[test]
fn every_language_is_told_by_a_few_of_its_clauses() {
    for lang in Lexicon::builtin().languages() {
        for few in texts(lang).chunks(8) {
            let page = few.join("\n\n");
            assert_eq!(told(&page, None).as_deref(), Some(lang), "{page}");
        }
    }
}

#[test]
fn between_near_relations_the_pages_own_word_decides() {
    for lang in ["cs", "sk", "hr", "sl", "da", "nb"] {
        for few in texts(lang).chunks_exact(3) {
            let page = few.join("\n\n");
            assert_eq!(told(&page, Some(lang)).as_deref(), Some(lang), "{page}");
        }
    }
    // A page that only says that it is English stays German.
    let german = texts("de").join("\n\n");
    assert_eq!(told(&german, Some("en-US")).as_deref(), Some("de"));
}

#[test]
fn a_tag_with_a_region_or_of_a_relation_is_understood() {
    let german = Document::from_markdown("Wir trainieren unsere KI mit Ihren Beiträgen.");
    let detection = detect(&german, Lexicon::builtin(), Some("de-AT"));
    assert!(detection.understood);
    assert_eq!(detection.lang.as_deref(), Some("de"));
    assert_eq!(detection.findings[0].stance, Stance::Claim);
}

#[test]
fn a_section_in_another_language_is_read_in_it() {
    let english = "We may use the posts that you publish and the conversations that you have with the assistant in order to \
                   train our artificial intelligence models, and this section of the notice is given in English for those \
                   of our visitors who would not otherwise be able to read what it says about them.";
    let page = format!("{}\n\n{english}", texts("ga")[20..].join("\n\n"));
    let detection = detect(&Document::from_markdown(&page), Lexicon::builtin(), None);
    assert_eq!(detection.lang.as_deref(), Some("ga"));
    assert!(detection.findings.iter().any(|finding| finding.text == english));
}

#[test]
fn a_long_block_of_a_language_that_passes_for_another_stays_its_pages() {
    // A general identifier of languages takes Maltese for Italian.
    let claim = "Nistgħu nużaw il-kontenut li tippubblika fuq il-pjattaforma, il-messaġġi li tibgħat lill-assistent, ir-ritratti \
                 li ttella' u l-informazzjoni dwar kif tuża s-servizz biex inħarrġu u ntejbu l-mudelli tagħna tal-intelliġenza \
                 artifiċjali u dawk tas-sħab tagħna.";
    let page = format!("{}\n\n{claim}", texts("mt").join("\n\n"));
    let detection = detect(&Document::from_markdown(&page), Lexicon::builtin(), None);
    let finding = detection.findings.iter().find(|finding| finding.text == claim).unwrap();
    assert_eq!(finding.stance, Stance::Claim);
}
