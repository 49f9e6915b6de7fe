//! Mail over SMTP (RFC 5321), with STARTTLS or implicit TLS (RFC 8314).

use std::error::Error;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{self, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message as Letter, Tokio1Executor};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::{DeliverError, failed, read_secret};
use crate::render::Message;
use crate::settings::{Email, Tls};

/// lettre's own time-out holds for the connection only: a server that falls silent later would hold us for ever.
const LIMIT: Duration = Duration::from_secs(60);

pub(super) async fn send(mail: &Email, message: &Message) -> Result<(), DeliverError> {
    let letter = letter(mail, message)?;
    let transport = transport(mail).await?;
    match timeout(LIMIT, transport.send(letter)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(explained(mail, &error)),
        Err(_) => {
            let what = format!(
                "{}:{} did not take the mail within {} s",
                mail.host,
                mail.port,
                LIMIT.as_secs()
            );
            Err(failed(false, what, "it is sent again later, with the same Message-ID"))
        }
    }
}

/// Connects, greets and logs in; sends nothing.
///
/// # Errors
/// What the server, or the way to it, does not take.
pub async fn try_mail(mail: &Email) -> Result<(), DeliverError> {
    let transport = transport(mail).await?;
    match timeout(LIMIT, transport.test_connection()).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Err(error)) => Err(explained(mail, &error)),
        Ok(Ok(false)) | Err(_) => {
            let what = format!("{}:{} does not answer", mail.host, mail.port);
            Err(failed(false, what, "look at `host`, `port` and `tls`"))
        }
    }
}

fn letter(mail: &Email, message: &Message) -> Result<Letter, DeliverError> {
    let mailbox = |address: &str| {
        let hint = "mend `from` and `to` of the channel in the watchlist";
        address
            .parse::<Mailbox>()
            .map_err(|error| failed(true, format!("`{address}`: {error}"), hint))
    };
    let from = mailbox(&mail.from)?;
    let thread = thread(&message.watch);
    let mut builder = Letter::builder()
        .from(from.clone())
        .subject(&message.subject)
        .date(message.written.into())
        .message_id(Some(format!("<{}>", message.id)))
        // All mails about a document hang on one that was never sent.
        .in_reply_to(thread.clone())
        .references(thread)
        .raw_header(raw("List-Id", list_id(&message.watch)))
        // Keeps holiday notices from answering (RFC 3834).
        .raw_header(raw("Auto-Submitted", "auto-generated".into()));
    for to in &mail.to {
        builder = builder.to(mailbox(to)?);
    }
    if let Some(recipient) = &message.recipient {
        let envelope = Envelope::new(Some(from.email), vec![mailbox(recipient)?.email]);
        let mend = "mend `from` and `to` of the channel in the watchlist";
        builder = builder.envelope(envelope.map_err(|error| failed(true, error.to_string(), mend))?);
    }
    let text = SinglePart::plain(message.text.clone());
    let built = match &message.html {
        Some(html) => builder.multipart(
            MultiPart::alternative()
                .singlepart(text)
                .singlepart(SinglePart::html(html.clone())),
        ),
        None => builder.singlepart(text),
    };
    built.map_err(|error| {
        failed(
            true,
            format!("cannot write the mail: {error}"),
            "look at the channel in the watchlist",
        )
    })
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn thread(watch: &str) -> String {
    let digest = Sha256::digest(watch.as_bytes());
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("<thread.{hex}@clausewatch.invalid>")
}

/// RFC 2919: `ebay/privacy` is `<ebay.privacy.clausewatch.invalid>`.
fn list_id(watch: &str) -> String {
    let is_plain = |sign: &char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
    let label: String = watch.replace('/', ".").chars().filter(is_plain).collect();
    format!("<{label}.clausewatch.invalid>")
}

async fn transport(mail: &Email) -> Result<AsyncSmtpTransport<Tokio1Executor>, DeliverError> {
    let parameters = || {
        let hint = "look at the machine's certificates (SSL_CERT_FILE, SSL_CERT_DIR)";
        TlsParameters::new(mail.host.clone())
            .map_err(|error| failed(false, format!("cannot set up TLS: {error}"), hint))
    };
    let tls = match mail.tls {
        Tls::Implicit => client::Tls::Wrapper(parameters()?),
        Tls::StartTls => client::Tls::Required(parameters()?),
        Tls::None => client::Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
        .port(mail.port)
        .tls(tls)
        .timeout(Some(LIMIT / 2))
        // The machine's name is nobody's business.
        .hello_name(ClientId::Domain("localhost".into()));
    if let (Some(user), Some(source)) = (&mail.user, &mail.password) {
        builder = builder.credentials(Credentials::new(user.clone(), read_secret(source.clone()).await?));
    }
    Ok(builder.build())
}

fn explained(mail: &Email, error: &lettre::transport::smtp::Error) -> DeliverError {
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !why.contains(&text) {
            why = format!("{why}: {text}");
        }
        cause = error.source();
    }
    let what = format!("{}:{}: {why}", mail.host, mail.port);
    let lower = why.to_lowercase();
    let hint = if lower.contains("starttls") {
        "the server offers no STARTTLS here: try `tls = \"implicit\"` and port 465"
    } else if lower.contains("certificate") || lower.contains("tls") {
        "the server's certificate is not trusted for this name, or it speaks another kind of TLS on this port: look at `host`, `port` and `tls`"
    } else if ["530", "534", "535", "auth"].iter().any(|mark| lower.contains(mark)) {
        "the server refuses the login: look at `user` and `password`"
    } else if error.is_permanent() {
        "the server refuses this mail: look at `from` and `to`"
    } else {
        "look at `host` and `port`; it is sent again later"
    };
    failed(error.is_permanent(), what, hint)
}
