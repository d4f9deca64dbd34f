//! Who may be subject, agent, owner or object of a word, told by word order alone: there is no parser.
//!
//! In: the items of a pair's scope. Out: items, and the part that an item's actors play in the pair.

use super::{
    Sequence,
    sequence::{Break, Item},
    word_class::WordClass,
};
use std::ops::Range;

/// How far to the left a subject is looked for, in items; a longer way tells nothing.
const SUBJECT_REACH: usize = 64;
/// How far to the right an agent's "by" is looked for, in items.
const AGENT_REACH: usize = 12;
/// How far to the left the owner of a noun is looked for, in items.
const OWNER_REACH: usize = 5;

/// The part that one or more actors play in a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Nobody,
    Other,
    Target,
    Holder,
    Both,
}

impl Part {
    /// As it stands in the names of features.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "NOBODY",
            Self::Other => "OTHER",
            Self::Target => "TARGET",
            Self::Holder => "HOLDER",
            Self::Both => "BOTH",
        }
    }
}

/// The items of a scope, asked for what plays which part.
pub(super) struct WordOrder<'s, 'l> {
    pub(super) s: &'s Sequence<'l>,
    classes: Vec<WordClass>,
}

impl<'s, 'l> WordOrder<'s, 'l> {
    /// Looks up what every item is.
    pub(super) fn of(s: &'s Sequence<'l>) -> Self {
        let classes = s.items.iter().zip(&s.words).map(|(item, word)| match item {
            Item::Word => WordClass::of(*word),
            Item::Target | Item::Holder | Item::Actor | Item::Name => WordClass::default(),
        });
        Self { s, classes: classes.collect() }
    }

    /// What the word at an item is; nothing behind the last.
    pub(super) fn class(&self, item: usize) -> WordClass {
        self.classes.get(item).copied().unwrap_or_default()
    }

    /// Whether an item stands for an actor, or is a noun for one.
    pub(super) fn is_actor(&self, item: usize) -> bool {
        matches!(self.s.items[item], Item::Target | Item::Holder | Item::Actor) || self.classes[item].group_noun
    }

    /// Whether a possessive ending follows.
    pub(super) fn is_possessive(&self, item: usize) -> bool {
        self.class(item + 1).possessive
    }

    /// Whether an actor can be the subject of a verb after it: no preposition before it, no possessive behind it.
    /// "After", "before" and "since" may be conjunctions.
    pub(super) fn may_be_subject(&self, item: usize) -> bool {
        let before = self.classes[..item].iter().rev().find(|class| !class.article);
        !self.is_possessive(item) && before.is_none_or(|class| !class.preposition || class.conjunction)
    }

    /// The nearest actor on the left that can be the subject of a verb at `at`; else the nearest owner ("A's troops
    /// attacked"). "Who" and "which" stand for the actor before them, "it", "he", "she" and "they" for the subject
    /// of what came before.
    pub(super) fn subject(&self, at: usize) -> Option<usize> {
        let mut owner = None;
        let (mut relative, mut pronoun) = (false, false);
        for item in (at.saturating_sub(SUBJECT_REACH)..at).rev() {
            if self.s.breaks[item + 1] == Break::Stop {
                if !pronoun {
                    break;
                }
                owner = None;
            }
            if !self.is_actor(item) {
                let class = self.classes[item];
                relative |= class.relative && !pronoun;
                pronoun |= class.pronoun && !relative;
                continue;
            }
            if relative || self.may_be_subject(item) {
                return Some(item);
            }
            if self.is_possessive(item) {
                owner = owner.or(Some(item));
            }
        }
        owner
    }

    /// The actor behind the next "by".
    pub(super) fn agent(&self, at: usize) -> Option<usize> {
        let count = self.s.items.len();
        for item in at + 1..count.min(at + AGENT_REACH) {
            if self.s.breaks[item] == Break::Stop {
                return None;
            }
            if self.classes[item].by {
                return (item + 1..count.min(item + 5)).find(|item| self.is_actor(*item));
            }
        }
        None
    }

    /// The owner of a noun: the actor right before it ("A's attack", "the A attack").
    pub(super) fn owner(&self, at: usize) -> Option<usize> {
        for item in (at.saturating_sub(OWNER_REACH)..at).rev() {
            if self.s.breaks[item + 1] != Break::None {
                return None;
            }
            if self.is_actor(item) {
                return (self.is_possessive(item) || at - item <= 2).then_some(item);
            }
            if self.classes[item].parts_owner {
                return None;
            }
        }
        None
    }

    /// First item of the list that ends with `item` ("A, B and C").
    pub(super) fn list_start(&self, item: usize) -> usize {
        let mut first = item;
        while let Some(before) = self.joined_before(first) {
            first = before;
        }
        first
    }

    /// The actor that a comma, "and" or the like joins to the one at `item`.
    fn joined_before(&self, item: usize) -> Option<usize> {
        let mut joined = false;
        for at in (item.saturating_sub(4)..item).rev() {
            match self.s.breaks[at + 1] {
                Break::Stop => return None,
                Break::Comma => joined = true,
                Break::None => {}
            }
            if self.is_actor(at) {
                return joined.then_some(at);
            }
            let class = self.classes[at];
            joined |= class.joins;
            if !class.in_list && self.s.items[at] != Item::Name {
                return None;
            }
        }
        None
    }

    /// The part that the actors of the list that ends with `item` play.
    pub(super) fn part(&self, item: Option<usize>) -> Part {
        let Some(item) = item else { return Part::Nobody };
        let items = &self.s.items[self.list_start(item)..=item];
        match (items.contains(&Item::Holder), items.contains(&Item::Target)) {
            (true, true) => Part::Both,
            (true, false) => Part::Holder,
            (false, true) => Part::Target,
            (false, false) => Part::Other,
        }
    }

    /// Items of the clauses that reach from the first to the last of holder and target: from the mark before the first to
    /// the mark behind the last.
    pub(super) fn clauses(&self) -> Range<usize> {
        let holder = self.s.holder.unwrap_or(self.s.target);
        let (first, last) = (holder.min(self.s.target), holder.max(self.s.target));
        let mark = |item: &usize| self.s.breaks[*item] != Break::None;
        let start = (0..=first).rev().find(mark).unwrap_or(0);
        let end = (last + 1..self.s.items.len()).find(mark).unwrap_or(self.s.items.len());
        start..end
    }
}
