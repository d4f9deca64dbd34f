//! Teaching an encoder from the rows of a training, and asking it about those it has not seen.

use super::{Recipe, TrainError, fusion::Fusion};
use crate::{actors::Gazetteer, attribution::CueLexicon, encoder::Pass, features::Vectorizer, pairs::LabelledPair};
use std::path::Path;

/// Folders of an encoder.
#[derive(Debug, Clone, Copy)]
pub struct EncoderFolders<'a> {
    /// The general encoder to start from.
    pub general: &'a Path,
    /// Where teaching keeps what it has reached, and the taught encoder: an interrupted teaching goes on from there, one
    /// that has been done is not done again. Made where it is missing.
    pub teaching: &'a Path,
    /// Where the files of the taught one go; made where it is missing.
    pub taught: &'a Path,
}

/// What came of teaching.
pub(super) struct Taught {
    pub(super) fusion: Fusion,
    pub(super) passes: Vec<Pass>,
    /// Hash of the files written.
    pub(super) hash: String,
    /// Hash of the files of the general encoder.
    pub(super) general: String,
    /// Pairs held out.
    pub(super) held_out: usize,
}

/// Without the feature `encoder` nothing can be taught.
#[cfg(not(feature = "encoder"))]
pub(super) fn teach(
    _: EncoderFolders<'_>,
    _: &Recipe,
    _: (&Gazetteer, &CueLexicon, &Vectorizer),
    _: &[LabelledPair],
    _: &dyn Fn(&str),
) -> Result<Taught, TrainError> {
    Err(TrainError::WithoutEncoder)
}

/// Teaches an encoder from all rows but a held-out part, writes it, and asks it as written about that part.
#[cfg(feature = "encoder")]
pub(super) fn teach(
    folders: EncoderFolders<'_>,
    recipe: &Recipe,
    (gazetteer, cues, vectorizer): (&Gazetteer, &CueLexicon, &Vectorizer),
    pairs: &[LabelledPair],
    progress: &dyn Fn(&str),
) -> Result<Taught, TrainError> {
    use super::folds::folds;
    use crate::{
        encoder::{
            BATCH, Checkpoints, Example, LABELS, PairEncoder, PairInput, Precision, Teaching, copy_encoder, fine_tune,
            fingerprint, read_record, write_record,
        },
        features::PairScope,
        label::Label,
        segment::Lexicon,
    };
    use ndarray::Array2;
    use rayon::prelude::*;
    use std::sync::Arc;

    let settings = recipe.encoder.clone().unwrap_or_default();
    let mut encoder = PairEncoder::untaught(folders.general)?;
    let general = encoder.hash().to_owned();
    progress("word pieces");
    let examples: Vec<Example> = pairs
        .par_chunks(256)
        .flat_map_iter(|pairs| {
            let mut lexicon = Lexicon::default();
            let examples: Vec<Example> = pairs
                .iter()
                .map(|pair| {
                    let scope = PairScope::of(gazetteer, cues, &mut lexicon, pair);
                    let sequence = scope.sequence(&pair.text, &lexicon, Some(vectorizer.common()));
                    Example {
                        input: encoder.input(&sequence),
                        labels: [
                            pair.stance.map(Label::index),
                            pair.act.map(Label::index),
                            pair.tone.map(Label::index),
                        ],
                        weight: pair.weight,
                    }
                })
                .collect();
            examples
        })
        .collect();
    // Rows without a stance are a class of their own here.
    let keys: Vec<(Arc<str>, usize)> =
        pairs.iter().map(|pair| (pair.group.clone(), pair.stance.map_or(0, |stance| 1 + stance.index()))).collect();
    let part_of = folds(&keys, settings.parts, recipe.seed);
    let part = held_out_part(&part_of, settings.parts);
    let (held_out, learned): (Vec<usize>, Vec<usize>) = (0..pairs.len()).partition(|row| part_of[*row] == part);
    let chosen = |rows: &[usize]| -> Vec<Example> { rows.iter().map(|row| examples[*row].clone()).collect() };
    let (to_learn, to_score) = (chosen(&learned), chosen(&held_out));
    let fingerprint = fingerprint(&encoder, &settings, recipe.seed, &to_learn, &to_score);
    // The same lessons need not be given twice: what the words say may have changed since.
    let done = read_record(folders.teaching)?.filter(|teaching| teaching.fingerprint == fingerprint);
    let done = match done {
        Some(teaching) => PairEncoder::read(folders.teaching)
            .ok()
            .filter(|encoder| teaching.encoder.as_deref() == Some(encoder.hash()))
            .map(|encoder| (encoder, teaching.passes)),
        None => None,
    };
    let (encoder, passes) = match done {
        Some(done) => {
            progress("encoder: taught before by the same rows and settings");
            done
        }
        None => {
            let checkpoints = Checkpoints { folder: folders.teaching, fingerprint: &fingerprint };
            let parts = (&to_learn[..], &to_score[..]);
            let passes = fine_tune(&mut encoder, &settings, recipe.seed, parts, Some(checkpoints), progress)?;
            let precision = if settings.bits == 8 { Precision::Int8 } else { Precision::Float32 };
            let hash = encoder.write(folders.teaching, precision)?;
            let teaching = Teaching { fingerprint, passes, encoder: Some(hash) };
            write_record(folders.teaching, &teaching)?;
            // As it was written: rounded weights say other things.
            (PairEncoder::read(folders.teaching)?, teaching.passes)
        }
    };
    let hash = encoder.hash().to_owned();
    copy_encoder(folders.teaching, folders.taught)?;
    progress("encoder on held-out pairs");
    let inputs: Vec<PairInput> = held_out.iter().map(|row| examples[*row].input.clone()).collect();
    let parts: Vec<Array2<f32>> = inputs.par_chunks(BATCH).map(|inputs| encoder.logits(inputs)).collect();
    let mut logits = Array2::zeros((held_out.len(), LABELS));
    for (mut to, from) in logits.rows_mut().into_iter().zip(parts.iter().flat_map(|part| part.rows())) {
        to.assign(&from);
    }
    let row_of = held_out.iter().enumerate().map(|(row, pair)| (*pair, row)).collect();
    Ok(Taught { fusion: Fusion { row_of, logits }, passes, hash, general, held_out: held_out.len() })
}

/// The part to hold out: the first, which has the largest group in it; where that makes it more than half as large again as
/// a part should be, the part nearest to that size.
#[cfg(feature = "encoder")]
fn held_out_part(part_of: &[usize], parts: usize) -> usize {
    let mut sizes = vec![0_usize; parts];
    part_of.iter().for_each(|part| sizes[*part] += 1);
    let wanted = part_of.len() / parts;
    if 2 * sizes[0] <= 3 * wanted {
        return 0;
    }
    (0..parts).filter(|part| sizes[*part] > 0).min_by_key(|part| sizes[*part].abs_diff(wanted)).unwrap_or(0)
}
