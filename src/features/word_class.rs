//! What a word is to word order: looked up once an item by the hash that the item carries anyway.

use super::{Part, group_noun::NOUNS};
use crate::{actors::PREPOSITIONS, segment::HashedMap};
use std::sync::LazyLock;

/// The classes of a word; one may be in several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct WordClass {
    /// A noun for a body of people that acts.
    pub(super) group_noun: bool,
    /// Makes what follows no subject.
    pub(super) preposition: bool,
    /// Leads to an object; as it stands in the names of features.
    pub(super) lead: Option<&'static str>,
    /// "the", "a", "an", "both": passed over on the way to the word before a name.
    pub(super) article: bool,
    /// "after", "before", "since": also conjunctions.
    pub(super) conjunction: bool,
    /// Joins the members of a list.
    pub(super) joins: bool,
    /// May stand between the members of a list.
    pub(super) in_list: bool,
    /// Parts an owner from what it owns.
    pub(super) parts_owner: bool,
    /// "who", "which".
    pub(super) relative: bool,
    /// "it", "he", "she", "they".
    pub(super) pronoun: bool,
    /// "by".
    pub(super) by: bool,
    /// "'s".
    pub(super) possessive: bool,
    /// Stays in skeletons.
    pub(super) kept: bool,
}

/// Prepositions that lead to an object.
const LEADS: [&str; 28] = [
    "about",
    "against",
    "among",
    "amid",
    "as",
    "at",
    "between",
    "by",
    "concerning",
    "during",
    "for",
    "from",
    "in",
    "into",
    "of",
    "off",
    "on",
    "onto",
    "over",
    "to",
    "toward",
    "towards",
    "under",
    "upon",
    "via",
    "with",
    "within",
    "without",
];

/// Words of skeletons.
const KEPT: [&str; 44] = [
    "after", "against", "amid", "and", "as", "at", "because", "before", "between", "but", "by", "despite", "for",
    "from", "he", "her", "him", "his", "if", "in", "into", "it", "its", "not", "of", "on", "or", "over", "she", "that",
    "their", "them", "they", "to", "toward", "unless", "we", "when", "where", "which", "while", "who", "whose", "with",
];

type Table = HashedMap<WordClass>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    let mut mark = |words: &[&'static str], set: fn(&mut WordClass, &'static str)| {
        for word in words {
            set(table.entry(Part::of(word).hash).or_default(), word);
        }
    };
    mark(&NOUNS, |class, _| class.group_noun = true);
    mark(PREPOSITIONS, |class, _| class.preposition = true);
    mark(&LEADS, |class, word| class.lead = Some(word));
    mark(&["the", "a", "an", "both"], |class, _| class.article = true);
    mark(&["after", "before", "since"], |class, _| class.conjunction = true);
    mark(&["and", "or", "nor", "with"], |class, _| class.joins = true);
    mark(&["and", "or", "nor", "with", "the", "both", "as", "well"], |class, _| class.in_list = true);
    mark(&["and", "that", "the", "a", "an", "to"], |class, _| class.parts_owner = true);
    mark(PREPOSITIONS, |class, _| class.parts_owner = true);
    mark(&["who", "which"], |class, _| class.relative = true);
    mark(&["it", "he", "she", "they"], |class, _| class.pronoun = true);
    mark(&["by"], |class, _| class.by = true);
    mark(&["'s", "’s"], |class, _| class.possessive = true);
    mark(&KEPT, |class, _| class.kept = true);
    mark(&["\""], |class, _| class.kept = true);
    table
});

impl WordClass {
    /// The class of a word or placeholder.
    pub(super) fn of(word: Part<'_>) -> Self {
        TABLE.get(&word.hash).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_may_be_in_several_classes() {
        let with = WordClass::of(Part::of("with"));
        assert!(with.preposition && with.joins && with.kept && with.lead == Some("with"));
        assert!(WordClass::of(Part::of("police")).group_noun);
        assert_eq!(WordClass::of(Part::of("TARGET")), WordClass::default());
    }
}
