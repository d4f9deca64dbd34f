//! What annotation tools have in common: a text, labelled mentions in it, labelled relations between mentions.
//!
//! In: such a text. Out: a row for each relation whose label is a stance, from holder to target, and for each mention whose label is
//! a stance, the author's toward it. What our own export put beside the text ([`PassageNotes`]) gives a pair its id,
//! act, intensity and the rest, found by the places of its mentions; when annotators changed the stance, the act and the
//! intensity that went with the old one are dropped.

use super::{
    ImportOptions, Imported, PairRow,
    records::{left_out, row},
};
use crate::{
    data::notes::{PairNotes, PassageNotes, UNLABELLED},
    label::Stance,
    span::{CodePoints, Span},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// A labelled mention.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) span: Span,
}

/// A labelled relation from a holder to a target, by the keys of their mentions.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) label: String,
}

/// A text as an annotation tool gives it.
#[derive(Debug)]
pub(super) struct Annotated {
    /// Identifier that the pairs' ids begin with, where the notes have none.
    pub(super) id: String,
    pub(super) text: Arc<str>,
    pub(super) mentions: Vec<Mention>,
    pub(super) relations: Vec<Relation>,
    pub(super) notes: PassageNotes,
}

/// What a label of the tool stands for: `None` for one that is no stance, `Some(None)` for a pair that waits for its label.
pub(super) fn stance(label: &str, options: &ImportOptions) -> Option<Option<Stance>> {
    if let Some(stance) = options.labels.get(label) {
        return Some(Some(*stance));
    }
    let label = label.trim().to_lowercase();
    if label == UNLABELLED { Some(None) } else { label.parse().ok().map(Some) }
}

impl Annotated {
    /// The rows of the text, in the order of the notes, then of relations and mentions.
    pub(super) fn pieces(self, options: &ImportOptions) -> Vec<Imported> {
        let points = CodePoints::of(&self.text);
        let mentions: BTreeMap<&str, Span> =
            self.mentions.iter().map(|mention| (mention.key.as_str(), mention.span)).collect();
        let mut pieces = Vec::new();
        let mut pairs: Vec<(Option<Span>, Span, Option<Stance>, &str)> = Vec::new();
        for relation in &self.relations {
            let Some(label) = stance(&relation.label, options) else {
                pieces.push(left_out(format!("the relation `{}` is no stance (see --map)", relation.label)));
                continue;
            };
            match (mentions.get(relation.from.as_str()), mentions.get(relation.to.as_str())) {
                (Some(holder), Some(target)) => pairs.push((Some(*holder), *target, label, &relation.label)),
                _ => pieces.push(left_out("a relation is with something that is no mention")),
            }
        }
        for mention in &self.mentions {
            if let Some(label) = stance(&mention.label, options) {
                pairs.push((None, mention.span, label, &mention.label));
            }
        }
        if pairs.is_empty() && pieces.is_empty() {
            pieces.push(left_out("the text has no relation and no mention with a stance"));
        }
        let mut notes: BTreeMap<_, VecDeque<(usize, &PairNotes)>> = BTreeMap::new();
        for (order, note) in self.notes.pairs.iter().enumerate() {
            notes.entry((note.holder, note.target)).or_default().push_back((order, note));
        }
        let mut found: Vec<(usize, PairRow)> = Vec::new();
        for (index, (holder, target, label, name)) in pairs.into_iter().enumerate() {
            let places = (holder.map(|holder| points.range(holder)), points.range(target));
            let note = notes.get_mut(&places).and_then(VecDeque::pop_front);
            let own = format!("{}-{}", self.id, index + 1);
            let id = note.as_ref().map_or(own, |(_, note)| note.id.clone());
            let mut row = PairRow::new(id, Arc::clone(&self.text), holder, target);
            row.label = label;
            // A label that is the stance's own name says nothing new.
            row.source_label = label.filter(|label| label.to_string() != name).map(|_| name.to_owned());
            row.date = self.notes.date;
            row.issuer.clone_from(&self.notes.issuer);
            row.tone = self.notes.tone;
            row.dataset.clone_from(&self.notes.dataset);
            row.group.clone_from(&self.notes.group);
            row.weight = self.notes.weight.filter(|weight| weight.is_finite() && *weight >= 0.0);
            let order = match note {
                Some((order, note)) => {
                    if note.label == label {
                        row.act = note.act;
                        row.intensity = note.intensity.filter(|intensity| *intensity <= 10);
                    }
                    order
                }
                None => usize::MAX,
            };
            found.push((order, row));
        }
        // Stable: pairs without notes stay in their own order.
        found.sort_by_key(|(order, _)| *order);
        pieces.extend(found.into_iter().map(|(_, found)| row(found)));
        pieces
    }
}
