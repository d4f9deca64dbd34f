//! What the place of a name in its sentence tells: owner or subject, former office, part of a longer name, dateline,
//! a capital as its government.

use super::{piece::Piece, resolve::Resolver, words};
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
                "Facebook" | "Twitter" | "X" | "Instagram" | "WhatsApp" | "Telegram" | "TikTok" | "YouTube" | "Weibo" | "WeChat"
                    | "LinkedIn" | "Reddit" | "Snapchat"
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

    /// Whether a capital stands for its government: as a subject, an owner or an agent, or after a noun
    /// of dealings; after a preposition of place it is the city.
    pub(super) fn is_government(&self, piece: &Piece) -> bool {
        let mut at = piece.tokens.start;
        let first = self.segmentation.sentences[piece.sentence].tokens.start;
        // "Moscow and Beijing" stand alike.
        while at >= first + 2 && matches!(self.word(at - 1), "and" | "," | "or") && words::starts_upper(self.word(at - 2)) {
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
}
