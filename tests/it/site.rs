//! A web server on loopback whose pages a test writes, and a watchman who visits them.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use clausewatch::analysis::lexicon::Lexicon;
use clausewatch::daemon::Agenda;
use clausewatch::fetch::{Fetcher, Limits};
use clausewatch::round::{Visit, Watchman, flush, remind, round};
use clausewatch::store::{Store, StoreError};
use clausewatch::watchlist::{self, Watchlist};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::part::PATIENCE;

/// What a path answers.
#[derive(Debug, Clone)]
pub enum Answer {
    Page {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// Accepts and says nothing until the other side leaves.
    Silence,
    /// Promises a body and hangs up in the middle of it.
    Broken,
}

impl Answer {
    pub fn html(body: &str) -> Self {
        Self::status(200, body).with("content-type", "text/html; charset=utf-8")
    }

    pub fn policy(more: &str) -> Self {
        Self::html(&policy(more))
    }

    pub fn status(status: u16, body: &str) -> Self {
        Self::bytes(status, body.as_bytes().to_vec())
    }

    pub fn bytes(status: u16, body: Vec<u8>) -> Self {
        Self::Page {
            status,
            headers: Vec::new(),
            body,
        }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Page { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// An English policy that says nothing of AI but what `more` says.
pub fn policy(more: &str) -> String {
    let text =
        "<p>We keep your orders for ten years, since the tax office wants to see them, and delete them then.</p>"
            .repeat(5);
    format!("<title>Privacy</title><main><h1>Privacy</h1>{text}{more}</main>")
}

#[derive(Debug, Default)]
struct Told {
    answers: HashMap<String, Answer>,
    /// Request heads, in lower case.
    requests: Vec<String>,
    /// When they came.
    moments: Vec<Instant>,
    /// Requests not answered yet, and the most there were.
    open: usize,
    most_open: usize,
}

impl Told {
    fn requests(&self, path: &str) -> Vec<String> {
        let start = format!("get {} ", path.to_lowercase());
        let asks = |head: &&String| head.starts_with(&start);
        self.requests.iter().filter(asks).cloned().collect()
    }
}

/// The server.
#[derive(Debug, Clone)]
pub struct Site {
    pub address: SocketAddr,
    told: Arc<Mutex<Told>>,
    asked: Arc<Condvar>,
}

impl Site {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let site = Self {
            address: listener.local_addr().unwrap(),
            told: Arc::default(),
            asked: Arc::default(),
        };
        let server = site.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let server = server.clone();
                server.count(1);
                std::thread::spawn(move || drop(server.serve(stream)));
            }
        });
        site
    }

    fn count(&self, more: isize) {
        let mut told = self.told.lock().unwrap();
        told.open = told.open.checked_add_signed(more).unwrap();
        told.most_open = told.most_open.max(told.open);
    }

    /// The most visitors that were there at a time.
    pub fn most_at_once(&self) -> usize {
        self.told.lock().unwrap().most_open
    }

    /// How long after each request the next one came.
    pub fn gaps(&self) -> Vec<Duration> {
        let told = self.told.lock().unwrap();
        told.moments.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn put(&self, path: &str, answer: Answer) {
        self.told.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    /// Heads of the requests for a path, in lower case.
    pub fn requests(&self, path: &str) -> Vec<String> {
        self.told.lock().unwrap().requests(path)
    }

    /// Waits until somebody asks for a path.
    pub fn wait_for(&self, path: &str) {
        let nobody = |told: &mut Told| told.requests(path).is_empty();
        let told = self.told.lock().unwrap();
        let (_told, waited) = self.asked.wait_timeout_while(told, PATIENCE, nobody).unwrap();
        assert!(!waited.timed_out(), "nobody asks for {path}");
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        let mut head = String::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            head.push_str(&line);
        }
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let answer = {
            let mut told = self.told.lock().unwrap();
            told.requests.push(head.to_lowercase());
            told.moments.push(Instant::now());
            self.asked.notify_all();
            told.answers.get(&path).cloned()
        };
        // Before it answers: who has the answer may come again.
        self.count(-1);
        let (status, headers, body) = match answer.unwrap_or_else(|| Answer::status(404, "no such page")) {
            Answer::Page { status, headers, body } => (status, headers, body),
            Answer::Silence => {
                // Until the client gives up.
                let mut rest = String::new();
                reader.read_line(&mut rest)?;
                return Ok(());
            }
            Answer::Broken => return stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf"),
        };
        // A page that says what it is answers "not modified" as servers do.
        let tag = headers
            .iter()
            .find(|(name, _)| name == "etag")
            .map(|(_, value)| value.to_lowercase());
        if tag.is_some_and(|tag| head.to_lowercase().contains(&format!("if-none-match: {tag}"))) {
            return stream.write_all(b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n");
        }
        let mut answer = format!(
            "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n",
            body.len()
        );
        for (name, value) in headers {
            answer.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
        stream.write_all(&body)
    }
}

/// A watchman with a state of its own, and a clock that a test moves.
pub struct Patrol {
    pub watchman: Watchman,
    pub watchlist: Watchlist,
    pub now: DateTime<Utc>,
    /// Removed with the patrol.
    directory: TempDir,
    runtime: Runtime,
}

/// Without the pauses that politeness takes; everything else as people have it.
fn limits() -> Limits {
    Limits {
        bytes: 2 * 1024 * 1024,
        retry_pause: Duration::from_millis(1),
        host_pause: Duration::from_millis(1),
        ..Limits::default()
    }
}

fn fetcher(directory: &Path, limits: Limits) -> Arc<Fetcher> {
    Arc::new(Fetcher::new(Some("me@example.org"), directory.join("browser"), limits))
}

impl Patrol {
    /// Watches as written, `{site}` being the server's address.
    pub fn new(site: &Site, watches: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let text = watches.replace("{site}", &site.url(""));
        let read = |_: &Path| -> std::io::Result<String> { Ok(text.clone()) };
        let mut watchlist = watchlist::parse(Path::new("watchlist.toml"), &read, jiff::tz::TimeZone::UTC)
            .unwrap_or_else(|faults| panic!("{faults}"));
        // Changes are believed at once, as `check` does, until a test says otherwise.
        for watch in &mut watchlist.watches {
            watch.confirm_seconds = 0;
        }
        let watchman = Watchman {
            store: Store::open(directory.path()).unwrap(),
            fetcher: fetcher(directory.path(), limits()),
            lexicon: Arc::new(Lexicon::builtin().extended(&[]).unwrap()),
            channels: watchlist.channels.clone(),
            language: "en".into(),
            host_budget: watchlist.host_budget,
        };
        Self {
            watchman,
            watchlist,
            now: DateTime::parse_from_rfc3339("2025-04-17T07:00:00Z").unwrap().to_utc(),
            directory,
            runtime: Runtime::new().unwrap(),
        }
    }

    /// From now on an attempt at a page may take so long.
    pub fn hurry(&mut self, attempt: Duration) {
        self.limit(Limits { attempt, ..limits() });
    }

    /// From now on so long lies between two requests to a host.
    pub fn pause(&mut self, host_pause: Duration) {
        self.limit(Limits { host_pause, ..limits() });
    }

    fn limit(&mut self, limits: Limits) {
        self.watchman.fetcher = fetcher(self.directory.path(), limits);
    }

    /// One round over all watches, half a day after the last.
    pub fn visits(&mut self) -> Vec<Visit> {
        self.try_visits().unwrap()
    }

    pub fn try_visits(&mut self) -> Result<Vec<Visit>, StoreError> {
        self.now += TimeDelta::hours(12);
        let (now, watches) = (self.now, self.watchlist.watches.iter().collect::<Vec<_>>());
        self.runtime
            .block_on(round(&mut self.watchman, &watches, || now, |_| ()))
    }

    /// Does this to the database behind the program's back; a program that starts anew finds it.
    pub fn damage(&mut self, sql: &str) {
        let database = rusqlite::Connection::open(self.directory.path().join("clausewatch.sqlite")).unwrap();
        assert!(database.execute(sql, ()).unwrap() > 0);
        self.watchman.store = Store::open(self.directory.path()).unwrap();
    }

    /// Writes the reminders that are due; how many there were.
    pub fn remind(&mut self) -> usize {
        remind(&mut self.watchman, &self.watchlist.watches, self.now).unwrap()
    }

    /// Sends what is due; how many were delivered, and how many are left.
    pub fn flush(&mut self) -> (usize, usize) {
        let now = self.now;
        self.runtime
            .block_on(flush(&mut self.watchman, || now, TimeDelta::MAX))
            .unwrap()
    }

    /// The same where each look at the clock finds it so much later, and nothing is begun after `longest`.
    pub fn flush_slowly(&mut self, step: TimeDelta, longest: TimeDelta) -> (usize, usize) {
        let looks = Cell::new(self.now);
        let now = || looks.replace(looks.get() + step);
        self.runtime.block_on(flush(&mut self.watchman, now, longest)).unwrap()
    }

    /// What the daemon does when it wakes, where it sleeps for `nap` or until something is due; how many visits that were.
    pub fn turn(&mut self, nap: TimeDelta, on_wake: impl FnOnce(DateTime<Utc>)) -> usize {
        let agenda = |now| Agenda::read(&self.watchman.store, &self.watchlist, now).unwrap();
        let now = agenda(self.now).next().unwrap().max(self.now + nap);
        let agenda = agenda(now);
        let due = agenda.due();
        self.now = now;
        on_wake(now);
        let round = round(&mut self.watchman, &due, || now, |_| ());
        let visits = self.runtime.block_on(round).unwrap();
        self.flush();
        visits.len()
    }

    /// One round over the only watch.
    pub fn visit(&mut self) -> Visit {
        let mut visits = self.visits();
        assert_eq!(visits.len(), 1);
        visits.remove(0)
    }
}
