//! A terminal in which the program runs and a person types, made by `script` of util-linux.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

use anstream::adapter::strip_str;

use crate::part::{PATIENCE, program};
use crate::user::User;

pub struct Terminal {
    child: Child,
    input: ChildStdin,
    output: Receiver<Vec<u8>>,
    /// All that was shown, escapes included.
    pub shown: String,
    /// How much of the text was waited for already.
    read: usize,
}

/// A terminal of so many columns; `None` where this machine cannot make one.
pub fn terminal(user: &User, line: &str, columns: usize) -> Option<Terminal> {
    terminal_with(user, line, columns, &[])
}

/// The same, with more in its environment.
pub fn terminal_with(user: &User, line: &str, columns: usize, environment: &[(&str, &str)]) -> Option<Terminal> {
    if !program("script") {
        return None;
    }
    let command = user.clausewatch(line);
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let mut shell = Command::new("script");
    shell.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    let mut child = shell
        .env("TERM", "xterm-256color")
        .env("SHELL", "/bin/sh")
        .env("PAGER", "cat")
        .envs(environment.iter().copied())
        .arg("-qfec")
        .arg(format!("stty cols {columns} rows 60; exec {}", words.join(" ")))
        .arg("/dev/null")
        .current_dir(user.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (sender, output) = channel();
    let mut pipe = child.stdout.take().unwrap();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut bytes) {
            let _ = sender.send(bytes[..count].to_vec());
        }
    });
    Some(Terminal {
        input: child.stdin.take().unwrap(),
        child,
        output,
        shown: String::new(),
        read: 0,
    })
}

impl Terminal {
    pub fn text(&self) -> String {
        strip_str(&self.shown).to_string().replace('\r', "")
    }

    /// Waits for a text, then types the keys.
    pub fn answer(&mut self, question: &str, keys: &str) {
        let start = Instant::now();
        loop {
            let text = self.text();
            if let Some(at) = text.get(self.read..).and_then(|rest| rest.find(question)) {
                self.read += at + question.len();
                break;
            }
            assert!(start.elapsed() < PATIENCE, "still waiting for {question:?} in\n{text}");
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(error) => panic!("{question:?} was not asked ({error}):\n{text}"),
            }
        }
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// Waits for the end; gives the exit code and all that was shown, without escapes.
    pub fn end(mut self) -> (i32, String) {
        let code = self.wait();
        (code, self.text())
    }

    /// Waits for the end; gives the exit code.
    pub fn wait(&mut self) -> i32 {
        loop {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.text()),
            }
        }
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
