//! Mail over SMTP (RFC 5321), with STARTTLS or implicit TLS (RFC 8314).

use std::error::Error;
use std::time::Duration;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message as Letter, Tokio1Executor};
use tokio::time::timeout;

use super::{DeliverError, failed};
use crate::render::Message;
use crate::settings::{SecretSource, secret};

/// Where and how mail is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub protection: Protection,
    pub from: String,
    pub to: Vec<String>,
    pub user: Option<String>,
    /// Read for each mail anew, so that a mended one is taken at once; never held.
    pub password: Option<SecretSource>,
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    Implicit,
    StartTls,
    /// Loopback only; the watchlist refuses it elsewhere.
    None,
}

/// lettre's own time-out holds for the connection only: a server that falls silent later would hold us for ever.
const LIMIT: Duration = Duration::from_secs(60);

pub(super) async fn send(mail: &Mail, message: &Message) -> Result<(), DeliverError> {
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

fn letter(mail: &Mail, message: &Message) -> Result<Letter, DeliverError> {
    let mailbox = |address: &str| {
        let hint = "mend `from` and `to` of the channel in the watchlist";
        address
            .parse::<Mailbox>()
            .map_err(|error| failed(true, format!("`{address}`: {error}"), hint))
    };
    let mut builder = Letter::builder()
        .from(mailbox(&mail.from)?)
        .subject(&message.subject)
        .message_id(Some(format!("<{}>", message.id)))
        .header(AutoSubmitted);
    for to in &mail.to {
        builder = builder.to(mailbox(to)?);
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

/// Keeps holiday notices from answering (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

async fn transport(mail: &Mail) -> Result<AsyncSmtpTransport<Tokio1Executor>, DeliverError> {
    let parameters = || {
        let hint = "look at the machine's certificates (SSL_CERT_FILE, SSL_CERT_DIR)";
        TlsParameters::new(mail.host.clone())
            .map_err(|error| failed(false, format!("cannot set up TLS: {error}"), hint))
    };
    let tls = match mail.protection {
        Protection::Implicit => Tls::Wrapper(parameters()?),
        Protection::StartTls => Tls::Required(parameters()?),
        Protection::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
        .port(mail.port)
        .tls(tls)
        .timeout(Some(LIMIT / 2))
        // The machine's name is nobody's business.
        .hello_name(ClientId::Domain("localhost".into()));
    if let (Some(user), Some(source)) = (&mail.user, &mail.password) {
        builder = builder.credentials(Credentials::new(user.clone(), password(source.clone()).await?));
    }
    Ok(builder.build())
}

async fn password(source: SecretSource) -> Result<String, DeliverError> {
    let read = tokio::task::spawn_blocking(move || secret(&source)).await;
    match read {
        Ok(Ok(password)) => Ok(password),
        Ok(Err(error)) => Err(failed(false, error.what, error.hint)),
        Err(error) => Err(failed(
            false,
            format!("cannot read the password: {error}"),
            "it is tried again later",
        )),
    }
}

fn explained(mail: &Mail, error: &lettre::transport::smtp::Error) -> DeliverError {
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
