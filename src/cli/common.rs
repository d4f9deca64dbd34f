//! What several verbs share: the model's options, output, and how rejected rows are told.

use anyhow::{Context, Error, Result};
use demarche::{
    MODEL_FILE, Pipeline, PipelineError, Tier,
    actors::Gazetteer,
    error::RowError,
    model::{FileError, FileIdentity, ModelError, StanceModel},
    names_encoder_model,
    output::AtomicFile,
    train::Recipe,
};
use std::{
    io::{self, BufWriter, StdoutLock, Write},
    path::{Path, PathBuf},
};

/// Which model and which actors.
#[derive(Debug, clap::Args)]
pub(super) struct ModelOptions {
    /// Model file, or the folder of a model with an encoder, or `encoder` for the one that is shipped
    #[arg(long, value_name = "MODEL")]
    pub model: Option<PathBuf>,
    /// Shipped model: fast, standard (the default) or encoder; the README has what each gives and costs
    #[arg(long, value_enum, conflicts_with = "model")]
    pub tier: Option<TierName>,
    #[command(flatten)]
    pub actors: ActorOptions,
}

/// A [`Tier`] as typed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum TierName {
    Fast,
    Standard,
    Encoder,
}

impl From<TierName> for Tier {
    fn from(name: TierName) -> Self {
        match name {
            TierName::Fast => Self::Fast,
            TierName::Standard => Self::Standard,
            TierName::Encoder => Self::Encoder,
        }
    }
}

/// Which actors.
#[derive(Debug, clap::Args)]
pub(super) struct ActorOptions {
    /// Table of further actors (tab-separated: id, name, kind, aliases, surname, role, from, to, note); its rows override
    /// ours of the same alias
    #[arg(long, value_name = "FILE.tsv")]
    pub actors: Option<PathBuf>,
}

impl ModelOptions {
    /// Builds the pipeline.
    pub(super) fn pipeline(&self) -> Result<Pipeline> {
        let tier = self.tier.map_or(Tier::Standard, Tier::from);
        let path = match &self.model {
            None => return self.shipped(tier),
            Some(path) if names_encoder_model(path) => return self.shipped(Tier::Encoder),
            Some(path) => path,
        };
        Pipeline::open(self.actors.gazetteer()?, path).map_err(|error| match error {
            PipelineError::Model(error) => named(path, error),
            error => Error::new(error).context(path.display().to_string()),
        })
    }

    fn shipped(&self, tier: Tier) -> Result<Pipeline> {
        let own = self.actors.actors.is_some().then(|| self.actors.gazetteer()).transpose()?;
        Ok(Pipeline::of_tier(tier, own)?)
    }
}

/// Checks a risk as `--abstain` has it.
pub(super) fn risk(text: &str) -> Result<f64, String> {
    let risk: f64 = text.parse().map_err(|_| format!("`{text}` is no number"))?;
    if risk > 0.0 && risk < 1.0 { Ok(risk) } else { Err("a risk lies between 0 and 1, exclusive".to_owned()) }
}

/// Reads a recipe; errors name its file.
pub(super) fn read_recipe(path: &Path) -> Result<Recipe> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    Recipe::parse(&text).with_context(|| format!("{}", path.display()))
}

/// Reads a model file; errors name it.
pub(super) fn read_model(path: &Path) -> Result<(StanceModel, FileIdentity)> {
    let file = if path.is_dir() { &path.join(MODEL_FILE) } else { path };
    StanceModel::read(file).map_err(|error| named(path, error))
}

/// The error with the file's name, where it does not have it yet.
fn named(path: &Path, error: ModelError) -> Error {
    match error {
        // What the file system says names it already.
        ModelError::File(FileError::Io { .. }) => error.into(),
        error => Error::new(error).context(path.display().to_string()),
    }
}

impl ActorOptions {
    /// Reads the tables.
    pub(super) fn gazetteer(&self) -> Result<Gazetteer> {
        match &self.actors {
            None => Ok(Gazetteer::shipped()?),
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
                Ok(Gazetteer::with_table(&path.display().to_string(), &text)?)
            }
        }
    }
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Talk {
    pub quiet: bool,
    pub verbose: bool,
}

/// Rejected rows told one by one unless verbose.
const TOLD: usize = 10;

impl Talk {
    /// Tells something unless quiet.
    pub(super) fn say(self, text: impl std::fmt::Display) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }

    /// Tells of the `count`-th rejected row (1-based).
    pub(super) fn rejected(self, count: usize, error: &RowError) {
        // Errors are told even when quiet: nothing is lost in silence.
        if self.verbose || count <= TOLD {
            eprintln!("rejected: {error}");
        } else if count == TOLD + 1 {
            eprintln!("rejected: more rows (--verbose names them all)");
        }
    }
}

/// Standard output, or a file that is written whole or not at all.
pub(super) enum Output {
    Standard(BufWriter<StdoutLock<'static>>),
    File(Box<AtomicFile>),
}

impl Output {
    /// Opens the output: a file where one is named, else (or for `-`) standard output.
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        match path {
            Some(path) if path != Path::new("-") => Ok(Self::File(Box::new(AtomicFile::create(path)?))),
            _ => Ok(Self::Standard(BufWriter::with_capacity(1 << 16, io::stdout().lock()))),
        }
    }

    /// Puts the file in its place.
    pub(super) fn finish(self) -> Result<()> {
        match self {
            Self::Standard(mut out) => Ok(out.flush()?),
            Self::File(file) => Ok(file.commit()?),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out) => out.flush(),
        }
    }
}

/// Writes a text to standard output or a file.
pub(super) fn write_text(path: Option<&Path>, text: &str) -> Result<()> {
    let mut out = Output::open(path)?;
    out.write_all(text.as_bytes())?;
    out.finish()
}

/// The form of a report.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Markdown,
}

impl From<Format> for demarche::report::ReportFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
            Format::Markdown => Self::Markdown,
        }
    }
}
