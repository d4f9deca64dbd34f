//! Whose a cue is: subjects, agents and owners, found by word order.

use super::{CueHit, CueLexicon, SentenceView};
use crate::{
    actors::{Mention, MentionKind, Rule, is_preposition},
    segment::{Lexicon, Segmentation, TokenKind},
};

/// Holders that act together at most: a list of a hundred states takes no stance that its first would not.
pub(super) const MOST_JOINED: usize = 32;

/// What a sentence offers to the search.
pub(super) struct Scene<'a> {
    pub cues: &'a CueLexicon,
    pub text: &'a str,
    pub segmentation: &'a Segmentation,
    pub mentions: &'a [Mention],
    pub view: &'a SentenceView,
    pub lexicon: &'a Lexicon,
    /// Document tokens of each of the view's mentions.
    ranges: Vec<std::ops::Range<usize>>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        cues: &'a CueLexicon,
        lexicon: &'a Lexicon,
        text: &'a str,
        segmentation: &'a Segmentation,
        mentions: &'a [Mention],
        view: &'a SentenceView,
    ) -> Self {
        let ranges = view.mentions.clone().map(|mention| segmentation.tokens_in(mentions[mention].span)).collect();
        Self { cues, text, segmentation, mentions, view, lexicon, ranges }
    }

    /// The word at a document token in lower case; empty outside the sentence.
    pub(super) fn word(&self, token: usize) -> &'a str {
        let place = token.checked_sub(self.view.tokens.start);
        place.and_then(|place| self.view.symbols.get(place)).map_or("", |symbol| self.lexicon.raw(*symbol))
    }

    /// Document tokens of a mention.
    pub(super) fn tokens(&self, mention: usize) -> std::ops::Range<usize> {
        mention
            .checked_sub(self.view.mentions.start)
            .and_then(|place| self.ranges.get(place).cloned())
            .unwrap_or_else(|| self.segmentation.tokens_in(self.mentions[mention].span))
    }

    /// Whether two tokens are in the same quotation, or both in none.
    fn together(&self, left: usize, right: usize) -> bool {
        let place = |token: usize| self.segmentation.quotation_at(self.segmentation.tokens[token].span.start);
        place(left) == place(right)
    }

    /// The word before a mention, articles skipped; its token.
    pub(super) fn before(&self, mention: usize) -> Option<usize> {
        let mut at = self.tokens(mention).start;
        while at > self.view.tokens.start {
            at -= 1;
            if !matches!(self.word(at), "the" | "a" | "an" | "both") {
                return Some(at);
            }
        }
        None
    }

    /// Whether a mention can be the subject of a verb after it.
    fn may_be_subject(&self, mention: usize) -> bool {
        let held = &self.mentions[mention];
        if held.kind == MentionKind::Place {
            return false;
        }
        let end = self.tokens(mention).end;
        if held.possessive && !matches!(held.kind, MentionKind::Role | MentionKind::Person) {
            // "Russia's claim": the owner may still act through what it owns, see `act`.
            return false;
        }
        if matches!(held.kind, MentionKind::FirstPerson) && held.possessive {
            // "my delegation welcomes", "our country supports"
            return matches!(
                self.word(end),
                "delegation" | "country" | "government" | "people" | "nation" | "side" | "group"
            );
        }
        // "after X said", "before X had signed": conjunctions here, and X is a subject.
        let joins = |word: &str| matches!(word, "after" | "before" | "since");
        // What stands before a list stands before each of it: "with Greece and Cyprus".
        let listed = |token: usize| matches!(self.word(token), "and" | "," | "&" | "well");
        let first = match self.before(mention) {
            Some(token) if listed(token) => self.joined(mention).last().copied().unwrap_or(mention),
            _ => mention,
        };
        self.before(first).is_none_or(|token| {
            let word = self.word(token);
            !is_preposition(word) || joins(word)
        })
    }

    /// The subject of the verb at `cue`: the nearest mention before it that can be one. `None` when
    /// there is none, or when something else stands where the subject should be.
    pub(super) fn subject(&self, cue: &CueHit, from: usize) -> Option<usize> {
        let head = cue.tokens.start;
        let candidates = self.view.mentions.clone().rev().filter(|mention| {
            let tokens = self.tokens(*mention);
            tokens.end <= head && tokens.start >= from && self.together(tokens.start, head)
        });
        for mention in candidates {
            let tokens = self.tokens(mention);
            if (tokens.end..head).any(|token| matches!(self.word(token), ";" | ":" | "that") && !self.relative(token)) {
                return None;
            }
            if self.may_be_subject(mention) {
                // "He thanked X, who has done so, and said": the verb goes back to "he".
                if self.is_only_of_a_relative_clause(tokens.end, head) {
                    continue;
                }
                return self.reaches(tokens.end, head).then_some(mention);
            }
        }
        None
    }

    /// Whether a relative clause begins right after a mention that ends at token `from`.
    pub(super) fn begins_a_relative_clause(&self, from: usize) -> bool {
        let comma = usize::from(self.word(from) == ",");
        matches!(self.word(from + comma), "who" | "which" | "whose" | "whom" | "where")
    }

    /// Whether a relative clause begins right after a mention that ends at token `from` and is over before `head`, and
    /// another main verb follows it.
    fn is_only_of_a_relative_clause(&self, from: usize, head: usize) -> bool {
        let comma = usize::from(self.word(from) == ",");
        if !self.begins_a_relative_clause(from) {
            return false;
        }
        let mut at = head;
        while at > from
            && (self.word(at - 1).ends_with("ly") || matches!(self.word(at - 1), "also" | "then" | "has" | "had"))
        {
            at -= 1;
        }
        at > from + 3 && self.word(at - 1) == "and" && (from + comma + 1..at - 1).any(|token| self.word(token) == ",")
    }

    /// "that" as a relative pronoun right before the verb ("forces that attacked").
    fn relative(&self, token: usize) -> bool {
        self.word(token) == "that" && token + 1 < self.view.tokens.end && {
            let next = self.word(token + 1);
            next.ends_with("ed") || matches!(next, "has" | "have" | "had" | "was" | "were" | "is" | "are")
        }
    }

    /// Whether a subject that ends at token `from` can govern a verb at `head`: no full stop of thought
    /// between them, and no other subject-like noun right before the verb.
    fn reaches(&self, from: usize, head: usize) -> bool {
        let mut commas = 0;
        for token in from..head {
            match self.word(token) {
                "," => commas += 1,
                "but" | "while" | "whereas" | "although" | "because" => return false,
                _ => {}
            }
        }
        // "X, the minister of Y, said" has two; an odd comma separates clauses unless little stands between.
        commas != 1 || head - from <= 5 || head - from <= 14 && self.word(head.saturating_sub(1)) == "and"
    }

    /// Other holders joined to `subject`: "France and Germany said".
    pub(super) fn joined(&self, subject: usize) -> Vec<usize> {
        let mut joined = vec![subject];
        let mut right = subject;
        for mention in self.view.mentions.clone().rev().filter(|mention| *mention < subject) {
            let between = self.tokens(mention).end..self.tokens(right).start;
            // "The two countries" are two mentions side by side.
            let both = |mention: usize| self.mentions[mention].rule == Rule::Both;
            if between.is_empty() && both(mention) && both(right) {
                joined.push(mention);
                right = mention;
                continue;
            }
            if between.len() > 4 || between.is_empty() || joined.len() >= MOST_JOINED {
                break;
            }
            // The last of a list has "and" before it; with a comma alone it begins another clause.
            let last = right == subject;
            let coordinates = |token: usize| matches!(self.word(token), "and" | "&" | "well");
            if last && !between.clone().any(coordinates) {
                break;
            }
            let joins = between
                .clone()
                .all(|token| matches!(self.word(token), "and" | "," | "&" | "the" | "both" | "as" | "well"));
            if !joins
                || !between.clone().any(|token| coordinates(token) || self.word(token) == ",")
                || self.mentions[mention].kind == MentionKind::Place
            {
                break;
            }
            joined.push(mention);
            right = mention;
        }
        joined
    }

    /// The agent of a passive: the mention after "by", within a few words of the verb.
    pub(super) fn agent(&self, cue: &CueHit) -> Option<usize> {
        let end = self.view.tokens.end.min(cue.tokens.end + 12);
        let by = (cue.tokens.end..end)
            .take_while(|token| !matches!(self.word(*token), ";" | "that" | "and"))
            .find(|token| self.word(*token) == "by")?;
        self.mention_at(by + 1, 3)
    }

    /// Whether a cue is part of a compound: "US-backed", "UN-brokered".
    pub(super) fn in_compound(&self, hit: &CueHit) -> bool {
        let head = hit.tokens.start;
        let tokens = &self.segmentation.tokens;
        let glued = |left: usize| tokens[left].span.end == tokens[left + 1].span.start;
        head >= self.view.tokens.start + 2 && self.word(head - 1) == "-" && glued(head - 2) && glued(head - 1)
    }

    /// The mention that ends with a token, and began before it.
    pub(super) fn covering(&self, token: usize) -> Option<usize> {
        self.view.mentions.clone().find(|mention| {
            let tokens = self.tokens(*mention);
            tokens.start < token && token < tokens.end && self.may_be_subject(*mention)
        })
    }

    /// The first mention that begins within `reach` tokens from `token` on.
    pub(super) fn mention_at(&self, token: usize, reach: usize) -> Option<usize> {
        self.view.mentions.clone().find(|mention| {
            let start = self.tokens(*mention).start;
            start >= token && start <= token + reach && self.mentions[*mention].kind != MentionKind::Place
        })
    }

    /// The owner of a noun: "Russia's condemnation", "the US attack", "condemnation by Russia".
    pub(super) fn owner(&self, cue: &CueHit) -> Option<usize> {
        let head = cue.tokens.start;
        // "The US attack" may be one mention, of the state and what it does.
        let whole = self.view.mentions.clone().find(|mention| {
            let tokens = self.tokens(*mention);
            tokens.start < head && head < tokens.end && self.mentions[*mention].kind == MentionKind::Role
        });
        if whole.is_some_and(|mention| self.mentions[mention].rule == Rule::Composed) {
            return whole;
        }
        let before = self.view.mentions.clone().rev().find(|mention| {
            let tokens = self.tokens(*mention);
            let gap = tokens.end..head;
            tokens.end <= head
                && gap.len() <= 5
                && gap.clone().all(|token| {
                    let word = self.word(token);
                    self.segmentation.tokens[token].kind != TokenKind::Punctuation
                        && !is_preposition(word)
                        && !matches!(word, "and" | "that" | "the" | "a" | "an" | "is" | "was" | "has" | "have" | "to")
                        || matches!(word, "'" | "’" | "-" | ".")
                })
                && (self.mentions[*mention].possessive
                    || gap.len() <= 3 && self.mentions[*mention].kind == MentionKind::Demonym
                    || self.is_adjectival(*mention, head))
        });
        if before.is_some() {
            return before;
        }
        // "The attacks of X on Y", "the support of X for Y": with a second preposition X is the one who acts.
        if self.word(cue.tokens.end) == "of"
            && let Some(owner) = self.mention_at(cue.tokens.end + 1, 1)
            && self.is_of_whom_acts(cue, self.word(self.tokens(owner).end))
            && self.mention_at(self.tokens(owner).end + 1, 2).is_some()
        {
            return Some(owner);
        }
        let end = self.view.tokens.end.min(cue.tokens.end + 8);
        let by = (cue.tokens.end..end)
            .take_while(|token| !matches!(self.word(*token), "," | ";" | "that" | "and"))
            .find(|token| matches!(self.word(*token), "by" | "from"))?;
        self.mention_at(by + 1, 2)
    }

    /// Whether "of X" tells who acts when `preposition` follows: "attacks of X on Y", "support of X for Y", but not "criticism of X
    /// for Y".
    fn is_of_whom_acts(&self, cue: &CueHit, preposition: &str) -> bool {
        use super::Group::{
            Agree, Aid, Assault, Coerce, Consult, Cooperate, Mobilize, Praise, Sanction, Support, Threaten,
        };
        match self.cues.cue(cue.cue).group {
            Assault | Coerce | Sanction | Threaten | Mobilize => matches!(preposition, "on" | "against"),
            Support | Aid | Agree | Consult | Cooperate | Praise => {
                matches!(preposition, "to" | "for" | "with" | "toward" | "towards")
            }
            _ => false,
        }
    }

    /// "the US attack", "a NATO strike": a name right before a noun, used as an adjective.
    fn is_adjectival(&self, mention: usize, head: usize) -> bool {
        let tokens = self.tokens(mention);
        matches!(self.mentions[mention].kind, MentionKind::Name | MentionKind::Seat) && head - tokens.end <= 2
    }

    /// The subject of a light verb that governs a noun: "voiced solidarity", "launched an attack", "issued a warning".
    pub(super) fn giver(&self, cue: &CueHit) -> Option<usize> {
        let head = cue.tokens.start;
        let first = self.view.tokens.start.max(head.saturating_sub(5));
        let verb = (first..head).rev().find(|token| is_light_verb(self.word(*token)))?;
        let passive = verb
            .checked_sub(1)
            .is_some_and(|before| matches!(self.word(before), "was" | "were" | "been" | "be" | "being"));
        if passive {
            return None;
        }
        self.subject(&CueHit { tokens: verb..verb + 1, ..cue.clone() }, self.view.tokens.start)
    }

    pub(super) fn is_speech(&self, hit: &CueHit) -> bool {
        let cue = self.cues.cue(hit.cue);
        cue.group.is_speech() && cue.part == super::Part::Verb && !hit.nominal
    }
}

/// Verbs that give a noun its subject and add little of their own.
fn is_light_verb(word: &str) -> bool {
    const VERBS: [&str; 40] = [
        "announce",
        "approve",
        "carry",
        "carri",
        "conduct",
        "convey",
        "declare",
        "deliver",
        "express",
        "extend",
        "file",
        "gave",
        "give",
        "given",
        "impose",
        "issue",
        "launch",
        "led",
        "lodge",
        "made",
        "maintain",
        "make",
        "mount",
        "offer",
        "order",
        "pledge",
        "promise",
        "provide",
        "pursue",
        "reaffirm",
        "receive",
        "reiterate",
        "renew",
        "send",
        "sent",
        "show",
        "stage",
        "voice",
        "voic",
        "wage",
    ];
    let bare = ["ing", "ed", "es", "s", "d"].into_iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    VERBS.contains(&word) || VERBS.contains(&bare) || VERBS.iter().any(|verb| verb.strip_suffix('e') == Some(bare))
}
