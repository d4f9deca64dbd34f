//! From labelled pairs to a model.
//!
//! In: [`crate::pairs::LabelledPair`]s and a [`Recipe`]. Out: a [`crate::model::StanceModel`] and a [`TrainReport`]
//! with how each step went and what the model scores on rows it did not learn from. The same data and
//! recipe give the same bytes at any number of threads.

mod adaptation;
mod calibrate;
mod classifier;
mod fit;
mod folds;
mod fusion;
mod head_scores;
mod held_out;
mod intensity;
mod joint;
mod matrix;
mod pair_label;
mod path;
mod recipe;
mod report;
mod rows;
pub mod search;
mod select;
mod teach;
#[cfg(test)]
mod tests;

pub use calibrate::CalibrationTrial;
pub use fit::{GENERAL_ENCODER, TAUGHT_ENCODER, TrainError, Training, train};
pub use folds::folds;
pub use fusion::ENCODER_SUFFIX;
pub use held_out::{CrossValidated, cross_validate, cross_validate_encoded};
pub use joint::JointReport;
pub use matrix::{HeadMatrix, head_matrices};
pub use pair_label::{HeadName, PairLabel};
pub use path::{PathStep, regularisation_path};
pub use recipe::{
    Adaptation, CalibrationMethod, ClassWeighting, ClassifierKind, HeadRecipe, IntensityRecipe, JointRecipe, Recipe,
    RecipeError, SourceRecipe,
};
pub use report::{HeadReport, TrainReport, WeightCounts};
pub use rows::{Encoded, encode, encode_all};
pub use teach::EncoderFolders;
