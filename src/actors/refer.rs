//! What refers back: pronouns, "the ministry", "the country", "we".
//!
//! Light rules, no parser: a description goes to the last mention that has the same role, else to the
//! last subject of the right kind; "he" and "she" to the last person, "it" and "they" to the last state or
//! body that was a subject; "we" and "I" to the issuer outside quotations (inside them attribution
//! settles who speaks).

use super::{Gazetteer, Mention, MentionKind, Rule, entry::ActorKind, gazetteer::ActorIndex, words};
use crate::segment::{Segmentation, TokenKind};

/// Nouns that, with "the", refer to an actor of a kind.
const DESCRIPTIONS: [(&str, Description); 26] = [
    ("alliance", Description::Organisation),
    ("administration", Description::State),
    ("association", Description::Organisation),
    ("bloc", Description::Organisation),
    ("body", Description::Organisation),
    ("commission", Description::Organisation),
    ("community", Description::Organisation),
    ("council", Description::Organisation),
    ("country", Description::State),
    ("court", Description::Organisation),
    ("faction", Description::Group),
    ("federation", Description::State),
    ("front", Description::Group),
    ("group", Description::Group),
    ("guerrillas", Description::Group),
    ("insurgents", Description::Group),
    ("island", Description::State),
    ("kingdom", Description::State),
    ("militants", Description::Group),
    ("militia", Description::Group),
    ("movement", Description::Group),
    ("nation", Description::State),
    ("organisation", Description::Organisation),
    ("organization", Description::Organisation),
    ("rebels", Description::Group),
    ("union", Description::Organisation),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Description {
    State,
    Organisation,
    Group,
}

impl Description {
    fn fits(self, kind: ActorKind) -> bool {
        match self {
            Self::State => kind == ActorKind::State,
            Self::Organisation => kind == ActorKind::Organisation,
            Self::Group => kind == ActorKind::Group,
        }
    }
}

/// Adds the mentions that refer, and settles those that wait for an antecedent.
pub(super) fn refer(
    gazetteer: &Gazetteer,
    text: &str,
    segmentation: &Segmentation,
    issuer: Option<ActorIndex>,
    mentions: &mut Vec<Mention>,
) {
    if mentions.is_empty() && issuer.is_none() {
        return;
    }
    add_words(text, segmentation, mentions);
    for index in 0..mentions.len() {
        if mentions[index].actor.is_some() {
            continue;
        }
        let (before, rest) = mentions.split_at_mut(index);
        let mention = &mut rest[0];
        let quoted = segmentation.quotation_at(mention.span.start).is_some();
        mention.actor = match mention.kind {
            MentionKind::FirstPerson => {
                mention.rule = Rule::Speaker;
                if quoted { None } else { issuer }
            }
            MentionKind::Pronoun => pronoun(gazetteer, text, segmentation, before, mention),
            _ => description(gazetteer, text, segmentation, before, mention).or(issuer.filter(|_| !quoted)),
        };
    }
}

/// Adds pronouns and descriptions as mentions without an actor.
fn add_words(text: &str, segmentation: &Segmentation, mentions: &mut Vec<Mention>) {
    let mut added = Vec::new();
    let mut cursor = 0;
    for (number, sentence) in segmentation.sentences.iter().enumerate() {
        for index in sentence.tokens.clone() {
            let token = &segmentation.tokens[index];
            if token.kind != TokenKind::Word {
                continue;
            }
            while mentions.get(cursor).is_some_and(|mention| mention.span.end <= token.span.start) {
                cursor += 1;
            }
            if mentions.get(cursor).is_some_and(|mention| mention.span.overlaps(token.span)) {
                continue;
            }
            let word = token.span.of(text);
            let (kind, span) = match word {
                "he" | "He" | "she" | "She" | "it" | "It" | "they" | "They" => (MentionKind::Pronoun, token.span),
                "we" | "We" | "our" | "Our" | "us" | "ours" | "my" | "My" | "I" => {
                    (MentionKind::FirstPerson, token.span)
                }
                _ => {
                    let Some(before) = index.checked_sub(1).filter(|before| *before >= sentence.tokens.start) else {
                        continue;
                    };
                    let article = &segmentation.tokens[before];
                    if !matches!(article.span.of(text), "the" | "The")
                        || DESCRIPTIONS.iter().all(|(noun, _)| !noun.eq_ignore_ascii_case(word))
                    {
                        continue;
                    }
                    (MentionKind::Anaphor, article.span.cover(token.span))
                }
            };
            let possessive =
                segmentation.tokens.get(index + 1).is_some_and(|next| matches!(next.span.of(text), "'s" | "’s"))
                    || matches!(word, "our" | "Our" | "my" | "My");
            added.push(Mention {
                span,
                actor: None,
                kind,
                role: None,
                person: None,
                sentence: number,
                possessive,
                former: false,
                rule: Rule::Antecedent,
            });
        }
    }
    mentions.extend(added);
    mentions.sort_by_key(|mention| mention.span);
}

/// How many sentences back an antecedent may stand.
const REACH: usize = 3;

fn description(
    gazetteer: &Gazetteer,
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
) -> Option<ActorIndex> {
    let named = |earlier: &&Mention| {
        earlier.actor.is_some() && !matches!(earlier.kind, MentionKind::Pronoun | MentionKind::FirstPerson)
    };
    if let Some(role) = &mention.role {
        // "the ministry" after "the Russian Foreign Ministry".
        let noun = role.rsplit(' ').next().unwrap_or_default();
        let same = before.iter().rev().filter(named).find(|earlier| {
            earlier.role.as_deref().is_some_and(|held| held.rsplit(' ').next() == Some(noun))
                && earlier.kind != MentionKind::Place
        });
        if let Some(same) = same {
            return same.actor;
        }
        return last_subject(text, segmentation, before, mention, |actor| {
            gazetteer.actor(actor).kind == ActorKind::State
        });
    }
    let noun = mention.span.of(text).rsplit(' ').next().unwrap_or_default().to_lowercase();
    let wanted = DESCRIPTIONS.iter().find(|(name, _)| *name == noun)?.1;
    before
        .iter()
        .rev()
        .filter(named)
        .take_while(|earlier| earlier.sentence + REACH >= mention.sentence)
        .find(|earlier| earlier.actor.is_some_and(|actor| wanted.fits(gazetteer.actor(actor).kind)))?
        .actor
}

fn pronoun(
    gazetteer: &Gazetteer,
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
) -> Option<ActorIndex> {
    let word = mention.span.of(text).to_lowercase();
    if word == "he" || word == "she" {
        return before
            .iter()
            .rev()
            .take_while(|earlier| earlier.sentence + REACH >= mention.sentence)
            .find(|earlier| {
                earlier.person.is_some()
                    || earlier.kind == MentionKind::Pronoun
                        && matches!(earlier.span.of(text), "he" | "He" | "she" | "She")
            })
            .and_then(|earlier| earlier.actor);
    }
    last_subject(text, segmentation, before, mention, |actor| {
        let kind = gazetteer.actor(actor).kind;
        word == "they" || kind != ActorKind::Group
    })
}

/// The last mention in reach that stood as a subject; else the last one of all.
fn last_subject(
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
    fits: impl Fn(ActorIndex) -> bool,
) -> Option<ActorIndex> {
    let reach = || {
        before.iter().rev().take_while(|earlier| earlier.sentence + REACH >= mention.sentence).filter(|earlier| {
            earlier.kind != MentionKind::Place
                && earlier.kind != MentionKind::FirstPerson
                && earlier.actor.is_some_and(&fits)
        })
    };
    reach()
        .find(|earlier| is_subject(text, segmentation, earlier))
        .or_else(|| reach().next())
        .and_then(|earlier| earlier.actor)
}

/// Whether a mention can be the subject of what follows: no owner, no preposition before it.
fn is_subject(text: &str, segmentation: &Segmentation, mention: &Mention) -> bool {
    if mention.possessive {
        return false;
    }
    let mut at = segmentation.tokens_in(mention.span).start;
    while at > 0 {
        let word = segmentation.tokens[at - 1].span.of(text).to_lowercase();
        if word != "the" && word != "a" && word != "an" {
            return !words::is_preposition(&word);
        }
        at -= 1;
    }
    true
}
