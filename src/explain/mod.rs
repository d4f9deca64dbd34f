//! Why a pair was classified as it was: each feature's contribution, exactly.
//!
//! In: a vector and a head. Out: [`Explanation`]: for one label, the intercept and the contribution
//! (weight times value) of every feature; their sum is the label's decision value (logit).

use crate::{features::Vectorizer, label::Label, model::Head};

/// A feature's part in a decision value.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Column.
    pub column: u32,
    /// Name.
    pub name: String,
    /// Value in the vector.
    pub value: f32,
    /// Weight for the label.
    pub weight: f32,
    /// Weight times value.
    pub amount: f64,
}

/// The parts of one label's decision value.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation<L> {
    /// The label.
    pub label: L,
    /// The label's intercept.
    pub intercept: f64,
    /// Contributions, largest in size first.
    pub contributions: Vec<Contribution>,
    /// The decision value: intercept plus all contributions.
    pub decision: f64,
}

/// Explains the decision value of `label`; `None` when the head does not know the label.
#[must_use]
pub fn explain<L: Label>(
    vectorizer: &Vectorizer,
    head: &Head<L>,
    row: &[(u32, f32)],
    label: L,
) -> Option<Explanation<L>> {
    let place = head.classifier.place_of(label)?;
    let intercept = head.classifier.intercepts()[place];
    let mut contributions: Vec<Contribution> = row
        .iter()
        .filter_map(|(column, value)| {
            let weight = *head.classifier.weights().get((*column as usize, place))?;
            let amount = f64::from(*value) * f64::from(weight);
            Some(Contribution {
                column: *column,
                name: vectorizer.name(*column).to_owned(),
                value: *value,
                weight,
                amount,
            })
        })
        .collect();
    // Summed in column order, as the classifier does, so that the sum has its bits.
    let decision = contributions.iter().fold(intercept, |sum, contribution| sum + contribution.amount);
    contributions.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()).then(a.column.cmp(&b.column)));
    Some(Explanation { label, intercept, contributions, decision })
}
