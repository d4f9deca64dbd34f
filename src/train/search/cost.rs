//! How long each block's features take.

use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    features::{Block, Extractor, PairScope, Vectorizer},
    pairs::LabelledPair,
    segment::Lexicon,
};
use std::time::Instant;

/// Most pairs that are timed, spread over all.
const SAMPLE: usize = 1_000;
/// Times that each is timed; the fastest counts, as all that disturbs a measurement makes it longer.
const REPEATS: usize = 5;

/// Microseconds a pair for each block (by [`Block::index`]), when it is the only one: making its features, finding their
/// columns, weighing and scaling them. What several blocks share, such as the search for cues, is in the figure of each.
/// Reading the text up to the pair is in none.
pub(super) fn microseconds(
    gazetteer: &Gazetteer,
    cues: &CueLexicon,
    vectorizer: &Vectorizer,
    pairs: &[LabelledPair],
) -> [f64; Block::ALL.len()] {
    let step = pairs.len().div_ceil(SAMPLE).max(1);
    let mut lexicon = Lexicon::default();
    let mut seconds = [0.0; Block::ALL.len()];
    let mut timed = 0_u32;
    for pair in pairs.iter().step_by(step) {
        let scope = PairScope::of(gazetteer, cues, &mut lexicon, pair);
        let sequence = scope.sequence(&pair.text, &lexicon, Some(vectorizer.common()));
        let time = |on: &[bool; Block::ALL.len()]| {
            let mut fastest = f64::INFINITY;
            for _ in 0..REPEATS {
                let start = Instant::now();
                let mut row = vectorizer.row();
                Extractor { sequence: &sequence, view: &scope.view, cues, blocks: on }.fill(&mut row);
                std::hint::black_box(row.finish());
                fastest = fastest.min(start.elapsed().as_secs_f64());
            }
            fastest
        };
        let nothing = time(&[false; Block::ALL.len()]);
        for block in Block::ALL.into_iter().filter(|block| vectorizer.blocks()[block.index()]) {
            let mut on = [false; Block::ALL.len()];
            on[block.index()] = true;
            seconds[block.index()] += (time(&on) - nothing).max(0.0);
        }
        timed += 1;
    }
    seconds.map(|seconds| seconds * 1e6 / f64::from(timed.max(1)))
}
