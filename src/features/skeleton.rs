//! The skeleton of a scope: actors, cues, prepositions, conjunctions and marks; all other words are left out.
//!
//! In: the items of a pair's scope and its cues. Out: short runs around holder and target, and the whole way between them,
//! once with cues by polarity and once by group. "HOLDER condemned last week's attack by rebels on TARGET" becomes
//! `H V- N- by on T`, so that few examples teach many sentences.

use super::{
    Block,
    extract::{Feature, Part},
    sequence::{Break, Item},
    word_order::WordOrder,
};
use crate::attribution::{CueHit, CueLexicon, SentenceView};

/// Longest run on the left and on the right of an actor, and on both together.
const LEFT: usize = 4;
const RIGHT: usize = 3;
const BESIDE: usize = 5;
/// Longest ways between holder and target, whole and shortened, in parts.
const WAY: usize = 9;
const SHORT_WAY: usize = 7;

/// One part of a skeleton: what it is by polarity, and by group of cues.
#[derive(Clone, Copy)]
struct Bone<'l> {
    sign: Part<'l>,
    group: Part<'l>,
    /// Whether it stays in the shortened way: actors, cues, stops and "by".
    bears: bool,
}

impl<'l> Bone<'l> {
    fn of(part: Part<'l>, bears: bool) -> Self {
        Self { sign: part, group: part, bears }
    }
}

/// Hands the skeleton features of a pair to `sink`.
pub(super) fn skeleton<'l>(
    order: &WordOrder<'_, 'l>,
    view: &SentenceView,
    cues: &'l CueLexicon,
    sink: &mut dyn FnMut(Feature<'_, 'l>),
) {
    let (bones, target, holder) = bones(order, view, cues);
    let lines: [Vec<Part<'l>>; 2] =
        [bones.iter().map(|bone| bone.sign).collect(), bones.iter().map(|bone| bone.group).collect()];
    for (line, [at_target, at_holder]) in lines.iter().zip([["t", "h"], ["tg", "hg"]]) {
        runs(line, target, at_target, sink);
        if let Some(holder) = holder {
            runs(line, holder, at_holder, sink);
            let (first, last) = (holder.min(target), holder.max(target));
            let way = &line[first..=last];
            if way.len() <= WAY {
                sink(Feature { block: Block::Skeleton, parts: way, value: 1.0 });
            }
            let mut short = [Part::of("way"); SHORT_WAY + 1];
            let mut count = 1;
            for (part, _) in way.iter().zip(&bones[first..=last]).filter(|(_, bone)| bone.bears) {
                if let Some(place) = short.get_mut(count) {
                    *place = *part;
                }
                count += 1;
            }
            if let Some(parts) = short.get(..count) {
                sink(Feature { block: Block::Skeleton, parts, value: 1.0 });
            }
        }
    }
}

/// The skeleton, and where target and holder stand in it.
fn bones<'l>(
    order: &WordOrder<'_, 'l>,
    view: &SentenceView,
    cues: &'l CueLexicon,
) -> (Vec<Bone<'l>>, usize, Option<usize>) {
    let s = order.s;
    let mut hits: Vec<Option<Bone<'l>>> = vec![None; s.items.len()];
    for hit in &view.cues {
        let cue = cues.cue(hit.cue);
        if cue.polarity != 0 || cue.act.is_some() || cue.group.is_report() {
            let bone = Bone { sign: Part::of(sign(hit, cue.polarity)), group: Part::of(cue.group.name()), bears: true };
            if let Some(place) = hits.get_mut(s.item_of_cue(hit, view)) {
                *place = Some(bone);
            }
        }
    }
    let mut bones = Vec::with_capacity(s.items.len());
    let (mut target, mut holder) = (0, None);
    for (item, hit) in hits.into_iter().enumerate() {
        match s.breaks[item] {
            Break::None => {}
            Break::Comma => bones.push(Bone::of(Part::of(","), false)),
            Break::Stop => bones.push(Bone::of(Part::of(";"), true)),
        }
        if item == s.target {
            target = bones.len();
        }
        if Some(item) == s.holder {
            holder = Some(bones.len());
        }
        let word = s.words[item];
        bones.push(match (s.items[item], hit) {
            (Item::Target, _) => Bone::of(Part::of("T"), true),
            (Item::Holder, _) => Bone::of(Part::of("H"), true),
            (Item::Actor, _) => Bone::of(Part::of("A"), true),
            (Item::Name, _) => continue,
            (Item::Word, Some(bone)) => bone,
            (Item::Word, None) if order.class(item).possessive => Bone::of(Part::of("'s"), false),
            (Item::Word, None) if order.class(item).kept => Bone::of(word, order.class(item).by),
            (Item::Word, None) => continue,
        });
    }
    (bones, target, holder)
}

/// Polarity, negation and word class of a cue.
const fn sign(hit: &CueHit, polarity: i8) -> &'static str {
    match (hit.negated, hit.nominal, hit.passive, polarity) {
        (_, _, _, 0) => "C0",
        (true, _, _, 1..) => "NOT+",
        (true, ..) => "NOT-",
        (_, true, _, 1..) => "N+",
        (_, true, ..) => "N-",
        (_, _, true, 1..) => "P+",
        (_, _, true, _) => "P-",
        (.., 1..) => "V+",
        _ => "V-",
    }
}

/// The runs of `line` that hold the part at `at`, each with `name` before it.
fn runs<'l>(line: &[Part<'l>], at: usize, name: &'static str, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
    for left in 0..=LEFT.min(at) {
        for right in 0..=RIGHT.min(BESIDE - left) {
            if left + right == 0 || at + right >= line.len() {
                continue;
            }
            let mut parts = [Part::of(name); BESIDE + 2];
            let run = &line[at - left..=at + right];
            parts[1..=run.len()].copy_from_slice(run);
            sink(Feature { block: Block::Skeleton, parts: &parts[..=run.len()], value: 1.0 });
        }
    }
}
