//! Alerts over HTTP: clausewatch's own JSON, or what ntfy, Slack, Matrix and Discord take.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

use super::{DeliverError, failed, read_secret};
use crate::render::{Message, clean_line, escape_markup};
use crate::settings::{Address, Template, Webhook};

const LIMIT: Duration = Duration::from_secs(30);
/// What of an answer is told of a failure.
const EXCERPT: usize = 200;
/// Characters of a text, before it is escaped: ntfy makes a file of more than 4096 bytes, Slack cuts, Discord refuses
/// more than 4096 characters and Matrix more than 64 KiB.
const CHAT_TEXT: usize = 1300;
/// Characters of a Discord description.
const DISCORD_LIMIT: usize = 4096;

/// Posts a message. A receiver knows a repeat by the header `X-Clausewatch-Id` (Matrix by its transaction).
pub(super) async fn post(webhook: &Webhook, message: &Message) -> Result<(), DeliverError> {
    let address = match &webhook.address {
        Address::Told(url) => url.clone(),
        Address::Secret(source) => {
            let told = read_secret(source.clone()).await?;
            // The parse error would print it.
            Url::parse(told.trim())
                .map_err(|_| failed(true, "the secret `url` is no web address", "mend the secret"))?
        }
    };
    let (method, address) = match &webhook.template {
        Template::Matrix { room } => (Method::PUT, transaction(address, room, message)?),
        _ => (Method::POST, address),
    };
    let body = body(&webhook.template, message).to_string();
    let client = Client::builder()
        .timeout(LIMIT)
        // An alert is told to whom the watchlist names, and to nobody else.
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("clausewatch/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| failed(false, format!("cannot set up HTTP: {error}"), LATER))?;
    let request = client
        .request(method, address)
        .header(CONTENT_TYPE, "application/json")
        .header("X-Clausewatch-Id", &message.id);
    let request = sealed(request, webhook, &body).await?;
    match request.body(body).send().await {
        Ok(response) => verdict(response).await,
        // The address may be a secret.
        Err(error) => Err(failed(
            false,
            format!("cannot reach the webhook: {}", causes(&error.without_url())),
            LATER,
        )),
    }
}

const LATER: &str = "look at `url`; it is sent again later, with the same id";

async fn sealed(mut request: RequestBuilder, webhook: &Webhook, body: &str) -> Result<RequestBuilder, DeliverError> {
    if let Some(source) = &webhook.secret {
        request = request.header(
            "X-Clausewatch-Signature",
            signature(&read_secret(source.clone()).await?, body),
        );
    }
    if let Some(source) = &webhook.token {
        request = request.header(AUTHORIZATION, format!("Bearer {}", read_secret(source.clone()).await?));
    }
    Ok(request)
}

/// `sha256=` and the HMAC-SHA256 of the body in hex, as GitHub signs.
fn signature(secret: &str, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // HMAC takes keys of every length.
        return String::new();
    };
    mac.update(body.as_bytes());
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256={hex}")
}

/// Matrix folds what comes twice under one transaction.
fn transaction(mut address: Url, room: &str, message: &Message) -> Result<Url, DeliverError> {
    let id = message.id.split('@').next().unwrap_or_default();
    match address.path_segments_mut() {
        Ok(mut path) => {
            path.pop_if_empty()
                .extend(["_matrix", "client", "v3", "rooms", room, "send", "m.room.message", id]);
        }
        Err(()) => {
            return Err(failed(
                true,
                "the `url` of the webhook has no path",
                "name the home server: `https://…`",
            ));
        }
    }
    Ok(address)
}

fn body(template: &Template, message: &Message) -> Value {
    let first = message.links.first().map(|link| link.url.as_str()).unwrap_or_default();
    let text = shortened(&message.text);
    match template {
        Template::Json => message.to_json(),
        Template::Ntfy { topic } => {
            let view = |link: &crate::render::Link| json!({ "action": "view", "label": link.label, "url": link.url });
            json!({ "topic": topic, "title": message.subject, "message": text, "click": first,
                "priority": if message.urgent { 5 } else { 3 }, "tags": ["warning"],
                "actions": message.links.iter().take(3).map(view).collect::<Vec<_>>() })
        }
        Template::Slack => {
            let links: Vec<String> = message
                .links
                .iter()
                .map(|link| {
                    format!(
                        "<{}|{}>",
                        escape_markup(&link.url).replace('|', "%7C"),
                        escape_markup(&link.label)
                    )
                })
                .collect();
            let text = format!(
                "*{}*\n{}\n{}",
                escape_markup(&message.subject),
                escape_markup(&text),
                links.join(" · ")
            );
            json!({ "text": text, "unfurl_links": false })
        }
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
                let line = format!("\n{}: <{}>", plain_markdown(&link.label), link.url);
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
        if matches!(sign, '*' | '_' | '~' | '|' | '`' | '>' | '[' | ']' | '\\' | '#') {
            plain.push('\\');
        }
        plain.push(sign);
    }
    plain
}

async fn verdict(response: Response) -> Result<(), DeliverError> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let pause = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let said: String = clean_line(&response.text().await.unwrap_or_default())
        .chars()
        .take(EXCERPT)
        .collect();
    let is_busy = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    let hint = match status.as_u16() {
        401 | 403 => "the receiver refuses the login: look at `token`",
        300..=399 => "the receiver sends elsewhere: name its address there as `url`",
        404 | 410 => "there is nothing at this address: look at `url`",
        _ if is_busy => LATER,
        _ => "the receiver does not understand it: look at `template`",
    };
    let mut error = failed(!is_busy, format!("the webhook answers {status} {said}"), hint);
    error.pause = pause.map(Duration::from_secs);
    Err(error)
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Link;

    fn message() -> Message {
        Message {
            id: "12@clausewatch.invalid".into(),
            subject: "A <b>".into(),
            text: "say *all* @everyone".into(),
            links: vec![Link {
                label: "The page".into(),
                url: "https://shop.example/?a=1&b=2".into(),
            }],
            urgent: true,
            ..Message::default()
        }
    }

    #[test]
    fn a_body_is_signed_as_rfc_4231_wants() {
        let signed = signature("Jefe", "what do ya want for nothing?");
        assert_eq!(
            signed,
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn what_a_page_says_is_markup_nowhere() {
        let slack = body(&Template::Slack, &message());
        assert_eq!(
            slack["text"],
            "*A &lt;b&gt;*\nsay *all* @everyone\n<https://shop.example/?a=1&amp;b=2|The page>"
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
                .starts_with("say \\*all\\*")
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
    }

    #[test]
    fn a_matrix_room_is_one_part_of_the_address() {
        let url = transaction(Url::parse("https://m.example/").unwrap(), "!a/b:m.example", &message()).unwrap();
        assert_eq!(
            url.path(),
            "/_matrix/client/v3/rooms/!a%2Fb:m.example/send/m.room.message/12"
        );
    }
}
