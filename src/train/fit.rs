//! Fitting the heads: cross-validation for honest scores and calibration, then all rows.

use super::{
    Recipe,
    classifier::{dataset, fit},
    fusion::{ByWords, Fusion},
    head_scores::{scored, shares},
    held_out::{HeadRows, calibrate},
    intensity::train_intensity,
    joint::{HeldOut, JointReport, join},
    rows::encode_all,
    select::select,
    teach::{EncoderFolders, Taught, teach},
};
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    encoder::Pass,
    evaluate::{IntensityScores, Outcome, ScoreError, ScoreOptions, Scores, score},
    features::{Block, FEATURES_VERSION, Vectorizer},
    label::{Act, Label, Stance, Tone},
    model::{
        Calibration, CalibrationError, FitError, Head, LinearClassifier, ModelIdentity, RecordsError, RiskCoverage,
        SparseRecords, StanceModel, Supplement, Trained,
    },
    pairs::{FileHash, LabelledPair},
    segment::STEMMER,
};
use ndarray::Array2;
use std::{sync::Arc, time::Instant};

/// Why no model was made.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// No row has a stance.
    #[error("no row has a stance label: nothing to learn")]
    NoRows,
    /// No row has a label of a head that was asked for.
    #[error("no row has a label of the {head} head")]
    NoLabel {
        /// Name of the head.
        head: &'static str,
    },
    /// Too few rows or groups for the folds.
    #[error("{groups} groups of rows are too few for {folds} folds")]
    TooFewGroups {
        /// Groups there are.
        groups: usize,
        /// Folds wanted.
        folds: usize,
    },
    /// An estimator failed.
    #[error("the {head} head: {source}")]
    Fit {
        /// Name of the head.
        head: &'static str,
        /// What went wrong.
        source: FitError,
    },
    /// Calibration failed.
    #[error("the {head} head: {source}")]
    Calibration {
        /// Name of the head.
        head: &'static str,
        /// What went wrong.
        source: CalibrationError,
    },
    /// The rows do not fit a matrix.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// The held-out rows could not be scored.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The encoder failed.
    #[cfg(feature = "encoder")]
    #[error(transparent)]
    Encoder(#[from] crate::encoder::EncoderError),
    /// Recipe and folders do not agree on whether an encoder is taught.
    #[error(
        "an encoder is taught where the recipe has an `encoder` table and the block `encoder` and its folder is given; here \
         only some of these are there"
    )]
    EncoderSettings,
    /// A matrix, or scores of many trainings, are asked for with a recipe that teaches an encoder.
    #[error("{what} can be had for the words alone: leave the `encoder` table out of the recipe, and --fine-tune")]
    WordsAlone {
        /// What was asked for.
        what: &'static str,
    },
    /// This program was built without encoders.
    #[error("this program was built without the feature `encoder`: it cannot teach one")]
    WithoutEncoder,
}

/// Name under which a model holds the hash of its encoder's files, among its data.
pub const TAUGHT_ENCODER: &str = "encoder";

/// Name under which a model holds the hash of the general encoder that teaching began from.
pub const GENERAL_ENCODER: &str = "general encoder";

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
    /// Shares of the labels that the head's probabilities take for granted, in label order.
    pub shares: Vec<f64>,
    /// Errors on the held-out rows, by confidence.
    pub risk: RiskCoverage,
    /// Where an encoder was taught: how words and encoder are weighed, and what the words alone score on the same rows,
    /// those that the encoder did not learn from.
    pub fused: Option<([f64; 2], Scores<L>)>,
}

/// What training starts from.
pub struct Training<'a> {
    /// The actors.
    pub gazetteer: &'a Gazetteer,
    /// The cues.
    pub cues: &'a CueLexicon,
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The files the pairs were read from, for the model's identity.
    pub files: Vec<FileHash>,
    /// Told the name of each step as it begins.
    pub progress: &'a dyn Fn(&str),
    /// Where an encoder is to be taught: the recipe's `encoder` table says how.
    pub encoder: Option<EncoderFolders<'a>>,
}

/// Trains all heads that the data allow.
///
/// # Errors
/// See [`TrainError`].
pub fn train(training: Training<'_>, pairs: Vec<LabelledPair>) -> Result<(StanceModel, TrainReport), TrainError> {
    let Training { gazetteer, cues, recipe, mut files, progress, encoder } = training;
    let mut steps = Vec::new();
    let mut warnings = Vec::new();
    let pairs = select(pairs, recipe);
    if !pairs.iter().any(|pair| pair.stance.is_some()) {
        return Err(TrainError::NoRows);
    }
    let encoded = timed("features", progress, &mut steps, || encode_all(gazetteer, cues, &recipe.features, &pairs))?;
    let wanted = [recipe.encoder.is_some(), recipe.features.blocks.contains(&Block::Encoder), encoder.is_some()];
    if wanted.contains(&true) && wanted.contains(&false) {
        return Err(TrainError::EncoderSettings);
    }
    if encoder.is_some() {
        // What the heads would refuse is better refused before an hour of teaching.
        check_stances(&pairs, recipe.folds)?;
    }
    let taught = encoder
        .map(|folders| {
            let name = "encoder";
            let shared = (gazetteer, cues, &encoded.vectorizer);
            timed(name, progress, &mut steps, || teach(folders, recipe, shared, &pairs, progress))
        })
        .transpose()?;
    let mut passes = Vec::new();
    let fusion = taught.map(|Taught { fusion, passes: went, hash, general, held_out }| {
        passes = went;
        // The model is of no use with another encoder: its hash is part of what it is.
        files.push(FileHash { name: TAUGHT_ENCODER.to_owned(), xxh3: hash, rows: (pairs.len() - held_out) as u64 });
        files.push(FileHash { name: GENERAL_ENCODER.to_owned(), xxh3: general, rows: 0 });
        fusion
    });
    let mut context = Context {
        recipe,
        pairs: &pairs,
        records: &encoded.records,
        vectorizer: &encoded.vectorizer,
        fusion,
        progress,
        steps: &mut steps,
        warnings: &mut warnings,
    };
    let (stance, (stance_report, stances)) = context.head(|pair| pair.stance)?.ok_or(TrainError::NoRows)?;
    let (act, acts) = context.head(LabelledPair::taught_act)?.unzip();
    let (mut act_report, acts) = acts.unzip();
    let (tone, tone_report) = context.head(|pair| pair.tone)?.unzip();
    let tone_report = tone_report.map(|(report, _)| report);
    let joint = acts.map(|acts| join(recipe, &pairs, &stances, &acts)).transpose()?.flatten();
    let (mut table, mut joint_report) = (None, None);
    if let Some((found, report, adjusted)) = joint {
        joint_report = Some(report);
        if report.kept {
            table = Some(found);
            // What is reported is what is predicted.
            if let Some(act) = &mut act_report {
                (act.scores, act.by_source) = scored(recipe, &pairs, &adjusted)?;
            }
        }
    }
    let (trained, warning) = timed("intensity", progress, &mut steps, || {
        train_intensity(recipe, (gazetteer, cues), &pairs, &encoded.records)
    })?;
    warnings.extend(warning);
    let (intensity, intensity_report) = trained.unzip();
    let mut supplement = Supplement::default();
    supplement.stance_shares = <[f64; 3]>::try_from(&*stance_report.shares).ok();
    supplement.stance_risk = Some(stance_report.risk.clone());
    supplement.intensity = intensity;
    supplement.joint = table;
    let mut sources: Vec<(Arc<str>, usize)> = Vec::new();
    for pair in &pairs {
        match sources.iter_mut().find(|(name, _)| *name == pair.source) {
            Some((_, count)) => *count += 1,
            None => sources.push((pair.source.clone(), 1)),
        }
    }
    let report = TrainReport {
        steps,
        sources,
        columns: encoded.vectorizer.columns(),
        cells: encoded.records.matrix().nnz(),
        stance: stance_report,
        act: act_report,
        tone: tone_report,
        intensity: intensity_report,
        joint: joint_report,
        passes,
        warnings,
    };
    let identity = ModelIdentity {
        program: concat!("demarche ", env!("CARGO_PKG_VERSION")).to_owned(),
        features: FEATURES_VERSION.to_owned(),
        stemmer: STEMMER.to_owned(),
        gazetteer: gazetteer.hash().to_owned(),
        recipe: recipe.to_toml(),
        data: files,
        rows: pairs.len() as u64,
    };
    let model = StanceModel::new(identity, encoded.vectorizer, stance, act, tone).with_supplement(supplement);
    Ok((model, report))
}

/// Fails where the stance head could not be trained.
fn check_stances(pairs: &[LabelledPair], folds: usize) -> Result<(), TrainError> {
    let mut groups: Vec<&str> = pairs.iter().filter(|pair| pair.stance.is_some()).map(|pair| &*pair.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let fewest = folds.max(2);
    if groups.len() < fewest {
        return Err(TrainError::TooFewGroups { groups: groups.len(), folds: fewest });
    }
    let mut stances = pairs.iter().filter_map(|pair| pair.stance);
    let first = stances.next();
    if stances.all(|stance| Some(stance) == first) {
        let label = first.map_or("no stance", Label::name).to_owned();
        return Err(TrainError::Fit { head: Stance::HEAD, source: FitError::SingleClass { label } });
    }
    Ok(())
}

fn timed<T>(name: &str, progress: &dyn Fn(&str), steps: &mut Vec<(String, f64)>, work: impl FnOnce() -> T) -> T {
    progress(name);
    let start = Instant::now();
    let result = work();
    steps.push((name.to_owned(), start.elapsed().as_secs_f64()));
    result
}

/// A head, its held-out scores, and the rows that they are of.
type TrainedHead<L> = (Head<L>, (HeadReport<L>, HeldOut<L>));

struct Context<'a> {
    recipe: &'a Recipe,
    pairs: &'a [LabelledPair],
    records: &'a SparseRecords,
    vectorizer: &'a Vectorizer,
    fusion: Option<Fusion>,
    progress: &'a dyn Fn(&str),
    steps: &'a mut Vec<(String, f64)>,
    warnings: &'a mut Vec<String>,
}

impl Context<'_> {
    fn head<L: Label>(
        &mut self,
        label: impl Fn(&LabelledPair) -> Option<L>,
    ) -> Result<Option<TrainedHead<L>>, TrainError> {
        let settings = self.recipe.head::<L>();
        if !settings.train {
            return Ok(None);
        }
        let Some(head) = HeadRows::of(self.pairs, self.records, label)? else { return Ok(None) };
        let fail = |source| TrainError::Fit { head: L::HEAD, source };
        let groups = head.groups_in_all();
        if groups < self.recipe.folds {
            if L::HEAD == Stance::HEAD {
                return Err(TrainError::TooFewGroups { groups, folds: self.recipe.folds });
            }
            self.warnings.push(format!("the {} head was not trained: {groups} groups are too few", L::HEAD));
            return Ok(None);
        }
        let held_out =
            head.held_out(self.recipe, &mut |name, work| timed(name, self.progress, self.steps, work)).map_err(fail)?;
        let HeadRows { rows, labels, weights, records, present, groups } = head;
        let classes: Vec<usize> = labels.iter().map(|label| label.index()).collect();
        let everything = dataset(&records, labels.iter().copied().zip(weights.iter().copied()));
        let name = format!("{} on all rows", L::HEAD);
        let (classifier, warning) =
            timed(&name, self.progress, self.steps, || fit(settings, self.recipe.seed, &everything)).map_err(fail)?;
        self.warnings.extend(warning.map(|text| format!("the {} head: {text}", L::HEAD)));
        let classifier = widened(&classifier, &present, self.records.matrix().cols())
            .ok_or(TrainError::Fit { head: L::HEAD, source: FitError::NotFinite })?;
        let (calibration, whole) = calibrate(settings, classifier.labels(), &held_out, &classes, &weights)?;
        let head = Head {
            classifier,
            calibration,
            trained: Trained {
                classifier: settings.classifier.name().to_owned(),
                l2: settings.l2,
                rows: rows.len() as u64,
            },
        };
        let outcome = |row: usize, probabilities: Vec<f64>| {
            let best = (0..probabilities.len())
                .fold(0, |held, at| if probabilities[at] > probabilities[held] { at } else { held });
            Outcome { gold: labels[row], predicted: L::ALL[best], probabilities, group: groups[row].clone() }
        };
        let by_words = |row: usize| outcome(row, whole.probabilities(&held_out.row(row).to_vec()));
        let options = ScoreOptions { seed: self.recipe.seed, ..ScoreOptions::default() };
        let fused = match &self.fusion {
            None => None,
            Some(fusion) => {
                let words =
                    ByWords { rows: &rows, labels: &labels, weights: &weights, groups: &groups, decisions: &held_out };
                let fused = fusion.fuse(head.clone(), self.vectorizer, &words).map_err(fail)?;
                if fused.is_none() {
                    let why = "too few held-out pairs, or the encoder adds nothing on them";
                    self.warnings.push(format!("the {} head reads the words alone: {why}", L::HEAD));
                }
                fused
            }
        };
        let (head, outcomes, fused) = match fused {
            None => {
                let outcomes: Vec<_> = (0..rows.len()).map(|row| (rows[row], by_words(row))).collect();
                (head, outcomes, None)
            }
            Some(fused) => {
                let words: Vec<_> = fused.rows.iter().map(|row| by_words(*row)).collect();
                let both = fused.rows.iter().zip(fused.probabilities);
                let outcomes = both.map(|(row, chances)| (rows[*row], outcome(*row, chances))).collect();
                (fused.head, outcomes, Some((fused.weights, score(&words, &options)?)))
            }
        };
        let (scores, by_source) = scored(self.recipe, self.pairs, &outcomes)?;
        let report = HeadReport {
            scores,
            by_source,
            calibration: head.calibration.clone(),
            shares: shares(settings, &labels, &weights),
            risk: RiskCoverage::of(outcomes.iter().map(|(_, outcome)| {
                (outcome.probabilities[outcome.predicted.index()], outcome.predicted == outcome.gold)
            })),
            fused,
        };
        Ok(Some((head, (report, outcomes))))
    }
}

/// The same classifier over all columns, of which it knew those `present`.
fn widened<L: Label>(narrow: &LinearClassifier<L>, present: &[u32], columns: usize) -> Option<LinearClassifier<L>> {
    let mut weights = Array2::zeros((columns, narrow.labels().len()));
    for (row, column) in present.iter().enumerate() {
        weights.row_mut(*column as usize).assign(&narrow.weights().row(row));
    }
    LinearClassifier::new(narrow.labels().to_vec(), weights, narrow.intercepts().to_vec()).ok()
}
