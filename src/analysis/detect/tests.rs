use super::*;
use crate::analysis::extract::extract;
use crate::analysis::page::Page;
use crate::watchlist::Reading;

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
fn what_is_listed_for_the_training_is_claimed_or_promised_item_by_item() {
    assert_eq!(
        stances("To train our AI we use:\n\n- your posts\n- voice recordings, unless you deleted them"),
        [Stance::Claim; 3]
    );
    assert_eq!(
        stances("We do not use the following to train our AI:\n\n- messages\n- photos"),
        [Stance::Assurance; 3]
    );
    for lead in [
        "You must not use the following to train AI:",
        "Before we train our AI, we remove:",
        "With AI that was trained on public data you can:",
        "Our AI is trained on licensed texts. It can help you to edit:",
    ] {
        let found = stances(&format!("{lead}\n\n- messages\n- photos"));
        assert!(found.len() <= 1, "{lead}: {found:?}");
    }
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

const GERMAN: &str = "## Datenschutz\n\nWir speichern Ihre Anschrift, damit wir Ihnen die Ware schicken können.\n\n\
    Ihre Beiträge fließen nicht in das Training unserer KI ein.\n\n\
    Wenn Sie Fragen haben, schreiben Sie uns; wir antworten innerhalb von zwei Wochen, und das Gespräch kostet Sie nichts, auch wenn Sie noch nie bei uns gekauft haben.\n\n";
const ENGLISH: &str = "## Privacy\n\nWe keep your address so that we can send you what you bought.\n\n\
    Your posts may be used to train our AI models.\n\n\
    If you have a question, write to us; we answer within two weeks, and it costs you nothing to ask what we hold on you, even if you have never bought anything from us.\n\n";
const FRENCH: &str = "## Vie privée\n\nNous gardons votre adresse pour vous envoyer ce que vous avez acheté.\n\n\
    Vous pouvez vous opposer à l'entraînement de nos modèles d'IA dans vos paramètres.\n\n\
    Si vous avez une question, écrivez-nous ; nous répondons sous deux semaines, et cela ne vous coûte rien, même si vous ne nous avez jamais rien acheté.\n\n";

#[test]
fn short_paragraphs_are_in_the_language_of_their_section() {
    let german_first = format!("{}{ENGLISH}", GERMAN.repeat(3));
    let page = Document::from_markdown(&german_first);
    let last = detect(&page, Lexicon::builtin(), None).findings.pop();
    assert_eq!(last.map(|finding| finding.stance), Some(Stance::Claim));
}

#[test]
fn a_page_in_several_languages_is_understood() {
    let page = Document::from_markdown(&format!("{GERMAN}{ENGLISH}{FRENCH}"));
    let detection = detect(&page, Lexicon::builtin(), None);
    let stances: Vec<Stance> = detection.findings.iter().map(|finding| finding.stance).collect();
    assert!(detection.understood);
    assert_eq!(stances, [Stance::Assurance, Stance::Claim, Stance::Choice]);
}

#[test]
fn hostile_input_ends_in_no_finding() {
    for text in [
        "",
        "\u{0}\u{1}",
        "((((((((",
        &"train ".repeat(20_000),
        &"a".repeat(200_000),
        &"train ai, ".repeat(20_000),
        &"学习模型".repeat(20_000),
        &"(a) train ai; ".repeat(10_000),
        &format!("# {}\n\n{}", "heading ".repeat(20_000), "We train. ".repeat(10_000)),
        &"[train ai](https://x.example) ".repeat(10_000),
    ] {
        detect(&Document::from_markdown(text), Lexicon::builtin(), None);
    }
}

#[test]
fn a_finding_names_who_trains() {
    let actor = |text: &str| {
        let document = Document::from_markdown(text);
        detect(&document, Lexicon::builtin(), Some("en")).findings[0].actor
    };
    assert_eq!(actor("We use your posts to train our AI models."), Some(Actor::Service));
    assert_eq!(
        actor("Our partners may use your posts to train their AI models."),
        Some(Actor::Partners)
    );
    assert_eq!(actor("Your posts are used to train AI models."), None);
}

#[test]
fn bans_on_partners_promise_and_bans_on_people_restrict() {
    assert_eq!(
        stances("Our vendors are prohibited from using your files to train their models."),
        [Stance::Assurance]
    );
    assert_eq!(
        stances("## Prohibited uses\n\n- scraping pages to train any AI model."),
        [Stance::Restriction]
    );
    assert_eq!(
        stances("You may not copy our texts, and we use your posts to train our AI models."),
        [Stance::Claim]
    );
}

#[test]
fn what_a_promise_excepts_in_a_list_is_a_claim() {
    let text = "We do not use your files to train our AI models, except:\n\n- files that you make public;";
    assert_eq!(stances(text), [Stance::Claim, Stance::Claim]);
}

#[test]
fn the_services_own_denial_is_a_promise_whatever_words_it_takes() {
    assert_eq!(
        stances("We don't use customer data to train our models."),
        [Stance::Assurance]
    );
    assert_eq!(
        stances("Acme may not use Customer Data to train its models."),
        [Stance::Assurance]
    );
    assert_eq!(
        stances("You may not use the service's output to train AI models."),
        [Stance::Restriction]
    );
}

#[test]
fn a_ban_holds_for_every_limb_of_its_sentence() {
    let limbs = "(i) copy tiles in bulk, by script or by hand; (ii) trace our map in order to draw another one; (iii) resell raw \
        results to anybody else; (iv) hide our name or our logo from those who look at the map; (v) use the results to train \
        or validate machine learning models; or (vi) run the interfaces in vehicles that drive by themselves.";
    assert_eq!(stances(&format!("Developers shall not {limbs}")), [Stance::Restriction]);
}

#[test]
fn people_who_are_trained_are_no_model() {
    assert_eq!(
        stances("Reviews are sorted by AI and read by volunteers, whom we train online."),
        []
    );
}

#[test]
fn a_choice_may_name_its_claim_by_section_and_letter() {
    let claim = "## 3.4 Purposes\n\na) direct marketing;\n\nb) training our AI models on your posts.";
    let choice = "You may object to the use under 3.4 b) in the portal.";
    assert_eq!(
        stances(&format!("{claim}\n\n## Rights\n\n{choice}")),
        [Stance::Claim, Stance::Choice]
    );
    assert_eq!(
        stances(&format!("{claim}\n\n## Rights\n\n{}", choice.replace("3.4 b", "3.4 a"))),
        [Stance::Claim]
    );
}

#[test]
fn what_was_said_before_is_used() {
    assert_eq!(
        stances("We collect snippets of what you type. This allows us to improve our models for each language."),
        [Stance::Claim]
    );
    assert_eq!(
        stances("The keyboard is free. This allows us to improve our models for each language."),
        []
    );
}

#[test]
fn a_denial_behind_the_topic_denies_the_data_it_stands_at() {
    for promise in [
        "Our models are trained only on synthetic data and never on customer data.",
        "Our models are trained on licensed texts, not on your uploads.",
        "We train our models without using your data.",
    ] {
        assert_eq!(stances(promise), [Stance::Assurance], "{promise}");
    }
    for claim in [
        "We train our models on your posts but not on your messages.",
        "We use your posts to train our models, and you have no say in it.",
    ] {
        assert_eq!(stances(claim), [Stance::Claim], "{claim}");
    }
}

#[test]
fn consent_that_people_give_binds_the_service() {
    assert_eq!(
        stances("Customer Data will not be used to train AI models without prior written consent."),
        [Stance::Assurance]
    );
    assert_eq!(
        stances("Content of the site may not be used to train AI models without prior written consent."),
        [Stance::Restriction]
    );
}

#[test]
fn an_answer_is_read_and_quoted_with_its_question() {
    let read = |answer: &str| {
        let text = format!("Do you train your AI on my photos? {answer}");
        let found = detect(&Document::from_markdown(&text), Lexicon::builtin(), Some("en")).findings;
        found
            .last()
            .map(|finding| (finding.stance, finding.text.clone()))
            .unwrap()
    };
    let (stance, text) = read("No.");
    assert_eq!(stance, Stance::Assurance);
    assert_eq!(text, "Do you train your AI on my photos? No.");
    assert_eq!(read("Yes, unless you turn it off.").0, Stance::Claim);
}

#[test]
fn further_data_for_the_purpose_just_named_is_a_claim() {
    let claim = "We use your posts to train our AI.";
    let stances = |next: &str| stances(&format!("{claim} {next}"));
    assert_eq!(
        stances("We may now also use your letters for this purpose."),
        [Stance::Claim; 2]
    );
    assert_eq!(
        stances("We never use your messages for this purpose."),
        [Stance::Claim, Stance::Assurance]
    );
}

#[test]
fn the_steps_below_a_finished_choice_are_no_choices() {
    let text = "You can opt out of the training of our AI on your posts.\n\n- Open the menu.\n- Choose a person.";
    assert_eq!(stances(text), [Stance::Choice]);
}

#[test]
fn an_assistant_is_known_by_its_name() {
    let stances = |text: &str| {
        let detection = detect(&Document::from_markdown(text), Lexicon::builtin(), Some("de"));
        let findings = detection.findings.into_iter().map(|finding| finding.stance);
        findings.filter(|stance| *stance != Stance::Mention).collect::<Vec<_>>()
    };
    let use_of_calls = "Anrufe verwenden wir, um unsere Mitarbeiter sowie Tilda zu schulen.";
    let assistant = "Abends hilft Ihnen unsere Sprachassistentin Tilda.";
    assert_eq!(stances(&format!("{use_of_calls}\n\n{assistant}")), [Stance::Claim]);
    assert_eq!(stances(use_of_calls), []);
    // "Our Tilda" is no name but a thing that is ours.
    let thing = "Unsere Tilda ist ein Saal.";
    assert_eq!(stances(&format!("{use_of_calls}\n\n{assistant}\n\n{thing}")), []);
}

#[test]
fn what_a_reservation_includes_is_no_claim() {
    let detection = detect(
        &Document::from_markdown(
            "Der Verlag behält sich Text und Data Mining vor. Dies umfasst auch die Verwendung zum Trainieren von KI.",
        ),
        Lexicon::builtin(),
        Some("de"),
    );
    assert_eq!(detection.findings[0].stance, Stance::Restriction);
}

#[test]
fn a_shop_with_an_assistant_is_no_ai_product() {
    let shop = "The shop's AI sorts offers. An AI chatbot answers first. Texts of sellers are made by AI.\n\n\
        We use your reviews to improve our services.";
    assert_eq!(stances(shop), []);
    let assistant = "The assistant is an AI. You write prompts, and the AI writes outputs. The AI may err.\n\n\
        We use your prompts to improve our services.";
    assert_eq!(stances(assistant), [Stance::Claim]);
}

#[test]
fn a_cell_answers_its_row_and_column() {
    let table = "| Purpose | Do we share? | Can you limit this? |\n|---|---|---|\n\
        | For others to train AI models on your data | Yes | Yes |";
    let found = detect(&Document::from_markdown(table), Lexicon::builtin(), Some("en")).findings;
    let choice = found.iter().find(|finding| finding.stance == Stance::Choice).unwrap();
    assert_eq!(
        choice.text,
        "Can you limit this?: For others to train AI models on your data: Yes"
    );
}

#[test]
fn explaining_names_the_nearest_rule_and_what_it_wants() {
    let text = Document::from_markdown("Training is fun.");
    let considered = explain(&text, Lexicon::builtin(), Some("en"));
    let (_, wants) = considered[0].nearest.as_ref().unwrap();
    assert!(!wants.is_empty());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "(train|ai|model|your|not|unless|;|\\(a\\)|学习|\n\n|- |\\PC| ){0,200}") {
        let document = Document::from_markdown(&text);
        let findings = detect(&document, Lexicon::builtin(), Some("en")).findings;
        for finding in &findings {
            proptest::prop_assert!(!finding.text.is_empty());
        }
    }
}

/// What a broken or hostile server sends: no line ends, no text, no UTF-8.
#[test]
fn a_giant_line_and_bytes_that_are_no_text_are_read_without_panic() {
    const SIZE: usize = 300_000;
    let sentence = "We use your posts to train our AI models, ";
    let giant = sentence.repeat(SIZE / sentence.len());
    let binary: Vec<u8> = (0..SIZE).map(|index| (index * index / 7 % 256) as u8).collect();
    let cut = [
        sentence.as_bytes(),
        &[0xc3, 0x28, 0xff, 0xfe, 0x00],
        sentence.as_bytes(),
    ]
    .concat();
    let read = |text: &str| detect(&Document::from_markdown(text), Lexicon::builtin(), None).findings;
    assert!(!read(&giant).is_empty());
    assert!(read(&"x".repeat(SIZE)).is_empty());
    assert!(read(&String::from_utf8_lossy(&binary)).is_empty());
    assert!(!read(&String::from_utf8_lossy(&cut)).is_empty());
    for body in [giant.into_bytes(), binary, cut] {
        let address = url::Url::parse("https://shop.example/terms").unwrap();
        // An error is an answer; a panic is none.
        if let Ok(document) = extract(&Page::from_file(address, body), &Reading::default()) {
            detect(&document, Lexicon::builtin(), None);
        }
    }
}

#[test]
fn what_a_reader_remembers_changes_no_verdict() {
    let calls = "Anrufe verwenden wir, um unsere Mitarbeiter sowie Tilda zu schulen.";
    let assistant = "Abends hilft Ihnen unsere Sprachassistentin Tilda.";
    let improves = "We use your prompts to improve our services.";
    let product = "The assistant is an AI. You write prompts, and the AI writes outputs. The AI may err.";
    let train = "train models on your posts";
    let mut reader = Reader::new(Lexicon::builtin());
    let mut counts = Vec::new();
    for (lang, text) in [
        ("de", calls.to_owned()),
        ("de", format!("{calls}\n\n{assistant}")),
        ("de", calls.to_owned()),
        ("en", improves.to_owned()),
        ("en", format!("{product}\n\n{improves}")),
        ("en", improves.to_owned()),
        ("en", format!("We may:\n\n- {train}")),
        ("en", format!("You may not:\n\n- {train}")),
        ("en", format!("| We may |\n| --- |\n| {train} |")),
        ("en", format!("We may\n\n{train}")),
        ("nl", format!("We may\n\n{train}")),
    ] {
        let document = Document::from_markdown(&text);
        let detection = reader.detect(&document, Some(lang));
        assert_eq!(detection, detect(&document, Lexicon::builtin(), Some(lang)), "{text}");
        let claims = detection
            .findings
            .iter()
            .filter(|finding| finding.stance == Stance::Claim);
        counts.push(claims.count());
    }
    // The same words, where the document around them makes them a claim and where it does not.
    assert_eq!(counts[..6], [0, 1, 0, 0, 1, 0]);
    assert_ne!(counts[6], counts[7]);
}

#[test]
fn whom_a_ban_bars_stands_before_it_or_behind() {
    let promise = [Stance::Assurance];
    assert_eq!(
        stances("Our contracts forbid model providers to train on your sketches."),
        promise
    );
    assert_eq!(stances("Acme may not use your sketches to train AI."), promise);
    let detect = |text: &str| detect(&Document::from_markdown(text), Lexicon::builtin(), Some("es")).findings;
    // An article is no name, and who reads is no partner.
    let users = detect("Los lectores no podrán usar sus copias para entrenar modelos de IA.");
    assert_eq!(users[0].stance, Stance::Restriction);
    let partners = detect("Nuestros contratos prohíben a los socios usar sus dibujos para entrenar modelos de IA.");
    assert_eq!(partners[0].stance, Stance::Assurance);
}

#[test]
fn people_who_only_give_do_not_train() {
    for text in [
        "Information you give may be used to build services, training our AI included.",
        "What you dictate helps our AI understand dialects.",
    ] {
        assert_eq!(stances(text), [Stance::Claim], "{text}");
    }
    assert_eq!(stances("You may use the service to train your own AI models."), []);
}

#[test]
fn with_another_verb_a_model_is_not_joined_to_what_staff_is_taught() {
    assert_eq!(
        stances("We follow your training plan and adapt the model to your pulse data."),
        []
    );
    assert_eq!(
        stances("We use your calls to train our staff and our virtual assistants."),
        [Stance::Claim]
    );
}

#[test]
fn a_way_to_write_is_no_data() {
    let sure = |text: &str| {
        let detection = detect(&Document::from_markdown(text), Lexicon::builtin(), Some("en"));
        let mut claims = detection
            .findings
            .into_iter()
            .filter(|finding| finding.stance == Stance::Claim);
        claims.any(|finding| finding.confidence >= 0.6)
    };
    assert!(!sure(
        "Write by e-mail, or try a language model fine-tuned on our own manuals."
    ));
    assert!(sure("We fine-tune a language model on your e-mails."));
}
