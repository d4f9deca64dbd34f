//! Reported speech: who is quoted or paraphrased, and which words are theirs.
//!
//! Forms: "H said (that) C"; "C, H said"; "C, said H"; "according to H, C"; quotations with the nearest
//! speaker in their sentence; quotations of whole sentences carried over from the sentence before or
//! taken from the one in which they end; "the statement said", "he added".

use super::{Claim, ClaimKind, CueHit, CueLexicon, Group, Holder, SentenceView, subject::Scene};
use crate::{
    actors::{ActorIndex, Mention, MentionKind},
    segment::{Lexicon, Segmentation},
    span::Span,
};
use std::sync::Arc;

/// A stretch of reported speech within one sentence.
#[derive(Debug, Clone)]
pub(super) struct Speech {
    pub sentence: usize,
    pub span: Span,
    pub holder: Holder,
    /// Mentions that say so together, the holder among them ("X and Y said").
    pub joint: Arc<[usize]>,
    pub cue: Option<Arc<CueHit>>,
    pub kind: ClaimKind,
}

impl Speech {
    /// One claim for each who says so.
    pub(super) fn claims(&self, sentence: usize) -> impl Iterator<Item = Claim> {
        let subject = |holder: &Holder| match holder {
            Holder::Mention(mention) => Some(*mention),
            _ => None,
        };
        let others = self.joint.iter().copied().map(Holder::Mention).filter(|other| *other != self.holder);
        let together = if self.joint.len() > 1 { Arc::clone(&self.joint) } else { Arc::default() };
        std::iter::once(self.holder).chain(others).map(move |holder| Claim {
            span: self.span,
            holder,
            joint: if subject(&holder).is_some() { Arc::clone(&together) } else { Arc::default() },
            speaker: None,
            cue: self.cue.clone(),
            kind: self.kind,
            sentence,
        })
    }

    /// Whether little of the sentence is left outside.
    pub(super) fn covers_most(&self, sentence: Span) -> bool {
        self.span.len() * 2 > sentence.len()
    }
}

/// All reported speech of a document, in order of sentences.
#[derive(Debug, Default)]
pub(super) struct Speeches {
    list: Vec<Speech>,
    /// Holder of every quotation, by its number.
    quotations: Vec<Option<Holder>>,
}

impl Speeches {
    pub(super) fn of_sentence(&self, sentence: usize) -> &[Speech] {
        let start = self.list.partition_point(|speech| speech.sentence < sentence);
        let end = self.list.partition_point(|speech| speech.sentence <= sentence);
        &self.list[start..end]
    }
}

/// Nouns that speak for whoever spoke last.
fn is_text_noun(word: &str) -> bool {
    matches!(
        word,
        "statement"
            | "communique"
            | "communiqué"
            | "note"
            | "letter"
            | "release"
            | "text"
            | "declaration"
            | "message"
            | "source"
    )
}

/// Finds the reported speech of a document.
pub(super) fn speeches(
    cues: &CueLexicon,
    lexicon: &Lexicon,
    text: &str,
    segmentation: &Segmentation,
    mentions: &[Mention],
    views: &[SentenceView],
    issuer: Option<ActorIndex>,
) -> Speeches {
    let mut list: Vec<Speech> = Vec::new();
    let mut quotations: Vec<Option<Holder>> = vec![None; segmentation.quotations.len()];
    let mut last: Option<Holder> = issuer.map(Holder::Actor);
    for view in views {
        let scene = Scene::new(cues, lexicon, text, segmentation, mentions, view);
        let sentence = segmentation.sentences[view.sentence].span;
        let sources = sources(&scene, last);
        for (number, (hit, holder)) in sources.iter().enumerate() {
            let (hit, holder) = (hit.clone(), *holder);
            let (mut span, kind) = content(&scene, sentence, &hit, holder);
            if let Some(end) = next_speaker(&scene, &sources[number + 1..], span) {
                span.end = end.max(span.start);
            }
            // A quotation that begins or ends in this sentence is the speaker's.
            for number in quotations_in(segmentation, sentence) {
                quotations[number] = quotations[number].or(Some(holder));
            }
            if holder != Holder::Unknown {
                last = Some(carried(holder, mentions));
            }
            let joint = match holder {
                Holder::Mention(subject) => scene.joined(subject).into(),
                _ => Arc::default(),
            };
            list.push(Speech { sentence: view.sentence, span, holder, joint, cue: Some(hit.into()), kind });
        }
    }
    // Sentences inside a quotation whose speaker stands in another sentence.
    let mut carry: Option<Holder> = None;
    let mut floating = Vec::new();
    for (number, quotation) in segmentation.quotations.iter().enumerate() {
        let long = quotation.span.of(text).split_whitespace().nth(3).is_some();
        if quotations[number].is_none() && long {
            quotations[number] = carry.or(issuer.map(Holder::Actor));
        }
        carry = quotations[number].map(|holder| carried(holder, mentions)).or(carry);
        let Some(holder) = quotations[number] else { continue };
        let first =
            views.partition_point(|view| segmentation.sentences[view.sentence].span.end <= quotation.span.start);
        for view in &views[first..] {
            let sentence = segmentation.sentences[view.sentence].span;
            if sentence.start >= quotation.span.end {
                break;
            }
            // So far the list has the speeches with a cue alone, in order of sentences.
            let known = list.binary_search_by_key(&view.sentence, |speech| speech.sentence).is_ok();
            if sentence.overlaps(quotation.span) && !known {
                let span = Span::new(sentence.start.max(quotation.span.start), sentence.end.min(quotation.span.end));
                let holder = match holder {
                    // The mention stands in another sentence: only its actor carries over.
                    Holder::Mention(index) if mentions[index].sentence != view.sentence => carried(holder, mentions),
                    same => same,
                };
                floating.push(Speech {
                    sentence: view.sentence,
                    span,
                    holder,
                    joint: Arc::default(),
                    cue: None,
                    kind: ClaimKind::DirectQuote,
                });
            }
        }
    }
    list.extend(floating);
    list.sort_by_key(|speech| (speech.sentence, speech.span));
    Speeches { list, quotations }
}

/// Numbers of the quotations that share a byte with a span.
fn quotations_in(segmentation: &Segmentation, span: Span) -> std::ops::Range<usize> {
    let quotations = &segmentation.quotations;
    let first = quotations.partition_point(|quotation| quotation.span.end <= span.start);
    let end = quotations.partition_point(|quotation| quotation.span.start < span.end);
    first..end.max(first)
}

fn carried(holder: Holder, mentions: &[Mention]) -> Holder {
    match holder.actor(mentions) {
        Some(actor) => Holder::Actor(actor),
        None => holder,
    }
}

/// The reporting cues of a sentence with their holders.
fn sources(scene: &Scene<'_>, last: Option<Holder>) -> Vec<(CueHit, Holder)> {
    let mut found: Vec<(CueHit, Holder)> = Vec::new();
    for hit in &scene.view.cues {
        let cue = scene.cues.cue(hit.cue);
        let head = hit.tokens.start;
        let in_quotation = scene.segmentation.quotation_at(scene.segmentation.tokens[head].span.start).is_some();
        if in_quotation || scene.in_compound(hit) || hit.infinitive && cue.group != Group::Report {
            continue;
        }
        if cue.expression.starts_with("accord to") {
            let holder = scene.mention_at(hit.tokens.end, 3).map_or(Holder::Unknown, Holder::Mention);
            found.push((hit.clone(), holder));
            continue;
        }
        // "Question:" in a briefing names who speaks, not what is said of whom.
        if !scene.is_speech(hit) || hit.passive || scene.word(hit.tokens.end) == ":" && head == scene.view.tokens.start
        {
            continue;
        }
        let introduces = cue.group.is_report()
            || (hit.tokens.end..scene.view.tokens.end.min(hit.tokens.end + 5)).any(|token| scene.word(token) == "that");
        let quotes_next = scene.segmentation.tokens.get(hit.tokens.end).is_some_and(|token| {
            token.span.start < scene.segmentation.sentences[scene.view.sentence].span.end
                && scene.segmentation.quotation_at(token.span.start).is_some()
        });
        if !introduces && !quotes_next {
            continue;
        }
        // The part of a sentence that is already somebody's speech has no second speaker of the same level.
        let from = scene.view.tokens.start;
        let before = scene.word(head.wrapping_sub(1));
        let holder = if let Some(speaker) = scene.covering(head) {
            // "A Chilean spokesman said": the cue has the noun, and so has the mention.
            Holder::Mention(speaker)
        } else if is_text_noun(before) {
            last.unwrap_or(Holder::Unknown)
        } else if hit.gerund {
            match found.last() {
                Some((_, holder)) => *holder,
                None => scene.subject(hit, from).map_or(Holder::Unknown, Holder::Mention),
            }
        } else if let Some(inverted) = inverted(scene, hit) {
            inverted
        } else {
            match scene.subject(hit, from) {
                Some(subject) if direct(scene, subject, head) => Holder::Mention(subject),
                _ => Holder::Unknown,
            }
        };
        // "X said Y said": the second is inside the first one's words; acts find it there.
        found.push((hit.clone(), holder));
    }
    // "In a statement, X said": who made it is told by the verb.
    if found.iter().any(|(_, holder)| *holder != Holder::Unknown) {
        found.retain(|(hit, holder)| *holder != Holder::Unknown || scene.word(hit.tokens.start) != "in");
    }
    found
}

/// `…," said the president`: the speaker right after the verb, when the words stand before it.
fn inverted(scene: &Scene<'_>, hit: &CueHit) -> Option<Holder> {
    let head = hit.tokens.start;
    if head == scene.view.tokens.start {
        return None;
    }
    let before = scene.word(head - 1);
    if !matches!(before, "," | "\"" | "”" | "?" | "!") {
        return None;
    }
    let mention = scene.mention_at(hit.tokens.end, 2)?;
    Some(Holder::Mention(mention))
}

/// Where the words of a speaker end because another one begins to speak: "A said so, and B said", "A said so while B said".
fn next_speaker(scene: &Scene<'_>, later: &[(CueHit, Holder)], span: Span) -> Option<usize> {
    let tokens = &scene.segmentation.tokens;
    later.iter().find_map(|(_, holder)| {
        let Holder::Mention(other) = holder else { return None };
        let mut start = scene.tokens(*other).start;
        while start > scene.view.tokens.start && matches!(scene.word(start - 1), "the" | "a" | "an" | "both") {
            start -= 1;
        }
        let joins = start
            .checked_sub(1)
            .is_some_and(|at| matches!(scene.word(at), "and" | "but" | "while" | "whereas" | "as" | ";"));
        let at = tokens[start].span.start;
        (joins && span.start < at && at < span.end).then_some(at)
    })
}

/// Whether nothing but adverbs, auxiliaries, times and insertions stands between subject and verb: "police in X said"
/// is not said by X.
fn direct(scene: &Scene<'_>, subject: usize, head: usize) -> bool {
    let end = scene.tokens(subject).end;
    let mention = &scene.mentions[subject];
    let between: Vec<&str> = (end..head).map(|token| scene.word(token)).collect();
    if mention.kind == MentionKind::Demonym && !between.is_empty() {
        // "Iranian media said": the noun that the adjective goes with is nobody we know.
        return false;
    }
    // A plain noun right before the verb is another subject, unless commas or a relative clause set it off.
    between.last().is_none_or(|word| word.ends_with("ly") || is_light(word))
        || between.iter().any(|word| matches!(*word, "," | "who" | "which"))
        || between.len() > 3
}

fn is_light(word: &str) -> bool {
    matches!(
        word,
        "," | "also"
            | "has"
            | "have"
            | "had"
            | "is"
            | "was"
            | "were"
            | "be"
            | "been"
            | "will"
            | "would"
            | "then"
            | "later"
            | "earlier"
            | "yesterday"
            | "today"
            | "who"
            | "which"
            | "monday"
            | "tuesday"
            | "wednesday"
            | "thursday"
            | "friday"
            | "saturday"
            | "sunday"
            | "again"
            | "once"
            | "further"
            | "and"
            | "himself"
            | "itself"
            | "herself"
            | "did"
            | "does"
            | "do"
            | "not"
            | "never"
            | "still"
            | "further-"
            | "week"
            | "month"
            | "year"
            | "delegation"
            | "country"
            | "government"
            | "'s"
            | "’s"
    ) || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words that belong to a reporting cue.
fn content(scene: &Scene<'_>, sentence: Span, hit: &CueHit, holder: Holder) -> (Span, ClaimKind) {
    let tokens = &scene.segmentation.tokens;
    let (first, last) = (hit.tokens.start, hit.tokens.end);
    let cue_span = Span::new(tokens[first].span.start, tokens[last - 1].span.end);
    let holder_span = match holder {
        Holder::Mention(index) => scene.mentions[index].span,
        _ => cue_span,
    };
    let frame = with_determiner(scene, cue_span.cover(holder_span));
    let right = Span::new(cue_span.end.max(frame.end).min(sentence.end), sentence.end);
    let left = Span::new(sentence.start, frame.start.max(sentence.start));
    let words_right = scene.segmentation.tokens_in(right).len();
    let that = (last..scene.view.tokens.end.min(last + 8)).any(|token| scene.word(token) == "that");
    let closes = |byte: usize| {
        let before = sentence_part(scene.text, sentence.start, byte).trim_end();
        before.ends_with([',', '"', '”', '?', '!'])
    };
    let is_accord = scene.cues.cue(hit.cue).expression.starts_with("accord to");
    // Post-posed: a comma before the frame and little after it, or a closing quotation mark before it.
    let inside = |span: Span| scene.segmentation.quotations[quotations_in(scene.segmentation, span)].iter();
    let quoted_left = inside(left).any(|quotation| quotation.span.end + 2 >= frame.start);
    let post = !that
        && closes(frame.start)
        && left.len() > 10
        && (words_right <= 12 || is_accord || quoted_left)
        && !(words_right > 2 && is_adverbial(scene, left));
    let span = if is_accord && left.len() <= 3 {
        Span::new(holder_span.end.max(cue_span.end), sentence.end)
    } else if post && !quoted_left && right.len() > 3 * left.len() {
        right
    } else if post {
        // "C, he said, C": both parts when a quotation goes on after the frame.
        if inside(right).next().is_some() { sentence } else { left }
    } else {
        right
    };
    let quoted: usize = inside(span)
        .map(|quotation| quotation.span.end.min(span.end).saturating_sub(quotation.span.start.max(span.start)))
        .sum();
    let kind = match quoted {
        0 => ClaimKind::IndirectSpeech,
        some if some * 10 >= span.len() * 8 => ClaimKind::DirectQuote,
        _ => ClaimKind::MixedSpeech,
    };
    (span, kind)
}

/// A span with the article or possessive before it: "the president said".
fn with_determiner(scene: &Scene<'_>, span: Span) -> Span {
    let tokens = &scene.segmentation.tokens;
    let first = scene.segmentation.tokens_in(span).start;
    let before = first.checked_sub(1).filter(|before| *before >= scene.view.tokens.start);
    match before {
        Some(before) if matches!(scene.word(before), "the" | "a" | "an" | "its" | "their" | "his" | "her" | "our") => {
            tokens[before].span.cover(span)
        }
        _ => span,
    }
}

/// "In a statement on Sunday, X said": what stands before the speaker tells when and where, not what is said.
fn is_adverbial(scene: &Scene<'_>, left: Span) -> bool {
    let tokens = scene.segmentation.tokens_in(left);
    let commas = tokens.clone().filter(|token| scene.word(*token) == ",").count();
    crate::actors::is_preposition(scene.word(tokens.start)) && commas <= 1 && tokens.len() <= 12
}

fn sentence_part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end.max(start)).unwrap_or_default()
}

/// "We" inside a quotation is its speaker.
pub(super) fn settle_first_person(segmentation: &Segmentation, mentions: &mut [Mention], speeches: &Speeches) {
    for index in 0..mentions.len() {
        if mentions[index].kind != MentionKind::FirstPerson || mentions[index].actor.is_some() {
            continue;
        }
        let speaker =
            segmentation.quotation_at(mentions[index].span.start).and_then(|number| speeches.quotations[number]);
        mentions[index].actor = match speaker {
            Some(Holder::Mention(other)) => mentions[other].actor,
            Some(Holder::Actor(actor)) => Some(actor),
            _ => None,
        };
    }
}
