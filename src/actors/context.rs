//! Names that mean several things, told apart by the words around them (`data/ambiguous.tsv`).
//!
//! A rule has a name, what it means when the rule applies, where to look, and for which words. The rules of a name are tried in
//! the order of the table; where none applies the name means what the tables of actors say. A user who lists a name in a
//! table of his own decides: its rules no longer apply.

use super::{
    Dismissal,
    entry::{ActorKind, TableError},
    gazetteer::ActorIndex,
    piece::Piece,
    resolve::Resolver,
    words,
};
use crate::segment::TokenKind;

/// Columns of the table.
const COLUMNS: &str = "name, meaning, where, words, note";

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    /// The word before.
    Before,
    /// The word after.
    After,
    /// Any place in the sentence.
    Sentence,
    /// Nowhere: the rule always applies, and makes a default.
    Always,
}

/// What a name means where a rule applies, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meant {
    /// An actor's id.
    Actor(String),
    /// Somebody's given name or surname.
    Person,
    /// Something else.
    Nothing,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ContextRule {
    pub(super) name: String,
    pub(super) meant: Meant,
    place: Where,
    /// In lower case; empty stands for any capitalised word.
    words: Vec<String>,
}

/// What a name means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// What the tables of actors say.
    Default,
    /// This actor.
    Actor(ActorIndex),
    /// No actor.
    Nobody(Dismissal),
}

/// Reads the table; the header is `name meaning where words note`.
pub(super) fn read(table: &str, text: &str) -> Result<Vec<ContextRule>, TableError> {
    let mut rules = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let error = |problem: String| TableError { table: table.to_owned(), line: index + 1, problem };
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [name, meaning, place, words, _] = cells.as_slice() else {
            return Err(error(format!("{} columns, expected {COLUMNS}", cells.len())));
        };
        let meant = match *meaning {
            "-" => Meant::Nothing,
            "person" => Meant::Person,
            id if ActorKind::of_id(id).is_some() => Meant::Actor(id.to_owned()),
            other => {
                return Err(error(format!("column `meaning`: `{other}` is no actor id, nor `person` or `-`")));
            }
        };
        let place = match *place {
            "before" => Where::Before,
            "after" => Where::After,
            "sentence" => Where::Sentence,
            "always" => Where::Always,
            other => {
                return Err(error(format!("column `where`: `{other}` is not one of before, after, sentence, always")));
            }
        };
        let words: Vec<String> = match *words {
            "*" => Vec::new(),
            list => list.split('|').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect(),
        };
        if words.is_empty() && (cells[3] != "*" || place == Where::Sentence) && place != Where::Always {
            return Err(error(
                "column `words`: words separated by `|` are expected; `*`, any capitalised word, is for \
                              before and after"
                    .into(),
            ));
        }
        rules.push(ContextRule { name: (*name).to_owned(), meant, place, words });
    }
    Ok(rules)
}

impl Resolver<'_> {
    /// What the name of a piece means where it stands.
    pub(super) fn sense(&self, piece: &Piece) -> Sense {
        for (rule, actor) in self.gazetteer.context_rules(piece.name) {
            if self.applies(rule, piece) {
                return match (actor, &rule.meant) {
                    (Some(actor), _) => Sense::Actor(*actor),
                    (None, Meant::Person) => Sense::Nobody(Dismissal::PersonalName),
                    (None, _) => Sense::Nobody(Dismissal::Context),
                };
            }
        }
        Sense::Default
    }

    fn applies(&self, rule: &ContextRule, piece: &Piece) -> bool {
        let sentence = &self.segmentation.sentences[piece.sentence].tokens;
        let is = |token: usize| {
            let word = self.word(token);
            if rule.words.is_empty() {
                // A capital at the head of a sentence says nothing, and one of a title little.
                return token > sentence.start
                    && self.segmentation.tokens[token].kind == TokenKind::Word
                    && words::starts_upper(word)
                    && word.chars().nth(1).is_some_and(char::is_lowercase)
                    && !self.gazetteer.is_title(word);
            }
            let word = word.to_lowercase();
            rule.words.contains(&word)
        };
        match rule.place {
            Where::Before => {
                piece.tokens.start.checked_sub(1).is_some_and(|token| token >= sentence.start && is(token))
            }
            Where::Always => true,
            Where::After => piece.tokens.end < sentence.end && is(piece.tokens.end),
            Where::Sentence => {
                // A long sentence is looked at near the name only, so that many such names cost no more each.
                let from = piece.tokens.start.saturating_sub(40).max(sentence.start);
                let to = (piece.tokens.end + 40).min(sentence.end);
                (from..to).any(is)
            }
        }
    }
}
