//! From an encoder to a table of word vectors.
//!
//! In: an encoder, words with how often they occur. Out: [`StoredVectors`]: for each word, and for each whole word of the encoder's
//! own vocabulary, the mean of its last states when it stands alone, on the axes along which words differ most (principal
//! components, by how much words count in a text), in 8 bits; and for each stem the mean of its words. The same encoder and words
//! give the same bytes on the same kind of processor: every sum runs in a fixed order.

use super::{EncoderError, PairEncoder, network::Packed};
use crate::{
    features::{DIMENSIONS, StoredVectors},
    segment::Lexicon,
};
use linfa_linalg::eigh::Eigh;
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The constant of smooth inverse frequency (Arora, Liang and Ma 2017): words more frequent than this count less.
const SMOOTHING: f64 = 1e-3;
/// Words that the encoder reads together.
const BATCH: usize = 64;
/// What one standard deviation of the widest axis is in the table.
const UNIT: f64 = 32.0;
/// How far narrow axes are widened: 0 leaves them as they are, 1 makes all axes equally wide.
const WIDENED: f64 = 0.5;

/// Distils a table of vectors; `origin` is the sentence that tells where they come from.
///
/// # Errors
/// [`EncoderError::NoRows`] when there are fewer words than numbers in a vector, or they do not differ.
pub fn distill(
    encoder: &PairEncoder,
    counts: &BTreeMap<String, u64>,
    origin: String,
    progress: &dyn Fn(usize, usize),
) -> Result<StoredVectors, EncoderError> {
    let mut counts = counts.clone();
    for word in encoder.pieces().whole_words() {
        counts.entry(word).or_default();
    }
    let words: Vec<(&String, u64)> = counts.iter().map(|(word, count)| (word, *count)).collect();
    if words.len() <= DIMENSIONS {
        return Err(EncoderError::NoRows);
    }
    let states = states(encoder, &words, progress);
    let total = words.iter().map(|(_, count)| *count).sum::<u64>().max(1) as f64;
    let weights: Vec<f64> = words.iter().map(|(_, count)| SMOOTHING / (SMOOTHING + *count as f64 / total)).collect();
    // A word that does not occur counts as if it had once: the table is for texts yet to come.
    let shares: Vec<f64> =
        words.iter().zip(&weights).map(|((_, count), weight)| (*count).max(1) as f64 / total * weight).collect();
    let numbers = project(&states, &shares)?;
    Ok(table(&words, &weights, &shares, &numbers, origin))
}

/// The mean of each word's states: words x hidden.
fn states(encoder: &PairEncoder, words: &[(&String, u64)], progress: &dyn Fn(usize, usize)) -> Array2<f64> {
    let hidden = encoder.encoder().configuration.hidden_size;
    let mut all = Array2::zeros((words.len(), hidden));
    let mut done = 0;
    for words in words.chunks(BATCH * 16) {
        let parts: Vec<Array2<f64>> = words
            .par_chunks(BATCH)
            .map(|words| {
                let mut packed = Packed::default();
                for (word, _) in words {
                    packed.push(&encoder.pieces().word_alone(word), |_| 0);
                }
                let states = encoder.encoder().states(&packed);
                let mut means = Array2::zeros((words.len(), hidden));
                for (word, mut mean) in means.rows_mut().into_iter().enumerate() {
                    let places = packed.places(word);
                    for place in places.clone() {
                        mean.zip_mut_with(&states.row(place), |sum, state| *sum += f64::from(*state));
                    }
                    mean /= places.len() as f64;
                }
                means
            })
            .collect();
        for row in parts.iter().flat_map(|part| part.rows()) {
            all.row_mut(done).assign(&row);
            done += 1;
        }
        progress(done, all.nrows());
    }
    all
}

/// The coordinates of each row on the first axes: rows x [`DIMENSIONS`].
fn project(states: &Array2<f64>, shares: &[f64]) -> Result<Array2<f64>, EncoderError> {
    let sum: f64 = shares.iter().sum();
    let shares = Array1::from_iter(shares.iter().map(|share| share / sum));
    let mean = shares.dot(states);
    let centred = states - &mean;
    let weighted = &centred * &shares.mapv(f64::sqrt).insert_axis(Axis(1));
    let covariance = weighted.t().dot(&weighted);
    let (values, vectors) = covariance.eigh().map_err(|_| EncoderError::NoRows)?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let widest = values[order[0]].max(0.0).sqrt();
    if widest.is_nan() || widest <= 0.0 {
        return Err(EncoderError::NoRows);
    }
    let mut axes = Array2::zeros((states.ncols(), DIMENSIONS));
    for (mut axis, index) in axes.columns_mut().into_iter().zip(&order) {
        let width = values[*index].max(0.0).sqrt();
        // Words do not differ along this axis; what is left of it is rounding.
        if width.is_nan() || width <= widest * 1e-6 {
            continue;
        }
        axis.assign(&vectors.column(*index));
        // An axis has no direction of its own: its largest part points up.
        let largest = axis.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(1.0);
        axis *= largest.signum() * UNIT / widest * libm::pow(widest / width, WIDENED);
    }
    Ok(centred.dot(&axes))
}

/// Words with the stems that are no words of the table themselves.
fn table(
    words: &[(&String, u64)],
    weights: &[f64],
    shares: &[f64],
    numbers: &Array2<f64>,
    origin: String,
) -> StoredVectors {
    let mut lexicon = Lexicon::default();
    let mut stems: BTreeMap<String, (f64, f64, Array1<f64>)> = BTreeMap::new();
    let mut rows: BTreeMap<&str, (f64, Array1<f64>)> = BTreeMap::new();
    for (place, (word, _)) in words.iter().enumerate() {
        rows.insert(word, (weights[place], numbers.row(place).to_owned()));
        let symbol = lexicon.symbol(word);
        let stem = lexicon.stem(symbol).to_owned();
        let (share, weight, sum) = stems.entry(stem).or_insert_with(|| (0.0, 0.0, Array1::zeros(DIMENSIONS)));
        *share += shares[place];
        *weight += shares[place] * weights[place];
        sum.scaled_add(shares[place], &numbers.row(place));
    }
    for (stem, (share, weight, sum)) in &stems {
        rows.entry(stem).or_insert_with(|| (weight / share, sum / *share));
    }
    let mut stored = StoredVectors { origin, words: String::new(), weights: Vec::new(), numbers: Vec::new() };
    for (word, (weight, numbers)) in rows {
        stored.words.push_str(word);
        stored.words.push('\n');
        stored.weights.push((weight * 255.0).round().clamp(1.0, 255.0) as u8);
        stored.numbers.extend(numbers.iter().map(|number| (number.round().clamp(-127.0, 127.0) as i8).cast_unsigned()));
    }
    stored
}

#[cfg(test)]
mod tests {
    use super::{super::tests::write, *};

    #[test]
    fn the_same_words_give_the_same_table_at_any_number_of_threads() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        let encoder = PairEncoder::untaught(folder.path()).unwrap();
        let mut counts: BTreeMap<String, u64> = (0..70).map(|number| (format!("word{number}"), 1)).collect();
        counts.insert("thanked".into(), 900);
        let make = || distill(&encoder, &counts, "a test".into(), &|_, _| {}).unwrap();
        let table = make();
        let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(single.install(make), table);
        let words: Vec<&str> = table.words.split_terminator('\n').collect();
        assert!(words.is_sorted() && words.len() == table.weights.len());
        assert_eq!(table.numbers.len(), words.len() * DIMENSIONS);
        let place = |word: &str| words.binary_search(&word).unwrap();
        let row = |word: &str| table.numbers[place(word) * DIMENSIONS..][..DIMENSIONS].to_vec();
        // A frequent word counts less; a stem that is no word stands beside its words; unknown words are all one.
        assert!(table.weights[place("thanked")] < 5 && table.weights[place("word1")] > 10);
        assert_eq!(row("word1"), row("word2"));
        assert_ne!(row("word1"), row("thanked"));
        let few = BTreeMap::from([("a".to_owned(), 1)]);
        assert!(matches!(distill(&encoder, &few, String::new(), &|_, _| {}), Err(EncoderError::NoRows)));
    }
}
