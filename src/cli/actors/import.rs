//! `demarche actors import`: dictionaries of other tools as tables of actors.

use super::super::{
    Status,
    common::{Output, Talk},
};
use anyhow::{Context, Result, bail};
use demarche::actors::{Gazetteer, import_petrarch};
use std::{io::Write, path::PathBuf};

/// A dictionary of another tool as a table for --actors
///
/// petrarch: actors (NAME_ [CODE], dated codes, +SYNONYM_) and agents (NOUN {PLURAL} [~CODE], !SET!) of TABARI, PETRARCH and
/// PETRARCH2. Codes that begin with a state become that state's, but for its rebels and opposition, which become ORG:CODE, as
/// does what belongs to no state we know. Lines
/// that cannot be read are told with their number, and the exit code is 1. Look the table over with `demarche actors check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche actors import petrarch Phoenix.Countries.actors.txt -o countries.tsv
  demarche actors import petrarch Phoenix.agents.txt > roles.tsv")]
pub(super) struct Import {
    /// What the file is
    #[arg(value_enum, value_name = "FORMAT")]
    format: Format,
    /// The dictionary
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE.tsv")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Petrarch,
}

impl Import {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let Format::Petrarch = self.format;
        let bytes = std::fs::read(&self.file).with_context(|| format!("{}: cannot be read", self.file.display()))?;
        // Old dictionaries are in Latin-1 here and there; a letter that is no UTF-8 must not lose the rest.
        let text = String::from_utf8_lossy(&bytes);
        let gazetteer = Gazetteer::shipped()?;
        let known = |code: &str| gazetteer.by_id(code).map(|actor| gazetteer.actor(actor).id.to_string());
        let found = import_petrarch(&text, known);
        for skipped in &found.skipped {
            eprintln!("skipped: {}:{}: {}", self.file.display(), skipped.line, skipped.problem);
        }
        if found.rows.is_empty() {
            bail!("{}: no entry could be read; expected lines such as `NAME_ [CODE]`", self.file.display());
        }
        let mut output = Output::open(self.output.as_deref())?;
        writeln!(output, "id\tname\tkind\taliases\tsurname\trole\tfrom\tto\tnote")?;
        for row in &found.rows {
            writeln!(output, "{row}")?;
        }
        output.finish()?;
        talk.say(format_args!("{} rows, {} lines skipped", found.rows.len(), found.skipped.len()));
        Ok(if found.skipped.is_empty() { Status::Done } else { Status::Rejected })
    }
}
