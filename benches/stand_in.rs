//! Generated statements, for machines without the corpus.
//!
//! The sentences are drawn from fixed lists with a fixed seed. They have actors, cues and quotations about as often as
//! speeches do, but few different words: figures on them compare with each other only.

use demarche::document::Document;

const ACTORS: [&str; 16] = [
    "France",
    "the Russian Federation",
    "Kenya",
    "the United States",
    "Brazil",
    "Japan's Foreign Ministry",
    "the European Union",
    "Moscow",
    "Mali",
    "the United Nations",
    "Viet Nam",
    "the Republic of Korea",
    "President Macron",
    "the African Union",
    "Côte d’Ivoire",
    "Tehran",
];
const ACTS: [&str; 12] = [
    "condemned",
    "welcomed",
    "expressed deep concern about",
    "rejected",
    "commended",
    "strongly deplored",
    "called on",
    "signed a trade agreement with",
    "imposed sanctions on",
    "thanked",
    "met a delegation from",
    "did not support",
];
const OBJECTS: [&str; 10] = [
    "the attack on",
    "the elections in",
    "the peace efforts of",
    "the blockade imposed by",
    "the assistance of",
    "the nuclear programme of",
    "the sovereignty of",
    "the initiative of",
    "the humanitarian situation in",
    "the troops sent by",
];
const PLAIN: [&str; 8] = [
    "We must redouble our efforts to achieve the Sustainable Development Goals by the end of the decade.",
    "Climate change is an existential threat, and small island States bear its heaviest burden.",
    "Mr. President, the world has changed since we last met in this Hall; our resolve has not.",
    "Poverty, inequality and hunger continue to rob millions of children of their future.",
    "The rule of law is not a slogan: it is the ground on which peace is built.",
    "No country, however large, can face the challenges of our time alone.",
    "Food prices rose by 14 per cent, and the share of people in need has doubled.",
    "Let us, therefore, act with the courage that the moment demands of us.",
];

/// Documents of about 12 kB, as many as fill `bytes`.
pub(crate) fn documents(bytes: usize) -> Vec<Document> {
    let mut draw = Draw(2024);
    let mut documents = Vec::new();
    let mut made = 0;
    while made < bytes {
        let text = text(&mut draw);
        made += text.len();
        documents.push(Document { id: format!("stand-in-{}", documents.len()), text, ..Document::default() });
    }
    documents
}

fn text(draw: &mut Draw) -> String {
    let mut text = String::new();
    while text.len() < 12_000 {
        for _ in 0..6 {
            let (first, second) = (draw.of(&ACTORS), draw.of(&ACTORS));
            let (act, object) = (draw.of(&ACTS), draw.of(&OBJECTS));
            text += &match draw.below(4) {
                0 => format!("Yesterday {first} {act} {object} {second}. "),
                1 => format!("“We will never accept {object} {second}”, said {first} in a statement. "),
                _ => format!("{} ", draw.of(&PLAIN)),
            };
        }
        text += "\n\n";
    }
    text
}

/// A linear congruential generator (Knuth's MMIX constants): enough to vary sentences, the same on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn of(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len())]
    }
}
