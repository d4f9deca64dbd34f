//! Fitting the heads: cross-validation for honest scores and calibration, then all rows.

use super::{
    Encoded, Recipe, RecipeError,
    calibrate::calibrate,
    fusion::{ByWords, Fusion},
    head_scores::{scored, shares},
    held_out::HeadRows,
    intensity::train_intensity,
    joint::{HeldOut, join},
    report::{HeadReport, TrainReport, WeightCounts},
    rows::encode_all,
    select::select,
    teach::{EncoderFolders, Taught, teach},
};
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    evaluate::{Outcome, ScoreError, ScoreOptions, score},
    features::{Block, FEATURES_VERSION, WORD_VECTORS, WordVectors},
    label::{Label, Stance},
    model::{FitError, Head, ModelIdentity, RecordsError, RiskCoverage, StanceModel, Supplement, Trained},
    pairs::{FileHash, LabelledPair},
    segment::STEMMER,
};
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
    /// An estimator failed; its own error says why.
    #[error("the {head} head")]
    Fit {
        /// Name of the head.
        head: &'static str,
        /// What went wrong.
        source: FitError,
    },
    /// The recipe cannot be used.
    #[error("the recipe: {0}")]
    Recipe(#[from] RecipeError),
    /// A row's weight is negative or not finite.
    #[error("row {id}: the weight {weight} is not a finite number of at least 0")]
    Weight {
        /// The row.
        id: String,
        /// Its weight.
        weight: f32,
    },
    /// The data set whose weights the model is to have has no row.
    #[error("`adaptation.predict_as` is `{name}`, but the rows are of {found}")]
    NoSource {
        /// The name.
        name: String,
        /// The data sets there are.
        found: String,
    },
    /// The rows that a fold's model learns from have one label.
    #[error(
        "the {head} head: without the rows of one fold every row is `{label}`: the other labels are in too few groups for \
         {folds} folds; label rows of more groups"
    )]
    FoldSingleClass {
        /// Name of the head.
        head: &'static str,
        /// The label left.
        label: String,
        /// Folds.
        folds: usize,
    },
    /// An estimator without a penalty has no path.
    #[error("{classifier} has no L2 penalty, so none can be chosen")]
    NoPath {
        /// The estimator.
        classifier: &'static str,
    },
    /// Calibration failed.
    #[error("the {head} head: {reason}")]
    Calibration {
        /// Name of the head.
        head: &'static str,
        /// What went wrong, with the label's name.
        reason: String,
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
    recipe.check()?;
    let pairs = select(pairs, recipe)?;
    if !pairs.iter().any(|pair| pair.stance.is_some()) {
        return Err(TrainError::NoRows);
    }
    let encoded = timed("features", progress, &mut steps, || encode_all(gazetteer, cues, &recipe.features, &pairs))?;
    if recipe.features.blocks.contains(&Block::Embedding) {
        let vectors = WordVectors::shipped();
        let rows = vectors.len() as u64;
        files.push(FileHash { name: WORD_VECTORS.to_owned(), xxh3: vectors.hash().to_owned(), rows });
    }
    let bare = encoded.records.rows().filter(|row| row.features.is_empty()).count();
    if bare > 0 {
        let why = "they get the shares of the labels; lower `features.minimum_documents`, or add blocks";
        warnings.push(format!("{bare} rows have no feature of the vocabulary: {why}"));
    }
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
        encoded: &encoded,
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
    encoded: &'a Encoded,
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
        let Some(head) =
            HeadRows::of(self.pairs, (&self.encoded.vectorizer, &self.encoded.records), self.recipe, label)?
        else {
            return Ok(None);
        };
        if !self.can_be_trained(&head)? {
            return Ok(None);
        }
        let fail = |source| TrainError::Fit { head: L::HEAD, source };
        let held_out = match head.held_out(self.recipe, &mut |name, work| timed(name, self.progress, self.steps, work))
        {
            // There is a model without this head, as there is where all its rows have one label.
            Err(TrainError::FoldSingleClass { label, .. }) if L::HEAD != Stance::HEAD => {
                self.warnings.push(format!(
                        "the {} head was not trained: without the rows of one fold every row is `{label}`; label rows of more \
                         groups",
                        L::HEAD
                    ));
                return Ok(None);
            }
            held_out => held_out?,
        };
        let all: Vec<usize> = (0..head.rows.len()).collect();
        let name = format!("{} on all rows", L::HEAD);
        let fitted = timed(&name, self.progress, self.steps, || head.fit(self.recipe, &all, None)).map_err(fail)?;
        self.warn::<L>(fitted.warning);
        self.warn::<L>(held_out.open_warning(self.recipe.folds));
        let counts = WeightCounts {
            all: head.present.len() * fitted.classifier.labels().len(),
            zero: fitted.classifier.zero_weights(),
        };
        let columns = self.encoded.vectorizer.columns();
        let classifier = fitted.classifier.widened(&head.present, columns).map_err(|_| fail(FitError::NotFinite))?;
        let classifier = classifier.rounded(self.recipe.weight_bits);
        let calibrated =
            calibrate(settings.calibration, classifier.labels(), &head, &held_out, |row| head.calibrates(row))?;
        self.warn::<L>(calibrated.warning);
        // With weights of its own for each data set the model speaks for one of them.
        let spoken_for: Vec<usize> = (0..head.rows.len()).filter(|row| head.calibrates(*row)).collect();
        let HeadRows { rows, labels, weights, groups, .. } = head;
        let head = Head {
            classifier,
            calibration: calibrated.calibration,
            decision: settings.decision,
            trained: Trained {
                classifier: settings.classifier.name().to_owned(),
                l2: settings.l2,
                rows: rows.len() as u64,
            },
        };
        let outcome = |row: usize, probabilities: Vec<f64>| {
            let predicted = L::ALL[settings.decision.choose(&probabilities)];
            Outcome { gold: labels[row], predicted, probabilities, group: groups[row].clone() }
        };
        let by_words = |row: usize| outcome(row, calibrated.probabilities[row].clone());
        let options = ScoreOptions { seed: self.recipe.seed, ..ScoreOptions::default() };
        let fused = match &self.fusion {
            None => None,
            Some(fusion) => {
                let words = ByWords {
                    rows: &rows,
                    labels: &labels,
                    weights: &weights,
                    groups: &groups,
                    decisions: &held_out.decisions,
                };
                let fused = fusion.fuse(head.clone(), &self.encoded.vectorizer, &words).map_err(fail)?;
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
        // Ascending, as the rows are.
        let pairs_spoken_for: Vec<usize> = spoken_for.iter().map(|row| rows[*row]).collect();
        let report = HeadReport {
            scores,
            by_source,
            calibration: head.calibration.clone(),
            shares: shares(
                settings,
                &head.calibration,
                &spoken_for.iter().map(|row| labels[*row]).collect::<Vec<_>>(),
                &spoken_for.iter().map(|row| weights[*row]).collect::<Vec<_>>(),
            ),
            calibrations: calibrated.trials,
            weights: counts,
            risk: RiskCoverage::of(
                outcomes.iter().filter(|(pair, _)| pairs_spoken_for.binary_search(pair).is_ok()).map(|(_, outcome)| {
                    (outcome.probabilities[outcome.predicted.index()], outcome.predicted == outcome.gold)
                }),
            ),
            fused,
        };
        Ok(Some((head, (report, outcomes))))
    }

    fn warn<L: Label>(&mut self, text: Option<String>) {
        self.warnings.extend(text.map(|text| format!("the {} head: {text}", L::HEAD)));
    }

    /// Whether the rows allow folds and a classifier; an error where they do not and there is no model without the head.
    fn can_be_trained<L: Label>(&mut self, head: &HeadRows<L>) -> Result<bool, TrainError> {
        let groups = head.groups_in_all();
        let folds = self.recipe.folds;
        if groups < folds {
            if L::HEAD == Stance::HEAD {
                return Err(TrainError::TooFewGroups { groups, folds });
            }
            self.warnings.push(format!("the {} head was not trained: {groups} groups are too few", L::HEAD));
            return Ok(false);
        }
        let known = head.known();
        if let [label] = known[..] {
            if L::HEAD == Stance::HEAD {
                let source = FitError::SingleClass { label: label.to_string() };
                return Err(TrainError::Fit { head: L::HEAD, source });
            }
            self.warnings.push(format!("the {} head was not trained: every row that has one is `{label}`", L::HEAD));
            return Ok(false);
        }
        for label in known.into_iter().filter(|label| head.groups_of(*label) == 1) {
            let count = head.labels.iter().filter(|other| **other == label).count();
            self.warn::<L>(Some(format!(
                "`{label}` has {count} rows, all of one group: no fold can tell how well it is found, and its probabilities \
                 are a guess; label rows of more groups"
            )));
        }
        if head.present.is_empty() {
            self.warn::<L>(Some(
                "no row has a feature that its classifier reads: it knows the shares of labels alone".to_owned(),
            ));
        }
        self.warn::<L>(head.copies_warning(self.recipe));
        Ok(true)
    }
}
