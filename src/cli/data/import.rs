//! `demarche data import`: published data sets and the files of annotation tools, as pair rows.

use super::super::{
    Status,
    common::{Output, Talk, write_text},
};
use anyhow::{Result, bail};
use demarche::{
    data::import::{ImportError, ImportOptions, ImportSummary, Imported, Importer, import, importer, importers},
    label::Stance,
};
use std::{
    fmt::Write as _,
    io::{self, Seek, Write},
    path::PathBuf,
};

/// Turn published data sets and the files of annotation tools into pair rows
///
/// Files are read as their owners publish them; --list tells which, from where, and on whose terms. Rows go to standard output or
/// -o; what was left out, and why, to standard error. Damaged records are named and passed over.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data import --list
  demarche data import newsmtsc NewsMTSC-dataset/train.jsonl -o newsmtsc.jsonl
  demarche data import dse dataset/train.txt dataset/valid.txt -o dse.jsonl
  demarche data import doccano all.jsonl --map against=critical --map for=supportive -o mine.jsonl
  demarche data import fasttext posts.txt --target Togo --map neg=critical > togo.jsonl")]
pub(super) struct Import {
    /// What to import; without it the names are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Files as published (also .gz or .zst), or folders of them
    #[arg(value_name = "PATH")]
    inputs: Vec<PathBuf>,
    /// List every name with what it reads, its source and its licence
    #[arg(long)]
    list: bool,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A label of the tool and the stance it stands for (doccano, label-studio, brat, fasttext); may be repeated
    #[arg(long, value_name = "LABEL=STANCE", value_parser = label_and_stance)]
    map: Vec<(String, Stance)>,
    /// Whom lines are about that do not mark it (fasttext): the words by which they name it
    #[arg(long, value_name = "WORDS")]
    target: Option<String>,
    /// Name for the field `dataset` of the rows
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Write nothing if a record is damaged
    #[arg(long)]
    strict: bool,
}

/// Bytes that wait in memory for the end of a strict import; more wait in a temporary file.
const WAITING: usize = 16 << 20;

impl Import {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let Some(name) = self.name.as_deref().filter(|_| !self.list) else {
            write_text(self.output.as_deref(), &list())?;
            return Ok(Status::Done);
        };
        let importer = importer(name)?;
        let about = importer.about();
        if self.inputs.is_empty() {
            bail!("nothing to import: name files ({}; {})", about.reads, about.url);
        }
        if !self.map.is_empty() && !about.tool {
            bail!("--map is for formats of tools; the labels of {name} are known");
        }
        if self.target.is_some() && name != "fasttext" {
            bail!("--target is for fasttext; {name} says itself whom a stance is about");
        }
        let options = ImportOptions {
            labels: self.map.iter().cloned().collect(),
            target: self.target.clone(),
            dataset: self.dataset.clone(),
            ..ImportOptions::default()
        };
        let mut output = Output::open(self.output.as_deref())?;
        let summary = if self.strict {
            let mut waiting = tempfile::spooled_tempfile(WAITING);
            let summary = rows(importer, &self.inputs, &options, talk, &mut waiting)?;
            if summary.rejected == 0 {
                waiting.rewind()?;
                io::copy(&mut waiting, &mut output)?;
            }
            summary
        } else {
            rows(importer, &self.inputs, &options, talk, &mut output)?
        };
        let failed = self.strict && summary.rejected > 0;
        if !failed && summary.rows > 0 {
            output.finish()?;
        }
        talk.say(format_args!("{name}: {summary}\nlicence: {} ({})", about.licence, about.url));
        if failed {
            bail!("{} records rejected (--strict); nothing was written", summary.rejected);
        }
        if summary.rows == 0 {
            bail!("no pair could be imported");
        }
        Ok(if summary.rejected > 0 { Status::Rejected } else { Status::Done })
    }
}

fn rows(
    importer: &dyn Importer,
    inputs: &[PathBuf],
    options: &ImportOptions,
    talk: Talk,
    out: &mut dyn Write,
) -> Result<ImportSummary> {
    let mut summary = ImportSummary::default();
    let imported = import(importer, inputs, options, &mut |piece| {
        summary.add(&piece);
        match piece {
            Imported::Row(row) => out.write_all(&row.line()?),
            Imported::LeftOut(_) => Ok(()),
            Imported::Rejected(error) => {
                talk.rejected(usize::try_from(summary.rejected).unwrap_or(usize::MAX), &error);
                Ok(())
            }
        }
    });
    match imported {
        Ok(()) => Ok(summary),
        // As it is, so that a closed pipe is known for what it is.
        Err(ImportError::Output(error)) => Err(error.into()),
        Err(error) => Err(error.into()),
    }
}

fn label_and_stance(text: &str) -> Result<(String, Stance), String> {
    let (label, stance) = text.rsplit_once('=').ok_or("expected LABEL=STANCE")?;
    let stance = stance.parse::<Stance>().map_err(|error| error.to_string())?;
    Ok((label.to_owned(), stance))
}

fn list() -> String {
    let mut out = String::new();
    for importer in importers() {
        let about = importer.about();
        let _ = writeln!(
            out,
            "{:<13}{}\n{:13}{}\n{:13}licence: {}",
            about.name, about.reads, "", about.url, "", about.licence
        );
    }
    out
}
