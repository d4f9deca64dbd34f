//! A head: one classifier with its calibration, and what it was made of.
//!
//! In: a row of features. Out: a label with probabilities.

use super::{Calibration, CalibrationError, Decision, IsotonicCurve, LinearClassifier};
use crate::pairs::Label;
use serde::{Deserialize, Serialize};

/// What a head was trained with, for the model's card.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trained {
    /// Name of the estimator.
    pub classifier: String,
    /// Strength of its penalty: alpha of logistic regression, 1 / C of a support vector machine.
    pub l2: f64,
    /// Rows it learned from.
    pub rows: u64,
}

/// One classifier on the shared features, with its calibration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored<L>", into = "Stored<L>", bound = "L: Label")]
pub struct Head<L: Label> {
    /// The classifier.
    pub classifier: LinearClassifier<L>,
    /// How its decision values become probabilities.
    pub calibration: Calibration,
    /// How probabilities become a label.
    pub decision: Decision,
    /// What it was trained with.
    pub trained: Trained,
}

/// The head as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(bound = "L: Label")]
struct Stored<L: Label> {
    classifier: LinearClassifier<L>,
    calibration: StoredCalibration,
    trained: Trained,
}

/// Calibration and decision. There were models before there was a choice of decision: the variants that they have stand
/// first and mean the likeliest label.
#[derive(Serialize, Deserialize)]
enum StoredCalibration {
    None,
    Temperature(f64),
    Platt(Vec<(f64, f64)>),
    Isotonic(Vec<IsotonicCurve>),
    Ordinal(Calibration),
}

impl<L: Label> From<Head<L>> for Stored<L> {
    fn from(head: Head<L>) -> Self {
        let calibration = match (head.decision, head.calibration) {
            (Decision::Ordinal, calibration) => StoredCalibration::Ordinal(calibration),
            (Decision::Label, Calibration::None) => StoredCalibration::None,
            (Decision::Label, Calibration::Temperature(temperature)) => StoredCalibration::Temperature(temperature),
            (Decision::Label, Calibration::Platt(parameters)) => StoredCalibration::Platt(parameters),
            (Decision::Label, Calibration::Isotonic(curves)) => StoredCalibration::Isotonic(curves),
        };
        Self { classifier: head.classifier, calibration, trained: head.trained }
    }
}

impl<L: Label> From<Stored<L>> for Head<L> {
    fn from(stored: Stored<L>) -> Self {
        let (decision, calibration) = match stored.calibration {
            StoredCalibration::None => (Decision::Label, Calibration::None),
            StoredCalibration::Temperature(temperature) => (Decision::Label, Calibration::Temperature(temperature)),
            StoredCalibration::Platt(parameters) => (Decision::Label, Calibration::Platt(parameters)),
            StoredCalibration::Isotonic(curves) => (Decision::Label, Calibration::Isotonic(curves)),
            StoredCalibration::Ordinal(calibration) => (Decision::Ordinal, calibration),
        };
        Self { classifier: stored.classifier, calibration, decision, trained: stored.trained }
    }
}

/// What a head says of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction<L> {
    /// The label that the head's decision chooses.
    pub label: L,
    /// Calibrated probabilities in the order of `L::ALL`; 0 for labels that did not occur in training.
    pub probabilities: Vec<f64>,
    /// Decision values in the order of `L::ALL`; negative infinity for labels that did not occur in training.
    pub decisions: Vec<f64>,
}

/// Why a head that was read cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HeadError {
    /// The classifier has another number of features than the vectorizer.
    #[error("the {head} head has {found} features, the vocabulary {expected}")]
    Features {
        /// Name of the head.
        head: &'static str,
        /// Features of the classifier.
        found: usize,
        /// Features of the vectorizer.
        expected: usize,
    },
    /// A weight is not finite.
    #[error("the {head} head has weights that are not finite")]
    NotFinite {
        /// Name of the head.
        head: &'static str,
    },
    /// The calibration does not fit.
    #[error("the {head} head: {source}")]
    Calibration {
        /// Name of the head.
        head: &'static str,
        /// What is wrong.
        source: CalibrationError,
    },
}

impl<L: Label> Head<L> {
    /// Label, probabilities and decision values of a row of (feature, value) pairs. Features the model does not know
    /// count for nothing.
    #[must_use]
    pub fn predict(&self, row: &[(u32, f32)]) -> Prediction<L> {
        let mut decisions = Vec::with_capacity(L::ALL.len());
        self.classifier.decision(row, &mut decisions);
        let probabilities = self.calibration.probabilities(&decisions);
        Prediction {
            label: self.classifier.labels()[self.decision.choose(&probabilities)],
            probabilities: self.classifier.spread(&probabilities, 0.0),
            decisions: self.classifier.spread(&decisions, f64::NEG_INFINITY),
        }
    }

    /// Fails unless the parts fit each other and a vectorizer of `features` features: for a head read from a file.
    ///
    /// # Errors
    /// See [`HeadError`]. (Shapes of weights and the order of labels are checked when the head is decoded.)
    pub fn validate(&self, features: usize) -> Result<(), HeadError> {
        let head = L::HEAD;
        if self.classifier.features() != features {
            return Err(HeadError::Features { head, found: self.classifier.features(), expected: features });
        }
        if !self.classifier.is_finite() {
            return Err(HeadError::NotFinite { head });
        }
        self.calibration
            .validate(self.classifier.labels().len())
            .map_err(|source| HeadError::Calibration { head, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        container,
        pairs::Stance::{self, Critical, Neutral, Supportive},
    };
    use ndarray::array;

    fn head() -> Head<Stance> {
        Head {
            classifier: LinearClassifier::new(vec![Neutral, Supportive], array![[1.0, -1.0], [0.5, 2.0]], vec![0.0; 2])
                .unwrap(),
            calibration: Calibration::Temperature(2.0),
            decision: Decision::Label,
            trained: Trained { classifier: "logistic".to_owned(), l2: 0.5, rows: 12 },
        }
    }

    #[test]
    fn a_prediction_has_all_labels_in_order() {
        let found = head().predict(&[(0, 1.0)]);
        assert_eq!(found.label, Neutral);
        assert_eq!(found.decisions, [f64::NEG_INFINITY, 1.0, -1.0]);
        // softmax(1/2, -1/2) = 1 / (1 + exp(-1))
        assert!((found.probabilities[1] - 0.731_058_578_630_004_9).abs() < 1e-12);
        assert_eq!(found.probabilities[Critical.index()], 0.0);
    }

    #[test]
    fn ties_go_to_the_first_label() {
        for calibration in [Calibration::None, Calibration::Temperature(3.0), Calibration::Platt(vec![(-1.0, 0.0); 2])]
        {
            assert_eq!(Head { calibration, ..head() }.predict(&[]).label, Neutral);
        }
    }

    #[test]
    fn a_head_comes_back_from_a_file_as_it_was() {
        let curves = vec![IsotonicCurve::fit(&[(0.0, true, 1.0), (1.0, false, 1.0)]); 2];
        let bytes = container::to_bytes(&head()).unwrap();
        for calibration in [
            head().calibration,
            Calibration::None,
            Calibration::Platt(vec![(-1.0, 0.5); 2]),
            Calibration::Isotonic(curves),
        ] {
            for decision in [Decision::Label, Decision::Ordinal] {
                let head = Head { calibration: calibration.clone(), decision, ..head() };
                let (back, _) = container::from_bytes::<Head<Stance>>(&container::to_bytes(&head).unwrap()).unwrap();
                assert_eq!(back, head);
                back.validate(2).unwrap();
            }
        }
        // A head of other labels is no head of these.
        assert!(container::from_bytes::<Head<crate::pairs::Act>>(&bytes).is_err());
    }

    #[test]
    fn the_ordinal_decision_is_the_median() {
        let even = LinearClassifier::new(Stance::ALL.to_vec(), array![[0.0, 0.0, 0.0]], vec![1.0, 0.2, 1.1]).unwrap();
        let (calibration, trained) = (Calibration::None, Trained::default());
        let head = |decision| Head {
            classifier: even.clone(),
            calibration: calibration.clone(),
            decision,
            trained: trained.clone(),
        };
        assert_eq!(head(Decision::Label).predict(&[]).label, Supportive);
        assert_eq!(head(Decision::Ordinal).predict(&[]).label, Neutral);
        assert_eq!(
            head(Decision::Label).predict(&[]).probabilities,
            head(Decision::Ordinal).predict(&[]).probabilities
        );
    }

    #[test]
    fn a_head_that_does_not_fit_is_refused() {
        assert_eq!(head().validate(3).unwrap_err().to_string(), "the stance head has 2 features, the vocabulary 3");
        for value in [f32::NAN, f32::INFINITY] {
            let weights = array![[1.0, value], [0.0, 0.0]];
            let classifier = LinearClassifier::new(vec![Critical, Supportive], weights, vec![0.0; 2]).unwrap();
            assert!(matches!(Head { classifier, ..head() }.validate(2), Err(HeadError::NotFinite { .. })));
        }
        for calibration in [
            Calibration::Temperature(0.0),
            Calibration::Temperature(f64::NAN),
            Calibration::Platt(vec![(1.0, 0.0)]),
            Calibration::Platt(vec![(1.0, 0.0), (f64::INFINITY, 0.0)]),
        ] {
            assert!(matches!(Head { calibration, ..head() }.validate(2), Err(HeadError::Calibration { .. })));
        }
    }
}
