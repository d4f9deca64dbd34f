use super::*;
use serde_json::{Value, json};

/// Findings of files in one folder, as (kind, place, others), with names of files alone.
fn found(files: &[(&str, &str)]) -> Vec<(&'static str, String, Vec<String>)> {
    report(files)
        .findings
        .iter()
        .map(|finding| {
            (finding.kind.name(), finding.place.to_string(), finding.others.iter().map(ToString::to_string).collect())
        })
        .collect()
}

fn report(files: &[(&str, &str)]) -> CheckReport {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut report = check(&[folder.path().to_owned()], usize::MAX).unwrap();
    let prefix = format!("{}/", folder.path().display());
    let short = |place: &mut Place| place.file = place.file.replace(&prefix, "").into();
    for finding in &mut report.findings {
        short(&mut finding.place);
        finding.others.iter_mut().for_each(short);
    }
    report
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

fn pair(id: &str, text: &str, label: &str) -> Value {
    json!({"id": id, "text": text, "holder": "Oslo", "target": "Rome", "label": label})
}

fn at(kind: &'static str, place: &str, others: &[&str]) -> (&'static str, String, Vec<String>) {
    (kind, place.to_owned(), others.iter().map(|other| (*other).to_owned()).collect())
}

const RUN: &str = "the two sides will meet again in the spring to settle what is left";

#[test]
fn rows_that_cannot_be_used_are_told_by_kind() {
    let text = [
        "{broken".to_owned(),
        json!({"id": "a", "text": " "}).to_string(),
        json!({"id": "b", "text": "Oslo met Rome.", "target": {"start": 9, "end": 13, "text": "Oslo"}}).to_string(),
        json!({"id": "c", "text": "Oslo met Rome.", "target": "Rome", "label": "friendly"}).to_string(),
        json!({"id": "d", "text": "Oslo met Rome.", "pairs": []}).to_string(),
        json!({"id": "e", "text": "Oslo met Rome.", "pairs": [
            {"holder": "NOR", "target": "ITA", "stance": "neutral", "evidence": "saw Rome"}]})
        .to_string(),
        json!({"id": "f", "text": "Oslo met Rome.", "pairs": [
            {"holder": "NOR", "target": "ITA", "stance": "neutral", "certainty": "sure"}]})
        .to_string(),
    ];
    let found = found(&[("rows.jsonl", &text.join("\n")), ("zipped.jsonl.gz", "no gzip")]);
    let kinds = ["schema", "schema", "wrong-span", "unknown-label", "schema", "missing-evidence", "unknown-label"];
    let mut expected: Vec<_> =
        kinds.iter().enumerate().map(|(line, kind)| at(kind, &format!("rows.jsonl:{}", line + 1), &[])).collect();
    expected.push(at("unreadable", "zipped.jsonl.gz", &[]));
    assert_eq!(found, expected);
}

#[test]
fn a_list_without_pairs_is_right_in_a_file_of_gold_documents() {
    let gold = json!({"id": "g", "text": "Oslo met Rome.", "pairs": [
        {"holder": "NOR", "target": "ITA", "stance": "neutral", "certainty": "clear"},
        {"holder": "NOR", "target": "ITA", "stance": "critical", "certainty": "arguable"}]});
    let empty = json!({"id": "h", "text": "Nobody came.", "pairs": []});
    assert_eq!(found(&[("gold.jsonl", &lines(&[gold, empty]))]), [at("repeated-pair", "gold.jsonl:1", &[])]);
}

#[test]
fn mentions_that_look_wrong_are_warnings() {
    let text = "Oslo scolded Rome and the Romans.";
    let place = |start: u32, end: u32| json!({"start": start, "end": end});
    let rows = [
        json!({"text": text, "holder": place(0, 4), "target": place(12, 17)}),
        json!({"text": text, "holder": place(0, 3), "target": place(13, 17)}),
        json!({"text": "Rome wrote to Rome.", "holder": "Rome", "target": "Rome#2"}),
    ];
    let report = report(&[("rows.jsonl", &lines(&rows))]);
    assert_eq!((report.count(Severity::Error), report.count(Severity::Warning)), (0, 3));
    let kinds: Vec<&str> = report.findings.iter().map(|finding| finding.kind.name()).collect();
    assert_eq!(kinds, ["border-space", "cut-word", "same-actor"]);
    assert_eq!(report.findings[1].field.as_deref(), Some("holder"));
}

#[test]
fn rows_that_repeat_or_contradict_each_other() {
    let text = "Oslo scolded Rome for the third time.";
    let mut other_target = pair("d", text, "neutral");
    other_target["target"] = json!("the third time");
    let rows = [
        pair("a", text, "critical"),
        pair("b", text, "critical"),
        pair("c", text, "supportive"),
        other_target,
        pair("a", "Oslo left.  Rome stayed.", "neutral"),
    ];
    assert_eq!(
        found(&[("rows.jsonl", &lines(&rows))]),
        [
            at("duplicate-id", "rows.jsonl:1", &["rows.jsonl:5"]),
            at("duplicate-row", "rows.jsonl:1", &["rows.jsonl:2"]),
            at("contradictory-labels", "rows.jsonl:1", &["rows.jsonl:3"]),
        ]
    );
    let mut one = pair("a", text, "critical");
    let mut two = pair("b", text, "critical");
    (one["act"], two["act"]) = (json!("ACCUSE"), json!("REJECT"));
    let found = found(&[("rows.jsonl", &lines(&[one, two]))]);
    assert_eq!(found, [at("contradictory-labels", "rows.jsonl:1", &["rows.jsonl:2"])]);
}

#[test]
fn what_leaks_from_part_to_part() {
    let mut grouped = pair("t1", "Oslo told Rome to wait.", "neutral");
    grouped["group"] = json!("story 4");
    let mut held_out = pair("t2", "Oslo asked Rome for time.", "neutral");
    held_out["group"] = json!("story 4");
    let train = [
        grouped,
        pair("t3", "Oslo praised Rome.", "supportive"),
        pair("t4", &format!("Oslo wrote to Rome: {RUN}."), "neutral"),
    ];
    let test = [
        held_out,
        pair("t5", "Oslo praised Rome.", "supportive"),
        pair(
            "t6",
            &format!(
                "Oslo and Rome agree that {}, they said late at night on the steps of the palace.",
                RUN.to_uppercase()
            ),
            "neutral",
        ),
    ];
    assert_eq!(
        found(&[("test/b.jsonl", &lines(&test)), ("train/a.jsonl", &lines(&train))]),
        [
            at("group-across-parts", "test/b.jsonl:1", &["train/a.jsonl:1"]),
            at("text-across-parts", "test/b.jsonl:2", &["train/a.jsonl:2"]),
            at("near-duplicate-across-parts", "train/a.jsonl:3", &["test/b.jsonl:3"]),
        ]
    );
}

#[test]
fn near_duplicates_inside_a_part_are_told_once_and_not_inside_a_group() {
    let row = |n: usize, group: &str| {
        let mut row = pair(&format!("r{n}"), &format!("Oslo, note {n}{n}: Rome and we say that {RUN} {n}."), "neutral");
        row["group"] = json!(group);
        row
    };
    let apart: Vec<Value> = (0..300).map(|n| row(n, &n.to_string())).collect();
    let report = report(&[("rows.jsonl", &lines(&apart))]);
    assert_eq!(report.findings.len(), 1);
    let finding = &report.findings[0];
    assert_eq!((finding.kind, finding.place.line, finding.others.len()), (Kind::NearDuplicate, Some(1), 299));
    assert!(finding.to_string().ends_with("rows.jsonl:2 and 298 more rows"), "{finding}");
    let together: Vec<Value> = (0..9).map(|n| row(n, "one")).collect();
    assert_eq!(found(&[("rows.jsonl", &lines(&together))]), []);
    // The fourth is of another group than the first three, which are linked to nothing.
    let mixed: Vec<Value> = (0..5).map(|n| row(n, if n == 3 { "two" } else { "one" })).collect();
    assert_eq!(
        found(&[("rows.jsonl", &lines(&mixed))]),
        [
            at("near-duplicate", "rows.jsonl:1", &["rows.jsonl:4"]),
            at("near-duplicate", "rows.jsonl:4", &["rows.jsonl:5"])
        ]
    );
}

#[test]
fn findings_are_counted_beyond_those_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    std::fs::write(&path, "{}\n".repeat(50)).unwrap();
    let report = check(std::slice::from_ref(&path), 3).unwrap();
    assert_eq!((report.findings.len(), report.counts[0].count, report.damaged), (3, 50, 50));
    std::fs::write(&path, "\n\n").unwrap();
    assert!(matches!(check(&[path], 3), Err(CorpusError::NoRows)));
}

#[test]
fn the_same_findings_at_any_number_of_threads() {
    let row = |n: usize| {
        pair(
            &format!("r{}", n % 70),
            &format!("Oslo {} Rome w{} v{} x{} u{}.", n % 5, n % 7, n % 9, n % 11, n % 3),
            "neutral",
        )
    };
    let rows: Vec<Value> = (0..400).map(row).collect();
    let files = [("train.jsonl", lines(&rows[..300])), ("test.jsonl", lines(&rows[300..]))];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let one = pool(1).install(|| found(&files));
    assert!(!one.is_empty());
    assert_eq!(one, pool(4).install(|| found(&files)));
}
