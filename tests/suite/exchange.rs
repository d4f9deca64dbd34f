//! Export and import through files: the same pairs come back, and outputs are whole or not there.

use super::workplace::{listing, repository, rows, run, stderr, stdout};
use demarche::pairs::{LabelledPair, PairOptions, read_pairs};
use std::{fs, path::Path, sync::Arc};

/// The pairs of a file or folder, without where they were read.
fn pairs(path: &Path) -> Vec<LabelledPair> {
    let set = read_pairs(&[path.to_owned()], &PairOptions::default()).unwrap();
    assert_eq!(set.rejected, []);
    set.pairs.into_iter().map(|pair| LabelledPair { file: Arc::from(""), line: 0, ..pair }).collect()
}

#[test]
fn the_test_passages_come_back_from_every_tool() {
    let folder = tempfile::tempdir().unwrap();
    let passages = repository("training_data/test");
    let expected = pairs(&passages);
    assert!(expected.len() > 900);
    for (format, name) in [("doccano", "out.jsonl.gz"), ("label-studio", "out.json"), ("brat", "out")] {
        let path = folder.path().join(format!("{format}-{name}"));
        run(&[&"data", &"export", &"--to", &format, &passages, &"-o", &path], 0);
        let back = folder.path().join(format!("{format}-back.jsonl"));
        let told = stderr(&run(&[&"data", &"import", &format, &path, &"-o", &back], 0));
        assert!(told.contains(&format!("{} rows", expected.len())), "{told}");
        assert_eq!(pairs(&back), expected, "{format}");
    }
}

#[test]
fn a_hub_folder_has_its_parts_and_a_card() {
    let folder = tempfile::tempdir().unwrap();
    let (test, hub) = (repository("training_data/test/wire.jsonl"), folder.path().join("hub"));
    let examples = repository("examples/pairs.jsonl");
    let arguments: [&dyn AsRef<std::ffi::OsStr>; 14] = [
        &"data",
        &"export",
        &"--to",
        &"huggingface",
        &test,
        &examples,
        &"--part",
        &"train",
        &"--part",
        &"test",
        &"--licence",
        &"cc-by-4.0",
        &"-o",
        &hub,
    ];
    run(&arguments, 0);
    assert_eq!(listing(&hub), ["README.md", "data"]);
    assert_eq!(pairs(&hub.join("data/train.jsonl")), pairs(&test));
    assert_eq!(pairs(&hub.join("data/test.jsonl")), pairs(&examples));
    assert!(fs::read_to_string(hub.join("README.md")).unwrap().contains("license: cc-by-4.0"));
    // What stands there stays.
    assert!(stderr(&run(&arguments, 2)).contains("not empty"));
    assert_eq!(listing(folder.path()), ["hub"]);
}

#[test]
fn a_strict_import_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("a.txt"), folder.path().join("rows.jsonl"));
    fs::write(&output, "old").unwrap();
    fs::write(&input, "[A] met [B].\tA\tB\t0\nbroken\n").unwrap();
    run(&[&"data", &"import", &"dse", &input, &"--strict", &"-o", &output], 2);
    assert_eq!(fs::read_to_string(&output).unwrap(), "old");
    run(&[&"data", &"import", &"dse", &input, &"-o", &output], 1);
    assert_eq!(rows(&fs::read_to_string(&output).unwrap()).len(), 2);
    fs::write(&input, "[A] met [B].\tA\tB\t0\n").unwrap();
    assert_eq!(rows(&stdout(&run(&[&"data", &"import", &"dse", &input, &"--strict"], 0))).len(), 2);
}
