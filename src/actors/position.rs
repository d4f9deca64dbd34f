//! What the place of a name in its sentence tells: owner or subject, former office, part of a longer name, dateline,
//! a capital as its government.

use super::{
    entry::EntryKind,
    gazetteer::ActorIndex,
    piece::{Piece, What},
    resolve::Resolver,
    words,
};
use crate::segment::TokenKind;

impl Resolver<'_> {
    pub(super) fn is_possessive(&self, token: usize) -> bool {
        matches!(self.word(token), "'s" | "’s" | "'S" | "’S")
            || matches!(self.word(token), "'" | "’") && self.lower(token.wrapping_sub(1)).ends_with('s')
    }

    pub(super) fn is_definite(&self, token: usize) -> bool {
        token > 0 && matches!(self.lower(token - 1).as_str(), "the" | "its" | "their" | "his" | "her" | "our" | "my")
    }

    pub(super) fn is_former(&self, token: usize) -> bool {
        token > 0
            && matches!(
                self.lower(token - 1).as_str(),
                "former" | "ex" | "late" | "ousted" | "deposed" | "onetime" | "then-exiled"
            )
            || token > 1 && self.word(token - 1) == "-" && self.lower(token - 2) == "ex"
    }

    /// "X-backed", "anti-X", "pro-X" and the like; "Israeli-Palestinian" is two names.
    pub(super) fn in_hyphen_form(&self, piece: &Piece) -> bool {
        let glued = |left: usize, right: usize| {
            let tokens = &self.segmentation.tokens;
            tokens.get(left).zip(tokens.get(right)).is_some_and(|(a, b)| a.span.end == b.span.start)
        };
        let end = piece.tokens.end;
        if self.word(end) == "-"
            && glued(end - 1, end)
            && glued(end, end + 1)
            // "Macron--who said": a dash.
            && self.word(end + 1) != "-"
            && !words::starts_upper(self.word(end + 1))
        {
            return true;
        }
        let start = piece.tokens.start;
        start > 1
            // Particles of names, as in "al-Zebari".
            && !matches!(self.word(start - 2), "al" | "el" | "ben" | "ibn" | "bin" | "ul" | "ad" | "as" | "ash" | "an")
            && self.word(start - 1) == "-"
            && glued(start - 1, start)
            && glued(start - 2, start - 1)
            && self.word(start - 2) != "-"
            && !words::starts_upper(self.word(start - 2))
    }

    /// Part of a longer name that is not this actor ("New Jersey", "Latin American"), of a document named after it ("the UN
    /// Charter"), or a medium on which something is said ("on Facebook").
    pub(super) fn is_other_name(&self, piece: &Piece) -> bool {
        let before = piece.tokens.start.checked_sub(1).map_or("", |before| self.word(before));
        let first = piece.tokens.start <= self.segmentation.sentences[piece.sentence].tokens.start + 1;
        let acronym = piece.span.of(self.text).chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
        let other = matches!(before, "Latin" | "Native" | "African" | "Central" | "Southeast")
            || before == "New" && !first && !acronym;
        if other && piece.tokens.len() == 1 {
            return true;
        }
        let after = self.word(piece.tokens.end);
        if matches!(
            after,
            "Charter"
                | "Convention"
                | "Treaty"
                | "Protocol"
                | "Headquarters"
                | "headquarters"
                | "Framework"
                | "Agenda"
                | "Resolution"
                | "Times"
                | "Post"
                | "News"
        ) {
            return true;
        }
        self.is_medium(piece)
    }

    /// Whether a name is the medium on which something is said: "on Facebook", "on Facebook, Twitter and Instagram".
    fn is_medium(&self, piece: &Piece) -> bool {
        let medium = |word: &str| {
            matches!(
                word,
                "Facebook"
                    | "Twitter"
                    | "X"
                    | "Instagram"
                    | "WhatsApp"
                    | "Telegram"
                    | "TikTok"
                    | "YouTube"
                    | "Weibo"
                    | "WeChat"
                    | "LinkedIn"
                    | "Reddit"
                    | "Snapchat"
            )
        };
        if !medium(piece.span.of(self.text)) {
            return false;
        }
        let first = self.segmentation.sentences[piece.sentence].tokens.start;
        let mut at = piece.tokens.start;
        while at > first && (medium(self.word(at - 1)) || matches!(self.word(at - 1), "," | "and" | "or" | "_" | "&")) {
            at -= 1;
        }
        at > first && matches!(self.lower(at - 1).as_str(), "on" | "via" | "through")
    }

    /// "MOSCOW (Reuters) -", "PARIS, June 3 -": at the head of a paragraph, before a dash or bracket.
    pub(super) fn is_dateline(&self, piece: &Piece) -> bool {
        let sentence = &self.segmentation.sentences[piece.sentence];
        if piece.tokens.start != sentence.tokens.start {
            return false;
        }
        (piece.tokens.end..sentence.tokens.end.min(piece.tokens.end + 8))
            .take_while(|token| {
                let word = self.word(*token);
                self.segmentation.tokens[*token].kind != TokenKind::Word || words::starts_upper(word)
            })
            .any(|token| matches!(self.word(token), "(" | "-" | "--" | "—" | "–"))
    }

    /// Whether a seat of one word, such as a town or quarter, is only where something happens: "in Rawalpindi".
    pub(super) fn is_place_here(&self, piece: &Piece) -> bool {
        let first = self.segmentation.sentences[piece.sentence].tokens.start;
        let before = piece.tokens.start.checked_sub(1).filter(|before| *before >= first);
        let word = piece.span.of(self.text);
        let town = piece.tokens.len() == 1 && word.chars().nth(1).is_some_and(char::is_lowercase);
        town && before
            .is_some_and(|before| matches!(self.lower(before).as_str(), "in" | "at" | "near" | "outside" | "around"))
    }

    /// Whether a capital stands for its government: as a subject, an owner or an agent, or after a noun
    /// of dealings; after a preposition of place it is the city.
    pub(super) fn is_government(&self, piece: &Piece) -> bool {
        let mut at = piece.tokens.start;
        let first = self.segmentation.sentences[piece.sentence].tokens.start;
        // "Moscow and Beijing" stand alike.
        while at >= first + 2
            && matches!(self.word(at - 1), "and" | "," | "or")
            && words::starts_upper(self.word(at - 2))
        {
            at -= 2;
        }
        if at == first {
            return true;
        }
        let before = self.lower(at - 1);
        if words::is_place_preposition(&before) {
            return false;
        }
        match before.as_str() {
            "to" | "from" | "of" | "on" => {
                let noun = at.checked_sub(2).map(|noun| self.lower(noun)).unwrap_or_default();
                words::is_relation_noun(&noun)
                    || before == "on" && matches!(noun.as_str(), "called" | "calls" | "calling" | "call")
            }
            "the" | "capital" | "city" => false,
            // "Moscow Airport", "central Moscow"
            "central" | "northern" | "southern" | "eastern" | "western" | "downtown" => false,
            _ => {
                !words::starts_upper(self.word(piece.tokens.end))
                    || self.is_possessive(piece.tokens.end)
                    || self.segmentation.sentences[piece.sentence].tokens.end == piece.tokens.end
            }
        }
    }

    /// Whether a role noun in the plural is rather the verb of the name before it: something follows that can be its object.
    pub(super) fn may_be_verb(&self, role: &Piece) -> bool {
        let word = self.word(role.tokens.start);
        if role.tokens.len() != 1 || !word.ends_with('s') || words::starts_upper(word) {
            return false;
        }
        let verbs = [
            "attacks",
            "bombs",
            "charges",
            "courts",
            "demands",
            "exiles",
            "fires",
            "forces",
            "guards",
            "heads",
            "hosts",
            "leads",
            "monitors",
            "offers",
            "orders",
            "partners",
            "plans",
            "ships",
            "sanctions",
            "shells",
            "sides",
            "states",
            "strikes",
            "suspects",
            "threatens",
            "threats",
        ];
        let next = self.word(role.tokens.end);
        let object = words::starts_upper(next)
            || matches!(
                next,
                "the"
                    | "a"
                    | "an"
                    | "its"
                    | "their"
                    | "his"
                    | "her"
                    | "any"
                    | "all"
                    | "no"
                    | "to"
                    | "it"
                    | "them"
                    | "that"
            );
        verbs.contains(&word) && object
    }

    /// Whether "of" and something that is no part of a state follow: "the head of a rights group".
    pub(super) fn is_of_something_else(&self, piece: &Piece) -> bool {
        if self.lower(piece.tokens.end) != "of" {
            return false;
        }
        let mut at = piece.tokens.end + 1;
        while matches!(self.lower(at).as_str(), "the" | "its" | "their" | "his" | "her" | "our") {
            at += 1;
        }
        !matches!(
            self.lower(at).as_str(),
            "republic"
                | "country"
                | "nation"
                | "state"
                | "government"
                | "parliament"
                | "national"
                | "foreign"
                | "defence"
                | "defense"
                | "justice"
                | "interior"
                | "finance"
                | "health"
                | "staff"
                | "economy"
                | "trade"
                | "information"
                | "education"
                | "federation"
                | "union"
                | "armed"
                | "army"
                | "navy"
                | "day"
        )
    }

    /// Whether a role noun has a capital that no place in the sentence asks for.
    pub(super) fn is_capital_by_choice(&self, piece: &Piece) -> bool {
        let first = self.segmentation.sentences[piece.sentence].tokens.start;
        let before = piece.tokens.start.checked_sub(1).filter(|at| *at >= first).map(|at| self.word(at));
        words::starts_upper(piece.span.of(self.text))
            && before.is_some_and(|before| {
                // After another capital it is the end of a longer name: "the Zorvan Council".
                let longer = words::starts_upper(before) && !words::is_function_word(&before.to_lowercase());
                !longer && !matches!(before, "-" | "--" | "—" | "–" | ":" | "\"" | "“" | ")")
            })
    }

    /// "The Senate of France": a body of another state that has the name, too.
    pub(super) fn of_another(&self, pieces: &[Piece], index: usize, number: usize) -> Option<ActorIndex> {
        let at = pieces[index].tokens.end;
        let body = matches!(
            self.gazetteer.entry(number).role.as_deref(),
            Some("legislature" | "judiciary" | "central bank" | "head of state")
        );
        if !body || self.lower(at) != "of" {
            return None;
        }
        let first = at + 1 + usize::from(self.lower(at + 1) == "the");
        let next = pieces.get(index + 1).filter(|next| next.tokens.start == first)?;
        let What::Entry { number: other, kind: EntryKind::State, .. } = next.what else { return None };
        let other = self.gazetteer.entry_actor(other);
        (other != self.gazetteer.entry_actor(number)).then_some(other)
    }
}
