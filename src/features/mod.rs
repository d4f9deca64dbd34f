//! From a pair to a sparse vector.
//!
//! In: a sentence with its words, cues and mentions looked up ([`crate::attribution::SentenceView`]), and
//! the places of holder and target. Out: a sorted list of (column, value). Target, holder, other actors and
//! unknown names are replaced by placeholders before any feature is made, so that a model cannot learn
//! that an actor is good or bad. Blocks of features are in [`block`]; each can be switched in a recipe.

mod block;
mod cue;
mod embedding;
mod encoder_logit;
mod extract;
mod frame;
mod group_noun;
mod neighbours;
mod pair;
mod polarity;
mod sequence;
mod skeleton;
mod sorted_names;
#[cfg(test)]
mod tests;
mod vectorizer;
mod word_class;
mod word_order;
mod word_vectors;

pub use block::Block;
pub(crate) use embedding::embedding_names;
pub use encoder_logit::{encoder_feature, encoder_features};
pub(crate) use extract::key_of_name;
pub use extract::{Extractor, Feature, Part};
pub use pair::PairScope;
pub(crate) use pair::actor_at;
pub use sequence::{Break, PairPlace, Sequence};
pub use vectorizer::{Counts, Row, Vectorizer, VectorizerError, VectorizerSettings};
pub use word_vectors::{DIMENSIONS, StoredVectors, VectorsError, WORD_VECTORS, WordVector, WordVectors};

/// Version of the tokenizer and of the feature definitions, frozen in model files: a model made with
/// another version is refused, since its columns would mean something else.
pub const FEATURES_VERSION: &str = "features-2 uax29-1.13";
