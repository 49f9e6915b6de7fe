//! A real Chromium renders pages from a server on loopback.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use clausewatch::fetch::browser::{Limits, RenderError, Rendered, render};
use url::Url;

use crate::part;

/// The policy exists only after a script has fetched it and, 300 ms later, written it.
const PAGE: &str = "<!doctype html><title>Terms</title><body><main id=m></main><script>
fetch('/text').then(r => r.text()).then(t => setTimeout(() => { m.innerHTML = '<p>' + t + '</p>' }, 300))
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

fn rendered(path: &str, time: Duration, bytes: usize) -> Option<(Result<Rendered, RenderError>, tempfile::TempDir)> {
    let directory = tempfile::tempdir().unwrap();
    let limits = Limits {
        time,
        bytes,
        directory: directory.path().to_owned(),
        user_agent: "clausewatch/test".into(),
    };
    let url = Url::parse(&format!("http://{}{path}", serve())).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let result = runtime.block_on(render(&url, &limits));
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
    let Some((result, directory)) = rendered("/page", Duration::from_secs(60), 1 << 20) else {
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
    let Some((result, _directory)) = rendered("/page", Duration::from_secs(60), 64) else {
        return;
    };
    assert!(matches!(result, Err(RenderError::Page(_))), "{result:?}");
}

#[test]
fn a_server_that_never_answers_ends_in_a_time_out() {
    let Some((result, _directory)) = rendered("/silent", Duration::from_secs(4), 1 << 20) else {
        return;
    };
    assert!(matches!(result, Err(RenderError::TimeOut(_))), "{result:?}");
}
