//! Mentions of actors, and what settled them.

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
    /// Somebody or something that belongs to the actor and does not speak for it: "Chinese citizens", "Chinese goods". Takes no
    /// part in pairs, but where force is used against it.
    Member,
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
        !matches!(self, Self::Place | Self::Member)
    }

    /// As reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Demonym => "demonym",
            Self::Capital => "capital",
            Self::Seat => "seat",
            Self::Person => "person",
            Self::Role => "role",
            Self::Member => "member",
            Self::Anaphor => "description",
            Self::Pronoun => "pronoun",
            Self::FirstPerson => "first person",
            Self::Place => "place",
        }
    }
}

/// The rule that settled what a mention means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The alias is in the gazetteer.
    Listed,
    /// The alias means several actors; words around it tell which.
    Context,
    /// State or demonym and a role noun, perhaps with a name.
    Composed,
    /// A role noun, "of", a state.
    RoleOf,
    /// A role noun, "in", a place.
    RoleIn,
    /// A role noun that speaks for nobody but itself.
    Member,
    /// "Counterpart": the role is that of whom it is the counterpart of.
    Counterpart,
    /// A title and a name in office at the date.
    Titled,
    /// "Mr", "Ms" and the like, and a surname that one office holder has.
    Honorific,
    /// Initials and the surname of an office holder.
    Initials,
    /// A name beside an office: "X, the German chancellor".
    Apposed,
    /// A surname after the full name was given in the document.
    Bound,
    /// The position tells that a capital means its government.
    Metonym,
    /// A capital or place that is only a place.
    PlaceName,
    /// A place at the head of a report, before a dash.
    Dateline,
    /// Refers to an earlier mention.
    Antecedent,
    /// "Both sides", "the two countries": the last two states.
    Both,
    /// Refers to the issuer or to the speaker of the quotation.
    Speaker,
}

impl Rule {
    /// All rules, in the order of the enumeration.
    pub const ALL: [Self; 18] = [
        Self::Listed,
        Self::Context,
        Self::Composed,
        Self::RoleOf,
        Self::RoleIn,
        Self::Member,
        Self::Counterpart,
        Self::Titled,
        Self::Honorific,
        Self::Initials,
        Self::Apposed,
        Self::Bound,
        Self::Metonym,
        Self::PlaceName,
        Self::Dateline,
        Self::Antecedent,
        Self::Both,
        Self::Speaker,
    ];

    /// A word for it, as reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Context => "context",
            Self::Composed => "composed",
            Self::RoleOf => "role-of",
            Self::RoleIn => "role-in",
            Self::Member => "member",
            Self::Counterpart => "counterpart",
            Self::Titled => "titled",
            Self::Honorific => "honorific",
            Self::Initials => "initials",
            Self::Apposed => "apposed",
            Self::Bound => "bound",
            Self::Metonym => "metonym",
            Self::PlaceName => "place-name",
            Self::Dateline => "dateline",
            Self::Antecedent => "antecedent",
            Self::Both => "both",
            Self::Speaker => "speaker",
        }
    }

    /// What it says, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Listed => "the tables have this name",
            Self::Context => "the tables have this name for several; words around it decide",
            Self::Composed => "a state or body, then a role noun, perhaps a name",
            Self::RoleOf => "a role noun, `of` or `for`, then a state or body",
            Self::RoleIn => "a role noun, `in` or `from`, then a place of the state",
            Self::Member => "belongs to the actor but does not speak for it",
            Self::Counterpart => "a counterpart has the role of whom it meets",
            Self::Titled => "a title vouches for the name after it",
            Self::Honorific => "a form of address before a surname that one office holder has",
            Self::Initials => "initials before the surname of an office holder",
            Self::Apposed => "a name set beside an office by a comma",
            Self::Bound => "the full name stood earlier in the document",
            Self::Metonym => "a capital where a government must stand",
            Self::PlaceName => "a place meant as a place",
            Self::Dateline => "the place where a report was written",
            Self::Antecedent => "refers to an actor named earlier",
            Self::Both => "refers to the last two states named",
            Self::Speaker => "refers to whoever speaks",
        }
    }
}

/// Why a name of the tables is no actor where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dismissal {
    /// "X-backed", "pro-X".
    HyphenForm,
    /// Part of a longer name, or of a document named after the actor.
    OtherName,
    /// Part of a person's name.
    PersonalName,
    /// The name came up after the date of the text.
    NotYet,
    /// Words around it tell of something that is no actor.
    Context,
}

impl Dismissal {
    /// What it says, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::HyphenForm => "a hyphen form (X-backed, pro-X) is never X itself",
            Self::OtherName => "part of a longer name that is not this actor",
            Self::PersonalName => "part of a person's name",
            Self::NotYet => "the name is younger than the text",
            Self::Context => "words around it tell that it is no actor here",
        }
    }
}

/// A name of the tables that is no actor where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dismissed {
    /// Its place.
    pub span: Span,
    /// Why.
    pub why: Dismissal,
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
    /// Where the role noun stands beside a name: its words are words, those beside it a name.
    pub role_span: Option<Span>,
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
