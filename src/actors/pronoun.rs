//! Whom "he", "she", "it" and "they" mean.

use super::{
    Gazetteer, Mention, MentionKind,
    entry::ActorKind,
    gazetteer::ActorIndex,
    refer::{REACH, is_subject, last_subject, near},
    words,
};
use crate::segment::{Segmentation, TokenKind};

pub(super) fn pronoun(
    gazetteer: &Gazetteer,
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
) -> Option<ActorIndex> {
    let word = mention.span.of(text).to_lowercase();
    let at = segmentation.tokens_in(mention.span).start;
    if word == "it" && is_expletive(text, segmentation, mention.sentence, at) {
        return None;
    }
    if matches!(word.as_str(), "it" | "they") && says_another(text, segmentation, before, mention.sentence, at) {
        return None;
    }
    antecedent(gazetteer, text, segmentation, before, mention, &word)
}

/// "It is time to", "it was clear that", "it has been 74 years": no actor.
fn is_expletive(text: &str, segmentation: &Segmentation, sentence: usize, at: usize) -> bool {
    let end = segmentation.sentences[sentence].tokens.end;
    let word = |token: usize| if token < end { segmentation.tokens[token].span.of(text) } else { "" };
    let mut next = at + 1;
    while matches!(
        word(next),
        "will" | "would" | "may" | "might" | "can" | "could" | "must" | "should" | "has" | "had" | "not"
    ) {
        next += 1;
    }
    if matches!(word(next), "seems" | "seemed" | "appears" | "appeared" | "follows" | "remains") {
        return true;
    }
    if !matches!(word(next), "is" | "was" | "be" | "been" | "'s" | "’s") {
        return false;
    }
    let mut after = next + 1;
    while matches!(word(after), "not" | "also" | "now" | "therefore" | "only" | "very" | "been" | "a" | "our" | "the") {
        after += 1;
    }
    let number = word(after).starts_with(|c: char| c.is_ascii_digit());
    let kind = matches!(
        word(after),
        "time"
            | "clear"
            | "important"
            | "essential"
            | "necessary"
            | "imperative"
            | "vital"
            | "possible"
            | "impossible"
            | "likely"
            | "unlikely"
            | "true"
            | "obvious"
            | "evident"
            | "crucial"
            | "critical"
            | "difficult"
            | "hard"
            | "easy"
            | "urgent"
            | "regrettable"
            | "unfortunate"
            | "high"
            | "said"
            | "believed"
            | "hoped"
            | "reported"
            | "here"
            | "there"
            | "because"
            | "worth"
            | "hope"
            | "duty"
            | "responsibility"
            | "belief"
            | "view"
            | "conviction"
            | "honour"
            | "honor"
            | "pleasure"
            | "fact"
            | "matter"
    );
    number || kind
}

/// "Aid workers said they were short": the pronoun means the subject of the verb of saying, whom nothing names.
fn says_another(text: &str, segmentation: &Segmentation, before: &[Mention], sentence: usize, at: usize) -> bool {
    let first = segmentation.sentences[sentence].tokens.start;
    let word = |token: usize| segmentation.tokens[token].span.of(text);
    let mut verb = at;
    // "said on Friday that they"
    while verb > first && at - verb < 4 && !matches!(word(verb), "said" | "say" | "says" | "added" | "told") {
        verb -= 1;
    }
    if verb <= first || !matches!(word(verb), "said" | "say" | "says" | "added") {
        return false;
    }
    let subject = &segmentation.tokens[verb - 1];
    let named = before.iter().rev().take_while(|mention| mention.sentence == sentence);
    subject.kind == TokenKind::Word
        && !words::starts_upper(subject.span.of(text))
        && subject.span.of(text).ends_with('s')
        && !subject.span.of(text).ends_with("'s")
        && !named.clone().any(|mention| mention.span.overlaps(subject.span))
        && !matches!(subject.span.of(text), "also" | "has" | "was")
}

/// Whom a pronoun in lower case may mean.
pub(super) fn antecedent(
    gazetteer: &Gazetteer,
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
    word: &str,
) -> Option<ActorIndex> {
    if word == "he" || word == "she" {
        return he_or_she(text, segmentation, before, mention, word);
    }
    let fits = |earlier: &Mention| {
        word == "they" || earlier.actor.is_some_and(|actor| gazetteer.actor(actor).kind != ActorKind::Group)
    };
    // A person is he or she: "it" means a state or body, where one is in reach.
    let is_body = |earlier: &Mention| earlier.person.is_none() && fits(earlier);
    let body = (word == "it").then(|| last_subject(text, segmentation, before, mention, is_body)).flatten();
    body.or_else(|| last_subject(text, segmentation, before, mention, fits))
}

/// The person that "he" or "she" means: that of the same pronoun before, else the subject of a sentence before, else the nearest;
/// never the one that the other pronoun has just meant.
fn he_or_she(
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
    word: &str,
) -> Option<ActorIndex> {
    let reach = || near(before, mention).iter().rev();
    let pronoun = |earlier: &Mention| match earlier.span.of(text) {
        "he" | "He" => "he",
        "she" | "She" => "she",
        _ => "",
    };
    let last = |same: bool| {
        let fits = move |said: &str| !said.is_empty() && (said == word) == same;
        reach().find(|earlier| earlier.kind == MentionKind::Pronoun && fits(pronoun(earlier)))
    };
    let same = last(true);
    let other = last(false).and_then(|earlier| earlier.actor);
    let fits = |earlier: &Mention| {
        let noun = earlier.role_span.map_or("", |span| span.of(text));
        // "The rebels" are not he.
        let several = noun.ends_with('s') && !noun.ends_with("ss");
        let is_person =
            earlier.person.is_some() || earlier.kind == MentionKind::Role && earlier.role.is_some() && !several;
        is_person && (other.is_none() || earlier.actor != other)
    };
    // A person named since then comes before the last "he".
    let named = reach().find(|earlier| earlier.person.is_some() && fits(earlier));
    if let Some(same) = same
        && named.is_none_or(|named| named.span < same.span)
    {
        return same.actor;
    }
    let subject = (0..=REACH).find_map(|back| {
        let sentence = mention.sentence.checked_sub(back)?;
        let mut here = near(before, mention).iter().filter(|earlier| earlier.sentence == sentence && fits(earlier));
        here.find(|earlier| is_subject(text, segmentation, earlier))
    });
    subject.or(named).and_then(|earlier| earlier.actor)
}
