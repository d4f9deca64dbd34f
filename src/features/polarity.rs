//! Evaluative words: which words of praise and blame stand where around holder and target.
//!
//! In: the items of a pair's scope, the table of polarities. Out: for each such word its sign (turned by a negation) with its side,
//! distance and neighbours; short runs around the target in which evaluative words are signs and other words are left out; and, as
//! a dense block, sums by place. A word never seen in training still says what the table says of it.

use super::{
    Block,
    extract::{Feature, Part, begins_clause},
    sequence::{Break, Item},
    word_order::WordOrder,
};
use crate::attribution::{PolarityTable, is_negation};

/// Longest run beside the target in each direction, and in all.
const BESIDE: usize = 3;
/// Words before an evaluative word among which a negation is looked for.
const NEGATION_REACH: usize = 3;
/// Sums are capped here: a paragraph of insults is no worse than three.
const MOST: f32 = 3.0;
/// Polarities run to 3; a sum of one strong word is 1.
const STRONGEST: f32 = 3.0;

/// One evaluative word.
struct Evaluation {
    item: usize,
    /// -3 to 3, turned by a negation.
    polarity: i8,
    negated: bool,
}

impl Evaluation {
    fn sign(&self) -> &'static str {
        match (self.negated, self.polarity) {
            (true, 1..) => "NOT-",
            (true, _) => "NOT+",
            (_, 3..) => "++",
            (_, 1..) => "+",
            (_, ..=-3) => "--",
            _ => "-",
        }
    }

    const fn half(&self) -> &'static str {
        if self.polarity > 0 { "PLUS" } else { "MINUS" }
    }
}

/// Hands the polarity features of a pair to `sink`.
pub(super) fn polarity<'l>(
    order: &WordOrder<'_, 'l>,
    table: &PolarityTable,
    (words, scores): (bool, bool),
    sink: &mut dyn FnMut(Feature<'_, 'l>),
) {
    let found = evaluations(order, table);
    if words {
        for evaluation in &found {
            one(order, evaluation, sink);
        }
        nearest(order, &found, sink);
        runs(order, &found, sink);
    }
    if scores {
        sums(order, &found, sink);
    }
}

fn evaluations(order: &WordOrder<'_, '_>, table: &PolarityTable) -> Vec<Evaluation> {
    let s = order.s;
    let mut found = Vec::new();
    for (item, stem) in s.stems.iter().enumerate() {
        let polarity = table.of(stem.hash);
        if polarity == 0 || s.items[item] != Item::Word {
            continue;
        }
        let before = &s.words[item.saturating_sub(NEGATION_REACH)..item];
        let negated = before.iter().any(|word| is_negation(word.text));
        found.push(Evaluation { item, polarity: if negated { -polarity } else { polarity }, negated });
    }
    found
}

/// Side and distance of an item from the target, and whether another actor or clause stands between.
fn place(order: &WordOrder<'_, '_>, item: usize) -> (&'static str, &'static str, &'static str) {
    let s = order.s;
    let (first, last) = (item.min(s.target), item.max(s.target));
    let side = if item < s.target { "LEFT" } else { "RIGHT" };
    let reach = match last - first {
        0..=2 => "NEXT",
        3..=5 => "NEAR",
        6..=10 => "AWAY",
        _ => "FAR",
    };
    let stop = s.breaks.get(first + 1..=last).is_some_and(|breaks| breaks.contains(&Break::Stop));
    let clause = s.words.get(first + 1..last).unwrap_or_default().iter().any(|word| begins_clause(word.text));
    let over = match (s.actor_between(first, last), clause || stop) {
        (_, true) => "OVER-CLAUSE",
        (true, _) => "OVER-ACTOR",
        _ => "DIRECT",
    };
    (side, reach, over)
}

fn one<'l>(order: &WordOrder<'_, 'l>, evaluation: &Evaluation, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
    let s = order.s;
    let (sign, half) = (Part::of(evaluation.sign()), Part::of(evaluation.half()));
    let (side, reach, over) = place(order, evaluation.item);
    let (side, reach, over) = (Part::of(side), Part::of(reach), Part::of(over));
    let mut emit = |parts: &[Part<'l>]| sink(Feature { block: Block::Polarity, parts, value: 1.0 });
    emit(&[sign]);
    emit(&[sign, side, over]);
    emit(&[half, side, reach]);
    emit(&[half, side, reach, over]);
    // Whose: the subject before, the owner, the next actor behind.
    let subject = Part::of(order.part(order.subject(evaluation.item)).name());
    let owner = Part::of(order.part(order.owner(evaluation.item)).name());
    let behind = (evaluation.item + 1..s.items.len().min(evaluation.item + 8))
        .take_while(|item| s.breaks[*item] != Break::Stop)
        .find(|item| order.is_actor(*item));
    let behind = Part::of(order.part(behind).name());
    emit(&[half, Part::of("of"), subject, behind]);
    emit(&[half, Part::of("owned"), owner]);
    emit(&[half, Part::of("of"), subject]);
    emit(&[half, Part::of("onto"), behind]);
    if let Some(holder) = s.holder {
        let way = match (holder < evaluation.item, evaluation.item < s.target, holder < s.target) {
            (true, true, _) => "HPT",
            (true, false, true) => "HTP",
            (true, false, false) => "THP",
            (false, true, true) => "PHT",
            (false, true, false) => "PTH",
            (false, false, _) => "TPH",
        };
        emit(&[half, Part::of(way), over]);
    }
}

/// The nearest evaluative word on each side, together.
fn nearest<'l>(order: &WordOrder<'_, 'l>, found: &[Evaluation], sink: &mut dyn FnMut(Feature<'_, 'l>)) {
    let target = order.s.target;
    let left = found.iter().rev().find(|evaluation| evaluation.item < target).map_or("NONE", Evaluation::half);
    let right = found.iter().find(|evaluation| evaluation.item > target).map_or("NONE", Evaluation::half);
    let parts = [Part::of("NEAREST"), Part::of(left), Part::of(right)];
    sink(Feature { block: Block::Polarity, parts: &parts, value: 1.0 });
    let balance: i32 = found.iter().map(|evaluation| i32::from(evaluation.polarity.signum())).sum();
    let balance = match balance {
        ..=-3 => "MANY-MINUS",
        -2 | -1 => "MINUS",
        0 if found.is_empty() => "NONE",
        0 => "EVEN",
        1 | 2 => "PLUS",
        3.. => "MANY-PLUS",
    };
    sink(Feature { block: Block::Polarity, parts: &[Part::of("BALANCE"), Part::of(balance)], value: 1.0 });
}

/// Short runs around the target: actors, signs, marks and the words that skeletons keep.
fn runs<'l>(order: &WordOrder<'_, 'l>, found: &[Evaluation], sink: &mut dyn FnMut(Feature<'_, 'l>)) {
    let s = order.s;
    let mut signs = vec![None; s.items.len()];
    for evaluation in found {
        signs[evaluation.item] = Some(evaluation.half());
    }
    let mut line: Vec<Part<'l>> = Vec::with_capacity(s.items.len());
    let mut signed: Vec<bool> = Vec::with_capacity(s.items.len());
    let mut target = 0;
    for (item, sign) in signs.into_iter().enumerate() {
        if s.breaks[item] != Break::None {
            line.push(Part::of(if s.breaks[item] == Break::Comma { "," } else { ";" }));
            signed.push(false);
        }
        if item == s.target {
            target = line.len();
        }
        let part = match (s.items[item], sign) {
            (Item::Target, _) => Part::of("T"),
            (Item::Holder, _) => Part::of("H"),
            (Item::Actor, _) => Part::of("A"),
            (Item::Word, Some(sign)) => Part::of(sign),
            (Item::Word, None) if order.class(item).possessive => Part::of("'s"),
            (Item::Word, None) if order.class(item).kept => s.words[item],
            _ => continue,
        };
        signed.push(sign.is_some());
        line.push(part);
    }
    for left in 0..=BESIDE.min(target) {
        for right in 0..=BESIDE {
            let (first, last) = (target - left, target + right);
            if left + right == 0 || left + right > BESIDE || last >= line.len() || !signed[first..=last].contains(&true)
            {
                continue;
            }
            let mut parts = [Part::of("t"); BESIDE + 2];
            let run = &line[first..=last];
            parts[1..=run.len()].copy_from_slice(run);
            sink(Feature { block: Block::Polarity, parts: &parts[..=run.len()], value: 1.0 });
        }
    }
}

/// Sums of polarities by side, distance and sign.
fn sums<'l>(order: &WordOrder<'_, 'l>, found: &[Evaluation], sink: &mut dyn FnMut(Feature<'_, 'l>)) {
    const PLACES: [&str; 5] = ["whole", "left-direct", "right-direct", "over", "near"];
    let mut sums = [[0.0_f32; 2]; PLACES.len()];
    for evaluation in found {
        let (side, reach, over) = place(order, evaluation.item);
        let sign = usize::from(evaluation.polarity > 0);
        let value = f32::from(evaluation.polarity.unsigned_abs()) / STRONGEST;
        let which = match (over, side) {
            ("DIRECT", "LEFT") => 1,
            ("DIRECT", _) => 2,
            _ => 3,
        };
        sums[0][sign] += value;
        sums[which][sign] += value;
        if matches!(reach, "NEXT" | "NEAR") {
            sums[4][sign] += value;
        }
    }
    for (place, sums) in PLACES.into_iter().zip(sums) {
        for (sign, sum) in ["minus", "plus"].into_iter().zip(sums) {
            if sum > 0.0 {
                let parts = [Part::of(place), Part::of(sign)];
                sink(Feature { block: Block::PolarityScore, parts: &parts, value: sum.min(MOST) });
            }
        }
    }
}
