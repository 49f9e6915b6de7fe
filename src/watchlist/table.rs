//! Reads the keys of a TOML table one by one, and remembers where everything is written.
//!
//! A key that was never asked for is unknown: what is known is written down once, where it is read.

use std::cell::RefCell;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Place};
use super::likeness::nearest;

/// Where faults are gathered.
pub(super) type Desk = RefCell<Vec<Fault>>;

/// A table, its name for people, and where it is written.
pub(super) struct Table<'a> {
    name: String,
    pub(super) place: Place,
    entries: &'a DeTable<'a>,
    known: RefCell<Vec<&'static str>>,
    desk: &'a Desk,
}

/// A string and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) place: Place,
}

/// An item that is said in short, or with keys of its own.
pub(super) enum TextOrTable<'a> {
    Text(Text),
    Table(Table<'a>),
}

impl<'a> Table<'a> {
    pub(super) fn new(name: impl Into<String>, place: Place, entries: &'a DeTable<'a>, desk: &'a Desk) -> Self {
        Self {
            name: name.into(),
            place,
            entries,
            known: RefCell::default(),
            desk,
        }
    }

    pub(super) fn fault(&self, fault: Fault) {
        self.desk.borrow_mut().push(fault);
    }

    fn at(&self, value: &Spanned<DeValue<'_>>) -> Place {
        Place {
            source: Arc::clone(&self.place.source),
            span: value.span(),
        }
    }

    /// The value of a key, which thereby is a known one.
    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.entries.get(key)
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, remedy: &str) {
        let what = format!("`{key}` cannot be {}", kind(value.get_ref()));
        self.fault(Fault::new(&self.at(value), what, remedy));
    }

    pub(super) fn text(&self, key: &'static str) -> Option<Text> {
        let value = self.get(key)?;
        let text = self.as_text(value);
        if text.is_none() {
            self.wrong_type(key, value, &format!("write a string, as in `{key} = \"…\"`"));
        }
        text
    }

    /// The string of a key that may as well hold something else.
    pub(super) fn text_if_any(&self, key: &'static str) -> Option<Text> {
        self.as_text(self.get(key)?)
    }

    pub(super) fn plain_text(&self, key: &'static str) -> Option<String> {
        self.text(key).map(|text| text.text)
    }

    fn as_text(&self, value: &Spanned<DeValue<'_>>) -> Option<Text> {
        let text = value.get_ref().as_str()?.to_owned();
        Some(Text {
            text,
            place: self.at(value),
        })
    }

    /// Several strings, or one alone.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<Text>> {
        let value = self.get(key)?;
        let remedy = || format!("write strings, as in `{key} = [\"…\", \"…\"]`");
        if let Some(text) = self.as_text(value) {
            return Some(vec![text]);
        }
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, &remedy());
            return None;
        };
        let read = |item: &Spanned<DeValue<'_>>| {
            let text = self.as_text(item);
            if text.is_none() {
                self.wrong_type(key, item, &remedy());
            }
            text
        };
        Some(items.iter().filter_map(read).collect())
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, value, &format!("write `{key} = true` or `{key} = false`"));
        }
        flag
    }

    /// A whole number that fits.
    pub(super) fn number(&self, key: &'static str, most: u32) -> Option<u32> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer();
        let number = number.and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        let number = number.filter(|number| *number <= most);
        if number.is_none() {
            self.wrong_type(key, value, &format!("write a whole number from 0 to {most}"));
        }
        number
    }

    /// A day, written as a string or as TOML's own date.
    pub(super) fn day(&self, key: &'static str) -> Option<Text> {
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(time) => Some(Text {
                text: time.to_string(),
                place: self.at(value),
            }),
            _ => self.as_text(value),
        };
        if text.is_none() {
            self.wrong_type(key, value, &format!("write a date, as in `{key} = \"2025-05-26\"`"));
        }
        text
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text.text);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let what = format!("`{key}` cannot be `{}`", text.text);
            self.fault(Fault::new(&text.place, what, suggest(&text.text, &known)));
        }
        found.map(|(_, value)| *value)
    }

    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(entries) => Some(self.inner(key, value, entries)),
            _ => {
                self.wrong_type(key, value, &format!("write a table, headed `[{key}]`"));
                None
            }
        }
    }

    fn inner(&self, name: &str, value: &Spanned<DeValue<'_>>, entries: &'a DeTable<'a>) -> Table<'a> {
        let name = if self.name.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.name)
        };
        Table::new(name, self.at(value), entries, self.desk)
    }

    /// A table of tables, by name, as in `[channel.email]`.
    pub(super) fn named_tables(&self, key: &'static str) -> Vec<(Text, Table<'a>)> {
        let Some(outer) = self.table(key) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, value) in outer.entries {
            match value.get_ref() {
                DeValue::Table(entries) => {
                    let place = Place {
                        source: Arc::clone(&outer.place.source),
                        span: name.span(),
                    };
                    let text = Text {
                        text: name.get_ref().to_string(),
                        place,
                    };
                    found.push((text, outer.inner(name.get_ref(), value, entries)));
                }
                _ => outer.wrong_type(name.get_ref(), value, &format!("write a table, headed `[{key}.NAME]`")),
            }
        }
        found
    }

    /// The items of an array, each a string or a table that says more; or one string alone.
    pub(super) fn texts_or_tables(&self, key: &'static str, example: &str) -> Option<Vec<TextOrTable<'a>>> {
        let value = self.get(key)?;
        if let Some(text) = self.as_text(value) {
            return Some(vec![TextOrTable::Text(text)]);
        }
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, example);
            return None;
        };
        let read = |item: &'a Spanned<DeValue<'a>>| match item.get_ref() {
            DeValue::Table(entries) => Some(TextOrTable::Table(self.inner(key, item, entries))),
            _ => {
                let text = self.as_text(item);
                if text.is_none() {
                    self.wrong_type(key, item, example);
                }
                text.map(TextOrTable::Text)
            }
        };
        Some(items.iter().filter_map(read).collect())
    }

    /// The tables of an array, as in `[[watch]]`.
    pub(super) fn tables(&self, key: &'static str, example: &str) -> Option<Vec<Table<'a>>> {
        let value = self.get(key)?;
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, example);
            return None;
        };
        let mut tables = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(entries) => tables.push(self.inner(key, item, entries)),
                _ => self.wrong_type(key, item, example),
            }
        }
        Some(tables)
    }

    /// The faults of keys that were never asked for; call it when all were.
    pub(super) fn refuse_unknown(&self) {
        let known = self.known.borrow();
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let place = Place {
                    source: Arc::clone(&self.place.source),
                    span: key.span(),
                };
                let table = if self.name.is_empty() {
                    "the top".into()
                } else {
                    format!("`{}`", self.name)
                };
                self.fault(Fault::new(
                    &place,
                    format!("unknown key `{name}` in {table}"),
                    suggest(name, &known),
                ));
            }
        }
    }
}

/// What was meant, or what there is.
pub(super) fn suggest(word: &str, known: &[&str]) -> String {
    let lower = word.to_lowercase();
    match nearest(&lower, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "remove it".into(),
        None => format!("take one of `{}`", known.join("`, `")),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "this number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
