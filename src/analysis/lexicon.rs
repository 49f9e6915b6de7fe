//! Language knowledge as data: rules, and for each language the phrases of each concept.

/// The compiled rules and phrases of all languages.
#[derive(Debug)]
pub struct Lexicon {}

impl Lexicon {
    /// The lexicon shipped with the program.
    pub fn builtin() -> &'static Self {
        todo!()
    }

    /// Changes whenever a rule or phrase changes.
    pub fn hash(&self) -> u64 {
        todo!()
    }
}
