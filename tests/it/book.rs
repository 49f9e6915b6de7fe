//! What the README and the book in docs/ show is so.

use std::path::{Path, PathBuf};

use crate::site::{Answer, Site};
use crate::user::{User, run};

/// A page of the documentation.
pub struct Chapter {
    pub path: PathBuf,
    pub text: String,
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README, and the pages of docs/.
pub fn chapters() -> Vec<Chapter> {
    let docs = std::fs::read_dir(project().join("docs")).unwrap();
    let pages = docs.map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = pages
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths.insert(0, project().join("README.md"));
    let read = |path: PathBuf| Chapter {
        text: std::fs::read_to_string(&path).unwrap(),
        path,
    };
    paths.into_iter().map(read).collect()
}

/// The page at a path.
pub fn chapter(path: &str) -> Chapter {
    let path = project().join(path);
    chapters().into_iter().find(|chapter| chapter.path == path).unwrap()
}

impl Chapter {
    /// The fenced blocks of a kind.
    pub fn blocks(&self, kind: &str) -> Vec<&str> {
        let fence = format!("```{kind}\n");
        let after = self.text.split(fence.as_str()).skip(1);
        after.map(|rest| rest.split("```").next().unwrap()).collect()
    }

    /// Command lines of clausewatch: whole lines of the blocks, and what stands in code within the text.
    fn commands(&self) -> Vec<String> {
        let in_blocks = self.blocks("sh").into_iter().flat_map(str::lines);
        let in_text = self.text.split('`').filter(|code| !code.contains('\n'));
        let all = in_blocks.chain(in_text);
        let own = all.filter_map(|line| line.strip_prefix("clausewatch "));
        // A sender of mails is no command.
        let commands = own.filter(|line| !line.starts_with('<'));
        let without_redirect = commands.map(|line| line.split(" > ").next().unwrap_or(line));
        without_redirect
            .map(|line| line.replace("[WATCH..]", "WATCH").replace("URL", "https://a.example"))
            .collect()
    }
}

#[test]
fn every_command_exists() {
    let user = User::new("");
    let mut count = 0;
    for chapter in chapters() {
        for line in chapter.commands() {
            // Faults of what stands before `--help` are told all the same.
            let ran = user.run(&format!("{line} --help"));
            assert_eq!(ran.code, 0, "{}: clausewatch {line}: {ran:?}", chapter.path.display());
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}

/// A user of whom eBay's notice is watched, which changed, and who was alerted.
fn reader(site: &Site) -> User {
    let user = User::new(&format!(
        "[signature]\nemail = \"ada@example.org\"\n[defaults]\nchannels = []\n[[watch]]\nid = \"ebay/privacy-de\"\nservice = \"eBay\"\ntitle = \"Privacy\"\nurl = \"{}\"\n\
         [watch.objection]\nurl = \"https://shop.example/ai\"\naddress = \"privacy@shop.example\"\nsteps = [\"Say no.\"]\nletter = \"en\"\n",
        site.url("/privacy")
    ));
    site.put("/privacy", Answer::policy(""));
    user.run("check");
    site.put(
        "/privacy",
        Answer::policy("<p>We use your photos to train our AI models.</p>"),
    );
    assert_eq!(user.run("check").code, 1);
    user.write("before.md", "# Use\n\nWe keep logs.\n");
    user.write("after.md", "# Use\n\nWe keep logs of what you open.\n");
    user.write(
        "page.html",
        "<main><h1>Use</h1><p>We may use your posts to train our AI models.</p></main>",
    );
    user
}

/// These run for ever, ask, or work on what only a person has.
const NOT_RUN: &[&str] = &["demo", "daemon", "init", "add", "import", "test-alert", "service"];

#[test]
fn the_commands_of_the_book_do_what_it_says() {
    let site = Site::start();
    let user = reader(&site);
    let mut count = 0;
    for chapter in chapters() {
        for line in chapter.blocks("sh").into_iter().flat_map(str::lines) {
            let Some(line) = line.strip_prefix("clausewatch ") else {
                continue;
            };
            if NOT_RUN.iter().any(|command| line.starts_with(command)) {
                continue;
            }
            let ran = user.run(line);
            assert!(ran.code < 2, "{}: clausewatch {line}: {ran:?}", chapter.path.display());
            count += 1;
        }
    }
    assert!(count > 25, "{count}");
}

#[test]
fn every_piece_of_a_watchlist_is_taken() {
    let watch = "[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\n";
    let user = User::new("");
    user.write("own.toml", "lang = \"en\"\n[concepts]\n");
    let chapters = chapters();
    for block in chapters.iter().flat_map(|chapter| chapter.blocks("toml")) {
        let lists: Vec<String> = if block.starts_with("password") {
            let channel =
                "[channel.email]\nhost = \"a.example\"\nfrom = \"a@a.example\"\nto = [\"a@a.example\"]\nuser = \"a\"\n";
            block.lines().map(|line| format!("{channel}{line}\n{watch}")).collect()
        } else if block.contains("[[watch]]") {
            vec![block.to_owned()]
        } else {
            vec![format!("{block}{watch}")]
        };
        for list in lists {
            user.write("watchlist.toml", &list);
            let ran = user.run("status");
            assert_eq!(ran.code, 0, "{list}\n{ran:?}");
        }
    }
}

#[test]
fn the_lexicon_of_the_book_passes_its_own_examples() {
    let user = User::new("lexicon = [\"own.toml\"]\n[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\n");
    let chapters = chapters();
    let blocks: Vec<&str> = chapters
        .iter()
        .flat_map(|chapter| chapter.blocks("toml lexicon"))
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        user.write("own.toml", block);
        let ran = user.run("lexicon check");
        assert_eq!(ran.code, 0, "{block}\n{ran:?}");
    }
}

#[test]
fn a_rule_of_ones_own_is_found_and_alerts_when_it_is_new() {
    let chapter = chapter("docs/lexicon.md");
    let rule = chapter
        .blocks("toml lexicon")
        .into_iter()
        .find(|block| block.contains("rule ="))
        .unwrap();
    let user = User::new("lexicon = [\"own.toml\"]\n[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\n");
    let json = |line: &str| serde_json::from_str::<serde_json::Value>(&user.run(line).text).unwrap();
    let (kept, sold) = (
        "We keep the information you give us.\n",
        "We may sell the information you give us to brokers.\n",
    );
    user.write("own.toml", rule);
    user.write("kept.md", kept);
    user.write("sold.md", &format!("{kept}\n{sold}"));
    let detected = json("detect sold.md --lang en --format json");
    assert_eq!(detected["clauses"][0]["stance"], "claim", "{detected}");
    let compared = json("compare kept.md sold.md --lang en --format json");
    assert_eq!(compared["alert"], true, "{compared}");
    assert_eq!(compared["findings"][0]["event"], "claim_added");
    user.write(
        "watchlist.toml",
        "[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\n",
    );
    let without = json("compare kept.md sold.md --lang en --format json");
    assert_eq!(without["alert"], false, "{without}");
}

#[test]
fn the_mistake_that_the_book_shows_is_told_so() {
    let user = User::new("");
    user.write(
        "watchlist.toml",
        "[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\nschedule = \"0 25 * * *\"\n",
    );
    let told = run(&mut user.clausewatch("--watchlist watchlist.toml status")).errors;
    let chapter = chapter("docs/watchlist.md");
    assert_eq!(chapter.blocks("text"), [told]);
}

#[test]
fn the_figures_of_the_readme_are_those_measured() {
    let measured = include_str!("snapshots/it__quality__quality.snap");
    let column = |number: usize| {
        let cells = measured.lines().filter_map(|line| line.split_whitespace().nth(number));
        let counts = cells.filter_map(|cell| {
            let (found, all) = cell.split_once('/')?;
            Some((found.parse::<u32>().ok()?, all.parse::<u32>().ok()?))
        });
        counts.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1))
    };
    let ((told, to_be_told), (false_alarms, silent)) = (column(1), column(2));
    let figures =
        format!("it tells {told} of {to_be_told}, and raises {false_alarms} false alarms on {silent} near misses");
    let readme = chapter("README.md").text.replace('\n', " ");
    assert!(
        readme
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(&figures),
        "{figures}"
    );
}

#[test]
fn every_file_that_is_linked_or_installed_is_there() {
    for chapter in chapters() {
        let folder = chapter.path.parent().unwrap();
        let linked = chapter
            .text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap());
        for link in linked.filter(|link| !link.starts_with("https://")) {
            let file = folder.join(link.split('#').next().unwrap());
            assert!(file.exists(), "{}: {link}", chapter.path.display());
        }
        let lines = chapter.blocks("sh").into_iter().flat_map(str::lines);
        let installed = lines
            .filter(|line| line.starts_with("install "))
            .map(|line| line.split(' ').rev().nth(1).unwrap());
        for file in installed.filter(|file| !file.starts_with("target/")) {
            assert!(project().join(file).is_file(), "{file}");
        }
    }
}

#[test]
fn the_book_names_all_its_chapters() {
    let chapters = chapters();
    let (contents, summary) = (chapter("docs/README.md").text, chapter("docs/SUMMARY.md").text);
    for chapter in &chapters[1..] {
        let name = chapter.path.file_name().unwrap().to_string_lossy().into_owned();
        if name != "README.md" && name != "SUMMARY.md" {
            let link = format!("({name})");
            assert!(contents.contains(&link) && summary.contains(&link), "{name}");
        }
    }
}

/// What stands in the project is what was made just now; `INSTA_UPDATE=always cargo test book` takes the new one.
pub fn is_as_made(path: &str, made: &str) {
    let path = project().join(path);
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    if there == made {
        return;
    }
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
        return;
    }
    let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join(path.file_name().unwrap());
    std::fs::write(&beside, made).unwrap();
    panic!(
        "{} is behind the program; what it should be is in {}",
        path.display(),
        beside.display()
    );
}
