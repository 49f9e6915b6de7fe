use super::*;

fn of(markdown: &str) -> Vec<Clause> {
    clauses(&Document::from_markdown(markdown), &["e.g.".to_owned()]).collect()
}

#[test]
fn items_carry_the_words_before_their_list() {
    let found = of("You may not:\n\n- resell it;\n- train models on it.\n\nWe use logs.");
    assert_eq!(found[2].text, "train models on it.");
    assert_eq!(found[2].lead_in.as_deref(), Some("You may not:"));
    assert_eq!(found[3].lead_in, None);
}

#[test]
fn a_sentence_right_before_a_list_leads_it_in() {
    let found = of("次の目的で利用します。\n\n- 学習");
    assert_eq!(found[1].lead_in.as_deref(), Some("次の目的で利用します。"));
}

#[test]
fn items_written_as_paragraphs_keep_their_lead_in() {
    let found = of("You must not:\n\n(a) copy it; or\n\n(b) train on it.");
    assert_eq!(found[2].lead_in.as_deref(), Some("You must not:"));
}

#[test]
fn a_numbered_section_leads_in_its_letters_but_not_the_next_section() {
    let found =
        of("3.4 You agree, namely:\n\n(a) to pay;\n\n(b) to our training on it.\n\n3.5 We bill you.\n\n(a) by card.");
    let lead_ins: Vec<Option<&str>> = found.iter().map(|clause| clause.lead_in.as_deref()).collect();
    let section = Some("3.4 You agree, namely:");
    assert_eq!(lead_ins, [None, section, section, None, None]);
    let within = of("4.2 You may not:\n\n4.2.1 train on it.\n\n4.3 Fees");
    assert_eq!(within[1].lead_in.as_deref(), Some("4.2 You may not:"));
    assert_eq!(within[2].lead_in, None);
    let after = of("This licence is:\n\n1. yours;\n\n5.3 You must not:\n\n1. train on it.");
    assert_eq!(after[3].lead_in.as_deref(), Some("5.3 You must not:"));
}

#[test]
fn nested_items_carry_both_lead_ins() {
    let found = of("We use data to:\n\n- improve:\n  - our models;\n- bill you.");
    assert_eq!(found[2].lead_in.as_deref(), Some("We use data to: improve:"));
    assert_eq!(found[3].lead_in.as_deref(), Some("We use data to:"));
}

#[test]
fn cells_carry_their_column_and_row() {
    let found = of("| Why | Data |\n| --- | --- |\n| To train models | Your posts |");
    assert_eq!(found[3].text, "Your posts");
    assert_eq!(found[3].lead_in.as_deref(), Some("Data: To train models"));
}

#[test]
fn abbreviations_and_section_numbers_end_no_sentence() {
    let texts: Vec<String> = of("12. We use tools, e.g. Models. We train.")
        .into_iter()
        .map(|c| c.text)
        .collect();
    assert_eq!(texts.last().unwrap(), "We train.");
    assert!(texts.iter().any(|text| text.contains("e.g. Models.")));
}

#[test]
fn a_date_is_not_cut_after_its_day() {
    let texts = |text| -> Vec<String> { of(text).into_iter().map(|clause| clause.text).collect() };
    let german = "Widersprechen Sie bis zum 12. Dezember in den Einstellungen.";
    assert_eq!(texts(german), [german]);
    assert_eq!(texts("Od 21. Dubna 2025 platí nové podmínky.").len(), 1);
    assert_eq!(texts("See Section 12. We train models.").len(), 2);
}

#[test]
fn a_long_enumeration_is_cut_and_keeps_its_head() {
    let filler = "words and more words ".repeat(20);
    let found = of(&format!("We may use data to (a) bill you {filler}, (b) train models."));
    assert_eq!(found.last().unwrap().text, "(b) train models.");
    assert_eq!(found.last().unwrap().lead_in.as_deref(), Some("We may use data to"));
}

#[test]
fn a_piece_of_a_long_sentence_keeps_its_opening() {
    let filler = "words and more words ".repeat(8);
    let found = of(&format!(
        "We may use your posts to: send {filler}; show {filler}; train models."
    ));
    assert_eq!(found.last().unwrap().text, "train models.");
    assert_eq!(
        found.last().unwrap().lead_in.as_deref(),
        Some("We may use your posts to:")
    );
}

#[test]
fn a_long_lead_in_keeps_its_start_and_its_end() {
    let filler = "words and more words ".repeat(40);
    let found = of(&format!(
        "You may not {filler} for the purpose of:\n\n- training models."
    ));
    let lead_in = found.last().unwrap().lead_in.clone().unwrap();
    assert!(lead_in.starts_with("You may not") && lead_in.ends_with("for the purpose of:"));
    assert!(lead_in.len() < 450);
}

#[test]
fn a_lead_without_end_is_not_repeated_with_each_item() {
    let found = of(&format!("{}. {}", "(".repeat(30_000), "(a) word ".repeat(10_000)));
    let kept: usize = found
        .iter()
        .map(|clause| clause.text.len() + clause.lead_in.as_ref().map_or(0, String::len))
        .sum();
    assert!(kept < 2_000_000, "{kept}");
}

#[test]
fn a_plural_in_brackets_is_no_enumerator() {
    let filler = "words and more words ".repeat(20);
    let found = of(&format!(
        "We use feedback to improve our model(s) and {filler} our page(s) too."
    ));
    assert_eq!(found.len(), 1);
}

#[test]
fn links_follow_their_clause() {
    let found = of("One. You can [opt out](https://x.example/o) here.");
    let link = &found[1].links[0];
    assert_eq!(&found[1].text[link.start as usize..link.end as usize], "opt out");
}

#[test]
fn headings_form_a_path() {
    let found = of("# A\n\n## B\n\nText.\n\n## C\n\nMore.");
    assert_eq!(*found.last().unwrap().heading, ["A", "C"]);
}
