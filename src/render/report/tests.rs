use super::*;

fn at(day: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&format!("{day}T00:00:00Z"))
        .unwrap()
        .to_utc()
}

fn told() -> Told {
    let clause = |stance, text: &str, since, until: Option<(&str, u32)>, first_version| ToldClause {
        stance,
        text: text.to_owned(),
        heading: vec!["AI".into()],
        since: at(since),
        is_from_start: first_version == 1,
        until: until.map(|(day, _)| at(day)),
        first_version,
        gone_version: until.map(|(_, version)| version),
    };
    Told {
        id: "shop/privacy".into(),
        service: "Shop & <Sons>".into(),
        title: "Privacy".into(),
        url: Some("javascript:alert(1)".into()),
        clauses: vec![
            clause(
                Stance::Claim,
                "We train <script>AI</script> with your photos.",
                "2024-06-01",
                None,
                2,
            ),
            clause(
                Stance::Assurance,
                "We do not.",
                "2023-06-01",
                Some(("2024-06-01", 2)),
                1,
            ),
        ],
        versions: vec![(1, at("2023-06-01")), (2, at("2024-06-01"))],
    }
}

#[test]
fn pages_say_what_stands_and_what_is_gone_and_escape_what_is_quoted() {
    let page = page(&told());
    assert!(
        page.contains("since <a href=\"diffs/shop--privacy--2.html\">2024-06-01</a>"),
        "{page}"
    );
    assert!(page.contains("on or before 2023-06-01, gone <a"), "{page}");
    assert!(!page.contains("<script") && !page.contains("javascript:"), "{page}");
    let index = index(&[told()], at("2024-07-01"));
    assert!(
        index.contains("Shop &amp; &lt;Sons&gt;") && index.contains("href=\"shop--privacy.html\""),
        "{index}"
    );
    assert!(
        index.contains("count claim\">1<") && index.contains("count none\">0<"),
        "{index}"
    );
}

#[test]
fn the_index_names_services_by_what_they_say_today() {
    let silent = Told {
        id: "quiet/terms".into(),
        service: "Quiet".into(),
        clauses: Vec::new(),
        ..told()
    };
    let index = index(&[told(), silent], at("2024-07-01"));
    let list = index.split_once("<dl>").unwrap().1.split_once("</dl>").unwrap().0;
    let of = |stance: &str| {
        list.split_once(stance)
            .and_then(|(_, rest)| rest.split("<dd>").nth(1)?.split("</dd>").next())
    };
    assert_eq!(
        of(">claim<"),
        Some("<a href=\"#shop/privacy\">Shop &amp; &lt;Sons&gt;</a>")
    );
    assert_eq!(of(">silent<"), Some("<a href=\"#quiet/terms\">Quiet</a>"));
    assert_eq!(of(">assurance<"), None, "it is gone");
    assert!(index.contains("<tr id=\"quiet/terms\">"), "{index}");
}

#[test]
fn bars_lie_between_their_days_and_marks_link_to_their_diffs() {
    let page = page(&told());
    assert!(
        page.contains("<rect class=\"claim\" x=\"895\" y=\"0\" width=\"5\""),
        "{page}"
    );
    assert!(
        page.contains("<rect class=\"assurance\" x=\"5\" y=\"11\" width=\"890\""),
        "{page}"
    );
    assert!(
        page.contains("<a href=\"diffs/shop--privacy--2.html\"><circle class=\"change news\""),
        "{page}"
    );
    assert!(page.contains("(@2): 1 new, 1 gone</title>"), "{page}");
    for number in [0, 1] {
        let (bar, clause) = (
            format!("<a href=\"#clause-{number}\"><rect"),
            format!("id=\"clause-{number}\""),
        );
        assert!(page.contains(&bar) && page.contains(&clause), "{page}");
    }
}

#[test]
fn the_feed_tells_what_came_and_what_went() {
    let feed = feed(&[told()], at("2024-07-01"));
    assert_eq!(feed.matches("<entry>").count(), 2);
    assert!(
        feed.contains("Shop &amp; &lt;Sons&gt; · Privacy: claim new") && feed.contains("assurance gone"),
        "{feed}"
    );
    assert!(
        feed.contains("<link rel=\"alternate\" href=\"diffs/shop--privacy--2.html\"/>"),
        "{feed}"
    );
}
