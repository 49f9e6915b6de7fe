//! A year of a watchman's life against servers that do everything servers do, on a clock that the test moves.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use clausewatch::analysis::alert::AlertKind;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::site::{Patrol, Site, policy};

/// Watches, and the hosts that they are spread over. Each is visited once a month, and after its failures.
const SMALL: (usize, usize) = (40, 8);
const WHOLE: (usize, usize) = (1_000, 200);
const MONTHS: i64 = 12;
/// On a laptop that sleeps in between; each look at the agenda costs a look at every watch.
const NAP: TimeDelta = TimeDelta::minutes(20);
const REST: TimeDelta = TimeDelta::hours(6);

/// What a request meets; the same for all attempts of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    None,
    Slow,
    Dropped,
    TooMany,
    Broken,
    Redirected,
    Bomb,
}

fn fault(path: &str, now: DateTime<Utc>) -> Fault {
    // The last two months are quiet, so that what is late arrives.
    if now >= start() + TimeDelta::days(30 * (MONTHS - 2)) {
        return Fault::None;
    }
    let mut hasher = DefaultHasher::new();
    (path, now.timestamp() / 3600).hash(&mut hasher);
    match hasher.finish() % 40 {
        0 => Fault::Dropped,
        1 => Fault::TooMany,
        2 | 3 => Fault::Broken,
        4 | 5 => Fault::Redirected,
        6 => Fault::Bomb,
        7 | 8 => Fault::Slow,
        _ => Fault::None,
    }
}

fn start() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2025-01-01T00:00:00Z").unwrap().to_utc()
}

/// Every fifth document claims something in some month of the year, from its second on.
fn claims_in(number: usize) -> Option<i64> {
    number
        .is_multiple_of(5)
        .then(|| 2 + i64::try_from(number / 5).unwrap() % (MONTHS - 3))
}

#[derive(Default)]
struct Seen {
    now: DateTime<Utc>,
    open: HashMap<String, usize>,
    resting: HashMap<String, DateTime<Utc>>,
    faults: BTreeMap<Fault, usize>,
    not_modified: usize,
    violations: Vec<String>,
}

struct Town {
    seen: Mutex<Seen>,
    bomb: Vec<u8>,
}

impl Town {
    /// One listener a host; the hosts are addresses of loopback.
    fn open(hosts: usize) -> (Arc<Self>, Vec<String>) {
        let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
        bomb.write_all(&vec![b'a'; 4 * 1024 * 1024]).unwrap();
        let town = Arc::new(Self {
            seen: Mutex::default(),
            bomb: bomb.finish().unwrap(),
        });
        let open = |number: usize| {
            let listener = TcpListener::bind(format!("127.0.{}.{}:0", 1 + number / 100, 1 + number % 100)).unwrap();
            let host = listener.local_addr().unwrap().to_string();
            let (town, name) = (Arc::clone(&town), host.clone());
            std::thread::spawn(move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    let (town, name) = (Arc::clone(&town), name.clone());
                    std::thread::spawn(move || {
                        town.greet(&name);
                        let _ = town.serve(&name, &stream);
                    });
                }
            });
            host
        };
        let hosts = (0..hosts).map(open).collect();
        (town, hosts)
    }

    fn greet(&self, host: &str) {
        let seen = &mut *self.seen.lock().unwrap();
        let open = seen.open.entry(host.to_owned()).or_default();
        *open += 1;
        if *open > 1 {
            seen.violations.push(format!("{open} visitors at once at {host}"));
        }
        if let Some(until) = seen.resting.get(host).filter(|until| **until > seen.now) {
            let now = seen.now;
            seen.violations
                .push(format!("{host} was asked at {now}, and rests until {until}"));
        }
    }

    /// Before it answers: who has the answer may come again.
    fn part(&self, host: &str) {
        *self.seen.lock().unwrap().open.get_mut(host).unwrap() -= 1;
    }

    fn serve(&self, host: &str, mut stream: &TcpStream) -> std::io::Result<()> {
        let mut head = String::new();
        let mut reader = BufReader::new(stream);
        while reader.read_line(&mut head)? > 2 {}
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let now = self.seen.lock().unwrap().now;
        let number: Option<usize> = path.trim_start_matches("/moved").trim_start_matches('/').parse().ok();
        let Some(number) = number else {
            self.part(host);
            return answer(stream, "404 Not Found", "", b"");
        };
        let fault = fault(&format!("/{number}"), now);
        if fault == Fault::Slow {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.part(host);
        let is_moved = path.starts_with("/moved");
        *self.seen.lock().unwrap().faults.entry(fault).or_default() += 1;
        match fault {
            Fault::Dropped => return stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\nhalf"),
            Fault::TooMany => {
                let until = now + REST;
                self.seen.lock().unwrap().resting.insert(host.to_owned(), until);
                let headers = format!("retry-after: {}\r\n", REST.num_seconds());
                return answer(stream, "429 Too Many Requests", &headers, b"too fast");
            }
            Fault::Broken => return answer(stream, "500 Internal Server Error", "", b"oops"),
            Fault::Redirected if !is_moved => {
                return answer(stream, "302 Found", &format!("location: /moved/{number}\r\n"), b"");
            }
            Fault::Bomb => {
                return answer(
                    stream,
                    "200 OK",
                    "content-type: text/html\r\ncontent-encoding: gzip\r\n",
                    &self.bomb,
                );
            }
            Fault::None | Fault::Slow | Fault::Redirected => {}
        }
        let month = (now - start()).num_days() / 30;
        let claims = claims_in(number).is_some_and(|from| month >= from);
        let tag = format!("\"{number}-{claims}\"");
        if head.to_lowercase().contains(&format!("if-none-match: {tag}")) {
            self.seen.lock().unwrap().not_modified += 1;
            return answer(stream, "304 Not Modified", "", b"");
        }
        let more = if claims {
            "<h2>AI</h2><p>We use your photos to train our AI models.</p>"
        } else {
            ""
        };
        let headers = format!("content-type: text/html\r\netag: {tag}\r\n");
        answer(stream, "200 OK", &headers, policy(more).as_bytes())
    }
}

fn answer(mut stream: &TcpStream, status: &str, headers: &str, body: &[u8]) -> std::io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}

/// Kibibytes of this process that lie in memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_year_loses_nothing_repeats_nothing_and_bothers_nobody() {
    let is_whole = std::env::var_os("CLAUSEWATCH_REAL").is_some();
    let (watches, hosts) = if is_whole { WHOLE } else { SMALL };
    let (town, hosts) = Town::open(hosts);
    let entry = |number: usize| {
        let host = &hosts[number % hosts.len()];
        format!(
            "[[watch]]\nid = \"service{number}/privacy\"\nurl = \"http://{host}/{number}\"\nfetch = \"http\"\nlang = \"en\"\n"
        )
    };
    let list: String = (0..watches).map(entry).collect();
    let head =
        "[defaults]\nschedule = \"0 7 1 * *\"\nchannels = [\"command\"]\n[channel.command]\ncommand = [\"true\"]\n";
    let mut patrol = Patrol::new(&Site::start(), &format!("{head}{list}"));
    for watch in &mut patrol.watchlist.watches {
        watch.confirm_seconds = 600;
    }
    patrol.now = start();
    let (mut visits, mut early) = (0, 0);
    let end = start() + TimeDelta::days(30 * MONTHS + 5);
    while patrol.now < end {
        visits += patrol.turn(NAP, |now| town.seen.lock().unwrap().now = now);
        if early == 0 && patrol.now.month() == 5 {
            early = resident();
        }
    }
    let late = resident();
    let seen = town.seen.lock().unwrap();
    println!(
        "{visits} visits of {watches} watches on {} hosts; {:?}, {} not modified; {early} KiB in May, {late} KiB at the end",
        hosts.len(),
        seen.faults,
        seen.not_modified
    );
    assert_eq!(seen.violations, Vec::<String>::new());
    assert!(
        seen.faults.len() == 7 && seen.not_modified > watches,
        "everything happened"
    );

    let mut told: HashMap<String, usize> = HashMap::new();
    let alerts = patrol.watchman.store.alerts(None).unwrap();
    for stored in &alerts {
        if matches!(stored.alert.kind, AlertKind::Clauses { .. }) {
            *told.entry(stored.alert.watch.clone()).or_default() += 1;
        }
    }
    for number in 0..watches {
        let expected = usize::from(claims_in(number).is_some());
        let told = told
            .get(&format!("service{number}/privacy"))
            .copied()
            .unwrap_or_default();
        assert_eq!(told, expected, "service{number}");
    }
    assert_eq!(
        patrol.watchman.store.undelivered().unwrap().len(),
        0,
        "all is delivered"
    );
    assert!(late < early + early / 3, "memory grows: {early} to {late} KiB");
}
