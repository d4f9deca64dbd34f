//! The verbs, one file each: arguments as typed, then resolved and validated, then run.

mod actors;
mod classify;
mod common;
mod completions;
mod config;
mod data;
#[cfg(feature = "encoder")]
mod encoder;
mod evaluate;
mod explain;
mod model;
mod predict;
mod prior_choice;
mod train;

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::{io, path::PathBuf, process::ExitCode};

/// Who takes which stance toward whom, how surely, and on what evidence.
///
/// demarche reads diplomatic statements and news and writes one record for each holder and target it finds:
/// stance (supportive, neutral, critical) with calibrated probabilities, act, tone, and the words that carry it.
/// It needs no service and no download; the same input gives the same bytes.
#[derive(Debug, Parser)]
#[command(version, about, long_about, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done; 1 done, but rows were rejected; 2 wrong usage or nothing done.")]
pub(super) struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    global: Global,
}

#[derive(Debug, clap::Args)]
struct Global {
    /// Threads to use; 0 takes all cores. The output does not depend on it
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Name every rejected row (else the first ten), and every step of a training
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Take options from a TOML file: keys are the long options' names, at the top or in a table named after the verb;
    /// what the command line says comes first
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Classify(classify::Classify),
    Predict(predict::Predict),
    Train(train::Train),
    Evaluate(evaluate::Evaluate),
    Explain(explain::Explain),
    Actors(actors::Actors),
    Data(data::Data),
    Model(model::Model),
    #[cfg(feature = "encoder")]
    Encoder(encoder::Encoder),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// How a run ended that did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// All well.
    Done,
    /// Done, but some rows were rejected.
    Rejected,
}

impl Status {
    /// The exit code.
    pub(super) fn code(self) -> ExitCode {
        match self {
            Self::Done => ExitCode::SUCCESS,
            Self::Rejected => ExitCode::from(1),
        }
    }
}

/// Parses the command line and runs the verb.
///
/// # Errors
/// When nothing could be done.
pub(super) fn run() -> Result<Status> {
    let arguments = config::with_config(std::env::args_os().collect(), &Cli::command())?;
    let cli = Cli::from_arg_matches(&Cli::command().get_matches_from(arguments)).unwrap_or_else(|error| error.exit());
    if cli.global.threads > 0 {
        rayon::ThreadPoolBuilder::new().num_threads(cli.global.threads).build_global()?;
    }
    let talk = common::Talk { quiet: cli.global.quiet, verbose: cli.global.verbose };
    match cli.verb {
        Verb::Classify(verb) => verb.run(talk),
        Verb::Predict(verb) => verb.run(talk),
        Verb::Train(verb) => verb.run(talk),
        Verb::Evaluate(verb) => verb.run(talk),
        Verb::Explain(verb) => verb.run(),
        Verb::Actors(verb) => verb.run(talk),
        Verb::Data(verb) => verb.run(talk),
        Verb::Model(verb) => verb.run(),
        #[cfg(feature = "encoder")]
        Verb::Encoder(verb) => verb.run(talk),
        Verb::Completions(verb) => verb.run(),
        Verb::Man(verb) => verb.run(),
    }
}

/// Whether an error is only that the reader of our output went away.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe))
}
