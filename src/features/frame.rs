//! Frames: for every cue of a scope, who does it and how the target hangs on it.
//!
//! In: the items of a pair's scope and its cues. Out: features that join a cue with the part that holder, target or another
//! actor plays as its agent, and with the way from the cue to the target: how many actors stand between, the preposition
//! before the target, the last polar cue on the way ("condemned the ATTACK ON target BY actor"). Of the frames whose agent
//! is the holder, the one that reaches the target best gives the verdict.

use super::{
    Block,
    extract::{Feature, Part as Name},
    sequence::Break,
    word_order::{Part, WordOrder},
};
use crate::attribution::{CueHit, CueLexicon, SentenceView};

/// A cue at its place.
struct Frame<'c> {
    hit: &'c CueHit,
    at: usize,
    polarity: i8,
    agent: Part,
    /// The subject of a passive.
    patient: Part,
}

impl<'c> Frame<'c> {
    fn of(order: &WordOrder<'_, '_>, hit: &'c CueHit, at: usize, polarity: i8) -> Self {
        let (agent, patient) = if hit.nominal {
            // "Voiced solidarity", "launched an attack": whoever gives a noun that nobody owns.
            (order.owner(at).or_else(|| order.agent(at)).or_else(|| order.subject(at)), None)
        } else if hit.passive {
            (order.agent(at), order.subject(at))
        } else {
            (order.subject(at), None)
        };
        Self { hit, at, polarity, agent: order.part(agent), patient: order.part(patient) }
    }

    /// Polarity and negation.
    const fn sign(&self) -> &'static str {
        match (self.hit.negated, self.polarity) {
            (false, ..0) => "MINUS",
            (false, 0) => "ZERO",
            (false, 1..) => "PLUS",
            (true, ..0) => "NOT-MINUS",
            (true, 0) => "NOT-ZERO",
            (true, 1..) => "NOT-PLUS",
        }
    }
}

/// How the target hangs on a cue.
struct Reach {
    way: Way,
    /// The word that leads to the target.
    marker: &'static str,
}

/// The way from a cue to the target, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// The target is the subject of the passive.
    Patient,
    /// At most four words on.
    Next,
    Near,
    OverComma,
    OverOne,
    OverOneComma,
    OverMore,
    /// Before the cue.
    Before,
    BeforeOver,
    /// Behind a full stop or semicolon.
    Beyond,
    BeforeStop,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Patient => "PATIENT",
            Self::Next => "NEXT",
            Self::Near => "NEAR",
            Self::OverComma => "OVER-COMMA",
            Self::OverOne => "OVER-ONE",
            Self::OverOneComma => "OVER-ONE-COMMA",
            Self::OverMore => "OVER-MORE",
            Self::Before => "BEFORE",
            Self::BeforeOver => "BEFORE-OVER",
            Self::Beyond => "BEYOND",
            Self::BeforeStop => "BEFORE-STOP",
        }
    }
}

/// Cues farther away than this many items do not reach the target.
const REACH: usize = 64;

impl Reach {
    fn of(order: &WordOrder<'_, '_>, frame: &Frame<'_>) -> Self {
        let s = order.s;
        let (at, target) = (frame.at, s.target);
        if matches!(frame.patient, Part::Target) {
            return Self { way: Way::Patient, marker: "SUBJECT" };
        }
        let stops =
            |first: usize, last: usize| last - first > REACH || s.breaks[first + 1..=last].contains(&Break::Stop);
        if target <= at {
            if stops(target, at) {
                return Self { way: Way::BeforeStop, marker: "STOP" };
            }
            let over = (target + 1..at).any(|item| order.is_actor(item));
            return Self { way: if over { Way::BeforeOver } else { Way::Before }, marker: "LEFT" };
        }
        if stops(at, target) {
            return Self { way: Way::Beyond, marker: "STOP" };
        }
        // "condemned A and TARGET": both are objects.
        let first = order.list_start(target).max(at + 1);
        let actors = (at + 1..first).filter(|item| order.is_actor(*item)).count();
        let comma = s.breaks[at + 1..=first].contains(&Break::Comma);
        let way = match (actors, comma) {
            (0, false) if first - at <= 4 => Way::Next,
            (0, false) => Way::Near,
            (0, true) => Way::OverComma,
            (1, false) => Way::OverOne,
            (1, true) => Way::OverOneComma,
            _ => Way::OverMore,
        };
        let mut lead = (at + 1..first).rev();
        let marker = if order.is_possessive(target) {
            match lead.take(3).find_map(|item| order.class(item).lead) {
                Some("of" | "by" | "for" | "against" | "on" | "over" | "with" | "to" | "from") => {
                    "OWNER-AFTER-PREPOSITION"
                }
                Some(_) => "OWNER-AFTER-OTHER",
                None => "OWNER",
            }
        } else {
            lead.by_ref().take(4).find_map(|item| order.class(item).lead).unwrap_or("OBJECT")
        };
        Self { way, marker }
    }
}

/// Hands the frame features of a pair to `sink`.
pub(super) fn frames<'l>(
    order: &WordOrder<'_, 'l>,
    view: &SentenceView,
    cues: &'l CueLexicon,
    sink: &mut dyn FnMut(Feature<'_, 'l>),
) {
    let s = order.s;
    let frames: Vec<Frame<'_>> = view
        .cues
        .iter()
        .map(|hit| Frame::of(order, hit, s.item_of_cue(hit, view), cues.cue(hit.cue).polarity))
        .collect();
    let last = frames.iter().rev().find(|frame| frame.at < s.target && frame.polarity != 0);
    let mut emit = |parts: &[Name<'l>]| sink(Feature { block: Block::Frame, parts, value: 1.0 });
    let mut verdict: Option<(Way, [Name<'l>; 5])> = None;
    for frame in &frames {
        let cue = cues.cue(frame.hit.cue);
        let reach = Reach::of(order, frame);
        let inner = match last.filter(|last| last.at > frame.at) {
            None => "NO-INNER",
            Some(last) => match (last.polarity > 0, last.hit.nominal) {
                (true, true) => "INNER-PLUS-NOUN",
                (true, false) => "INNER-PLUS",
                (false, true) => "INNER-MINUS-NOUN",
                (false, false) => "INNER-MINUS",
            },
        };
        let key = Name { hash: cue.hash, text: &cue.key };
        let (group, sign, agent) = (Name::of(cue.group.name()), Name::of(frame.sign()), Name::of(frame.agent.name()));
        let (way, marker, inner) = (Name::of(reach.way.name()), Name::of(reach.marker), Name::of(inner));
        let class = Name::of(if frame.hit.nominal { "NOUN" } else { "VERB" });
        emit(&[sign, agent, way]);
        emit(&[group, agent, way]);
        emit(&[key, agent]);
        emit(&[key, way]);
        emit(&[group, agent, marker]);
        emit(&[sign, class, agent, way, marker]);
        emit(&[sign, agent, way, marker, inner]);
        emit(&[group, agent, marker, inner]);
        let holders = matches!(frame.agent, Part::Holder | Part::Both) && frame.polarity != 0;
        if holders && verdict.as_ref().is_none_or(|(held, _)| reach.way < *held) {
            verdict = Some((reach.way, [Name::of("VERDICT"), sign, way, marker, inner]));
        }
    }
    if let Some((_, parts)) = verdict {
        emit(&parts[..2]);
        emit(&parts[..3]);
        emit(&[parts[0], parts[1], parts[3]]);
        emit(&[parts[0], parts[1], parts[4]]);
        emit(&parts);
        return;
    }
    // What the target does itself is no stance of the holder's.
    let targets = |frame: &&Frame<'_>| matches!(frame.agent, Part::Target) && frame.polarity != 0;
    let acts = frames.iter().filter(targets);
    let without = match (acts.clone().next(), s.holder) {
        (None, _) => "NOTHING",
        (Some(_), Some(holder)) if acts.clone().any(|frame| frame.at < holder) => "HOLDER-SUFFERS",
        (Some(_), _) => "TARGET-ACTS",
    };
    emit(&[Name::of("NO-VERDICT"), Name::of(without)]);
}
