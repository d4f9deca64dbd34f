//! `demarche train`: a model from labelled pairs, or the matrix it would learn from.

mod matrix;
mod search;

use super::{
    Status,
    common::{ActorOptions, Talk},
};
use anyhow::{Context, Result, anyhow, bail};
use demarche::{
    MODEL_FILE,
    attribution::CueLexicon,
    evaluate::{Estimate, IntensityFigures},
    features::Block,
    label::Label,
    model::{Calibration, FileIdentity, StanceModel},
    output::AtomicFolder,
    pairs::{PairOptions, read_pairs},
    train::{ClassifierKind, EncoderFolders, HeadName, HeadReport, Recipe, TrainReport, Training, train},
};
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

/// A model from labelled pairs
///
/// Prints what it read, how long each step took, and what the model scores on rows it did not learn from (grouped,
/// stratified cross-validation; with an encoder, one part held out). The same data and recipe give the same file, byte for
/// byte; with --fine-tune, also the same encoder and the same kind of processor.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche train training_data/train -o mine.demarche
  demarche train labels.jsonl more/ -o mine.demarche --recipe recipe.toml
  demarche train labels.jsonl -o svm.demarche --head stance --classifier svm --l2 0.5
  demarche train labels.jsonl --export-matrix stance.svm --head stance
  demarche train labels.jsonl --ablate --format markdown > ablation.md
  demarche train labels.jsonl --learning-curve --head act
  demarche train labels.jsonl --tune models/tune.toml --trials trials.jsonl --tuned-recipe mine.toml -o mine.demarche

Rows are those of `demarche predict`, with \"label\": \"supportive\", \"neutral\" or \"critical\" and, where known, \"act\",
\"tone\", \"group\", \"weight\". models/default.toml is a recipe with every key explained.")]
pub(super) struct Train {
    /// Files of labelled pairs (.jsonl, also .gz or .zst), or folders of them
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,
    /// The model file to write
    #[arg(short, long, value_name = "MODEL", required_unless_present_any = ["export_matrix", "ablate", "learning_curve", "tune"])]
    output: Option<PathBuf>,
    /// Recipe (TOML); keys left out have their defaults
    #[arg(long, value_name = "FILE.toml")]
    recipe: Option<PathBuf>,
    /// Apply --classifier and --l2 to this head only; and train no other but stance
    #[arg(long, value_name = "stance|act|tone", value_parser = ["stance", "act", "tone"])]
    head: Option<String>,
    /// logistic, svm, linfa-logistic, naive-bayes, majority or cue-score
    #[arg(long, value_name = "NAME")]
    classifier: Option<ClassifierKind>,
    /// Strength of the L2 penalty
    #[arg(long, value_name = "NUMBER")]
    l2: Option<f64>,
    /// Seed of everything drawn at random
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Write the matrix that a head learns from (SVMlight format; labels and columns are named in comments), with
    /// FILE.svm.weights and FILE.svm.groups beside it, a line a row. Of all heads, as FILE.stance.svm and so on; with
    /// --head of that one, as FILE.svm. Without -o no model is made
    #[arg(long, value_name = "FILE.svm")]
    export_matrix: Option<PathBuf>,
    #[command(flatten)]
    search: search::SearchOptions,
    #[command(flatten)]
    actors: ActorOptions,
    /// Also teach an encoder, which reads what the words alone do not tell: better stances, at about
    /// a hundred pairs a second on two cores. MODEL is a folder then
    #[cfg(feature = "encoder")]
    #[arg(long)]
    fine_tune: bool,
    /// Folder of the general encoder to start from; without it the one that DEMARCHE_ENCODER names, else the one that
    /// `demarche encoder install` put in place
    #[cfg(feature = "encoder")]
    #[arg(long, value_name = "FOLDER")]
    encoder: Option<PathBuf>,
    /// Folder in which the encoder is kept while it is taught, and after. The same command goes on there after an
    /// interruption, from the last whole pass; an encoder that has learned from the same rows is not taught again, only
    /// joined to the words. Without it, MODEL.teaching, which is removed at the end
    #[cfg(feature = "encoder")]
    #[arg(long, value_name = "FOLDER", requires = "fine_tune")]
    checkpoints: Option<PathBuf>,
    /// Fail if a row is rejected
    #[arg(long)]
    strict: bool,
}

impl Train {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        self.search.check()?;
        let mut recipe = self.recipe()?;
        let gazetteer = self.actors.gazetteer()?;
        let cues = CueLexicon::shipped().map_err(|problem| anyhow!(problem))?;
        let start = Instant::now();
        let mut set = read_pairs(&self.data, &PairOptions { require_stance: true, ..PairOptions::default() })?;
        for (index, error) in set.rejected.iter().enumerate() {
            talk.rejected(index + 1, error);
        }
        if self.strict && !set.rejected.is_empty() {
            bail!("{} rows rejected (--strict); no model was written", set.rejected.len());
        }
        for file in &set.files {
            talk.say(format_args!("read {}: {} rows, xxh3 {}", file.name, file.rows, file.xxh3));
        }
        talk.say(format_args!("read {} pairs in {:.1} s", set.pairs.len(), start.elapsed().as_secs_f64()));
        let status = if set.rejected.is_empty() { Status::Done } else { Status::Rejected };
        if let Some(path) = &self.export_matrix {
            // Training takes the pairs away.
            let pairs = if self.output.is_some() { set.pairs.clone() } else { std::mem::take(&mut set.pairs) };
            matrix::export(path, self.head(), (&gazetteer, &cues, &recipe), pairs, talk)?;
        }
        if self.search.table_only() {
            let search = (&gazetteer, &cues, &recipe, self.head().unwrap_or(HeadName::Stance));
            self.search.run(search, set.pairs, talk)?;
            return Ok(status);
        }
        if let Some(chosen) = self.search.tuned((&gazetteer, &cues, &recipe), &set, talk)? {
            recipe = chosen;
        }
        let Some(output) = &self.output else { return Ok(status) };
        let bar = if talk.quiet { indicatif::ProgressBar::hidden() } else { indicatif::ProgressBar::new_spinner() };
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        let progress = |step: &str| {
            bar.set_message(step.to_owned());
            if talk.verbose {
                bar.suspend(|| eprintln!("{step}"));
            }
        };
        let place = Place::of(output, recipe.encoder.is_some())?;
        let general = self.general(&recipe)?;
        let (teaching, kept) = self.teaching(output);
        let training = Training {
            gazetteer: &gazetteer,
            cues: &cues,
            recipe: &recipe,
            files: set.files,
            progress: &progress,
            encoder: general.as_deref().map(|general| EncoderFolders {
                general,
                teaching: &teaching,
                taught: place.folder(),
            }),
        };
        let (model, report) = train(training, set.pairs)?;
        bar.finish_and_clear();
        let identity = place.write(&model)?;
        if general.is_some() && !kept {
            // The model is there; what is left of its making is of no use, and no reason to fail.
            let _ = std::fs::remove_dir_all(&teaching);
        }
        tell(talk, &report);
        talk.say(format_args!(
            "wrote {} ({} bytes, hash {}) in {:.1} s",
            output.display(),
            identity.bytes,
            identity.hash,
            start.elapsed().as_secs_f64()
        ));
        Ok(status)
    }

    /// The head that --head names.
    fn head(&self) -> Option<HeadName> {
        self.head.as_deref().and_then(HeadName::of_name)
    }

    fn recipe(&self) -> Result<Recipe> {
        let mut recipe = match &self.recipe {
            None => Recipe::default(),
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
                Recipe::parse(&text).with_context(|| format!("{}", path.display()))?
            }
        };
        if let Some(seed) = self.seed {
            recipe.seed = seed;
        }
        if let Some(only) = self.head.as_deref() {
            recipe.act.train &= only == "act";
            recipe.tone.train &= only == "tone";
            recipe.intensity.train = false;
        }
        for name in ["stance", "act", "tone"] {
            if self.head.as_deref().is_some_and(|only| only != name) {
                continue;
            }
            if let Some(head) = recipe.head_mut(name) {
                head.classifier = self.classifier.unwrap_or(head.classifier);
                head.l2 = self.l2.unwrap_or(head.l2);
            }
        }
        #[cfg(feature = "encoder")]
        if self.fine_tune {
            recipe.encoder.get_or_insert_default();
        }
        if recipe.encoder.is_some() && !recipe.features.blocks.contains(&Block::Encoder) {
            recipe.features.blocks.push(Block::Encoder);
        }
        recipe.check()?;
        Ok(recipe)
    }

    /// The folder of the general encoder, where one is to be taught.
    #[cfg(feature = "encoder")]
    fn general(&self, recipe: &Recipe) -> Result<Option<PathBuf>> {
        if recipe.encoder.is_none() {
            if self.encoder.is_some() {
                bail!("--encoder names an encoder to be taught; add --fine-tune");
            }
            return Ok(None);
        }
        Ok(Some(demarche::encoder::find_encoder(self.encoder.as_deref())?))
    }

    /// The folder in which an encoder is taught, and whether it is to be kept.
    fn teaching(&self, output: &Path) -> (PathBuf, bool) {
        #[cfg(feature = "encoder")]
        if let Some(folder) = &self.checkpoints {
            return (folder.clone(), true);
        }
        let mut name = output.as_os_str().to_owned();
        name.push(".teaching");
        (name.into(), false)
    }

    #[cfg(not(feature = "encoder"))]
    #[allow(clippy::unused_self, reason = "as with the feature")]
    fn general(&self, recipe: &Recipe) -> Result<Option<PathBuf>> {
        if recipe.encoder.is_some() {
            bail!("the recipe has an `encoder` table, but this program was built without the feature `encoder`");
        }
        Ok(None)
    }
}

/// Where the model goes: a file, or a folder with an encoder in it.
enum Place {
    File(PathBuf),
    Folder(AtomicFolder),
}

impl Place {
    fn of(path: &Path, folder: bool) -> Result<Self> {
        Ok(if folder { Self::Folder(AtomicFolder::create(path)?) } else { Self::File(path.to_owned()) })
    }

    /// Where an encoder's files go.
    fn folder(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Folder(folder) => folder.temporary(),
        }
    }

    fn write(self, model: &StanceModel) -> Result<FileIdentity> {
        Ok(match self {
            Self::File(path) => model.write(&path)?,
            Self::Folder(folder) => {
                let identity = model.write(&folder.temporary().join(MODEL_FILE))?;
                folder.commit()?;
                identity
            }
        })
    }
}

fn tell(talk: Talk, report: &TrainReport) {
    for (source, rows) in &report.sources {
        talk.say(format_args!("used {rows} pairs of {source}"));
    }
    talk.say(format_args!("{} features, {} cells", report.columns, report.cells));
    for (step, seconds) in &report.steps {
        talk.say(format_args!("{seconds:>7.2} s  {step}"));
    }
    for (number, pass) in (1..).zip(&report.passes) {
        talk.say(format_args!(
            "encoder, pass {number}: loss {:.4}; held-out stance macro-F1 {:.3}, accuracy {:.3}",
            pass.loss, pass.macro_f1, pass.accuracy
        ));
    }
    talk.say(if report.passes.is_empty() {
        "held-out scores (cross-validated; intervals 95%, by group):"
    } else {
        "held-out scores (pairs that neither the words' models nor the encoder learned from; intervals 95%, by group):"
    });
    tell_head(talk, &report.stance);
    if let Some(head) = &report.act {
        tell_head(talk, head);
    }
    if let Some(head) = &report.tone {
        tell_head(talk, head);
    }
    if let Some(joint) = &report.joint {
        let [alone, beside] = joint.macro_f1;
        let [before, after] = joint.contradictions.map(|share| share * 100.0);
        talk.say(format_args!(
            "  act     beside stance  {:>6} rows  macro-F1 {alone:.3} -> {beside:.3}  contradictions {before:.1} % -> {after:.1} %  ({})",
            joint.rows,
            if joint.kept { "kept" } else { "not kept" }
        ));
    }
    if let Some(scores) = &report.intensity {
        let line = |name: &str, figures: &IntensityFigures| {
            talk.say(format_args!(
                "  {:<10}{name:<20} {:>6} rows  mean absolute error {}  rank correlation {}",
                "intensity",
                figures.rows,
                show(&figures.mean_absolute_error),
                show(&figures.rank_correlation)
            ));
        };
        line("all", &scores.model);
        line("rows with a cue", &scores.model_with_cue);
        line("cue table, same rows", &scores.cue);
    }
    for warning in &report.warnings {
        talk.say(format_args!("warning: {warning}"));
    }
}

fn tell_head<L: Label>(talk: Talk, head: &HeadReport<L>) {
    let calibration = match &head.calibration {
        Calibration::Temperature(temperature) => format!(", temperature {temperature:.3}"),
        Calibration::Platt(_) => ", Platt scaling".to_owned(),
        Calibration::Isotonic(_) => ", isotonic".to_owned(),
        Calibration::None => String::new(),
    };
    let line = |name: &str, scores: &demarche::evaluate::Scores<L>| {
        talk.say(format_args!(
            "  {:<8}{name:<14} {:>6} rows  macro-F1 {}  accuracy {}  log loss {}  ECE {}",
            L::HEAD,
            scores.rows,
            show(&scores.macro_f1),
            show(&scores.accuracy),
            show(&scores.log_loss),
            show(&scores.ece)
        ));
    };
    if let Some(([words, encoder], scores)) = &head.fused {
        line("words alone", scores);
        talk.say(format_args!("  {:<8}weights: words {words:.3}, encoder {encoder:.3}", L::HEAD));
    }
    line(&format!("all{calibration}"), &head.scores);
    for (source, scores) in &head.by_source {
        line(source, scores);
    }
    if head.calibrations.len() > 1 {
        let told = head.calibrations.iter().map(|trial| match &trial.log_loss {
            Ok(loss) => format!("{} {loss:.4}", trial.method.name()),
            Err(_) => format!("{} not possible", trial.method.name()),
        });
        let told: Vec<String> = told.collect();
        talk.say(format_args!(
            "  {:<8}log loss by calibration, each on folds it has not seen: {}",
            L::HEAD,
            told.join(", ")
        ));
    }
    if head.weights.zero > 0 {
        talk.say(format_args!("  {:<8}{} of {} weights are 0", L::HEAD, head.weights.zero, head.weights.all));
    }
}

fn show(estimate: &Estimate) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    format!("{} [{}, {}]", number(estimate.value), number(estimate.low), number(estimate.high))
}
