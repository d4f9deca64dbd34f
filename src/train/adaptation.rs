//! Data sets that mean slightly different things by a label: common weights, and weights of each data set's own.
//!
//! In: rows with their data sets. Out: rows with more columns to fit an estimator on, and from the classifier found there one
//! over the columns that there were.
//!
//! Daumé III (2007), *Frustratingly easy domain adaptation*: every column stands once for all data sets and once for the row's
//! own. Under an L2 penalty what the data sets share goes into the common weights, and only what one of them says
//! differently into its own. The constant that stands for the intercept is copied too, for shares of labels differ most
//! between data sets. A copy is multiplied by 1 / sqrt(strength), which makes the penalty on its weight `strength` times that on
//! a common one (under an L1 penalty, sqrt(strength) times).
//!
//! A model is asked about documents, which belong to no data set. So one is chosen beforehand, and its own weights are added
//! to the common ones: what is left is a plain linear classifier. Held-out scores, those of other data sets too, are of that
//! sum, for it is what users get; calibration is found on the rows of the data set chosen.

use crate::{
    label::Label,
    model::{FitError, LinearClassifier, SparseRecords, SparseRecordsBuilder},
};
use ndarray::Array2;
use std::sync::Arc;

/// How columns are copied.
#[derive(Debug)]
pub(super) struct Copies {
    /// Columns before.
    columns: usize,
    /// Data sets, in order of their names.
    sources: Vec<Arc<str>>,
    /// Which of them each row belongs to.
    source_of: Vec<usize>,
    /// What copied values are multiplied by.
    scale: f64,
    /// The data set whose own weights the model gets.
    chosen: usize,
}

impl Copies {
    /// For rows of these data sets; `None` where they are all of one, or none is of `predict_as`.
    pub(super) fn new(columns: usize, row_sources: &[Arc<str>], strength: f64, predict_as: &str) -> Option<Self> {
        let mut sources = row_sources.to_vec();
        sources.sort_unstable();
        sources.dedup();
        let chosen = sources.iter().position(|source| **source == *predict_as)?;
        let source_of = row_sources.iter().map(|source| sources.partition_point(|other| other < source)).collect();
        (sources.len() > 1).then(|| Self { columns, sources, source_of, scale: 1.0 / strength.sqrt(), chosen })
    }

    /// The same for rows that have so many columns.
    pub(super) fn with_columns(&self, columns: usize) -> Self {
        Self { columns, sources: self.sources.clone(), source_of: self.source_of.clone(), ..*self }
    }

    /// Whether a row belongs to the data set chosen.
    pub(super) fn is_chosen(&self, row: usize) -> bool {
        self.source_of.get(row) == Some(&self.chosen)
    }

    /// The rows named, with the columns of their data sets.
    pub(super) fn copied(&self, records: &SparseRecords, rows: &[usize]) -> Result<SparseRecords, FitError> {
        // The common columns, then for each data set its own and its constant.
        let own = self.columns + 1;
        let mut builder = SparseRecordsBuilder::new(self.columns + self.sources.len() * own)?;
        let mut cells = Vec::new();
        for number in rows {
            let Some(row) = records.row(*number) else { continue };
            // The builder has made sure that 32 bits number all columns.
            let first = (self.columns + self.source_of[*number] * own) as u32;
            cells.clear();
            cells.extend(row.iter());
            cells.extend(row.iter().map(|(feature, value)| (first + feature, (f64::from(value) * self.scale) as f32)));
            cells.push((first + self.columns as u32, self.scale as f32));
            builder.push_row(&cells)?;
        }
        Ok(builder.finish()?)
    }

    /// The common weights plus those of the data set chosen.
    pub(super) fn joined<L: Label>(&self, classifier: &LinearClassifier<L>) -> Result<LinearClassifier<L>, FitError> {
        let first = self.columns + self.chosen * (self.columns + 1);
        let from = classifier.weights();
        let weights = Array2::from_shape_fn((self.columns, classifier.labels().len()), |(column, label)| {
            (f64::from(from[(column, label)]) + self.scale * f64::from(from[(first + column, label)])) as f32
        });
        let constant = from.row(first + self.columns);
        let intercepts = classifier.intercepts().iter().zip(constant);
        let intercepts = intercepts.map(|(common, own)| common + self.scale * f64::from(*own)).collect();
        LinearClassifier::new(classifier.labels().to_vec(), weights, intercepts).map_err(|_| FitError::NotFinite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        label::Stance::{self, Critical, Supportive},
        model::MultinomialLogistic,
    };
    use linfa::{DatasetBase, traits::Fit};
    use ndarray::Array1;

    fn sources(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().map(|name| Arc::from(*name)).collect()
    }

    #[test]
    fn a_row_stands_in_the_common_columns_and_in_its_own() {
        let records = SparseRecords::from_rows(2, [vec![(0, 2.0)], vec![(1, 3.0)]]).unwrap();
        let copies = Copies::new(2, &sources(&["b", "a"]), 4.0, "a").unwrap();
        let found = copies.copied(&records, &[0, 1]).unwrap();
        let row = |row| found.row(row).unwrap().iter().collect::<Vec<_>>();
        assert_eq!(row(0), [(0, 2.0), (5, 1.0), (7, 0.5)]);
        assert_eq!(row(1), [(1, 3.0), (3, 1.5), (4, 0.5)]);
        assert!(copies.is_chosen(1) && !copies.is_chosen(0));
        assert!(Copies::new(2, &sources(&["a", "a"]), 1.0, "a").is_none());
        assert!(Copies::new(2, &sources(&["a", "b"]), 1.0, "c").is_none());
    }

    #[test]
    fn the_joined_classifier_decides_as_the_copied_one_does_for_the_data_set_chosen() {
        // Column 0 speaks for the same label in both, column 1 for opposite ones.
        let rows: Vec<Vec<(u32, f32)>> = (0..80_u32).map(|i| vec![(i % 2, 1.0), (2, (i % 5) as f32)]).collect();
        let names: Vec<&str> = (0..80).map(|i| if i % 4 < 2 { "news" } else { "statements" }).collect();
        let targets: Array1<Stance> =
            (0..80).map(|i| if i % 2 == 0 || i % 4 < 2 { Critical } else { Supportive }).collect();
        let records = SparseRecords::from_rows(3, rows).unwrap();
        let all: Vec<usize> = (0..80).collect();
        for (chosen, expected) in [("news", Critical), ("statements", Supportive)] {
            let copies = Copies::new(3, &sources(&names), 1.0, chosen).unwrap();
            let wide = copies.copied(&records, &all).unwrap();
            let fitted =
                MultinomialLogistic::default().alpha(0.1).fit(&DatasetBase::new(wide.clone(), targets.clone()));
            let fitted: LinearClassifier<Stance> = fitted.unwrap();
            let joined = copies.joined(&fitted).unwrap();
            for row in (0..80).filter(|row| copies.is_chosen(*row)) {
                let (mut left, mut right) = (Vec::new(), Vec::new());
                fitted.decision_of_row(wide.row(row).unwrap(), &mut left);
                joined.decision_of_row(records.row(row).unwrap(), &mut right);
                assert!(left.iter().zip(&right).all(|(l, r)| (l - r).abs() < 1e-5), "{left:?} {right:?}");
            }
            let chances = joined.probabilities(&[(1, 1.0)]);
            assert!(chances[expected.index()] > 0.6, "{chosen}: {chances:?}");
        }
    }

    #[test]
    fn a_strong_penalty_on_copies_leaves_the_common_weights() {
        let rows: Vec<Vec<(u32, f32)>> = (0..40_u32).map(|i| vec![(i % 2, 1.0)]).collect();
        let names: Vec<&str> = (0..40).map(|i| if i < 20 { "a" } else { "b" }).collect();
        let targets: Array1<Stance> = (0..40).map(|i| if i % 2 == 0 { Critical } else { Supportive }).collect();
        let records = SparseRecords::from_rows(2, rows).unwrap();
        let all: Vec<usize> = (0..40).collect();
        let copies = Copies::new(2, &sources(&names), 1e8, "a").unwrap();
        let fit = |records: SparseRecords| -> LinearClassifier<Stance> {
            let params = MultinomialLogistic::default().gradient_tolerance(1e-9);
            params.fit(&DatasetBase::new(records, targets.clone())).unwrap()
        };
        let joined = copies.joined(&fit(copies.copied(&records, &all).unwrap())).unwrap();
        let plain = fit(records);
        for (left, right) in joined.weights().iter().zip(plain.weights()) {
            assert!((left - right).abs() < 1e-3, "{left} {right}");
        }
    }
}
