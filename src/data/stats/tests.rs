use super::*;
use serde_json::json;

fn counted(files: &[(&str, &str)]) -> DataStats {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    stats(&[folder.path().to_owned()], &Gazetteer::shipped().unwrap()).unwrap()
}

#[test]
fn rows_of_three_kinds_are_counted() {
    let passage = json!({
        "id": "p", "dataset": "own", "date": "1987-03", "genre": "statement", "tone": "negative",
        "text": "Kenya condemned Peru and thanked the United Nations.",
        "pairs": [
            {"holder": "Kenya", "target": "Peru", "stance": "critical", "act": "ACCUSE", "intensity": 6, "case": ["two-targets", "nested"]},
            {"holder": "Kenya", "target": "the United Nations", "stance": "supportive", "intensity": 4, "case": "two-targets"},
            {"holder": null, "target": "Kenya", "stance": "neutral"},
        ],
    });
    let pair = json!({"id": 7, "text": "Somebody praised Oslo.", "holder": "Somebody", "target": "Oslo"});
    let gold = json!({
        "id": "g", "date": "2023", "text": "Chad and Fiji quarrelled.",
        "pairs": [{"holder": "TCD", "target": "FJI", "stance": "mixed", "certainty": "clear", "evidence": "quarrelled"}],
    });
    let found =
        counted(&[("train/a.jsonl", &format!("{passage}\n{pair}\nbroken\n")), ("test/b.jsonl", &format!("{gold}\n"))]);
    assert_eq!((found.all.rows, found.all.pairs, found.passages, found.documents), (3, 5, 1, 1));
    assert_eq!((found.all.critical, found.all.mixed, found.all.unlabelled, found.null_holders), (1, 1, 1, 1));
    assert_eq!(found.rejected.len(), 1);
    assert_eq!(found.datasets.keys().collect::<Vec<_>>(), ["a", "b", "own"]);
    assert_eq!((found.parts["train"].pairs, found.parts["test"].pairs), (4, 1));
    assert_eq!((found.acts["ACCUSE"], found.without_act), (1, 3));
    assert_eq!((found.tones["negative"], found.without_tone), (1, 2));
    assert_eq!((found.intensities[&4], found.intensities[&6]), (1, 1));
    assert_eq!((found.cases["two-targets"].pairs, found.cases["nested"].critical), (2, 1));
    assert_eq!(found.holder_regions["Africa"]["Eastern Africa"], 2);
    assert_eq!(found.holder_regions["Africa"]["Middle Africa"], 1);
    assert_eq!((found.holder_regions[AUTHORS][AUTHORS], found.holder_regions["not resolved"]["not resolved"]), (1, 1));
    assert_eq!(found.target_regions["organisations"]["organisations"], 1);
    assert_eq!(found.target_regions["Oceania"]["Melanesia"], 1);
    assert_eq!((found.decades[&1980].rows, found.decades[&2020].rows, found.undated), (1, 1, 1));
    assert_eq!(found.dates, Some(["1987-03".to_owned(), "2023".to_owned()]));
    assert_eq!((found.words.least, found.words.median, found.words.most), (3, 4, 8));
    for format in [crate::report::ReportFormat::Text, crate::report::ReportFormat::Markdown] {
        let text = found.render(format);
        assert!(text.contains("two-targets") && text.contains("Eastern Africa") && text.contains("mixed"), "{text}");
    }
    let json: Value = serde_json::from_str(&found.render(crate::report::ReportFormat::Json)).unwrap();
    assert_eq!(json["all"]["pairs"], 5);
}

#[test]
fn quantiles_are_values_that_occur() {
    let counts = BTreeMap::from([(2, 1), (5, 8), (30, 1)]);
    let found = quantiles(&counts);
    assert_eq!((found.least, found.tenth, found.median, found.nine_tenths, found.most), (2, 2, 5, 5, 30));
    assert!((found.mean - 7.2).abs() < 1e-12);
}
