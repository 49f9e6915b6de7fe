//! A policy of our own to measure on, as Markdown and as the page of a usual site.

#![allow(dead_code, reason = "not every bench measures on both")]

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

/// A policy of so many sections, with the menus, scripts and markup of a usual page around them.
pub fn page(sections: usize) -> String {
    let mut html = String::from("<!doctype html><html lang=en><head><title>Privacy</title><style>");
    html.push_str(&".x1 { color: red; margin: 0 auto } ".repeat(200));
    html.push_str("</style></head><body><header><nav><ul>");
    html.push_str(
        &"<li class=\"menu-item menu-item-type\"><a href=\"/a?utm_source=menu\">Products</a></li>".repeat(80),
    );
    html.push_str("</ul></nav></header><main class=\"content page-content\"><h1>Privacy</h1>");
    for number in 0..sections {
        html.push_str(&format!(
            "<section class=\"block text-block\" id=\"s{number}\"><h2>{number}. What we collect</h2><p class=\"x1 x2\">We collect \
             the <strong>data</strong> that you give us when you open an account, and <a href=\"/p#{number}\">what we learn</a> \
             about how you use our services, on your phone &amp; elsewhere.</p><ul><li>your name,</li><li>your address,</li>\
             <li>your photos and messages.</li></ul><table><tr><th>Data</th><th>Kept for</th></tr><tr><td>Name</td><td>Two \
             years</td></tr></table></section>"
        ));
    }
    html.push_str("</main><footer><p>© The Company</p></footer><script>");
    html.push_str(&"window.x=window.x||[];x.push([1,2,3]);".repeat(500));
    html.push_str("</script></body></html>");
    html
}
