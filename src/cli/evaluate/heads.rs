//! From what the heads say of each row to the sections of a report.

use anyhow::Result;
use demarche::{
    evaluate::{
        IntensityOutcome, Outcome, Predictions, ScoreOptions, StanceAndAct, compare, consistency, directed, majority,
        repeat_spread, score_intensity,
    },
    label::{Act, Directed, Label, Quad, Root, Side, Stance, Tone},
    model::{ABSTENTION_LEVEL, Decision, RiskCoverage},
    pairs::LabelledPair,
    report::{AbstentionSection, Section},
};

/// Points of the curve of risk by coverage.
const CURVE: u64 = 10;

/// What the heads say of one row; `None` for a head that says nothing of it.
#[derive(Debug, Clone, Default)]
pub(super) struct HeadProbabilities {
    pub(super) stance: Option<Vec<f64>>,
    pub(super) act: Option<Vec<f64>>,
    pub(super) tone: Option<Vec<f64>>,
    pub(super) intensity: Option<f64>,
}

/// What the table of cues says of one row.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByCues {
    pub(super) stance: Stance,
    pub(super) intensity: Option<f64>,
}

/// How the heads whose labels have an order choose one; acts have none, and get the likeliest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Decisions {
    pub(super) stance: Decision,
    pub(super) tone: Decision,
}

/// Labelled pairs with what was said of them.
pub(super) struct Judged<'a> {
    pub(super) pairs: &'a [LabelledPair],
    /// What the cue lexicon says of each pair.
    pub(super) cues: &'a [ByCues],
    /// What the heads say of each pair: once for a model, once for each repeat of a cross-validation.
    pub(super) runs: &'a [Vec<HeadProbabilities>],
    /// How a label comes of what they say: what is scored is what the heads answer.
    pub(super) decisions: Decisions,
}

/// The sections, and remarks that belong to them.
pub(super) struct Sections {
    pub(super) sections: Vec<Section>,
    pub(super) notes: Vec<String>,
}

impl Judged<'_> {
    /// The rows of all runs, one run after the other.
    fn rows(&self) -> impl Iterator<Item = (&LabelledPair, &HeadProbabilities, ByCues)> {
        self.runs
            .iter()
            .flat_map(|run| self.pairs.iter().zip(run).zip(self.cues).map(|((pair, found), cue)| (pair, found, *cue)))
    }

    /// The scores of every head and of what acts are merged into, and of both directions together.
    pub(super) fn sections(&self, options: &ScoreOptions) -> Result<Sections> {
        let mut found = Sections { sections: Vec::new(), notes: Vec::new() };
        let sections = &mut found.sections;
        let stance = self.stances();
        let with_stance = self.rows().filter(|(pair, found, _)| pair.stance.is_some() && found.stance.is_some());
        let cues = stance.iter().zip(with_stance).map(|(outcome, (.., cue))| Outcome {
            predicted: cue.stance,
            probabilities: Vec::new(),
            ..outcome.clone()
        });
        let cues = Predictions { name: "cue lexicon".to_owned(), outcomes: cues.collect() };
        section::<Stance>(sections, &stance, vec![cues], options)?;
        let mut both_polar = 0;
        let mut both = Vec::new();
        for run in self.runs {
            let rows = self.pairs.iter().zip(run).map(|(pair, found)| (pair, found.stance.as_deref()));
            let mut read = directed(rows);
            both.append(&mut read.outcomes);
            both_polar = read.both_polar;
        }
        section::<Directed>(sections, &both, Vec::new(), options)?;
        if both_polar > 0 && !both.is_empty() {
            found.notes.push(format!(
                "both directions, five classes: left out {both_polar} with a side taken in each direction"
            ));
        }
        section::<Act>(sections, &self.merged(|pair| pair.act, |act| act), Vec::new(), options)?;
        // The root only where it says something that the act does not: data with YIELD.
        if self.pairs.iter().any(|pair| pair.act.is_none() && pair.root.is_some()) {
            section::<Root>(sections, &self.merged(|pair| pair.root, Act::root), Vec::new(), options)?;
        }
        let quads = self.merged(|pair| pair.root.map(Root::quad), |act| act.root().quad());
        section::<Quad>(sections, &quads, Vec::new(), options)?;
        let side = |root: Root| root.quad().side();
        let sides = self.merged(|pair| pair.root.map(side), |act| side(act.root()));
        section::<Side>(sections, &sides, Vec::new(), options)?;
        let tone = self.outcomes(self.decisions.tone, |pair| pair.tone, |found| found.tone.as_ref());
        section::<Tone>(sections, &tone, Vec::new(), options)?;
        let intensities: Vec<IntensityOutcome> = self
            .rows()
            .filter_map(|(pair, found, cue)| {
                Some(IntensityOutcome {
                    gold: f64::from(pair.intensity?),
                    predicted: found.intensity?,
                    cue: cue.intensity,
                    group: pair.group.clone(),
                })
            })
            .collect();
        if !intensities.is_empty() {
            sections.push(Section::Intensity(score_intensity(&intensities, options)?));
        }
        sections.extend(self.consistency(options)?);
        Ok(found)
    }

    /// Whether stance and act agree; `None` where no row has both.
    fn consistency(&self, options: &ScoreOptions) -> Result<Option<Section>> {
        let rows: Vec<StanceAndAct> = self
            .rows()
            .filter_map(|(pair, found, _)| {
                Some(StanceAndAct {
                    stance: Stance::ALL[self.decisions.stance.choose(found.stance.as_ref()?)],
                    act: Act::ALL[Decision::Label.choose(found.act.as_ref()?)],
                    has_act: pair.act.is_some(),
                    group: pair.group.clone(),
                })
            })
            .collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let gold: Vec<(Stance, Act)> = self.pairs.iter().filter_map(|pair| pair.stance.zip(pair.act)).collect();
        Ok(Some(Section::Consistency(consistency(&rows, &gold, options)?)))
    }

    /// What it costs to keep the error of stances under `risk`. Of several runs the first: more of them are no more rows.
    pub(super) fn abstention(&self, risk: f64) -> Section {
        let judged = Judged { runs: self.runs.get(..1).unwrap_or_default(), ..*self };
        let outcomes = judged.stances();
        let table = RiskCoverage::of(
            outcomes
                .iter()
                .map(|outcome| (outcome.probabilities[outcome.predicted.index()], outcome.predicted == outcome.gold)),
        );
        Section::Abstention(AbstentionSection {
            risk,
            level: ABSTENTION_LEVEL,
            rows: table.rows(),
            found: table.threshold(risk),
            curve: table.curve(CURVE),
        })
    }

    /// How much the figures of each head move from run to run; `None` for one run.
    pub(super) fn spread(&self, options: &ScoreOptions) -> Result<Option<Section>> {
        if self.runs.len() < 2 {
            return Ok(None);
        }
        let alone = ScoreOptions { resamples: 0, ..*options };
        let mut by_run = Vec::new();
        for run in self.runs {
            let judged = Judged { runs: std::slice::from_ref(run), ..*self };
            let heads = judged.sections(&alone)?.sections.into_iter().filter_map(|section| match section {
                Section::Head(head) => Some(head),
                _ => None,
            });
            by_run.push(heads.collect::<Vec<_>>());
        }
        let Some((first, rest)) = by_run.split_first() else { return Ok(None) };
        let spreads = first.iter().enumerate().map(|(index, head)| {
            let scores = std::iter::once(&head.scores);
            let scores: Vec<_> = scores.chain(rest.iter().filter_map(|run| Some(&run.get(index)?.scores))).collect();
            repeat_spread(head.head, &scores)
        });
        Ok(Some(Section::Repeats { heads: spreads.collect() }))
    }

    /// Outcomes of the stance head.
    fn stances(&self) -> Vec<Outcome<Stance>> {
        self.outcomes(self.decisions.stance, |pair| pair.stance, |found| found.stance.as_ref())
    }

    /// Outcomes of one head.
    fn outcomes<L: Label>(
        &self,
        decision: Decision,
        gold: impl Fn(&LabelledPair) -> Option<L>,
        said: impl Fn(&HeadProbabilities) -> Option<&Vec<f64>>,
    ) -> Vec<Outcome<L>> {
        self.rows()
            .filter_map(|(pair, found, _)| Some(outcome(pair, gold(pair)?, said(found)?.clone(), decision)))
            .collect()
    }

    /// Outcomes of acts that are merged into fewer labels: the probability of a label is the sum of its acts'.
    fn merged<L: Label>(&self, gold: impl Fn(&LabelledPair) -> Option<L>, label: impl Fn(Act) -> L) -> Vec<Outcome<L>> {
        self.rows()
            .filter_map(|(pair, found, _)| {
                let gold = gold(pair)?;
                let mut probabilities = vec![0.0; L::ALL.len()];
                for (act, probability) in Act::ALL.iter().zip(found.act.as_ref()?) {
                    probabilities[label(*act).index()] += probability;
                }
                Some(outcome(pair, gold, probabilities, Decision::Label))
            })
            .collect()
    }
}

/// The outcome of a row: the label predicted is the one that the head's decision chooses.
fn outcome<L: Label>(pair: &LabelledPair, gold: L, probabilities: Vec<f64>, decision: Decision) -> Outcome<L> {
    Outcome { gold, predicted: L::ALL[decision.choose(&probabilities)], probabilities, group: pair.group.clone() }
}

fn section<L: Label>(
    sections: &mut Vec<Section>,
    outcomes: &[Outcome<L>],
    mut others: Vec<Predictions<L>>,
    options: &ScoreOptions,
) -> Result<()> {
    if outcomes.is_empty() {
        return Ok(());
    }
    others.insert(0, majority(outcomes, None)?);
    let (scores, comparisons) = compare(outcomes, &others, options)?;
    sections.push(Section::head(&scores, &comparisons));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use demarche::span::Span;
    use std::sync::Arc;

    fn pair() -> LabelledPair {
        LabelledPair {
            id: "row".to_owned(),
            text: Arc::from("Norway met Chad."),
            holder: Some(Span { start: 0, end: 6 }),
            target: Span { start: 11, end: 15 },
            stance: Some(Stance::Neutral),
            act: Some(Act::Consult),
            root: None,
            tone: Some(Tone::Neutral),
            intensity: None,
            date: None,
            issuer: None,
            group: Arc::from("group"),
            weight: 1.0,
            source: Arc::from("news"),
            file: Arc::from("rows.jsonl"),
            line: 1,
        }
    }

    #[test]
    fn what_is_scored_is_what_the_decision_of_a_head_chooses() {
        let act = Act::ALL.iter().map(|act| f64::from(u8::from(*act == Act::Accuse))).collect();
        let torn = || Some(vec![0.4, 0.2, 0.4]);
        let runs = [vec![HeadProbabilities { stance: torn(), act: Some(act), tone: torn(), intensity: None }]];
        let (pairs, cues) = ([pair()], [ByCues { stance: Stance::Neutral, intensity: None }]);
        let options = ScoreOptions { resamples: 0, ..ScoreOptions::default() };
        for (decision, stance, accuracy) in
            [(Decision::Label, Stance::Critical, 0.0), (Decision::Ordinal, Stance::Neutral, 1.0)]
        {
            let decisions = Decisions { stance: decision, tone: decision };
            let judged = Judged { pairs: &pairs, cues: &cues, runs: &runs, decisions };
            assert_eq!(judged.stances()[0].predicted, stance);
            let sections = judged.sections(&options).unwrap().sections;
            for name in [Stance::HEAD, Tone::HEAD] {
                let found = sections.iter().find_map(|section| match section {
                    Section::Head(head) if head.head == name => head.scores.accuracy.value,
                    _ => None,
                });
                assert_eq!(found, Some(accuracy), "{name} by {decision:?}");
            }
            let Some(Section::Consistency(found)) = judged.consistency(&options).unwrap() else {
                panic!("no row with both heads")
            };
            assert_eq!(found.contradictions.value, Some(f64::from(u8::from(Act::Accuse.contradicts(stance)))));
        }
    }
}
