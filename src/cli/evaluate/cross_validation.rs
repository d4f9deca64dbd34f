//! Scores of a recipe on rows that its models did not learn from.

use super::{
    super::common::{Talk, read_recipe},
    heads::{Decisions, HeadProbabilities},
};
use anyhow::{Result, bail};
use demarche::{
    actors::Gazetteer,
    attribution::CueLexicon,
    label::{Act, Label, Stance, Tone},
    pairs::LabelledPair,
    train::{CrossValidated, Recipe, TrainError, cross_validate_encoded, encode_all},
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

/// Whether and how rows are cross-validated.
#[derive(Debug, clap::Args)]
pub(super) struct CrossValidation {
    /// Score no model but a recipe: cut the rows into K folds (2 to 20; a group is never cut, classes are spread evenly) and
    /// let a model learned from the other folds judge each
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(2..=20), conflicts_with_all = ["model", "documents"])]
    cross_validate: Option<u8>,
    /// Deal the folds anew so often, with one seed after the other (1 to 100); the report tells how much figures move
    #[arg(long, value_name = "R", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=100), requires = "cross_validate")]
    repeat: u8,
    /// Recipe (TOML) to cross-validate, as of `train`; keys left out have their defaults
    #[arg(long, value_name = "FILE.toml", requires = "cross_validate")]
    recipe: Option<PathBuf>,
    /// Heads to cross-validate, separated by commas; without it all that the recipe trains
    #[arg(long, value_name = "stance,act,tone", value_delimiter = ',', value_parser = [Stance::HEAD, Act::HEAD, Tone::HEAD],
        requires = "cross_validate")]
    head: Vec<String>,
}

/// A cross-validation as asked for, checked.
pub(super) struct CrossValidator {
    recipe: Recipe,
    repeats: u64,
    name: Option<String>,
}

impl CrossValidation {
    /// The cross-validation that was asked for, if one was.
    pub(super) fn validator(&self) -> Result<Option<CrossValidator>> {
        let Some(folds) = self.cross_validate else { return Ok(None) };
        let mut recipe = match &self.recipe {
            None => Recipe::default(),
            Some(path) => read_recipe(path)?,
        };
        if recipe.encoder.is_some() {
            bail!(
                "the recipe has an `encoder` table, and no encoder is taught fold by fold: take the table out to cross-validate \
                 the words alone"
            );
        }
        recipe.folds = usize::from(folds);
        if !self.head.is_empty() {
            for name in [Stance::HEAD, Act::HEAD, Tone::HEAD] {
                if let Some(head) = recipe.head_mut(name) {
                    head.train = self.head.iter().any(|wanted| wanted == name);
                }
            }
        }
        let name = self.recipe.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        Ok(Some(CrossValidator { recipe, repeats: u64::from(self.repeat), name }))
    }
}

impl CrossValidator {
    /// What the models of the other folds say of each pair, once for each repeat.
    ///
    /// All repeats and heads share one vocabulary, counted over all pairs without their labels (see
    /// [`cross_validate_encoded`]).
    pub(super) fn runs(
        &self,
        gazetteer: &Gazetteer,
        cues: &CueLexicon,
        pairs: &[LabelledPair],
        talk: Talk,
    ) -> Result<Vec<Vec<HeadProbabilities>>> {
        let bar = if talk.quiet { indicatif::ProgressBar::hidden() } else { indicatif::ProgressBar::new_spinner() };
        bar.enable_steady_tick(Duration::from_millis(200));
        let progress = |step: &str| {
            bar.set_message(step.to_owned());
            if talk.verbose {
                bar.suspend(|| eprintln!("{step}"));
            }
        };
        progress("features");
        let encoded = encode_all(gazetteer, cues, &self.recipe.features, pairs)?;
        let mut runs = Vec::new();
        for repeat in 0..self.repeats {
            let recipe = Recipe { seed: self.recipe.seed.wrapping_add(repeat), ..self.recipe.clone() };
            let progress = |step: &str| progress(&format!("repeat {} of {}: {step}", repeat + 1, self.repeats));
            let mut run = vec![HeadProbabilities::default(); pairs.len()];
            let stance = held_out(&recipe, || {
                cross_validate_encoded::<Stance>(&encoded, &recipe, pairs, |pair| pair.stance, &progress)
            })?;
            let act = held_out(&recipe, || {
                cross_validate_encoded::<Act>(&encoded, &recipe, pairs, LabelledPair::taught_act, &progress)
            })?;
            let tone = held_out(&recipe, || {
                cross_validate_encoded::<Tone>(&encoded, &recipe, pairs, |pair| pair.tone, &progress)
            })?;
            stance.into_iter().for_each(|(row, found)| run[row].stance = Some(found));
            act.into_iter().for_each(|(row, found)| run[row].act = Some(found));
            tone.into_iter().for_each(|(row, found)| run[row].tone = Some(found));
            runs.push(run);
        }
        bar.finish_and_clear();
        if runs.iter().flatten().all(|row| row.stance.is_none() && row.act.is_none() && row.tone.is_none()) {
            bail!("no row has a label of a head that was asked for");
        }
        Ok(runs)
    }

    /// How the recipe's heads choose a label.
    pub(super) fn decisions(&self) -> Decisions {
        Decisions { stance: self.recipe.stance.decision, tone: self.recipe.tone.decision }
    }

    /// What a reader of the report has to know.
    pub(super) fn notes(&self, pairs: &[LabelledPair]) -> Vec<String> {
        let Self { recipe, repeats, name } = self;
        let recipe_name =
            name.as_ref().map_or_else(|| "the default recipe".to_owned(), |name| format!("recipe {name}"));
        let seeds = match repeats {
            1 => format!("seed {}", recipe.seed),
            _ => format!("{repeats} repeats, seeds {} to {}", recipe.seed, recipe.seed.wrapping_add(repeats - 1)),
        };
        let mut notes = vec![
            format!("{recipe_name}, cross-validated: {} folds, grouped and stratified, {seeds}", recipe.folds),
            "each row is judged by models that did not learn from its group; the vocabulary is counted over all rows, \
             without labels; calibrated on the held-out decisions"
                .to_owned(),
        ];
        if *repeats > 1 {
            notes.push(format!("rows of all repeats are scored together: each counts {repeats} times, in one group"));
        }
        if recipe.joint.train && recipe.act.train && pairs.iter().any(|pair| pair.act.is_some()) {
            notes.push("acts are those of their own head, not adjusted to the stance".to_owned());
        }
        let sources: BTreeSet<&str> = pairs.iter().map(|pair| &*pair.source).collect();
        let unused: Vec<&str> =
            recipe.sources.keys().map(String::as_str).filter(|name| sources.contains(name)).collect();
        if !unused.is_empty() {
            notes.push(format!("not used: the recipe's settings of the data sets {}", unused.join(", ")));
        }
        notes
    }
}

/// Rows and what is said of them; none where the head is not to be trained or no row has a label of it.
fn held_out<L: Label>(
    recipe: &Recipe,
    work: impl FnOnce() -> Result<CrossValidated<L>, TrainError>,
) -> Result<Vec<(usize, Vec<f64>)>> {
    if !recipe.head::<L>().train {
        return Ok(Vec::new());
    }
    match work() {
        Ok(found) => Ok(found.rows.into_iter().zip(found.probabilities).collect()),
        Err(TrainError::NoLabel { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
