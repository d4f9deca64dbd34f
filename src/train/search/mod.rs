//! Many trainings to learn from: what each feature block adds, what more data would, and which recipe is best.
//!
//! In: labelled pairs and a recipe (for [`tune`], also [`Ranges`]). Out: [`Ablation`], [`LearningCurve`] and
//! [`Tuning`], each of which renders itself as text, Markdown or JSON. Every score is of rows that the model scored did
//! not learn from, by group; all but the measured times are the same bits at any number of threads.
//!
//! Texts are turned into a matrix once for all trainings, with all that any of them needs; columns are then left out.
//! That is the same as not making a block's features, for each block is scaled on its own.

mod ablate;
mod cost;
mod curve;
mod held;
mod layout;
mod power_law;
mod tune;

pub use ablate::{Ablation, BlockAblation, ablate};
pub use curve::{CurvePoint, Extrapolation, LearningCurve, learning_curve};
pub use power_law::PowerLaw;
pub use tune::{
    FeatureRanges, HeadRanges, Nested, Range, Ranges, Rung, SourceRanges, Trial, TrialLog, TrialsError, TrialsHeader,
    TuneError, Tuning, tune,
};

/// Told how much of the work is done (0 to 1) and what comes next.
pub type SearchProgress<'a> = &'a dyn Fn(f64, &str);

use super::Recipe;
use crate::{actors::Gazetteer, attribution::CueLexicon};

/// What every search starts from.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// The actors.
    pub gazetteer: &'a Gazetteer,
    /// The cues.
    pub cues: &'a CueLexicon,
    /// The recipe.
    pub recipe: &'a Recipe,
    /// Told of every step.
    pub progress: SearchProgress<'a>,
}
