//! The features of cues: their order, the main cue, sums of intensities.
//!
//! In: the items of a pair's scope and its cues. Out: which group of cues stands where between holder and target, negated
//! or not, and how near; what the first cue behind the holder says and what leads from it to the target.

use super::extract::begins_clause;
use super::{Block, Extractor, Part, Sequence, extract::Feature};
use crate::attribution::CueHit;

impl<'l> Extractor<'_, 'l> {
    pub(super) fn cue_features(&self, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
        let s = self.sequence;
        let start = self.clause_start();
        let mut scores = Scores::default();
        let mut nearest: [Option<(usize, &CueHit)>; 2] = [None, None];
        for hit in &self.view.cues {
            let at = self.sequence.item_of_cue(hit, self.view);
            let cue = self.cues.cue(hit.cue);
            let inside = at >= start;
            let order = Part::of(order(s.holder, at, s.target));
            let flags = Part::of(flags(hit));
            // "condemned the attack on A by B": what the cue does falls on A first.
            let clause = clause_between(s, at);
            let over = s.actor_between(at, s.target) || clause;
            let reach = Part::of(match (over, at.abs_diff(s.target)) {
                (true, _) if clause => "OVER-CLAUSE",
                (true, _) => "OVER-ACTOR",
                (false, 0..=3) => "NEXT",
                (false, 4..=8) => "NEAR",
                (false, _) => "FAR",
            });
            if self.on(Block::CueOrder) && inside {
                let group = Part::of(cue.group.name());
                let key = Part { hash: cue.hash, text: &cue.key };
                let mut emit = |parts: &[Part<'l>]| sink(Feature { block: Block::CueOrder, parts, value: 1.0 });
                emit(&[group, order]);
                emit(&[group, order, flags]);
                emit(&[key, order]);
                emit(&[group, order, reach]);
                emit(&[Part::of(sign(cue.polarity)), order, reach, flags]);
            }
            if cue.polarity != 0 {
                scores.add(s, at, cue.polarity, cue.intensity, hit, over);
                let side = usize::from(at > s.target);
                let distance = at.abs_diff(s.target);
                if inside && nearest[side].is_none_or(|(held, _)| distance < held) {
                    nearest[side] = Some((distance, hit));
                }
            }
        }
        if self.on(Block::CueOrder) {
            for (side, name) in ["NEAREST-LEFT", "NEAREST-RIGHT"].into_iter().enumerate() {
                let Some((_, hit)) = nearest[side] else { continue };
                let cue = self.cues.cue(hit.cue);
                let sign = Part::of(if cue.polarity > 0 { "PLUS" } else { "MINUS" });
                let at = self.sequence.item_of_cue(hit, self.view);
                let reach = Part::of(if s.actor_between(at, s.target) { "OVER-ACTOR" } else { "DIRECT" });
                let parts = [Part::of(name), sign, Part::of(flags(hit)), reach];
                sink(Feature { block: Block::CueOrder, parts: &parts[..3], value: 1.0 });
                sink(Feature { block: Block::CueOrder, parts: &parts, value: 1.0 });
            }
        }
        if self.on(Block::CueScore) {
            scores.emit(sink);
        }
        if self.on(Block::MainCue) {
            self.main_cue(sink);
        }
    }

    /// The first polar cue after the holder, crossed with the word that leads to the target ("after", "against", "by")
    /// and with what the target does itself: "voiced support for A after an attack by TARGET" is no support for TARGET.
    fn main_cue(&self, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
        let s = self.sequence;
        let after = s.holder.filter(|holder| *holder < s.target).map_or(0, |holder| holder + 1);
        let polar = |hit: &&CueHit| self.cues.cue(hit.cue).polarity != 0;
        let main = self
            .view
            .cues
            .iter()
            .filter(polar)
            .find(|hit| (after..s.target).contains(&self.sequence.item_of_cue(hit, self.view)));
        let own = self.view.cues.iter().filter(polar).find(|hit| {
            let at = self.sequence.item_of_cue(hit, self.view);
            (s.target..s.target + 5).contains(&at) && !s.actor_between(s.target, at)
        });
        let own = Part::of(
            own.map_or("OWN-NONE", |hit| if self.cues.cue(hit.cue).polarity > 0 { "OWN-PLUS" } else { "OWN-MINUS" }),
        );
        let Some(main) = main else {
            sink(Feature { block: Block::MainCue, parts: &[Part::of("NO-MAIN"), own], value: 1.0 });
            return;
        };
        let at = self.sequence.item_of_cue(main, self.view);
        let main_sign = Part::of(match (main.negated, self.cues.cue(main.cue).polarity > 0) {
            (false, true) => "MAIN-PLUS",
            (false, false) => "MAIN-MINUS",
            (true, true) => "MAIN-NOT-PLUS",
            (true, false) => "MAIN-NOT-MINUS",
        });
        let over = Part::of(if s.actor_between(at, s.target) { "OVER-ACTOR" } else { "DIRECT" });
        let marker = (at + 1..s.target).rev().map(|item| s.words[item]).find(|word| is_marker(word.text));
        let marker = match marker {
            None => Part::of("NO-MARKER"),
            Some(word) if matches!(word.text, "after" | "following" | "amid" | "since" | "when" | "as") => {
                Part::of("AFTER")
            }
            Some(word) => word,
        };
        let mut emit = |parts: &[Part<'l>]| sink(Feature { block: Block::MainCue, parts, value: 1.0 });
        emit(&[main_sign, over]);
        emit(&[main_sign, over, own]);
        emit(&[main_sign, over, marker]);
        emit(&[main_sign, over, marker, own]);
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

/// Sums of intensities (tenths of the ladder) by what stands between cue and target, and by sign.
#[derive(Default)]
struct Scores {
    sums: [[f32; 2]; 5],
}

const PLACES: [&str; 5] = ["onto-target", "over-actor", "of-target", "past-actor", "negated"];

impl Scores {
    fn add(&mut self, s: &Sequence<'_>, at: usize, polarity: i8, intensity: u8, hit: &CueHit, over: bool) {
        let place = match (hit.negated, at < s.target, over) {
            (true, _, _) => 4,
            (_, true, false) => 0,
            (_, true, true) => 1,
            (_, false, false) => 2,
            (_, false, true) => 3,
        };
        self.sums[place][usize::from(polarity > 0)] += f32::from(intensity) / 10.0;
    }

    fn emit<'l>(&self, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
        for (place, sums) in PLACES.into_iter().zip(self.sums) {
            for (sign, sum) in ["minus", "plus"].into_iter().zip(sums) {
                if sum > 0.0 {
                    let parts = [Part::of(place), Part::of(sign)];
                    sink(Feature { block: Block::CueScore, parts: &parts, value: sum.min(1.5) });
                }
            }
        }
    }
}

fn sign(polarity: i8) -> &'static str {
    match polarity {
        0 => "ZERO",
        1.. => "PLUS",
        _ => "MINUS",
    }
}

/// Whether a clause of its own begins between a cue and the target: what the cue does does not reach over it.
fn clause_between(s: &Sequence<'_>, at: usize) -> bool {
    let (first, last) = (at.min(s.target), at.max(s.target));
    s.words.get(first + 1..last).unwrap_or_default().iter().any(|word| begins_clause(word.text))
}

/// Words that turn from what a sentence says to what it is about, what came before it, or the other side.
fn is_marker(word: &str) -> bool {
    matches!(
        word,
        "after"
            | "following"
            | "amid"
            | "over"
            | "despite"
            | "against"
            | "because"
            | "while"
            | "but"
            | "unlike"
            | "from"
            | "by"
            | "since"
            | "before"
            | "as"
            | "whereas"
            | "though"
            | "although"
            | "when"
            | "where"
            | "which"
            | "who"
            | "that"
            | "with"
            | "for"
    )
}
