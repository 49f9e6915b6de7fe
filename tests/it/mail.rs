//! A real SMTP server takes the mail, over TLS and with a login.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::part::{self, Part};
use crate::site::{Answer, Site};
use crate::user::{self, Ran, User, privacy};

pub struct Server {
    directory: TempDir,
    starttls: u16,
    implicit: u16,
    plain: u16,
    pub part: Part,
}

/// The Python that has aiosmtpd.
pub fn python() -> Option<String> {
    let named = std::env::var("CLAUSEWATCH_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    let found = Command::new(&named)
        .args(["-c", "import aiosmtpd"])
        .output()
        .is_ok_and(|output| output.status.success());
    part::is_there("aiosmtpd", found).then_some(named)
}

impl Server {
    pub fn start() -> Option<Self> {
        let python = python()?;
        if !part::program("openssl") {
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        certify(directory.path());
        let part = Part::start(
            Command::new(python)
                .args(["-W", "ignore"])
                .arg(part::file("smtpd.py"))
                .arg(directory.path()),
        );
        let ports: Vec<u16> = part.line().split(' ').map(|port| port.parse().unwrap()).collect();
        Some(Self {
            directory,
            starttls: ports[0],
            implicit: ports[1],
            plain: ports[2],
            part,
        })
    }

    fn file(&self, number: u32) -> PathBuf {
        self.directory.path().join(format!("{number}.eml"))
    }

    pub fn has_mail(&self, number: u32) -> bool {
        self.file(number).exists()
    }

    pub fn mail(&self, number: u32) -> String {
        std::fs::read_to_string(self.file(number)).unwrap()
    }

    /// Of the authority that vouches for the server.
    pub fn certificate(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    pub fn channel(&self) -> String {
        channel(self.starttls, "starttls")
    }

    /// As a user whose machine trusts the server.
    fn run(&self, user: &User, line: &str) -> Ran {
        user::run(user.clausewatch(line).env("SSL_CERT_FILE", self.certificate()))
    }
}

/// Mail over a port of this machine, with the password in the file `password`.
fn channel(port: u16, tls: &str) -> String {
    format!(
        "[channel.email]\nhost = \"localhost\"\nport = {port}\ntls = \"{tls}\"\n\
         from = \"clausewatch <watch@example.org>\"\nto = [\"me@example.org\"]\n\
         user = \"watch\"\npassword = {{ file = \"password\" }}\n"
    )
}

fn user(port: u16, tls: &str, watches: &str) -> User {
    let channel = channel(port, tls);
    let user = User::new(&format!("{channel}[defaults]\nchannels = [\"email\"]\n{watches}"));
    user.write("password", "s3cret\n");
    user
}

/// A CA, and a server of the name `localhost`.
pub fn certify(directory: &Path) {
    let openssl = |line: &str| {
        let output = Command::new("openssl")
            .args(line.split(' '))
            .current_dir(directory)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    std::fs::write(
        directory.join("leaf.ext"),
        "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n",
    )
    .unwrap();
    openssl("ecparam -name prime256v1 -genkey -noout -out ca.key");
    openssl(
        "req -x509 -new -key ca.key -days 2 -subj /CN=TestCA -addext basicConstraints=critical,CA:TRUE \
         -addext keyUsage=critical,keyCertSign,cRLSign -out ca.pem",
    );
    openssl("ecparam -name prime256v1 -genkey -noout -out server.key");
    openssl("req -new -key server.key -subj /CN=localhost -out server.csr");
    openssl(
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile leaf.ext -out server.pem",
    );
}

#[test]
fn a_test_alert_goes_over_every_kind_of_connection() {
    let Some(server) = Server::start() else { return };
    let watches = privacy(&Site::start());
    for (port, tls, seen) in [
        (server.starttls, "starttls", "mail tls True"),
        (server.implicit, "implicit", "mail tls True"),
        (server.plain, "none", "mail plain True"),
    ] {
        let ran = server.run(&user(port, tls, &watches), "test-alert");
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(server.part.line(), seen);
    }
    assert!(server.mail(1).contains("Auto-Submitted: auto-generated"));
}

#[test]
fn a_mail_that_cannot_be_sent_says_why_and_what_to_do() {
    let Some(server) = Server::start() else { return };
    let watches = privacy(&Site::start());
    let user = user(server.implicit, "implicit", &watches);
    let untrusted = user.run("test-alert");
    assert_eq!(untrusted.code, 2);
    assert!(untrusted.errors.contains("certificate is not trusted"), "{untrusted:?}");
    user.write("password", "a-wrong-one\n");
    let refused = server.run(&user, "-vv test-alert");
    assert_eq!(refused.code, 2);
    assert!(
        refused.errors.contains("refuses the login") && !refused.errors.contains("a-wrong-one"),
        "{refused:?}"
    );
    let closed = server.run(&self::user(1, "implicit", &watches), "test-alert");
    assert!(closed.errors.contains("look at `host` and `port`"), "{closed:?}");
}

#[test]
fn an_alert_that_found_no_server_arrives_later_as_a_mail_to_read() {
    let Some(server) = Server::start() else { return };
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let watches = |service: &str| {
        privacy(&site).replace("\"Shop\"", service)
            + "objection = { url = \"https://shop.example/ai\", deadline = \"2026-12-31\" }\n"
    };
    let user = user(1, "starttls", &watches("\"Shöp\""));
    assert_eq!(server.run(&user, "check -q").code, 0);
    site.put(
        "/privacy",
        Answer::policy("<h2>AI</h2><p>We use your photos to train our AI models.</p>"),
    );
    let ran = server.run(&user, "check -q");
    assert_eq!(ran.code, 1, "{ran:?}");
    let waiting = server.run(&user, "outbox").text;
    assert!(
        waiting.contains("email         now      1  shop/privacy") && waiting.contains("Connection refused"),
        "{waiting}"
    );
    let list = std::fs::read_to_string(user.path("watchlist.toml")).unwrap();
    user.write(
        "watchlist.toml",
        &list.replace("port = 1\n", &format!("port = {}\n", server.starttls)),
    );
    assert_eq!(server.run(&user, "outbox retry").code, 0);
    assert_eq!(server.part.line(), "mail tls True");
    let mail = server.mail(1);
    for part in [
        "Subject: =?utf-8?b?",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "@clausewatch.invalid>",
        "We use your photos to train our AI models.",
        "https://shop.example/ai",
        "31 December 2026",
    ] {
        assert!(mail.contains(part), "{part} is missing in\n{mail}");
    }
    assert_eq!(server.run(&user, "outbox").text, "Everything is delivered.\n");
}

#[test]
fn a_server_that_falls_silent_does_not_hold_it() {
    if !part::is_there(
        "the minute that this takes",
        std::env::var_os("CLAUSEWATCH_REAL").is_some(),
    ) {
        return;
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let ran = user(port, "starttls", &privacy(&Site::start())).run("test-alert");
    assert_eq!(ran.code, 2);
    assert!(ran.errors.contains("did not take the mail within 60 s"), "{ran:?}");
}
