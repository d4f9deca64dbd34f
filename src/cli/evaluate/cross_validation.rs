//! Scores of a recipe on rows that its models did not learn from.

use super::{
    super::common::{Talk, read_recipe},
    heads::{Decisions, HeadProbabilities},
};
use anyhow::{Context, Result, bail};
use demarche::{
    actors::Gazetteer,
    attribution::CueLexicon,
    label::{Act, Label, Stance, Tone},
    pairs::LabelledPair,
    train::{Encoded, Recipe, TrainError, cross_validate_encoded, encode_all},
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

/// What the models of a cross-validation say.
pub(super) struct Runs {
    /// Of each pair, once for each repeat.
    pub(super) runs: Vec<Vec<HeadProbabilities>>,
    /// What a reader of the scores has to know of them.
    pub(super) notes: Vec<String>,
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
    ) -> Result<Runs> {
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
        let runs = (0..self.repeats).map(|_| vec![HeadProbabilities::default(); pairs.len()]).collect();
        let mut found = Runs { runs, notes: Vec::new() };
        let rows = (&encoded, pairs);
        self.head(&mut found, rows, |pair| pair.stance, |row, said| row.stance = Some(said), &progress)?;
        self.head(&mut found, rows, LabelledPair::taught_act, |row, said| row.act = Some(said), &progress)?;
        self.head(&mut found, rows, |pair| pair.tone, |row, said| row.tone = Some(said), &progress)?;
        bar.finish_and_clear();
        if found.runs.iter().flatten().all(|row| row.stance.is_none() && row.act.is_none() && row.tone.is_none()) {
            if !found.notes.is_empty() {
                bail!("no head can be scored; {}", found.notes.join("; "));
            }
            bail!("no row has a label of a head that was asked for");
        }
        Ok(found)
    }

    /// Adds what the models of one head say to each run; nothing where the head is not to be trained or no row has a label
    /// of it, a note where the rows are too few for it but there are scores without it.
    fn head<L: Label>(
        &self,
        found: &mut Runs,
        (encoded, pairs): (&Encoded, &[LabelledPair]),
        label: impl Fn(&LabelledPair) -> Option<L> + Copy,
        put: impl Fn(&mut HeadProbabilities, Vec<f64>),
        progress: &dyn Fn(&str),
    ) -> Result<()> {
        if !self.recipe.head::<L>().train {
            return Ok(());
        }
        let repeat = |repeat: u64| {
            let recipe = Recipe { seed: self.recipe.seed.wrapping_add(repeat), ..self.recipe.clone() };
            let progress = |step: &str| progress(&format!("repeat {} of {}: {step}", repeat + 1, self.repeats));
            cross_validate_encoded(encoded, &recipe, pairs, label, &progress)
        };
        // In all repeats or in none: repeats are compared head by head.
        match (0..self.repeats).map(repeat).collect::<Result<Vec<_>, _>>() {
            Ok(repeats) => {
                for (run, said) in found.runs.iter_mut().zip(repeats) {
                    // Most are the same in every repeat.
                    let new = said.warnings.into_iter().filter(|warning| !found.notes.contains(warning));
                    let new: Vec<String> = new.collect();
                    found.notes.extend(new);
                    let rows = said.rows.into_iter().zip(said.probabilities);
                    rows.for_each(|(row, probabilities)| put(&mut run[row], probabilities));
                }
                Ok(())
            }
            Err(TrainError::NoLabel { .. }) => Ok(()),
            Err(error @ TrainError::TooFewGroups { .. }) if L::HEAD != Stance::HEAD => {
                found.notes.push(format!("left out: the {} head: {error}", L::HEAD));
                Ok(())
            }
            Err(error @ TrainError::FoldSingleClass { .. }) if L::HEAD != Stance::HEAD => {
                found.notes.push(format!("left out: {error}"));
                Ok(())
            }
            Err(error @ TrainError::TooFewGroups { .. }) => Err(error).context(format!("the {} head", L::HEAD)),
            Err(error) => Err(error.into()),
        }
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
