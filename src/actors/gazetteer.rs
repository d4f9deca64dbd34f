//! The gazetteer: all tables, indexed for matching.

use super::{
    context::{self, ContextRule},
    entry::{self, ActorKind, Entry, EntryKind, TableError},
    fold::fold,
    index::{Index, actors, contexts},
    names::NameTrie,
    role::{self, Role, SpeaksFor},
};
use crate::{document::PartialDate, segment::WordHashing};
use rayon::prelude::*;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use xxhash_rust::xxh3::Xxh3;

/// The tables of the project, in the order in which they are read.
const TABLES: [(&str, &str); 5] = [
    ("states.tsv", include_str!("data/states.tsv")),
    ("organisations.tsv", include_str!("data/organisations.tsv")),
    ("places.tsv", include_str!("data/places.tsv")),
    ("seats.tsv", include_str!("data/seats.tsv")),
    ("people.tsv", include_str!("data/people.tsv")),
];
const ROLES: &str = include_str!("data/roles.tsv");
/// Folded surnames and given names that many people have.
const COMMON_NAMES: &str = include_str!("data/common_names.txt");
const AMBIGUOUS: &str = include_str!("data/ambiguous.tsv");

/// Index of an actor in [`Gazetteer::actors`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorIndex(pub(crate) u32);

/// An actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Canonical id.
    pub id: Arc<str>,
    /// The usual name.
    pub name: Arc<str>,
    /// What it is.
    pub kind: ActorKind,
}

/// What a pattern stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Row of the tables, and the alias as written there.
    Entry(usize, Box<str>),
    /// Row of the roles.
    Role(usize),
}

/// Facts about actors, indexed for matching.
pub struct Gazetteer {
    entries: Vec<Entry>,
    entry_actors: Vec<ActorIndex>,
    actors: Vec<Actor>,
    by_id: HashMap<Arc<str>, ActorIndex, WordHashing>,
    roles: Vec<Role>,
    patterns: Vec<Vec<Meaning>>,
    pattern_index: HashMap<Box<str>, usize, WordHashing>,
    surnames: HashMap<Box<str>, Vec<usize>, WordHashing>,
    names: NameTrie,
    contexts: HashMap<usize, Vec<(ContextRule, Option<ActorIndex>)>>,
    titles: HashSet<Box<str>, WordHashing>,
    /// Folded names of roles that speak for nobody.
    private_roles: HashSet<Box<str>, WordHashing>,
    common_names: HashSet<&'static str, WordHashing>,
    hash: String,
}

impl std::fmt::Debug for Gazetteer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Gazetteer")
            .field("actors", &self.actors.len())
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

impl Gazetteer {
    /// The gazetteer of the project. Takes some tens of milliseconds: build it once.
    ///
    /// # Errors
    /// Never for the tables as shipped (tested).
    pub fn shipped() -> Result<Self, TableError> {
        Self::build(None)
    }

    /// The project's gazetteer with a user's table, whose rows override the project's of the same alias.
    ///
    /// # Errors
    /// When a row of the table is broken: line and reason.
    pub fn with_table(name: &str, text: &str) -> Result<Self, TableError> {
        Self::build(Some((name, text)))
    }

    fn build(extra: Option<(&str, &str)>) -> Result<Self, TableError> {
        let mut hasher = Xxh3::new();
        let mut entries = Vec::new();
        for (_, text) in TABLES {
            hasher.update(text.as_bytes());
        }
        for rows in TABLES.par_iter().map(|(table, text)| entry::read(table, text)).collect::<Vec<_>>() {
            entries.extend(rows?);
        }
        hasher.update(ROLES.as_bytes());
        let mut roles = role::read("roles.tsv", ROLES)?;
        let own_roles = roles.len();
        let own = entries.len();
        if let Some((name, text)) = extra {
            hasher.update(text.as_bytes());
            let table = entry::read_user(name, text)?;
            entries.extend(table.entries);
            roles.extend(table.roles);
        }
        let mut index = Index::default();
        for (number, role) in roles.iter().enumerate() {
            for alias in std::iter::once(&role.name).chain(&role.aliases) {
                let place = index.add(alias, Meaning::Role(number));
                if number >= own_roles {
                    index.patterns[place]
                        .retain(|meaning| !matches!(meaning, Meaning::Role(other) if *other < own_roles));
                }
            }
        }
        let mut overridden: Vec<usize> = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            for alias in std::iter::once(&entry.name).chain(&entry.aliases) {
                let place = index.add(alias, Meaning::Entry(number, alias.as_str().into()));
                if number >= own {
                    overridden.push(place);
                }
            }
        }
        for place in &overridden {
            index.patterns[*place].retain(|meaning| matches!(meaning, Meaning::Entry(number, _) if *number >= own));
        }
        let (actors, by_id, entry_actors) = actors(&entries);
        hasher.update(AMBIGUOUS.as_bytes());
        hasher.update(COMMON_NAMES.as_bytes());
        let contexts = contexts(context::read("ambiguous.tsv", AMBIGUOUS)?, &index, &overridden, &by_id);
        let private_roles = roles
            .iter()
            .filter(|role| role.speaks_for == SpeaksFor::Nobody)
            .flat_map(|role| std::iter::once(&role.name).chain(&role.aliases))
            .map(|name| fold(name).text.into())
            .collect();
        let titles = roles
            .iter()
            .filter(|role| role.title)
            .flat_map(|role| std::iter::once(&role.name).chain(&role.aliases))
            .flat_map(|name| name.rsplit(' ').next())
            .map(|last| fold(last.trim_end_matches('.')).text.into())
            .collect();
        let mut surnames: HashMap<Box<str>, Vec<usize>, WordHashing> = HashMap::default();
        // A person whose name a user's table takes does not come back by the surname.
        let replaced: HashSet<&str> = entries[own..].iter().map(|entry| entry.name.as_str()).collect();
        for (number, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.kind == EntryKind::Person) {
            if number < own && replaced.contains(entry.name.as_str()) {
                continue;
            }
            let last = entry.name.rsplit(' ').next().filter(|_| entry.surnames.is_empty());
            for surname in entry.surnames.iter().map(String::as_str).chain(last) {
                let rows = surnames.entry(fold(surname).text.into()).or_default();
                if !rows.contains(&number) {
                    rows.push(number);
                }
            }
        }
        Ok(Self {
            entries,
            entry_actors,
            actors,
            by_id,
            roles,
            patterns: index.patterns,
            pattern_index: index.places,
            surnames,
            names: index.names,
            contexts,
            titles,
            private_roles,
            common_names: COMMON_NAMES.split_whitespace().collect(),
            hash: format!("{:016x}", hasher.digest()),
        })
    }

    /// Hash (xxh3, 16 hexadecimal digits) of all tables: names the facts an output was made with.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The actor with an index that this gazetteer gave out.
    #[must_use]
    pub fn actor(&self, index: ActorIndex) -> &Actor {
        &self.actors[index.0 as usize]
    }

    /// All actors, sorted by id.
    #[must_use]
    pub fn actors(&self) -> &[Actor] {
        &self.actors
    }

    /// All rows.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The rows of one actor.
    pub fn entries_of(&self, actor: ActorIndex) -> impl Iterator<Item = &Entry> {
        self.entries.iter().zip(&self.entry_actors).filter(move |(_, index)| **index == actor).map(|(entry, _)| entry)
    }

    /// The actor with a canonical id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<ActorIndex> {
        self.by_id.get(id).copied()
    }

    /// The actors that a name means somewhere or at some time, in order of id. Case and diacritics do not matter.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Vec<ActorIndex> {
        let folded = fold(name.trim()).text;
        let place = self.pattern_index.get(folded.as_str());
        let listed = place.into_iter().flat_map(|place| &self.patterns[*place]).filter_map(|meaning| match meaning {
            Meaning::Entry(number, _) => Some(*number),
            Meaning::Role(_) => None,
        });
        let surnames = self.surnames.get(folded.as_str()).into_iter().flatten().copied();
        let mut found: Vec<ActorIndex> = listed.chain(surnames).map(|number| self.entry_actors[number]).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The actor that an issuer field means: an id, or a name that means one actor only.
    #[must_use]
    pub fn issuer(&self, issuer: &str) -> Option<ActorIndex> {
        self.by_id(issuer.trim()).or_else(|| match self.by_name(issuer).as_slice() {
            [only] => Some(*only),
            _ => None,
        })
    }

    /// The rows that a name stands for.
    pub(super) fn rows_named(&self, name: usize) -> impl Iterator<Item = usize> {
        self.patterns[name].iter().filter_map(|meaning| match meaning {
            Meaning::Entry(number, _) => Some(*number),
            Meaning::Role(_) => None,
        })
    }

    /// Whether a row is of somebody who belongs to a state and does not speak for it, as an opposition leader.
    pub(super) fn is_member(&self, number: usize) -> bool {
        let entry = &self.entries[number];
        let Some(role) = entry.role.as_deref().filter(|_| entry.kind == EntryKind::Person) else { return false };
        ActorKind::of_id(&entry.id) == Some(ActorKind::State) && self.private_roles.contains(fold(role).text.as_str())
    }

    /// Whether a rule tells the meanings of a folded name apart.
    pub(super) fn is_told_apart(&self, folded: &str) -> bool {
        self.pattern_index.get(folded).is_some_and(|place| self.contexts.contains_key(place))
    }

    /// Whether a noun names others by their relation to an actor ("critics", "neighbours").
    #[must_use]
    pub fn is_relational(&self, noun: &str) -> bool {
        let place = self.pattern_index.get(fold(noun).text.as_str());
        let is = |meaning: &Meaning| matches!(meaning, Meaning::Role(number) if self.roles[*number].relational);
        place.is_some_and(|place| self.patterns[*place].iter().any(is))
    }

    /// Whether a noun names persons by what they do ("spokesman", "workers").
    #[must_use]
    pub fn is_person_noun(&self, noun: &str) -> bool {
        let place = self.pattern_index.get(fold(noun).text.as_str());
        let is = |meaning: &Meaning| {
            matches!(meaning, Meaning::Role(number) if {
                let role = &self.roles[*number];
                !role.thing && !role.relational && (role.title || role.speaks_for == SpeaksFor::Nobody || role.name == "spokesman")
            })
        };
        place.is_some_and(|place| self.patterns[*place].iter().any(is))
    }

    /// Whether a word is a surname or given name of many (`data/common_names.txt`).
    pub(super) fn is_common_name(&self, word: &str) -> bool {
        self.common_names.contains(fold(word).text.as_str())
    }

    /// The rules for a name that means several things, with the actor that each leads to.
    pub(super) fn context_rules(&self, name: usize) -> &[(ContextRule, Option<ActorIndex>)] {
        self.contexts.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Whether a word ends a title ("Minister").
    pub(super) fn is_title(&self, word: &str) -> bool {
        self.titles.contains(fold(word).text.as_str())
    }

    pub(super) fn names(&self) -> &NameTrie {
        &self.names
    }

    pub(super) fn meanings(&self, pattern: usize) -> &[Meaning] {
        &self.patterns[pattern]
    }

    pub(super) fn entry(&self, number: usize) -> &Entry {
        &self.entries[number]
    }

    pub(super) fn entry_actor(&self, number: usize) -> ActorIndex {
        self.entry_actors[number]
    }

    pub(super) fn role(&self, number: usize) -> &Role {
        &self.roles[number]
    }

    /// Rows of persons with a surname (folded).
    pub(super) fn surname(&self, folded: &str) -> &[usize] {
        self.surnames.get(folded).map_or(&[], Vec::as_slice)
    }
}

/// How a row's term of validity stands to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// Valid.
    Now,
    /// Over at the date.
    Over,
    /// Not begun at the date.
    Later,
}

/// The standing of `entry` at `date`; without a date, as of the snapshot: valid while no end is given.
pub(super) fn term(entry: &Entry, date: Option<PartialDate>) -> Term {
    match date {
        None => {
            if entry.to.is_none() {
                Term::Now
            } else {
                Term::Over
            }
        }
        Some(date) => {
            if entry.to.is_some_and(|to| to.last() < date.first()) {
                Term::Over
            } else if entry.from.is_some_and(|from| from.first() > date.last()) {
                Term::Later
            } else {
                Term::Now
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_tables_load() {
        let gazetteer = Gazetteer::shipped().unwrap();
        assert!(gazetteer.actors().len() > 400);
        for (name, id) in
            [("Russia", "RUS"), ("the Kremlin", "RUS"), ("NATO", "IGO:NATO"), ("hamas", "ORG:HAMAS"), ("Kiev", "UKR")]
        {
            let name = name.trim_start_matches("the ");
            let found = gazetteer.by_name(name);
            assert!(found.iter().any(|actor| &*gazetteer.actor(*actor).id == id), "{name}");
        }
        assert_eq!(&*gazetteer.actor(gazetteer.by_id("COD").unwrap()).name, "Democratic Republic of the Congo");
    }

    #[test]
    fn a_users_row_overrides() {
        let table = "id\tname\tkind\taliases\nORG:CRIMEA\tCrimea\tgroup\t\n";
        let gazetteer = Gazetteer::with_table("mine.tsv", table).unwrap();
        let found = gazetteer.by_name("Crimea");
        assert_eq!(found.len(), 1);
        assert_eq!(&*gazetteer.actor(found[0]).id, "ORG:CRIMEA");
        assert_ne!(gazetteer.hash(), Gazetteer::shipped().unwrap().hash());
    }
}
