//! What refers back: pronouns, "the ministry", "the country", "we".
//!
//! Light rules, no parser: a description goes to the last mention that has the same role, else to the
//! last subject of the right kind; "he" and "she" to the last person, "it" and "they" to the last state or
//! body that was a subject (`pronoun.rs`); "we" and "I" to the issuer outside quotations (inside them attribution
//! settles who speaks).

use super::{
    Gazetteer, Mention, MentionKind, Rule,
    deed::{is_deed, is_deed_of_before},
    entry::ActorKind,
    gazetteer::ActorIndex,
    pronoun::{antecedent, pronoun},
    words,
};
use crate::segment::{Segmentation, Token, TokenKind};

/// Nouns that, with "the", refer to an actor of a kind.
const DESCRIPTIONS: [(&str, Description); 25] = [
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
    add_words(gazetteer, text, segmentation, mentions);
    // The country that a report was written in.
    let dateline = mentions.iter().find(|mention| mention.rule == Rule::Dateline).and_then(|mention| mention.actor);
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
            _ => {
                let own = issuer.filter(|_| !quoted);
                // A statement that writes "the Minister" with a capital means its own.
                own.filter(|own| is_capital_role(text, mention) && is_own_body(gazetteer, *own, mention))
                    .or_else(|| owned_by_pronoun(gazetteer, text, segmentation, before, mention))
                    .or_else(|| description(gazetteer, text, segmentation, before, mention))
                    .or(own)
                    .or(dateline)
            }
        };
    }
}

/// "The Minister", "Heads of Government": a role noun with a capital.
fn is_capital_role(text: &str, mention: &Mention) -> bool {
    let words = mention.span.of(text).split_whitespace().find(|word| !matches!(*word, "the" | "The"));
    mention.role.is_some() && words.is_some_and(|word| word.starts_with(char::is_uppercase))
}

/// Whether an issuer has such a body: a state has ministers and ministries, and speaks of courts, councils and commissions as of
/// others.
fn is_own_body(gazetteer: &Gazetteer, issuer: ActorIndex, mention: &Mention) -> bool {
    let role = mention.role.as_deref().unwrap_or_default();
    gazetteer.actor(issuer).kind != ActorKind::State
        || !matches!(
            role,
            "court"
                | "council"
                | "commission"
                | "assembly"
                | "coalition"
                | "secretariat"
                | "secretary-general"
                | "mission"
                | "summit"
                | "high commissioner"
                | "special envoy"
                | "director-general"
                | "chairman"
                | "president"
                | "congress"
                | "judge"
        )
}

/// "its army", "their capitals", "his government": of whom the pronoun means.
fn owned_by_pronoun(
    gazetteer: &Gazetteer,
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
) -> Option<ActorIndex> {
    let owner = mention.span.of(text).split_whitespace().next().unwrap_or_default().to_lowercase();
    let pronoun = match owner.as_str() {
        "its" => "it",
        "their" => "they",
        "his" | "her" => "he",
        _ => return None,
    };
    antecedent(gazetteer, text, segmentation, before, mention, pronoun)
}

/// Adds pronouns and descriptions as mentions without an actor.
fn add_words(gazetteer: &Gazetteer, text: &str, segmentation: &Segmentation, mentions: &mut Vec<Mention>) {
    let mut added = Vec::new();
    let mut cursor = 0;
    for (number, sentence) in segmentation.sentences.iter().enumerate() {
        let mut article = false;
        for index in sentence.tokens.clone() {
            let token = &segmentation.tokens[index];
            // All words that refer by themselves are short.
            let length = token.span.len();
            let after_article =
                std::mem::replace(&mut article, length == 3 && matches!(token.span.of(text), "the" | "The"));
            if length > 4 && !after_article || token.kind != TokenKind::Word {
                continue;
            }
            while mentions.get(cursor).is_some_and(|mention| mention.span.end <= token.span.start) {
                cursor += 1;
            }
            if mentions.get(cursor).is_some_and(|mention| mention.span.overlaps(token.span)) {
                continue;
            }
            let word = token.span.of(text);
            let next = segmentation.tokens.get(index + 1).filter(|_| index + 1 < sentence.tokens.end);
            let is_other = |noun: &Token| matches!((word, noun.span.of(text)), ("each", "other") | ("one", "another"));
            let is_pair = |noun: &Token| matches!(word, "both" | "Both" | "two") && is_plural_party(noun.span.of(text));
            let free = |noun: &Token| {
                !mentions[cursor.min(mentions.len())..].iter().take(2).any(|mention| mention.span.overlaps(noun.span))
            };
            if let Some(noun) = next.filter(|noun| (is_other(noun) || is_pair(noun)) && free(noun))
                && let Some([left, right]) = last_two(gazetteer, mentions, number, token.span.start)
            {
                // One word for each of the two, so that both can hold and receive.
                for (span, actor) in [(token.span, left), (noun.span, right)] {
                    added.push(Mention {
                        span,
                        actor: Some(actor),
                        kind: MentionKind::Anaphor,
                        role: None,
                        role_span: None,
                        person: None,
                        sentence: number,
                        possessive: false,
                        former: false,
                        rule: Rule::Both,
                    });
                }
                continue;
            }
            let (kind, span) = match word {
                "he" | "He" | "she" | "She" | "it" | "It" | "they" | "They" => (MentionKind::Pronoun, token.span),
                "we" | "We" | "our" | "Our" | "us" | "ours" | "my" | "My" | "I" => {
                    (MentionKind::FirstPerson, token.span)
                }
                _ => {
                    let described = || DESCRIPTIONS.iter().any(|(noun, _)| noun.eq_ignore_ascii_case(word));
                    if !after_article
                        || !described() && !is_deed_of_before(text, segmentation, sentence.tokens.end, index)
                    {
                        continue;
                    }
                    (MentionKind::Anaphor, segmentation.tokens[index - 1].span.cover(token.span))
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
                role_span: None,
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

/// Whether a state is an island or group of islands.
fn is_island_state(id: &str) -> bool {
    let islands = ["Caribbean", "Melanesia", "Micronesia", "Polynesia"];
    super::state_codes(id).is_some_and(|codes| islands.contains(&codes.subregion) && id != "CUW")
        || matches!(
            id,
            "BHR"
                | "COM"
                | "CPV"
                | "CYP"
                | "FLK"
                | "GBR"
                | "GRL"
                | "IDN"
                | "IRL"
                | "ISL"
                | "JPN"
                | "LKA"
                | "MDG"
                | "MDV"
                | "MLT"
                | "MUS"
                | "MYT"
                | "NZL"
                | "PHL"
                | "REU"
                | "SGP"
                | "SHN"
                | "STP"
                | "SYC"
                | "TLS"
                | "TWN"
        )
}

/// "both countries", "the two sides".
fn is_plural_party(word: &str) -> bool {
    matches!(
        word,
        "countries"
            | "sides"
            | "governments"
            | "nations"
            | "states"
            | "parties"
            | "neighbours"
            | "neighbors"
            | "capitals"
            | "powers"
            | "peoples"
            | "delegations"
            | "leaders"
            | "ministers"
            | "presidents"
            | "teams"
            | "negotiators"
            | "armies"
            | "rivals"
    )
}

/// The last two states named before `at`, but for the one that speaks first in the sentence when there are others.
fn last_two(gazetteer: &Gazetteer, mentions: &[Mention], sentence: usize, at: usize) -> Option<[ActorIndex; 2]> {
    let states = |mention: &&Mention| {
        mention.kind.is_actor() && mention.actor.is_some_and(|actor| gazetteer.actor(actor).kind == ActorKind::State)
    };
    let known = mentions.partition_point(|mention| mention.span.end <= at);
    let before: Vec<&Mention> = mentions[known.saturating_sub(NEAR)..known].iter().filter(states).collect();
    let speaking = before.iter().find(|mention| mention.sentence == sentence).and_then(|mention| mention.actor);
    let mut found: Vec<ActorIndex> = Vec::new();
    for actor in before.iter().rev().filter_map(|mention| mention.actor) {
        if !found.contains(&actor) && (Some(actor) != speaking || before.len() < 3) {
            found.push(actor);
        }
        if let [right, left] = found[..] {
            return Some([left, right]);
        }
    }
    None
}

/// How many sentences back an antecedent may stand.
pub(super) const REACH: usize = 3;

/// Mentions looked at for an antecedent, so that a sentence of ten thousand costs no more each.
const NEAR: usize = 128;

/// The mentions before one that are in reach.
pub(super) fn near<'m>(before: &'m [Mention], mention: &Mention) -> &'m [Mention] {
    let first = before.partition_point(|earlier| earlier.sentence + REACH < mention.sentence);
    &before[first.max(before.len().saturating_sub(NEAR))..]
}

/// Whom a description or pronoun may refer to: the last named mentions, nearest first.
fn named(earlier: &&Mention) -> bool {
    use MentionKind::{FirstPerson, Member, Pronoun};
    earlier.actor.is_some() && !matches!(earlier.kind, Pronoun | FirstPerson | Member)
}

fn description(
    gazetteer: &Gazetteer,
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
) -> Option<ActorIndex> {
    let noun = mention.span.of(text).split_whitespace().next_back().unwrap_or_default().to_lowercase();
    let described = DESCRIPTIONS.iter().find(|(name, _)| *name == noun).map(|(_, wanted)| *wanted);
    if let (Some(role), None) = (&mention.role, described) {
        // "the ministry" after "the Russian Foreign Ministry".
        let noun = role.rsplit(' ').next().unwrap_or_default();
        let same = before.iter().rev().take(NEAR).filter(named).find(|earlier| {
            earlier.role.as_deref().is_some_and(|held| held.rsplit(' ').next() == Some(noun))
                && earlier.kind != MentionKind::Place
        });
        if let Some(same) = same {
            return same.actor;
        }
        return last_subject(text, segmentation, before, mention, |earlier| {
            earlier.actor.is_some_and(|actor| gazetteer.actor(actor).kind == ActorKind::State)
        });
    }
    if is_deed(&noun) {
        // Of whom the sentence before tells, not of whoever speaks in this one.
        let here = before.partition_point(|earlier| earlier.sentence < mention.sentence);
        let (earlier, here) = before.split_at(here);
        let speaking = here.iter().take(NEAR).find(|held| is_subject(text, segmentation, held));
        let found = last_subject(text, segmentation, earlier, mention, |_| true);
        return found.filter(|actor| speaking.and_then(|held| held.actor) != Some(*actor));
    }
    let wanted = described?;
    let is_island = |actor: ActorIndex| noun != "island" || is_island_state(&gazetteer.actor(actor).id);
    let fits = |earlier: &&Mention| {
        earlier.actor.is_some_and(|actor| wanted.fits(gazetteer.actor(actor).kind) && is_island(actor))
    };
    if wanted != Description::State {
        let reach = near(before, mention).iter().rev().filter(named);
        return reach.filter(fits).map(|earlier| earlier.actor).next()?;
    }
    // "the country" is the state that the text is most about, not the one that speaks in this sentence.
    let speaking = near(before, mention)
        .iter()
        .filter(|earlier| earlier.sentence == mention.sentence)
        .find(|earlier| is_subject(text, segmentation, earlier))
        .and_then(|earlier| earlier.actor);
    let mut counts: Vec<(ActorIndex, usize)> = Vec::new();
    for earlier in near(before, mention).iter().filter(named).filter(fits) {
        let Some(actor) = earlier.actor else { continue };
        let at = counts.iter().position(|(held, _)| *held == actor);
        // Kept in order of the last mention, so that of equals the nearest wins.
        let (_, count) = at.map_or((actor, 0), |at| counts.remove(at));
        counts.push((actor, count + 1));
    }
    let others = counts.iter().filter(|(actor, _)| Some(*actor) != speaking);
    others.max_by_key(|(_, count)| *count).or(counts.last()).map(|(actor, _)| *actor)
}

/// The last mention in reach that stood first in its sentence as a subject; else the last one of all.
pub(super) fn last_subject(
    text: &str,
    segmentation: &Segmentation,
    before: &[Mention],
    mention: &Mention,
    fits: impl Fn(&Mention) -> bool,
) -> Option<ActorIndex> {
    let usable = |earlier: &&Mention| {
        // "My Government" is a body, "we" is nobody's "it".
        let speaker = earlier.kind == MentionKind::FirstPerson && earlier.role.is_none();
        earlier.kind.is_actor() && !speaker && earlier.actor.is_some() && fits(earlier)
    };
    let before = near(before, mention);
    for sentence in (mention.sentence.saturating_sub(REACH)..=mention.sentence).rev() {
        let here = before.iter().filter(|earlier| earlier.sentence == sentence).filter(usable);
        if let Some(subject) = here.clone().find(|earlier| is_subject(text, segmentation, earlier)) {
            return subject.actor;
        }
    }
    let reach = before.iter().rev();
    reach.filter(usable).find(|earlier| !earlier.possessive).and_then(|earlier| earlier.actor)
}

/// Whether a mention can be the subject of what follows: no owner, no preposition before it, no noun that it only
/// qualifies.
pub(super) fn is_subject(text: &str, segmentation: &Segmentation, mention: &Mention) -> bool {
    if mention.possessive || mention.kind == MentionKind::Demonym {
        return false;
    }
    let mut at = segmentation.tokens_in(mention.span).start;
    while at > 0 {
        let word = segmentation.tokens[at - 1].span.of(text).to_lowercase();
        if word != "the" && word != "a" && word != "an" {
            return !words::is_preposition(&word) || word == "after" || word == "before";
        }
        at -= 1;
    }
    true
}
