//! Lines that are too long, and readers that go away.

use super::workplace::{demarche, rows, stderr, stdout};
use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

const GOOD: &[u8] = b"{\"id\": \"after\", \"text\": \"France condemned the strike on Mali.\"}\n";

/// A row of `megabytes` MB, then a good one, to `classify` with `options`. Gives the most memory the program held, in
/// KiB (where the system tells), what it wrote and what it said.
fn classify_after(megabytes: usize, options: &[&str], code: i32) -> (Option<u64>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["classify", "-", "--input-format", "jsonl", "--threads", "2"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"{\"id\": \"long\", \"text\": \"").unwrap();
    let block = b"France condemned Mali. ".repeat(1_000_000 / 23);
    for _ in 0..megabytes {
        input.write_all(&block).unwrap();
    }
    input.write_all(b"\"}\n").unwrap();
    input.write_all(GOOD).unwrap();
    // More than a pipe holds: once it is written, the long row has been read.
    for _ in 0..1 << 12 {
        input.write_all(b"                              \n").unwrap();
    }
    let peak = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok().and_then(|status| {
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?.to_owned();
        line.split_whitespace().nth(1)?.parse().ok()
    });
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    (peak, stdout(&output), stderr(&output))
}

#[test]
fn a_line_of_100_megabytes_is_rejected_and_not_held() {
    let (small, _, _) = classify_after(0, &[], 1);
    for (options, most) in [(&["--max-document-bytes", "1000000"][..], 32 << 10), (&[], 200 << 10)] {
        let (peak, out, messages) = classify_after(100, options, 1);
        assert!(messages.contains("-:1: line is longer than the limit of"), "{messages}");
        assert_eq!(messages.matches("rejected:").count(), 1, "{messages}");
        let rows = rows(&out);
        assert!(!rows.is_empty() && rows.iter().all(|row| row["doc_id"] == "after"), "{out}");
        if let (Some(peak), Some(small)) = (peak, small) {
            assert!(peak < small + most, "{peak} KiB, of which {small} are held for a small row too");
        }
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.jsonl");
    std::fs::write(&path, GOOD.repeat(2_000)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["classify", "--quiet"])
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::with_capacity(1 << 10, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("\"doc_id\":\"after\""), "{first}");
    // The reader is dropped: nobody reads the rest.
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_pipe_closed_before_the_first_byte_ends_quietly_for_every_verb() {
    for arguments in [
        &["--help"][..],
        &["actors", "show", "RUS"],
        &["explain", "France condemned the strike on Mali."],
        &["model", "info"],
        &["completions", "bash"],
        &["man"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn many_bad_rows_are_counted_and_only_the_first_told() {
    let bad = "{\"id\": \"1\"}\n".repeat(500);
    let input = format!("{bad}{}", String::from_utf8_lossy(GOOD));
    let output = demarche()
        .args(["classify", "-", "--input-format", "jsonl"])
        .write_stdin(input)
        .assert()
        .code(1)
        .get_output()
        .clone();
    let messages = stderr(&output);
    assert!(messages.lines().count() < 20, "{messages}");
    assert!(messages.contains("500 rejected"), "{messages}");
}
