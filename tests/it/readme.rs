//! What the README shows is so.

use crate::user::User;

const README: &str = include_str!("../../README.md");

/// The fenced blocks of a kind.
pub fn blocks(kind: &str) -> Vec<&'static str> {
    let fence = format!("```{kind}\n");
    README
        .split(fence.as_str())
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// Command lines of clausewatch: whole lines of the blocks, and what stands in code within the text.
fn commands() -> Vec<String> {
    let in_blocks = blocks("sh").into_iter().flat_map(str::lines);
    let in_text = README.split('`').filter(|code| !code.contains('\n'));
    in_blocks
        .chain(in_text)
        .filter_map(|line| {
            line.strip_prefix("clausewatch ")
                .or_else(|| line.strip_prefix("cargo run --release -- "))
        })
        .map(|line| line.replace("[WATCH..]", "WATCH"))
        .collect()
}

#[test]
fn every_command_exists() {
    let user = User::new("");
    let commands = commands();
    assert!(commands.len() > 15, "{commands:?}");
    for line in commands {
        // Faults of what stands before `--help` are told all the same.
        let ran = user.run(&format!("{line} --help"));
        assert_eq!(ran.code, 0, "clausewatch {line}: {ran:?}");
    }
}

#[test]
fn every_piece_of_a_watchlist_is_taken() {
    let watch = "[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\n";
    let user = User::new("");
    for block in blocks("toml") {
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
fn what_it_shows_of_output_is_printed_so() {
    let user = User::new("");
    user.write(
        "watchlist.toml",
        "[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\nschedule = \"0 25 * * *\"\n",
    );
    let mut wrong = user.clausewatch("--watchlist watchlist.toml status");
    let printed = [user.run("demo").text, crate::user::run(&mut wrong).errors];
    let shown = blocks("text");
    assert_eq!(shown.len(), printed.len());
    for (shown, printed) in shown.iter().zip(printed) {
        assert!(printed.contains(shown), "\n{shown}\nis not in\n{printed}");
    }
}

#[test]
fn every_file_that_it_links_or_installs_is_there() {
    let linked = README.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    let installed = blocks("sh")
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| line.starts_with("install "))
        .map(|line| line.split(' ').rev().nth(1).unwrap());
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in linked
        .chain(installed)
        .filter(|file| !file.starts_with("https://") && !file.starts_with("target/"))
    {
        assert!(project.join(file).is_file(), "{file}");
    }
}
