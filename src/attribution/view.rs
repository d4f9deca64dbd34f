//! A sentence with its words looked up once: what attribution and features both need.
//!
//! In: tokens and mentions. Out: a symbol for each token, and the cues. A name is one word to the search for cues, and never a
//! cue itself: "Ban Ki-moon" bans nothing, and "Pakistan" for "United Nations" changes no distance.

use super::{CueHit, CueLexicon};
use crate::{
    actors::{Mention, MentionKind, starts_upper},
    segment::{Lexicon, Segmentation, Symbol},
    span::Span,
};
use std::ops::Range;

/// The words, cues and mentions of one sentence.
#[derive(Debug, Clone)]
pub struct SentenceView {
    /// Number of the sentence.
    pub sentence: usize,
    /// Its tokens in the document's list.
    pub tokens: Range<usize>,
    /// A symbol for every token.
    pub symbols: Vec<Symbol>,
    /// Its cues in order.
    pub cues: Vec<CueHit>,
    /// Its mentions in the document's list.
    pub mentions: Range<usize>,
}

/// Stands for a name in the search for cues: no word, and no cue begins or ends with it.
const NAME: &str = "\u{FFFC}";

impl SentenceView {
    /// Looks up the words of a run of sentences as if they were one. `mentions` are those that begin there; `marked` are more
    /// spans that name an actor, in any order.
    pub fn over(
        cues: &CueLexicon,
        lexicon: &mut Lexicon,
        text: &str,
        segmentation: &Segmentation,
        sentences: Range<usize>,
        (all, mentions): (&[Mention], Range<usize>),
        marked: &[Span],
    ) -> Self {
        let inside = segmentation.sentences.get(sentences.clone()).unwrap_or_default();
        let tokens = match (inside.first(), inside.last()) {
            (Some(first), Some(last)) => first.tokens.start..last.tokens.end,
            _ => 0..0,
        };
        let symbols: Vec<Symbol> =
            segmentation.tokens[tokens.clone()].iter().map(|token| lexicon.symbol(token.span.of(text))).collect();
        let mut names: Vec<Range<usize>> = all[mentions.clone()]
            .iter()
            .flat_map(|mention| names_in(text, segmentation, mention).map(|name| (mention, name)))
            .map(|(mention, name)| {
                let epithet = mention.kind == MentionKind::Seat
                    && name.start >= tokens.start
                    && symbols
                        .get(name.start - tokens.start..name.end - tokens.start)
                        .is_some_and(|words| words.len() > 1 && cues.is_expression(lexicon, words));
                // "The Great Satan" names a state and says what the speaker thinks of it.
                if epithet { 0..0 } else { name }
            })
            .chain(marked.iter().map(|span| upper_case(text, segmentation, segmentation.tokens_in(*span))))
            .filter(|name| !name.is_empty())
            .collect();
        names.sort_unstable_by_key(|name| (name.start, name.end));
        let name = lexicon.symbol(NAME);
        let mut words = Vec::with_capacity(symbols.len());
        let mut places = Vec::with_capacity(symbols.len());
        let mut names = names.into_iter().peekable();
        let mut at = tokens.start;
        while at < tokens.end {
            places.push(at);
            while names.next_if(|name| name.end <= at).is_some() {}
            match names.peek() {
                Some(held) if held.start <= at => {
                    words.push(name);
                    at = held.end;
                }
                _ => {
                    words.push(symbols[at - tokens.start]);
                    at += 1;
                }
            }
        }
        let cues = cues.find(lexicon, &words, &places);
        Self { sentence: sentences.start, tokens, symbols, cues, mentions }
    }

    /// Looks up the words of a sentence.
    pub fn of(
        cues: &CueLexicon,
        lexicon: &mut Lexicon,
        text: &str,
        segmentation: &Segmentation,
        sentence: usize,
        mentions: (&[Mention], Range<usize>),
    ) -> Self {
        Self::over(cues, lexicon, text, segmentation, sentence..sentence + 1, mentions, &[])
    }
}

/// The tokens of a mention that are a name, from the first capital to the last on each side of its role noun: "M23" of "M23
/// rebels", "White House" and "John Kirby" of "White House spokesman John Kirby". The other words say what they say.
fn names_in(text: &str, segmentation: &Segmentation, mention: &Mention) -> [Range<usize>; 2] {
    use MentionKind::{Anaphor, FirstPerson, Pronoun};
    if matches!(mention.kind, Pronoun | FirstPerson | Anaphor) {
        return [0..0, 0..0];
    }
    let tokens = segmentation.tokens_in(mention.span);
    match mention.role_span.map(|span| segmentation.tokens_in(span)) {
        Some(noun) => [tokens.start..noun.start, noun.end..tokens.end].map(|side| upper_case(text, segmentation, side)),
        None => [upper_case(text, segmentation, tokens), 0..0],
    }
}

/// From the first token with a capital to the last, without an article before.
fn upper_case(text: &str, segmentation: &Segmentation, tokens: Range<usize>) -> Range<usize> {
    let word = |token: usize| segmentation.tokens[token].span.of(text);
    let mut capitals = tokens.filter(|token| starts_upper(word(*token)) && !matches!(word(*token), "The" | "A" | "An"));
    match capitals.next() {
        Some(first) => first..capitals.next_back().unwrap_or(first) + 1,
        None => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::Gazetteer;

    /// The expressions of the cues in a text.
    fn cues_of(text: &str) -> Vec<String> {
        let (cues, gazetteer) = (CueLexicon::shipped().unwrap(), Gazetteer::shipped().unwrap());
        let mut lexicon = Lexicon::default();
        let segmentation = Segmentation::of(text);
        let mentions = gazetteer.mentions(text, &segmentation, None, None);
        let all = (mentions.as_slice(), 0..mentions.len());
        let view = SentenceView::of(&cues, &mut lexicon, text, &segmentation, 0, all);
        view.cues
            .iter()
            .map(|hit| {
                let words = segmentation.tokens[hit.tokens.clone()].iter().map(|token| token.span.of(text));
                words.collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn names_are_no_cues() {
        assert_eq!(cues_of("Aruba condemned the attack by REvil on its posts."), ["condemned", "attack"]);
        assert_eq!(cues_of("Norway thanked the United Nations and Ban Ki-moon."), ["thanked"]);
        assert_eq!(cues_of("The Palestinian Authority and the Republic of Cuba met."), ["met"]);
    }

    #[test]
    fn the_words_beside_a_name_are() {
        assert_eq!(cues_of("Norway thanked the M23 rebels."), ["thanked", "rebels"]);
        assert_eq!(cues_of("Rebels of the M23 thanked Norway."), ["Rebels", "thanked"]);
        assert_eq!(cues_of("Norway deplored the U.S. Strike on the port."), ["deplored", "Strike"]);
    }

    #[test]
    fn an_epithet_says_what_its_user_thinks() {
        assert_eq!(cues_of("Tehran spoke of the Great Satan."), ["spoke", "Great Satan"]);
    }

    #[test]
    fn a_name_of_many_words_is_as_long_as_one_of_one() {
        // A gap reaches over four words.
        assert_eq!(
            cues_of("Norway accused the Democratic Republic of the Congo of war crimes."),
            ["accused the Democratic Republic of the Congo of war crimes"]
        );
    }
}
