//! `demarche completions` and `demarche man`: from the same definitions as the command line itself.

use super::{Cli, Status};
use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;
use std::{io::Write, path::PathBuf};

/// Completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche completions bash > ~/.local/share/bash-completion/completions/demarche
  demarche completions zsh > ~/.zfunc/_demarche")]
pub(super) struct Completions {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_enum)]
    shell: Shell,
}

/// Manual pages
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche man | man -l -
  demarche man --output ~/.local/share/man/man1")]
pub(super) struct Man {
    /// Write a page for every verb into this folder; without it the main page goes to standard output
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

impl Completions {
    pub(super) fn run(self) -> Result<Status> {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "demarche", &mut bytes);
        std::io::stdout().write_all(&bytes)?;
        Ok(Status::Done)
    }
}

impl Man {
    pub(super) fn run(self) -> Result<Status> {
        match self.output {
            Some(folder) => {
                std::fs::create_dir_all(&folder)?;
                clap_mangen::generate_to(Cli::command(), folder)?;
            }
            None => {
                let mut bytes = Vec::new();
                clap_mangen::Man::new(Cli::command()).render(&mut bytes)?;
                std::io::stdout().write_all(&bytes)?;
            }
        }
        Ok(Status::Done)
    }
}
