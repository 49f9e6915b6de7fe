//! The pictures of the book are what the program prints.

use anstream::adapter::strip_str;
use anstyle::RgbColor;
use anstyle_svg::{Palette, Term};

use crate::book::is_as_made;
use crate::site::{Answer, Site};
use crate::user::{User, run};

/// A terminal of today, with enough contrast for small pictures.
const fn terminal() -> Term {
    let colours = [
        RgbColor(0x48, 0x4f, 0x58),
        RgbColor(0xff, 0x7b, 0x72),
        RgbColor(0x56, 0xd3, 0x64),
        RgbColor(0xe3, 0xb3, 0x41),
        RgbColor(0x79, 0xc0, 0xff),
        RgbColor(0xd2, 0xa8, 0xff),
        RgbColor(0x56, 0xd4, 0xdd),
        RgbColor(0xe6, 0xed, 0xf3),
    ];
    let [black, red, green, yellow, blue, magenta, cyan, white] = colours;
    Term::new()
        .palette(Palette([
            black, red, green, yellow, blue, magenta, cyan, white, black, red, green, yellow, blue, magenta, cyan,
            white,
        ]))
        .fg_color(anstyle::Color::Rgb(white))
        .bg_color(anstyle::Color::Rgb(RgbColor(0x0d, 0x11, 0x17)))
        .min_width_px(860)
}

const COLUMNS: usize = 100;

fn picture(name: &str, typed: &str, printed: &str) {
    // A pipe has no width; a terminal would break these lines.
    let broken: Vec<String> = printed
        .trim_end()
        .lines()
        .map(|line| textwrap::fill(line, COLUMNS))
        .collect();
    let session = format!("\u{1b}[1m$ {typed}\u{1b}[0m\n{}", broken.join("\n"));
    is_as_made(&format!("docs/pictures/{name}.svg"), &terminal().render_svg(&session));
}

#[test]
fn of_the_alert_of_easter_monday() {
    let demo = User::new("").run("demo --color always").text;
    let is = |line: &&str, start: &str| strip_str(line).to_string().starts_with(start);
    let from_alert = demo.lines().skip_while(|line| !is(line, "eBay · "));
    // The address behind it is that of the replay.
    let alert: Vec<&str> = from_alert.take_while(|line| !is(line, "The page: ")).collect();
    picture("alert", "clausewatch demo", &alert.join("\n"));
}

const BEFORE: &str = "# Privacy notice of the ferry

## 4. Your messages

We keep the messages that you send to our crew for six months. We do not use your messages to train AI models.

## 5. Your rights

You may ask for access and deletion at any time.
";

const AFTER: &str = "# Privacy notice of the ferry

## 4. Your messages

We keep the messages that you send to our crew for twelve months. We may use your messages and photos to train our AI models and those of our partners.

## 5. Your rights

You may ask for access and deletion at any time. You can object to AI training in your settings until 1 May 2025.
";

#[test]
fn of_a_diff() {
    let user = User::new("");
    user.write("2024-03.md", BEFORE);
    user.write("2025-04.md", AFTER);
    let line = "diff 2024-03.md 2025-04.md";
    let printed = user.run(&format!("{line} --color always"));
    picture("diff", &format!("clausewatch {line}"), &printed.text);
}

#[test]
fn of_how_the_watches_stand() {
    let site = Site::start();
    let watch = |(id, service): (&str, &str)| {
        format!(
            "[[watch]]\nid = \"{id}\"\nservice = \"{service}\"\nurl = \"{}\"\njitter = \"0s\"\n",
            site.url(&format!("/{id}"))
        )
    };
    let watches = [
        ("ferry/privacy", "Ferry"),
        ("library/privacy", "Library"),
        ("bazaar/privacy", "Bazaar"),
        ("orchestra/terms", "Orchestra"),
    ];
    let user = User::new(&format!(
        "[defaults]\nchannels = []\ntime_zone = \"UTC\"\n{}",
        watches.map(watch).concat()
    ));
    for path in ["/ferry/privacy", "/library/privacy", "/orchestra/terms"] {
        site.put(path, Answer::policy(""));
    }
    site.put(
        "/bazaar/privacy",
        Answer::policy(
            "<p>We may use your reviews to train our AI models. You can opt out of AI training in your settings.</p>",
        ),
    );
    let on_day = |day: &str, line: &str| {
        let now = format!("2025-04-{day}T12:00:00Z");
        run(user.clausewatch(line).env("CLAUSEWATCH_NOW", now))
    };
    on_day("17", "check");
    site.put(
        "/ferry/privacy",
        Answer::policy("<p>We may use your messages and photos to train our AI models from 1 May 2025.</p>"),
    );
    on_day("21", "check");
    let printed = on_day("22", "status --color always");
    picture("status", "clausewatch status", &printed.text);
}

#[test]
fn of_what_a_document_says_and_of_how_to_object() {
    let site = Site::start();
    let user = User::new(&format!(
        "[defaults]\nchannels = []\n[[watch]]\nid = \"ferry/privacy\"\nservice = \"Ferry\"\ntitle = \"Privacy notice\"\nurl = \"{}\"\n\
         [watch.objection]\nurl = \"https://ferry.example/ai-settings\"\nlogin = true\n\
         steps = [\"Open the settings of your account.\", \"Set the training of AI to no.\"]\nletter = \"en\"\n",
        site.url("/privacy")
    ));
    let on_day = |day: &str, line: &str| {
        let now = format!("2025-04-{day}T12:00:00Z");
        run(user.clausewatch(line).env("CLAUSEWATCH_NOW", now)).text
    };
    for (text, day) in [(BEFORE, "17"), (AFTER, "21")] {
        site.put(
            "/privacy",
            Answer::bytes(200, text.into()).with("content-type", "text/markdown; charset=utf-8"),
        );
        on_day(day, "check");
    }
    for (name, line) in [("clauses", "clauses ferry"), ("object", "object ferry/privacy")] {
        let printed = on_day("22", &format!("{line} --color always"));
        let printed = printed.replace(&site.url(""), "https://ferry.example");
        picture(name, &format!("clausewatch {line}"), &printed);
    }
}
