//! Dates as written.

/// A number of four digits between these is a year.
const YEARS: std::ops::RangeInclusive<u32> = 1990..=2100;

/// Dates in a text, as written: "3 November 2025", "November 3, 2025", "21.04.2025", "2025-11-03", "2025年11月3日".
///
/// Found by their shape alone (a year with a day and a month's name or number beside it), in any language.
pub(super) fn in_text(text: &str) -> Vec<String> {
    let words = words(text);
    let mut found = Vec::new();
    for (index, (start, end)) in words.iter().enumerate() {
        let word = &text[*start..*end];
        if is_numeric_date(word) {
            found.push(word.to_owned());
        } else if is_year(word) {
            found.extend(around(text, &words, index));
        }
    }
    found.dedup();
    found
}

fn words(text: &str) -> Vec<(usize, usize)> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '/');
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, character) in text.char_indices().filter(|(_, character)| is_part(*character)) {
        let end = at + character.len_utf8();
        match found.last_mut() {
            Some(last) if last.1 == at => last.1 = end,
            _ => found.push((at, end)),
        }
    }
    for range in &mut found {
        let trimmed = text[range.0..range.1].trim_end_matches(['.', '-', '/']);
        // "3." is a day in German; a closing dot elsewhere ends the sentence.
        let is_day = trimmed.len() <= 2 && trimmed.chars().all(|c| c.is_ascii_digit());
        if !is_day {
            range.1 = range.0 + trimmed.len();
        }
    }
    found.retain(|(start, end)| start < end);
    found
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year| YEARS.contains(&year))
}

fn is_numeric_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['.', '-', '/']).collect();
    let is_ideographic = word.contains('年') && word.contains('月');
    is_ideographic
        || parts.len() == 3
            && parts
                .iter()
                .all(|part| !part.is_empty() && part.len() <= 4 && part.chars().all(|c| c.is_ascii_digit()))
            && (is_year(parts[0]) || is_year(parts[2]))
}

/// Day and month stand in the three words before the year: "3 November 2025", "3 de noviembre de 2025".
fn around(text: &str, words: &[(usize, usize)], year: usize) -> Option<String> {
    let first = year.saturating_sub(4);
    let day = (first..year).find(|index| day(&text[words[*index].0..words[*index].1]))?;
    let has_name = |range: std::ops::Range<usize>| {
        range.into_iter().any(|index| {
            text[words[index].0..words[index].1]
                .chars()
                .filter(|c| c.is_alphabetic())
                .count()
                > 2
        })
    };
    if has_name(day + 1..year) {
        return Some(text[words[day].0..words[year].1].to_owned());
    }
    let month = day.checked_sub(1).filter(|month| has_name(*month..day))?;
    Some(text[words[month].0..words[year].1].to_owned())
}

fn day(word: &str) -> bool {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let rest = &word[digits.len()..];
    digits.parse().is_ok_and(|day: u32| (1..=31).contains(&day)) && rest.chars().count() <= 2
}

#[cfg(test)]
mod tests {
    use super::in_text;

    #[test]
    fn dates_are_known_by_their_shape_in_any_language() {
        assert_eq!(in_text("Effective November 3, 2025, we train."), ["November 3, 2025"]);
        assert_eq!(in_text("Ab dem 21. April 2025 gilt"), ["21. April 2025"]);
        assert_eq!(
            in_text("a partir del 3 de noviembre de 2025"),
            ["3 de noviembre de 2025"]
        );
        assert_eq!(in_text("bis 26.05.2025."), ["26.05.2025"]);
        assert_eq!(in_text("from 2025-11-03"), ["2025-11-03"]);
        assert_eq!(in_text("2025年11月3日から"), ["2025年11月3日から"]);
        assert!(in_text("in 2025 we used 12 models and 3000 files").is_empty());
    }
}
