//! Whole reports in every format.

use super::*;
use crate::{
    document::Document,
    evaluate::{
        AUTHOR, Certainty, FoundPair, GoldDocument, GoldPair, GoldStance, Outcome, ScoreOptions, compare, majority,
        score, score_documents,
    },
    pairs::{Stance, Tone},
};

fn options() -> ScoreOptions {
    ScoreOptions { resamples: 100, bins: 2, ..ScoreOptions::default() }
}

/// Eight rows in four groups.
fn outcomes() -> Vec<Outcome<Stance>> {
    use Stance::{Critical, Neutral};
    let labels = [(Critical, Critical), (Critical, Neutral), (Neutral, Neutral), (Neutral, Neutral)];
    let row = |(index, (gold, predicted)): (usize, (Stance, Stance))| {
        let confidence = if index < 4 { 0.75 } else { 0.5 };
        let mut probabilities = vec![(1.0 - confidence) / 2.0; 3];
        probabilities[predicted as usize] = confidence;
        Outcome { gold, predicted, probabilities, group: format!("g{}", index / 2).into() }
    };
    labels.into_iter().cycle().take(8).enumerate().map(row).collect()
}

fn documents() -> Vec<(GoldDocument, Vec<FoundPair>)> {
    let pair = |holder: &str, target: &str, stance, evidence: &str| GoldPair {
        holder: holder.into(),
        target: target.into(),
        stance,
        certainty: Certainty::Clear,
        evidence: evidence.into(),
    };
    let found = |holder: &str, target: &str, stance, score| FoundPair {
        holder: holder.into(),
        target: target.into(),
        stance,
        score,
    };
    let gold = GoldDocument {
        document: Document { id: "a|1".into(), ..Document::default() },
        pairs: vec![
            pair("RUS", "USA", GoldStance::Critical, "deplores"),
            pair(AUTHOR, "VEN", GoldStance::Supportive, "we thank\nCaracas"),
            pair("USA", "VEN", GoldStance::Critical, ""),
        ],
    };
    let answer = vec![
        found("RUS", "USA", Stance::Critical, -0.9),
        found("USA", "VEN", Stance::Supportive, 0.25),
        found("VEN", "USA", Stance::Critical, -0.5),
    ];
    vec![(gold, answer)]
}

fn report(sections: Vec<Section>) -> Report {
    Report {
        title: "Evaluation".into(),
        model: Some(ModelIdentity { name: "default".into(), hash: "0a1b".into() }),
        data: vec![DataFile { name: "test.jsonl".into(), hash: "2c3d".into(), rows: 8 }],
        notes: vec!["1 row was left out".into()],
        sections,
    }
}

fn head() -> Section {
    let rows = outcomes();
    let baseline = majority(&rows, Some(&[1, 3, 2])).unwrap();
    let (scores, comparisons) = compare(&rows, &[baseline], &options()).unwrap();
    Section::head(&scores, &comparisons)
}

fn shown(sections: Vec<Section>, format: ReportFormat) -> String {
    render(&report(sections), format)
}

#[test]
fn dump() {
    for format in [ReportFormat::Text, ReportFormat::Markdown, ReportFormat::Json] {
        eprintln!(
            "{}",
            shown(vec![head(), Section::Documents(score_documents(&documents(), &options()).unwrap())], format)
        );
    }
    let _ = (score::<Tone>(&[], &options()), 1);
}
