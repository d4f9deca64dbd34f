//! What the tests of the formats share, and what holds for all of them.

use super::*;
use crate::pairs::{PairOptions, read_pairs};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;

/// Imports a folder with these files; names in errors are those inside the folder.
pub(super) fn import_with(name: &str, files: &[(&str, &[u8])], options: &ImportOptions) -> Vec<Imported> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let prefix = format!("{}/", folder.path().display());
    let mut found = Vec::new();
    let read = import(importer(name).unwrap(), &[folder.path().to_owned()], options, &mut |piece| {
        found.push(match piece {
            Imported::Rejected(mut error) => {
                error.file = error.file.replace(&prefix, "");
                Imported::Rejected(error)
            }
            other => other,
        });
        Ok(())
    });
    read.unwrap();
    for piece in &found {
        if let Imported::Row(row) = piece {
            assert_eq!(row.dataset.as_deref(), Some(name));
        }
    }
    found
}

pub(super) fn import_files(name: &str, files: &[(&str, &[u8])]) -> Vec<Imported> {
    import_with(name, files, &ImportOptions::default())
}

pub(super) fn import_bytes(name: &str, file: &str, bytes: &[u8]) -> Vec<Imported> {
    import_files(name, &[(file, bytes)])
}

pub(super) fn import_text(name: &str, file: &str, text: &str) -> Vec<Imported> {
    import_bytes(name, file, text.as_bytes())
}

/// The rows as they are written; each is one that the reader of pairs takes.
pub(super) fn rows(found: &[Imported]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let lines: Vec<Vec<u8>> = found
        .iter()
        .filter_map(|piece| match piece {
            Imported::Row(row) => Some(row.line().unwrap()),
            _ => None,
        })
        .collect();
    fs::write(&path, lines.concat()).unwrap();
    let read = read_pairs(&[path], &PairOptions::default()).unwrap();
    assert_eq!(read.rejected, []);
    assert_eq!(read.pairs.len(), lines.len());
    lines.iter().map(|line| serde_json::from_slice(line).unwrap()).collect()
}

pub(super) fn rejected(found: &[Imported]) -> Vec<String> {
    let error = |piece: &Imported| match piece {
        Imported::Rejected(error) => Some(error.to_string()),
        _ => None,
    };
    found.iter().filter_map(error).collect()
}

pub(super) fn left_out(found: &[Imported]) -> Vec<String> {
    let reason = |piece: &Imported| match piece {
        Imported::LeftOut(reason) => Some(reason.clone()),
        _ => None,
    };
    found.iter().filter_map(reason).collect()
}

#[test]
fn names_are_unique_and_found() {
    for one in importers() {
        assert_eq!(importer(one.about().name).unwrap().about(), one.about());
    }
    let error = importer("coco").unwrap_err().to_string();
    assert!(error.starts_with("`coco` cannot be imported; expected one of newsmtsc, dse, plv,"), "{error}");
}

#[test]
fn a_missing_input_is_an_error() {
    for one in importers() {
        let read = import(*one, &["nowhere".into()], &ImportOptions::default(), &mut |_| Ok(()));
        assert_eq!(read.unwrap_err().to_string(), "nowhere: does not exist", "{}", one.about().name);
    }
}

#[test]
fn a_sink_that_fails_ends_the_import() {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [("a.jsonl", "{}\n{}\n"), ("b.jsonl", "[{}, {}]")] {
        let path = folder.path().join(file);
        fs::write(&path, text).unwrap();
        let mut calls = 0;
        let read = import(importer("newsmtsc").unwrap(), &[path], &ImportOptions::default(), &mut |_| {
            calls += 1;
            Err(io::Error::new(io::ErrorKind::BrokenPipe, "gone"))
        });
        assert!(matches!(read, Err(ImportError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe));
        assert_eq!(calls, 1);
    }
}

#[test]
fn a_record_over_the_limit_is_rejected() {
    let options = ImportOptions { max_record_bytes: 200, ..ImportOptions::default() };
    let long = format!("{{\"text\": \"{}\"}}", "x".repeat(300));
    let sound = "{\"text\": \"Ann left.\", \"opinions\": []}";
    let files = [("a.jsonl", format!("{sound}\n{long}\n{sound}\n")), ("b.json", format!("[{sound}, {long}, {sound}]"))];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_bytes()));
    let found = import_with("mpqa", &files, &options);
    assert_eq!(
        rejected(&found),
        [
            "a.jsonl:2: line is longer than the limit of 200 bytes",
            "b.json:1: an element is longer than the limit of 200 bytes; nothing is read from here on",
        ]
    );
    assert_eq!(left_out(&found).len(), 3);
}

#[test]
fn a_summary_counts_labels_and_reasons() {
    let mut summary = ImportSummary::default();
    let line = "__label__critical  __target__ Togo __/target__ \n__label__unlabelled  __target__ Togo __/target__ \n\
                __label__critical Togo\nTogo\n";
    for piece in import_text("fasttext", "a.txt", line) {
        summary.add(&piece);
    }
    assert_eq!(
        summary.to_string(),
        "2 rows: 1 critical, 0 neutral, 0 supportive, 1 without a label; 1 left out; 1 rejected\n\
         left out: 1 because the line does not mark its target (see --target)"
    );
}

/// A sound file of each format, to be damaged.
fn samples() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let own = str::to_owned;
    vec![
        (
            "newsmtsc",
            vec![(
                "a.jsonl",
                own(
                    "{\"primary_gid\":\"g\",\"sentence_normalized\":\"É🤝 Ann left.\",\"targets\":[{\"Input.gid\":\"g\",\"from\":3,\"to\":6,\"mention\":\"Ann\",\"polarity\":2.0,\"further_mentions\":[{\"from\":0,\"to\":1,\"mention\":\"É\"}]}]}\n",
                ),
            )],
        ),
        ("dse", vec![("a.txt", own("\"[É🤝s]s said \"\"no\"\" to [Ann]’s men\"\tÉ🤝s\tAnn\t3\n"))]),
        (
            "plv",
            vec![(
                "a.tsv",
                own(
                    "\tmarked_sentence\tgold_penta\tgold_root\n1\t\"<s>É🤝</s> hit \"\"<t>Ann</t>\"\".\"\t4\tASSAULT\n",
                ),
            )],
        ),
        ("cameo", vec![("a.tsv", own("É🤝 hit Ann.\t4\n")), ("a.txt", own("É B-S\n🤝 I-S\nhit O\nAnn B-T\n. O\n\n"))]),
        ("semeval2016", vec![("a.txt", own("ID\tTarget\tTweet\tStance\n1\tAnn\tÉ🤝 #Ann\tFAVOR\tTARGET\tPOSITIVE\n"))]),
        (
            "seesaw",
            vec![
                (
                    "annotations/a.json",
                    own(
                        "{\"entity lists\":[[\"Ann É\",[\"People\"]]],\"sentence-level stances\":{\"0\":[{\"subject\":\"Ann É\",\"sentiment\":\"POS\",\"object\":\"🤝 Ltd\"}]}}",
                    ),
                ),
                ("articles/a.json", own("{\"text\":[{\"id\":0,\"text\":\"Ann É likes 🤝 Ltd.\"}]}")),
            ],
        ),
        (
            "mpqa",
            vec![(
                "a.json",
                own(
                    "[{\"sent_id\":\"s\",\"text\":\"É🤝 likes Ann\",\"opinions\":[{\"Source\":[[\"É🤝\"],[\"0:2\"]],\"Target\":[[\"Ann\"],[\"9:12\"]],\"Polar_expression\":[[\"likes\"],[\"3:8\"]],\"Polarity\":\"positive\",\"Intensity\":\"weak\"}]}]",
                ),
            )],
        ),
        (
            "doccano",
            vec![(
                "a.jsonl",
                own(
                    "{\"id\":1,\"text\":\"É🤝 hit Ann\",\"entities\":[{\"id\":1,\"label\":\"actor\",\"start_offset\":0,\"end_offset\":2},{\"id\":2,\"label\":\"critical\",\"start_offset\":7,\"end_offset\":10}],\"relations\":[{\"from_id\":1,\"to_id\":2,\"type\":\"critical\"}],\"demarche\":{\"date\":\"2020\",\"pairs\":[{\"id\":\"x\",\"holder\":[0,2],\"target\":[7,10],\"label\":\"critical\"}]}}\n",
                ),
            )],
        ),
        (
            "label-studio",
            vec![(
                "a.json",
                own(
                    "[{\"data\":{\"text\":\"É🤝 hit Ann\"},\"annotations\":[{\"result\":[{\"id\":\"a\",\"type\":\"labels\",\"value\":{\"start\":0,\"end\":2,\"text\":\"É🤝\",\"labels\":[\"actor\"]}},{\"id\":\"b\",\"type\":\"labels\",\"value\":{\"start\":8,\"end\":11,\"text\":\"Ann\",\"labels\":[\"actor\"]}},{\"type\":\"relation\",\"from_id\":\"a\",\"to_id\":\"b\",\"direction\":\"right\",\"labels\":[\"critical\"]}]}]}]",
                ),
            )],
        ),
        (
            "brat",
            vec![
                ("a.txt", own("É🤝 hit Ann")),
                (
                    "a.ann",
                    own(
                        "T1\tactor 0 2\tÉ🤝\nT2\tactor 7 10\tAnn\nR1\tcritical Arg1:T1 Arg2:T2\nA1\tAct R1 ASSAULT\n#1\tAnnotatorNotes R1\t{\"pairs\":[]}\n",
                    ),
                ),
            ],
        ),
        (
            "fasttext",
            vec![("a.txt", own("__label__critical  __holder__ É🤝 __/holder__  hit  __target__ Ann __/target__ \n"))],
        ),
    ]
}

#[test]
fn every_sample_is_sound() {
    for (name, files) in samples() {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(file, text)| (*file, text.as_bytes())).collect();
        let found = import_files(name, &files);
        assert!(!rows(&found).is_empty(), "{name}: {found:?}");
        assert_eq!((rejected(&found), name), (Vec::new(), name));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens to a file, the import ends, and every row is one that the reader of pairs takes.
    #[test]
    fn damaged_files_give_rows_or_errors(
        which in 0_usize..11, file in 0_usize..2,
        edits in prop::collection::vec((0.0_f64..1.0, 0_usize..6, prop::sample::select(vec!["", "\"", "\t", "\n", "[", "]", "<t>", "é", "🤝", "9", "-", " ", "{", "}", ":", "\\", "s", "\u{0}"])), 1..4),
        cut in prop::option::of(0.0_f64..1.0),
    ) {
        let (name, mut files) = samples().swap_remove(which);
        let at = file % files.len();
        let mut bytes = std::mem::take(&mut files[at].1).into_bytes();
        for (place, removed, put) in edits {
            let start = (place * bytes.len() as f64) as usize;
            let end = (start + removed).min(bytes.len());
            bytes.splice(start..end, put.bytes());
        }
        if let Some(cut) = cut {
            bytes.truncate((cut * bytes.len() as f64) as usize);
        }
        let others: Vec<(&str, Vec<u8>)> = files.iter().enumerate().map(|(index, (file, text))| {
            (*file, if index == at { bytes.clone() } else { text.clone().into_bytes() })
        }).collect();
        let files: Vec<(&str, &[u8])> = others.iter().map(|(file, bytes)| (*file, bytes.as_slice())).collect();
        rows(&import_files(name, &files));
    }
}
