//! From feature vectors to calibrated labels: linfa estimators on sparse data, heads, and the model file.
//!
//! In: a [`linfa::DatasetBase`] of [`SparseRecords`] and an `Array1` of labels, with optional sample weights.
//! Out: a [`LinearClassifier`], whichever estimator trained it, which with a [`Calibration`] makes a [`Head`];
//! [`mod@file`] writes anything serialisable as one checked file.
//!
//! | estimator | what it minimises | source |
//! |---|---|---|
//! | [`MultinomialLogistic`] | multinomial log loss + L2 | L-BFGS, Nocedal & Wright (2006) |
//! | [`LinearSvm`] | hinge or squared hinge + L2, one against the rest | Hsieh et al. (2008) |
//! | [`ComplementNaiveBayes`] | nothing: it counts | Rennie et al. (2003) |
//! | [`MajorityLabel`] | nothing: the shares of the labels | |
//! | [`SelectedLogistic`] | as the first, on the k best columns by chi-squared | the crate `linfa-logistic` |
//!
//! Every result has the same bits at any number of threads: parallel sums run over blocks of a fixed size and are
//! added in order, and exponentials and logarithms come from `libm`.

pub mod calibration;
mod chi_squared;
mod decision;
mod error;
mod examples;
pub mod file;
mod head;
mod isotonic;
mod linear;
mod logistic;
mod majority;
mod naive_bayes;
mod objective;
pub mod optimize;
mod pool;
mod probability;
mod records;
mod selected;
mod stance;
mod svm;
mod svm_dual;

pub use calibration::{Calibration, CalibrationError};
pub use chi_squared::{chi_squared, strongest_columns};
pub use decision::Decision;
pub use error::FitError;
pub use examples::ClassWeights;
pub use file::{FileError, FileIdentity};
pub use head::{Head, HeadError, Prediction, Trained};
pub use isotonic::{IsotonicCurve, MOST_POINTS};
pub use linear::{ClassifierError, LinearClassifier};
pub use logistic::{MultinomialLogistic, MultinomialLogisticValid};
pub use majority::{MajorityLabel, MajorityLabelValid};
pub use naive_bayes::{ComplementNaiveBayes, ComplementNaiveBayesValid};
pub use objective::MultinomialObjective;
pub use optimize::{Convergence, StopReason};
pub use pool::pool;
pub use probability::softmax;
pub use records::{RecordsError, Row, SparseRecords, SparseRecordsBuilder};
pub use selected::{SelectedLogistic, SelectedLogisticValid};
pub use stance::{ModelError, ModelIdentity, StanceModel};
pub use svm::{LinearSvm, LinearSvmValid};
pub use svm_dual::{DualConvergence, HingeLoss};
