//! Whole trainings on a few made-up rows.

use super::*;
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    label::{Act, Label, Stance, Tone},
    model::{Calibration, Decision, StanceModel},
    pairs::LabelledPair,
    span::Span,
};
use std::sync::Arc;

const SENTENCES: [(Stance, &str); 9] = [
    (Stance::Critical, "Norway condemns Chad over the raid in {}."),
    (Stance::Critical, "Norway accuses Chad of lying about {}."),
    (Stance::Critical, "Norway denounces Chad for the attack on {}."),
    (Stance::Neutral, "Norway meets Chad to discuss {}."),
    (Stance::Neutral, "Norway talks to Chad about {}."),
    (Stance::Neutral, "Norway receives Chad for a visit on {}."),
    (Stance::Supportive, "Norway thanks Chad for the help with {}."),
    (Stance::Supportive, "Norway praises Chad for its work on {}."),
    (Stance::Supportive, "Norway welcomes Chad into the club of {}."),
];
const TOPICS: [&str; 6] = ["fish", "roads", "wheat", "the border", "old ships", "the river"];

fn pair(number: usize, stance: Stance, text: &str, source: &str) -> LabelledPair {
    let text: Arc<str> = Arc::from(text);
    let span = |name: &str| {
        let start = text.find(name).unwrap();
        Span { start, end: start + name.len() }
    };
    LabelledPair {
        id: format!("row {number}"),
        holder: Some(span("Norway")),
        target: span("Chad"),
        stance: Some(stance),
        act: None,
        root: None,
        tone: None,
        intensity: None,
        date: None,
        issuer: None,
        group: Arc::from(format!("group {}", number / 2)),
        weight: 1.0,
        source: Arc::from(source),
        file: Arc::from("rows.jsonl"),
        line: number as u64 + 1,
        text,
    }
}

/// 108 rows, half of them of each of two data sets.
fn pairs() -> Vec<LabelledPair> {
    let cells = (0..12).flat_map(|topic| SENTENCES.iter().map(move |sentence| (topic, sentence)));
    cells
        .enumerate()
        .map(|(number, (topic, (stance, sentence)))| {
            let text = sentence.replace("{}", &format!("{} of {}", TOPICS[topic % 6], topic / 6 + 1));
            pair(number, *stance, &text, if number % 4 < 2 { "news" } else { "statements" })
        })
        .collect()
}

fn trained(recipe: &str, pairs: Vec<LabelledPair>) -> Result<(StanceModel, TrainReport), TrainError> {
    let recipe = Recipe::parse(recipe).unwrap();
    let (gazetteer, cues) = (Gazetteer::shipped().unwrap(), CueLexicon::shipped().unwrap());
    let training = Training {
        gazetteer: &gazetteer,
        cues: &cues,
        recipe: &recipe,
        files: vec![],
        progress: &|_| {},
        encoder: None,
    };
    train(training, pairs)
}

fn refused(recipe: &str, pairs: Vec<LabelledPair>) -> String {
    format!("{:#}", anyhow::Error::from(trained(recipe, pairs).map(|_| ()).unwrap_err()))
}

#[test]
fn every_classifier_gives_a_model_and_held_out_scores() {
    let mut scores = Vec::new();
    for classifier in ["logistic", "svm", "linfa-logistic", "naive-bayes", "cue-score", "majority"] {
        let recipe = format!("[stance]\nclassifier = \"{classifier}\"");
        let (model, report) = trained(&recipe, pairs()).unwrap();
        assert_eq!(model.stance.trained.classifier, classifier);
        let found = report.stance.scores.macro_f1.value.unwrap();
        assert!(found.is_finite() && report.stance.weights.all >= report.stance.weights.zero);
        scores.push((classifier, found));
        if classifier == "cue-score" {
            let block = |column: usize| model.vectorizer.block(column as u32);
            let weights = model.stance.classifier.weights();
            assert!(weights.rows().into_iter().enumerate().all(|(column, row)| {
                row.iter().all(|weight| *weight == 0.0) || block(column) == Some(crate::features::Block::CueScore)
            }));
        }
        if classifier == "majority" {
            assert_eq!(report.stance.weights.zero, report.stance.weights.all);
        }
    }
    let majority = scores.pop().unwrap().1;
    assert!(scores.iter().all(|(_, found)| *found > majority + 0.2), "{scores:?} {majority}");
}

#[test]
fn an_l1_penalty_makes_weights_zero_and_the_report_counts_them() {
    let zero = |l1: &str| {
        let (_, report) = trained(&format!("[stance]\nl2 = 0.1\nl1 = {l1}\niterations = 2000"), pairs()).unwrap();
        assert_eq!(report.warnings, [""; 0]);
        (report.stance.weights.zero, report.stance.weights.all)
    };
    let ((none, all), (some, same), (most, _)) = (zero("0.0"), zero("0.1"), zero("2.0"));
    assert!(none < some && some < most && most * 10 > all * 9 && all == same, "{none} {some} {most} {all}");
}

#[test]
fn calibration_is_chosen_or_named() {
    let (_, report) = trained("", pairs()).unwrap();
    let methods: Vec<&str> = report.stance.calibrations.iter().map(|trial| trial.method.name()).collect();
    assert_eq!(methods, ["temperature", "platt", "isotonic", "none"]);
    assert!(report.stance.calibrations.iter().all(|trial| trial.log_loss.as_ref().unwrap().is_finite()));
    for (name, fits) in [
        ("temperature", (|found| matches!(found, Calibration::Temperature(_))) as fn(&Calibration) -> bool),
        ("platt", |found| matches!(found, Calibration::Platt(_))),
        ("isotonic", |found| matches!(found, Calibration::Isotonic(_))),
        ("none", |found| *found == Calibration::None),
    ] {
        let (model, report) = trained(&format!("[stance]\ncalibration = \"{name}\""), pairs()).unwrap();
        assert!(fits(&model.stance.calibration) && model.stance.calibration == report.stance.calibration, "{name}");
        assert_eq!(report.stance.calibrations.len(), 1);
        model.stance.validate(model.vectorizer.columns()).unwrap();
    }
}

#[test]
fn the_decision_goes_into_the_model() {
    let (model, _) = trained("[stance]\ndecision = \"ordinal\"", pairs()).unwrap();
    assert_eq!(model.stance.decision, Decision::Ordinal);
}

#[test]
fn copies_make_a_plain_model_that_speaks_for_one_data_set() {
    // The second data set calls a meeting supportive.
    let mut rows = pairs();
    for row in rows.iter_mut().filter(|row| &*row.source == "statements" && row.stance == Some(Stance::Neutral)) {
        row.stance = Some(Stance::Supportive);
    }
    let score = |recipe: &str, source: &str| {
        let (model, report) = trained(recipe, rows.clone()).unwrap();
        assert_eq!(model.stance.classifier.features(), model.vectorizer.columns());
        let of_source = report.stance.by_source.iter().find(|(name, _)| &**name == source).unwrap();
        of_source.1.accuracy.value.unwrap()
    };
    let plain = score("", "statements");
    let copied = "[adaptation]\ncopies = true\nstrength = 0.5\npredict_as = ";
    let own = score(&format!("{copied}\"statements\""), "statements");
    let other = score(&format!("{copied}\"news\""), "statements");
    assert!(own > plain && own > 0.9 && other < 0.8, "{plain} {own} {other}");
    assert!(
        refused(&format!("{copied}\"dse\""), rows.clone()).ends_with("`dse`, but the rows are of news, statements")
    );
    for row in &mut rows {
        row.source = Arc::from("news");
    }
    let (_, report) = trained(&format!("{copied}\"news\""), rows).unwrap();
    assert!(report.warnings[0].contains("data sets get no weights of their own"), "{:?}", report.warnings);
}

/// The stance head, cross-validated.
fn cross_validated(recipe: &str, pairs: &[LabelledPair]) -> Result<CrossValidated<Stance>, TrainError> {
    let recipe = Recipe::parse(recipe).unwrap();
    let (gazetteer, cues) = (Gazetteer::shipped().unwrap(), CueLexicon::shipped().unwrap());
    cross_validate(&gazetteer, &cues, &recipe, pairs, |pair| pair.stance, &|_| {})
}

#[test]
fn a_cross_validation_needs_rows_of_the_data_set_that_the_recipe_chooses() {
    let error = cross_validated("[adaptation]\ncopies = true\npredict_as = \"dse\"", &pairs()).unwrap_err();
    assert!(matches!(&error, TrainError::NoSource { name, .. } if name == "dse"), "{error}");
}

#[test]
fn a_cross_validation_tells_what_a_training_would_warn_of() {
    assert_eq!(cross_validated("", &pairs()).unwrap().warnings, [""; 0]);
    let warnings = |recipe: &str, pairs: &[LabelledPair]| cross_validated(recipe, pairs).unwrap().warnings.join("\n");
    let told = warnings("[stance]\niterations = 1", &pairs());
    assert!(told.starts_with("the stance head: not converged in "), "{told}");
    // Of the data set that the calibration is for, the supportive rows are all in one fold: without it there is none left.
    let copied = "[adaptation]\ncopies = true\npredict_as = \"news\"\n[stance]\ncalibration = \"isotonic\"";
    let mut rows = pairs();
    let supportive = |row: &&mut LabelledPair| &*row.source == "news" && row.stance == Some(Stance::Supportive);
    let group = rows.iter_mut().find(supportive).unwrap().group.clone();
    rows.iter_mut()
        .filter(supportive)
        .filter(|row| row.group != group)
        .for_each(|row| row.stance = Some(Stance::Neutral));
    let told = warnings(copied, &rows);
    let seen =
        "the stance head: its held-out probabilities are by a calibration that has seen the same rows: `supportive`";
    assert!(told.contains(seen), "{told}");
    rows.retain(|row| &*row.source == "news");
    let told = warnings("[adaptation]\ncopies = true\npredict_as = \"news\"", &rows);
    assert!(told.contains("data sets get no weights of their own here"), "{told}");
}

#[test]
fn rows_that_cannot_be_learned_from_are_told() {
    let mut rows = pairs();
    for weight in [f32::NAN, -1.0, f32::INFINITY] {
        rows[3].weight = weight;
        let message = refused("", rows.clone());
        assert!(message.starts_with("row row 3: the weight"), "{message}");
    }
    let one_kind: Vec<LabelledPair> = pairs().into_iter().filter(|row| row.stance == Some(Stance::Critical)).collect();
    assert_eq!(
        refused("", one_kind),
        "the stance head: every row is `critical`; a classifier needs at least two labels"
    );
    // Two labels, one of them in one group: a fold without it has one label left.
    let mut lopsided: Vec<LabelledPair> =
        pairs().into_iter().filter(|row| row.stance == Some(Stance::Critical)).collect();
    lopsided[0].stance = Some(Stance::Neutral);
    let message = refused("", lopsided);
    assert!(message.contains("without the rows of one fold every row is `critical`"), "{message}");
    assert_eq!(refused("", vec![]), "no row has a stance label: nothing to learn");
}

#[test]
fn a_label_with_one_row_is_warned_of_and_gets_what_calibration_it_can() {
    let mut rows = pairs();
    rows.retain(|row| row.stance != Some(Stance::Supportive));
    rows[0].stance = Some(Stance::Supportive);
    let (model, report) = trained("", rows.clone()).unwrap();
    assert!(report.warnings[0].contains("`supportive` has 1 rows, all of one group"), "{:?}", report.warnings);
    assert!(matches!(model.stance.calibration, Calibration::Temperature(_)));
    assert!(report.stance.calibrations[1].log_loss.as_ref().unwrap_err().starts_with("`supportive` has 0 of"));
    let message = refused("[stance]\ncalibration = \"platt\"", rows);
    assert!(
        message.contains("`supportive` has 0 of") && message.contains("calibration = \"temperature\""),
        "{message}"
    );
}

#[test]
fn heads_with_one_label_are_left_out() {
    let mut rows = pairs();
    for row in &mut rows {
        row.act = Some(Act::Consult);
        row.tone = Some(if row.stance == Some(Stance::Critical) { Tone::Negative } else { Tone::Positive });
    }
    let (model, report) = trained("", rows).unwrap();
    assert!(model.act.is_none() && model.tone.is_some());
    assert_eq!(report.warnings, ["the act head was not trained: every row that has one is `CONSULT`"]);
}

#[test]
fn a_head_whose_labels_are_in_too_few_groups_does_not_stop_the_others() {
    let mut rows = pairs();
    for (number, row) in rows.iter_mut().enumerate() {
        row.tone = Some(if number < 2 { Tone::Positive } else { Tone::Negative });
    }
    let (model, report) = trained("", rows).unwrap();
    assert!(model.tone.is_none());
    let [_, warning] = &report.warnings[..] else { panic!("{:?}", report.warnings) };
    assert!(warning.starts_with("the tone head was not trained: without the rows of one fold"), "{warning}");
}

#[test]
fn rows_without_a_feature_are_counted() {
    let recipe = "[features]\nblocks = [\"trigrams\"]\nminimum_documents = 1000";
    let (model, report) = trained(recipe, pairs()).unwrap();
    assert!(report.warnings[0].starts_with("108 rows have no feature of the vocabulary"), "{:?}", report.warnings);
    assert!(model.stance.predict(&[]).probabilities.iter().all(|chance| (chance - 1.0 / 3.0).abs() < 0.01));
}

#[test]
fn a_path_goes_from_strong_to_weak_and_starts_from_the_step_before() {
    let recipe = Recipe::parse("[stance]\niterations = 2000\ncalibration = \"temperature\"").unwrap();
    let (gazetteer, cues) = (Gazetteer::shipped().unwrap(), CueLexicon::shipped().unwrap());
    let path = |strengths: &[f64]| {
        regularisation_path((&gazetteer, &cues), &recipe, &pairs(), |pair| pair.stance, strengths, &|_| {}).unwrap()
    };
    let found = path(&[0.5, 100.0, 0.4, 1.0]);
    assert_eq!(found.iter().map(|step| step.l2).collect::<Vec<_>>(), [100.0, 1.0, 0.5, 0.4]);
    assert!(found.iter().all(|step| step.log_loss.is_finite() && step.macro_f1 > 0.5 && step.open == 0), "{found:?}");
    let cold = &path(&[0.4])[0];
    assert!(found[3].iterations < cold.iterations, "{found:?} {cold:?}");
    assert!((found[3].log_loss - cold.log_loss).abs() < 1e-2, "{found:?} {cold:?}");
    // What a training with that penalty says.
    let (_, report) = trained("[stance]\niterations = 2000\ncalibration = \"temperature\"\nl2 = 0.4", pairs()).unwrap();
    assert!((report.stance.scores.log_loss.value.unwrap() - cold.log_loss).abs() < 1e-12);
    let error = |recipe: &str, strength: f64| {
        let recipe = Recipe::parse(recipe).unwrap();
        let pairs = pairs();
        let found = regularisation_path((&gazetteer, &cues), &recipe, &pairs, |pair| pair.stance, &[strength], &|_| {});
        found.unwrap_err().to_string()
    };
    assert_eq!(error("[stance]\nclassifier = \"majority\"", 1.0), "majority has no L2 penalty, so none can be chosen");
    assert_eq!(error("", -1.0), "the recipe: `stance.l2` is -1, but must be a positive number");
    assert_eq!(Stance::ALL.len(), 3);
}
