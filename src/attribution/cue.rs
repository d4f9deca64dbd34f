//! Cues: the words that show a stance, an act or reported speech (`data/cues.tsv`).
//!
//! Expressions are matched on stems, longest first; `~` in an expression is a gap of up to four words.
//! Polarity and intensity (0 to 10) follow the conventional ladder of diplomatic language.

use super::polarity::PolarityTable;
use super::usage::{IRREGULAR, is_negation, looks_verbal, refused};
use crate::{
    label::Act,
    segment::{Lexicon, Symbol},
};
use std::{collections::HashMap, ops::Range};

/// Word class of a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Has a subject.
    Verb,
    /// Has an owner or agent ("condemnation by X").
    Noun,
    /// Qualifies.
    Adjective,
}

/// What a cue does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are those of the table, explained there")]
pub enum Group {
    Report,
    Continue,
    Acknowledge,
    Praise,
    Support,
    Empathy,
    Intent,
    Agree,
    Consult,
    Cooperate,
    Aid,
    Concede,
    Retreat,
    Request,
    Demand,
    Concern,
    Criticise,
    Accuse,
    Reject,
    Threaten,
    Sanction,
    Protest,
    Mobilize,
    Coerce,
    Assault,
    Relation,
    Quality,
}

impl Group {
    const NAMES: [(&'static str, Self); 27] = [
        ("report", Self::Report),
        ("continue", Self::Continue),
        ("acknowledge", Self::Acknowledge),
        ("praise", Self::Praise),
        ("support", Self::Support),
        ("empathy", Self::Empathy),
        ("intent", Self::Intent),
        ("agree", Self::Agree),
        ("consult", Self::Consult),
        ("cooperate", Self::Cooperate),
        ("aid", Self::Aid),
        ("concede", Self::Concede),
        ("retreat", Self::Retreat),
        ("request", Self::Request),
        ("demand", Self::Demand),
        ("concern", Self::Concern),
        ("criticise", Self::Criticise),
        ("accuse", Self::Accuse),
        ("reject", Self::Reject),
        ("threaten", Self::Threaten),
        ("sanction", Self::Sanction),
        ("protest", Self::Protest),
        ("mobilize", Self::Mobilize),
        ("coerce", Self::Coerce),
        ("assault", Self::Assault),
        ("relation", Self::Relation),
        ("quality", Self::Quality),
    ];

    /// As the table has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// Whether it only says that something is said.
    #[must_use]
    pub const fn is_report(self) -> bool {
        matches!(self, Self::Report | Self::Continue)
    }

    /// Whether it is something done with force to a place, and so to whom the place belongs.
    #[must_use]
    pub const fn is_forceful(self) -> bool {
        matches!(self, Self::Assault | Self::Coerce)
    }

    /// Whether those who do it together do it to each other ("X and Y met").
    #[must_use]
    pub const fn is_reciprocal(self) -> bool {
        matches!(self, Self::Agree | Self::Consult | Self::Cooperate)
    }

    /// Whether a verb of the group can introduce a quotation or a that-clause.
    #[must_use]
    pub const fn is_speech(self) -> bool {
        !matches!(
            self,
            Self::Cooperate
                | Self::Aid
                | Self::Retreat
                | Self::Sanction
                | Self::Mobilize
                | Self::Coerce
                | Self::Assault
                | Self::Relation
                | Self::Quality
        )
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// As written in the table.
    pub expression: Box<str>,
    /// Word class.
    pub part: Part,
    /// What it does.
    pub group: Group,
    /// -1, 0 or 1 toward its object.
    pub polarity: i8,
    /// 0 to 10.
    pub intensity: u8,
    /// The act it stands for.
    pub act: Option<Act>,
    /// Expression with spaces replaced: a name for features.
    pub key: Box<str>,
    /// Hash of `key`.
    pub hash: u64,
}

/// Index of a cue in the lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CueIndex(u32);

/// A cue found in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CueHit {
    /// Which.
    pub cue: CueIndex,
    /// Document tokens from its first to its last word.
    pub tokens: Range<usize>,
    /// Negated, or the object of a refusal ("stopped short of condemning").
    pub negated: bool,
    /// Passive: the subject is the one acted upon.
    pub passive: bool,
    /// Under "would", "could", "if", "to": not said to have happened.
    pub hypothetical: bool,
    /// Used as a noun.
    pub nominal: bool,
    /// An -ing form.
    pub gerund: bool,
    /// After "to".
    pub infinitive: bool,
}

#[derive(Debug, Clone)]
enum Slot {
    /// Hashes of stems, any of which fits.
    Word(Vec<u64>),
    Gap,
}

/// All cues, indexed by the stem of their first word.
#[derive(Debug)]
pub struct CueLexicon {
    cues: Vec<Cue>,
    slots: Vec<Vec<Slot>>,
    first: HashMap<u64, Vec<u32>>,
    polarities: PolarityTable,
}

const TABLE: &str = include_str!("data/cues.tsv");
const POLARITIES: &str = include_str!("data/polarity.tsv");
const GAP: usize = 4;

impl CueLexicon {
    /// The table of the project.
    ///
    /// # Errors
    /// Never for the table as shipped (tested): the line and what is wrong with it.
    pub fn shipped() -> Result<Self, String> {
        Ok(Self { polarities: PolarityTable::read(POLARITIES)?, ..Self::read(TABLE)? })
    }

    fn read(table: &str) -> Result<Self, String> {
        let mut lexicon = Lexicon::default();
        let (mut cues, mut slots) = (Vec::new(), Vec::new());
        let mut first: HashMap<u64, Vec<u32>> = HashMap::new();
        for (number, line) in
            table.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let error = |problem: &str| format!("cues.tsv:{}: {problem}", number + 1);
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            let [expression, part, group, polarity, intensity, act] = cells.as_slice() else {
                return Err(error("expected expression, part, group, polarity, intensity, act"));
            };
            let part = match *part {
                "verb" => Part::Verb,
                "noun" => Part::Noun,
                "adjective" => Part::Adjective,
                _ => return Err(error("part is not verb, noun or adjective")),
            };
            let group = Group::NAMES
                .iter()
                .find(|(name, _)| name == group)
                .map(|(_, group)| *group)
                .ok_or_else(|| error("unknown group"))?;
            let polarity: i8 = polarity
                .parse()
                .ok()
                .filter(|p| (-1..=1).contains(p))
                .ok_or_else(|| error("polarity is not -1, 0 or 1"))?;
            let intensity: u8 =
                intensity.parse().ok().filter(|i| *i <= 10).ok_or_else(|| error("intensity is not 0 to 10"))?;
            let act = if act.is_empty() { None } else { Some(act.parse().map_err(|_| error("unknown act"))?) };
            let pattern: Vec<Slot> = expression
                .split(' ')
                .map(|slot| match slot {
                    "~" => Slot::Gap,
                    words => Slot::Word(
                        words
                            .split('/')
                            .map(|word| {
                                let symbol = lexicon.symbol(word);
                                lexicon.stem_hash(symbol)
                            })
                            .collect(),
                    ),
                })
                .collect();
            let Some(Slot::Word(heads)) = pattern.first() else {
                return Err(error("an expression begins with a word"));
            };
            let index = u32::try_from(cues.len()).map_err(|_| error("too many cues"))?;
            let mut heads = heads.clone();
            heads.sort_unstable();
            heads.dedup();
            for head in heads {
                first.entry(head).or_default().push(index);
            }
            slots.push(pattern);
            let key: Box<str> = expression.replace(' ', "_").into();
            let hash = xxhash_rust::xxh3::xxh3_64(key.as_bytes());
            cues.push(Cue { expression: (*expression).into(), part, group, polarity, intensity, act, key, hash });
        }
        Ok(Self { cues, slots, first, polarities: PolarityTable::default() })
    }

    /// The evaluative words.
    #[must_use]
    pub const fn polarities(&self) -> &PolarityTable {
        &self.polarities
    }

    /// The row behind an index.
    #[must_use]
    pub fn cue(&self, index: CueIndex) -> &Cue {
        &self.cues[index.0 as usize]
    }

    /// All rows.
    #[must_use]
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// The cues in a run of words, leftmost first, longest first, without overlaps. `places` holds the document's token for
    /// each word.
    #[must_use]
    pub fn find(&self, lexicon: &Lexicon, symbols: &[Symbol], places: &[usize]) -> Vec<CueHit> {
        let stems: Vec<u64> = symbols.iter().map(|symbol| lexicon.stem_hash(*symbol)).collect();
        let mut hits = Vec::new();
        let mut at = 0;
        while at < stems.len() {
            match self.longest(lexicon, symbols, &stems, at) {
                Some((cue, end)) => {
                    hits.push(self.hit(lexicon, symbols, cue, at..end, places));
                    at += 1;
                    // Words inside a gap may be cues of their own; only the first word is taken.
                }
                None => at += 1,
            }
        }
        drop_inner(&mut hits);
        hits
    }

    /// Whether a run of words is an expression of the table, from end to end.
    #[must_use]
    pub fn is_expression(&self, lexicon: &Lexicon, symbols: &[Symbol]) -> bool {
        let stems: Vec<u64> = symbols.iter().map(|symbol| lexicon.stem_hash(*symbol)).collect();
        !stems.is_empty() && self.longest(lexicon, symbols, &stems, 0).is_some_and(|(_, end)| end == stems.len())
    }

    fn longest(&self, lexicon: &Lexicon, symbols: &[Symbol], stems: &[u64], at: usize) -> Option<(u32, usize)> {
        let candidates = self.first.get(&stems[at])?;
        let mut best: Option<(usize, usize, bool, u32)> = None;
        let verbal = looks_verbal(lexicon, symbols, at);
        for cue in candidates {
            let slots = &self.slots[*cue as usize];
            if let Some(end) = matches(slots, stems, at) {
                let words = slots.iter().filter(|slot| matches!(slot, Slot::Word(_))).count();
                let fits = (self.cues[*cue as usize].part == Part::Verb) == verbal;
                if best.is_none_or(|(held, _, held_fits, _)| (words, fits) > (held, held_fits)) {
                    best = Some((words, end, fits, *cue));
                }
            }
        }
        best.map(|(_, end, _, cue)| (cue, end))
    }

    fn hit(&self, lexicon: &Lexicon, symbols: &[Symbol], cue: u32, words: Range<usize>, places: &[usize]) -> CueHit {
        let Range { start: at, end } = words;
        let word = |index: usize| lexicon.raw(symbols[index]);
        let before = |distance: usize| at.checked_sub(distance).map_or("", word);
        let head = word(at);
        let participle = head.ends_with("ed") || IRREGULAR.contains(&head);
        let be = |word: &str| matches!(word, "was" | "were" | "been" | "being" | "is" | "are" | "be" | "got");
        let next = |distance: usize| symbols.get(end - 1 + distance).map_or("", |symbol| lexicon.raw(*symbol));
        // "an embargo imposed on X by Y", "forces backed by Y": a participle that only qualifies the noun before it.
        let reduced = participle
            && (next(1) == "by"
                || matches!(next(1), "on" | "against" | "upon" | "in" | "to" | "at")
                    && (3..=8).any(|distance| next(distance) == "by"));
        let passive = reduced
            || participle
                && (be(before(1))
                    || be(before(2)) && !matches!(before(1), "the" | "a" | "and")
                    || be(before(3)) && before(2) == "also");
        let gerund = head.ends_with("ing") && head.len() > 5;
        let negated = (1..=3).any(|distance| {
            let w = before(distance);
            is_negation(w) && !(distance > 1 && matches!(before(1), "," | "but" | ";"))
        }) || refused(lexicon, symbols, at);
        let hypothetical = (1..=3).any(|distance| {
            matches!(before(distance), "would" | "could" | "might" | "may" | "if" | "should" | "unless")
        }) || before(1) == "to"
            && !matches!(before(2), "continue" | "continued" | "continues" | "moved" | "decided" | "had" | "began");
        let nominal = self.cues[cue as usize].part == Part::Noun
            || self.cues[cue as usize].part == Part::Verb && !looks_verbal(lexicon, symbols, at);
        CueHit {
            cue: CueIndex(cue),
            tokens: places[at]..places[end - 1] + 1,
            negated,
            passive,
            hypothetical,
            nominal,
            gerund,
            infinitive: before(1) == "to",
        }
    }
}

/// End of a match of `slots` at `at`.
fn matches(slots: &[Slot], stems: &[u64], at: usize) -> Option<usize> {
    match slots {
        [] => Some(at),
        [Slot::Gap, rest @ ..] => {
            (0..=GAP).filter(|skip| at + skip <= stems.len()).find_map(|skip| matches(rest, stems, at + skip))
        }
        [Slot::Word(any), rest @ ..] => {
            if at < stems.len() && any.contains(&stems[at]) {
                matches(rest, stems, at + 1)
            } else {
                None
            }
        }
    }
}

/// Drops hits that lie wholly inside an earlier, longer one at its first or last word.
fn drop_inner(hits: &mut Vec<CueHit>) {
    let mut kept: Vec<CueHit> = Vec::with_capacity(hits.len());
    for hit in hits.drain(..) {
        // Hits come in order, and no expression reaches far: only the last few can hold this one.
        let inside = kept
            .iter()
            .rev()
            .take(8)
            .any(|held| held.tokens.start <= hit.tokens.start && hit.tokens.end <= held.tokens.end);
        if !inside {
            kept.push(hit);
        }
    }
    *hits = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::Segmentation;

    fn found(text: &str) -> Vec<(String, bool, bool, bool)> {
        let cues = CueLexicon::shipped().unwrap();
        let mut lexicon = Lexicon::default();
        let segmentation = Segmentation::of(text);
        let symbols: Vec<Symbol> =
            segmentation.tokens.iter().map(|token| lexicon.symbol(token.span.of(text))).collect();
        let places: Vec<usize> = (0..symbols.len()).collect();
        let hits = cues.find(&lexicon, &symbols, &places);
        hits.into_iter()
            .filter(|hit| cues.cue(hit.cue).polarity != 0)
            .map(|hit| (cues.cue(hit.cue).group.name().to_owned(), hit.negated, hit.passive, hit.nominal))
            .collect()
    }

    #[test]
    fn polarity_negation_and_voice() {
        assert_eq!(found("France condemned the visit.")[0], ("criticise".into(), false, false, false));
        assert!(found("France refused to condemn the visit.").iter().any(|hit| hit.0 == "criticise" && hit.1));
        assert!(found("It stopped short of condemning the visit.").iter().any(|hit| hit.0 == "criticise" && hit.1));
        assert!(found("Paris was condemned by Oslo.")[0].2);
        assert!(found("Their condemnation of it was swift.")[0].3);
    }

    #[test]
    fn broken_tables_are_refused_with_the_line() {
        let error = CueLexicon::read(
            "expression\tpart\tgroup\tpolarity\tintensity\tact\nslam\tverb\tcriticise\t-2\t7\tACCUSE\n",
        )
        .unwrap_err();
        assert_eq!(error, "cues.tsv:2: polarity is not -1, 0 or 1");
    }
}
