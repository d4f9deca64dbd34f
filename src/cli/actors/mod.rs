//! `demarche actors`: who is found in a text, what is known of an actor, and how good the tables are.

mod check;
mod coverage;
mod explain;
mod find;
mod import;
mod unknown;

use super::{Status, common::Talk};
use anyhow::Result;

/// Who is found in a text, what is known of an actor, and how good the tables are
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche actors find 'Kremlin'
  demarche actors find 'Russian Foreign Minister Sergei Lavrov met his Turkish counterpart in Ankara.' --date 2022-03-10
  demarche actors show RUS
  demarche actors explain 'Ankara said it would not take sides.'
  demarche actors coverage labels.jsonl --unresolved
  demarche actors unknown archive.jsonl --most 50
  demarche actors check mine.tsv
  demarche actors import petrarch Phoenix.MilNonState.actors.txt -o mine.tsv")]
pub(super) struct Actors {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Find(find::Find),
    Show(find::Show),
    Explain(explain::Explain),
    Coverage(coverage::Coverage),
    Unknown(unknown::UnknownNames),
    Check(check::Check),
    Import(import::Import),
}

impl Actors {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        match self.what {
            What::Find(verb) => verb.run(),
            What::Show(verb) => verb.run(),
            What::Explain(verb) => verb.run(),
            What::Coverage(verb) => verb.run(talk),
            What::Unknown(verb) => verb.run(talk),
            What::Check(verb) => verb.run(),
            What::Import(verb) => verb.run(talk),
        }
    }
}
