//! The features of a pair, one after another.

use super::{
    Block, Row, Sequence, WordVectors, embedding::embedding, frame::frames, neighbours::neighbours, polarity::polarity,
    sequence::Item, skeleton::skeleton, word_order::WordOrder,
};
use crate::attribution::{CueLexicon, SentenceView};
use std::ops::Range;
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
pub(crate) fn key_of_name(name: &str) -> Option<(Block, u64)> {
    // By bytes: names are short, and looking for one is quicker than the search for a character, made for long texts.
    let name = name.as_bytes();
    let colon = name.iter().position(|byte| *byte == b':')?;
    let block = Block::ALL.into_iter().find(|block| block.prefix().as_bytes() == &name[..colon])?;
    Some((block, key(block, name[colon + 1..].split(|byte| *byte == b' ').map(xxh3_64))))
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
        // In "thanked A after an attack by TARGET" the thanks are not about the target: its own clause speaks of it, and
        // what comes before counts through the main cue alone.
        let start = self.clause_start();
        let (stems, words) = (&s.stems[start..], &s.words[start..]);
        let target = s.target - start;
        if self.on(Block::Stems) {
            grams(Block::Stems, stems, 1..=2, None, sink);
        }
        if self.on(Block::Trigrams) {
            grams(Block::Trigrams, stems, 3..=3, None, sink);
        }
        if self.on(Block::Words) {
            grams(Block::Words, words, 1..=2, None, sink);
        }
        let right = (target + 1).min(stems.len());
        if self.on(Block::TargetLeft) {
            grams(Block::TargetLeft, &stems[..target], 1..=2, None, sink);
        }
        if self.on(Block::TargetRight) {
            grams(Block::TargetRight, &stems[right..], 1..=2, None, sink);
        }
        if self.on(Block::TargetWindow) {
            window(Block::TargetWindow, words, target, sink);
        }
        if let Some(holder) = s.holder {
            if self.on(Block::HolderWindow) && start == 0 {
                window(Block::HolderWindow, &s.words, holder, sink);
            }
            if self.on(Block::Between) {
                let (first, second, order) =
                    if holder < s.target { (holder + 1, s.target, "HT") } else { (s.target + 1, holder, "TH") };
                let between = s.stems.get(first.max(start)..second).unwrap_or_default();
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
        if self.on(Block::CueOrder) || self.on(Block::CueScore) || self.on(Block::MainCue) {
            self.cue_features(sink);
        }
        if self.on(Block::Shape) {
            self.shape(sink);
        }
        let ordered =
            [Block::Frame, Block::Skeleton, Block::Clause, Block::Neighbours, Block::Polarity, Block::PolarityScore];
        if ordered.into_iter().any(|block| self.on(block)) {
            self.ordered(&WordOrder::of(s), sink);
        }
    }

    /// Makes the features of the pair and gives them to its vector, those of [`Block::Embedding`] included.
    pub fn fill(&self, row: &mut Row<'_>) {
        self.features(&mut |feature| row.add(&feature));
        if let Some(cells) = self.embedding() {
            row.embed(cells);
        }
    }

    /// The numbers of [`Block::Embedding`], if it is on.
    #[must_use]
    pub fn embedding(&self) -> Option<Vec<f32>> {
        let s = self.sequence;
        if !self.on(Block::Embedding) || s.items.is_empty() {
            return None;
        }
        let start = self.clause_start();
        let item = |token: usize| s.item_of_token.get(token.checked_sub(self.view.tokens.start)?).copied();
        let cues: Vec<Range<usize>> = self
            .view
            .cues
            .iter()
            .filter_map(|hit| Some(item(hit.tokens.start)?..item(hit.tokens.end.checked_sub(1)?)? + 1))
            .filter(|items| items.start >= start && items.end <= s.items.len())
            .collect();
        Some(embedding(s, start, &cues, WordVectors::shipped()))
    }

    /// The blocks that ask who does what to whom.
    fn ordered(&self, order: &WordOrder<'_, 'l>, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
        let s = self.sequence;
        if self.on(Block::Frame) {
            frames(order, self.view, self.cues, sink);
        }
        if self.on(Block::Skeleton) {
            skeleton(order, self.view, self.cues, sink);
        }
        if self.on(Block::Clause) {
            let first = Part::of(if s.holder.is_none_or(|holder| holder < s.target) { "HT" } else { "TH" });
            grams(Block::Clause, &s.stems[order.clauses()], 1..=2, Some(first), sink);
        }
        if self.on(Block::Neighbours) {
            neighbours(order, sink);
        }
        let evaluations = (self.on(Block::Polarity), self.on(Block::PolarityScore));
        if evaluations.0 || evaluations.1 {
            polarity(order, self.cues.polarities(), evaluations, sink);
        }
    }

    /// Where the target's own clause begins, when another actor is the object of what stands before it and the target is
    /// not spoken of there; else 0.
    pub(super) fn clause_start(&self) -> usize {
        let s = self.sequence;
        let Some(marker) = (0..s.target).rev().find(|item| begins_clause(s.words[*item].text)) else { return 0 };
        let before = &s.items[..marker];
        let holder_before = s.holder.is_some_and(|holder| holder < marker);
        let other = before.contains(&Item::Actor) && !before.contains(&Item::Target);
        if holder_before && other { marker } else { 0 }
    }

    pub(super) fn on(&self, block: Block) -> bool {
        self.blocks[block.index()]
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

/// Words that begin a clause or phrase about something else than the main verb's object.
pub(super) fn begins_clause(word: &str) -> bool {
    matches!(
        word,
        "after"
            | "following"
            | "amid"
            | "despite"
            | "because"
            | "while"
            | "but"
            | "unlike"
            | "whereas"
            | "though"
            | "although"
            | "since"
            | "when"
    )
}
