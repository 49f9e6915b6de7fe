//! Servers on loopback that take alerts, and fail as they are told: one for HTTP, one for SMTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a server was told to do, and what it got.
#[derive(Debug, Default)]
struct Told {
    is_down: bool,
    /// SMTP: takes the mail, and hangs up before it says so, so many times.
    drops: u32,
    /// SMTP: whom it does not know. HTTP: not used.
    refused: Vec<String>,
    /// HTTP: heads of answers, the first first; then 200.
    answers: Vec<String>,
    got: Vec<Got>,
}

/// A request or a mail.
#[derive(Debug, Clone)]
pub struct Got {
    /// HTTP: the request line and headers. SMTP: the recipients.
    pub head: String,
    pub body: String,
}

impl Got {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of a header of the mail, or of the request.
    pub fn header(&self, name: &str) -> String {
        let lines = self.head.lines().chain(self.body.lines());
        let value = |line: &str| {
            line.to_lowercase()
                .starts_with(&format!("{name}:"))
                .then(|| line[name.len() + 1..].trim().to_owned())
        };
        lines
            .filter_map(value)
            .next()
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }
}

/// A server.
#[derive(Debug, Clone)]
pub struct Receiver {
    pub port: u16,
    told: Arc<Mutex<Told>>,
}

impl Receiver {
    pub fn http() -> Self {
        Self::start(http)
    }

    pub fn smtp() -> Self {
        Self::start(smtp)
    }

    fn start(serve: fn(TcpStream, &Mutex<Told>) -> std::io::Result<()>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            port: listener.local_addr().unwrap().port(),
            told: Arc::default(),
        };
        let told = Arc::clone(&receiver.told);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if !told.lock().unwrap().is_down {
                    let _ = serve(stream, &told);
                }
            }
        });
        receiver
    }

    pub fn is_down(&self, down: bool) {
        self.told.lock().unwrap().is_down = down;
    }

    pub fn drops(&self, times: u32) {
        self.told.lock().unwrap().drops = times;
    }

    pub fn refuse(&self, whom: &[&str]) {
        self.told.lock().unwrap().refused = whom.iter().map(ToString::to_string).collect();
    }

    /// Answers so once.
    pub fn answer(&self, head: &str) {
        self.told.lock().unwrap().answers.push(head.to_owned());
    }

    pub fn got(&self) -> Vec<Got> {
        self.told.lock().unwrap().got.clone()
    }
}

fn http(mut stream: TcpStream, told: &Mutex<Told>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length = head.lines().find_map(|line| {
        line.to_lowercase()
            .strip_prefix("content-length:")
            .map(|length| length.trim().to_owned())
    });
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body)?;
    let answer = {
        let mut told = told.lock().unwrap();
        told.got.push(Got {
            head,
            body: String::from_utf8(body).unwrap(),
        });
        if told.answers.is_empty() {
            "200 OK".to_owned()
        } else {
            told.answers.remove(0)
        }
    };
    stream.write_all(format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes())
}

fn smtp(mut stream: TcpStream, told: &Mutex<Told>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut say = |line: &str| stream.write_all(format!("{line}\r\n").as_bytes());
    say("220 ready")?;
    let mut recipients = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        if let Some(to) = line.strip_prefix("RCPT TO:<") {
            let to = to.split('>').next().unwrap().to_owned();
            if told.lock().unwrap().refused.contains(&to) {
                say("550 5.1.1 no such user")?;
            } else {
                recipients.push(to);
                say("250 ok")?;
            }
        } else if line == "DATA" {
            say("354 go on")?;
            let mut body = String::new();
            while !body.ends_with("\r\n.\r\n") {
                if reader.read_line(&mut body)? == 0 {
                    return Ok(());
                }
            }
            let mut told = told.lock().unwrap();
            told.got.push(Got {
                head: recipients.join(" "),
                body,
            });
            if told.drops > 0 {
                told.drops -= 1;
                return Ok(());
            }
            say("250 taken")?;
        } else if line == "QUIT" {
            return say("221 bye");
        } else {
            say("250 ok")?;
        }
    }
}
