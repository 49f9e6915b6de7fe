use super::*;
use crate::analysis::detect::detect;
use crate::analysis::document::Document;
use crate::analysis::lexicon::Lexicon;

fn judged(before: &[Finding], after: &[Finding], ledger: &Ledger) -> Vec<ClauseChange> {
    let read = |findings: &[Finding]| Detection {
        lang: Some("en".into()),
        understood: true,
        findings: findings.to_vec(),
        bystanders: Vec::new(),
    };
    compare(&read(before), &read(after), ledger, Lexicon::builtin())
}

fn findings(text: &str) -> Vec<Finding> {
    detect(&Document::from_markdown(text), Lexicon::builtin(), Some("en")).findings
}

fn events(before: &str, after: &str) -> Vec<Event> {
    let changes = judged(&findings(before), &findings(after), &Ledger::default());
    changes.into_iter().map(|change| change.event).collect()
}

#[test]
fn moving_and_rewrapping_is_no_news() {
    let (a, b) = ("We use your posts to train our AI.", "We keep logs for a month.");
    assert_eq!(
        events(&format!("{a}\n\n{b}"), &format!("{b}\n\n## 2. New heading\n\n{a}")),
        []
    );
}

#[test]
fn a_promise_that_shrank_to_a_mention_is_as_sure_as_it_was() {
    let mut after = findings("We do not use your posts to train our AI models.");
    let before = after.clone();
    after[0].stance = Stance::Mention;
    after[0].confidence = 0.5;
    after[0].text = "We do not use your posts to train our AI models today.".into();
    let told = judged(&before, &after, &Ledger::default());
    assert_eq!(
        (told[0].event, told[0].severity),
        (Event::AssuranceRemoved, Severity::Alert)
    );
}

#[test]
fn a_new_claim_is_told_and_a_dropped_condition_widens() {
    assert_eq!(
        events("We keep logs.", "We keep logs. We train our AI models on your posts."),
        [Event::ClaimAdded]
    );
    let before = "With your consent, we may use your posts to train our AI models.";
    assert_eq!(
        events(before, "We may use your posts to train our AI models."),
        [Event::ClaimWidened]
    );
}

#[test]
fn by_default_weakens_a_promise() {
    let before = "We do not train our models on your files.";
    assert_eq!(
        events(before, "By default, we do not train our models on your files."),
        [Event::AssuranceRemoved]
    );
}

#[test]
fn a_clause_of_the_ledger_is_returned_not_new() {
    let new = findings("We train our AI models on your posts.");
    let mut ledger = Ledger::default();
    ledger.record(&new, 1);
    let changes = judged(&[], &new, &ledger);
    assert!(changes[0].returned);
    assert_eq!(changes[0].why, ["was in this document before, and is back"]);
    assert_eq!(changes[0].severity, Severity::Notice);
}

#[test]
fn a_removal_counts_when_it_lasts_and_is_told_once() {
    let mut ledger = Ledger::default();
    ledger.record(&findings("We do not train our AI models on your posts."), 1);
    for _ in 1..Ledger::REMOVAL_VISITS {
        ledger.count_visit(2);
        assert!(ledger.take_lasting_removals().is_empty());
    }
    ledger.count_visit(2);
    let told = ledger.take_lasting_removals();
    assert_eq!(told[0].event, Event::AssuranceRemoved);
    ledger.count_visit(2);
    assert!(ledger.take_lasting_removals().is_empty());
}

#[test]
fn a_text_that_stands_twice_is_told_once() {
    let twice = "We train our AI models on your posts.\n\nWe train our AI models on your posts.";
    assert_eq!(events("We keep logs.", twice), [Event::ClaimAdded]);
}

#[test]
fn a_page_that_prints_its_text_a_second_time_says_nothing_new() {
    let once = "We train our AI models on your posts.";
    let twice = "We train our AI models on your posts.\n\n# From May\n\nWe train our AI models on your posts.";
    assert_eq!(events(once, twice), []);
    assert_eq!(events(twice, once), []);
    let mut ledger = Ledger::default();
    ledger.record(&findings(once), 1);
    assert_eq!(judged(&findings(once), &findings(twice), &ledger), []);
}

#[test]
fn a_clause_that_flaps_is_told_once_and_must_stay_away_longer_each_time() {
    let promise = findings("We do not use your messages to train AI models.");
    let mut ledger = Ledger::default();
    ledger.record(&promise, 1);
    let visits_until_told = |ledger: &mut Ledger| {
        (1..1000).find(|_| {
            ledger.count_visit(2);
            !ledger.take_lasting_removals().is_empty()
        })
    };
    assert_eq!(visits_until_told(&mut ledger), Some(3));
    assert!(judged(&[], &promise, &ledger)[0].returned);
    ledger.record(&promise, 3);
    assert_eq!(judged(&[], &promise, &ledger), [], "its return was told");
    ledger.entries[0].last_version = 1;
    assert_eq!(visits_until_told(&mut ledger), Some(12));
}

#[test]
fn that_a_claim_is_gone_is_told_twice_at_most_and_a_promise_each_time() {
    let told = |text: &str| -> Vec<usize> {
        let clause = findings(text);
        let mut ledger = Ledger::default();
        let mut stay = |version| {
            ledger.record(&clause, version);
            let gone = (0..60).map(|_| {
                ledger.count_visit(version + 1);
                ledger.take_lasting_removals().len()
            });
            gone.sum()
        };
        [1, 3, 5].map(&mut stay).to_vec()
    };
    assert_eq!(told("We use your posts to train our AI models."), [1, 1, 0]);
    assert_eq!(told("We do not train our AI models on your posts."), [1, 1, 1]);
}

#[test]
fn certainty_instead_of_possibility_widens() {
    assert_eq!(
        events(
            "We may use your posts to train our AI models.",
            "We use your posts to train our AI models."
        ),
        [Event::ClaimWidened]
    );
}

#[test]
fn a_plan_named_in_an_exception_or_dropped_from_a_promise_weakens_it() {
    let promise = "We do not use your files to train our models when you are on the plan Basic or Studio.";
    assert_eq!(
        events(promise, &promise.replace(" or Studio", "")),
        [Event::AssuranceRemoved]
    );
    let excepted = "We do not use your files to train our models except on the plan Basic.";
    assert_eq!(
        events(excepted, &excepted.replace("Basic", "Basic or Studio")),
        [Event::ClaimWidened]
    );
    assert_eq!(events(excepted, &excepted.replace("Basic", "Entry")), [], "renamed");
}

#[test]
fn a_clause_split_or_merged_is_no_news() {
    let whole = "We use your posts and your comments to train our AI models and to keep the service safe for all.";
    let merged = format!("{} {whole}", "To learn what people like,");
    assert_eq!(events(whole, &format!("{whole}\n\n{merged}")), []);
}

#[test]
fn a_translation_is_no_news_unless_it_says_more() {
    let read = |text: &str, lang: &str| detect(&Document::from_markdown(text), Lexicon::builtin(), Some(lang));
    let english = read("We use your posts to train our AI models.", "en");
    let german = read("Wir verwenden Ihre Beiträge, um unsere KI-Modelle zu trainieren.", "de");
    let silent = read("We keep logs.", "en");
    assert_eq!(compare(&english, &german, &Ledger::default(), Lexicon::builtin()), []);
    assert_eq!(
        compare(&silent, &german, &Ledger::default(), Lexicon::builtin())[0].event,
        Event::ClaimAdded
    );
}

#[test]
fn a_doubtful_finding_is_a_notice() {
    let changes = judged(&[], &findings("Our models are trained with care."), &Ledger::default());
    assert!(changes.iter().all(|change| change.severity == Severity::Notice));
}

#[test]
fn thousands_of_distinct_clauses_end_and_none_is_lost() {
    const MANY: usize = 2_500;
    let finding = findings("We use your posts to train our AI models.").remove(0);
    let distinct = |word: &str| -> Vec<Finding> {
        let numbered = |number| Finding {
            text: format!("We use your {word} {number} to train our AI models."),
            ..finding.clone()
        };
        (0..MANY).map(numbered).collect()
    };
    let (old, new) = (distinct("posts"), distinct("photos"));
    let mut ledger = Ledger::default();
    ledger.record(&old, 1);
    let changes = judged(&old, &new, &ledger);
    let added = changes.iter().filter(|change| change.event == Event::ClaimAdded);
    let removed = changes.iter().filter(|change| change.event == Event::ClaimRemoved);
    assert_eq!((added.count(), removed.count()), (MANY, MANY));
    assert_eq!(judged(&old, &old, &ledger), []);
}

#[test]
fn a_further_kind_of_data_widens_and_another_word_for_it_does_not() {
    let before = "We use your photos to train our AI models.";
    assert_eq!(
        events(before, &before.replace("photos", "photos and videos")),
        [Event::ClaimWidened]
    );
    assert_eq!(
        events(before, &before.replace("photos", "pictures")),
        [],
        "another word"
    );
}

#[test]
fn a_qualifier_narrows_a_promise_and_one_less_widens_a_claim() {
    let promise = "We do not use your files to train our models.";
    assert_eq!(
        events(promise, &promise.replace("your files", "your identifiable files")),
        [Event::AssuranceRemoved]
    );
    let claim = "We may use derived data about your posts to train our models.";
    assert_eq!(events(claim, &claim.replace("derived ", "")), [Event::ClaimWidened]);
}

#[test]
fn one_more_in_an_enumeration_widens_whatever_it_is() {
    let claim = "We use your posts, playlists and comments to train our models.";
    assert_eq!(
        events(claim, &claim.replace("playlists", "playlists, zines")),
        [Event::ClaimWidened]
    );
}

#[test]
fn a_qualifier_weakens_a_promise_wherever_it_stands() {
    let promise = "We never use your chat to train our models.";
    for weaker in [
        "We never knowingly use your chat to train our models.",
        "We never use your voice chat to train our models.",
        "We never use your chat on paid plans to train our models.",
        "We never use your chat in tournaments to train our models.",
        "We never use your chat to train our generalised models.",
    ] {
        assert_eq!(events(promise, weaker), [Event::AssuranceRemoved], "{weaker}");
    }
    let wider = "We never use your chat or your photos to train our models.";
    assert_eq!(events(promise, wider), [Event::AssuranceAdded]);
}

#[test]
fn a_party_dropped_from_an_enumeration_weakens_a_promise() {
    let promise = "We host your files; no model of ours, or of anyone else, learns from them.";
    let weaker = "We host your files; no model of anyone else learns from them.";
    assert_eq!(events(promise, weaker), [Event::AssuranceRemoved]);
}

#[test]
fn another_way_fewer_people_or_only_the_future_change_a_choice() {
    let choice = "You can keep your chats out of model training with the switch on the account page.";
    for changed in [
        choice.replace("with the switch on the account page", "by writing to us"),
        choice.replace("You can", "Subscribers can"),
        choice.replace(
            "page.",
            "page; what you wrote before you turned it is already trained on.",
        ),
    ] {
        assert_eq!(events(choice, &changed), [Event::ChoiceChanged], "{changed}");
    }
}

#[test]
fn a_new_promise_with_a_switch_gives_a_choice_too() {
    let promise = "We do not use your files to train our models unless you opt in";
    assert_eq!(
        events("We keep logs.", &format!("{promise} in your settings.")),
        [Event::AssuranceAdded, Event::ChoiceAdded]
    );
    assert_eq!(events("We keep logs.", &format!("{promise}.")), [Event::AssuranceAdded]);
}

#[test]
fn an_answer_that_turns_to_no_removes_the_choice() {
    let table = "| Purpose | Can you limit this? |\n|---|---|\n| For others to train AI models on your data | Yes |";
    assert_eq!(
        events(table, &table.replace("| Yes |", "| No |")),
        [Event::ChoiceRemoved]
    );
}

#[test]
fn the_same_words_about_other_data_are_a_new_claim() {
    let old = "Chats are saved. This data is used to improve our services, including training our AI models.";
    let new = format!(
        "{old}\n\n## Imports\n\nMemories you import are saved. This data is used as well to improve our services (including training our AI models)."
    );
    assert_eq!(events(old, &new), [Event::ClaimAdded]);
}

#[test]
fn a_limit_dropped_from_a_promise_weakens_it() {
    let promise = "We train our models on your files only with your consent.";
    assert_eq!(
        events(promise, &promise.replace(" only with your consent", "")),
        [Event::AssuranceRemoved]
    );
    let ban = "We do not use your files to train our models.";
    assert_eq!(
        events(ban, &ban.replace("models.", "models without your consent.")),
        [Event::AssuranceRemoved]
    );
}

#[test]
fn a_new_deadline_or_a_lost_link_changes_a_choice() {
    let choice = "You can opt out of the training of our models on your posts with this form within 30 days.";
    assert_eq!(events(choice, &choice.replace("30", "10")), [Event::ChoiceChanged]);
    let until = "You can object to the training of our models on your posts until 26 June.";
    assert_eq!(events(until, &until.replace("June", "May")), [Event::ChoiceChanged]);
    assert_eq!(events(until, &until.replace("26 June", "June 26")), [], "the same day");
    let linked = "You can opt out of the training of our models on your posts with [this form](https://a.example/x).";
    assert_eq!(
        events(linked, &linked.replace("[this form](https://a.example/x)", "this form")),
        [Event::ChoiceChanged]
    );
    let moved = linked.replace("a.example/x", "a.example/y");
    assert_eq!(events(linked, &moved), [], "another address of the form");
}

#[test]
fn the_same_claim_in_nouns_is_no_news() {
    let before = "We use your posts to train and validate our AI models.";
    let after = "We use your posts for the training and validation of our AI models.";
    assert_eq!(events(before, after), []);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]
    #[test]
    fn any_words_of_the_lexicon_are_compared_without_panic(
        before in proptest::collection::vec(proptest::sample::select(WORDS), 0..40),
        after in proptest::collection::vec(proptest::sample::select(WORDS), 0..40),
    ) {
        events(&before.join(" "), &after.join(" "));
    }
}

/// Words that concepts, scopes and blocks are made of.
const WORDS: &[&str] = &[
    "we",
    "you",
    "may",
    "not",
    "unless",
    "except",
    "use",
    "your",
    "posts,",
    "data",
    "to",
    "train",
    "our",
    "AI",
    "models.",
    "opt out",
    "only with your consent",
    "by default",
    "and",
    "or",
    "30",
    "(a)",
    "(ii)",
    ";",
    "\n\n- ",
    "\n\n# ",
    "\n\n| ",
    "|",
    "означает",
    "学習",
    "partners",
    "improve",
    "services",
    "?",
    "…",
    "\u{ad}",
    "[form](https://a.example)",
];

#[test]
fn a_kind_in_the_place_of_any_narrows_a_promise() {
    let of = |before: &str, after: &str| events(before, after);
    let any = "We do not use your sketches to train any AI models.";
    assert_eq!(
        of(any, "We do not use your sketches to train generative AI models."),
        [Event::AssuranceRemoved]
    );
    assert_eq!(of(any, "We do not use your sketches to train our AI models."), []);
    let out = "We use sketches to train our AI, but not those of artists in Iceland or Malta.";
    assert_eq!(
        of(
            out,
            "We use sketches to train our AI, but not those of artists in Malta."
        ),
        [Event::ClaimWidened]
    );
}

#[test]
fn a_service_that_leaves_its_own_promise_weakens_it() {
    let both = "Your sketches are not used by us or third parties to train AI models.";
    assert_eq!(
        events(both, "Your sketches are not used by third parties to train AI models."),
        [Event::AssuranceRemoved]
    );
    assert_eq!(
        events(
            both,
            "Your sketches are not used by third parties or us to train AI models."
        ),
        []
    );
}

#[test]
fn who_is_younger_counts_now() {
    let claim = |age: u8| format!("We use the sketches of members aged {age} or older to train our AI.");
    assert_eq!(events(&claim(18), &claim(16)), [Event::ClaimWidened]);
    assert_eq!(events(&claim(16), &claim(18)), []);
    let promise = |age: u8| format!("We never train AI models on sketches of anyone under {age}.");
    assert_eq!(events(&promise(16), &promise(13)), [Event::AssuranceRemoved]);
}

#[test]
fn a_promise_cut_in_two_promises_the_same() {
    let one = "Summaries come from a vendor abroad, which may not train its models on your photos.";
    let two = |data: &str| {
        format!("Summaries come from abroad. These vendors are not permitted to use your {data} to train models.")
    };
    assert_eq!(events(one, &two("photos")), []);
    assert!(events(one, &two("files")).contains(&Event::AssuranceRemoved));
}
