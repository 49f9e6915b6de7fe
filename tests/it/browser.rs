//! A real Chromium renders pages from a server on loopback.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use clausewatch::analysis::extract::extract;
use clausewatch::fetch::browser::{Limits, MEMORY, RenderError, Rendered, render};
use clausewatch::round::Outcome;
use clausewatch::watchlist::Reading;
use url::Url;

use crate::part;
use crate::site::{Answer, Patrol, Site};

/// The policy exists only after a script has fetched it and, 300 ms later, written it.
const PAGE: &str = "<!doctype html><title>Terms</title><body><main id=m></main><script>
fetch('/text').then(r => r.text()).then(t => setTimeout(() => { m.innerHTML = '<p>' + t + '</p>' }, 300))
</script>";
/// The text lies in a shadow root; what is wanted comes two seconds after the rest stands still.
const COMPONENTS: &str =
    "<!doctype html><html lang=de><title>Terms</title><body><x-terms></x-terms><p>Frame</p><script>
const root = document.querySelector('x-terms').attachShadow({ mode: 'open' });
root.innerHTML = '<p>What a component shows.</p>';
setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<main>Late</main>'), 2000)
</script>";
const TEXT: &str = "We will tell you thirty days before we change this policy.";

fn serve() -> SocketAddr {
    use std::io::{Read, Write};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut head = [0; 4096];
                let length = stream.read(&mut head).unwrap_or(0);
                let (body, kind) = match &head[..length] {
                    head if head.starts_with(b"GET /text") => (TEXT, "text/plain"),
                    head if head.starts_with(b"GET /page") => (PAGE, "text/html"),
                    head if head.starts_with(b"GET /components") => (COMPONENTS, "text/html"),
                    head if head.starts_with(b"GET /silent") => return std::thread::sleep(Duration::from_secs(60)),
                    _ => ("", "text/plain"),
                };
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    address
}

/// A rendering with a minute, a megabyte for the page and much memory, where `change` says nothing else.
fn rendered(
    path: &str,
    change: impl FnOnce(&mut Limits),
) -> Option<(Result<Rendered, RenderError>, tempfile::TempDir)> {
    let directory = tempfile::tempdir().unwrap();
    let mut limits = Limits {
        time: Duration::from_secs(60),
        bytes: 1 << 20,
        memory: MEMORY,
        directory: directory.path().to_owned(),
        user_agent: "clausewatch/test".into(),
    };
    change(&mut limits);
    let url = Url::parse(&format!("http://{}{path}", serve())).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let result = runtime.block_on(render(&url, &["main".to_owned()], &limits));
    if matches!(result, Err(RenderError::NotInstalled)) {
        part::is_there("Chromium", false);
        return None;
    }
    Some((result, directory))
}

fn chromiums_below(directory: &Path) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let commands = processes.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    commands
        .filter(|command| String::from_utf8_lossy(command).contains(directory.to_str().unwrap()))
        .count()
}

#[test]
fn text_made_by_scripts_is_in_the_page_and_nothing_stays_behind() {
    let Some((result, directory)) = rendered("/page", |_| ()) else {
        return;
    };
    let rendered = result.unwrap();
    assert!(String::from_utf8(rendered.page.body).unwrap().contains(TEXT));
    assert_eq!(rendered.page.status, 200);
    assert!(rendered.remote.unwrap().is_loopback());
    assert_eq!(
        std::fs::read_dir(directory.path()).unwrap().count(),
        0,
        "the profile is removed"
    );
    part::until("Chromium ends", || chromiums_below(directory.path()) == 0);
}

#[test]
fn a_page_larger_than_allowed_is_refused() {
    let Some((result, _directory)) = rendered("/page", |limits| limits.bytes = 64) else {
        return;
    };
    assert!(matches!(result, Err(RenderError::Page(_))), "{result:?}");
}

#[test]
fn a_server_that_never_answers_ends_in_a_time_out() {
    let Some((result, _directory)) = rendered("/silent", |limits| limits.time = Duration::from_secs(4)) else {
        return;
    };
    assert!(matches!(result, Err(RenderError::TimeOut(_))), "{result:?}");
}

#[test]
fn components_are_read_and_what_is_wanted_is_waited_for() {
    let Some((result, _directory)) = rendered("/components", |_| ()) else {
        return;
    };
    let document = extract(&result.unwrap().page, &Reading::default()).unwrap();
    assert_eq!(document.lang.as_deref(), Some("de"));
    let text = document.to_text();
    assert!(
        text.contains("What a component shows.") && text.contains("Late"),
        "{text}"
    );
}

#[test]
fn a_page_that_takes_more_memory_than_it_may_is_ended() {
    let Some((result, directory)) = rendered("/silent", |limits| limits.memory = 1 << 20) else {
        return;
    };
    assert!(matches!(result, Err(RenderError::Memory(_))), "{result:?}");
    part::until("Chromium ends", || chromiums_below(directory.path()) == 0);
}

#[test]
fn a_page_that_is_refused_to_programs_is_asked_for_with_a_browser() {
    let site = Site::start();
    site.put("/privacy", Answer::status(403, "no robots"));
    let mut patrol = Patrol::new(&site, "[[watch]]\nid = \"shop/privacy\"\nurl = \"{site}/privacy\"\n");
    let visit = patrol.visit();
    let Outcome::Failed(why) = visit.outcome else {
        panic!("{:?}", visit.outcome)
    };
    if why.contains("no Chromium is installed") {
        part::is_there("Chromium", false);
        return;
    }
    let asked = site.requests("/privacy");
    let is_of_browser = |head: &&String| head.contains("upgrade-insecure-requests");
    assert_eq!((asked.len(), asked.iter().filter(is_of_browser).count()), (2, 1));
}
