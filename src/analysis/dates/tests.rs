use super::words::LANGUAGES;
use super::*;

fn read_on_easter(text: &str, lang: &str) -> Vec<(DateKind, String)> {
    let read = NaiveDate::from_ymd_opt(2025, 4, 17).unwrap();
    let found = dates(text, lang, read, false);
    found
        .into_iter()
        .map(|dated| (dated.kind, dated.day.map(|day| day.to_string()).unwrap_or(dated.words)))
        .collect()
}

fn told(kind: DateKind, day: &str) -> Vec<(DateKind, String)> {
    vec![(kind, day.to_owned())]
}

#[test]
fn every_language_is_read() {
    assert_eq!(LANGUAGES.len(), 31);
    for (code, words) in LANGUAGES.iter() {
        let scripts_with_numbers = ["ja", "ko", "zh"].contains(&code.as_str());
        assert_eq!(
            words.months.count(),
            if scripts_with_numbers { 0 } else { 12 },
            "{code}"
        );
    }
}

#[test]
fn the_first_day_in_force_in_many_languages() {
    for (text, lang) in [
        ("Effective November 3, 2025, we train our models.", "en"),
        ("On 3 November 2025, we start.", "en"),
        ("Ab dem 3. November 2025 gilt", "de"),
        ("À partir du 3 novembre 2025, nous", "fr"),
        ("a partir del 3 de noviembre de 2025", "es"),
        ("a partire dal 3 novembre 2025", "it"),
        ("a partir de 3 de novembro de 2025", "pt"),
        ("vanaf 3 november 2025", "nl"),
        ("od 3 listopada 2025 r.", "pl"),
        ("od 3. listopadu 2025", "cs"),
        ("od 3. novembra 2025", "sk"),
        ("fra den 3. november 2025", "da"),
        ("från och med den 3 november 2025", "sv"),
        ("3. marraskuuta 2025 alkaen", "fi"),
        ("2025. november 3-tól", "hu"),
        ("începând cu 3 noiembrie 2025", "ro"),
        ("от 3 ноември 2025 г.", "bg"),
        ("από τις 3 Νοεμβρίου 2025", "el"),
        ("od 3. studenoga 2025.", "hr"),
        ("od 3. novembra 2025", "sl"),
        ("alates 3. novembrist 2025", "et"),
        ("no 2025. gada 3. novembra", "lv"),
        ("nuo 2025 m. lapkričio 3 d.", "lt"),
        ("3 Kasım 2025 tarihinden itibaren", "tr"),
        ("з 3 листопада 2025 року", "uk"),
        ("с 3 ноября 2025 года", "ru"),
        ("2025年11月3日から適用", "ja"),
        ("2025년 11월 3일부터", "ko"),
        ("自2025年11月3日起", "zh"),
        ("mit Wirkung vom 03.11.2025", "de"),
        ("from 2025-11-03", "en"),
    ] {
        assert_eq!(
            read_on_easter(text, lang),
            told(DateKind::Effective, "2025-11-03"),
            "{lang}: {text}"
        );
    }
}

#[test]
fn the_last_day_to_object_in_many_languages() {
    for (text, lang) in [
        ("You can object until May 26.", "en"),
        ("no later than 26 May 2025", "en"),
        ("Widersprechen Sie bis zum 26. Mai.", "de"),
        ("jusqu'au 26 mai 2025", "fr"),
        ("avant le 26 mai", "fr"),
        ("hasta el 26 de mayo", "es"),
        ("entro il 26 maggio 2025", "it"),
        ("até 26 de maio de 2025", "pt"),
        ("uiterlijk op 26 mei", "nl"),
        ("do 26 maja 2025", "pl"),
        ("do 26. května", "cs"),
        ("senest den 26. maj", "da"),
        ("senast den 26 maj 2025", "sv"),
        ("26. toukokuuta mennessä", "fi"),
        ("május 26-ig", "hu"),
        ("până la 26 mai 2025", "ro"),
        ("до 26 май 2025", "bg"),
        ("έως τις 26 Μαΐου", "el"),
        ("do 26. svibnja", "hr"),
        ("26 Mayıs 2025 tarihine kadar", "tr"),
        ("до 26 травня", "uk"),
        ("5月26日まで", "ja"),
        ("5월 26일까지", "ko"),
        ("5月26日之前", "zh"),
    ] {
        assert_eq!(
            read_on_easter(text, lang),
            told(DateKind::Deadline, "2025-05-26"),
            "{lang}: {text}"
        );
    }
}

#[test]
fn spans_are_counted_from_the_day_of_reading() {
    let read = NaiveDate::from_ymd_opt(2025, 4, 17).unwrap();
    let one = |text: &str, lang: &str, is_choice| {
        let found = dates(text, lang, read, is_choice);
        found
            .first()
            .map(|dated| (dated.kind, dated.day.map(|day| day.to_string())))
    };
    let day = |kind, day: &str| Some((kind, Some(day.to_owned())));
    assert_eq!(
        one("You may opt out within 30 days.", "en", true),
        day(DateKind::Deadline, "2025-05-17")
    );
    assert_eq!(
        one("Widersprechen Sie innerhalb von 2 Wochen.", "de", true),
        day(DateKind::Deadline, "2025-05-01")
    );
    assert_eq!(
        one("These terms take effect in 30 days.", "en", false),
        day(DateKind::Effective, "2025-05-17")
    );
    assert_eq!(
        one("We tell you 30 days before we change this.", "en", false),
        Some((DateKind::Notice, None))
    );
    assert_eq!(
        one("We delete logs within 30 days.", "en", false),
        None,
        "how long data is kept is no deadline"
    );
}

#[test]
fn a_day_that_can_be_two_is_none_and_an_update_is_not_told() {
    assert_eq!(
        read_on_easter("from 03/04/2025", "en"),
        told(DateKind::Effective, "03/04/2025")
    );
    assert_eq!(
        read_on_easter("from 13/04/2025", "en"),
        told(DateKind::Effective, "2025-04-13")
    );
    assert_eq!(
        read_on_easter("dal 03/04/2025", "it"),
        told(DateKind::Effective, "2025-04-03")
    );
    assert_eq!(read_on_easter("Last updated 1 March 2025", "en"), []);
}
