//! The commands, as a person types them.

use serde_json::Value;

use crate::site::{Answer, Site};
use crate::user::{User, privacy, run};

const CLAIM: &str = "<h2>AI</h2><p>We use your photos to train our AI models.</p>";

fn user() -> (Site, User) {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let list = format!(
        "[defaults]\nchannels = []\n{}[watch.objection]\nurl = \"https://shop.example/ai\"\nsteps = [\"Say no.\"]\nletter = \"en\"\n",
        privacy(&site)
    );
    (site, User::new(&list))
}

fn json(user: &User, line: &str) -> Value {
    let ran = user.run(&format!("{line} --format json"));
    serde_json::from_str(&ran.text).unwrap_or_else(|error| panic!("{line}: {error}: {ran:?}"))
}

#[test]
fn trouble_is_said_even_where_quiet_is_wanted() {
    let (site, user) = user();
    site.put("/privacy", Answer::status(500, "broken"));
    let ran = user.run("check --quiet");
    assert_eq!((ran.code, ran.text.as_str()), (2, ""), "{ran:?}");
    assert!(
        ran.errors.contains("error: shop/privacy: ") && ran.errors.contains("500"),
        "{ran:?}"
    );
}

#[test]
fn without_a_browser_the_watch_that_needs_one_says_what_to_install_and_the_others_go_on() {
    let (site, user) = user();
    let list = std::fs::read_to_string(user.path("watchlist.toml")).unwrap();
    let needs_browser = format!(
        "[[watch]]\nid = \"shop/app\"\nurl = \"{}\"\nfetch = \"browser\"\n",
        site.url("/app")
    );
    user.write("watchlist.toml", &(list + &needs_browser));
    let ran = run(user.clausewatch("check").env("PATH", ""));
    assert_eq!(ran.code, 2, "{ran:?}");
    for said in ["shop/privacy: first reading", "shop/app: ", "install `chromium`"] {
        assert!(ran.errors.contains(said), "{said}: {ran:?}");
    }
}

#[test]
fn a_watch_is_checked_listed_shown_compared_and_objected_to() {
    let (site, user) = user();
    let first = user.run("check");
    assert_eq!(first.code, 0, "{first:?}");
    assert!(
        first.errors.contains("[1/1] shop/privacy: first reading, 0 clauses")
            && first.text == "1 document visited: 1 first reading\n",
        "{first:?}"
    );
    site.put("/privacy", Answer::policy(CLAIM));
    let second = user.run("check");
    assert_eq!(second.code, 1);
    assert!(
        second
            .text
            .contains("Shop now claims the right to train its AI models with your photos or videos."),
        "{second:?}"
    );
    assert_eq!(user.run("check").code, 0);

    let status = user.run("status").text;
    assert!(
        status.contains("\nok      shop/privacy") && status.contains("1 claim"),
        "{status}"
    );
    let mut later = user.clausewatch("status");
    let stale = crate::user::run(later.env("CLAUSEWATCH_NOW", "2999-01-01T00:00:00Z")).text;
    assert!(
        stale.contains("\nSTALE ") && stale.contains("is `clausewatch daemon` running?"),
        "{stale}"
    );
    let log = user.run("log shop/privacy").text;
    let lines: Vec<&str> = log.lines().collect();
    assert!(
        lines.len() == 3 && lines[1].starts_with("@2 ") && lines[2].starts_with("@1 "),
        "{log}"
    );
    let shown = user.run("show shop/privacy@1").text;
    assert!(shown.contains("# Privacy") && !shown.contains("photos"), "{shown}");
    let diff = user.run("diff shop/privacy @1 @2").text;
    assert!(diff.contains("+ We use your photos to train our AI models."), "{diff}");
    let clauses = user.run("clauses shop").text;
    assert!(
        clauses.contains("claim (uses data to train AI)") && clauses.contains("(@2)"),
        "{clauses}"
    );
    let object = user.run("object shop/privacy").text;
    assert!(
        object.contains("https://shop.example/ai") && object.contains("Article 21"),
        "{object}"
    );
    assert!(status.contains("    alert 1: Shop now claims the right"), "{status}");
    let letter = user.run("object shop/privacy --mailto").text;
    assert!(letter.starts_with("mailto:?subject=Objection"), "{letter}");
    assert!(user.run("object").text.contains("open  "));
    let done = user.run("object shop/privacy --done 2024-02-30");
    assert!(done.code == 2 && done.errors.contains("is no day"), "{done:?}");
    assert_eq!(user.run("object --done shop/privacy").code, 0);
    assert!(user.run("status shop/privacy").text.contains("you objected on"));
    assert!(user.run("object").text.starts_with("objected  "));
    let alerts = user.run("alerts").text;
    assert!(
        alerts.contains("\n 1  ") && alerts.contains("shop/privacy  Shop now claims the right"),
        "{alerts}"
    );
    assert!(user.run("alerts show 1").text.contains("95 % sure"));
    assert_eq!(user.run("alerts snooze 1 3d").code, 0);
    assert!(
        user.run("alerts").text.starts_with("No alerts.") && user.run("alerts --all").text.contains("put off until")
    );
    let alarm = user.run("alerts false-alarm 1");
    assert!(
        alarm.errors.contains("We use your photos to train our AI models."),
        "{alarm:?}"
    );
    assert!(user.run("alerts examples").text.contains("stance = \"none\""));
    user.run("alerts ack 1");
    assert!(user.run("alerts").text.starts_with("No alerts."));
    assert_eq!(user.run("verify").text, "The state is whole.\n");
}

#[test]
fn status_tells_when_each_document_is_visited_next() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let keys = "channels = []\nschedule = \"30 7 * * *\"\ntime_zone = \"Europe/Berlin\"\njitter = \"0s\"\n";
    let user = User::new(&format!("{}{keys}", privacy(&site)));
    // The night on which the clocks of Berlin go forward.
    let at = |line: &str| {
        let ran = run(user.clausewatch(line).env("CLAUSEWATCH_NOW", "2025-03-29T12:00:00Z"));
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.text
    };
    at("check");
    let status: Value = serde_json::from_str(&at("status --format json")).unwrap();
    assert_eq!(status["watches"][0]["next_visit"], "2025-03-30T05:30:00Z", "{status}");
    assert!(at("status").contains("in 17 h"), "{}", at("status"));
}

#[test]
fn what_programs_read_is_json_of_version_one() {
    let (site, user) = user();
    user.run("check");
    site.put("/privacy", Answer::policy(CLAIM));
    let check = json(&user, "check");
    assert_eq!(
        check["visits"][0]["alerts"][0]["details"][0]["event"], "claim_added",
        "{check}"
    );
    user.write("page.md", "# A\n\nYou may not train AI on our content.\n");
    for line in [
        "status",
        "log shop/privacy",
        "show shop/privacy",
        "diff shop/privacy",
        "alerts",
        "clauses",
        "object shop/privacy",
        "outbox",
        "extract page.md",
    ] {
        assert_eq!(json(&user, line)["version"], 1, "{line}");
    }
    assert_eq!(json(&user, "detect page.md")["clauses"][0]["stance"], "restriction");
    assert_eq!(json(&user, "compare page.md page.md")["alert"], false);
}

#[test]
fn mistakes_are_answered_with_what_to_do() {
    let (_site, user) = user();
    let misspelt = user.run("check shop/privcy");
    assert_eq!(misspelt.code, 2);
    assert!(
        misspelt
            .errors
            .contains("there is no watch `shop/privcy`; did you mean shop/privacy?"),
        "{misspelt:?}"
    );
    let nothing_yet = user.run("diff shop/privacy");
    assert!(
        nothing_yet.errors.contains("nothing is kept of `shop/privacy`"),
        "{nothing_yet:?}"
    );
    user.run("check");
    assert!(user.run("show shop/privacy@7").errors.contains("has no version @7"));
    assert!(user.run("alerts ack 9").errors.contains("there is no alert 9"));
}

#[test]
fn every_fault_of_a_watchlist_is_told_at_once_and_nothing_is_run() {
    let (site, user) = user();
    user.write(
        "watchlist.toml",
        &format!(
            "{}schedul = \"@daily\"\n[[watch]]\nid = \"shop/privacy\"\nurl = \"shop.example\"\nschedule = \"0 25 * * *\"\n\
             [[watch]]\nid = \"shop/terms\"\nurl = \"https://shop.example/terms\"\nselect = [\"main[\"]\n",
            privacy(&site)
        ),
    );
    let ran = user.run("check");
    assert_eq!(ran.code, 2);
    for part in [
        ":6:1",
        "did you mean `schedule`?",
        ":8:6",
        "give it another id",
        ":9:7",
        "it starts with `https://`",
        ":10:15",
        "take a number from 0 to 23",
        ":14:11",
        "write it as in a style sheet",
        "14 | select = [\"main[\"]\n   |           ^^^^^^^\n",
    ] {
        assert!(ran.errors.contains(part), "{part} is missing in\n{}", ran.errors);
    }
    assert!(site.requests("/privacy").is_empty());
    assert!(!user.path("state").exists());
    std::fs::remove_file(user.path("watchlist.toml")).unwrap();
    let missing = user.run("check");
    assert_eq!(missing.code, 2);
    assert!(
        missing.errors.contains("watchlist.toml") && missing.errors.contains("help"),
        "{}",
        missing.errors
    );
}

#[test]
fn the_demo_tells_the_story_of_easter_and_leaves_nothing_behind() {
    let user = User::new("");
    std::fs::create_dir(user.path("tmp")).unwrap();
    let ran = crate::user::run(user.clausewatch("demo").env("TMPDIR", user.path("tmp")));
    assert_eq!(ran.code, 0, "{ran:?}");
    for part in [
        "ebay/questions-de: unchanged",
        "eBay now claims the right to",
        "KI-Modelle von",
        "+ ## 5. Künstliche Intelligenz",
        "https://accountsettings.ebay.de/ai-preferences",
        "is silent",
    ] {
        assert!(ran.text.contains(part), "{part} is missing in\n{}", ran.text);
    }
    assert_eq!(std::fs::read_dir(user.path("tmp")).unwrap().count(), 0);
    assert!(!user.path("state").exists());
}
