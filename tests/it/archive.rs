//! Histories taken over from git repositories, and what is handed on from them.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::faults::on_a_disk;
use crate::part::{self, Part};
use crate::user::User;

const POLICY: &str = "# Privacy\n\nWe keep your name and address to send you what you bought in our shop, and delete both \
    ten years later. We never sell them to anybody. Our cookies remember your basket and your language, nothing else.\n";
const CLAIM: &str = "\n## AI\n\nWe use your photos to train our AI models.\n";
const PROMISE: &str = "\n## Promise\n\nWe do not use your messages to train AI models.\n";

/// A repository of versions as archives publish them.
struct Archive<'a> {
    user: &'a User,
    day: u32,
}

impl<'a> Archive<'a> {
    fn new(user: &'a User) -> Self {
        let archive = Self { user, day: 0 };
        archive.git(&["init", "--quiet", "versions"], &user.path(""));
        archive
    }

    fn git(&self, arguments: &[&str], directory: &Path) {
        // The first of March 2024, six o'clock, and so many days later.
        let date = format!("{} +0000", 1_709_272_800 + 86_400 * i64::from(self.day));
        let done = Command::new("git")
            .args(["-c", "user.name=Archive", "-c", "user.email=archive@archive.invalid"])
            .args(arguments)
            .current_dir(directory)
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    /// Records a text, a day after the one before.
    fn record(&mut self, subject: &str, path: &str, text: &str) {
        let root = self.user.path("versions");
        let file = root.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        self.git(&["add", "--all"], &root);
        self.git(&["commit", "--quiet", "--message", subject], &root);
        self.day += 1;
    }
}

fn user() -> Option<User> {
    part::program("git")
        .then(|| User::new("[[watch]]\nid = \"other/terms\"\nurl = \"https://other.example/\"\nchannels = []\n"))
}

fn take_over_two_versions(user: &User) {
    let mut archive = Archive::new(user);
    archive.record("First record of Shop Terms", "Shop/Terms.md", POLICY);
    archive.record(
        "Record new changes of Shop Terms",
        "Shop/Terms.md",
        &format!("{POLICY}{CLAIM}"),
    );
    user.run("import ota versions");
}

/// Events and texts of the historical alerts, oldest first.
fn told(user: &User) -> Vec<(String, String, String)> {
    let ran = user.run("alerts --historical --format json");
    let alerts: Value = serde_json::from_str(&ran.text).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    let mut told = Vec::new();
    for alert in alerts["alerts"].as_array().unwrap().iter().rev() {
        let day = alert["at"].as_str().unwrap()[..10].to_owned();
        assert_eq!(alert["historical"]["archive_commit"].as_str().unwrap().len(), 40);
        for change in alert["alert"]["details"].as_array().unwrap() {
            let text = |key: &str| change[key].as_str().unwrap().to_owned();
            told.push((day.clone(), text("event"), text("text")));
        }
    }
    told
}

#[test]
fn a_history_is_judged_as_visits_would_have_and_never_sent() {
    let Some(user) = user() else { return };
    let mut archive = Archive::new(&user);
    let path = "Shop/Privacy Policy.md";
    archive.record("First record of Shop Privacy Policy", path, POLICY);
    archive.record(
        "Record new changes of Shop Privacy Policy",
        path,
        &format!("{POLICY}{CLAIM}"),
    );
    archive.record(
        "Record new changes of Shop Privacy Policy",
        path,
        "# 403\n\nForbidden\n",
    );
    archive.record(
        "Record new changes of Shop Privacy Policy",
        path,
        &format!("{POLICY}{CLAIM}"),
    );
    archive.record(
        "Apply technical or declaration upgrade on Shop Privacy Policy",
        path,
        &format!("{POLICY}{CLAIM}{PROMISE}"),
    );
    let first = user.run("import ota versions");
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.errors.contains("5 recorded versions"), "{first:?}");
    let claim = "We use your photos to train our AI models.".to_owned();
    let of = |day: &str, event: &str, text: &str| (day.to_owned(), event.to_owned(), text.to_owned());
    assert_eq!(told(&user), [of("2024-03-02", "claim_added", &claim)]);
    assert_eq!(user.run("outbox").text, "Everything is delivered.\n");
    let log = user.run("log shop/privacy-policy").text;
    assert_eq!(log.lines().count(), 4, "{log}");
    assert!(user.run("verify").text.starts_with("The state is whole"));

    let again = user.run("import ota versions");
    assert!(again.errors.contains("nothing new"), "{again:?}");
    // The promise goes, stays away, and more than a week later the archive records something else.
    archive.record(
        "Record new changes of Shop Privacy Policy",
        path,
        &format!("{POLICY}{CLAIM}"),
    );
    archive.day += 9;
    archive.record("Record new changes of Shop Terms", "Shop/Terms.md", POLICY);
    let more = user.run("import ota versions");
    assert!(more.errors.contains("2 recorded versions"), "{more:?}");
    let promise = "We do not use your messages to train AI models.";
    assert_eq!(told(&user)[1..], [of("2024-03-08", "assurance_removed", promise)]);
    let since = user.run("clauses --since 2024-03-05 --gone --format csv").text;
    assert!(
        since
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("Shop,Privacy Policy,shop/privacy-policy,assurance,2024-03-05,2024-03-06,3,3,"),
        "{since}"
    );
    let timeline = user.run("timeline shop").text;
    assert!(
        timeline.contains("2024-03-02  claim added") && timeline.contains("2024-03-06  assurance gone"),
        "{timeline}"
    );
}

#[test]
fn only_what_was_asked_for_is_taken_over_and_the_rest_later() {
    let Some(user) = user() else { return };
    let mut archive = Archive::new(&user);
    archive.record("First record of Shop Terms", "Shop/Terms.md", POLICY);
    archive.record(
        "First record of Forum Terms",
        "Forum/Terms.md",
        &format!("{POLICY}{CLAIM}"),
    );
    user.run("import ota versions --only shop/*");
    assert!(user.run("log shop/terms").text.contains("\n@1 "));
    assert_eq!(user.run("log forum/terms").code, 2);
    assert!(user.run("import ota versions").errors.contains("1 recorded versions"));
    assert!(user.run("log forum/terms").text.contains("\n@1 "));
}

#[test]
fn what_is_no_archive_is_said_so() {
    let Some(user) = user() else { return };
    let none = user.run("import ota nowhere");
    assert!(
        none.code == 2 && none.errors.contains("nowhere is no git repository"),
        "{none:?}"
    );
    let mut archive = Archive::new(&user);
    archive.record("Add a declaration", "declarations/Shop.json", "{}");
    let wrong = user.run("import ota versions");
    assert!(
        wrong.code == 2 && wrong.errors.contains("holds no versions"),
        "{wrong:?}"
    );
    archive.record("Write a manual", "Shop/Terms.md", "# Manual");
    let other = user.run("import ota versions");
    assert!(
        other.code == 2 && other.errors.contains("is no archive of versions"),
        "{other:?}"
    );
    archive.record("First record", "Shop/Terms.md", POLICY);
    let unknown = user.run("import ota versions --only Forum/*");
    assert!(
        unknown.code == 2 && unknown.errors.contains("none of the 1 documents"),
        "{unknown:?}"
    );
    let mut without_git = user.clausewatch("import ota versions");
    let ran = crate::user::run(without_git.env("PATH", "/nonexistent"));
    assert!(ran.errors.contains("git is not installed"), "{ran:?}");
}

#[test]
fn a_version_is_handed_on_with_what_proves_it() {
    let Some(user) = user() else { return };
    take_over_two_versions(&user);
    assert_eq!(user.run("export shop/terms@2 --output proof").code, 0);
    if part::program("sha256sum") {
        let sum = |arguments: &[&str]| {
            let mut command = Command::new("sha256sum");
            let done = command
                .args(arguments)
                .current_dir(user.path("proof"))
                .output()
                .unwrap();
            assert!(done.status.success(), "{done:?}");
            String::from_utf8(done.stdout).unwrap()
        };
        assert_eq!(sum(&["-c", "SHA256SUMS"]).matches(": OK").count(), 4);
        let version: Value = serde_json::from_slice(&std::fs::read(user.path("proof/version.json")).unwrap()).unwrap();
        assert!(sum(&["seal.json"]).starts_with(version["chain_sha256"].as_str().unwrap()));
        assert_eq!(version["archive"]["path"], "Shop/Terms.md");
    }
    let again = user.run("export shop/terms@2 --output proof");
    assert!(
        again.code == 2 && again.errors.contains("is there already"),
        "{again:?}"
    );
    let markdown = user.run("export shop/terms@1 --format markdown").text;
    assert!(
        markdown.starts_with("# shop/terms @1\n") && markdown.contains("commit "),
        "{markdown}"
    );
    let exported: Value = serde_json::from_str(&user.run("export shop/terms --format json").text).unwrap();
    let commits = exported["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| &version["archive"]["commit"]);
    assert_eq!(commits.filter(|commit| commit.is_string()).count(), 2);
    let register = user.run("export shop/terms --format csv").text;
    assert!(
        register.lines().count() > 1 && register.starts_with("service,document,watch,"),
        "{register}"
    );
    let backup = user.run("backup copy.sqlite");
    assert_eq!(backup.code, 0, "{backup:?}");
    std::fs::create_dir(user.path("other")).unwrap();
    std::fs::rename(user.path("copy.sqlite"), user.path("other/clausewatch.sqlite")).unwrap();
    assert!(user.run("log shop/terms --state other").text.contains("\n@2 "));
    assert_eq!(user.run("vacuum").code, 0);
}

#[test]
fn web_archives_open_in_the_tools_of_web_archives() {
    let Some(user) = user() else { return };
    if !part::program("warcio") {
        return;
    }
    take_over_two_versions(&user);
    let run = |what: &str, file: &str| {
        let mut command = Command::new("warcio");
        let done = command.args([what, file]).current_dir(user.path("")).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    for file in ["terms.warc", "terms.warc.gz"] {
        user.run(&format!("export shop/terms --format warc --output {file}"));
        assert_eq!(
            run("index", file).lines().count(),
            5,
            "a head, and a page and a text for each version"
        );
        run("check", file);
    }
    let magic = std::fs::read(user.path("terms.warc.gz")).unwrap();
    assert_eq!(magic[..2], [0x1f, 0x8b]);
}

#[test]
fn an_import_that_was_killed_goes_on_as_if_nothing_had_been() {
    let Some(user) = user() else { return };
    let mut archive = Archive::new(&user);
    let data = ["photos", "messages", "contacts", "voice recordings", "search history"];
    for number in 0..70 {
        let claims = data.iter().take(number % 14 / 2);
        let claims: String = claims.map(|data| CLAIM.replace("photos", data)).collect();
        let text = format!("{POLICY}{claims}\nThis is edition {number}.\n");
        archive.record("Record new changes of Shop Terms", "Shop/Terms.md", &text);
    }
    let mut interrupted = 0;
    // The moments of death are spread over the length of an import, however long it is here.
    for moment in 0..8 {
        let import = Part::start(&mut user.clausewatch("import ota versions --state killed"));
        std::thread::sleep(Duration::from_millis(15 + moment * 25));
        import.signal("KILL");
        interrupted += u32::from(import.end().is_none());
    }
    assert!(interrupted > 0, "no import was interrupted");
    for state in ["killed", "spared"] {
        assert_eq!(user.run(&format!("import ota versions --state {state}")).code, 0);
        let verified = user.run(&format!("verify --state {state}"));
        assert_eq!(verified.text, "The state is whole.\n");
    }
    for line in ["log shop/terms", "alerts --historical", "clauses --gone"] {
        let of = |state: &str| user.run(&format!("{line} --format json --state {state}")).text;
        assert_eq!(of("killed"), of("spared"), "{line}");
    }
}

#[test]
fn an_import_that_fills_the_disk_goes_on_when_there_is_room() {
    let Some(user) = user() else { return };
    let mut archive = Archive::new(&user);
    for number in 0..70_u64 {
        // Words that no compression makes small, and so short that they are no vocabulary of another document.
        let noise = (1..1500).map(|word| {
            format!(
                " {:05x}",
                (number * 1500 + word).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44
            )
        });
        let text = format!("{POLICY}{CLAIM}\n{}\n", noise.collect::<String>());
        archive.record("Record new changes of Shop Terms", "Shop/Terms.md", &text);
    }
    let script = "$CLAUSEWATCH import ota versions; echo \"code $?\"; $CLAUSEWATCH verify; mount -o remount,size=32m $STATE
        $CLAUSEWATCH --quiet import ota versions; echo \"code $?\"; $CLAUSEWATCH verify; $CLAUSEWATCH log shop/terms > late
        $CLAUSEWATCH --quiet import ota versions --state spared; $CLAUSEWATCH log shop/terms --state spared > spared.log
        cmp late spared.log && echo alike";
    let Some(ran) = on_a_disk(&user, "256k", script) else {
        return;
    };
    assert!(
        ran.text.contains("is full")
            && ran
                .text
                .contains("the same command goes on from there\ncode 2\nThe state is whole."),
        "{}",
        ran.text
    );
    assert!(
        ran.text.ends_with("code 0\nThe state is whole.\nalike\n"),
        "{}",
        ran.text
    );
}

#[test]
fn what_other_tools_watched_becomes_a_list_to_include() {
    let user = User::new("[[watch]]\nid = \"other/terms\"\nurl = \"https://other.example/\"\nchannels = []\n");
    let job = "name: Ferry terms\nurl: https://ferry.example/terms\nfilter:\n  - css: main\n  - grep: AI\n";
    user.write("urls.yaml", job);
    let imported = user.run("import urlwatch urls.yaml");
    assert_eq!(imported.code, 0, "{imported:?}");
    assert!(
        imported.errors.contains("not carried over: the filter `grep: AI`"),
        "{imported:?}"
    );
    assert!(
        imported
            .errors
            .contains("put `include = [\"imported.toml\"]` at the top"),
        "{imported:?}"
    );
    user.write(
        "watchlist.toml",
        "include = [\"lists/terms.toml\", \"imported.toml\"]\n",
    );
    std::fs::create_dir(user.path("lists")).unwrap();
    let written_after = user.run("import urlwatch urls.yaml --output lists/terms.toml");
    assert!(
        written_after.code == 0 && written_after.errors.contains("terms.toml, which "),
        "{written_after:?}"
    );
    let status = user.run("status --format json").text;
    assert!(status.contains("ferry.example"), "{status}");
    let again = user.run("import urlwatch urls.yaml");
    assert!(
        again.code == 2 && again.errors.contains("is there already"),
        "{again:?}"
    );

    let declared = r#"{ "name": "Ferry", "terms": { "Terms of Service": { "fetch": "https://ferry.example/tos", "select": "main" } } }"#;
    std::fs::create_dir(user.path("declarations")).unwrap();
    let files = [
        ("Ferry.json", declared),
        ("Ferry.history.json", "not read"),
        ("Torn.json", "{"),
    ];
    for (name, text) in files {
        user.write(&format!("declarations/{name}"), text);
    }
    let imported = user.run("import declarations declarations --output terms.toml");
    assert!(
        imported.code == 0 && imported.errors.contains("1 document written"),
        "{imported:?}"
    );
    assert!(imported.errors.contains("Torn.json is no JSON"), "{imported:?}");
    let none = user.run("import changedetection urls.yaml --output none.toml");
    assert!(none.code == 2 && none.errors.contains("holds no watches"), "{none:?}");
}
