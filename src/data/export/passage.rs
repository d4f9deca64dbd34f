//! Pairs of one text together, as annotators see them: mentions, relations, and notes for what has no place.
//!
//! A pair with a holder is a relation between two mentions, named after the stance; one of the author is a mention named after the
//! stance; a pair that waits for its label is `unlabelled`.

use crate::{
    data::{
        PairRow,
        notes::{PairNotes, PassageNotes, UNLABELLED},
    },
    label::Label,
    pairs::LabelledPair,
    span::{CodePoints, Span},
};
use std::collections::BTreeMap;

/// The pairs that follow each other on one text, with everything the same that belongs to a text.
pub(super) fn passages(pairs: &[LabelledPair]) -> impl Iterator<Item = Passage<'_>> {
    let same = |a: &LabelledPair, b: &LabelledPair| {
        a.text == b.text
            && a.date == b.date
            && a.issuer == b.issuer
            && a.tone == b.tone
            && a.source == b.source
            && a.group == b.group
            && a.weight.to_bits() == b.weight.to_bits()
    };
    pairs.chunk_by(same).map(|pairs| Passage { pairs })
}

/// One text with its pairs, of which there is at least one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage<'p> {
    pub(super) pairs: &'p [LabelledPair],
}

/// The name of a pair's stance.
pub(super) fn label(pair: &LabelledPair) -> &'static str {
    pair.stance.map_or(UNLABELLED, Label::name)
}

impl<'p> Passage<'p> {
    /// The text.
    pub(super) fn text(&self) -> &'p str {
        self.pairs.first().map_or("", |pair| &pair.text)
    }

    /// The mentions that take part in relations, numbered in their order in the text.
    pub(super) fn actors(&self) -> BTreeMap<Span, usize> {
        let ends = |pair: &LabelledPair| pair.holder.map(|holder| [holder, pair.target]);
        let mut actors: BTreeMap<Span, usize> =
            self.pairs.iter().filter_map(ends).flatten().map(|span| (span, 0)).collect();
        for (number, place) in actors.values_mut().enumerate() {
            *place = number;
        }
        actors
    }

    /// The notes on the text and all its pairs.
    pub(super) fn notes(&self, points: &CodePoints<'_>) -> PassageNotes {
        let Some(first) = self.pairs.first() else { return PassageNotes::default() };
        let row = PairRow::from(first);
        PassageNotes {
            date: row.date,
            issuer: row.issuer,
            tone: row.tone,
            dataset: row.dataset,
            group: row.group,
            weight: row.weight,
            pairs: self
                .pairs
                .iter()
                .map(|pair| PairNotes {
                    id: pair.id.clone(),
                    holder: pair.holder.map(|holder| points.range(holder)),
                    target: points.range(pair.target),
                    label: pair.stance,
                    act: pair.act,
                    intensity: pair.intensity,
                })
                .collect(),
        }
    }
}
