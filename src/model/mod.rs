//! From feature vectors to calibrated labels: linfa estimators on sparse data, heads, and the model file.
//!
//! In: a [`linfa::DatasetBase`] of [`SparseRecords`] and an `Array1` of labels, with optional sample weights.
//! Out: a [`LinearClassifier`], whichever estimator trained it, which with a [`Calibration`] makes a [`Head`];
//! Files are [`crate::container`]s.
//!
//! | estimator | what it minimises | source |
//! |---|---|---|
//! | [`MultinomialLogistic`] | multinomial log loss + L2 | L-BFGS, Nocedal & Wright (2006) |
//! | [`LinearSvm`] | hinge or squared hinge + L2, one against the rest | Hsieh et al. (2008) |
//! | [`ComplementNaiveBayes`] | nothing: it counts | Rennie et al. (2003) |
//! | [`MajorityLabel`] | nothing: the shares of the labels | |
//! | [`SelectedLogistic`] | as the first, on the k best columns by chi-squared | the crate `linfa-logistic` |
//!
//! An [`IntensityHead`] comes from [`OrdinalLogistic`] (proportional odds, McCullagh 1980). Beside the heads a model has a
//! [`Supplement`]: [`RiskCoverage`], from which a head knows when to abstain, the [`StancePrior`] of training, from which a
//! [`PriorShift`] adjusts probabilities to other shares of labels, the intensity head, and the [`StanceActTable`] that joins
//! act and stance.
//!
//! Every result has the same bits at any number of threads: parallel sums run over blocks of a fixed size and are
//! added in order, and exponentials and logarithms come from `libm`.

mod abstention;
mod binomial;
pub mod calibration;
mod chi_squared;
mod decision;
mod error;
mod examples;
mod head;
mod isotonic;
mod joint;
mod linear;
mod logistic;
mod majority;
mod naive_bayes;
mod objective;
pub mod optimize;
mod ordinal;
mod pool;
mod prior;
mod probability;
mod records;
mod selected;
mod stance;
mod supplement;
mod svm;
mod svm_dual;

pub use crate::container::{FileError, FileIdentity};
pub use abstention::{ABSTENTION_LEVEL, RiskCoverage, RiskPoint};
pub use calibration::{Calibration, CalibrationError};
pub use chi_squared::{chi_squared, strongest_columns};
pub use decision::Decision;
pub use error::FitError;
pub use examples::ClassWeights;
pub use head::{Head, HeadError, Prediction, Trained};
pub use isotonic::{IsotonicCurve, MOST_POINTS};
pub use joint::StanceActTable;
pub use linear::{ClassifierError, LinearClassifier};
pub use logistic::{MultinomialLogistic, MultinomialLogisticValid};
pub use majority::{MajorityLabel, MajorityLabelValid};
pub use naive_bayes::{ComplementNaiveBayes, ComplementNaiveBayesValid};
pub use objective::MultinomialObjective;
pub use optimize::{Convergence, StopReason};
pub use ordinal::{HIGHEST_INTENSITY, IntensityHead, OrdinalLogistic};
pub use pool::pool;
pub use prior::{PriorError, PriorShift, StancePrior, estimate_prior};
pub(crate) use probability::first_largest;
pub use probability::softmax;
pub use records::{RecordsError, Row, SparseRecords, SparseRecordsBuilder};
pub use selected::{SelectedLogistic, SelectedLogisticValid};
pub use stance::{AbstentionError, ModelError, ModelIdentity, StanceModel};
pub use supplement::Supplement;
pub use svm::{LinearSvm, LinearSvmValid};
pub use svm_dual::{DualConvergence, HingeLoss};
