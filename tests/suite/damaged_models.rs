//! Model files that are not as they were written: refused with the file's name, never believed.

use super::workplace::{repository, run, stderr};
use std::fs;

#[test]
fn a_damaged_model_is_refused_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read(repository("models/default.demarche")).unwrap();
    let statement = folder.path().join("statement.txt");
    fs::write(&statement, "France condemned the strike on Mali.").unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut longer = whole.clone();
    longer.push(0);
    let mut boastful = whole.clone();
    // The length of the body when decompressed, which nobody may believe.
    boastful[20..28].copy_from_slice(&u64::MAX.to_le_bytes());
    let cases: [(&str, &[u8], &str); 7] = [
        ("empty", b"", "too few"),
        ("header", &whole[..20], "too few"),
        ("half", &whole[..whole.len() / 2], "cut off"),
        ("flipped", &flipped, "checksum"),
        ("longer", &longer, "after its end"),
        ("boastful", &boastful, "at most"),
        ("text", b"France condemned the strike on Mali, it was said.", "not a demarche model"),
    ];
    for (name, bytes, reason) in cases {
        let path = folder.path().join(format!("{name}.demarche"));
        fs::write(&path, bytes).unwrap();
        for output in [run(&[&"model", &"info", &path], 2), run(&[&"classify", &statement, &"--model", &path], 2)] {
            let message = stderr(&output);
            assert!(output.stdout.is_empty(), "{name}");
            assert_eq!(message.lines().count(), 1, "{message}");
            assert!(message.contains(&path.display().to_string()) && message.contains(reason), "{name}: {message}");
        }
    }
}

#[test]
fn a_whole_model_file_does_what_the_one_compiled_in_does() {
    let path = repository("models/default.demarche");
    let pairs = repository("training_data/test/agency.jsonl");
    let with_file = run(&[&"predict", &pairs, &"--model", &path], 0);
    assert_eq!(with_file.stdout, run(&[&"predict", &pairs], 0).stdout);
}
