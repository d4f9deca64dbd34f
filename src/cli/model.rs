//! `demarche model`: what a model file is.

use super::{
    Status,
    common::{read_model, write_text},
};
use anyhow::Result;
use demarche::{
    Pipeline,
    features::Block,
    label::{Label, Stance},
    model::{Calibration, Decision, Head, StanceModel},
    train::{ClassifierKind, ENCODER_SUFFIX},
};
use std::{fmt::Write as _, path::PathBuf};

/// What a model is made of
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche model info
  demarche model info mine.demarche")]
pub(super) struct Model {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Identity, data, recipe, heads and size of a model
    #[command(after_help = "Examples:
  demarche model info
  demarche model info mine.demarche")]
    Info {
        /// Model file, or the folder of a model with an encoder; without it the model that is compiled in
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

impl Model {
    pub(super) fn run(self) -> Result<Status> {
        let What::Info { file } = self.what;
        let (name, model) = match file {
            Some(path) => {
                let (model, identity) = read_model(&path)?;
                (format!("{} ({} bytes, hash {})", path.display(), identity.bytes, identity.hash), model)
            }
            None => {
                let pipeline = Pipeline::shipped()?;
                (format!("compiled in: {}", pipeline.model_name()), pipeline.model)
            }
        };
        write_text(None, &describe(&name, &model))?;
        Ok(Status::Done)
    }
}

fn describe(name: &str, model: &StanceModel) -> String {
    let mut out = String::new();
    let identity = &model.identity;
    let _ = writeln!(out, "model      {name}");
    let _ = writeln!(out, "made by    {}, {}, {}", identity.program, identity.features, identity.stemmer);
    let _ = writeln!(out, "gazetteer  {} (at training)", identity.gazetteer);
    for file in &identity.data {
        let _ = writeln!(out, "data       {} ({} rows, xxh3 {})", file.name, file.rows, file.xxh3);
    }
    let _ = writeln!(out, "pairs      {}", identity.rows);
    head(&mut out, &model.stance);
    if let Some(act) = &model.act {
        head(&mut out, act);
    }
    if let Some(tone) = &model.tone {
        head(&mut out, tone);
    }
    supplement(&mut out, model);
    let vectorizer = &model.vectorizer;
    let _ = writeln!(out, "features   {}", vectorizer.columns());
    let mut counts = [0_usize; Block::ALL.len()];
    for column in 0..u32::try_from(vectorizer.columns()).unwrap_or(u32::MAX) {
        if let Some(block) = vectorizer.block(column) {
            counts[block.index()] += 1;
        }
    }
    for block in Block::ALL {
        if counts[block.index()] > 0 {
            let _ = writeln!(out, "  {:<12} {}", block.prefix(), counts[block.index()]);
        }
    }
    let _ = write!(out, "recipe\n{}", identity.recipe.lines().map(|line| format!("  {line}\n")).collect::<String>());
    out
}

/// What the model has beside its heads.
fn supplement(out: &mut String, model: &StanceModel) {
    let supplement = &model.supplement;
    if let Some(head) = &supplement.intensity {
        let _ = writeln!(out, "head       intensity: proportional odds, {} rows; 0 to 10", head.rows());
    }
    if let Some(shares) = supplement.stance_shares {
        let named = Stance::ALL.iter().zip(shares).map(|(label, share)| format!("{} {share:.3}", label.name()));
        let _ = writeln!(out, "prior      stances at training: {}", named.collect::<Vec<_>>().join(", "));
    }
    if let Some(table) = &supplement.stance_risk {
        let _ = writeln!(out, "abstain    by the errors on {} rows held out at training", table.rows());
    }
    if supplement.joint.is_some() {
        let _ = writeln!(out, "joint      acts are adjusted to the stance");
    }
}

fn head<L: Label>(out: &mut String, head: &Head<L>) {
    let labels: Vec<&str> = head.classifier.labels().iter().map(|label| label.name()).collect();
    let calibration = match &head.calibration {
        // Weights found by log loss on held-out pairs leave nothing to calibrate.
        Calibration::None if head.trained.classifier.ends_with(ENCODER_SUFFIX) => "calibrated by the pool".to_owned(),
        Calibration::None => "not calibrated".to_owned(),
        Calibration::Temperature(temperature) => format!("temperature {temperature:.4}"),
        Calibration::Platt(_) => "Platt scaling".to_owned(),
        Calibration::Isotonic(_) => "isotonic calibration".to_owned(),
    };
    let counted = head.trained.classifier.parse::<ClassifierKind>().is_ok_and(|kind| !kind.penalises());
    let penalty = if counted { String::new() } else { format!(" (l2 {})", head.trained.l2) };
    let decision = match head.decision {
        Decision::Label => "",
        Decision::Ordinal => ", median of the labels",
    };
    let _ = writeln!(
        out,
        "head       {}: {}{penalty}, {} rows, {calibration}{decision}; {}",
        L::HEAD,
        head.trained.classifier,
        head.trained.rows,
        labels.join(", ")
    );
}
