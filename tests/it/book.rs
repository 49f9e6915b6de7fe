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
        let own = all.filter_map(|line| {
            line.strip_prefix("clausewatch ")
                .or_else(|| line.strip_prefix("cargo run --release -- "))
        });
        own.map(|line| line.replace("[WATCH..]", "WATCH")).collect()
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
        "[defaults]\nchannels = []\n[[watch]]\nid = \"ebay/privacy-de\"\nservice = \"eBay\"\ntitle = \"Privacy\"\nurl = \"{}\"\n\
         [watch.objection]\nurl = \"https://shop.example/ai\"\nsteps = [\"Say no.\"]\nletter = \"en\"\n",
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
    let mut count = 0;
    for chapter in chapters()
        .iter()
        .filter(|chapter| chapter.path.parent() != Some(project()))
    {
        let user = reader(&site);
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
fn what_the_readme_shows_of_output_is_printed_so() {
    let user = User::new("");
    user.write(
        "watchlist.toml",
        "[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\nschedule = \"0 25 * * *\"\n",
    );
    let mut wrong = user.clausewatch("--watchlist watchlist.toml status");
    let printed = [user.run("demo").text, run(&mut wrong).errors];
    let readme = chapters().remove(0);
    let shown = readme.blocks("text");
    assert_eq!(shown.len(), printed.len());
    for (shown, printed) in shown.iter().zip(printed) {
        assert!(printed.contains(shown), "\n{shown}\nis not in\n{printed}");
    }
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
            assert!(file.is_file(), "{}: {link}", chapter.path.display());
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
    let named = |path: &str| {
        chapters
            .iter()
            .find(|chapter| chapter.path.ends_with(path))
            .unwrap()
            .text
            .clone()
    };
    let (contents, summary) = (named("docs/README.md"), named("docs/SUMMARY.md"));
    for chapter in &chapters[1..] {
        let name = chapter.path.file_name().unwrap().to_string_lossy().into_owned();
        if name != "README.md" && name != "SUMMARY.md" {
            let link = format!("({name})");
            assert!(contents.contains(&link) && summary.contains(&link), "{name}");
        }
    }
}

/// Compares a picture with what the program prints today; the new one lies beside the build.
fn same_picture(name: &str, printed: &str) {
    let svg = anstyle_svg::Term::new()
        .min_width_px(900)
        .render_svg(printed.trim_end());
    let path = project().join(format!("docs/pictures/{name}.svg"));
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    if there != svg {
        let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.svg"));
        std::fs::write(&made, svg).unwrap();
        panic!(
            "{} is behind the program; what it should be is in {}",
            path.display(),
            made.display()
        );
    }
}

#[test]
fn the_pictures_are_what_the_program_prints() {
    let user = User::new("");
    let demo = user.run("demo --color always").text;
    let alert = demo.find("eBay").and_then(|_| demo.find('\u{1b}')).unwrap_or_default();
    same_picture("demo", &demo[alert..]);

    user.write("2024-03.md", "# Privacy notice of the ferry\n\n## 4. Your messages\n\nWe keep the messages that you send to our crew for six months. We do not use your messages to train AI models.\n\n## 5. Your rights\n\nYou may ask for access and deletion at any time.\n");
    user.write("2025-04.md", "# Privacy notice of the ferry\n\n## 4. Your messages\n\nWe keep the messages that you send to our crew for twelve months. We may use your messages and photos to train our AI models and those of our partners.\n\n## 5. Your rights\n\nYou may ask for access and deletion at any time. You can object to the training in your settings until 1 May 2025.\n");
    same_picture("diff", &user.run("diff 2024-03.md 2025-04.md --color always").text);

    let site = Site::start();
    let at = |path: &str, id: &str, service: &str| {
        format!(
            "[[watch]]\nid = \"{id}\"\nservice = \"{service}\"\ntitle = \"Privacy notice\"\nurl = \"{}\"\njitter = \"0s\"\n",
            site.url(path)
        )
    };
    let list = [
        at("/ferry", "ferry/privacy", "Ferry"),
        at("/library", "library/privacy", "Library"),
        at("/bazaar", "bazaar/privacy", "Bazaar"),
        at("/orchestra", "orchestra/terms", "Orchestra"),
    ];
    user.write(
        "watchlist.toml",
        &format!("[defaults]\nchannels = []\ntime_zone = \"UTC\"\n{}", list.concat()),
    );
    for path in ["/ferry", "/library", "/orchestra"] {
        site.put(path, Answer::policy(""));
    }
    site.put(
        "/bazaar",
        Answer::policy(
            "<p>We may use your reviews to train our AI models. You can opt out of AI training in your settings.</p>",
        ),
    );
    let at_noon = |line: &str, day: &str| {
        run(user
            .clausewatch(line)
            .env("CLAUSEWATCH_NOW", format!("2025-04-{day}T12:00:00Z")))
    };
    at_noon("check", "17");
    site.put(
        "/ferry",
        Answer::policy("<p>We may use your messages and photos to train our AI models from 1 May 2025.</p>"),
    );
    at_noon("check", "21");
    same_picture("status", &at_noon("status --color always", "22").text);
}
