//! `demarche train --ablate`, `--learning-curve` and `--tune`: many trainings, one table.

use super::super::common::{Format, Talk, write_text};
use anyhow::{Context, Result, bail};
use demarche::{
    actors::Gazetteer,
    attribution::CueLexicon,
    output::AtomicFile,
    pairs::{LabelledPair, PairSet},
    report::ReportFormat,
    train::{
        HeadName, Recipe,
        search::{Ranges, Search, TrialLog, TrialsHeader, ablate, learning_curve, tune},
    },
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{io::Write, path::PathBuf};

/// What to find out instead of making a model.
#[derive(Debug, clap::Args)]
pub(super) struct SearchOptions {
    /// Make no model: print what each feature block of the recipe adds to the held-out score of --head (else stance), what
    /// it costs in columns and time
    #[arg(long, conflicts_with_all = ["output", "export_matrix", "learning_curve", "tune"])]
    ablate: bool,
    /// Make no model: print the held-out score of --head (else stance) by number of rows, and what ten times as many would
    /// give
    #[arg(long, conflicts_with_all = ["output", "export_matrix", "tune"])]
    learning_curve: bool,
    /// How often --learning-curve deals the folds anew; 3 where not given
    #[arg(long, value_name = "N", requires = "learning_curve", value_parser = clap::value_parser!(u32).range(1..=100))]
    repeats: Option<u32>,
    /// Choose a recipe by successive halving among those that the ranges allow (models/tune.toml explains the keys),
    /// beginning from --recipe; with -o also make the model of the recipe chosen
    #[arg(long, value_name = "RANGES.toml", requires = "tuned_recipe", conflicts_with_all = ["head", "export_matrix"])]
    tune: Option<PathBuf>,
    /// Where --tune writes the recipe that it chose
    #[arg(long, value_name = "FILE.toml", requires = "tune")]
    tuned_recipe: Option<PathBuf>,
    /// Where --tune keeps its trials, so that a search that was stopped goes on
    #[arg(long, value_name = "FILE.jsonl", requires = "tune")]
    trials: Option<PathBuf>,
    /// Form of the table: text, json or markdown; text where not given
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Steps of the progress bar.
const STEPS: u64 = 1_000;

impl SearchOptions {
    /// Whether a table is wanted and no model.
    pub(super) fn table_only(&self) -> bool {
        self.ablate || self.learning_curve
    }

    /// Fails where --format stands alone: clap cannot require one of several flags and leave each on its own.
    pub(super) fn check(&self) -> Result<()> {
        if self.format.is_some() && !self.table_only() && self.tune.is_none() {
            bail!("--format is the form of the table that --ablate, --learning-curve or --tune prints");
        }
        Ok(())
    }

    /// Prints the ablation or the learning curve.
    pub(super) fn run(
        &self,
        (gazetteer, cues, recipe, head): (&Gazetteer, &CueLexicon, &Recipe, HeadName),
        pairs: Vec<LabelledPair>,
        talk: Talk,
    ) -> Result<()> {
        let bar = bar(talk);
        let progress = |done: f64, step: &str| tell(&bar, talk, done, step);
        let search = Search { gazetteer, cues, recipe, progress: &progress };
        let text = if self.ablate {
            ablate(search, head, pairs)?.render(self.format())
        } else {
            learning_curve(search, head, pairs, self.repeats.unwrap_or(3) as usize)?.render(self.format())
        };
        bar.finish_and_clear();
        write_text(None, &text)
    }

    /// The recipe that the search chose, where one is wanted; it is written and the search printed.
    pub(super) fn tuned(
        &self,
        (gazetteer, cues, recipe): (&Gazetteer, &CueLexicon, &Recipe),
        set: &PairSet,
        talk: Talk,
    ) -> Result<Option<Recipe>> {
        let (Some(path), Some(to)) = (&self.tune, &self.tuned_recipe) else { return Ok(None) };
        let text = std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        let ranges = Ranges::parse(&text).with_context(|| path.display().to_string())?;
        // Before the file of trials is begun, which would hold on to this recipe and these ranges.
        ranges.check_with(recipe).with_context(|| path.display().to_string())?;
        // A search may take hours: that its result cannot be written is better known before.
        drop(AtomicFile::create(to)?);
        let mut log = match &self.trials {
            None => TrialLog::default(),
            Some(path) => TrialLog::open(path, &TrialsHeader::of(&set.files, &ranges, recipe, gazetteer))?,
        };
        if let (kept @ 1.., Some(path)) = (log.kept(), &self.trials) {
            talk.say(format_args!("{}: {kept} trials are there already", path.display()));
        }
        let bar = bar(talk);
        let progress = |done: f64, step: &str| tell(&bar, talk, done, step);
        let search = Search { gazetteer, cues, recipe, progress: &progress };
        let tuning = tune(search, &ranges, set.pairs.clone(), &mut log)?;
        bar.finish_and_clear();
        let mut file = AtomicFile::create(to)?;
        writeln!(
            file,
            "# Chosen by `demarche train --tune`; `demarche train --recipe` with this file makes its model."
        )?;
        file.write_all(tuning.recipe.to_toml().as_bytes())?;
        file.commit()?;
        write_text(None, &tuning.render(self.format()))?;
        talk.say(format_args!("wrote {}", to.display()));
        Ok(Some(tuning.recipe))
    }

    fn format(&self) -> ReportFormat {
        self.format.map_or(ReportFormat::Text, Into::into)
    }
}

/// A bar with the time that is left.
pub(super) fn bar(talk: Talk) -> ProgressBar {
    if talk.quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(STEPS);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {percent}% {elapsed} ({eta} left)  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

/// Shows how much is done (0 to 1) and what comes next.
pub(super) fn tell(bar: &ProgressBar, talk: Talk, done: f64, step: &str) {
    bar.set_position((done.clamp(0.0, 1.0) * STEPS as f64) as u64);
    bar.set_message(step.to_owned());
    if talk.verbose {
        bar.suspend(|| eprintln!("{step}"));
    }
}
