//! Reads document after document.

use super::features::{self, Context, Features, Said, Signs, Survey};
use super::{Detection, finding, language};
use crate::analysis::document::Document;
use crate::analysis::lexicon::{Lexicon, Rule, Vocabulary};
use crate::analysis::recall::Recall;
use crate::analysis::segment::{Clause, clauses};

/// Finds what documents say of AI training. What a document shares with the one read before it costs next to nothing.
#[derive(Debug)]
pub struct Reader<'l> {
    lexicon: &'l Lexicon,
    /// Of the document read last: with others, words say something else.
    lang: Option<&'l str>,
    survey: Survey,
    langs: Recall<Option<String>>,
    signs: Recall<Signs>,
    said: Recall<(Manner<'l>, Said)>,
}

/// As what a text was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Manner<'l> {
    lang: &'l str,
    /// Where the clause begins, behind what leads it in.
    own: usize,
    is_cell: bool,
}

impl<'l> Reader<'l> {
    /// For the versions of a document.
    pub fn new(lexicon: &'l Lexicon) -> Self {
        Self {
            lexicon,
            lang: None,
            survey: Survey::default(),
            langs: Recall::new(),
            signs: Recall::new(),
            said: Recall::new(),
        }
    }

    /// For one document; remembers nothing.
    pub fn of_one(lexicon: &'l Lexicon) -> Self {
        Self {
            langs: Recall::none(),
            signs: Recall::none(),
            said: Recall::none(),
            ..Self::new(lexicon)
        }
    }

    pub fn lexicon(&self) -> &'l Lexicon {
        self.lexicon
    }

    /// The language (ISO 639-1) a document is read in. `lang` overrides what would be detected.
    pub(super) fn language_of(&mut self, document: &Document, lang: Option<&str>) -> Option<String> {
        lang.map(|tag| language::of_tag(tag).to_owned())
            .or_else(|| language::of_document(document, self.lexicon, &mut self.langs))
    }

    /// Finds the clauses that speak of AI training. `lang` overrides what would be detected.
    pub fn detect(&mut self, document: &Document, lang: Option<&str>) -> Detection {
        self.langs.turn();
        self.signs.turn();
        self.said.turn();
        let lang = self.language_of(document, lang);
        let (mut findings, mut bystanders) = (Vec::new(), Vec::new());
        let understood = self.walk(document, lang.as_deref(), |clause, features, rule| match rule {
            Some(rule) => findings.push(finding(clause, features, rule)),
            None if features.has("own.choice") => bystanders.push(clause.text.clone()),
            None => {}
        });
        Detection {
            lang,
            understood,
            findings,
            bystanders,
        }
    }

    /// Judges each clause in its block's language; false when the document's language has no lexicon.
    pub(super) fn walk(
        &mut self,
        document: &Document,
        lang: Option<&str>,
        mut visit: impl FnMut(&Clause, &Features<'_>, Option<&Rule>),
    ) -> bool {
        let lexicon = self.lexicon;
        let rules = &lexicon.rules;
        let main = lang.and_then(|lang| lexicon.vocabulary(lang));
        let abbreviations = main.map_or(&[][..], |vocabulary| &vocabulary.abbreviations);
        self.begin(document, main);
        let of_blocks = language::of_blocks(document, main, lexicon);
        let mut context = Context::default();
        for clause in clauses(document, abbreviations) {
            let Some(vocabulary) = of_blocks.get(clause.block).copied().flatten() else {
                continue;
            };
            let text = features::words(&clause);
            let manner = Manner {
                lang: &vocabulary.lang,
                own: text.len() - clause.text.len(),
                is_cell: clause.is_cell,
            };
            let is_read_so = |(known, _): &(Manner<'_>, Said)| *known == manner;
            let said = self.said.get_if(&text, is_read_so, || {
                let said = Said::of(&text, manner.own, manner.is_cell, vocabulary, rules, &self.survey);
                (manner, said)
            });
            let features = Features::of(&clause, &text, &said.1, rules, &context);
            let rule = rules.rules.iter().find(|rule| features.satisfy(rule));
            visit(&clause, &features, rule);
            context.pass(&clause, &features, rule.map(|rule| rule.stance));
        }
        main.is_some()
    }

    /// Looks the document over, and forgets what was read with other eyes.
    fn begin(&mut self, document: &Document, main: Option<&'l Vocabulary>) {
        let lang = main.map(|main| main.lang.as_str());
        if lang != self.lang {
            self.signs.clear();
        }
        let survey = main.map_or_else(Survey::default, |main| {
            Survey::of(document, main, &self.lexicon.rules, &mut self.signs)
        });
        if survey != self.survey {
            self.said.clear();
        }
        (self.lang, self.survey) = (lang, survey);
    }
}
