//! Who is spoken of.
//!
//! In: a text, its segmentation and its date. Out: [`Mention`]s: spans of the text that name an actor
//! or refer to one, with the actor's canonical id. The facts are tables in `data/` (see
//! `data/SOURCES.md`), compiled into the library; users add or override rows with a table of the same
//! columns. Matching is leftmost-longest over folded words ([`names`]); what a match means is settled by
//! the rules in [`resolve`] and [`refer`].

mod check;
mod codes;
mod compose;
mod context;
mod deed;
mod entry;
mod fold;
mod gazetteer;
mod index;
mod mention;
mod names;
mod office_names;
mod persons;
mod petrarch;
mod piece;
mod position;
mod pronoun;
mod refer;
mod resolve;
mod role;
mod unknown;
mod vocabulary;
mod words;

pub use check::{Finding, FindingKind, TABLES_AS_OF};
pub use codes::{Membership, StateCodes, blocs_of, members_of, state_codes};
pub use entry::{ActorKind, Entry, EntryKind, TableError};
pub use fold::{Folded, fold};
pub use gazetteer::{Actor, ActorIndex, Gazetteer};
pub use mention::{Dismissal, Dismissed, Mention, MentionKind, Rule};
pub use petrarch::{Imported, Skipped, import as import_petrarch};
pub use role::{Role, SpeaksFor};
pub use unknown::{Unknown, UnknownCounts, UnknownKind, UnknownPhrase};
pub(crate) use words::{PREPOSITIONS, is_calendar};
pub use words::{is_preposition, starts_upper};
