//! From the words of a pair's scope to word pieces.
//!
//! In: a [`Sequence`], in which actors are placeholders already. Out: [`PairInput`]: word pieces with the places of holder
//! and target. No name of an actor ever reaches the encoder.

use super::{EncoderError, configuration::EncoderConfiguration};
use crate::features::{Break, Sequence};
use std::{
    collections::HashMap,
    path::Path,
    sync::{PoisonError, RwLock},
};
use tokenizers::Tokenizer;

/// Longest sequence given to the encoder, in word pieces: a longer scope is cut around its target.
pub const MOST_PIECES: usize = 128;

/// The vocabulary.
pub struct WordPieces {
    tokenizer: Tokenizer,
    begin: u32,
    end: u32,
    comma: u32,
    stop: u32,
    unknown: u32,
    /// For holder, target, other actors and names.
    placeholders: [u32; 4],
    /// Pieces of the words met so far, by the words' hashes: saves time, never changes a result.
    known: RwLock<HashMap<u64, Box<[u32]>>>,
}

/// Words whose pieces are remembered before they are forgotten.
const MOST_WORDS: usize = 200_000;

/// A pair as the encoder sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairInput {
    /// Word pieces.
    pub pieces: Vec<u32>,
    /// Where the target stands.
    pub target: usize,
    /// Where the holder stands; 0 (the place of the whole) without one.
    pub holder: usize,
}

const NAMES: [&str; 4] = ["HOLDER", "TARGET", "ACTOR", "NAME"];
/// Entries of a BERT vocabulary that its own training never used.
const UNUSED: [&str; 4] = ["[unused1]", "[unused2]", "[unused3]", "[unused4]"];

impl WordPieces {
    /// Reads `tokenizer.json` and checks that it fits the encoder.
    ///
    /// # Errors
    /// When the file is damaged or lacks an entry that is needed.
    pub fn read(path: &Path, configuration: &EncoderConfiguration) -> Result<Self, EncoderError> {
        let bytes = std::fs::read(path).map_err(|source| EncoderError::io(path, source))?;
        let fail = |problem: String| EncoderError::Tokenizer { path: path.to_owned(), problem };
        let mut tokenizer = Tokenizer::from_bytes(&bytes).map_err(|problem| fail(problem.to_string()))?;
        // Files of sentence encoders pad every text to 128 pieces; here each word is a text.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|problem| fail(problem.to_string()))?;
        let size = tokenizer.get_vocab_size(true);
        if size != configuration.vocab_size {
            return Err(fail(format!(
                "has {size} word pieces, but config.json says {}: it belongs to another encoder",
                configuration.vocab_size
            )));
        }
        let id = |piece: &str| {
            let id = tokenizer.token_to_id(piece).filter(|id| (*id as usize) < configuration.vocab_size);
            id.ok_or_else(|| fail(format!("has no word piece `{piece}`; expected the vocabulary of a BERT encoder")))
        };
        let [holder, target, actor, name] = UNUSED.map(id);
        Ok(Self {
            begin: id("[CLS]")?,
            end: id("[SEP]")?,
            comma: id(",")?,
            stop: id(".")?,
            unknown: id("[UNK]")?,
            placeholders: [holder?, target?, actor?, name?],
            known: RwLock::default(),
            tokenizer,
        })
    }

    /// The pieces of a pair's scope.
    #[must_use]
    pub fn input(&self, sequence: &Sequence<'_>) -> PairInput {
        let mut pieces = vec![self.begin];
        let (mut target, mut holder) = (0, 0);
        for (item, word) in sequence.words.iter().enumerate() {
            match sequence.breaks[item] {
                Break::None => {}
                Break::Comma => pieces.push(self.comma),
                Break::Stop => pieces.push(self.stop),
            }
            if item == sequence.target {
                target = pieces.len();
            }
            if Some(item) == sequence.holder {
                holder = pieces.len();
            }
            match NAMES.iter().position(|name| *name == word.text) {
                Some(place) => pieces.push(self.placeholders[place]),
                None => self.word(word.hash, word.text, &mut pieces),
            }
        }
        pieces.push(self.end);
        if pieces.len() > MOST_PIECES {
            let first = target.saturating_sub(MOST_PIECES / 2).min(pieces.len() - MOST_PIECES);
            pieces.drain(..first);
            pieces.truncate(MOST_PIECES);
            target -= first;
            holder = holder.checked_sub(first).filter(|holder| *holder < MOST_PIECES).unwrap_or(0);
        }
        PairInput { pieces, target, holder }
    }

    fn word(&self, hash: u64, text: &str, pieces: &mut Vec<u32>) {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&hash) {
            pieces.extend_from_slice(known);
            return;
        }
        // A word that the tokenizer fails on is unknown to the vocabulary.
        let found: Box<[u32]> = self
            .tokenizer
            .encode_fast(text, false)
            .map_or_else(|_| vec![self.unknown].into(), |encoding| encoding.get_ids().into());
        pieces.extend_from_slice(&found);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_WORDS {
            known.clear();
        }
        known.insert(hash, found);
    }
}
