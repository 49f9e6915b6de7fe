//! Language knowledge as data: rules, and for each language the phrases of each concept.
//!
//! The files lie in `src/lexicon/`; its README explains them to translators.

mod check;
mod file;
pub mod grammar;
pub mod matcher;

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{LazyLock, OnceLock};

pub use self::check::Failure;
use self::file::Language;
pub use self::file::{Negation, Rule, WordOrder};
pub(crate) use self::file::{Order, Relation, Rules};
use self::matcher::{Builder, ConceptId, Matcher};

/// A lexicon that cannot be used: which file, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct LexiconError {
    pub file: String,
    pub what: String,
}

/// The rules and the phrases of all languages; a language is compiled when it is first used.
#[derive(Debug)]
pub struct Lexicon {
    pub(crate) rules: Rules,
    languages: Vec<LazyLanguage>,
    hash: u64,
}

#[derive(Debug)]
struct LazyLanguage {
    code: String,
    sources: Vec<String>,
    compiled: OnceLock<Result<Vocabulary, LexiconError>>,
}

/// The compiled phrases of one language.
#[derive(Debug)]
pub struct Vocabulary {
    pub lang: String,
    pub word_order: WordOrder,
    pub negation: Negation,
    pub abbreviations: Vec<String>,
    pub matcher: Matcher,
    function_words: HashSet<String>,
    conjunctions: HashSet<String>,
    examples: Vec<file::Example>,
}

impl Vocabulary {
    /// Whether one in eight of the first words of a text is among the language's little words.
    pub(crate) fn speaks(&self, text: &str) -> bool {
        let first: Vec<String> = text.split_whitespace().take(60).map(str::to_lowercase).collect();
        let little = first.iter().filter(|word| self.function_words.contains(*word)).count();
        first.len() >= 20 && little * 8 >= first.len()
    }
}

static BUILTIN: LazyLock<Lexicon> = LazyLock::new(|| {
    let languages = BUILTIN_LANGUAGES
        .iter()
        .map(|(code, source)| ((*code).to_owned(), (*source).to_owned()));
    Lexicon::new(include_str!("../../lexicon/rules.toml"), languages.collect()).unwrap_or_else(|_| Lexicon::empty())
});

macro_rules! builtin_languages {
    ($($code:literal),+ $(,)?) => {
        const BUILTIN_LANGUAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!("../../lexicon/", $code, ".toml")))),+];
    };
}

builtin_languages!(
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "ja", "ko", "lt", "lv", "mt",
    "nb", "nl", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk", "zh"
);

impl Lexicon {
    /// The lexicon shipped with the program.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    fn empty() -> Self {
        Self {
            rules: Rules::default(),
            languages: Vec::new(),
            hash: 0,
        }
    }

    /// A lexicon of these rules and languages (code and source).
    ///
    /// # Errors
    /// Rules that are none. A language's faults are told when it is first used.
    pub fn new(rules: &str, languages: Vec<(String, String)>) -> Result<Self, LexiconError> {
        let mut hasher = DefaultHasher::new();
        (rules, &languages).hash(&mut hasher);
        let rules = file::rules(rules)?;
        let lazy = |(code, source)| LazyLanguage {
            code,
            sources: vec![source],
            compiled: OnceLock::new(),
        };
        Ok(Self {
            rules,
            languages: languages.into_iter().map(lazy).collect(),
            hash: hasher.finish(),
        })
    }

    /// This lexicon with a user's own phrases and rules added: language files that need only `lang` and `[concepts]`, and
    /// may carry `[[concept]]`, `[[relation]]` and `[[rule]]` as rules.toml does.
    ///
    /// # Errors
    /// A file that is no lexicon.
    pub fn extended(&self, sources: &[&str]) -> Result<Self, LexiconError> {
        let mut hasher = DefaultHasher::new();
        (self.hash, sources).hash(&mut hasher);
        let copy = |language: &LazyLanguage| LazyLanguage {
            code: language.code.clone(),
            sources: language.sources.clone(),
            compiled: OnceLock::new(),
        };
        let mut languages: Vec<LazyLanguage> = self.languages.iter().map(copy).collect();
        let mut rules = self.rules.clone();
        for source in sources {
            let language = file::language(source, "your lexicon")?;
            let code = language.lang.clone();
            rules = rules.with(language, "your lexicon")?;
            match languages.iter_mut().find(|language| language.code == code) {
                Some(language) => language.sources.push((*source).to_owned()),
                None => languages.push(LazyLanguage {
                    code,
                    sources: vec![(*source).to_owned()],
                    compiled: OnceLock::new(),
                }),
            }
        }
        let extended = Self {
            rules,
            languages,
            hash: hasher.finish(),
        };
        for language in extended.languages.iter().filter(|language| language.sources.len() > 1) {
            extended.compile(language).as_ref().map_err(Clone::clone)?;
        }
        Ok(extended)
    }

    /// Changes whenever a rule or phrase changes.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// ISO 639-1 codes of the languages understood.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|language| language.code.as_str())
    }

    /// The vocabulary of a language, when there is one.
    pub fn vocabulary(&self, code: &str) -> Option<&Vocabulary> {
        let language = self.languages.iter().find(|language| language.code == code)?;
        self.compile(language).as_ref().ok()
    }

    fn compile<'a>(&self, language: &'a LazyLanguage) -> &'a Result<Vocabulary, LexiconError> {
        language
            .compiled
            .get_or_init(|| self.rules.compile(&language.code, &language.sources))
    }
}

impl Vocabulary {
    /// Whether a folded word only serves the grammar.
    pub(crate) fn is_little(&self, word: &str) -> bool {
        self.function_words.contains(word) || self.joins(word)
    }

    /// Whether a folded word joins the parts of an enumeration.
    pub(crate) fn joins(&self, word: &str) -> bool {
        self.conjunctions.contains(word)
    }

    /// How many of the words are function words of this language.
    pub fn function_words_in(&self, words: &[grammar::Token]) -> usize {
        words
            .iter()
            .filter(|word| self.function_words.contains(&word.folded))
            .count()
    }
}

impl Rules {
    fn compile(&self, code: &str, sources: &[String]) -> Result<Vocabulary, LexiconError> {
        let file = format!("{code}.toml");
        let fault = |what: String| LexiconError {
            file: file.clone(),
            what,
        };
        let mut builder = Builder::default();
        let mut languages = Vec::new();
        for source in sources {
            let language: Language = file::language(source, &file)?;
            for (name, phrases) in &language.concepts {
                let id = self
                    .concept(name)
                    .ok_or_else(|| fault(format!("there is no concept `{name}` in rules.toml")))?;
                for phrase in phrases {
                    builder
                        .add(id, phrase, |name| self.concept(name))
                        .map_err(|what| fault(format!("{name}: {what}")))?;
                }
            }
            languages.push(language);
        }
        let first = &languages[0];
        let folded = |word: &String| {
            grammar::tokens(word)
                .into_iter()
                .map(|token| token.folded)
                .collect::<String>()
        };
        Ok(Vocabulary {
            lang: code.to_owned(),
            word_order: first.word_order,
            negation: first.negation,
            abbreviations: first.abbreviations.iter().map(|word| word.to_lowercase()).collect(),
            matcher: builder.build(),
            function_words: first.function_words.iter().map(folded).collect(),
            conjunctions: first.conjunctions.iter().map(folded).collect(),
            examples: languages.into_iter().flat_map(|language| language.examples).collect(),
        })
    }

    /// The concept's index.
    pub(crate) fn concept(&self, name: &str) -> Option<ConceptId> {
        self.index.get(name).copied()
    }

    /// The concept's name.
    pub(crate) fn name(&self, id: ConceptId) -> &str {
        self.concepts
            .get(usize::from(id))
            .map_or("", |concept| concept.name.as_str())
    }
}

fn index_of(names: impl Iterator<Item = String>) -> HashMap<String, ConceptId> {
    names.zip(0..).collect()
}
