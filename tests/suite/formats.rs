//! The same documents in other clothes give the same records; the same records in other clothes have the same rows.

use super::workplace::{demarche, passages, rows, run, stdout};
use serde_json::Value;
use std::{collections::BTreeSet, fs, io::Write, path::Path};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// 80 passages as documents.
fn documents() -> String {
    passages("wire.jsonl", 40).iter().chain(&passages("statements.jsonl", 40)).map(|line| format!("{line}\n")).collect()
}

#[test]
fn compressed_input_and_standard_input_are_read_as_plain_files_are() {
    let folder = tempfile::tempdir().unwrap();
    let documents = documents();
    let plain = folder.path().join("plain.jsonl");
    fs::write(&plain, &documents).unwrap();
    let expected = stdout(&run(&[&"classify", &plain], 0));
    assert!(rows(&expected).len() > 40);
    let compressed = zstd::encode_all(documents.as_bytes(), 1).unwrap();
    for (name, bytes) in [("a.jsonl.gz", gzip(documents.as_bytes())), ("b.jsonl.zst", compressed)] {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        assert_eq!(stdout(&run(&[&"classify", &path], 0)), expected, "{name}");
        let piped = demarche().args(["classify", "-"]).write_stdin(bytes).assert().code(0).get_output().clone();
        assert_eq!(stdout(&piped), expected, "{name} by standard input");
    }
    let piped = demarche().arg("classify").write_stdin(documents).assert().code(0).get_output().clone();
    assert_eq!(stdout(&piped), expected);
}

#[test]
fn a_text_file_compressed_or_not_keeps_its_id_and_date() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"date 2024-03-01 Norway thanked Kenya.\n";
    let of = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        stdout(&run(&[&"classify", &path], 0))
    };
    let expected = of("statement.txt", text);
    let row = &rows(&expected)[0];
    assert_eq!((&row["doc_id"], &row["doc_date"]), (&Value::from("statement"), &Value::from("2024-03-01")));
    assert_eq!(of("statement.txt.gz", &gzip(text)), expected);
    assert_eq!(of("statement.txt.zst", &zstd::encode_all(&text[..], 1).unwrap()), expected);
}

#[test]
fn columns_give_the_records_that_fields_give() {
    let folder = tempfile::tempdir().unwrap();
    let documents = rows(&documents());
    let (jsonl, csv, tsv) = (folder.path().join("a.jsonl"), folder.path().join("a.csv"), folder.path().join("a.tsv"));
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let names = ["id", "date", "issuer", "text"];
    let lines: String = documents
        .iter()
        .map(|row| {
            let fields = names.map(|name| (name.to_owned(), Value::from(text(row, name))));
            format!("{}\n", Value::Object(fields.into_iter().collect()))
        })
        .collect();
    fs::write(&jsonl, lines).unwrap();
    for (path, delimiter) in [(&csv, b','), (&tsv, b'\t')] {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_path(path).unwrap();
        writer.write_record(names).unwrap();
        for row in &documents {
            writer.write_record(names.map(|name| text(row, name))).unwrap();
        }
        writer.flush().unwrap();
    }
    let expected = stdout(&run(&[&"classify", &jsonl], 0));
    assert!(!expected.is_empty());
    assert_eq!(stdout(&run(&[&"classify", &csv], 0)), expected);
    assert_eq!(stdout(&run(&[&"classify", &tsv], 0)), expected);
}

/// A cell as text: what CSV makes of a JSON value.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().unwrap().to_string(),
        other => other.to_string(),
    }
}

#[test]
fn csv_has_the_rows_that_jsonl_has() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.jsonl");
    fs::write(&input, documents()).unwrap();
    let objects = rows(&stdout(&run(&[&"classify", &input], 0)));
    let output = folder.path().join("output.csv");
    run(&[&"classify", &input, &"-o", &output], 0);
    let mut reader = csv::Reader::from_path(&output).unwrap();
    let header = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), objects.len());
    for (record, object) in records.iter().zip(&objects) {
        let column = |name: &str| &record[header.iter().position(|column| column == name).unwrap()];
        for name in ["doc_id", "doc_date", "text", "stance", "act", "tone", "evidence", "model", "reported"] {
            assert_eq!(column(name), cell(&object[name]), "{name}");
        }
        for name in ["sentence", "start", "end", "confidence", "score"] {
            assert_eq!(column(name).parse::<f64>().unwrap(), object[name].as_f64().unwrap(), "{name}");
        }
        for actor in ["holder", "target", "speaker"] {
            for name in ["id", "name", "kind", "role", "person", "mention"] {
                assert_eq!(column(&format!("{actor}_{name}")), cell(&object[actor][name]), "{actor}.{name}");
            }
        }
    }
}

#[test]
fn every_record_has_the_id_of_its_document_in_the_documents_order() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.jsonl");
    fs::write(&input, documents()).unwrap();
    let ids: Vec<String> = rows(&documents()).iter().map(|row| cell(&row["id"])).collect();
    let place = |row: &Value| ids.iter().position(|id| *id == cell(&row["doc_id"])).expect("an id of the input");
    let sentences = rows(&stdout(&run(&[&"classify", &input], 0)));
    let places: Vec<(usize, u64)> =
        sentences.iter().map(|row| (place(row), row["sentence"].as_u64().unwrap())).collect();
    assert!(places.is_sorted());
    // At document level: one record for each holder and target that some sentence has, and no other.
    let documents = rows(&stdout(&run(&[&"classify", &input, &"--level", &"document"], 0)));
    let pair = |row: &Value| (place(row), cell(&row["holder"]["id"]), cell(&row["target"]["id"]));
    let expected: BTreeSet<_> = sentences.iter().map(pair).collect();
    let found: Vec<_> = documents.iter().map(pair).collect();
    assert_eq!(found.len(), expected.len());
    assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected);
    assert!(found.iter().map(|(document, ..)| document).is_sorted());
    assert!(documents.iter().all(|row| row["sentence"].is_null() && row["text"].is_null()));
}

#[test]
fn what_is_left_out_is_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.jsonl");
    fs::write(&input, documents()).unwrap();
    // With the stances of authors, so that there is something to leave out.
    let all = rows(&stdout(&run(&[&"classify", &input, &"--authors"], 0)));
    let chosen = |options: &[&str], keep: &dyn Fn(&Value) -> bool| {
        let mut arguments: Vec<&dyn AsRef<std::ffi::OsStr>> = vec![&"classify", &input];
        arguments.extend(options.iter().map(|option| option as &dyn AsRef<std::ffi::OsStr>));
        let found = rows(&stdout(&run(&arguments, 0)));
        let expected: Vec<&Value> = all.iter().filter(|row| keep(row)).collect();
        assert!(found.len() < all.len(), "{options:?} leaves nothing out");
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{options:?}");
    };
    chosen(&["--authors", "--min-confidence", "0.8"], &|row| row["confidence"].as_f64().unwrap() >= 0.8);
    chosen(&["--authors", "--polar"], &|row| row["stance"] != "neutral");
    chosen(&[], &|row| !row["holder"].is_null());
}

fn one_pair_a_row(path: &Path) -> Vec<String> {
    let mut ids = Vec::new();
    let mut lines = String::new();
    for passage in rows(&passages("agency.jsonl", 30).join("\n")) {
        for pair in passage["pairs"].as_array().unwrap() {
            let id = format!("row-{}", ids.len());
            let row = serde_json::json!({
                "id": id, "text": passage["text"], "holder": pair["holder"], "target": pair["target"], "other": [1],
            });
            lines.push_str(&format!("{row}\n"));
            ids.push(id);
        }
    }
    fs::write(path, lines).unwrap();
    ids
}

#[test]
fn predict_gives_a_line_for_every_pair_in_its_order_with_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("pairs.jsonl");
    let ids = one_pair_a_row(&input);
    let found = rows(&stdout(&run(&[&"predict", &input], 0)));
    assert_eq!(found.iter().map(|row| cell(&row["id"])).collect::<Vec<_>>(), ids);
    for row in &found {
        let probabilities: Vec<(&String, f64)> =
            row["probabilities"].as_object().unwrap().iter().map(|(name, p)| (name, p.as_f64().unwrap())).collect();
        let sum: f64 = probabilities.iter().map(|(_, p)| p).sum();
        assert!((sum - 1.0).abs() < 1e-5 && probabilities.len() == 3, "{row}");
        let most = probabilities.iter().map(|(_, p)| *p).fold(0.0, f64::max);
        assert_eq!(row["probabilities"][row["label"].as_str().unwrap()].as_f64(), Some(most), "{row}");
        assert!(row["act"].is_string() && row["tone"].is_string(), "{row}");
    }
    // Compressed, and by standard input.
    let bytes = fs::read(&input).unwrap();
    let plain = stdout(&run(&[&"predict", &input], 0));
    let piped = demarche().args(["predict", "-"]).write_stdin(gzip(&bytes)).assert().code(0).get_output().clone();
    assert_eq!(stdout(&piped), plain);
}

#[test]
fn a_bad_pair_keeps_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("pairs.jsonl");
    let ids = one_pair_a_row(&input);
    let mut lines: Vec<String> = fs::read_to_string(&input).unwrap().lines().map(str::to_owned).collect();
    lines[3] = "{\"id\": \"row-3\", \"text\": \"Oslo.\"}".to_owned();
    fs::write(&input, lines.join("\n")).unwrap();
    let found = rows(&stdout(&run(&[&"predict", &input], 1)));
    assert_eq!(found.len(), ids.len());
    assert!(found[3]["error"].as_str().is_some_and(|error| error.contains("field `target`")), "{}", found[3]);
    assert_eq!(cell(&found[4]["id"]), "row-4");
}

#[test]
fn the_manual_has_a_page_for_every_verb() {
    let folder = tempfile::tempdir().unwrap();
    run(&[&"man", &"--output", &folder.path()], 0);
    let pages = super::workplace::listing(folder.path());
    for verb in ["classify", "predict", "train", "evaluate", "explain", "actors", "model"] {
        assert!(pages.contains(&format!("demarche-{verb}.1")), "{pages:?}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(stdout(&run(&[&"completions", &shell], 0)).contains("classify"));
    }
}
