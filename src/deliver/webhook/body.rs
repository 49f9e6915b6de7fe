//! What ntfy, Slack, Matrix and Discord take: an alert as each of them shows it, of which nothing is markup of theirs.

use serde_json::{Value, json};

use crate::render::{Link, Message, escape_markup};
use crate::settings::Template;

/// Characters of a text, before it is escaped: ntfy makes a file of more than 4096 bytes, Slack cuts, Discord refuses
/// more than 4096 characters and Matrix more than 64 KiB.
const CHAT_TEXT: usize = 1300;
/// Characters of a Discord description.
const DISCORD_LIMIT: usize = 4096;
/// Characters of Slack's headers and of its other texts.
const SLACK_HEADER: usize = 150;
const SLACK_SECTION: usize = 3000;

pub(super) fn body(template: &Template, message: &Message) -> Value {
    let first = message.links.first().map(|link| link.url.as_str()).unwrap_or_default();
    let text = shortened(&message.text);
    match template {
        Template::Json => message.to_json(),
        Template::Ntfy { topic } => {
            let view = |link: &Link| json!({ "action": "view", "label": link.label, "url": link.url });
            json!({ "topic": topic, "title": message.subject, "message": text, "click": first,
                "priority": if message.urgent { 5 } else { 3 }, "tags": ["warning"],
                "actions": message.links.iter().take(3).map(view).collect::<Vec<_>>() })
        }
        Template::Slack => slack(message, &text),
        Template::Matrix { .. } => {
            let links: Vec<String> = message
                .links
                .iter()
                .map(|link| {
                    format!(
                        "<a href=\"{}\">{}</a>",
                        escape_markup(&link.url),
                        escape_markup(&link.label)
                    )
                })
                .collect();
            let html = format!(
                "<strong>{}</strong><br>{}<br>{}",
                escape_markup(&message.subject),
                escape_markup(&text).replace('\n', "<br>"),
                links.join(" · ")
            );
            json!({ "msgtype": "m.text", "body": format!("{}\n{text}\n{first}", message.subject),
                "format": "org.matrix.custom.html", "formatted_body": html,
                // A clause that says @room calls nobody.
                "m.mentions": {} })
        }
        Template::Discord => {
            let mut description = plain_markdown(&text);
            for link in &message.links {
                let line = format!("\n{}: <{}>", plain_markdown(&link.label), link.url.replace('>', "%3E"));
                if description.chars().count() + line.chars().count() <= DISCORD_LIMIT {
                    description.push_str(&line);
                }
            }
            json!({ "username": "clausewatch", "content": plain_markdown(&message.subject),
                "embeds": [{ "description": description }],
                // A clause that says @everyone calls nobody.
                "allowed_mentions": { "parse": [] } })
        }
    }
}

/// In blocks, as only they can show text plainly: Slack has no escape for `*`, `_`, `~` and backticks. `text` is for
/// notifications, and for those who take what Slack takes but know no blocks.
fn slack(message: &Message, text: &str) -> Value {
    let plain = |text: &str, limit| json!({ "type": "plain_text", "emoji": false, "text": slack_plain(text, limit) });
    let link = |link: &Link| {
        // Inside a link nothing could be said plainly, and `|` would end the address.
        let label = link.label.replace(['*', '_', '~', '`', '|'], " ");
        let address = link.url.replace('|', "%7C");
        let whole = |text: &str| slack_plain(text, SLACK_SECTION);
        format!("<{}|{}>", whole(&address), whole(&label))
    };
    let links: Vec<String> = message.links.iter().map(link).collect();
    let links = links.join(" · ");
    let (title, text) = (plain(&message.subject, SLACK_HEADER), plain(text, SLACK_SECTION));
    let mut blocks = vec![
        json!({ "type": "header", "text": title }),
        json!({ "type": "section", "text": text }),
    ];
    // Cut, a link would be none.
    if (1..=SLACK_SECTION).contains(&links.chars().count()) {
        blocks.push(json!({ "type": "section", "text": { "type": "mrkdwn", "verbatim": true, "text": links } }));
    }
    let [title, text] = [title, text].map(|part| part["text"].as_str().unwrap_or_default().to_owned());
    json!({ "text": format!("{title}\n{text}\n{links}"), "mrkdwn": false, "blocks": blocks, "unfurl_links": false })
}

/// With the three signs written otherwise that Slack wants so, and no others.
fn slack_plain(text: &str, limit: usize) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut left = limit;
    for sign in text.chars() {
        let mut told = [0; 4];
        let told = match sign {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => &*sign.encode_utf8(&mut told),
        };
        let length = told.chars().count();
        if length > left {
            break;
        }
        left -= length;
        plain.push_str(told);
    }
    plain
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(CHAT_TEXT) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a page says is no markup.
fn plain_markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '*' | '_' | '~' | '|' | '`' | '<' | '>' | '[' | ']' | '\\' | '#') {
            plain.push('\\');
        }
        plain.push(sign);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "12@clausewatch.invalid".into(),
            subject: "A <b>".into(),
            text: "say *all* \"_now_\" `x` <!channel> @everyone".into(),
            links: vec![Link {
                label: "The page".into(),
                url: "https://shop.example/?a=1&b=2".into(),
            }],
            urgent: true,
            ..Message::default()
        }
    }

    #[test]
    fn what_a_page_says_is_markup_nowhere() {
        let slack = body(&Template::Slack, &message());
        assert_eq!(
            (&slack["text"], &slack["mrkdwn"]),
            (
                &json!(
                    "A &lt;b&gt;\nsay *all* \"_now_\" `x` &lt;!channel&gt; @everyone\n<https://shop.example/?a=1&amp;b=2|The page>"
                ),
                &json!(false)
            )
        );
        let blocks = slack["blocks"].as_array().unwrap();
        let kinds: Vec<&Value> = blocks.iter().map(|block| &block["text"]["type"]).collect();
        assert_eq!(kinds, ["plain_text", "plain_text", "mrkdwn"]);
        assert_eq!(
            blocks[2]["text"]["text"],
            "<https://shop.example/?a=1&amp;b=2|The page>"
        );
        let matrix = body(&Template::Matrix { room: "!a:b".into() }, &message());
        assert!(
            matrix["formatted_body"]
                .as_str()
                .unwrap()
                .starts_with("<strong>A &lt;b&gt;</strong>")
        );
        assert_eq!(matrix["m.mentions"], json!({}));
        let discord = body(&Template::Discord, &message());
        assert_eq!(discord["allowed_mentions"]["parse"], json!([]));
        assert!(
            discord["embeds"][0]["description"]
                .as_str()
                .unwrap()
                .starts_with("say \\*all\\* \"\\_now\\_\" \\`x\\` \\<!channel\\>")
        );
    }

    #[test]
    fn no_text_is_longer_than_a_service_takes() {
        let link = |url: String| Link {
            label: "[The page]".into(),
            url,
        };
        let long = Message {
            text: "学*".repeat(4000),
            links: vec![
                link("https://a.example/".into()),
                link(format!("https://{}", "b".repeat(4000))),
            ],
            ..message()
        };
        let topic = "me".into();
        let ntfy = body(&Template::Ntfy { topic }, &long);
        assert!(ntfy["message"].as_str().unwrap().len() <= 4096);
        let discord = body(&Template::Discord, &long);
        let description = discord["embeds"][0]["description"].as_str().unwrap();
        assert!(description.chars().count() <= DISCORD_LIMIT);
        assert!(
            description.ends_with("\n\\[The page\\]: <https://a.example/>"),
            "{description}"
        );
        let slack = body(&Template::Slack, &long);
        assert!(
            slack["text"].as_str().unwrap().contains("…\n<https://a.example/|"),
            "{slack}"
        );
        let loud = Message {
            subject: "&".repeat(200),
            text: "&".repeat(4000),
            ..message()
        };
        let blocks = &body(&Template::Slack, &loud)["blocks"];
        let length = |at: usize| blocks[at]["text"]["text"].as_str().unwrap().len();
        assert_eq!((length(0), length(1)), (SLACK_HEADER, SLACK_SECTION));
    }
}
