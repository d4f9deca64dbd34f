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
mod held_out;
mod path;
mod recipe;
mod report;
mod rows;
mod select;
mod teach;
#[cfg(test)]
mod tests;

pub use calibrate::CalibrationTrial;
pub use fit::{GENERAL_ENCODER, TAUGHT_ENCODER, TrainError, Training, train};
pub use folds::folds;
pub use fusion::ENCODER_SUFFIX;
pub use held_out::{CrossValidated, cross_validate};
pub use path::{PathStep, regularisation_path};
pub use recipe::{
    Adaptation, CalibrationMethod, ClassWeighting, ClassifierKind, HeadRecipe, Recipe, RecipeError, SourceRecipe,
};
pub use report::{HeadReport, TrainReport, WeightCounts};
pub use rows::{Encoded, encode, encode_all};
pub use teach::EncoderFolders;
