//! Mentions of actors.

use super::ActorIndex;
use crate::span::Span;
use std::sync::Arc;

/// How a mention refers to its actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MentionKind {
    /// The actor's own name, or that of its people.
    Name,
    /// An adjective or noun of nationality.
    Demonym,
    /// A capital that stands for its government.
    Capital,
    /// A building, institution or epithet.
    Seat,
    /// A person in office.
    Person,
    /// An office or body of the actor: "the Russian Foreign Ministry".
    Role,
    /// A description that refers back: "the ministry", "the country".
    Anaphor,
    /// He, she, it, they.
    Pronoun,
    /// We, our, I, my.
    FirstPerson,
    /// A place that is meant as a place: no actor.
    Place,
}

impl MentionKind {
    /// Whether the mention can hold a stance or be the target of one.
    #[must_use]
    pub const fn is_actor(self) -> bool {
        !matches!(self, Self::Place)
    }
}

/// The rule that settled what a mention means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The alias is in the gazetteer.
    Listed,
    /// State or demonym and a role noun, perhaps with a name.
    Composed,
    /// A role noun, "of", a state.
    RoleOf,
    /// A title and a name in office at the date.
    Titled,
    /// A surname after the full name was given in the document.
    Bound,
    /// The position tells that a capital means its government.
    Metonym,
    /// A capital or place that is only a place.
    PlaceName,
    /// Refers to an earlier mention.
    Antecedent,
    /// Refers to the issuer or to the speaker of the quotation.
    Speaker,
}

/// A span of the text that names an actor or refers to one.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The whole mention: "Russian Defence Minister Sergei Shoigu".
    pub span: Span,
    /// The actor; `None` when the mention refers to one that could not be settled.
    pub actor: Option<ActorIndex>,
    /// How it refers.
    pub kind: MentionKind,
    /// Office or body, as the tables name it.
    pub role: Option<Arc<str>>,
    /// Name of the person.
    pub person: Option<Arc<str>>,
    /// The sentence it stands in.
    pub sentence: usize,
    /// Whether a possessive mark follows: then it is the owner of what comes next, not the subject.
    pub possessive: bool,
    /// Whether the office is over, as "former" or the dates tell.
    pub former: bool,
    /// What settled it.
    pub rule: Rule,
}
