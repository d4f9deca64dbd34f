//! Outputs are there whole or not at all: a run that fails leaves what was there, and nothing beside it.

use super::workplace::{listing, passages, run, stdout};
use std::{fs, path::Path};

const GOOD: &str = "{\"id\": \"1\", \"text\": \"France condemned the strike on Mali.\"}\n";
const BAD: &str = "{\"id\": \"2\", \"txt\": \"France condemned the strike on Mali.\"}\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bad.jsonl"), BAD).unwrap();
    fs::write(folder.path().join("mixed.jsonl"), format!("{GOOD}{BAD}")).unwrap();
    let pairs: String = passages("agency.jsonl", 3).iter().map(|line| format!("{line}\n")).collect();
    fs::write(folder.path().join("pairs.jsonl"), format!("{pairs}{BAD}")).unwrap();
    folder
}

/// Runs that must fail with code 2, each as arguments before and after the output's name.
fn failing(inside: &Path) -> Vec<Vec<String>> {
    let path = |name: &str| inside.join(name).display().to_string();
    [
        vec!["classify", "--strict", &path("mixed.jsonl")],
        vec!["classify", &path("bad.jsonl")],
        vec!["classify", &path("missing.jsonl")],
        vec!["predict", &path("bad.jsonl")],
        vec!["evaluate", "--strict", &path("pairs.jsonl")],
        vec!["train", "--strict", &path("pairs.jsonl")],
        vec!["train", &path("bad.jsonl")],
        vec!["explain", "--pair", &path("bad.jsonl")],
    ]
    .into_iter()
    .map(|words| words.into_iter().map(str::to_owned).collect())
    .collect()
}

#[test]
fn a_failed_run_leaves_no_file() {
    let folder = folder();
    let before = listing(folder.path());
    for arguments in failing(folder.path()) {
        let output = folder.path().join("output");
        let mut all: Vec<&dyn AsRef<std::ffi::OsStr>> = arguments.iter().map(|word| word as _).collect();
        all.push(&"-o");
        all.push(&output);
        run(&all, 2);
        assert_eq!(listing(folder.path()), before, "{arguments:?}");
    }
}

#[test]
fn a_failed_run_keeps_what_was_there() {
    let folder = folder();
    let output = folder.path().join("output");
    fs::write(&output, "of yesterday").unwrap();
    let before = listing(folder.path());
    for arguments in failing(folder.path()) {
        let mut all: Vec<&dyn AsRef<std::ffi::OsStr>> = arguments.iter().map(|word| word as _).collect();
        all.push(&"-o");
        all.push(&output);
        run(&all, 2);
        assert_eq!(fs::read_to_string(&output).unwrap(), "of yesterday", "{arguments:?}");
        assert_eq!(listing(folder.path()), before, "{arguments:?}");
    }
}

#[test]
fn a_run_with_rejected_rows_writes_the_others() {
    let folder = folder();
    let (input, output) = (folder.path().join("mixed.jsonl"), folder.path().join("output.jsonl"));
    fs::write(&output, "of yesterday").unwrap();
    run(&[&"classify", &input, &"-o", &output], 1);
    let good = folder.path().join("good.jsonl");
    fs::write(&good, GOOD).unwrap();
    let text = fs::read_to_string(&output).unwrap();
    assert!(text.contains("\"FRA\""), "{text}");
    assert_eq!(text, stdout(&run(&[&"classify", &good], 0)));
}

#[test]
fn an_output_that_cannot_be_made_is_named() {
    let folder = folder();
    let before = listing(folder.path());
    let (input, output) = (folder.path().join("mixed.jsonl"), folder.path().join("nowhere/output.jsonl"));
    let failed = run(&[&"classify", &input, &"-o", &output], 2);
    let message = super::workplace::stderr(&failed);
    assert!(message.contains(&output.display().to_string()), "{message}");
    // A folder is in the way.
    run(&[&"classify", &input, &"-o", &folder.path()], 2);
    assert_eq!(listing(folder.path()), before);
}
