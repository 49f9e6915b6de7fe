use super::*;

fn stances(text: &str) -> Vec<Stance> {
    let detection = detect(&Document::from_markdown(text), Lexicon::builtin(), Some("en"));
    detection
        .findings
        .into_iter()
        .map(|finding| finding.stance)
        .filter(|stance| *stance != Stance::Mention)
        .collect()
}

#[test]
fn a_finding_says_why() {
    let text = Document::from_markdown("From 3 November 2025 we use your posts to train our AI models.");
    let finding = detect(&text, Lexicon::builtin(), Some("en")).findings.remove(0);
    assert_eq!(finding.dates, ["3 November 2025"]);
    assert!(
        finding
            .why
            .iter()
            .any(|reason| reason.concept == "data.content" && reason.words == "posts")
    );
    assert!(finding.concepts.contains(&"data.content".to_owned()));
}

#[test]
fn a_denial_is_no_claim_and_an_exception_undoes_it() {
    assert_eq!(
        stances("We do not use your files to train our models."),
        [Stance::Assurance]
    );
    assert_eq!(
        stances("We do not use your files to train our models unless you are on a free plan."),
        [Stance::Claim]
    );
    assert_eq!(
        stances("We delete logs; we never sell them; we train our AI on your posts."),
        [Stance::Claim]
    );
}

#[test]
fn a_word_inside_a_name_is_no_word_of_its_own() {
    let found = |text: &str| detect(&Document::from_markdown(text), Lexicon::builtin(), Some("pl")).findings;
    // "uczenie" is learning; an objection that has not been made denies nothing.
    assert_eq!(
        found("Korzystamy z uczenia maszynowego do ochrony kont.")[0].stance,
        Stance::Mention
    );
    assert_eq!(
        found("O ile nie wniesiesz sprzeciwu, na Twoich wpisach uczymy AI.")[0].stance,
        Stance::Claim
    );
}

#[test]
fn a_language_without_lexicon_is_not_understood() {
    let text = "ข้อมูลของคุณจะถูกใช้เพื่อฝึกโมเดลปัญญาประดิษฐ์ของเราและเพื่อปรับปรุงบริการของเราให้ดียิ่งขึ้นสำหรับทุกคน".repeat(3);
    let detection = detect(&Document::from_markdown(&text), Lexicon::builtin(), None);
    assert!(!detection.understood);
    assert!(detection.findings.is_empty());
}

#[test]
fn hostile_input_ends_in_no_finding() {
    for text in [
        "",
        "\u{0}\u{1}",
        "((((((((",
        &"train ".repeat(20_000),
        &"a".repeat(200_000),
    ] {
        detect(&Document::from_markdown(text), Lexicon::builtin(), None);
    }
}
