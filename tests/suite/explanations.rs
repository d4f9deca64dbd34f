//! An explanation adds up: intercept plus contributions is the decision value, and that gives the probabilities.

use super::workplace::{PIPELINE, repository, run, stdout};
use demarche::{
    Worker,
    explain::explain,
    label::{Label, Stance, Tone},
    model::Head,
    pairs::{PairOptions, read_pairs},
};

/// Checks every label of a head on a vector.
fn adds_up<L: Label>(head: &Head<L>, row: &[(u32, f32)]) {
    let prediction = head.predict(row);
    let mut decisions = Vec::new();
    head.classifier.decision(row, &mut decisions);
    for label in head.classifier.labels() {
        let explanation = explain(&PIPELINE.model.vectorizer, head, row, *label).expect("a label of the head");
        let place = head.classifier.place_of(*label).expect("a label of the head");
        assert_eq!(explanation.decision.to_bits(), decisions[place].to_bits(), "{label}: not the decision value");
        // The parts come sorted by size; added in order of their columns they give the same bits.
        let mut parts = explanation.contributions;
        assert!(parts.is_sorted_by(|a, b| a.amount.abs() >= b.amount.abs()));
        parts.sort_by_key(|part| part.column);
        let sum = parts.iter().fold(explanation.intercept, |sum, part| sum + part.amount);
        assert_eq!(sum.to_bits(), decisions[place].to_bits(), "{label}: the parts do not add up");
        for part in &parts {
            let amount = f64::from(part.value) * f64::from(part.weight);
            assert_eq!(part.amount.to_bits(), amount.to_bits(), "{}", part.name);
        }
    }
    let sum: f64 = prediction.probabilities.iter().sum();
    assert!((sum - 1.0).abs() < 1e-9);
}

#[test]
fn contributions_add_up_to_the_decision_value() {
    let set = read_pairs(&[repository("training_data/test")], &PairOptions::default()).unwrap();
    assert!(set.rejected.is_empty() && set.pairs.len() > 100);
    let mut worker = Worker::default();
    for pair in &set.pairs {
        let row = PIPELINE.vector_of_pair(&mut worker, pair);
        adds_up::<Stance>(&PIPELINE.model.stance, &row);
        if let Some(head) = &PIPELINE.model.act {
            adds_up(head, &row);
        }
        if let Some(head) = &PIPELINE.model.tone {
            adds_up::<Tone>(head, &row);
        }
    }
}

/// The same of what a user reads: the numbers printed add up to the logit printed, as far as their digits go.
#[test]
fn the_numbers_printed_add_up() {
    let output = stdout(&run(&[&"explain", &"France condemned the strike on Mali.", &"--top", &"5"], 0));
    let mut logits = 0;
    let mut open: Option<(f64, f64, usize)> = None;
    let close = |open: &mut Option<(f64, f64, usize)>| {
        if let Some((logit, sum, lines)) = open.take() {
            assert!((logit - sum).abs() < 1e-4 * (lines as f64 + 1.0), "{logit} is not {sum}:\n{output}");
        }
    };
    for line in output.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.first() == Some(&"logit") {
            close(&mut open);
            let place = words.iter().position(|word| *word == "intercept").expect("an intercept");
            open = Some((words[3].parse().unwrap(), words[place + 1].parse().unwrap(), 1));
            logits += 1;
        } else if let (Some((_, sum, lines)), Some(amount)) =
            (&mut open, words.first().and_then(|word| word.parse::<f64>().ok()))
        {
            *sum += amount;
            *lines += 1;
        }
    }
    close(&mut open);
    assert!(logits > 0, "{output}");
}
