use super::*;

/// The first firings after 1 January 2026, a Thursday.
fn firings(line: &str, count: usize) -> Vec<String> {
    let start = chrono::DateTime::parse_from_rfc3339("2025-12-31T23:59:59Z")
        .unwrap()
        .to_utc();
    let crontab = Crontab::parse(line).unwrap();
    let mut all: Vec<_> = crontab
        .alternatives
        .iter()
        .flat_map(|schedule| schedule.after(&start).take(count))
        .collect();
    all.sort_unstable();
    all.dedup();
    all.iter()
        .take(count)
        .map(|time| time.format("%a %m-%d %H:%M:%S").to_string())
        .collect()
}

#[test]
fn lines_fire_when_crontab_says() {
    for (line, expected) in [
        (
            "0 7,19 * * *",
            ["Thu 01-01 07:00:00", "Thu 01-01 19:00:00", "Fri 01-02 07:00:00"],
        ),
        (
            "30 5 4 * * *",
            ["Thu 01-01 04:05:30", "Fri 01-02 04:05:30", "Sat 01-03 04:05:30"],
        ),
        (
            "0 4 * * 1",
            ["Mon 01-05 04:00:00", "Mon 01-12 04:00:00", "Mon 01-19 04:00:00"],
        ),
        (
            "0 4 * * 0",
            ["Sun 01-04 04:00:00", "Sun 01-11 04:00:00", "Sun 01-18 04:00:00"],
        ),
        (
            "0 4 * * 7",
            ["Sun 01-04 04:00:00", "Sun 01-11 04:00:00", "Sun 01-18 04:00:00"],
        ),
        (
            "0 4 * * Sat-SUN",
            ["Sat 01-03 04:00:00", "Sun 01-04 04:00:00", "Sat 01-10 04:00:00"],
        ),
        (
            "0 4 * * 5-7",
            ["Fri 01-02 04:00:00", "Sat 01-03 04:00:00", "Sun 01-04 04:00:00"],
        ),
        (
            "0 0 1 feb,jun *",
            ["Sun 02-01 00:00:00", "Mon 06-01 00:00:00", "Mon 02-01 00:00:00"],
        ),
        (
            "*/20 3 * * *",
            ["Thu 01-01 03:00:00", "Thu 01-01 03:20:00", "Thu 01-01 03:40:00"],
        ),
        (
            "10-50/20 3 * * *",
            ["Thu 01-01 03:10:00", "Thu 01-01 03:30:00", "Thu 01-01 03:50:00"],
        ),
        (
            "  0  0   2 * fri ",
            ["Fri 01-02 00:00:00", "Fri 01-09 00:00:00", "Fri 01-16 00:00:00"],
        ),
        (
            "@daily",
            ["Thu 01-01 00:00:00", "Fri 01-02 00:00:00", "Sat 01-03 00:00:00"],
        ),
        (
            "@weekly",
            ["Sun 01-04 00:00:00", "Sun 01-11 00:00:00", "Sun 01-18 00:00:00"],
        ),
        (
            "@Hourly",
            ["Thu 01-01 00:00:00", "Thu 01-01 01:00:00", "Thu 01-01 02:00:00"],
        ),
    ] {
        assert_eq!(firings(line, 3), expected, "{line}");
    }
}

#[test]
fn days_of_month_and_week_add_up_unless_one_is_starred() {
    assert_eq!(
        firings("0 0 13 * fri", 4),
        [
            "Fri 01-02 00:00:00",
            "Fri 01-09 00:00:00",
            "Tue 01-13 00:00:00",
            "Fri 01-16 00:00:00"
        ]
    );
    assert_eq!(
        firings("0 0 */2 * fri", 2),
        ["Fri 01-09 00:00:00", "Fri 01-23 00:00:00"]
    );
}

#[test]
fn a_leap_day_fires_and_the_thirty_first_of_february_is_refused() {
    assert_eq!(firings("0 0 29 2 *", 1), ["Tue 02-29 00:00:00"]);
    assert_eq!(firings("0 0 31 2 mon", 1), ["Mon 02-02 00:00:00"]);
    assert!(Crontab::parse("0 0 31 2 *").unwrap_err().what.contains("never fires"));
}

#[test]
fn faults_are_marked_where_they_are() {
    for (line, marked, remedy) in [
        ("0 25 * * *", "25", "from 0 to 23"),
        ("0 7,24 * * *", "24", "from 0 to 23"),
        ("0 7 * * mo", "mo", "a name (sun, mon …)"),
        ("0 7 0 * *", "0", "from 1 to 31"),
        ("0 7 * 13 *", "13", "from 1 to 12"),
        ("*/0 * * * *", "*/0", "at a time"),
        ("5/15 * * * *", "5/15", "5-59/15"),
        ("0 22-2 * * *", "22-2", "22-23,0-2"),
        ("0 7,, * * *", ",", "from 0 to 23"),
        ("0 7 * *", "0 7 * *", "five fields"),
        ("0 0 7 * * * 2027", "0 0 7 * * * 2027", "five fields"),
        ("@reboot", "@reboot", "@daily"),
        ("", "", "five fields"),
    ] {
        let error = Crontab::parse(line).unwrap_err();
        assert_eq!(&line[error.span.clone()], marked, "{line}: {error:?}");
        assert!(error.remedy.contains(remedy), "{line}: {error:?}");
    }
}
