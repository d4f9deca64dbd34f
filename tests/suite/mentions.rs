//! Mentions in any text: in order, apart, inside their sentences, and made of the words that name their actor.

use super::workplace::PIPELINE;
use demarche::{
    Worker,
    actors::{Mention, Rule},
    document::Document,
    segment::Segmentation,
};
use proptest::prelude::*;

/// Names and words of several scripts and directions, with combining marks, long tokens, and what wakes the rules.
const PIECES: [&str; 72] = [
    "France",
    "Russia’s",
    "U.S.",
    "US",
    "Côte d'Ivoire",
    "Co\u{302}te d’Ivoire",
    "Tu\u{308}rkiye",
    "São Tomé",
    "Guinea-Bissau",
    "the United  Nations",
    "United\nNations",
    "NATO",
    "Hamas",
    "the Kremlin",
    "Moscow",
    "Kyiv",
    "Brussels",
    "Georgia",
    "Chad",
    "Jordan",
    "Emmanuel Macron",
    "Macron",
    "President",
    "President Karimi",
    "Foreign Minister",
    "Mr.",
    "Mr",
    "V.",
    "J.D.",
    "Vance",
    "Lavrov",
    "Erdoğan",
    "the ministry",
    "The Government",
    "its army",
    "our soldiers",
    "their capitals",
    "the two countries",
    "both sides",
    "each other",
    "its counterpart",
    "the declaration",
    "the island",
    "citizens",
    "farmers in",
    "mayor of",
    "backed",
    "-",
    "pro",
    "--",
    "(",
    ")",
    ",",
    ".",
    ":",
    ";",
    "\"",
    "“",
    "”",
    "'s",
    "and",
    "of",
    "the",
    "in",
    "he",
    "it",
    "they",
    "الرئيس الروسي",
    "Россия",
    "\u{202e}Kenya\u{202c}",
    "日本",
    "Aa\u{301}\u{323}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => Just("\n\n".to_owned()),
    ];
    let joined = |pieces: Vec<(String, bool)>| {
        pieces.into_iter().map(|(piece, space)| if space { piece + " " } else { piece }).collect()
    };
    prop::collection::vec((piece, prop::bool::weighted(0.9)), 0..60).prop_map(joined)
}

fn check(text: &str, segmentation: &Segmentation, mentions: &[Mention]) -> Result<(), TestCaseError> {
    for pair in mentions.windows(2) {
        prop_assert!(pair[0].span.end <= pair[1].span.start, "{:?} and {:?} in {text:?}", pair[0], pair[1]);
    }
    for mention in mentions {
        let words = mention.span.of(text);
        prop_assert!(!words.trim().is_empty() && words.trim() == words, "{words:?} in {text:?}");
        prop_assert!(segmentation.sentences[mention.sentence].span.contains(mention.span), "{mention:?} in {text:?}");
        // A name of the tables that nothing was added to is that name.
        if mention.rule == Rule::Listed && mention.person.is_none() {
            // Names are compared without the dot that ends an acronym.
            let plain = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let named = [plain.clone(), format!("{plain}."), plain.trim_end_matches('.').to_owned()];
            let actor = mention.actor.expect("a listed name has an actor");
            let known = named.iter().any(|name| PIPELINE.gazetteer.by_name(name).contains(&actor));
            prop_assert!(known, "{words:?} as {mention:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn mentions_are_apart_and_are_the_words_they_say(text in text()) {
        let segmentation = Segmentation::of(&text);
        let (mentions, dismissed) = PIPELINE.gazetteer.mentions_and_dismissed(&text, &segmentation, None, None);
        check(&text, &segmentation, &mentions)?;
        for name in dismissed {
            prop_assert!(!name.span.of(&text).is_empty());
            prop_assert!(!mentions.iter().any(|mention| mention.span.overlaps(name.span)), "{:?} in {text:?}", name);
        }
    }

    #[test]
    fn claims_lie_on_characters_inside_the_text(text in text()) {
        let document = Document { id: "1".into(), text: text.clone(), issuer: Some("KEN".into()), ..Document::default() };
        let reading = PIPELINE.read(&mut Worker::default(), &document);
        for claim in &reading.attribution.claims {
            prop_assert!(claim.span.start <= claim.span.end && claim.span.end <= text.len(), "{claim:?}");
            prop_assert!(text.is_char_boundary(claim.span.start) && text.is_char_boundary(claim.span.end), "{claim:?}");
        }
    }
}
