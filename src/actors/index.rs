//! What the gazetteer is looked up by: names, context rules, actors.

use super::{
    context::{ContextRule, Meant},
    entry::{ActorKind, Entry, EntryKind},
    fold::fold,
    gazetteer::{Actor, ActorIndex, Meaning},
    names::NameTrie,
};
use crate::segment::WordHashing;
use std::{collections::HashMap, sync::Arc};

/// Actors by canonical id.
pub(super) type ById = HashMap<Arc<str>, ActorIndex, WordHashing>;

/// Names, by their folded form and as a trie.
#[derive(Default)]
pub(super) struct Index {
    pub(super) patterns: Vec<Vec<Meaning>>,
    pub(super) places: HashMap<Box<str>, usize, WordHashing>,
    pub(super) names: NameTrie,
}

impl Index {
    pub(super) fn add(&mut self, alias: &str, meaning: Meaning) -> usize {
        let folded: Box<str> = fold(alias).text.into();
        // Names that differ in spaces or a last dot only are one, and one may stand there in several cases.
        let next = self.places.get(&folded).copied().unwrap_or(self.patterns.len());
        let place = self.names.add(alias, u32::try_from(next).unwrap_or(u32::MAX)) as usize;
        if place == self.patterns.len() {
            self.patterns.push(Vec::new());
        }
        self.places.entry(folded).or_insert(place);
        if !self.patterns[place].contains(&meaning) {
            self.patterns[place].push(meaning);
        }
        place
    }
}

/// The rules of each name that is not overridden.
pub(super) fn contexts(
    rules: Vec<ContextRule>,
    index: &Index,
    overridden: &[usize],
    by_id: &ById,
) -> HashMap<usize, Vec<(ContextRule, Option<ActorIndex>)>> {
    let mut contexts: HashMap<usize, Vec<_>> = HashMap::new();
    for rule in rules {
        let Some(place) = index.places.get(fold(&rule.name).text.as_str()).filter(|place| !overridden.contains(place))
        else {
            continue;
        };
        let actor = match &rule.meant {
            Meant::Actor(id) => by_id.get(id.as_str()).copied(),
            Meant::Person | Meant::Nothing => None,
        };
        contexts.entry(*place).or_default().push((rule, actor));
    }
    contexts
}

/// Actors sorted by id, their index by id, and the actor of each row. An actor is named by the row that has the letters
/// of its id among its names, else by its first row of the kind that fits its id.
pub(super) fn actors(entries: &[Entry]) -> (Vec<Actor>, ById, Vec<ActorIndex>) {
    let mut names: HashMap<&str, (&Entry, bool), WordHashing> = HashMap::default();
    for entry in entries {
        let proper = matches!(entry.kind, EntryKind::State | EntryKind::Organisation | EntryKind::Group);
        let current = proper && entry.to.is_none();
        let slot = names.entry(&entry.id).or_insert((entry, current));
        if !proper {
            continue;
        }
        let better = slot.0.kind != entry.kind
            && !matches!(slot.0.kind, EntryKind::State | EntryKind::Organisation | EntryKind::Group);
        // The row that has the id's own letters among its names ("EU") is the actor's, others are its parts.
        let tail = |entry: &Entry| {
            let letters = entry.id.rsplit(':').next().unwrap_or_default().replace('_', " ");
            std::iter::once(&entry.name).chain(&entry.aliases).any(|name| fold(name).text == letters.to_lowercase())
        };
        if tail(entry) && !tail(slot.0) {
            *slot = (entry, current);
            continue;
        }
        if tail(slot.0) && !tail(entry) {
            continue;
        }
        // Among several names the one without remark is the usual one ("Congo" is remarked as ambiguous).
        let clearer = current && (!slot.1 || slot.0.note.contains("ambiguous") && !entry.note.contains("ambiguous"));
        if better || clearer {
            *slot = (entry, current);
        }
    }
    let mut ids: Vec<&str> = names.keys().copied().collect();
    ids.sort_unstable();
    let actors: Vec<Actor> = ids
        .iter()
        .map(|id| Actor {
            id: (*id).into(),
            name: names[id].0.name.as_str().into(),
            // Rows with another form of id were refused when read.
            kind: ActorKind::of_id(id).unwrap_or(ActorKind::Group),
        })
        .collect();
    let by_id: ById = actors
        .iter()
        .enumerate()
        .map(|(index, actor)| (actor.id.clone(), ActorIndex(u32::try_from(index).unwrap_or(u32::MAX))))
        .collect();
    let entry_actors = entries.iter().map(|entry| by_id[entry.id.as_str()]).collect();
    (actors, by_id, entry_actors)
}
