//! How many of the marked holders and targets the gazetteer knows.
//!
//! In: labelled pairs. Out: a [`SpanReading`] for each marked span: the mention that says who it is, if there is one. A span
//! is resolved when a mention with a known actor covers its head, else when any mention in it has one ("protesters in
//! Hong Kong" are China's Hong Kong's). Spans that several pairs of a passage share are counted once.

use crate::{
    actors::{Gazetteer, Mention, MentionKind, Rule, is_preposition},
    pairs::LabelledPair,
    segment::{Segmentation, TokenKind},
    span::Span,
};

/// What a marked span means.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanReading {
    /// The marked span.
    pub span: Span,
    /// Whether it is marked as a holder of the pairs given.
    pub is_holder: bool,
    /// The mention that says who it is; its actor is known.
    pub mention: Option<Mention>,
}

/// Reads the marked spans of pairs that share one text, in order of the text; each span once for holder and target.
#[must_use]
pub fn read_spans(gazetteer: &Gazetteer, pairs: &[LabelledPair]) -> Vec<SpanReading> {
    let Some(first) = pairs.first() else { return Vec::new() };
    let segmentation = Segmentation::of(&first.text);
    let issuer = first.issuer.as_deref().and_then(|issuer| gazetteer.issuer(issuer));
    let mentions = gazetteer.mentions(&first.text, &segmentation, first.date, issuer);
    let holders = pairs.iter().filter_map(|pair| pair.holder).map(|span| (span, true));
    let mut marked: Vec<(Span, bool)> = holders.chain(pairs.iter().map(|pair| (pair.target, false))).collect();
    marked.sort_unstable();
    marked.dedup();
    marked
        .into_iter()
        .map(|(span, is_holder)| {
            let mention = who(gazetteer, &first.text, &segmentation, &mentions, span);
            SpanReading { span, is_holder, mention }
        })
        .collect()
}

/// The mention that says who a span is, with no more of role and person than the span itself has.
fn who(
    gazetteer: &Gazetteer,
    text: &str,
    segmentation: &Segmentation,
    mentions: &[Mention],
    span: Span,
) -> Option<Mention> {
    let first = mentions.partition_point(|mention| mention.span.end <= span.start);
    let inside = || mentions[first..].iter().take_while(|mention| mention.span.start < span.end);
    let head = head(text, segmentation, span);
    // "X's critics" are not X.
    let others = head.of(text).split_whitespace().next_back().is_some_and(|noun| gazetteer.is_relational(noun));
    let known = || {
        let owner = move |mention: &&Mention| others && mention.possessive && mention.span.end < head.end;
        inside().filter(|mention| mention.actor.is_some()).filter(move |mention| !owner(mention))
    };
    // The noun itself, else what qualifies it: "the UN envoy", "a U.S. court decision".
    let own = known()
        .filter(|mention| mention.span.overlaps(head))
        .max_by_key(|mention| (mention.span.end.min(head.end), mention.kind != MentionKind::Place));
    if let Some(own) = own {
        // Of "the police in Goma" a span "Goma" is the place.
        let whole = own.span.start >= span.start || own.span.end > span.end;
        return Some(if whole { own.clone() } else { without_role(own) });
    }
    let beside = known().find(|mention| mention.span.start < described(gazetteer, text, segmentation, span))?;
    // "X, a Chadian minister" is the minister, "the army led by X" is not X.
    let between = text.get(head.end..beside.span.start).unwrap_or_default();
    let apposed = between.trim_start().starts_with(',');
    Some(if apposed { beside.clone() } else { without_role(beside) })
}

/// Whether a token of a span is a participle with an object: "fighting Houthi rebels", "backing the plan".
fn governs(text: &str, segmentation: &Segmentation, token: usize, span: Span) -> bool {
    let word = segmentation.tokens[token].span.of(text);
    let next =
        segmentation.tokens.get(token + 1).filter(|next| next.span.end <= span.end).map(|next| next.span.of(text));
    word.ends_with("ing")
        && word.starts_with(char::is_lowercase)
        && word != "including"
        && next.is_some_and(|next| {
            next.starts_with(char::is_uppercase) || matches!(next, "the" | "a" | "an" | "its" | "their" | "his" | "her")
        })
}

/// A mention of which only the actor is meant.
fn without_role(mention: &Mention) -> Mention {
    let kind = match mention.rule {
        Rule::RoleIn | Rule::Member => MentionKind::Place,
        _ if mention.person.is_some() => MentionKind::Name,
        _ => mention.kind,
    };
    Mention { role: None, role_span: None, person: None, kind, ..mention.clone() }
}

/// Where a clause begins that tells something else of the head than who it is ("a bank which was founded by X").
fn described(gazetteer: &Gazetteer, text: &str, segmentation: &Segmentation, span: Span) -> usize {
    let clause = segmentation.tokens_in(span).find(|token| {
        let word = segmentation.tokens[*token].span.of(text);
        let before = token.checked_sub(1).map_or("", |before| segmentation.tokens[before].span.of(text));
        // "An attack on X", "a group aligned with X", "the coalition fighting X" are not of X; "forces loyal to X" and "a
        // spokesman for X" are.
        let relation = match word {
            "who" | "whom" | "whose" | "which" | "that" | "on" | "against" | "with" | "about" | "over" | "toward"
            | "towards" | "behind" => true,
            "to" => !matches!(before, "loyal" | "close" | "belonging" | "adviser" | "advisor" | "ambassador" | "envoy"),
            "for" => !gazetteer.is_person_noun(before),
            _ => false,
        };
        relation || governs(text, segmentation, *token, span)
    });
    clause.map_or(span.end, |token| segmentation.tokens[token].span.start)
}

/// The first noun phrase of a span: up to a preposition, a comma or a relative pronoun.
fn head(text: &str, segmentation: &Segmentation, span: Span) -> Span {
    let tokens = segmentation.tokens_in(span);
    let first = tokens.start;
    let end = tokens.clone().find(|token| {
        let token_index = *token;
        let token = &segmentation.tokens[*token];
        let word = token.span.of(text).to_lowercase();
        token.span.start > segmentation.tokens[first].span.start
            && (token.kind == TokenKind::Punctuation && matches!(word.as_str(), "," | ";" | "(" | "--" | "—")
                || is_preposition(&word)
                || matches!(word.as_str(), "who" | "which" | "that" | "and" | "or")
                || governs(text, segmentation, token_index, span))
    });
    end.map_or(span, |end| Span::new(span.start, segmentation.tokens[end].span.start.max(span.start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn read(text: &str, marked: &str) -> Option<String> {
        let gazetteer = Gazetteer::shipped().unwrap();
        let start = text.find(marked).unwrap();
        let segmentation = Segmentation::of(text);
        let mentions = gazetteer.mentions(text, &segmentation, None, None);
        let found = who(&gazetteer, text, &segmentation, &mentions, Span::new(start, start + marked.len()));
        found.and_then(|mention| mention.actor).map(|actor| Arc::clone(&gazetteer.actor(actor).id).to_string())
    }

    #[test]
    fn the_head_of_a_span_says_who_it_is() {
        let text = "Kenyan farmers in Uganda criticised an adviser to the Norwegian prime minister.";
        assert_eq!(read(text, "Kenyan farmers in Uganda").as_deref(), Some("KEN"));
        assert_eq!(read(text, "an adviser to the Norwegian prime minister").as_deref(), Some("NOR"));
        assert_eq!(read(text, "farmers").as_deref(), Some("KEN"));
        assert_eq!(read("Two shepherds criticised a neighbour.", "Two shepherds"), None);
    }
}
