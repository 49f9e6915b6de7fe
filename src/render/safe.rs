//! Pages are hostile input: nothing of them may steer a terminal, a mail header or a notification.

/// The text without control characters and without signs that turn the direction of writing; line breaks stay.
pub fn clean(text: &str) -> String {
    text.chars().filter(|sign| *sign == '\n' || !is_unsafe(*sign)).collect()
}

/// The same on one line.
pub fn clean_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|sign| if sign.is_whitespace() { ' ' } else { sign })
        .collect();
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    clean(&words.join(" "))
}

/// The text in markup (HTML, a notification's body), where it is no markup itself.
pub fn escape_markup(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

pub(super) fn is_unsafe(sign: char) -> bool {
    sign.is_control()
        // Trojan Source (CVE-2021-42574): what is read is not what is written.
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
        || matches!(sign, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal_or_a_header() {
        assert_eq!(clean("a\u{1b}[31mred\u{7}\u{202e}\nb"), "a[31mred\nb");
        assert_eq!(
            clean_line("Subject\r\nBcc: x@y.example\t!"),
            "Subject Bcc: x@y.example !"
        );
        assert_eq!(clean("für dich, 日本語 – “q”"), "für dich, 日本語 – “q”");
    }
}
