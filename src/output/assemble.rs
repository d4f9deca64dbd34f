//! From predictions to stance records.

use super::{ActorField, Probabilities, StanceRecord};
use crate::{
    PairPrediction,
    actors::{ActorIndex, Gazetteer, Mention},
    attribution::{Attribution, Claim, CueHit, CueLexicon, Holder},
    document::Document,
    label::{Label, Stance, Tone},
    pairs::Candidate,
    segment::Segmentation,
    span::{CodePoints, Span},
};
use std::sync::Arc;

/// What every record of a run says about its making.
pub struct RecordLabels<'a> {
    /// Names of the actors.
    pub gazetteer: &'a Gazetteer,
    /// Name of the model.
    pub model: Arc<str>,
    /// Hash of the gazetteer.
    pub gazetteer_name: Arc<str>,
}

/// Collects the records of one document.
pub struct Assembler<'a> {
    labels: RecordLabels<'a>,
    document: &'a Document,
    segmentation: &'a Segmentation,
    mentions: &'a [Mention],
    points: CodePoints<'a>,
    doc_id: Arc<str>,
    issuer: Option<Arc<str>>,
    publisher: Option<Arc<str>>,
    records: Vec<StanceRecord>,
}

impl<'a> Assembler<'a> {
    /// For one document.
    #[must_use]
    pub fn new(
        labels: RecordLabels<'a>,
        document: &'a Document,
        segmentation: &'a Segmentation,
        mentions: &'a [Mention],
    ) -> Self {
        Self {
            labels,
            document,
            segmentation,
            mentions,
            points: CodePoints::of(&document.text),
            doc_id: document.id.as_str().into(),
            issuer: document.issuer.as_deref().map(Arc::from),
            publisher: document.publisher.as_deref().map(Arc::from),
            records: Vec::new(),
        }
    }

    /// Adds the record of one candidate.
    pub fn add(
        &mut self,
        candidate: &Candidate,
        claim: &Claim,
        cues: &CueLexicon,
        attribution: &Attribution,
        prediction: &PairPrediction,
    ) {
        let stance = prediction.stance.label;
        let probabilities = Probabilities::from([
            prediction.stance.probabilities[Stance::Critical.index()],
            prediction.stance.probabilities[Stance::Neutral.index()],
            prediction.stance.probabilities[Stance::Supportive.index()],
        ]);
        let target = &self.mentions[candidate.target_mention];
        let cue = self.cue(candidate, claim, cues, attribution, stance);
        let tone = prediction.tone.as_ref();
        let holder = candidate.holder.map(|actor| self.actor(actor, candidate.holder_mention));
        let reported = claim.speaker.is_some();
        let speaker = match (claim.speaker, claim.kind) {
            (Some(speaker), _) => self.speaker(speaker),
            (None, crate::attribution::ClaimKind::NarratedAct) => None,
            (None, _) => holder.clone(),
        };
        let sentence = &self.segmentation.sentences[candidate.sentence];
        // Always the likeliest act, also where none fits: its probability tells.
        let act = prediction.act.as_ref().map(|act| (act.label, act.probabilities[act.label.index()]));
        let mut record = StanceRecord {
            doc_id: self.doc_id.clone(),
            doc_date: self.document.date,
            issuer: self.issuer.clone(),
            publisher: self.publisher.clone(),
            sentence: Some(candidate.sentence),
            holder,
            speaker,
            target: self.actor(candidate.target, Some(candidate.target_mention)),
            stance,
            confidence: prediction.stance.probabilities[stance.index()],
            probabilities,
            score: probabilities.score(),
            act: act.map(|(act, _)| act),
            act_confidence: act.map(|(_, probability)| probability),
            intensity: prediction.intensity.or_else(|| cue.map(|cue| f64::from(cues.cue(cue.cue).intensity))),
            tone: tone.map(|tone| tone.label),
            tone_score: tone
                .map(|tone| tone.probabilities[Tone::Positive.index()] - tone.probabilities[Tone::Negative.index()]),
            reported,
            negated: cue.is_some_and(|cue| cue.negated),
            hypothetical: cue.is_some_and(|cue| cue.hypothetical),
            evidence: cue.map_or_else(String::new, |cue| self.evidence(cue, target.span)),
            model: self.labels.model.clone(),
            gazetteer: self.labels.gazetteer_name.clone(),
            ..StanceRecord::default()
        };
        record.place(sentence.span, &self.document.text, &self.points);
        self.records.push(record);
    }

    /// The records, in the order in which they were added.
    #[must_use]
    pub fn finish(self) -> Vec<StanceRecord> {
        self.records
    }

    fn actor(&self, actor: ActorIndex, mention: Option<usize>) -> ActorField {
        let named = self.labels.gazetteer.actor(actor);
        let field = ActorField {
            id: Some(named.id.clone()),
            name: Some(named.name.clone()),
            kind: Some(named.kind.name().into()),
            ..ActorField::default()
        };
        match mention.map(|mention| &self.mentions[mention]) {
            None => field,
            Some(mention) => ActorField { role: mention.role.clone(), person: mention.person.clone(), ..field }.place(
                mention.span,
                &self.document.text,
                &self.points,
            ),
        }
    }

    fn speaker(&self, speaker: Holder) -> Option<ActorField> {
        match speaker {
            Holder::Mention(index) => self.mentions[index].actor.map(|actor| self.actor(actor, Some(index))),
            Holder::Actor(actor) => Some(self.actor(actor, None)),
            Holder::Author | Holder::Unknown => None,
        }
    }

    /// The cue that carries the stance: the claim's own when it has the stance's sign, else the nearest to the
    /// target that has, else the claim's own after all.
    fn cue<'c>(
        &self,
        candidate: &Candidate,
        claim: &'c Claim,
        cues: &CueLexicon,
        attribution: &'c Attribution,
        stance: Stance,
    ) -> Option<&'c CueHit> {
        let fits = |cue: &&CueHit| {
            let polarity = cues.cue(cue.cue).polarity;
            match stance {
                Stance::Neutral => polarity == 0 && !cues.cue(cue.cue).group.is_report(),
                _ if cue.negated => polarity != 0,
                _ => polarity == stance.polarity(),
            }
        };
        if let Some(own) = claim.cue.as_deref().filter(fits) {
            return Some(own);
        }
        let view = attribution.views.binary_search_by_key(&candidate.sentence, |view| view.sentence).ok()?;
        let target = self.segmentation.tokens_in(self.mentions[candidate.target_mention].span).start;
        let nearest = attribution.views[view]
            .cues
            .iter()
            .filter(fits)
            .min_by_key(|cue| (cue.tokens.start.abs_diff(target), cue.tokens.start));
        // Of a stance that turns the cue's around ("condemned the strike on X" is for X) the cue is still what carries it.
        nearest.or_else(|| claim.cue.as_deref().filter(|own| !cues.cue(own.cue).group.is_report()))
    }

    /// The words from the cue to the target, or the cue alone when they are far apart.
    fn evidence(&self, cue: &CueHit, target: Span) -> String {
        let tokens = &self.segmentation.tokens;
        let words = Span::new(tokens[cue.tokens.start].span.start, tokens[cue.tokens.end - 1].span.end);
        let whole = words.cover(target);
        let span = if whole.len() <= 160 { whole } else { words };
        span.of(&self.document.text).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
