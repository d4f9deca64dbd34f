//! Any text at all: nothing panics, and every place in a record holds the words that the record gives.

use super::workplace::PIPELINE;
use demarche::{
    Worker,
    document::Document,
    output::{ActorField, StanceRecord, aggregate},
};
use proptest::prelude::*;

/// Pieces that wake the rules: names, titles, cues, quotation marks, and letters of several lengths in UTF-8.
const PIECES: [&str; 60] = [
    "France",
    "Russia’s",
    "the Russian Foreign Ministry",
    "Moscow",
    "U.S.",
    "President",
    "Emmanuel Macron",
    "Macron",
    "Türkiye",
    "Côte d'Ivoire",
    "the ministry",
    "its counterpart",
    "they",
    "we",
    "our",
    "The country",
    "NATO",
    "the EU",
    "the Kremlin",
    "Foreign Minister",
    "in",
    "of",
    "by",
    "to",
    "and",
    "with",
    "against",
    "not",
    "never",
    "would",
    "was",
    "condemned",
    "welcomed",
    "accused",
    "was condemned by",
    "according to",
    "said",
    "said that",
    "told",
    "urges",
    "attack on",
    "thanked",
    "stopped short of",
    "\"",
    "“",
    "”",
    "'",
    "’s",
    ",",
    ".",
    "?",
    ":",
    ";",
    "\n\n",
    "\u{a0}",
    "é",
    "𝔘𝔨",
    "ﬁ",
    "İstanbul",
    "\u{301}",
];

fn woken() -> impl Strategy<Value = String> {
    prop::collection::vec(
        (prop::sample::select(&PIECES[..]), prop::sample::select(&[" ", " ", " ", "", "-"][..])),
        0..60,
    )
    .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, gap)| [piece, gap]).collect())
}

fn words_at(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end - start).collect()
}

fn actor_is_in(text: &str, field: &ActorField) -> Result<(), TestCaseError> {
    match (field.start, field.end, &field.mention) {
        (Some(start), Some(end), Some(mention)) => {
            prop_assert!(start < end);
            prop_assert_eq!(&words_at(text, start, end), mention);
        }
        (start, end, mention) => prop_assert!(start.is_none() && end.is_none() && mention.is_none(), "{:?}", field),
    }
    Ok(())
}

fn holds(document: &Document, record: &StanceRecord) -> Result<(), TestCaseError> {
    if let (Some(start), Some(end), Some(text)) = (record.start, record.end, &record.text) {
        prop_assert_eq!(&words_at(&document.text, start, end), text);
    }
    for field in record.holder.iter().chain(&record.speaker).chain([&record.target]) {
        actor_is_in(&document.text, field)?;
    }
    prop_assert!(record.target.id.is_some());
    prop_assert_ne!(record.holder.as_ref().and_then(|holder| holder.id.clone()), record.target.id.clone());
    let probabilities = record.probabilities;
    let sum = probabilities.critical + probabilities.neutral + probabilities.supportive;
    prop_assert!((sum - 1.0).abs() < 1e-9, "{:?}", probabilities);
    prop_assert!((record.score - probabilities.score()).abs() < 1e-9);
    Ok(())
}

fn check(text: String, issuer: Option<&str>) -> Result<(), TestCaseError> {
    let document = Document { id: "1".into(), text, issuer: issuer.map(Into::into), ..Document::default() };
    let mut worker = Worker::default();
    let records = PIPELINE.classify(&mut worker, &document);
    for record in records.iter().chain(&aggregate(&records)) {
        holds(&document, record)?;
    }
    let places: Vec<_> = records.iter().map(|record| record.sentence).collect();
    prop_assert!(places.is_sorted());
    // What a worker remembers changes nothing.
    prop_assert_eq!(PIPELINE.classify(&mut worker, &document), records);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_is_classified(text in any::<String>()) {
        check(text, None)?;
    }

    #[test]
    fn any_mixture_of_names_and_cues_is_classified(text in woken(), issuer in prop::sample::select(&["", "RUS", "Nobody"][..])) {
        check(text, Some(issuer).filter(|issuer| !issuer.is_empty()))?;
    }
}

#[test]
fn offsets_count_code_points_and_not_bytes() {
    let text = "“Çok teşekkürler” 🙏. Türkiye thanked Côte d’Ivoire.".to_owned();
    let document = Document { id: "1".into(), text, ..Document::default() };
    let records = PIPELINE.classify(&mut Worker::default(), &document);
    let record = records.iter().find(|record| record.target.id.as_deref() == Some("CIV")).expect("a record");
    let holder = record.holder.as_ref().expect("a holder");
    assert_eq!((holder.mention.as_deref(), holder.start, holder.end), (Some("Türkiye"), Some(21), Some(28)));
    assert_eq!((record.target.start, record.target.end), (Some(37), Some(50)));
}
