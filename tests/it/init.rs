//! `init`: by options, and by a person at a terminal.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::terminal::{terminal, terminal_with};
use crate::user::User;

const ENTER: &str = "\r";

fn newcomer() -> User {
    let user = User::new("");
    std::fs::remove_file(user.path("watchlist.toml")).unwrap();
    user
}

fn list(user: &User) -> String {
    std::fs::read_to_string(user.path("watchlist.toml")).unwrap()
}

/// A mail server that greets, and asks nobody for a password; gives its port.
fn mail_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut answer = stream.try_clone().unwrap();
            let _ = answer.write_all(b"220 mail.example\r\n");
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let reply = if line.starts_with("QUIT") {
                    "221 bye"
                } else {
                    "250 mail.example"
                };
                let _ = answer.write_all(format!("{reply}\r\n").as_bytes());
            }
        }
    });
    port
}

#[test]
fn options_say_it_all_and_nothing_is_overwritten() {
    let user = newcomer();
    let port = mail_server();
    let line = format!(
        "init --yes --services ebay,Grok --languages de --no-desktop --email me@example.org --smtp localhost:{port} --tls none"
    );
    let ran = user.run(&line);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.errors
            .contains("5 documents of 2 services, alerts by mail to me@example.org"),
        "{ran:?}"
    );
    let text = list(&user);
    assert!(
        text.contains("[channel.email]") && text.contains("channels = [\"email\"]"),
        "{text}"
    );
    assert!(text.contains("ebay/privacy-de") && !text.contains("ebay/privacy-en") && !text.contains("apple"));
    assert_eq!(user.run("status").code, 0);
    let again = user.run("init --yes");
    assert!(
        again.code == 2 && again.errors.contains("is never overwritten"),
        "{again:?}"
    );
    assert_eq!(list(&user), text);
}

#[test]
fn a_mail_server_that_does_not_answer_is_told_before_anything_is_written() {
    let user = newcomer();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let line = format!("init --yes --no-desktop --email me@example.org --smtp localhost:{closed} --tls none");
    let ran = user.run(&line);
    assert!(
        ran.code == 2 && ran.errors.contains("look at `host` and `port`"),
        "{ran:?}"
    );
    assert!(!user.path("watchlist.toml").exists());
    assert_eq!(user.run(&format!("{line} --no-test")).code, 0);
}

#[test]
fn who_cannot_be_asked_is_told_the_options() {
    let user = newcomer();
    let ran = user.run("init");
    assert!(
        ran.code == 2 && ran.errors.contains("--yes") && ran.errors.contains("--services"),
        "{ran:?}"
    );
    let unknown = user.run("init --yes --services ebey");
    assert!(
        unknown.code == 2 && unknown.errors.contains("did you mean eBay"),
        "{unknown:?}"
    );
    assert!(!user.path("watchlist.toml").exists());
}

#[test]
fn a_person_is_asked_and_the_mail_server_tried_until_it_answers() {
    let user = newcomer();
    let Some(mut terminal) = terminal(&user, "init --color never", 100) else {
        return;
    };
    let port = mail_server();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // None, then the first and the last of the list.
    terminal.answer("Which services do you use?", &format!("\u{1b}[D \u{1b}[A {ENTER}"));
    terminal.answer("In which languages", ENTER);
    terminal.answer("Show alerts on this desktop?", &format!("n{ENTER}"));
    terminal.answer("Send alerts by mail?", &format!("y{ENTER}"));
    terminal.answer("Mail them to:", &format!("me@example.org{ENTER}"));
    terminal.answer("The mail server", &format!("localhost:{closed}{ENTER}"));
    terminal.answer("How is the connection protected?", &format!("\u{1b}[A{ENTER}"));
    terminal.answer("Your login there", &format!("watch{ENTER}"));
    terminal.answer("The password:", &format!("s3cret{ENTER}"));
    terminal.answer("And now?", ENTER);
    terminal.answer("Mail them to:", ENTER);
    terminal.answer("The mail server", &format!("localhost:{port}{ENTER}"));
    terminal.answer("How is the connection protected?", &format!("\u{1b}[A{ENTER}"));
    terminal.answer("Your login there", &format!("-{ENTER}"));
    terminal.answer("takes the settings", "");
    terminal.answer("Your web or mail address", &format!("me@example.org{ENTER}"));
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
    let text = list(&user);
    for part in [
        "eBay",
        "Grok",
        "contact = \"me@example.org\"",
        "port = ",
        "ebay/terms-en",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains("apple/") && !text.contains("ebay/terms-de"), "{text}");
}

#[test]
fn the_unit_is_offered_where_systemd_answers() {
    let user = newcomer();
    std::fs::create_dir(user.path("bin")).unwrap();
    user.write("bin/systemctl", "#!/bin/sh\necho \"$@\" >> \"$HOME/asked\"\n");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(user.path("bin/systemctl"), mode).unwrap();
    let path = format!("{}:{}", user.path("bin").display(), std::env::var("PATH").unwrap());
    let watchlist = user.path(".config/clausewatch/watchlist.toml");
    let line = "init --services ebay --languages de --no-desktop --color never";
    let environment = [
        ("PATH", path.as_str()),
        ("CLAUSEWATCH_WATCHLIST", watchlist.to_str().unwrap()),
    ];
    let Some(mut terminal) = terminal_with(&user, line, 100, &environment) else {
        return;
    };
    terminal.answer("Send alerts by mail?", &format!("n{ENTER}"));
    terminal.answer("Your web or mail address", ENTER);
    terminal.answer("Let systemd watch from now on", ENTER);
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("The service runs") && !shown.contains("service install"),
        "{shown}"
    );
    let unit = std::fs::read_to_string(user.path(".config/systemd/user/clausewatch.service")).unwrap();
    assert!(unit.contains("ExecStart=") && unit.contains(" daemon"), "{unit}");
    let asked = std::fs::read_to_string(user.path("asked")).unwrap();
    assert!(
        asked.ends_with("--user enable clausewatch.service\n--user restart clausewatch.service\n"),
        "{asked}"
    );
}

#[test]
fn a_password_lies_beside_the_list_for_its_owner_alone_and_ctrl_c_leaves_nothing() {
    let user = newcomer();
    let line = "init --services ebay --languages de --no-desktop --no-test";
    let Some(mut stopped) = terminal(&user, line, 80) else {
        return;
    };
    stopped.answer("Send alerts by mail?", &format!("y{ENTER}"));
    stopped.answer("Mail them to:", "\u{3}");
    let (code, shown) = stopped.end();
    assert!(code == 2 && shown.contains("nothing was written"), "{shown}");
    assert!(!user.path("watchlist.toml").exists());

    let mut terminal = terminal(&user, line, 80).unwrap();
    terminal.answer("Send alerts by mail?", &format!("y{ENTER}"));
    terminal.answer("Mail them to:", &format!("me@example.org{ENTER}"));
    terminal.answer("The mail server", ENTER);
    terminal.answer("How is the connection protected?", ENTER);
    terminal.answer("Your login there", ENTER);
    terminal.answer("The password:", &format!("s3cret{ENTER}"));
    terminal.answer("Your web or mail address", ENTER);
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    let password = user.path("smtp-password");
    assert_eq!(std::fs::read_to_string(&password).unwrap(), "s3cret\n");
    assert_eq!(
        std::fs::metadata(&password).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = list(&user);
    for part in [
        "host = \"smtp.example.org\"",
        "port = 465",
        "user = \"me@example.org\"",
        "password = { file = \"smtp-password\" }",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains("s3cret"));
}
