//! From the words of a pair's scope to word pieces.
//!
//! In: a [`Sequence`], in which actors are placeholders already. Out: [`PairInput`]: word pieces with the places of holder
//! and target. No actor that was found, and no unknown name, reaches the encoder as a word.

use super::{EncoderError, configuration::EncoderConfiguration};
use crate::features::{Break, Sequence};
use std::{
    collections::HashMap,
    path::Path,
    sync::{PoisonError, RwLock},
};
use tokenizers::Tokenizer;
use xxhash_rust::xxh3::xxh3_64;

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
    /// Longest sequence that the encoder takes, at most [`MOST_PIECES`].
    most: usize,
    /// Pieces of the words met so far, by the words' hashes: saves time, never changes a result.
    known: RwLock<HashMap<u64, Box<[u32]>>>,
}

/// Words whose pieces are remembered before they are forgotten.
const MOST_WORDS: usize = 200_000;

/// A pair as the encoder sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairInput {
    /// Word pieces; never empty.
    pub(super) pieces: Vec<u32>,
    /// Where the target stands.
    pub(super) target: usize,
    /// Where the holder stands; 0 (the place of the whole) without one.
    pub(super) holder: usize,
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
        if size > configuration.vocab_size {
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
            most: configuration.max_position_embeddings.min(MOST_PIECES),
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
        // The first and the last piece stand for the whole and stay whatever is cut.
        let most = self.most.max(3) - 1;
        if pieces.len() > most {
            let first = target.saturating_sub(most / 2).clamp(1, pieces.len() - most + 1);
            pieces.drain(1..first);
            pieces.truncate(most);
            let moved = |place: usize| (place + 1).checked_sub(first).filter(|place| (1..most).contains(place));
            target = moved(target).unwrap_or(0);
            holder = if holder == 0 { 0 } else { moved(holder).unwrap_or(0) };
        }
        pieces.push(self.end);
        PairInput { pieces, target, holder }
    }

    /// The pieces of a word alone, between the pieces that stand for the whole.
    pub(super) fn word_alone(&self, word: &str) -> Vec<u32> {
        let mut pieces = vec![self.begin];
        self.word(xxh3_64(word.as_bytes()), word, &mut pieces);
        pieces.truncate(self.most.max(3) - 1);
        pieces.push(self.end);
        pieces
    }

    /// The entries of the vocabulary that are whole words: two ASCII letters or more, in order.
    pub(super) fn whole_words(&self) -> Vec<String> {
        let is_word = |piece: &String| piece.len() > 1 && piece.bytes().all(|byte| byte.is_ascii_lowercase());
        let mut words: Vec<String> = self.tokenizer.get_vocab(false).into_keys().filter(is_word).collect();
        words.sort_unstable();
        words
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
