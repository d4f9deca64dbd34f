//! The command line: parses, dispatches, turns errors into exit codes.
//!
//! 0 done, 1 done with rejected rows or checks that fell short, 2 wrong usage or nothing done.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(status) => status.code(),
        Err(error) if cli::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Some causes end with a line end of their own.
            eprintln!("demarche: {}", format!("{error:#}").trim_end());
            ExitCode::from(2)
        }
    }
}
