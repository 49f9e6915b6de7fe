//! Tables for spreadsheets (RFC 4180).

/// Rows as CSV. A cell that a spreadsheet would take for a formula is quoted with an apostrophe: texts come from pages.
pub fn csv(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
    rows.iter().map(|row| format!("{}\r\n", line(row))).collect()
}

fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if guard.is_empty() && !text.contains([',', '"', '\n', '\r']) {
        return text.to_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_cells_and_never_become_formulas() {
        let rows = [
            vec!["a,b".to_owned(), "say \"no\"".to_owned(), "two\nlines".to_owned()],
            vec!["=HYPERLINK(\"x\")".to_owned(), "plain".to_owned(), String::new()],
        ];
        assert_eq!(
            csv(&rows),
            "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\r\n\"'=HYPERLINK(\"\"x\"\")\",plain,\r\n"
        );
    }
}
