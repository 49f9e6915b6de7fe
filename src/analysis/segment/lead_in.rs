//! Which words lead in a list's items.

/// Of a lead-in longer than this the middle is left out.
pub(super) const LEAD_IN_LIMIT: usize = 400;

pub(super) fn opens_a_list(text: &str) -> bool {
    text.trim_end().ends_with([':', '：', '…']) || !text.trim_end().ends_with(['.', '!', '?', '。', ';', ')'])
}

pub(super) fn is_continuation(text: &str) -> bool {
    text.chars()
        .find(|character| character.is_alphabetic())
        .is_some_and(char::is_lowercase)
}

/// "(a) ...", "iv. ...", "3) ...", "• ...": an item written as a paragraph.
pub(crate) fn is_enumerated(text: &str) -> bool {
    let text = text.trim_start();
    let label: String = text
        .trim_start_matches(['(', '['])
        .chars()
        .take_while(|c| c.is_alphanumeric())
        .collect();
    let rest = text
        .trim_start_matches(['(', '['])
        .get(label.len()..)
        .unwrap_or_default();
    let number = text.split_whitespace().next().unwrap_or_default();
    let is_dotted = number.contains('.') && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_dotted
        || text.starts_with(['•', '-', '–', '·', '*', '▪', '◦'])
        || (!label.is_empty() && label.len() <= 4 && rest.starts_with([')', '.', ']']) && is_label(&label))
}

/// "3.4" of "3.4 You agree:", "12" of "12. You agree:"; empty where no number stands.
pub(super) fn section_number(text: &str) -> &str {
    let first = text.split_whitespace().next().unwrap_or_default();
    let number = first.trim_end_matches('.');
    let is_number = number
        .split('.')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
    if is_number && first.contains('.') { number } else { "" }
}

pub(super) fn is_label(label: &str) -> bool {
    let is_roman = label.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'I' | 'V' | 'X'));
    is_roman || label.chars().count() == 1 || label.chars().all(|c| c.is_ascii_digit())
}

/// Actor and verb stand at the start of a long lead-in, its object at the end.
pub(super) fn shortened(text: &str) -> String {
    if text.len() <= LEAD_IN_LIMIT {
        return text.to_owned();
    }
    format!("{} … {}", head(text, LEAD_IN_LIMIT / 2), tail(text, LEAD_IN_LIMIT / 2))
}

/// The first `limit` bytes or less, to the end of a word.
pub(super) fn head(text: &str, limit: usize) -> &str {
    let cut = text.floor_char_boundary(limit);
    if cut == text.len() {
        return text;
    }
    let space = text[..cut].rfind(' ').filter(|space| *space > 0);
    &text[..space.unwrap_or(cut)]
}

/// The last `limit` bytes or less, from the start of a word.
fn tail(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let cut = text.ceil_char_boundary(text.len() - limit);
    let cut = text[cut..].find(' ').map_or(cut, |space| cut + space + 1);
    &text[cut..]
}
