//! Killed at any moment (SIGKILL), it loses nothing and says nothing twice.

use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::time::Instant;

use crate::part::{PATIENCE, Part};
use crate::site::{Answer, Site};
use crate::user::{User, privacy};

const CLAIM: &str = "<p>We use your photos to train our AI models.</p>";

/// The mail goes to a port of this machine.
fn mailing(site: &Site, port: u16) -> String {
    format!(
        "[channel.email]\nhost = \"localhost\"\nport = {port}\ntls = \"none\"\nfrom = \"watch@example.org\"\n\
         to = [\"me@example.org\"]\n[defaults]\nchannels = [\"email\"]\n{}",
        privacy(site)
    )
}

fn count(user: &User, line: &str, list: &str) -> usize {
    let ran = user.run(&format!("{line} --format json"));
    let json: serde_json::Value = serde_json::from_str(&ran.text).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    json[list].as_array().unwrap().len()
}

#[test]
fn while_a_page_is_fetched() {
    let site = Site::start();
    site.put("/privacy", Answer::Silence);
    let user = User::new(&format!("{}channels = []\nrobots = false\n", privacy(&site)));
    let check = Part::start(&mut user.clausewatch("check"));
    site.wait_for("/privacy");
    check.signal("KILL");
    assert_eq!(check.end(), None);
    assert_eq!(user.run("verify").text, "The state is whole.\n");
    site.put("/privacy", Answer::policy(""));
    assert_eq!(user.run("check").code, 0);
    assert_eq!(count(&user, "log shop/privacy", "versions"), 1);
}

#[test]
fn while_the_mail_server_takes_its_time() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let user = User::new(&mailing(&site, server.local_addr().unwrap().port()));
    assert_eq!(user.run("check").code, 0);
    site.put("/privacy", Answer::policy(CLAIM));
    let check = Part::start(&mut user.clausewatch("check"));
    let (sender, connected) = channel();
    std::thread::spawn(move || {
        // Held open and silent until the test ends.
        let connection = server.accept();
        let _ = sender.send(());
        std::thread::park();
        drop(connection);
    });
    connected.recv_timeout(PATIENCE).unwrap();
    check.signal("KILL");
    assert_eq!(check.end(), None);
    assert_eq!(count(&user, "alerts", "alerts"), 1);
    assert_eq!(count(&user, "outbox", "messages"), 1, "it waits to be sent");
    user.write("watchlist.toml", &mailing(&site, 1));
    assert_eq!(user.run("check").code, 0, "the same page is no news");
    assert_eq!(count(&user, "outbox", "messages"), 1);
}

#[test]
fn at_any_moment_of_a_round() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let list = mailing(&site, 1);
    let (killed, spared) = (User::new(&list), User::new(&list));
    killed.run("check");
    spared.run("check");
    let claims = [
        "photos",
        "messages",
        "voice recordings",
        "location data",
        "contacts",
        "search history",
    ];
    let mut text = String::new();
    // Where all parts must be there is time for more than 200 deaths.
    let deaths = if std::env::var_os("CLAUSEWATCH_REAL").is_some() {
        34
    } else {
        4
    };
    let mut seed: u32 = 1;
    for claim in claims {
        text.push_str(&CLAIM.replace("photos", claim));
        site.put("/privacy", Answer::policy(&text));
        let begun = Instant::now();
        spared.run("check");
        let length = begun.elapsed();
        for _ in 0..deaths {
            let check = Part::start(&mut killed.clausewatch("check"));
            // A random part of a round (Numerical Recipes, the quick generator), however long one is here.
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            std::thread::sleep(length.mul_f64(f64::from(seed) / f64::from(u32::MAX)));
            check.signal("KILL");
            check.end();
        }
        killed.run("check");
        for (line, list) in [
            ("log shop/privacy", "versions"),
            ("alerts", "alerts"),
            ("outbox", "messages"),
        ] {
            assert_eq!(
                count(&killed, line, list),
                count(&spared, line, list),
                "{line} after {claim}"
            );
        }
    }
    assert!(count(&spared, "alerts", "alerts") > 1);
    assert_eq!(killed.run("verify").text, "The state is whole.\n");
}
