//! Real documents from beside the checkout, where they are there.

use super::workplace::{rows, run, shared, stderr, stdout};

/// What `demarche classify` says at document level of the Russian statement on Venezuela of January 2026.
#[test]
fn the_statement_on_venezuela_has_its_stances() {
    let Some(path) = shared("documents/texts/seed-venezuela.txt") else { return };
    let output = run(&[&"classify", &path, &"--level", &"document"], 0);
    let found: Vec<(String, String, String)> = rows(&stdout(&output))
        .iter()
        .map(|row| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or("author").to_owned();
            (text(&row["holder"]["id"]), text(&row["target"]["id"]), text(&row["stance"]))
        })
        .collect();
    let has = |holder: &str, target: &str, stance: &str| {
        found.iter().any(|(h, t, s)| (h.as_str(), t.as_str(), s.as_str()) == (holder, target, stance))
    };
    assert!(has("RUS", "VEN", "supportive"), "{found:#?}");
    assert!(has("RUS", "USA", "critical"), "{found:#?}");
    assert!(has("VEN", "USA", "critical"), "{found:#?}");
    assert!(!has("RUS", "VEN", "critical"), "{found:#?}");
}

#[test]
fn gold_documents_are_scored() {
    let Some(path) = shared("documents/gold.jsonl") else { return };
    let output = run(&[&"evaluate", &"--documents", &path, &"--resamples", &"20", &"--format", &"json"], 0);
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(report.is_object(), "{report}");
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
}

#[test]
fn every_text_is_read_and_counted() {
    let Some(folder) = shared("documents/texts") else { return };
    let texts = std::fs::read_dir(&folder).unwrap().count();
    let output = run(&[&"classify", &folder], 0);
    let documents: std::collections::BTreeSet<String> =
        rows(&stdout(&output)).iter().map(|row| row["doc_id"].to_string()).collect();
    assert!(documents.len() * 2 > texts, "stances in {} of {texts} documents only", documents.len());
    assert!(stderr(&output).contains(&format!("{texts} documents: ")), "{}", stderr(&output));
}
