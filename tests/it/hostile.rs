//! A page that tries to steer the reader's terminal, mails, notifications and commands.

use crate::receiver::Receiver;
use crate::site::{Answer, Site};
use crate::user::{User, privacy};

/// Escapes of terminals, a new line in a header, turned writing, markup.
const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\nBcc: all@example.org\r\n\r\n\u{202e}desrever\u{2066} \
    &lt;img src=x onerror=alert(1)&gt; &lt;/title&gt; &lt;@everyone&gt;";

fn steers(text: &str) -> Option<char> {
    let is_plain = |sign: char| sign == '\n' || !sign.is_control();
    let turns = |sign: char| matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().find(|sign| !is_plain(*sign) || turns(*sign))
}

#[test]
fn nothing_of_a_page_steers_what_reads_of_it() {
    let (site, mail, hook) = (Site::start(), Receiver::smtp(), Receiver::http());
    site.put("/privacy", Answer::policy(""));
    let channels = format!(
        "[channel.email]\nhost = \"localhost\"\nport = {}\ntls = \"none\"\nfrom = \"a@example.org\"\nto = [\"b@example.org\"]\n\
         [channel.down]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{}/\"\ntemplate = \"slack\"\n",
        mail.port, hook.port
    );
    let user = User::new(&format!("{channels}{}", privacy(&site)));
    assert_eq!(user.run("check -q").code, 0);
    hook.answer(&format!("500 No\r\nx: y\r\n\r\n{EVIL}"));
    site.put(
        "/privacy",
        Answer::html(&crate::site::policy(&format!(
            "<h2>AI {EVIL}</h2><p>We use your photos {EVIL} to train our AI models.</p>\
             <p>You can <a href=\"javascript:alert(1)\">opt out of AI training {EVIL}</a>.</p>"
        ))),
    );
    let ran = user.run("check --color always");
    assert_eq!(ran.code, 1, "{ran:?}");
    for line in [
        "status shop/privacy",
        "outbox",
        "alerts",
        "alerts show 1",
        "object shop/privacy",
        "object shop/privacy --letter",
        "object shop/privacy --mailto",
        "show shop/privacy",
        "log shop/privacy",
        "diff shop/privacy",
        "clauses shop/privacy",
    ] {
        let ran = user.run(line);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        assert_eq!(steers(&ran.text), None, "{line}: {}", ran.text);
        assert_eq!(steers(&ran.errors), None, "{line}: {}", ran.errors);
    }
    assert!(user.run("outbox").text.contains("500"));
    let link = user.run("object shop/privacy --mailto").text;
    assert!(
        link.starts_with("mailto:?subject=") && !link.contains("&Bcc") && !link.contains("&bcc"),
        "{link}"
    );

    let got = mail.got().remove(0);
    let (head, _) = got.body.split_once("\r\n\r\n").unwrap();
    assert!(!head.to_lowercase().contains("\nbcc:") && head.is_ascii(), "{head}");
    let html = got.body.split("text/html").nth(1).unwrap();
    assert!(!html.contains("<img") && !html.contains("javascript:"), "{html}");

    let said = hook.got().remove(0).json()["text"].as_str().unwrap().to_owned();
    assert_eq!(steers(&said), None, "{said}");
    assert!(
        said.contains("&lt;@everyone&gt;") && !said.contains("<@everyone>"),
        "{said}"
    );
}
