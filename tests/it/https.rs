//! A real TLS server, by OpenSSL: only one that the machine trusts is read.

use std::process::Command;

use crate::mail::certify;
use crate::part::{self, Part};
use crate::site::policy;
use crate::user::{User, run};

#[test]
fn a_server_whose_certificate_nobody_vouches_for_is_not_read() {
    if !part::program("openssl") {
        return;
    }
    let user = User::new("");
    certify(&user.path(""));
    user.write("privacy.html", &policy(""));
    let server = Part::start(
        Command::new("openssl")
            .args(["s_server", "-WWW", "-accept", "127.0.0.1:0"])
            .args(["-cert", "server.pem", "-key", "server.key"])
            .current_dir(user.path("")),
    );
    let port = loop {
        if let Some(address) = server.line().strip_prefix("ACCEPT 127.0.0.1:") {
            break address.to_owned();
        }
    };
    let watch = |host: &str| {
        let url = format!("https://{host}:{port}/privacy.html");
        format!("[[watch]]\nid = \"shop/privacy\"\nurl = \"{url}\"\nchannels = []\nfetch = \"http\"\nrobots = false\n")
    };
    user.write("watchlist.toml", &watch("localhost"));
    let untrusted = user.run("check");
    assert_eq!(untrusted.code, 2);
    assert!(untrusted.errors.contains("the connection is not safe"), "{untrusted:?}");

    user.write("none.pem", "");
    let bare = run(user
        .clausewatch("check")
        .env("SSL_CERT_FILE", user.path("none.pem"))
        .env_remove("SSL_CERT_DIR"));
    assert_eq!(bare.code, 2);
    assert!(
        bare.errors.contains("cannot set up TLS: ") && bare.errors.contains("`ca-certificates`"),
        "{bare:?}"
    );

    let trusting = || run(user.clausewatch("check").env("SSL_CERT_FILE", user.path("ca.pem")));
    let trusted = trusting();
    assert_eq!(trusted.code, 0, "{trusted:?}");
    assert!(trusted.errors.contains("first reading"), "{trusted:?}");

    user.write("watchlist.toml", &watch("127.0.0.1"));
    let wrong_name = trusting();
    assert_eq!(wrong_name.code, 2);
    assert!(
        wrong_name.errors.contains("the connection is not safe"),
        "{wrong_name:?}"
    );
}
