//! The watchlist that comes with the program, cut to what a person uses.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::Answers;
use super::mail::MailSettings;

const SHIPPED: &str = include_str!("../../../watchlist.toml");
/// Before the settings for mail, and before each group of services.
const MAIL: &str = "# Alerts by mail:";
const SECTION: &str = "# ---- ";

/// The shipped list in parts.
pub(super) struct Shipped {
    settings: &'static str,
    mail: &'static str,
    sections: Vec<Section>,
}

struct Section {
    heading: String,
    tables: Vec<Part>,
}

/// A table with its text to the letter.
struct Part {
    text: String,
    kind: Kind,
}

enum Kind {
    Watch {
        service: String,
        id: String,
        lang: String,
        objection: Option<String>,
    },
    Objection(String),
}

/// A service whose documents are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    pub name: String,
    /// The first half of its ids.
    pub key: String,
    pub documents: usize,
    pub languages: Vec<String>,
}

impl Service {
    pub(super) fn is_meant(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) || self.key.eq_ignore_ascii_case(name)
    }
}

impl Shipped {
    pub(super) fn read() -> Self {
        let (head, body) = SHIPPED.split_at(SHIPPED.find(SECTION).unwrap_or(SHIPPED.len()));
        let (settings, mail) = head.split_at(head.find(MAIL).unwrap_or(head.len()));
        let starts = body.match_indices(SECTION).map(|(at, _)| at).chain([body.len()]);
        let starts: Vec<usize> = starts.collect();
        let sections = starts.windows(2).filter_map(|pair| body.get(pair[0]..pair[1]));
        Self {
            settings,
            mail,
            sections: sections.map(Section::read).collect(),
        }
    }

    /// In the order of the list.
    pub(super) fn services(&self) -> Vec<Service> {
        let mut services: Vec<Service> = Vec::new();
        for part in self.sections.iter().flat_map(|section| &section.tables) {
            let Kind::Watch { service, id, lang, .. } = &part.kind else {
                continue;
            };
            let at = services
                .iter()
                .position(|known| known.name == *service)
                .unwrap_or_else(|| {
                    services.push(Service {
                        name: service.clone(),
                        key: id.split('/').next().unwrap_or_default().to_owned(),
                        documents: 0,
                        languages: Vec::new(),
                    });
                    services.len() - 1
                });
            services[at].documents += 1;
            if !services[at].languages.contains(lang) {
                services[at].languages.push(lang.clone());
            }
        }
        services
    }

    /// The watchlist of a person, with the comments of the shipped one.
    pub(super) fn watchlist(&self, answers: &Answers) -> String {
        let channels = [
            answers.desktop.then_some("desktop"),
            answers.mail.as_ref().map(|_| "email"),
        ];
        let channels: toml_edit::Array = channels.into_iter().flatten().collect();
        let mut text = with_key(self.settings, "channels", &value(channels));
        text = with_key(&text, "language", &value(&answers.language));
        if let Some(contact) = &answers.contact {
            text = with_key(&text, "contact", &value(contact));
        }
        text.push_str(&answers.mail.as_ref().map_or(self.mail.to_owned(), mail_channel));
        let services = self.services();
        for section in &self.sections {
            text.push_str(&section.cut(answers, &services));
        }
        format!("{}\n", text.trim_end())
    }
}

/// The text with another value of a key, which may stand in a comment; what is said behind it stays.
fn with_key(text: &str, key: &str, wanted: &Item) -> String {
    let starts = [format!("{key} = "), format!("# {key} = ")];
    let line_with = |line: &str| match line.split_once("  #") {
        Some((_, comment)) if !line.starts_with('#') => format!("{key} = {wanted}  #{comment}"),
        _ => format!("{key} = {wanted}"),
    };
    let lines = text.split('\n').map(|line| {
        let is_it = starts.iter().any(|start| line.starts_with(start.as_str()));
        if is_it { line_with(line) } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn mail_channel(mail: &MailSettings) -> String {
    let mut table = Table::new();
    table.insert("host", value(&mail.host));
    table.insert("port", value(i64::from(mail.port)));
    table.insert("tls", value(mail.tls.word()));
    table.insert("from", value(&mail.from));
    table.insert(
        "to",
        value([mail.to.as_str()].into_iter().collect::<toml_edit::Array>()),
    );
    if let Some(user) = &mail.user {
        table.insert("user", value(user));
    }
    if let Some(file) = &mail.password_file {
        let mut password = toml_edit::InlineTable::new();
        password.insert("file", file.as_str().into());
        table.insert("password", value(password));
    }
    let mut channel = Table::new();
    channel.set_implicit(true);
    channel.insert("email", Item::Table(table));
    let mut document = DocumentMut::new();
    document.insert("channel", Item::Table(channel));
    format!("# Alerts by mail; `clausewatch test-alert email` tries it.\n{document}\n")
}

impl Section {
    fn read(text: &str) -> Self {
        let mut heading = String::new();
        let mut tables: Vec<String> = Vec::new();
        // Comments belong to what follows them.
        let mut comments = String::new();
        for line in text.split_inclusive('\n') {
            if line.starts_with('[') {
                tables.push(std::mem::take(&mut comments) + line);
            } else if line.starts_with('#') && !tables.is_empty() && ends_with_gap(&tables, &comments) {
                comments.push_str(line);
            } else if let Some(table) = tables.last_mut() {
                table.push_str(&(std::mem::take(&mut comments) + line));
            } else {
                heading.push_str(line);
            }
        }
        let part = |text: String| kind(&text).map(|kind| Part { kind, text });
        Self {
            heading,
            tables: tables.into_iter().filter_map(part).collect(),
        }
    }

    fn cut(&self, answers: &Answers, services: &[Service]) -> String {
        let is_kept = |part: &&Part| match &part.kind {
            Kind::Watch { service, lang, .. } => {
                let speaks = |service: &&Service| service.languages.iter().any(|lang| answers.languages.contains(lang));
                let has_other = services
                    .iter()
                    .filter(|known| known.name == *service)
                    .any(|known| speaks(&known));
                answers.services.contains(service)
                    && (answers.languages.is_empty() || answers.languages.contains(lang) || !has_other)
            }
            Kind::Objection(_) => false,
        };
        let watches: Vec<&Part> = self.tables.iter().filter(is_kept).collect();
        if watches.is_empty() {
            return String::new();
        }
        let is_used = |name: &str| {
            let uses = |part: &&Part| matches!(&part.kind, Kind::Watch { objection: Some(used), .. } if used == name);
            watches.iter().any(uses)
        };
        let kept = self.tables.iter().filter(|part| match &part.kind {
            Kind::Objection(name) => is_used(name),
            Kind::Watch { .. } => is_kept(part),
        });
        format!(
            "{}{}",
            self.heading,
            kept.map(|part| part.text.as_str()).collect::<String>()
        )
    }
}

fn ends_with_gap(tables: &[String], comments: &str) -> bool {
    !comments.is_empty() || tables.last().is_some_and(|table| table.ends_with("\n\n"))
}

fn kind(text: &str) -> Option<Kind> {
    let document: DocumentMut = text.parse().ok()?;
    if let Some(name) = document
        .get("objection")
        .and_then(Item::as_table)
        .and_then(|table| table.iter().next())
    {
        return Some(Kind::Objection(name.0.to_owned()));
    }
    let watch = document
        .get("watch")
        .and_then(Item::as_array_of_tables)
        .and_then(|tables: &ArrayOfTables| tables.get(0))?;
    let said = |key: &str| watch.get(key).and_then(Item::as_str).map(str::to_owned);
    Some(Kind::Watch {
        service: said("service")?,
        id: said("id")?,
        lang: said("lang")?,
        objection: said("objection"),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::mail::Protection;
    use super::*;
    use crate::watchlist::{Watchlist, parse};

    fn parsed(text: &str) -> Watchlist {
        parse(
            Path::new("watchlist.toml"),
            &|_: &Path| Ok(text.to_owned()),
            jiff::tz::TimeZone::UTC,
        )
        .unwrap_or_else(|faults| panic!("{faults}\n{text}"))
    }

    fn answers(services: &[&str], languages: &[&str]) -> Answers {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Answers {
            services: owned(services),
            languages: owned(languages),
            language: "en".into(),
            ..Answers::default()
        }
    }

    #[test]
    fn the_shipped_list_is_cut_into_all_its_watches() {
        let shipped = Shipped::read();
        let services = shipped.services();
        let names: Vec<&str> = services.iter().map(|service| service.name.as_str()).collect();
        let whole = shipped.watchlist(&answers(&names, &[]));
        assert_eq!(
            parsed(&whole).watches,
            parsed(&SHIPPED.replace("[\"desktop\"]", "[]")).watches
        );
        // Nothing but the channels was changed.
        let lines = |text: &str| {
            text.lines()
                .filter(|line| !line.contains("channels = "))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(&whole), lines(SHIPPED));
    }

    #[test]
    fn what_is_not_wanted_goes_with_its_objections_and_comments() {
        let text = Shipped::read().watchlist(&answers(&["X", "Grok"], &["de"]));
        let watches = parsed(&text).watches;
        assert!(
            watches
                .iter()
                .all(|watch| watch.service == "Grok" || watch.lang.as_deref() == Some("de"))
        );
        assert!(
            watches.iter().any(|watch| watch.service == "Grok"),
            "it is there in English only"
        );
        assert!(
            text.contains("[objection.x-de]") && !text.contains("x-en") && !text.contains("eBay"),
            "{text}"
        );
    }

    #[test]
    fn answers_stand_where_the_examples_stood() {
        let mut answers = answers(&["eBay"], &[]);
        answers.contact = Some("me@example.org".into());
        answers.desktop = true;
        answers.mail = Some(MailSettings {
            host: "smtp.example.org".into(),
            port: 587,
            tls: Protection::Starttls,
            from: "clausewatch <me@example.org>".into(),
            to: "me@example.org".into(),
            user: Some("me \"quoted\"".into()),
            password_file: Some("smtp-password".into()),
        });
        let text = Shipped::read().watchlist(&answers);
        let list = parsed(&text);
        assert_eq!(list.contact.as_deref(), Some("me@example.org"));
        assert_eq!(list.channels.len(), 2, "{text}");
        assert_eq!(text.matches("[channel.email]").count(), 1);
        assert!(text.contains("channels = [\"desktop\", \"email\"]  # with"), "{text}");
    }
}
