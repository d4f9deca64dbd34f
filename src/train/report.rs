//! What a training tells besides its model.

use super::{CalibrationTrial, JointReport};
use crate::{
    encoder::Pass,
    evaluate::{IntensityScores, Scores},
    label::{Act, Label, Stance, Tone},
    model::{Calibration, RiskCoverage},
};
use std::sync::Arc;

/// How training went.
#[derive(Debug)]
pub struct TrainReport {
    /// Name and seconds of each step.
    pub steps: Vec<(String, f64)>,
    /// Rows used, by data set.
    pub sources: Vec<(Arc<str>, usize)>,
    /// Columns of the vector.
    pub columns: usize,
    /// Cells of the training matrix.
    pub cells: usize,
    /// Held-out scores of the stance head over all rows, and for each data set.
    pub stance: HeadReport<Stance>,
    /// Of the act head, if it was trained.
    pub act: Option<HeadReport<Act>>,
    /// Of the tone head, if it was trained.
    pub tone: Option<HeadReport<Tone>>,
    /// Of the intensity head, if it was trained.
    pub intensity: Option<IntensityScores>,
    /// What the stance does to the act, if both were trained; where it was kept, the act head's scores are those with it.
    pub joint: Option<JointReport>,
    /// How each pass of the encoder went, where one was taught.
    pub passes: Vec<Pass>,
    /// Things the user should know: solvers that did not converge, heads that could not be trained.
    pub warnings: Vec<String>,
}

/// Held-out scores of one head.
#[derive(Debug)]
pub struct HeadReport<L: Label> {
    /// Over all rows of the head, each scored by the model of the folds it is not in; where an encoder was taught, over the
    /// rows that it did not learn from, each with weights found on the other half of them.
    pub scores: Scores<L>,
    /// By data set, where there are several.
    pub by_source: Vec<(Arc<str>, Scores<L>)>,
    /// The calibration found.
    pub calibration: Calibration,
    /// What was tried for it; one, where the recipe names one.
    pub calibrations: Vec<CalibrationTrial>,
    /// Weights of the classifier, for the features that its rows have, and how many of them are 0.
    pub weights: WeightCounts,
    /// Shares of the labels as the classifier saw them, in label order: by the weights of rows, or equal where classes are
    /// balanced.
    pub shares: Vec<f64>,
    /// Errors on the held-out rows, by confidence.
    pub risk: RiskCoverage,
    /// Where an encoder was taught: how words and encoder are weighed, and what the words alone score on the same rows,
    /// those that the encoder did not learn from.
    pub fused: Option<([f64; 2], Scores<L>)>,
}

/// How many weights a classifier has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeightCounts {
    /// In all: features x labels.
    pub all: usize,
    /// Exactly 0, as an L1 penalty makes them.
    pub zero: usize,
}
