//! What is done with probabilities: cross-validation, other shares of the stances, abstaining; and the intensity head.

use super::workplace::{passages, rows, run, stderr, stdout};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// A folder with labelled passages and a model trained on them.
struct Trained {
    folder: tempfile::TempDir,
    told: String,
}

impl Trained {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data: String = ["agency.jsonl", "wire.jsonl"]
            .iter()
            .flat_map(|name| passages(name, 150))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(folder.path().join("data.jsonl"), data).unwrap();
        let mut trained = Self { folder, told: String::new() };
        let output = run(&[&"train", &trained.path("data.jsonl"), &"-o", &trained.path("own.demarche")], 0);
        trained.told = stderr(&output);
        trained
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn predict(&self, more: &[&dyn AsRef<std::ffi::OsStr>]) -> Vec<Value> {
        let (data, model) = (self.path("data.jsonl"), self.path("own.demarche"));
        let mut arguments: Vec<&dyn AsRef<std::ffi::OsStr>> = vec![&"predict", &data, &"--model", &model];
        arguments.extend(more);
        rows(&stdout(&run(&arguments, 0)))
    }

    fn evaluate(&self, more: &[&dyn AsRef<std::ffi::OsStr>]) -> Value {
        let data = self.path("data.jsonl");
        let mut arguments: Vec<&dyn AsRef<std::ffi::OsStr>> =
            vec![&"evaluate", &data, &"--format", &"json", &"--resamples", &"20"];
        arguments.extend(more);
        serde_json::from_str(&stdout(&run(&arguments, 0))).unwrap()
    }
}

fn section<'r>(report: &'r Value, kind: &str) -> &'r Value {
    let sections = report["sections"].as_array().unwrap();
    sections.iter().find(|section| section["kind"] == kind).unwrap_or_else(|| panic!("no section {kind}"))
}

fn mean(rows: &[Value], label: &str) -> f64 {
    rows.iter().map(|row| row["probabilities"][label].as_f64().unwrap()).sum::<f64>() / rows.len() as f64
}

#[test]
fn a_model_knows_its_prior_its_errors_and_the_strength_of_language() {
    let trained = Trained::new();
    for told in ["intensity all", "intensity cue table, same rows", "act     beside stance"] {
        assert!(trained.told.contains(told), "{}", trained.told);
    }
    let model = trained.path("own.demarche");
    let info = stdout(&run(&[&"model", &"info", &model], 0));
    for line in
        ["head       intensity: proportional odds", "prior      stances at training: critical 0.", "abstain    by"]
    {
        assert!(info.contains(line), "{info}");
    }

    // Other shares move the probabilities, and only those of the stances.
    let plain = trained.predict(&[]);
    let shifted = trained.predict(&[&"--prior", &"critical=0.05,neutral=0.05,supportive=0.9"]);
    assert!(mean(&shifted, "supportive") > mean(&plain, "supportive") + 0.1);
    assert!(plain.iter().zip(&shifted).all(|(one, other)| one["tone"] == other["tone"]));
    let intensity = |row: &Value| row["intensity"].as_f64().unwrap();
    assert!(plain.iter().all(|row| (0.0..=10.0).contains(&intensity(row))));
    assert!(plain.iter().any(|row| intensity(row) > 6.0) && plain.iter().any(|row| intensity(row) < 3.0));

    // A label is withheld where the model is not sure enough; the probabilities stay.
    let some = trained.predict(&[&"--abstain", &"0.45"]);
    let withheld = some.iter().filter(|row| row["label"].is_null()).count();
    assert!(withheld < some.len(), "{withheld} of {}", some.len());
    assert!(some.iter().zip(&plain).all(|(one, other)| one["probabilities"] == other["probabilities"]));
    let least_given = some.iter().filter(|row| !row["label"].is_null()).map(surest).fold(1.0, f64::min);
    let most_withheld = some.iter().filter(|row| row["label"].is_null()).map(surest).fold(0.0, f64::max);
    assert!(most_withheld <= least_given, "{most_withheld} {least_given}");
    let none = run(&[&"predict", &trained.path("data.jsonl"), &"--model", &model, &"--abstain", &"0.0001"], 2);
    assert!(stderr(&none).contains("no threshold keeps the share of wrong stances under 0.0001"), "{}", stderr(&none));

    let report = trained.evaluate(&[&"--model", &model, &"--abstain", &"0.3", &"--prior", &"estimate"]);
    let abstention = section(&report, "abstention");
    assert!(abstention["found"]["bound"].as_f64().is_some_and(|bound| bound <= 0.3), "{abstention}");
    assert!(section(&report, "intensity")["model"]["rows"].as_u64() > Some(300));
    assert!(section(&report, "consistency")["contradictions"]["value"].as_f64().is_some_and(|share| share < 0.3));
    assert!(report["notes"].to_string().contains("estimated from the model's probabilities"));

    // Records have an intensity each, with or without a cue.
    fs::write(trained.path("text.txt"), "Norway condemned the attack on Mali. Kenya and Chad are neighbours.").unwrap();
    let records = rows(&stdout(&run(&[&"classify", &trained.path("text.txt"), &"--model", &model], 0)));
    assert!(!records.is_empty() && records.iter().all(|record| record["intensity"].is_number()));
}

fn surest(row: &Value) -> f64 {
    row["probabilities"].as_object().unwrap().values().filter_map(Value::as_f64).fold(0.0, f64::max)
}

/// Passages of which the first has a positive tone, and the others the one given or none.
fn toned(count: usize, rest: Option<&str>) -> String {
    let retoned = |(number, line): (usize, String)| {
        let mut row: Value = serde_json::from_str(&line).unwrap();
        match if number == 0 { Some("positive") } else { rest } {
            Some(tone) => row["tone"] = tone.into(),
            None => drop(row["tone"].take()),
        }
        format!("{row}\n")
    };
    passages("agency.jsonl", count).into_iter().enumerate().map(retoned).collect()
}

#[test]
fn a_cross_validation_leaves_out_a_head_of_too_few_groups() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.jsonl");
    let evaluate = |heads: &str, code: i32| {
        let folds: [&dyn AsRef<std::ffi::OsStr>; 4] = [&"evaluate", &data, &"--cross-validate", &"3"];
        let more: [&dyn AsRef<std::ffi::OsStr>; 5] = [&"--head", &heads, &"--resamples", &"0", &"-q"];
        run(&[&folds[..], &more[..]].concat(), code)
    };
    for (rest, why) in [
        (None, "left out: the tone head: 1 groups of rows are too few for 3 folds"),
        (Some("negative"), "left out: the tone head: without the rows of one fold every row is `negative`"),
    ] {
        fs::write(&data, toned(60, rest)).unwrap();
        let report = stdout(&evaluate("stance,tone", 0));
        assert!(report.contains(why) && report.contains("stance"), "{report}");
        let none = stderr(&evaluate("tone", 2));
        assert!(none.contains("no head can be scored") && none.contains(why), "{none}");
    }
    fs::write(&data, toned(2, None)).unwrap();
    let few = stderr(&evaluate("stance,tone", 2));
    assert!(few.contains("the stance head: "), "{few}");
}

#[test]
fn a_cross_validation_is_the_same_at_any_number_of_threads_and_tells_its_spread() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.jsonl");
    fs::write(&data, passages("agency.jsonl", 120).join("\n")).unwrap();
    let arguments = |threads: &'static str| {
        let output = run(
            &[
                &"evaluate",
                &data,
                &"--cross-validate",
                &"3",
                &"--repeat",
                &"2",
                &"--head",
                &"stance,tone",
                &"--abstain",
                &"0.5",
                &"--format",
                &"json",
                &"--resamples",
                &"20",
                &"--threads",
                &threads,
            ],
            0,
        );
        stdout(&output)
    };
    let report = arguments("1");
    assert!(report == arguments("2"), "the reports differ by the number of threads");
    let report: Value = serde_json::from_str(&report).unwrap();
    assert!(report["model"].is_null());
    let heads: Vec<&str> =
        report["sections"].as_array().unwrap().iter().filter_map(|part| part["head"].as_str()).collect();
    assert_eq!(heads, ["stance", "both directions, five classes", "tone"]);
    let spread = section(&report, "repeats")["heads"][0].clone();
    assert_eq!((spread["head"].as_str(), spread["repeats"].as_u64()), (Some("stance"), Some(2)));
    let accuracy = &spread["figures"][0];
    let pooled = section(&report, "head")["scores"]["accuracy"]["value"].as_f64().unwrap();
    // The pooled figure is the mean of the repeats', which all have the same rows.
    assert!((accuracy["mean"].as_f64().unwrap() - pooled).abs() < 1e-12);
    // Repeats are no more rows to find a threshold on.
    let rows = section(&report, "abstention")["rows"].as_u64().unwrap();
    assert_eq!(section(&report, "head")["scores"]["rows"].as_u64(), Some(2 * rows));
}
