//! A million rows through `data check`: on demand, as it takes a release build and some seconds.
//!
//! `cargo test --release --test suite a_million_rows -- --ignored --nocapture`

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// Writes `count` rows of about 25 words. Words are drawn so that the n-th commonest comes with about 1 / n, as in a
/// language; one row in 200 repeats twelve words and more of one before it.
fn write_rows(path: &Path, count: usize) {
    let mut state = 2024_u64;
    let mut draw = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut before = String::new();
    for row in 0..count {
        let mut text = String::from("Oslo told Rome");
        for _ in 0..12 + draw(20) {
            // Equal chances for every power of 1.1, which is 1 / n.
            let word = 1.1_f64.powi(draw(120) as i32) * (1.0 + draw(100) as f64 / 1000.0);
            text.push_str(&format!(" w{}", word as u64));
        }
        if row % 200 == 199 {
            text.push_str(&format!(" {before}"));
        }
        before = text.split(' ').skip(3).take(14).collect::<Vec<_>>().join(" ");
        writeln!(
            out,
            "{{\"id\": \"row-{row}\", \"text\": \"{text}.\", \"holder\": {{\"start\": 0, \"end\": 4}}, \"target\": {{\"start\": 10, \"end\": 14}}, \"label\": \"{}\", \"group\": \"g{}\"}}",
            ["critical", "neutral", "supportive"][row % 3],
            row / 3
        )
        .unwrap();
    }
    out.flush().unwrap();
}

#[test]
#[ignore = "a million rows; wants a release build"]
fn a_million_rows_are_checked_in_20_seconds_and_500_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    write_rows(&path, 1_000_000);
    let bytes = std::fs::metadata(&path).unwrap().len();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["data", "check", "--threads", "2", "--most", "3"])
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut peak = 0_u64;
    let status = loop {
        if let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", child.id()))
            && let Some(line) = status.lines().find(|line| line.starts_with("VmHWM:"))
            && let Some(held) = line.split_whitespace().nth(1).and_then(|held| held.parse().ok())
        {
            peak = peak.max(held);
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    let seconds = start.elapsed().as_secs_f64();
    let out = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
    println!("{bytes} bytes, {seconds:.1} s, {} MB\n{out}", peak / 1024);
    assert_eq!(status.code(), Some(0));
    // One row in 200 is planted; those that follow rows too short to lend twelve words aside.
    assert!(out.contains("near-duplicate"), "{out}");
    assert!(seconds < 20.0 && peak < 500 << 10, "{seconds} s, {peak} KiB");
}
