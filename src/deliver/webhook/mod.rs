//! Alerts over HTTP: clausewatch's own JSON, or what ntfy, Slack, Matrix and Discord take.

mod body;

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Method, RequestBuilder, Response};
use sha2::Sha256;
use url::Url;

use self::body::body;
use super::{DeliverError, failed, read_secret};
use crate::render::{Message, clean_line};
use crate::settings::{Address, Template, Webhook};

const LIMIT: Duration = Duration::from_secs(30);
/// What of an answer is told of a failure.
const EXCERPT: usize = 200;

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

    #[test]
    fn a_body_is_signed_as_rfc_4231_wants() {
        let signed = signature("Jefe", "what do ya want for nothing?");
        assert_eq!(
            signed,
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_matrix_room_is_one_part_of_the_address() {
        let message = Message {
            id: "12@clausewatch.invalid".into(),
            ..Message::default()
        };
        let url = transaction(Url::parse("https://m.example/").unwrap(), "!a/b:m.example", &message).unwrap();
        assert_eq!(
            url.path(),
            "/_matrix/client/v3/rooms/!a%2Fb:m.example/send/m.room.message/12"
        );
    }
}
