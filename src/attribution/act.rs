//! Narrated acts: "X condemned Y", "Y was accused by X", "X's attack on Y".

use super::{
    Claim, ClaimKind, CueHit, CueLexicon, Group, Holder, Part, SentenceView,
    speech::Speech,
    subject::{MOST_JOINED, Scene},
    takes_part,
};
use crate::{
    actors::{Mention, MentionKind},
    segment::{Lexicon, Segmentation, TokenKind},
    span::Span,
};
use std::sync::Arc;

/// The acts told in one sentence. `outer` gives the reported speech that a byte lies in.
pub(super) fn acts<'s>(
    cues: &CueLexicon,
    lexicon: &Lexicon,
    text: &str,
    segmentation: &Segmentation,
    mentions: &[Mention],
    view: &SentenceView,
    outer: &dyn Fn(usize) -> Option<&'s Speech>,
) -> Vec<Claim> {
    let scene = Scene::new(cues, lexicon, text, segmentation, mentions, view);
    let actors = view.mentions.clone().filter(|mention| takes_part(&mentions[*mention])).count();
    if actors == 0 {
        return Vec::new();
    }
    let mut claims = Vec::new();
    let mut governing: Option<(usize, Vec<usize>)> = None;
    for (index, hit) in view.cues.iter().enumerate() {
        let cue = cues.cue(hit.cue);
        if matches!(cue.group, Group::Quality | Group::Relation)
            || cue.part == Part::Adjective
            || scene.in_compound(hit)
        {
            continue;
        }
        let holders = holders(&scene, hit, governing.as_ref());
        let thanked = governing.as_ref().and_then(|(governor, held)| {
            let governor = &view.cues[*governor];
            let start = segmentation.tokens[governor.tokens.start].span.start;
            (cues.cue(governor.cue).group == Group::Praise).then(|| (start, held.clone()))
        });
        if !hit.nominal && !hit.passive && !holders.is_empty() {
            governing = Some((index, holders.clone()));
        }
        if cue.group.is_report() {
            continue;
        }
        if hit.passive && holders.is_empty() {
            claims.push(unknown(view.sentence, segmentation.sentences[view.sentence].span, hit));
            continue;
        }
        let end = end_of(&scene, index);
        let among = hit.nominal && scene.between(hit).is_some();
        let (all, cue_hit): (Arc<[usize]>, Arc<CueHit>) = (holders.as_slice().into(), hit.clone().into());
        for holder in holders.iter().copied() {
            let at = segmentation.tokens[hit.tokens.start].span.start;
            let speech = outer(at);
            let mut span = reach(&scene, hit, holder, end, speech);
            // "We thank A, which sent doctors": sent to us.
            if let Some((governor, held)) = &thanked
                && !held.contains(&holder)
                && scene
                    .begins_a_relative_clause(scene.tokens(*scene.joined_after(holder).last().unwrap_or(&holder)).end)
                && !targets(&scene, span, &all)
            {
                let first = held.iter().map(|held| mentions[*held].span.start).min().unwrap_or(span.start);
                span.start = span.start.min(first.min(*governor));
            }
            let speaker = speech
                .map(|speech| speech.holder)
                .filter(|speaker| speaker.actor(mentions).is_none_or(|actor| Some(actor) != mentions[holder].actor));
            claims.push(Claim {
                span,
                holder: Holder::Mention(holder),
                // "The war between X and Y": each acts on the other.
                joint: if among { Arc::default() } else { Arc::clone(&all) },
                speaker,
                cue: Some(Arc::clone(&cue_hit)),
                kind: ClaimKind::NarratedAct,
                sentence: view.sentence,
            });
        }
    }
    if claims.iter().all(|claim| claim.holder == Holder::Unknown)
        && view.cues.iter().all(|hit| !cues.cue(hit.cue).group.is_report())
    {
        claims.extend(plain(&scene));
    }
    claims
}

/// Whether somebody else than those who act together is mentioned in a span.
fn targets(scene: &Scene<'_>, span: Span, all: &[usize]) -> bool {
    scene.view.mentions.clone().any(|mention| {
        let held = &scene.mentions[mention];
        !all.contains(&mention) && takes_part(held) && span.contains(held.span)
    })
}

/// "X was accused of it": somebody did, and the text does not say who; never X itself.
fn unknown(sentence: usize, span: Span, hit: &CueHit) -> Claim {
    let (holder, kind) = (Holder::Unknown, ClaimKind::NarratedAct);
    Claim { span, holder, joint: Arc::default(), speaker: None, cue: Some(Arc::new(hit.clone())), kind, sentence }
}

/// Whose act a cue is.
fn holders(scene: &Scene<'_>, hit: &CueHit, governing: Option<&(usize, Vec<usize>)>) -> Vec<usize> {
    // "X was disappointed by Y": the subject feels it.
    if hit.passive && !is_felt(scene.word(hit.tokens.end - 1)) {
        return scene.agent(hit).map(|agent| scene.joined_after(agent)).unwrap_or_default();
    }
    if hit.nominal {
        if let Some(both) = scene.between(hit) {
            return both;
        }
        let Some(owner) = scene.owner(hit).or_else(|| scene.giver(hit)) else { return Vec::new() };
        // "The support given by A, by B and by C"
        let after = scene.tokens(owner).start >= hit.tokens.end;
        return if after { scene.joined_after(owner) } else { scene.joined(owner) };
    }
    let head = hit.tokens.start;
    let subject = scene.subject(hit, scene.view.tokens.start);
    if let Some((governor, held)) = governing {
        let governor = &scene.view.cues[*governor];
        let between = governor.tokens.end..head;
        let own = subject.filter(|subject| scene.tokens(*subject).start >= governor.tokens.end);
        let before = scene.word(head.wrapping_sub(1));
        if hit.infinitive {
            // "urged X to withdraw" asks X; "vowed to support Y" is the subject's own.
            let asked = scene.cues.cue(governor.cue).group;
            let object = scene.mention_between(&between).is_some();
            return if object
                && matches!(asked, Group::Request | Group::Demand | Group::Threaten | Group::Reject | Group::Accuse)
            {
                Vec::new()
            } else {
                held.clone()
            };
        }
        // "condemned A and would veto B": auxiliaries stand between the conjunction and the verb.
        let mut at = head;
        while at > governor.tokens.end && (is_auxiliary(scene.word(at - 1)) || scene.word(at - 1).ends_with("ly")) {
            at -= 1;
        }
        let joint = scene.word(at.wrapping_sub(1));
        let goes_on = hit.gerund || matches!(joint, "and" | "," | "but" | "or" | "then") || before.ends_with("ly");
        // "A thanked B and recognised it": B is right before the conjunction, no subject.
        if goes_on && own.is_none_or(|own| scene.tokens(own).end < at || hit.gerund) {
            return held.clone();
        }
    }
    match subject {
        Some(subject) => scene.joined(subject),
        None => Vec::new(),
    }
}

/// Participles of verbs whose grammatical object feels something: in the passive that is the subject.
fn is_felt(word: &str) -> bool {
    matches!(
        word,
        "alarmed"
            | "angered"
            | "appalled"
            | "concerned"
            | "disappointed"
            | "dismayed"
            | "disturbed"
            | "encouraged"
            | "frustrated"
            | "heartened"
            | "horrified"
            | "impressed"
            | "incensed"
            | "moved"
            | "offended"
            | "outraged"
            | "pleased"
            | "saddened"
            | "shocked"
            | "surprised"
            | "touched"
            | "troubled"
            | "worried"
    )
}

fn is_auxiliary(word: &str) -> bool {
    matches!(
        word,
        "would"
            | "will"
            | "could"
            | "can"
            | "may"
            | "might"
            | "must"
            | "should"
            | "shall"
            | "has"
            | "have"
            | "had"
            | "did"
            | "does"
            | "do"
            | "not"
            | "never"
            | "also"
            | "be"
            | "been"
            | "is"
            | "are"
            | "was"
            | "were"
    ) || word.ends_with("n't")
}

/// Where the reach of the act of cue `index` ends: before the subject of a later verb that is joined by a
/// conjunction of its own clause, else with the sentence.
fn end_of(scene: &Scene<'_>, index: usize) -> usize {
    let hit = &scene.view.cues[index];
    let end = scene.segmentation.sentences[scene.view.sentence].span.end;
    for token in hit.tokens.end..scene.view.tokens.end {
        let word = scene.word(token);
        let breaks = matches!(word, ";" | "while" | "whereas" | "although" | "though");
        // What a noun is about ends with its phrase: "the initiative of X, as well as that of Y".
        let listed = hit.nominal && word == "as" && scene.word(token + 1) == "well";
        if breaks || word == "but" || listed {
            return scene.segmentation.tokens[token].span.start;
        }
    }
    end
}

/// The stretch in which the targets of an act are looked for.
fn reach(scene: &Scene<'_>, hit: &CueHit, holder: usize, end: usize, speech: Option<&Speech>) -> Span {
    let sentence = scene.segmentation.sentences[scene.view.sentence].span;
    let holder_span = scene.mentions[holder].span;
    let cue_start = scene.segmentation.tokens[hit.tokens.start].span.start;
    let mut start =
        if hit.passive && holder_span.start >= cue_start { sentence.start } else { holder_span.start.min(cue_start) };
    let agent = hit.passive && holder_span.start >= cue_start;
    let mut end = if agent { holder_span.end } else { end };
    // "Thanks A and B, which agreed to help, and C": the clause ends with the comma, and they do not act on each other.
    let held = scene.tokens(holder).end;
    let last = *scene.joined_after(holder).last().unwrap_or(&holder);
    if held <= hit.tokens.start && scene.begins_a_relative_clause(scene.tokens(last).end) {
        let comma = (hit.tokens.end..scene.view.tokens.end).find(|token| scene.word(*token) == ",");
        let tokens = &scene.segmentation.tokens;
        let closing = comma.map_or(end, |token| tokens[token].span.start);
        let direct = (scene.tokens(last).end + 2..hit.tokens.start).all(|token| scene.word(token) != ",");
        if direct {
            start = start.max(cue_start);
            end = end.min(closing);
        }
    }
    // What is quoted with its holder is about whom the quotation names, not about who said it.
    let quotation = scene.segmentation.quotation_at(cue_start).map(|number| scene.segmentation.quotations[number].span);
    if let Some(quotation) = quotation.filter(|quotation| quotation.contains(holder_span)) {
        start = start.max(quotation.start);
        end = end.min(quotation.end);
    }
    if let Some(speech) = speech
        && speech.span.contains(holder_span)
    {
        start = start.max(speech.span.start);
        end = end.min(speech.span.end);
    }
    Span::new(start, end.max(start))
}

/// A sentence with two actors and no known cue: the first may act on the others.
fn plain(scene: &Scene<'_>) -> Vec<Claim> {
    let actors: Vec<usize> =
        scene.view.mentions.clone().filter(|mention| takes_part(&scene.mentions[*mention])).collect();
    let Some(first) = actors.first().copied() else { return Vec::new() };
    let held = &scene.mentions[first];
    let sentence = scene.segmentation.sentences[scene.view.sentence].span;
    let begins = held.span.start <= sentence.start + 40;
    let adjunct = scene.before(first).is_some_and(|token| crate::actors::is_preposition(scene.word(token)));
    if actors.len() < 2
        || held.possessive
        || adjunct
        || !begins
        || matches!(held.kind, MentionKind::Demonym | MentionKind::Pronoun)
    {
        return Vec::new();
    }
    let between = scene.tokens(first).end..scene.tokens(actors[1]).start;
    if between.clone().all(|token| scene.segmentation.tokens[token].kind == TokenKind::Punctuation)
        && scene.tokens(actors[1]).end + 1 >= scene.view.tokens.end
    {
        // A heading: "Guyana-Venezuela."
        return Vec::new();
    }
    // "A, B and C did": all of them act.
    let mut holders = scene.joined_after(first);
    if holders.len() == actors.len() {
        holders.truncate(1);
    }
    let all: Arc<[usize]> = holders.as_slice().into();
    holders
        .iter()
        .copied()
        .map(|holder| Claim {
            span: Span::new(held.span.start, clause_end(scene, first, sentence.end).max(held.span.end)),
            holder: Holder::Mention(holder),
            joint: Arc::clone(&all),
            speaker: None,
            cue: None,
            kind: ClaimKind::NarratedAct,
            sentence: scene.view.sentence,
        })
        .collect()
}

/// Where the clause of the first actor ends: at a semicolon, or before "and", "but", "while" and another actor that begins a
/// clause of its own after a comma.
fn clause_end(scene: &Scene<'_>, first: usize, end: usize) -> usize {
    let tokens = scene.tokens(first).end..scene.view.tokens.end;
    let begins = |at: usize| scene.view.mentions.clone().any(|mention| scene.tokens(mention).start == at);
    let stop = tokens.clone().find(|token| match scene.word(*token) {
        ";" => true,
        "," => {
            let conjunction = matches!(scene.word(token + 1), "and" | "but" | "while" | "whereas");
            let next = token + 2 + usize::from(scene.word(token + 2) == "the");
            // The last of a list has no verb after it.
            let list = (tokens.start..*token).any(|before| scene.word(before) == ",");
            conjunction && !list && begins(next)
        }
        _ => false,
    });
    stop.map_or(end, |token| scene.segmentation.tokens[token].span.start)
}

impl Scene<'_> {
    /// The first mention whose tokens lie in a range.
    fn mention_between(&self, tokens: &std::ops::Range<usize>) -> Option<usize> {
        self.view.mentions.clone().find(|mention| {
            let held = self.tokens(*mention);
            held.start >= tokens.start && held.end <= tokens.end
        })
    }

    /// Those who stand after a noun and "between": "talks between X and Y", "the war between X, Y and Z".
    fn between(&self, hit: &CueHit) -> Option<Vec<usize>> {
        let end = hit.tokens.end;
        let preposition = (end..end + 2).find(|token| self.word(*token) == "between")?;
        let first = self.mention_at(preposition + 1, 1)?;
        Some(self.joined_after(first)).filter(|both| both.len() > 1)
    }

    /// The mentions joined after one: "by France and Germany".
    fn joined_after(&self, first: usize) -> Vec<usize> {
        let mut joined = vec![first];
        for mention in self.view.mentions.clone().filter(|mention| *mention > first) {
            let last = joined[joined.len() - 1];
            let between = self.tokens(last).end..self.tokens(mention).start;
            let joins = between.len() <= 4
                && between.clone().all(|token| matches!(self.word(token), "and" | "," | "the" | "by" | "as" | "well"));
            if !joins || between.is_empty() || joined.len() >= MOST_JOINED {
                break;
            }
            joined.push(mention);
        }
        joined
    }
}
