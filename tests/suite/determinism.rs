//! The same input gives the same bytes, at any number of threads.

use super::workplace::{listing, passages, repository, run, stderr};
use std::fs;

/// A folder of several formats with more rows than one batch holds.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["agency.jsonl", "wire.jsonl", "statements.jsonl"] {
        fs::copy(repository("training_data/train").join(name), folder.path().join(name)).unwrap();
    }
    fs::create_dir(folder.path().join("texts")).unwrap();
    let statement = "date 2024-03-01 Norway welcomed the truce. \"We thank Kenya,\" the ministry said.";
    fs::write(folder.path().join("texts/statement.txt"), statement).unwrap();
    fs::write(folder.path().join("zero.csv"), "id,text\nz,France condemned Mali.\n").unwrap();
    folder
}

#[test]
fn classify_gives_the_same_bytes_with_one_thread_and_two() {
    let folder = folder();
    for level in ["sentence", "document"] {
        let one = run(&[&"classify", &folder.path(), &"--threads", &"1", &"--level", &level], 0);
        let two = run(&[&"classify", &folder.path(), &"--threads", &"2", &"--level", &level], 0);
        assert!(one.stdout.len() > 100_000, "the input is too small to say anything");
        assert!(one.stdout == two.stdout, "--level {level}: the outputs differ");
    }
}

#[test]
fn predict_and_evaluate_give_the_same_bytes_with_one_thread_and_two() {
    let data = repository("training_data/test");
    for arguments in [&["predict"][..], &["evaluate", "--resamples", "50", "--format", "json"]] {
        let outputs = ["1", "2"].map(|threads| {
            let mut all: Vec<&dyn AsRef<std::ffi::OsStr>> = arguments.iter().map(|word| word as _).collect();
            all.extend([&data as &dyn AsRef<std::ffi::OsStr>, &"--threads", Box::leak(Box::new(threads))]);
            run(&all, 0).stdout
        });
        assert!(!outputs[0].is_empty() && outputs[0] == outputs[1], "{arguments:?}: the outputs differ");
    }
}

#[test]
fn train_gives_the_same_model_with_one_thread_and_two() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.jsonl");
    let rows: String = passages("agency.jsonl", 60).iter().map(|line| format!("{line}\n")).collect();
    fs::write(&data, rows).unwrap();
    let mut models = Vec::new();
    for (name, threads) in [("one", "1"), ("two", "2"), ("again", "2")] {
        let model = folder.path().join(format!("{name}.demarche"));
        let output = run(&[&"train", &data, &"-o", &model, &"--threads", &threads], 0);
        assert!(stderr(&output).contains("held-out scores"), "{}", stderr(&output));
        models.push(fs::read(&model).unwrap());
    }
    assert!(models[0] == models[1], "the models differ by the number of threads");
    assert!(models[1] == models[2], "the models differ from run to run");
    assert_eq!(listing(folder.path()), ["again.demarche", "data.jsonl", "one.demarche", "two.demarche"]);
    // It works, and for every classifier.
    let model = folder.path().join("one.demarche");
    run(&[&"evaluate", &data, &"--model", &model, &"--resamples", &"0"], 0);
    for classifier in ["svm", "linfa-logistic", "naive-bayes", "majority", "cue-score"] {
        let model = folder.path().join(format!("{classifier}.demarche"));
        let trained = [1, 2].map(|threads: usize| {
            let threads = threads.to_string();
            run(
                &[
                    &"train",
                    &data,
                    &"-o",
                    &model,
                    &"--head",
                    &"stance",
                    &"--classifier",
                    &classifier,
                    &"--threads",
                    &threads,
                ],
                0,
            );
            fs::read(&model).unwrap()
        });
        assert!(trained[0] == trained[1], "{classifier}: the models differ by the number of threads");
        run(&[&"predict", &data, &"--model", &model], 0);
    }
}
