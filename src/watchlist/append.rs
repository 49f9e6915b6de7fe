//! Adds a watch to the text of a watchlist, comments and layout kept.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TomlError, value};

use super::FetchMode;

/// A watch to be added; what is empty is left to the defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWatch {
    pub id: String,
    pub service: String,
    pub title: String,
    pub url: String,
    pub lang: Option<String>,
    pub fetch: FetchMode,
    pub select: Vec<String>,
    pub remove: Vec<String>,
}

/// The watchlist's text with the watch at its end.
///
/// # Errors
/// A text that is no TOML.
pub fn append(text: &str, watch: &NewWatch) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let mut table = Table::new();
    table.insert("id", value(&watch.id));
    table.insert("service", value(&watch.service));
    table.insert("title", value(&watch.title));
    table.insert("url", value(&watch.url));
    if let Some(lang) = &watch.lang {
        table.insert("lang", value(lang));
    }
    if watch.fetch == FetchMode::Browser {
        table.insert("fetch", value("browser"));
    }
    for (key, selectors) in [("select", &watch.select), ("remove", &watch.remove)] {
        if !selectors.is_empty() {
            table.insert(key, value(selectors.iter().collect::<Array>()));
        }
    }
    if let Some(watches) = document.get_mut("watch").and_then(Item::as_array_mut) {
        // `watch = [{ … }]`
        watches.push(table.into_inline_table());
        return Ok(document.to_string());
    }
    // Through the document, comments at its end would come to stand behind the watch.
    let mut addition = DocumentMut::new();
    addition.insert("watch", Item::ArrayOfTables(ArrayOfTables::from_iter([table])));
    let before = text.trim_end();
    let gap = if before.is_empty() { "" } else { "\n\n" };
    Ok(format!("{before}{gap}{addition}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn watch() -> NewWatch {
        NewWatch {
            id: "ferry/terms".into(),
            service: "Ferry".into(),
            title: "Terms \"of\" the ferry".into(),
            url: "https://ferry.example/terms".into(),
            lang: Some("en".into()),
            fetch: FetchMode::Auto,
            select: Vec::new(),
            remove: vec![".ad".into()],
        }
    }

    fn ids(text: &str) -> Vec<String> {
        let read = |_: &Path| Ok(text.to_owned());
        let watchlist = super::super::parse(Path::new("watchlist.toml"), &read, jiff::tz::TimeZone::UTC).unwrap();
        watchlist.watches.into_iter().map(|watch| watch.id).collect()
    }

    #[test]
    fn what_stood_there_stays_to_the_letter() {
        let before = "# Mine\n[defaults]  # all of them\nnotify = \"notice\"\n\n[[watch]]\nid = \"a/b\" # first\n\
            url = \"https://a.example/\"\n\n# The end.\n";
        let after = append(before, &watch()).unwrap();
        assert!(after.starts_with(before), "{after}");
        assert_eq!(ids(&after), ["a/b", "ferry/terms"]);
    }

    #[test]
    fn a_list_may_be_empty_or_written_in_line() {
        assert_eq!(ids(&append("", &watch()).unwrap()), ["ferry/terms"]);
        let begun = append("# Mine\nwatch = []\n", &watch()).unwrap();
        assert!(begun.starts_with("# Mine\n"), "{begun}");
        assert_eq!(ids(&begun), ["ferry/terms"]);
        let in_line = "watch = [{ id = \"a/b\", url = \"https://a.example/\" }]\n";
        assert_eq!(ids(&append(in_line, &watch()).unwrap()), ["a/b", "ferry/terms"]);
    }
}
