//! Alerts by mail: the settings, and whether the server takes them.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tempfile::NamedTempFile;

use crate::cli::context::runtime;
use crate::deliver::try_mail;
use crate::watchlist::{Email, SecretSource, Tls};

/// Beside the watchlist.
pub(super) const PASSWORD_FILE: &str = "smtp-password";

#[derive(Debug, Args)]
#[command(next_help_heading = "Alerts by mail")]
pub(super) struct MailOptions {
    /// Where alerts are mailed to.
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// The mail server; else `smtp.` and the domain of the address. The port: 465, with starttls 587.
    #[arg(long, value_name = "HOST[:PORT]", requires = "email")]
    pub smtp: Option<String>,
    /// How the connection is protected.
    #[arg(long, value_enum, default_value = "implicit")]
    pub tls: Protection,
    /// The login; else the address, where there is a password.
    #[arg(long, value_name = "NAME", requires = "email")]
    pub smtp_user: Option<String>,
    /// The file with the password in its first line; it stays where it is.
    #[arg(long, value_name = "FILE", requires = "email")]
    pub password_file: Option<PathBuf>,
    /// Who the mails are from; else the same address.
    #[arg(long, value_name = "ADDRESS", requires = "email")]
    pub from: Option<String>,
    /// Do not connect to the mail server to try the settings.
    #[arg(long)]
    pub no_test: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Protection {
    /// TLS from the first byte.
    Implicit,
    /// TLS after a greeting.
    Starttls,
    /// None: on this machine only.
    None,
}

impl Protection {
    /// As the watchlist writes it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::Starttls => "starttls",
            Self::None => "none",
        }
    }

    pub(super) fn port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// A mail channel as it will be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MailSettings {
    pub host: String,
    pub port: u16,
    pub tls: Protection,
    pub from: String,
    pub to: String,
    pub user: Option<String>,
    /// As the watchlist names it.
    pub password_file: Option<String>,
}

/// The settings, and a password that is not written yet.
pub(super) type Tried = (MailSettings, Option<NamedTempFile>);

impl MailOptions {
    /// The settings that the options name, tried; `None` where no mail is wanted.
    pub(super) fn tried(&self, directory: &Path) -> Result<Option<Tried>, String> {
        let Some(to) = &self.email else { return Ok(None) };
        let (host, port) = split(self.smtp.as_deref().unwrap_or(&host_of(to)), self.tls)?;
        let password_file = self.password_file.as_deref().map(absolute).transpose()?;
        let settings = MailSettings {
            host,
            port,
            tls: self.tls,
            from: self.from.clone().unwrap_or_else(|| format!("clausewatch <{to}>")),
            to: to.clone(),
            user: self
                .smtp_user
                .clone()
                .or_else(|| password_file.as_ref().map(|_| to.clone())),
            password_file,
        };
        if !self.no_test {
            settings.connect(directory).map_err(|error| {
                format!("{error}\nnothing was written; `--no-test` writes the list without trying the server")
            })?;
        }
        Ok(Some((settings, None)))
    }
}

impl MailSettings {
    /// Connects, greets and logs in; sends nothing.
    pub(super) fn connect(&self, directory: &Path) -> Result<(), String> {
        let mail = Email {
            host: self.host.clone(),
            port: self.port,
            tls: match self.tls {
                Protection::Implicit => Tls::Implicit,
                Protection::Starttls => Tls::StartTls,
                Protection::None => Tls::None,
            },
            from: self.from.clone(),
            to: vec![self.to.clone()],
            user: self.user.clone(),
            password: self
                .password_file
                .as_ref()
                .map(|file| SecretSource::File(directory.join(file))),
        };
        runtime()?.block_on(try_mail(&mail)).map_err(|error| error.to_string())
    }
}

/// A password's file that ends with the program, unless it is kept.
pub(super) fn password_beside(directory: &Path, password: &str) -> Result<NamedTempFile, String> {
    let written = NamedTempFile::new_in(directory).and_then(|mut file| {
        writeln!(file, "{password}")?;
        Ok(file)
    });
    written.map_err(|error| format!("cannot write the password into {}: {error}", directory.display()))
}

/// What most providers call their server.
pub(super) fn host_of(address: &str) -> String {
    let domain = address.rsplit('@').next().unwrap_or_default();
    format!("smtp.{}", domain.trim_end_matches('>'))
}

pub(super) fn split(server: &str, tls: Protection) -> Result<(String, u16), String> {
    match server.rsplit_once(':') {
        None => Ok((server.to_owned(), tls.port())),
        Some((host, port)) => {
            let port = port
                .parse()
                .map_err(|_| format!("`{port}` is no port; write smtp.example.org:465"))?;
            Ok((host.to_owned(), port))
        }
    }
}

fn absolute(path: &Path) -> Result<String, String> {
    let path = path
        .canonicalize()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| format!("{}: the path is no UTF-8", path.display()))
}
