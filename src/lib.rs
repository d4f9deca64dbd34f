//! Who takes which stance toward whom, how surely, and on what evidence.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, clippy::expect_used))]

pub mod actors;
pub mod attribution;
pub mod document;
pub mod error;
pub mod evaluate;
pub mod features;
pub mod label;
pub mod model;
pub mod output;
pub mod pairs;
pub mod report;
pub mod segment;
pub mod span;
