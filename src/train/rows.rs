//! From labelled pairs to a vocabulary and a sparse matrix, in two passes over the texts.

use crate::{
    actors::{Gazetteer, starts_upper},
    attribution::CueLexicon,
    features::{
        Block, Counts, Extractor, PairScope, Vectorizer, VectorizerSettings, embedding_names, encoder_features,
        key_of_name,
    },
    model::{RecordsError, SparseRecords},
    pairs::LabelledPair,
    segment::{HashedSet, Lexicon, Segmentation, TokenKind},
};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

/// Training rows with the vocabulary that made them.
#[derive(Debug)]
pub struct Encoded {
    /// The frozen vocabulary.
    pub vectorizer: Vectorizer,
    /// One row a pair.
    pub records: SparseRecords,
}

/// The cells of a row by their features' keys, before the columns are known, and the numbers of the block `embedding`.
type KeyedRow = (Vec<(u64, f32)>, Option<Vec<f32>>);

/// Rows that one worker takes at a time.
const CHUNK: usize = 256;

/// Counts the vocabulary of `pairs`, freezes it and makes their rows.
///
/// # Errors
/// When the rows do not fit a matrix (more than 2^32 columns).
pub fn encode_all(
    gazetteer: &Gazetteer,
    cues: &CueLexicon,
    settings: &VectorizerSettings,
    pairs: &[LabelledPair],
) -> Result<Encoded, RecordsError> {
    let common = common_words(pairs, settings.minimum_common);
    let mut on = [false; Block::ALL.len()];
    for block in &settings.blocks {
        on[block.index()] = true;
    }
    let counts = pairs
        .par_chunks(CHUNK)
        .map(|chunk| {
            let (mut counts, mut lexicon, mut keys) = (Counts::default(), Lexicon::default(), Vec::new());
            for pair in chunk {
                with_extractor(gazetteer, cues, &mut lexicon, pair, &common, &on, |extractor| {
                    extractor.features(&mut |feature| keys.push(feature.key()));
                });
                counts.add(&mut keys);
            }
            counts
        })
        .reduce(Counts::default, |mut left, right| {
            left.merge(right);
            left
        });
    let frequent = counts.frequent(settings.minimum_documents);
    let parts: Vec<(HashMap<u64, String>, Vec<KeyedRow>)> = pairs
        .par_chunks(CHUNK)
        .map(|chunk| {
            let (mut names, mut lexicon) = (HashMap::new(), Lexicon::default());
            let mut rows = Vec::with_capacity(chunk.len());
            for pair in chunk {
                let mut row = Vec::new();
                let embedding = with_extractor(gazetteer, cues, &mut lexicon, pair, &common, &on, |extractor| {
                    extractor.features(&mut |feature| {
                        let key = feature.key();
                        if frequent.contains(&key) {
                            names.entry(key).or_insert_with(|| feature.name());
                            row.push((key, feature.value));
                        }
                    });
                    extractor.embedding()
                });
                rows.push((row, embedding));
            }
            (names, rows)
        })
        .collect();
    let mut names = BTreeMap::new();
    let mut rows = Vec::with_capacity(pairs.len());
    for (part, more) in parts {
        names.extend(part.into_iter().map(|(key, name)| (name, key)));
        rows.extend(more);
    }
    if on[Block::Encoder.index()] {
        // Their cells come later, from an encoder that has yet to be taught.
        names.extend(encoder_features().filter_map(|name| Some((name.clone(), key_of_name(&name)?.1))));
    }
    if on[Block::Embedding.index()] {
        names.extend(embedding_names().filter_map(|name| Some((name.clone(), key_of_name(&name)?.1))));
    }
    let vectorizer = Vectorizer::freeze(settings.clone(), &counts, &names, common);
    drop(names);
    let rows: Vec<Vec<(u32, f32)>> = rows
        .into_par_iter()
        .map(|(cells, embedding)| {
            let mut row = vectorizer.row();
            for (key, value) in cells {
                row.add_key(key, value);
            }
            if let Some(cells) = embedding {
                row.embed(cells);
            }
            row.finish()
        })
        .collect();
    let records = SparseRecords::from_rows(vectorizer.columns(), &rows)?;
    Ok(Encoded { vectorizer, records })
}

/// The row of one pair under a frozen vocabulary.
#[must_use]
pub fn encode(
    gazetteer: &Gazetteer,
    cues: &CueLexicon,
    vectorizer: &Vectorizer,
    lexicon: &mut Lexicon,
    pair: &LabelledPair,
) -> Vec<(u32, f32)> {
    let mut row = vectorizer.row();
    with_extractor(gazetteer, cues, lexicon, pair, vectorizer.common(), vectorizer.blocks(), |extractor| {
        extractor.fill(&mut row);
    });
    row.finish()
}

fn with_extractor<T>(
    gazetteer: &Gazetteer,
    cues: &CueLexicon,
    lexicon: &mut Lexicon,
    pair: &LabelledPair,
    common: &HashedSet,
    blocks: &[bool; Block::ALL.len()],
    work: impl FnOnce(&Extractor<'_, '_>) -> T,
) -> T {
    let scope = PairScope::of(gazetteer, cues, lexicon, pair);
    let sequence = scope.sequence(&pair.text, lexicon, Some(common));
    work(&Extractor { sequence: &sequence, view: &scope.view, cues, blocks })
}

/// Hashes of the words that stand in lower case in at least `minimum` different texts.
fn common_words(pairs: &[LabelledPair], minimum: u32) -> HashedSet {
    let mut texts: Vec<&str> = pairs.iter().map(|pair| &*pair.text).collect();
    texts.sort_unstable();
    texts.dedup();
    let counts = texts
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut counts: HashMap<u64, u32> = HashMap::new();
            for text in chunk {
                let mut seen = HashSet::new();
                for token in Segmentation::of(text).tokens {
                    let word = token.span.of(text);
                    if token.kind == TokenKind::Word && !starts_upper(word) {
                        seen.insert(xxh3_64(word.to_lowercase().replace('’', "'").as_bytes()));
                    }
                }
                for hash in seen {
                    *counts.entry(hash).or_default() += 1;
                }
            }
            counts
        })
        .reduce(HashMap::new, |mut left, right| {
            for (hash, count) in right {
                *left.entry(hash).or_default() += count;
            }
            left
        });
    counts.into_iter().filter(|(_, count)| *count >= minimum).map(|(hash, _)| hash).collect()
}
