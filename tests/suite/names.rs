//! No actor is good or bad by its name: with other names in the same places, the probabilities stay as they are.

use super::workplace::{PIPELINE, repository};
use demarche::{
    Worker,
    actors::{EntryKind, MentionKind},
    pairs::{LabelledPair, PairOptions, read_pairs},
    segment::Segmentation,
    span::Span,
};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

/// Whether a name is one throughout: "Cuban exiles" is a description, and "exiles" says something.
fn capitals(name: &str) -> bool {
    name.split(' ')
        .all(|word| matches!(word, "of" | "the" | "for" | "and" | "in") || word.starts_with(char::is_uppercase))
}

/// One-word names of today that mean one actor only and nothing else, by the kind of the actor.
static NAMES: LazyLock<BTreeMap<EntryKind, Vec<String>>> = LazyLock::new(|| {
    let gazetteer = &PIPELINE.gazetteer;
    // One name of each actor: two names of one would make one of two.
    let mut names: BTreeMap<EntryKind, BTreeMap<&str, String>> = BTreeMap::new();
    for entry in gazetteer.entries().iter().filter(|entry| entry.to.is_none() && entry.note.is_empty()) {
        if !matches!(entry.kind, EntryKind::State | EntryKind::Organisation | EntryKind::Group) {
            continue;
        }
        // "the Seychelles" is a name as well: with it the article is part of the mention, and the words around differ.
        if entry.aliases.iter().any(|alias| alias.to_lowercase().starts_with("the ")) {
            continue;
        }
        // Names of several capitals ("OPCW") are read in capitals alone, and "Chad" has rules of its own.
        let fits = |name: &&String| {
            let ascii = name.len() > 3
                && ends_a_sentence(name)
                && capitals(name)
                && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ');
            ascii && gazetteer.by_name(name).len() == 1 && !AMBIGUOUS.contains(&name.as_str())
        };
        let mut all = std::iter::once(&entry.name).chain(&entry.aliases);
        if let Some(name) = all.find(fits) {
            names.entry(entry.kind).or_default().entry(&entry.id).or_insert_with(|| name.clone());
        }
    }
    // What else a capital, seat or person is called, and words that a group is called as well.
    let others: BTreeSet<&str> = gazetteer
        .entries()
        .iter()
        .filter(|entry| !matches!(entry.kind, EntryKind::State | EntryKind::Organisation | EntryKind::Group))
        .flat_map(|entry| std::iter::once(&entry.name).chain(&entry.aliases).chain(&entry.surnames))
        .map(String::as_str)
        .collect();
    let own = |name: &String| !others.contains(name.as_str());
    names.into_iter().map(|(kind, names)| (kind, names.into_values().filter(own).collect())).collect()
});

/// Whether a full stop after a name ends the sentence: not so where the name ends like an abbreviation ("X Corp", "El Al"), a
/// limit that the README tells of.
fn ends_a_sentence(name: &str) -> bool {
    Segmentation::of(&format!("They met {name}. Norway left.")).sentences.len() == 2
}

/// Names with rules for what they mean beside certain words, and those that are words or media themselves.
const AMBIGUOUS: [&str; 22] = [
    "Chad",
    "Cuba",
    "Georgia",
    "Guinea",
    "Holland",
    "India",
    "Ireland",
    "Israel",
    "Jordan",
    "Kenya",
    "Lebanon",
    "Macedonia",
    "Mali",
    "Panama",
    "Turkey",
    "Wales",
    "Taliban",
    "Facebook",
    "Twitter",
    "Instagram",
    "WhatsApp",
    "Telegram",
];

/// The kind of a name.
fn kind_of(name: &str) -> Option<EntryKind> {
    NAMES.iter().find(|(_, names)| names.iter().any(|held| held == name)).map(|(kind, _)| *kind)
}

/// A pair in which every mention is the name of a state, with the places of the names.
#[derive(Debug)]
struct Slots {
    pair: LabelledPair,
    places: Vec<(Span, String)>,
}

impl Slots {
    fn of(pair: LabelledPair) -> Option<Self> {
        let mentions = PIPELINE.gazetteer.mentions(&pair.text, &Segmentation::of(&pair.text), None, None);
        let places: Vec<(Span, String)> =
            mentions.iter().map(|mention| (mention.span, mention.span.of(&pair.text).to_owned())).collect();
        let plain = mentions.iter().all(|mention| mention.kind == MentionKind::Name)
            && places.iter().all(|(_, name)| kind_of(name).is_some())
            && places.iter().any(|(span, _)| *span == pair.target)
            && pair.holder.is_none_or(|holder| places.iter().any(|(span, _)| *span == holder));
        plain.then_some(Self { pair, places })
    }

    /// The pair with the names that `given` says.
    fn renamed(&self, given: &BTreeMap<&str, &'static str>) -> LabelledPair {
        let mut text = String::new();
        let mut moved: BTreeMap<Span, Span> = BTreeMap::new();
        let mut at = 0;
        for (span, name) in &self.places {
            text.push_str(&self.pair.text[at..span.start]);
            let start = text.len();
            text.push_str(given[name.as_str()]);
            moved.insert(*span, Span::new(start, text.len()));
            at = span.end;
        }
        text.push_str(&self.pair.text[at..]);
        LabelledPair {
            text: Arc::from(text),
            holder: self.pair.holder.map(|holder| moved[&holder]),
            target: moved[&self.pair.target],
            issuer: None,
            date: None,
            ..self.pair.clone()
        }
    }
}

/// Sentences of our own, so that there are enough whatever the data are.
const SENTENCES: [&str; 8] = [
    "{A} condemned the attack by {B} on its border posts.",
    "{A} thanked {B} for its generous help after the flood.",
    "{B} rejected what {A} had called a serious offer.",
    "{A} accused {B} of arming rebels, and {C} urged both to talk.",
    "\"We stand with {B},\" the government of {A} said on Monday.",
    "{C} and {A} signed a treaty on fishing while {B} looked on.",
    "Sanctions on {B} were announced by {A} and welcomed by {C}.",
    "According to {A}, the troops of {B} did not cross the line.",
];

static SLOTS: LazyLock<Vec<Slots>> = LazyLock::new(|| {
    let set = read_pairs(&[repository("training_data/train")], &PairOptions::default()).expect("training data");
    let template = set.pairs[0].clone();
    let own = SENTENCES.iter().map(|sentence| {
        let (a, b, c) =
            (&NAMES[&EntryKind::State][0], &NAMES[&EntryKind::Group][0], &NAMES[&EntryKind::Organisation][0]);
        let text = sentence.replace("{A}", a).replace("{B}", b).replace("{C}", c);
        let span = |name: &str| text.find(name).map(|start| Span::new(start, start + name.len())).expect("a name");
        let (holder, target) = (Some(span(a)), span(b));
        LabelledPair { holder, target, text: Arc::from(text), date: None, issuer: None, ..template.clone() }
    });
    own.chain(set.pairs.iter().cloned()).filter_map(Slots::of).collect()
});

#[test]
fn there_are_names_and_pairs_enough() {
    for (kind, least) in [(EntryKind::State, 60), (EntryKind::Organisation, 20), (EntryKind::Group, 60)] {
        assert!(NAMES[&kind].len() > least, "{} names of kind {}: {:?}", NAMES[&kind].len(), kind.name(), NAMES[&kind]);
    }
    assert!(SLOTS.len() > SENTENCES.len(), "{} pairs", SLOTS.len());
}

/// Another name of the same kind for each name, drawn with `seed`; none that stands in the text already, since who is the same
/// as whom must not change.
fn other_names<'n>(names: &[&'n str], text: &str, seed: u64) -> BTreeMap<&'n str, &'static str> {
    let mut given: BTreeMap<&str, &str> = BTreeMap::new();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for (number, name) in names.iter().enumerate() {
        let pool = &NAMES[&kind_of(name).expect("a name of the lists")];
        let start = (seed as usize).wrapping_mul(31).wrapping_add(number * 7919) % pool.len();
        let other = (0..pool.len())
            .map(|step| pool[(start + step) % pool.len()].as_str())
            .find(|other| !text.contains(other) && !taken.contains(other));
        let other = other.expect("more names than a text has");
        taken.insert(other);
        given.insert(name, other);
    }
    given
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn other_names_give_the_same_probabilities(
        slot in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let slots = slot.get(&SLOTS);
        let mut names: Vec<&str> = slots.places.iter().map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let given = other_names(&names, &slots.pair.text, seed);
        let renamed = slots.renamed(&given);
        let original = LabelledPair { issuer: None, date: None, ..slots.pair.clone() };
        let mut worker = Worker::default();
        let before = PIPELINE.predict(&mut worker, &original);
        let after = PIPELINE.predict(&mut worker, &renamed);
        prop_assert_eq!(before.stance.probabilities, after.stance.probabilities, "{} | {}", original.text, renamed.text);
        prop_assert_eq!(before.act.map(|act| act.probabilities), after.act.map(|act| act.probabilities));
        prop_assert_eq!(before.tone.map(|tone| tone.probabilities), after.tone.map(|tone| tone.probabilities));
    }
}
