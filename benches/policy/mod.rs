//! A policy of our own to measure on, as Markdown and as the page of a usual site.

/// What a policy says between the clauses that matter.
const PARAGRAPHS: &[&str] = &[
    "We keep your name, your address and what you ordered for as long as the law of your country asks us to. Then we \
     delete it, unless a claim of yours is still open, and we tell you so.",
    "When you visit our pages, our servers write down the time, the page, the kind of your device and the address from \
     which it asked. We read these records only when something is broken or when somebody attacks us.",
    "Our partners who send your parcels receive your name and address, and nothing else. They may use them for the \
     delivery alone, and must delete them after a month.",
    "You may ask us for a copy of what we hold about you, have it corrected, or have it erased. Write to our data \
     protection officer; the answer comes within a month and costs nothing.",
    "We use artificial intelligence to sort the questions that reach our help desk, and a person reads every answer.",
    "We may use what you publish in our forum to train and improve our language models. You can object in your settings.",
];

/// At least so many bytes of Markdown.
pub fn markdown(size: usize) -> String {
    let mut text = String::from("# Privacy policy\n\n");
    for number in 1.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&format!("## {number}. How we treat what you give us\n\n"));
        for paragraph in PARAGRAPHS {
            text.push_str(paragraph);
            text.push_str("\n\n");
        }
        text.push_str(
            "We use your information to:\n\n- send you what you bought;\n- answer you;\n- improve our search.\n\n",
        );
    }
    text
}
