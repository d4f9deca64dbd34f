//! From matches of aliases to mentions.
//!
//! In: a text, its segmentation, date and issuer. Out: [`Mention`]s in order that do not overlap, and on request what was
//! matched and [`Dismissed`]. The steps, each in a file of its own: [`piece`](super::piece) matches names,
//! [`compose`](super::compose) joins states, roles and names, [`persons`](super::persons) binds surnames, and
//! [`refer`](super::refer) settles what refers back. The rules are those on which systems for political event coding
//! agree (NGEC and PETRARCH: nationality, then role, then name).

use super::{
    Dismissal, Dismissed, Gazetteer, Mention, MentionKind, Rule, gazetteer::ActorIndex, persons::Surnames, refer,
};
use crate::{document::PartialDate, segment::Segmentation, span::Span};
use std::sync::Arc;

impl Gazetteer {
    /// The mentions in a text, in order; they do not overlap. Dated facts hold as of `date`, without
    /// one as of the newest snapshot. `issuer` is whom "we" means outside quotations.
    #[must_use]
    pub fn mentions(
        &self,
        text: &str,
        segmentation: &Segmentation,
        date: Option<PartialDate>,
        issuer: Option<ActorIndex>,
    ) -> Vec<Mention> {
        self.mentions_and_dismissed(text, segmentation, date, issuer).0
    }

    /// The same, and the names that were matched but taken for no actor, in order.
    #[must_use]
    pub fn mentions_and_dismissed(
        &self,
        text: &str,
        segmentation: &Segmentation,
        date: Option<PartialDate>,
        issuer: Option<ActorIndex>,
    ) -> (Vec<Mention>, Vec<Dismissed>) {
        let mut resolver = Resolver {
            gazetteer: self,
            text,
            segmentation,
            date,
            surnames: Surnames::default(),
            mentions: Vec::new(),
            dismissed: Vec::new(),
        };
        let pieces = resolver.pieces();
        resolver.compose(&pieces);
        resolver.find_surnames();
        let Resolver { mut mentions, mut dismissed, .. } = resolver;
        // A surname may be found inside a full name that was passed over: then it was not.
        dismissed.retain(|passed| {
            let first = mentions.partition_point(|mention| mention.span.end <= passed.span.start);
            !mentions.get(first).is_some_and(|mention| mention.span.overlaps(passed.span))
        });
        refer::refer(self, text, segmentation, issuer, &mut mentions);
        (mentions, dismissed)
    }
}

pub(super) struct Resolver<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) text: &'a str,
    pub(super) segmentation: &'a Segmentation,
    pub(super) date: Option<PartialDate>,
    pub(super) surnames: Surnames,
    pub(super) mentions: Vec<Mention>,
    dismissed: Vec<Dismissed>,
}

/// What a new mention is, beside its place.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) actor: Option<ActorIndex>,
    pub(super) kind: MentionKind,
    pub(super) rule: Rule,
    pub(super) role: Option<Arc<str>>,
    pub(super) role_span: Option<Span>,
    pub(super) person: Option<Arc<str>>,
    pub(super) former: bool,
}

impl Reading {
    /// An actor, without role, person or "former".
    pub(super) fn plain(actor: ActorIndex, kind: MentionKind, rule: Rule) -> Self {
        Self { actor: Some(actor), kind, rule, role: None, role_span: None, person: None, former: false }
    }
}

impl Resolver<'_> {
    pub(super) fn word(&self, token: usize) -> &str {
        self.segmentation.tokens.get(token).map_or("", |token| token.span.of(self.text))
    }

    pub(super) fn lower(&self, token: usize) -> String {
        self.word(token).to_lowercase()
    }

    pub(super) fn push(&mut self, span: Span, sentence: usize, reading: Reading) {
        let after = self.segmentation.tokens_in(span).end;
        let possessive = self.is_possessive(after);
        let Reading { actor, kind, rule, role, role_span, person, former } = reading;
        let mention = Mention { span, actor, kind, role, role_span, person, sentence, possessive, former, rule };
        self.mentions.push(mention);
    }

    pub(super) fn dismiss(&mut self, span: Span, why: Dismissal) {
        self.dismissed.push(Dismissed { span, why });
    }
}
