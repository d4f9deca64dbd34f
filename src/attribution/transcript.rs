//! Turns of a briefing or interview: "Question: ...", "Answer: ...", "Wang Wenbin: ...".
//!
//! In: a text, its segmentation and mentions. Out: for each sentence whose turn it is. A question asserts nothing, so that its
//! sentences make no claims; in the turn of a named speaker the text's own voice and "we" are the speaker's.

use super::Holder;
use crate::{
    actors::{ActorIndex, Mention, MentionKind},
    segment::{Segmentation, TokenKind},
};

/// Whose words a sentence has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The document's own.
    Own,
    /// Somebody who asks.
    Question,
    /// A speaker named at the head of the turn.
    Speaker(ActorIndex),
}

/// The turns of a document, one for each sentence; empty where no paragraph begins with a label.
pub(super) fn turns(text: &str, segmentation: &Segmentation, mentions: &[Mention]) -> Vec<Turn> {
    let sentences = &segmentation.sentences;
    let mut turns = Vec::new();
    let mut turn = Turn::Own;
    for (number, sentence) in sentences.iter().enumerate() {
        let opens = number == 0 || sentences[number - 1].paragraph != sentence.paragraph;
        let next = if opens { label(text, segmentation, mentions, number) } else { None };
        if let Some(next) = next {
            turns.resize(number, Turn::Own);
            turn = next;
        } else if opens && turn == Turn::Question {
            // Answers often have no label.
            turn = Turn::Own;
        }
        if !turns.is_empty() || turn != Turn::Own {
            turns.push(turn);
        }
    }
    turns
}

/// The turn that a paragraph's first sentence opens, if it begins with a label and a colon.
fn label(text: &str, segmentation: &Segmentation, mentions: &[Mention], number: usize) -> Option<Turn> {
    let sentence = &segmentation.sentences[number];
    let word = |token: usize| segmentation.tokens[token].span.of(text);
    let first = sentence.tokens.start;
    let colon = (first + 1..sentence.tokens.end.min(first + 7)).find(|token| word(*token) == ":")?;
    let words = (first..colon).filter(|token| segmentation.tokens[*token].kind == TokenKind::Word);
    let words: Vec<String> = words.map(|token| word(token).to_lowercase()).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["question" | "q" | "journalist" | "reporter" | "correspondent" | "interviewer" | "moderator"] => {
            return Some(Turn::Question);
        }
        ["answer" | "a"] => return Some(Turn::Own),
        _ => {}
    }
    // A speaker's name, and nothing but it and a title, before the colon.
    let start = mentions.partition_point(|mention| mention.sentence < number);
    let end = segmentation.tokens[colon].span.start;
    let named = mentions[start..].iter().take_while(|mention| mention.sentence == number && mention.span.end <= end);
    let named = named.filter(|mention| mention.kind == MentionKind::Person).last()?;
    let reaches = segmentation.tokens_in(named.span).end == colon && words.len() <= 5;
    named.actor.filter(|_| reaches).map(Turn::Speaker)
}

/// Gives "we" and "I" in the turn of a named speaker to the speaker.
pub(super) fn settle_first_person(turns: &[Turn], segmentation: &Segmentation, mentions: &mut [Mention]) {
    for mention in mentions.iter_mut().filter(|mention| mention.kind == MentionKind::FirstPerson) {
        let quoted = segmentation.quotation_at(mention.span.start).is_some();
        match turns.get(mention.sentence) {
            Some(Turn::Speaker(actor)) if !quoted => mention.actor = Some(*actor),
            Some(Turn::Question) => mention.actor = None,
            _ => {}
        }
    }
}

impl Turn {
    /// Who holds what the text itself says in the turn; nobody in a question.
    pub(super) fn voice(self, issuer: Option<ActorIndex>) -> Option<Holder> {
        match self {
            Self::Own => Some(issuer.map_or(Holder::Author, Holder::Actor)),
            Self::Speaker(actor) => Some(Holder::Actor(actor)),
            Self::Question => None,
        }
    }
}
