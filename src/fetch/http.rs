//! One GET over HTTP, redirects followed by hand.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, DATE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
    RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode};
use rustls::ClientConfig;
use url::Url;

use super::address::{self, PublicOnly};
use super::{FetchError, Fetched, Limits, Line, Request, Traffic, error, freshness, refresh};
use crate::analysis::page::Page;

const KINDS: &str = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/markdown;q=0.8,text/plain;q=0.8,application/json;q=0.7,*/*;q=0.5";

/// Long enough for a host's next page.
const IDLE: Duration = Duration::from_secs(10);

pub(super) fn client(
    user_agent: &str,
    limits: &Limits,
    tls: ClientConfig,
    resolver: Option<PublicOnly>,
) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .user_agent(user_agent)
        .connect_timeout(limits.connect)
        .tls_backend_preconfigured(tls)
        .pool_idle_timeout(IDLE)
        // Followed by hand: each step's address is looked at.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false);
    match resolver {
        Some(resolver) => builder.dns_resolver(Arc::new(resolver)).build(),
        None => builder.build(),
    }
}

/// Follows redirects to a page. The validators go to the address asked for and to where it leads.
pub(super) async fn get(
    line: &Line,
    request: &Request<'_>,
    limits: &Limits,
    traffic: &Traffic,
) -> Result<Fetched, FetchError> {
    let mut address = request.url.clone();
    let mut moved = None;
    for _ in 0..=limits.redirects {
        // A resolver is not asked about addresses that are written as numbers.
        if !line.is_private && address::is_private_literal(&address) {
            return Err(error::of_private_address(request.url, &address));
        }
        traffic.count(&address);
        let sent = line.client.get(address.clone()).headers(headers(request)).send().await;
        let response = sent.map_err(|cause| error::of_request(&address, &cause))?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && request.validators != super::Validators::default() {
            return Ok(Fetched {
                page: None,
                moved,
                fresh_for: freshness::fresh_for(response.headers()),
            });
        }
        if !is_redirect(status) {
            let fetched = page(request.url, &address, moved.clone(), response, limits).await?;
            match fetched.page.as_deref().and_then(refresh::target) {
                Some(next) => address = next,
                None => return Ok(fetched),
            }
            continue;
        }
        let location = response
            .headers()
            .get(LOCATION)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let Some(location) = location else {
            return Err(error::of_bad_redirect(request.url, ""));
        };
        let next = address
            .join(&location)
            .ok()
            .filter(|next| matches!(next.scheme(), "http" | "https"));
        let next = next.ok_or_else(|| error::of_bad_redirect(request.url, &location))?;
        let so_far = moved.as_ref().unwrap_or(request.url) == &address;
        if so_far && matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT) {
            moved = Some(next.clone());
        }
        address = next;
    }
    Err(error::of_redirects(request.url, limits.redirects))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn headers(request: &Request<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name, value: Option<&str>| {
        if let Some(value) = value.and_then(|value| value.parse().ok()) {
            headers.insert(name, value);
        }
    };
    let languages = request.lang.map(|lang| format!("{lang},en;q=0.5,*;q=0.1"));
    set(ACCEPT, Some(KINDS));
    set(ACCEPT_LANGUAGE, languages.as_deref().or(Some("en,*;q=0.5")));
    set(IF_NONE_MATCH, request.validators.etag.as_deref());
    set(IF_MODIFIED_SINCE, request.validators.last_modified.as_deref());
    headers
}

/// Headers of an answer that is a challenge: Cloudflare's, AWS WAF's, DataDome's.
const CHALLENGES: [&str; 3] = ["cf-mitigated", "x-amzn-waf-action", "x-datadome"];

async fn page(
    requested: &Url,
    address: &Url,
    moved: Option<Url>,
    mut response: Response,
    limits: &Limits,
) -> Result<Fetched, FetchError> {
    let status = response.status().as_u16();
    if let Some(error) = error::of_status(address, status, retry_after(response.headers())) {
        let is_challenge = CHALLENGES.iter().any(|name| response.headers().contains_key(*name));
        return Err(if is_challenge { error.of_challenge() } else { error });
    }
    let (headers, fresh_for) = (kept(response.headers()), freshness::fresh_for(response.headers()));
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    let mut body = Vec::with_capacity(announced.unwrap_or_default().min(limits.bytes));
    // After decoding, chunk by chunk: a small answer may unpack to gigabytes.
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|cause| error::of_request(address, &cause))?
    {
        if body.len() + chunk.len() > limits.bytes {
            return Err(error::of_size(address, limits.bytes));
        }
        body.extend_from_slice(&chunk);
    }
    let page = Some(Box::new(Page {
        requested: requested.clone(),
        address: address.clone(),
        status,
        headers,
        body,
    }));
    Ok(Fetched { page, moved, fresh_for })
}

/// The headers that say something of the document; cookies and the like are nobody's business later.
fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let wanted = [
        "content-type",
        "content-language",
        ETAG.as_str(),
        LAST_MODIFIED.as_str(),
        DATE.as_str(),
    ];
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .filter(|(name, _)| wanted.contains(&name.as_str()))
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect()
}

/// Seconds, or a date against the server's own clock (RFC 9110, 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = DateTime::parse_from_rfc2822(text).ok()?;
    let date = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
    (moment - date).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_until_a_date() {
        let after = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, "Mon, 21 Apr 2025 09:00:00 GMT".parse().unwrap());
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers).map(|pause| pause.as_secs())
        };
        assert_eq!(after("120"), Some(120));
        assert_eq!(after("Mon, 21 Apr 2025 10:00:00 GMT"), Some(3600));
        assert_eq!(after("soon"), None);
    }
}
