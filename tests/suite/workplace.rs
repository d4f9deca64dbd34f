//! What the tests share: the program, the training data, the data beside the checkout.

use assert_cmd::Command;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    sync::LazyLock,
};

use demarche::Pipeline;

/// The pipeline as shipped; building it takes longer than most tests.
pub(super) static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| Pipeline::shipped().expect("the shipped pipeline"));

/// The program.
pub(super) fn demarche() -> Command {
    Command::new(env!("CARGO_BIN_EXE_demarche"))
}

/// Runs the program; the exit code must be `code`.
pub(super) fn run(arguments: &[&dyn AsRef<std::ffi::OsStr>], code: i32) -> Output {
    let mut command = demarche();
    for argument in arguments {
        command.arg(argument);
    }
    command.assert().code(code).get_output().clone()
}

/// A file of the repository.
pub(super) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of the data beside the checkout; says so where it is missing.
pub(super) fn shared(path: &str) -> Option<PathBuf> {
    let found = repository("../shared").join(path);
    if !found.exists() {
        eprintln!("skipped: {} is missing", found.display());
        return None;
    }
    Some(found)
}

/// The first `count` passages of a training file.
pub(super) fn passages(name: &str, count: usize) -> Vec<String> {
    let text = fs::read_to_string(repository("training_data/train").join(name)).expect("training data");
    text.lines().take(count).map(str::to_owned).collect()
}

/// Standard output as text.
pub(super) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8 output")
}

/// Standard error as text.
pub(super) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8 messages")
}

/// The rows of JSONL text.
pub(super) fn rows(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

/// The names of the files in a folder, sorted; hidden ones too.
pub(super) fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
