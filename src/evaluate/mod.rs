//! How good predictions are, and how sure one can be of that.
//!
//! In: [`Outcome`]s (gold label, predicted label, probabilities, group) of one head, or
//! [`GoldDocument`]s with the pairs that were found in them. Out: [`Scores`] and
//! [`DocumentScores`], in which every figure is an [`Estimate`] with a percentile interval from a
//! cluster bootstrap over groups or documents (Efron 1979; Cameron, Gelbach & Miller 2008).
//!
//! Three rules hold for every figure: it is never NaN; a quotient 0/0 is `None`, not 0; and the
//! same rows and seed give the same bits at any thread count.

mod baseline;
mod calibration;
mod compare;
mod confusion;
mod consistency;
mod coverage;
mod directed;
mod documents;
mod error;
mod gold;
mod intensity;
mod marks;
mod outcome;
mod repeats;
mod resample;
mod scores;
mod views;

pub use baseline::{cue_lexicon_intensity, cue_lexicon_stance};
pub use calibration::CalibrationBin;
pub use compare::{Comparison, Differences, Predictions, compare, majority};
pub use confusion::Confusion;
pub use consistency::{Consistency, Contradiction, StanceAndAct, consistency};
pub use coverage::{SpanReading, read_spans};
pub use directed::{DirectedOutcomes, directed};
pub use documents::{
    Detection, DocumentErrors, DocumentScores, MissedPair, StanceDetection, StanceTable, ViewScores, WrongStance,
    score_documents,
};
pub use error::ScoreError;
pub(crate) use gold::read_gold_row;
pub use gold::{AUTHOR, Certainty, GoldDocument, GoldPair, GoldStance, read_gold};
pub use intensity::{IntensityFigures, IntensityOutcome, IntensityScores, score_intensity};
pub use marks::FoundPair;
pub use outcome::{Outcome, ScoreOptions};
pub use repeats::{FigureSpread, RepeatSpread, repeat_spread};
pub(crate) use resample::GroupSums;
pub use resample::{Bootstrap, Estimate};
pub use scores::{ClassScores, Scores, score};
pub use views::View;
