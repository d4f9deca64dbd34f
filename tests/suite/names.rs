//! No state is good or bad by its name: with other names in the same places, the probabilities stay as they are.

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

/// One-word names of states of today that mean nothing else: no capital, no person.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let gazetteer = &PIPELINE.gazetteer;
    // The names of capitals, seats, bodies and persons.
    let others: BTreeSet<&str> = gazetteer
        .entries()
        .iter()
        .filter(|entry| entry.kind != EntryKind::State)
        .flat_map(|entry| std::iter::once(&entry.name).chain(&entry.aliases).chain(&entry.surnames))
        .map(String::as_str)
        .collect();
    gazetteer
        .entries()
        .iter()
        .filter(|entry| entry.kind == EntryKind::State && entry.from.is_none() && entry.to.is_none())
        .filter(|entry| entry.note.is_empty() && entry.name.bytes().all(|byte| byte.is_ascii_alphabetic()))
        // "the Seychelles" is a name as well: with it the article is part of the mention, and the words around differ.
        .filter(|entry| !entry.aliases.iter().any(|alias| alias.to_lowercase().starts_with("the ")))
        .filter(|entry| gazetteer.by_name(&entry.name).len() == 1 && !others.contains(entry.name.as_str()))
        .map(|entry| entry.name.clone())
        .collect()
});

/// A pair in which every mention is the name of a state, with the places of the names.
#[derive(Debug)]
struct Slots {
    pair: LabelledPair,
    places: Vec<(Span, String)>,
}

impl Slots {
    fn of(pair: LabelledPair) -> Option<Self> {
        let mentions = PIPELINE.gazetteer.mentions(&pair.text, &Segmentation::of(&pair.text), pair.date, None);
        let places: Vec<(Span, String)> =
            mentions.iter().map(|mention| (mention.span, mention.span.of(&pair.text).to_owned())).collect();
        let plain = mentions.iter().all(|mention| mention.kind == MentionKind::Name)
            && places.iter().all(|(_, name)| NAMES.contains(name))
            && places.iter().any(|(span, _)| *span == pair.target)
            && pair.holder.is_none_or(|holder| places.iter().any(|(span, _)| *span == holder));
        plain.then_some(Self { pair, places })
    }

    /// The pair with the names that `given` says.
    fn renamed(&self, given: &BTreeMap<&str, &str>) -> LabelledPair {
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
        let text = sentence.replace("{A}", "Norway").replace("{B}", "Kenya").replace("{C}", "Peru");
        let span = |name: &str| text.find(name).map(|start| Span::new(start, start + name.len())).expect("a name");
        let (holder, target) = (Some(span("Norway")), span("Kenya"));
        LabelledPair { holder, target, text: Arc::from(text), date: None, issuer: None, ..template.clone() }
    });
    own.chain(set.pairs.iter().cloned()).filter_map(Slots::of).collect()
});

#[test]
fn there_are_names_and_pairs_enough() {
    assert!(NAMES.len() > 60, "{} names: {:?}", NAMES.len(), *NAMES);
    assert!(SLOTS.len() > SENTENCES.len(), "{} pairs", SLOTS.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn other_names_give_the_same_probabilities(
        slot in any::<prop::sample::Index>(),
        order in Just(NAMES.clone()).prop_shuffle(),
    ) {
        let slots = slot.get(&SLOTS);
        let mut names: Vec<&str> = slots.places.iter().map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        // Names that stand in the text already are not given to others: who is the same as whom must not change.
        let fresh = order.iter().map(String::as_str).filter(|name| !slots.pair.text.contains(name));
        let given: BTreeMap<&str, &str> = names.into_iter().zip(fresh).collect();
        let renamed = slots.renamed(&given);
        let original = LabelledPair { issuer: None, ..slots.pair.clone() };
        let mut worker = Worker::default();
        let before = PIPELINE.predict(&mut worker, &original);
        let after = PIPELINE.predict(&mut worker, &renamed);
        prop_assert_eq!(before.stance.probabilities, after.stance.probabilities, "{} | {}", original.text, renamed.text);
        prop_assert_eq!(before.act.map(|act| act.probabilities), after.act.map(|act| act.probabilities));
        prop_assert_eq!(before.tone.map(|tone| tone.probabilities), after.tone.map(|tone| tone.probabilities));
    }
}
