//! The features of a pair, one after another.

use super::{Block, Sequence, sequence::Item};
use crate::attribution::{CueHit, CueLexicon, SentenceView};
use xxhash_rust::xxh3::xxh3_64;

/// A word or sign in the name of a feature, with its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'l> {
    /// Hash (xxh3) of the text.
    pub hash: u64,
    /// The text; never has a space.
    pub text: &'l str,
}

impl<'l> Part<'l> {
    /// The part with a text.
    #[must_use]
    pub fn of(text: &'l str) -> Self {
        Self { hash: xxh3_64(text.as_bytes()), text }
    }
}

/// A feature before it has a column: block, parts and value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feature<'f, 'l> {
    /// Its block.
    pub block: Block,
    /// What it is made of.
    pub parts: &'f [Part<'l>],
    /// How often or how strong; positive.
    pub value: f32,
}

impl Feature<'_, '_> {
    /// The number that stands for the feature's name: equal names have equal keys.
    #[must_use]
    pub fn key(&self) -> u64 {
        key(self.block, self.parts.iter().map(|part| part.hash))
    }

    /// The name: `block:part part part`.
    #[must_use]
    pub fn name(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.text).collect();
        format!("{}:{}", self.block.prefix(), parts.join(" "))
    }
}

/// Combines the hashes of a name's parts, in order.
pub(super) fn key(block: Block, parts: impl Iterator<Item = u64>) -> u64 {
    let seed = (block.index() as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    parts.fold(seed, |held, part| (held.rotate_left(23) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// The key of a name, as [`Feature::key`] has it; `None` when no block has such a name.
pub(super) fn key_of_name(name: &str) -> Option<(Block, u64)> {
    let (prefix, parts) = name.split_once(':')?;
    let block = Block::ALL.into_iter().find(|block| block.prefix() == prefix)?;
    Some((block, key(block, parts.split(' ').map(|part| xxh3_64(part.as_bytes())))))
}

/// How far a window reaches, in items.
const WINDOW: usize = 5;

/// Makes the features of a pair.
pub struct Extractor<'a, 'l> {
    /// The items of the pair's scope.
    pub sequence: &'a Sequence<'l>,
    /// The sentence they come from.
    pub view: &'a SentenceView,
    /// The cues.
    pub cues: &'l CueLexicon,
    /// Which blocks to make, by [`Block::index`].
    pub blocks: &'a [bool; Block::ALL.len()],
}

impl<'l> Extractor<'_, 'l> {
    /// Hands every feature to `sink`; one may come several times.
    pub fn features(&self, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
        let s = self.sequence;
        if s.items.is_empty() {
            return;
        }
        if self.on(Block::Stems) {
            grams(Block::Stems, &s.stems, 1..=2, None, sink);
        }
        if self.on(Block::Trigrams) {
            grams(Block::Trigrams, &s.stems, 3..=3, None, sink);
        }
        if self.on(Block::Words) {
            grams(Block::Words, &s.words, 1..=2, None, sink);
        }
        let right = (s.target + 1).min(s.stems.len());
        if self.on(Block::TargetLeft) {
            grams(Block::TargetLeft, &s.stems[..s.target], 1..=2, None, sink);
        }
        if self.on(Block::TargetRight) {
            grams(Block::TargetRight, &s.stems[right..], 1..=2, None, sink);
        }
        if self.on(Block::TargetWindow) {
            window(Block::TargetWindow, &s.words, s.target, sink);
        }
        if let Some(holder) = s.holder {
            if self.on(Block::HolderWindow) {
                window(Block::HolderWindow, &s.words, holder, sink);
            }
            if self.on(Block::Between) {
                let (first, second, order) =
                    if holder < s.target { (holder, s.target, "HT") } else { (s.target, holder, "TH") };
                let between = s.stems.get(first + 1..second).unwrap_or_default();
                grams(Block::Between, between, 1..=3, Some(Part::of(order)), sink);
                if between.is_empty() {
                    sink(Feature {
                        block: Block::Between,
                        parts: &[Part::of(order), Part::of("ADJACENT")],
                        value: 1.0,
                    });
                }
            }
        }
        if self.on(Block::CueOrder) || self.on(Block::CueScore) {
            self.cue_features(sink);
        }
        if self.on(Block::Shape) {
            self.shape(sink);
        }
    }

    fn on(&self, block: Block) -> bool {
        self.blocks[block.index()]
    }

    fn cue_features(&self, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
        let s = self.sequence;
        let mut scores = Scores::default();
        let mut nearest: [Option<(usize, &CueHit)>; 2] = [None, None];
        for hit in &self.view.cues {
            let at = self.item(hit);
            let cue = self.cues.cue(hit.cue);
            let order = Part::of(order(s.holder, at, s.target));
            let flags = Part::of(flags(hit));
            // "condemned the attack on A by B": what the cue does falls on A first.
            let over = s.actor_between(at, s.target);
            let reach = Part::of(match (over, at.abs_diff(s.target)) {
                (true, _) => "OVER-ACTOR",
                (false, 0..=3) => "NEXT",
                (false, 4..=8) => "NEAR",
                (false, _) => "FAR",
            });
            if self.on(Block::CueOrder) {
                let group = Part::of(cue.group.name());
                let key = Part { hash: cue.hash, text: &cue.key };
                let mut emit = |parts: &[Part<'l>]| sink(Feature { block: Block::CueOrder, parts, value: 1.0 });
                emit(&[group, order]);
                emit(&[group, order, flags]);
                emit(&[key, order]);
                emit(&[group, order, reach]);
                let sign = Part::of(match cue.polarity {
                    0 => "ZERO",
                    1 => "PLUS",
                    _ => "MINUS",
                });
                emit(&[sign, order, reach, flags]);
            }
            if cue.polarity != 0 {
                scores.add(s, at, cue.polarity, cue.intensity, hit, over);
                let side = usize::from(at > s.target);
                let distance = at.abs_diff(s.target);
                if nearest[side].is_none_or(|(held, _)| distance < held) {
                    nearest[side] = Some((distance, hit));
                }
            }
        }
        if self.on(Block::CueOrder) {
            for (side, name) in ["NEAREST-LEFT", "NEAREST-RIGHT"].into_iter().enumerate() {
                let Some((_, hit)) = nearest[side] else { continue };
                let cue = self.cues.cue(hit.cue);
                let sign = Part::of(if cue.polarity > 0 { "PLUS" } else { "MINUS" });
                let at = self.item(hit);
                let reach = Part::of(if s.actor_between(at, s.target) { "OVER-ACTOR" } else { "DIRECT" });
                let parts = [Part::of(name), sign, Part::of(flags(hit)), reach];
                sink(Feature { block: Block::CueOrder, parts: &parts[..3], value: 1.0 });
                sink(Feature { block: Block::CueOrder, parts: &parts, value: 1.0 });
            }
        }
        if self.on(Block::CueScore) {
            scores.emit(sink);
        }
    }

    fn item(&self, hit: &CueHit) -> usize {
        self.sequence.item_of_token.get(hit.tokens.start - self.view.tokens.start).copied().unwrap_or_default()
    }

    fn shape(&self, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
        let s = self.sequence;
        let mut emit = |name: &'static str, level: usize| {
            const LEVELS: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
            let parts = [Part::of(name), Part::of(LEVELS[level.min(7)])];
            sink(Feature { block: Block::Shape, parts: &parts, value: 1.0 });
        };
        let count = |item: Item| s.items.iter().filter(|held| **held == item).count();
        emit("actors", count(Item::Actor).min(3));
        emit("targets", count(Item::Target).min(3));
        emit("length", bucket(s.items.len()));
        emit("target-position", 4 * s.target / s.items.len().max(1));
        let quotes = s.words[..s.target].iter().filter(|part| part.text == "\"").count();
        emit("target-quoted", quotes % 2);
        emit("question", usize::from(s.words.iter().any(|part| part.text == "?")));
        match s.holder {
            None => emit("holder-absent", 1),
            Some(holder) => {
                emit("holder-first", usize::from(holder < s.target));
                emit("distance", bucket(holder.abs_diff(s.target)));
                let quotes = s.words[..holder].iter().filter(|part| part.text == "\"").count();
                emit("holder-quoted", quotes % 2);
            }
        }
        emit(
            "negation",
            usize::from(
                s.words.iter().any(|part| matches!(part.text, "not" | "no" | "never") || part.text.ends_with("n't")),
            ),
        );
        emit("cues", self.view.cues.len().min(6));
    }
}

/// 0, 1, 2, 3-4, 5-8, 9-16, 17-32, more.
fn bucket(count: usize) -> usize {
    match count {
        0..=2 => count,
        3..=4 => 3,
        5..=8 => 4,
        9..=16 => 5,
        17..=32 => 6,
        _ => 7,
    }
}

fn order(holder: Option<usize>, cue: usize, target: usize) -> &'static str {
    match holder {
        None => {
            if cue < target {
                "CT"
            } else {
                "TC"
            }
        }
        Some(holder) => match (holder < cue, cue < target, holder < target) {
            (true, true, _) => "HCT",
            (true, false, true) => "HTC",
            (true, false, false) => "THC",
            (false, true, true) => "CHT",
            (false, true, false) => "CTH",
            (false, false, _) => "TCH",
        },
    }
}

fn flags(hit: &CueHit) -> &'static str {
    match (hit.negated, hit.passive, hit.nominal, hit.hypothetical) {
        (true, true, _, _) => "negated-passive",
        (true, _, true, _) => "negated-noun",
        (true, ..) => "negated",
        (_, true, ..) => "passive",
        (_, _, true, true) => "hypothetical-noun",
        (_, _, true, _) => "noun",
        (_, _, _, true) => "hypothetical",
        _ => "plain",
    }
}

/// Runs of `sizes` parts, each with `lead` before it.
fn grams<'l>(
    block: Block,
    parts: &[Part<'l>],
    sizes: std::ops::RangeInclusive<usize>,
    lead: Option<Part<'l>>,
    sink: &mut dyn FnMut(Feature<'_, 'l>),
) {
    let mut buffer = [Part { hash: 0, text: "" }; 4];
    for size in sizes {
        for run in parts.windows(size) {
            match lead {
                None => sink(Feature { block, parts: run, value: 1.0 }),
                Some(lead) => {
                    buffer[0] = lead;
                    buffer[1..=size].copy_from_slice(run);
                    sink(Feature { block, parts: &buffer[..=size], value: 1.0 });
                }
            }
        }
    }
}

/// Words near a place, with the side; pairs of neighbours, too.
fn window<'l>(block: Block, words: &[Part<'l>], centre: usize, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
    let left = &words[centre.saturating_sub(WINDOW)..centre];
    let right = words.get(centre + 1..words.len().min(centre + 1 + WINDOW)).unwrap_or_default();
    grams(block, left, 1..=2, Some(Part::of("LEFT")), sink);
    grams(block, right, 1..=2, Some(Part::of("RIGHT")), sink);
    if let Some(word) = left.last() {
        sink(Feature { block, parts: &[Part::of("NEXT-LEFT"), *word], value: 1.0 });
    }
    if let Some(word) = right.first() {
        sink(Feature { block, parts: &[Part::of("NEXT-RIGHT"), *word], value: 1.0 });
    }
}

/// Sums of intensities (tenths of the ladder) by place and sign.
#[derive(Default)]
struct Scores {
    sums: [[f32; 2]; 9],
}

const PLACES: [&str; 9] = [
    "scope",
    "between",
    "before-target",
    "after-target",
    "negated",
    "onto-target",
    "over-actor",
    "of-target",
    "past-actor",
];

impl Scores {
    fn add(&mut self, s: &Sequence<'_>, at: usize, polarity: i8, intensity: u8, hit: &CueHit, over: bool) {
        let value = f32::from(intensity) / 10.0;
        let sign = usize::from(polarity > 0);
        if hit.negated {
            self.sums[4][sign] += value;
            return;
        }
        self.sums[0][sign] += value;
        if s.holder.is_some_and(|holder| holder.min(s.target) < at && at < holder.max(s.target)) {
            self.sums[1][sign] += value;
        }
        self.sums[if at < s.target { 2 } else { 3 }][sign] += value;
        let place = match (at < s.target, over) {
            (true, false) => 5,
            (true, true) => 6,
            (false, false) => 7,
            (false, true) => 8,
        };
        self.sums[place][sign] += value;
    }

    fn emit<'l>(&self, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
        for (place, sums) in PLACES.into_iter().zip(self.sums) {
            for (sign, sum) in ["minus", "plus"].into_iter().zip(sums) {
                if sum > 0.0 {
                    let parts = [Part::of(place), Part::of(sign)];
                    sink(Feature { block: Block::CueScore, parts: &parts, value: sum.min(2.0) });
                }
            }
        }
    }
}
