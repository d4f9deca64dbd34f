//! `demarche train` beyond a model: the matrix, the ablation, the learning curve, the choice of a recipe.

use super::workplace::{listing, passages, run, stderr, stdout};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

/// A folder with labelled passages and a recipe that trains fast.
fn folder() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (data, recipe) = (folder.path().join("data.jsonl"), folder.path().join("recipe.toml"));
    let rows: String = passages("agency.jsonl", 100).iter().map(|line| format!("{line}\n")).collect();
    fs::write(&data, rows).unwrap();
    let text =
        "[features]\nblocks = [\"stems\", \"cue-order\", \"shape\"]\n[act]\ntrain = false\n[tone]\ntrain = false\n";
    fs::write(&recipe, text).unwrap();
    (folder, data, recipe)
}

#[test]
fn the_matrix_is_written_without_a_model() {
    let (folder, data, _) = folder();
    let matrix = folder.path().join("pairs.svm");
    run(&[&"train", &data, &"--export-matrix", &matrix, &"-q"], 0);
    let mut expected = vec!["data.jsonl".to_owned(), "recipe.toml".to_owned()];
    for head in ["act", "stance", "tone"] {
        expected.extend(["", ".groups", ".weights"].map(|end| format!("pairs.{head}.svm{end}")));
    }
    expected.sort();
    assert_eq!(listing(folder.path()), expected);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let matrix = read("pairs.stance.svm");
    assert!(matrix.contains("# label 0 critical\n# label 1 neutral\n# label 2 supportive\n# column 1 "));
    let rows: Vec<&str> = matrix.lines().filter(|line| !line.starts_with('#')).collect();
    for side in [read("pairs.stance.svm.groups"), read("pairs.stance.svm.weights")] {
        assert_eq!(side.lines().count(), rows.len());
    }
    for row in rows {
        let (label, cells) = row.split_once(' ').unwrap();
        assert!(["0", "1", "2"].contains(&label), "{row}");
        let columns: Vec<u32> = cells.split(' ').map(|cell| cell.split_once(':').unwrap().0.parse().unwrap()).collect();
        assert!(columns[0] > 0 && columns.is_sorted_by(|a, b| a < b), "{row}");
    }
    // One head, as the file that was named.
    let one = folder.path().join("one.svm");
    run(&[&"train", &data, &"--export-matrix", &one, &"--head", &"stance", &"-q"], 0);
    assert_eq!(fs::read_to_string(one).unwrap(), matrix);
}

#[test]
fn an_ablation_scores_as_a_training_without_the_block_does() {
    let (folder, data, recipe) = folder();
    let ablate = |threads: &str, format: &str| {
        stdout(&run(
            &[&"train", &data, &"--recipe", &recipe, &"--ablate", &"-q", &"--threads", &threads, &"--format", &format],
            0,
        ))
    };
    let without = folder.path().join("without.toml");
    let text = fs::read_to_string(&recipe).unwrap().replace("\"cue-order\", ", "");
    fs::write(&without, text).unwrap();
    let model = folder.path().join("model");
    let told = stderr(&run(&[&"train", &data, &"--recipe", &without, &"-o", &model], 0));
    let score = told.split("macro-F1 ").nth(1).and_then(|rest| rest.split("  accuracy").next()).unwrap();
    let table = ablate("2", "text");
    let row = table.lines().find(|line| line.starts_with("cue-order")).unwrap();
    assert!(row.contains(score), "{score} is not in {row}");
    assert!(ablate("2", "markdown").contains("| block | macro-F1 without it | macro-F1 it adds |"));
    // All but the times is the same at any number of threads.
    let timeless = |text: String| {
        let mut found: serde_json::Value = serde_json::from_str(&text).unwrap();
        found["microseconds"].take();
        for block in found["blocks"].as_array_mut().unwrap() {
            assert!(block["microseconds"].take().as_f64().unwrap() >= 0.0);
        }
        found
    };
    assert_eq!(timeless(ablate("1", "json")), timeless(ablate("2", "json")));
}

#[test]
fn a_learning_curve_is_the_same_with_one_thread_and_two() {
    let (_folder, data, recipe) = folder();
    let curve = |threads: &str| {
        let arguments: [&dyn AsRef<std::ffi::OsStr>; 12] = [
            &"train",
            &data,
            &"--recipe",
            &recipe,
            &"--learning-curve",
            &"-q",
            &"--repeats",
            &"2",
            &"--format",
            &"json",
            &"--threads",
            &threads,
        ];
        stdout(&run(&arguments, 0))
    };
    let one = curve("1");
    assert_eq!(one, curve("2"));
    let found: serde_json::Value = serde_json::from_str(&one).unwrap();
    let rows: Vec<f64> =
        found["points"].as_array().unwrap().iter().map(|point| point["rows"].as_f64().unwrap()).collect();
    assert_eq!(rows.len(), 5);
    assert!(rows.is_sorted_by(|less, more| less < more), "{rows:?}");
    // A passage is a group. Two deals hold out at most two thirds of them.
    let all = passages("agency.jsonl", 100).iter().filter(|line| line.contains("\"stance\"")).count() as u64;
    let held_out = found["groups"].as_u64().unwrap();
    assert!(held_out > all / 3 && held_out <= 2 * all.div_ceil(3), "{held_out} of {all} groups are held out");
    let extrapolations = found["extrapolations"].as_array().unwrap();
    assert_eq!(extrapolations.len(), 2, "both forms: {found}");
    for found in extrapolations {
        let further = found["further"]["value"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&further), "{further}");
    }
    let text = stdout(&run(&[&"train", &data, &"--recipe", &recipe, &"--learning-curve", &"-q"], 0));
    assert!(text.starts_with("Learning curve: stance\n") && text.contains("1/16"), "{text}");
    assert!(text.contains("largest raw decision value"), "{text}");
}

#[test]
fn shares_too_small_to_learn_from_are_named() {
    let (folder, data, recipe) = folder();
    // Twelve passages of one pair each, by turns critical and neutral.
    let mut rows = String::new();
    for line in passages("agency.jsonl", 200) {
        let mut passage: serde_json::Value = serde_json::from_str(&line).unwrap();
        let wanted = if rows.lines().count().is_multiple_of(2) { "critical" } else { "neutral" };
        let pair = passage["pairs"].as_array().unwrap().iter().find(|pair| pair["stance"] == wanted).cloned();
        if let (Some(pair), 0..12) = (pair, rows.lines().count()) {
            passage["pairs"] = vec![pair].into();
            rows += &format!("{passage}\n");
        }
    }
    fs::write(&data, rows).unwrap();
    // A sixteenth of the groups is one row, which has one label.
    let arguments: [&dyn AsRef<std::ffi::OsStr>; 8] =
        [&"train", &data, &"--recipe", &recipe, &"--learning-curve", &"-q", &"--format", &"json"];
    let found: serde_json::Value = serde_json::from_str(&stdout(&run(&arguments, 0))).unwrap();
    let (points, left_out) = (found["points"].as_array().unwrap(), found["left_out"].as_array().unwrap());
    assert_eq!((left_out[0].as_f64(), points.len() + left_out.len()), (Some(0.0625), 5), "{found}");
    assert!(points.iter().all(|point| point["macro_f1"]["value"].is_number()), "{found}");
    let text = stdout(&run(&arguments[..6], 0));
    assert!(text.contains("without a score, for its rows in some deal all have one label: 1/16"), "{text}");
    let (ranges, chosen) = (folder.path().join("ranges.toml"), folder.path().join("chosen.toml"));
    fs::write(&ranges, "candidates = 2\n[stance]\nl2 = { low = 0.1, high = 10.0 }\n").unwrap();
    let told = run(&[&"train", &data, &"--recipe", &recipe, &"--tune", &ranges, &"--tuned-recipe", &chosen, &"-q"], 2);
    let told = stderr(&told);
    assert!(told.contains("rung 1 of 3 has 0.111 of the groups; with fewer `rungs`"), "{told}");
    assert!(told.contains("2 groups of rows are too few for 3 folds"), "{told}");
}

#[test]
fn a_search_is_the_same_at_any_number_of_threads_and_goes_on_where_it_ended() {
    let (folder, data, recipe) = folder();
    let path = |name: &str| folder.path().join(name);
    let ranges = path("ranges.toml");
    let text = "candidates = 6\nrungs = 2\nkeep_one_in = 2\nouter_folds = 2\n\
                [features]\nminimum_documents = [2, 3]\noptional_blocks = [\"between\"]\n\
                weights = { stems = { low = 0.5, high = 2.0 } }\n\
                [stance]\nl2 = { low = 0.01, high = 10.0 }\nclassifier = [\"logistic\", \"svm\"]\n";
    fs::write(&ranges, text).unwrap();
    let tune = |name: &str, threads: &str, code: i32| {
        let (chosen, trials) = (path(&format!("{name}.toml")), path(&format!("{name}.jsonl")));
        let model = path(&format!("{name}.demarche"));
        run(
            &[
                &"train",
                &data,
                &"--recipe",
                &recipe,
                &"--tune",
                &ranges,
                &"--tuned-recipe",
                &chosen,
                &"--trials",
                &trials,
                &"-o",
                &model,
                &"--threads",
                &threads,
                &"--format",
                &"json",
            ],
            code,
        )
    };
    let one = tune("one", "1", 0);
    let two = tune("two", "2", 0);
    assert_eq!(stdout(&one), stdout(&two));
    let read = |name: &str| fs::read(path(name)).unwrap();
    for (left, right) in [("one.toml", "two.toml"), ("one.jsonl", "two.jsonl"), ("one.demarche", "two.demarche")] {
        assert!(read(left) == read(right), "{left} and {right} differ");
    }
    // The chosen recipe makes the same model on its own.
    run(&[&"train", &data, &"--recipe", &path("one.toml"), &"-o", &path("again.demarche")], 0);
    assert!(read("one.demarche") == read("again.demarche"), "the chosen recipe makes another model");
    // A search that was stopped goes on, and ends as if it had not been.
    let whole = fs::read_to_string(path("two.jsonl")).unwrap();
    let kept: String = whole.lines().take(5).map(|line| format!("{line}\n")).collect();
    fs::write(path("two.jsonl"), format!("{kept}{{\"outer\":nu")).unwrap();
    let resumed = tune("two", "2", 0);
    assert!(stderr(&resumed).contains("two.jsonl: 4 trials are there already"), "{}", stderr(&resumed));
    assert_eq!(stdout(&resumed), stdout(&two));
    assert_eq!(fs::read_to_string(path("two.jsonl")).unwrap(), whole);
    // One of other ranges is refused, and nothing is touched.
    fs::write(&ranges, text.replace("candidates = 6", "candidates = 5")).unwrap();
    let before = listing(folder.path());
    let refused = tune("two", "2", 2);
    assert!(stderr(&refused).contains("these trials were made with the ranges"), "{}", stderr(&refused));
    assert_eq!(listing(folder.path()), before);
    assert_eq!(fs::read_to_string(path("two.jsonl")).unwrap(), whole);
}
