//! `demarche actors check`: what is doubtful in the tables.

use super::super::{Status, common::write_text};
use anyhow::{Context, Result};
use demarche::{
    actors::{Finding, Gazetteer, TABLES_AS_OF},
    document::PartialDate,
};
use std::{fmt::Write as _, path::PathBuf};

/// What is doubtful in a table of actors, or in ours
///
/// Two persons in one office at a time (overlap), terms that begin after --as-of or last longer than a life (date), a name that several actors have without a remark
/// or rule (ambiguous), a name that is an ordinary word (common-word), and with --open-since terms still open that began
/// before a date (stale). A row that cannot be used at all is refused with line and reason. Exit code 1 when something is
/// found.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche actors check mine.tsv
  demarche actors check mine.tsv --as-of 2027-01-01
  demarche actors check --open-since 2015")]
pub(super) struct Check {
    /// A table for --actors; without it the tables of the program
    #[arg(value_name = "FILE.tsv")]
    table: Option<PathBuf>,
    /// The day of which open terms are said; without it the day when our tables were last gone over
    #[arg(long, value_name = "DATE", default_value = TABLES_AS_OF)]
    as_of: PartialDate,
    /// List open terms of persons that began before this date
    #[arg(long, value_name = "DATE")]
    open_since: Option<PartialDate>,
}

impl Check {
    pub(super) fn run(self) -> Result<Status> {
        let found: Vec<Finding> = match &self.table {
            None => Gazetteer::shipped()?.check(self.as_of, self.open_since),
            Some(path) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
                let all = Gazetteer::with_table(&name, &text)?.check(self.as_of, self.open_since);
                all.into_iter().filter(|finding| finding.table == name).collect()
            }
        };
        let mut out = String::new();
        for Finding { table, line, kind, problem } in &found {
            let _ = writeln!(out, "{table}:{line}: {}: {problem}", kind.name());
        }
        if found.is_empty() {
            out.push_str("nothing doubtful\n");
        }
        write_text(None, &out)?;
        Ok(if found.is_empty() { Status::Done } else { Status::Rejected })
    }
}
