use super::*;
use approx::assert_abs_diff_eq;

/// Id, stance, act, intensity.
type Row<'r> = (&'r str, &'r str, Option<&'r str>, u8);

/// Files of annotators in a folder of their own.
fn files(annotators: &[(&str, &[Row<'_>])]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let paths = annotators.iter().map(|(name, rows)| {
        let path = folder.path().join(format!("{name}.jsonl"));
        let row = |(id, stance, act, intensity): &Row<'_>| {
            let text = format!("Oslo answered Paris, note {id}.");
            let row = serde_json::json!({
                "id": id, "text": text, "holder": "Oslo", "target": "Paris",
                "label": stance, "act": act, "intensity": intensity,
            });
            format!("{row}\n")
        };
        std::fs::write(&path, rows.iter().map(row).collect::<String>()).unwrap();
        path
    });
    let paths = paths.collect();
    (folder, paths)
}

fn plain() -> ScoreOptions {
    ScoreOptions { resamples: 0, ..ScoreOptions::default() }
}

/// Stances: a b agree, c differs, d is in one file only. Alpha: coincidences critical 2, neutral 2 (1 + 1 off), ...
#[test]
fn two_annotators_with_a_pair_that_one_lacks() {
    let (_folder, paths) = files(&[
        ("anna", &[("a", "critical", Some("ACCUSE"), 4), ("b", "neutral", None, 0), ("c", "critical", None, 3)]),
        (
            "boris",
            &[
                ("a", "critical", Some("REJECT"), 5),
                ("b", "neutral", None, 0),
                ("c", "neutral", Some("CONSULT"), 3),
                ("d", "neutral", None, 1),
            ],
        ),
    ]);
    let report = agree(&paths, &plain()).unwrap();
    assert_eq!(report.annotators, ["anna", "boris"]);
    assert_eq!((report.matched, report.unmatched.count, report.unmatched.first[0].as_str()), (3, 1, "d"));
    let [stance, act, intensity] = report.fields.as_slice() else { panic!("{:?}", report.fields) };
    assert_abs_diff_eq!(stance.agreement.value.unwrap(), 2.0 / 3.0, epsilon = 1e-12);
    // Joint table: critical-critical 1, critical-neutral 1, neutral-neutral 1; chance (2 * 1 + 1 * 2) / 9.
    assert_abs_diff_eq!(stance.pairs[0].kappa.value.unwrap(), (2.0 / 3.0 - 4.0 / 9.0) / (5.0 / 9.0), epsilon = 1e-12);
    // Coincidences: 2, 1, 1, 2; margins 3, 3 of 6: 1 - 5 * 2 / 18.
    assert_abs_diff_eq!(stance.alpha.value.unwrap(), 1.0 - 10.0 / 18.0, epsilon = 1e-12);
    // Fleiss: agreeing pairs 4 of 6, chance 1/2.
    assert_abs_diff_eq!(stance.fleiss_kappa.value.unwrap(), (4.0 / 6.0 - 0.5) / 0.5, epsilon = 1e-12);
    assert_eq!(stance.labels.iter().map(|label| label.given).collect::<Vec<_>>(), [3, 3]);
    // `none` is a label: they agree on it for b, and differ on a and c.
    assert_abs_diff_eq!(act.agreement.value.unwrap(), 1.0 / 3.0, epsilon = 1e-12);
    assert!(act.labels.iter().any(|label| label.label == "none" && label.given == 3));
    assert!(intensity.ordinal_alpha.is_some() && stance.ordinal_alpha.is_none());
    let told: Vec<(&str, &str)> = report.disagreements.iter().map(|one| (one.id.as_str(), one.field.name())).collect();
    assert_eq!(told, [("c", "stance"), ("a", "act"), ("c", "act"), ("a", "intensity")]);
    assert_eq!(report.disagreements[0].labels["boris"].as_deref(), Some("neutral"));
}

#[test]
fn three_annotators_have_three_kappas_and_intervals() {
    let rows = |shift: usize| -> Vec<(String, &'static str, Option<&'static str>, u8)> {
        let stance = |n: usize| ["critical", "neutral", "supportive"][n % 3];
        (0..30).map(|n| (format!("r{n:02}"), stance(n + usize::from(n % 10 < shift)), None, 2)).collect()
    };
    let all: Vec<_> = (0..3).map(rows).collect();
    let borrowed: Vec<Vec<Row<'_>>> =
        all.iter().map(|rows| rows.iter().map(|(id, s, a, i)| (id.as_str(), *s, *a, *i)).collect()).collect();
    let (_folder, paths) = files(&[("a", &borrowed[0]), ("b", &borrowed[1]), ("c", &borrowed[2])]);
    let report = agree(&paths, &ScoreOptions { resamples: 200, ..ScoreOptions::default() }).unwrap();
    let stance = &report.fields[0];
    assert_eq!((stance.pairs.len(), stance.complete_units), (3, 30));
    // a and b differ on 3 of 30, a and c on 6, b and c on 3.
    let shares: Vec<f64> = stance.pairs.iter().map(|pair| pair.agreement.value.unwrap()).collect();
    assert_abs_diff_eq!(shares.as_slice(), [0.9, 0.8, 0.9].as_slice(), epsilon = 1e-12);
    assert_abs_diff_eq!(stance.agreement.value.unwrap(), 26.0 / 30.0, epsilon = 1e-12);
    let alpha = stance.alpha;
    assert!(alpha.low.unwrap() < alpha.value.unwrap() && alpha.value.unwrap() < alpha.high.unwrap());
    // No one gave acts, so that field is not there, and all gave the same intensity.
    assert_eq!(report.fields[1].field, Field::Intensity);
    assert_eq!((report.fields[1].agreement.value, report.fields[1].alpha.value), (Some(1.0), None));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let (_folder, paths) = files(&[("a", &[("x", "critical", None, 1)]), ("b", &[("y", "critical", None, 1)])]);
    assert_eq!(agree(&paths[..1], &plain()), Err(AgreementError::OneAnnotator));
    assert_eq!(agree(&paths, &plain()), Err(AgreementError::NothingShared));
}

#[test]
fn passages_are_matched_by_their_pairs_and_tone_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["one", "two"].map(|name| {
        let path = folder.path().join(name).with_extension("jsonl");
        let tone = if name == "one" { "negative" } else { "neutral" };
        let row = serde_json::json!({
            "id": "p", "text": "Oslo scolded Paris and thanked Rome.", "tone": tone,
            "pairs": [
                {"holder": "Oslo", "target": "Paris", "stance": "critical"},
                {"holder": "Oslo", "target": "Rome", "stance": "supportive"},
            ],
        });
        std::fs::write(&path, format!("{row}\n")).unwrap();
        path
    });
    let report = agree(&paths, &plain()).unwrap();
    assert_eq!((report.matched, report.fields[0].units), (2, 2));
    assert_eq!((report.fields[1].field, report.fields[1].units), (Field::Tone, 1));
    let text = report.render(crate::report::ReportFormat::Text);
    assert!(text.contains("2 pairs in two files or more") && text.contains("Cohen's kappa"), "{text}");
}
