//! From sentence records to one record for each (document, holder, target).
//!
//! A document takes the side that its polar sentences take together: the sign of the sum of their scores; it
//! is neutral when no sentence takes a side. Probabilities are the mean over the records that have the
//! document's stance; intensity is the highest, evidence that of the surest record among them.

use super::{Probabilities, StanceRecord};
use crate::label::Stance;
use std::collections::BTreeMap;

/// One record a (holder, target), in order of their ids.
#[must_use]
pub fn aggregate(records: &[StanceRecord]) -> Vec<StanceRecord> {
    let mut groups: BTreeMap<(Option<&str>, Option<&str>), Vec<&StanceRecord>> = BTreeMap::new();
    for record in records {
        let holder = record.holder.as_ref().and_then(|holder| holder.id.as_deref());
        groups.entry((holder, record.target.id.as_deref())).or_default().push(record);
    }
    groups.into_values().filter_map(|group| document_record(&group)).collect()
}

fn document_record(group: &[&StanceRecord]) -> Option<StanceRecord> {
    let polar: f64 = group.iter().filter(|record| record.stance != Stance::Neutral).map(|record| record.score).sum();
    let any = group.iter().any(|record| record.stance != Stance::Neutral);
    let stance = match (any, polar < 0.0) {
        (false, _) => Stance::Neutral,
        (true, true) => Stance::Critical,
        (true, false) => Stance::Supportive,
    };
    let mut own: Vec<&&StanceRecord> = group.iter().filter(|record| record.stance == stance).collect();
    if own.is_empty() {
        own = group.iter().collect();
    }
    let mean = |value: fn(&StanceRecord) -> f64| own.iter().map(|record| value(record)).sum::<f64>() / own.len() as f64;
    let probabilities = Probabilities {
        critical: mean(|record| record.probabilities.critical),
        neutral: mean(|record| record.probabilities.neutral),
        supportive: mean(|record| record.probabilities.supportive),
    };
    // Of equals, the first in the document.
    let surest =
        own.iter().copied().reduce(|held, record| if record.confidence > held.confidence { record } else { held })?;
    let confidence = match stance {
        Stance::Critical => probabilities.critical,
        Stance::Neutral => probabilities.neutral,
        Stance::Supportive => probabilities.supportive,
    };
    let intensity = own
        .iter()
        .filter_map(|record| record.intensity)
        .fold(None, |held: Option<f64>, value| Some(held.map_or(value, |held| held.max(value))));
    let tones: Vec<f64> = group.iter().filter_map(|record| record.tone_score).collect();
    let tone_score = (!tones.is_empty()).then(|| tones.iter().sum::<f64>() / tones.len() as f64);
    Some(StanceRecord {
        sentence: None,
        start: None,
        end: None,
        text: None,
        stance,
        confidence,
        probabilities,
        score: probabilities.score(),
        intensity,
        tone_score,
        reported: group.iter().all(|record| record.reported),
        records: Some(group.len() as u64),
        ..(**surest).clone()
    })
}
