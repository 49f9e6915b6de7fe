//! Language knowledge as data: rules, and for each language the phrases of each concept.
//!
//! The files lie in `src/lexicon/`; its README explains them to translators.

mod check;
mod file;
pub mod grammar;
pub mod matcher;
mod pages;
mod source;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{LazyLock, OnceLock};

use foldhash::fast::RandomState;

pub use self::check::Failure;
use self::file::Language;
pub(crate) use self::file::{NameSet, Order, Relation, Rules};
pub use self::file::{Negation, Rule, WordOrder};
use self::matcher::{Builder, ConceptId, Matcher};
pub use self::pages::PAGE_WORDS;
use self::source::{SHIPPED, Source};

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
    sources: Vec<Source>,
    function_words: OnceLock<FunctionWords>,
    compiled: OnceLock<Result<Vocabulary, LexiconError>>,
}

impl LazyLanguage {
    fn new(code: String, sources: Vec<Source>) -> Self {
        Self {
            code,
            sources,
            function_words: OnceLock::new(),
            compiled: OnceLock::new(),
        }
    }
}

/// The little words of a language, by which it is known.
#[derive(Debug, Default)]
pub struct FunctionWords(HashSet<String, RandomState>);

impl FunctionWords {
    fn new(written: &[String]) -> Self {
        Self(written.iter().map(|word| folded(word)).collect())
    }

    /// How many of the words are among them.
    pub fn count(&self, words: &[grammar::Token<'_>]) -> usize {
        words.iter().filter(|word| self.0.contains(&*word.folded)).count()
    }
}

fn folded(word: &str) -> String {
    grammar::tokens(word).into_iter().map(|token| token.folded).collect()
}

/// The compiled phrases of one language.
#[derive(Debug)]
pub struct Vocabulary {
    pub lang: String,
    pub word_order: WordOrder,
    pub negation: Negation,
    pub abbreviations: Vec<String>,
    pub matcher: Matcher,
    pub function_words: FunctionWords,
    conjunctions: HashSet<String, RandomState>,
    examples: Vec<file::Example>,
}

impl Vocabulary {
    /// Whether one in eight of the first words of a text is among the language's little words.
    pub(crate) fn speaks(&self, text: &str) -> bool {
        let is_lower = |word: &str| word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        let is_little = |word: &str| {
            let words = &self.function_words.0;
            words.contains(word) || !is_lower(word) && words.contains(&word.to_lowercase())
        };
        let (mut first, mut little) = (0, 0);
        for word in text.split_whitespace().take(60) {
            first += 1;
            little += usize::from(is_little(word));
        }
        first >= 20 && little * 8 >= first
    }
}

static BUILTIN: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::shipped(include_str!("../../lexicon/rules.toml")).unwrap_or_else(|_| Lexicon::empty()));

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

    /// The languages' faults are told when they are first used.
    fn shipped(rules: &str) -> Result<Self, LexiconError> {
        let mut hasher = DefaultHasher::new();
        (rules, SHIPPED).hash(&mut hasher);
        let lazy = |(code, source): &(&str, Source)| LazyLanguage::new((*code).to_owned(), vec![source.clone()]);
        Ok(Self {
            rules: file::rules(rules)?,
            languages: SHIPPED.iter().map(lazy).collect(),
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
        let copy = |language: &LazyLanguage| LazyLanguage::new(language.code.clone(), language.sources.clone());
        let mut languages: Vec<LazyLanguage> = self.languages.iter().map(copy).collect();
        let mut rules = self.rules.clone();
        for source in sources {
            let language = file::language(source, "your lexicon")?;
            let code = language.lang.clone();
            rules = rules.with(language, "your lexicon")?;
            match languages.iter_mut().find(|language| language.code == code) {
                Some(language) => language.sources.push(Source::Own((*source).to_owned())),
                None => languages.push(LazyLanguage::new(code, vec![Source::Own((*source).to_owned())])),
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
        self.compile(self.language(code)?).as_ref().ok()
    }

    /// The little words of a language, when there are any; its phrases are not compiled for that.
    pub fn function_words(&self, code: &str) -> Option<&FunctionWords> {
        let language = self.language(code)?;
        Some(
            language
                .function_words
                .get_or_init(|| FunctionWords::new(&file::function_words(&language.sources[0].text()))),
        )
    }

    fn language(&self, code: &str) -> Option<&LazyLanguage> {
        self.languages.iter().find(|language| language.code == code)
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
        self.function_words.0.contains(word) || self.joins(word)
    }

    /// Whether a folded word joins the parts of an enumeration.
    pub(crate) fn joins(&self, word: &str) -> bool {
        self.conjunctions.contains(word)
    }
}

impl Rules {
    fn compile(&self, code: &str, sources: &[Source]) -> Result<Vocabulary, LexiconError> {
        let file = format!("{code}.toml");
        let fault = |what: String| LexiconError {
            file: file.clone(),
            what,
        };
        let mut builder = Builder::default();
        let mut languages = Vec::new();
        for source in sources {
            let language: Language = file::language(&source.text(), &file)?;
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
        Ok(Vocabulary {
            lang: code.to_owned(),
            word_order: first.word_order,
            negation: first.negation,
            abbreviations: first.abbreviations.iter().map(|word| word.to_lowercase()).collect(),
            matcher: builder.build(),
            function_words: FunctionWords::new(&first.function_words),
            conjunctions: first.conjunctions.iter().map(|word| folded(word)).collect(),
            examples: languages.into_iter().flat_map(|language| language.examples).collect(),
        })
    }

    /// The concept's index.
    pub(crate) fn concept(&self, name: &str) -> Option<ConceptId> {
        let place = self.place(name).filter(|place| *place < self.concepts.len())?;
        ConceptId::try_from(place).ok()
    }

    /// The concept's name.
    pub(crate) fn name(&self, id: ConceptId) -> &str {
        self.concepts
            .get(usize::from(id))
            .map_or("", |concept| concept.name.as_str())
    }
}
