//! A user: a home with a watchlist and a state, and the program that is run there.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::site::Site;

pub struct User {
    home: TempDir,
}

/// A privacy policy at `/privacy` of a site.
pub fn privacy(site: &Site) -> String {
    format!(
        "[[watch]]\nid = \"shop/privacy\"\nservice = \"Shop\"\ntitle = \"Privacy\"\nurl = \"{}\"\n",
        site.url("/privacy")
    )
}

impl User {
    pub fn new(watchlist: &str) -> Self {
        let user = Self {
            home: tempfile::tempdir().unwrap(),
        };
        user.write("watchlist.toml", watchlist);
        user
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The program, with nothing of the machine's environment but where programs lie.
    pub fn clausewatch(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clausewatch"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("TZ", "UTC")
            .env("CLAUSEWATCH_WATCHLIST", self.path("watchlist.toml"))
            .env("CLAUSEWATCH_STATE", self.path("state"))
            .args(line.split(' '))
            .current_dir(self.home.path());
        command
    }

    pub fn run(&self, line: &str) -> Ran {
        run(&mut self.clausewatch(line))
    }
}

/// What a command came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub text: String,
    pub errors: String,
}

impl Ran {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub fn run(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (text, errors) = (text(&output.stdout), text(&output.stderr));
    let code = output.status.code();
    Ran {
        code: code.unwrap_or_else(|| panic!("{}: {errors}", output.status)),
        text,
        errors,
    }
}
