//! Many numbers in few bytes: how a model file holds weights.
//!
//! In and out, through `#[serde(with = "float_planes")]`: a vector of `f32`. Between: its bytes in four planes, the most
//! significant of every number first, of which the last are left out where all their bytes are 0 (numbers of few significant
//! bits). Bytes of one place are alike, so that a compressor codes them well and without looking for repeats, and undoing it
//! is quick. Byte for byte serde's own form of a `Vec<f32>` takes several times as long to read.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | planes that follow, 0 to 4 |
//! | 8 | numbers, little endian |
//! | planes x numbers | plane after plane |

use serde::{
    Deserializer, Serializer,
    de::{Error, Visitor},
};
use std::fmt;

const HEADER: usize = 9;

pub(crate) fn serialize<S: Serializer>(numbers: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    let used = numbers.iter().fold(0, |used, number| used | number.to_bits());
    let planes = (4 - (used.trailing_zeros() / 8).min(4)) as u8;
    let mut bytes = Vec::with_capacity(HEADER + usize::from(planes) * numbers.len());
    bytes.push(planes);
    bytes.extend_from_slice(&(numbers.len() as u64).to_le_bytes());
    for plane in 0..planes {
        bytes.extend(numbers.iter().map(|number| number.to_be_bytes()[usize::from(plane)]));
    }
    serializer.serialize_bytes(&bytes)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    deserializer.deserialize_bytes(Planes)
}

struct Planes;

impl Visitor<'_> for Planes {
    type Value = Vec<f32>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("numbers by planes of their bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<f32>, E> {
        numbers(bytes).ok_or_else(|| E::custom("the planes of numbers do not fit their count"))
    }
}

/// The numbers, if the bytes are as many as they must be. All planes gone (every number is 0) is a count without bytes, and
/// must not take memory by its word: so one plane at least stands for each number that is not 0, and zeros are limited.
fn numbers(bytes: &[u8]) -> Option<Vec<f32>> {
    let (header, planes) = bytes.split_first_chunk::<HEADER>()?;
    let [shown, count @ ..] = *header;
    let count = usize::try_from(u64::from_le_bytes(count)).ok()?;
    if shown == 0 {
        return (planes.is_empty() && count <= MOST_ZEROS).then(|| vec![0.0; count]);
    }
    if shown > 4 || planes.len() != count.checked_mul(usize::from(shown))? {
        return None;
    }
    if count == 0 {
        return Some(Vec::new());
    }
    let mut planes = planes.chunks_exact(count);
    let mut plane = || planes.next().unwrap_or_default();
    let (first, second) = (plane(), plane());
    let (third, fourth) = (plane(), plane());
    let join = |bytes: [u8; 4]| f32::from_bits(u32::from_be_bytes(bytes));
    // One loop for each number of planes: each is as fast as memory allows.
    Some(match shown {
        1 => first.iter().map(|a| join([*a, 0, 0, 0])).collect(),
        2 => first.iter().zip(second).map(|(a, b)| join([*a, *b, 0, 0])).collect(),
        3 => first.iter().zip(second).zip(third).map(|((a, b), c)| join([*a, *b, *c, 0])).collect(),
        _ => {
            let pairs = first.iter().zip(second).zip(third.iter().zip(fourth));
            pairs.map(|((a, b), (c, d))| join([*a, *b, *c, *d])).collect()
        }
    })
}

/// Most numbers, all 0, that a count alone may ask for: 16 Mi, 64 MiB.
const MOST_ZEROS: usize = 1 << 24;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Serialize, Deserialize)]
    struct Held(#[serde(with = "super")] Vec<f32>);

    fn round(numbers: Vec<f32>) -> (Vec<f32>, usize) {
        let bytes = postcard::to_stdvec(&Held(numbers)).unwrap();
        (postcard::from_bytes::<Held>(&bytes).unwrap().0, bytes.len())
    }

    #[test]
    fn only_planes_that_hold_something_are_written() {
        let length = |numbers: &[f32]| round(numbers.to_vec()).1 - 1 - HEADER;
        assert_eq!(length(&[]), 0);
        assert_eq!(length(&[0.0, 0.0]), 0);
        assert_eq!(length(&[2.0, 0.0]), 2);
        assert_eq!(length(&[1.0, -0.25]), 4);
        assert_eq!(length(&[0.1, 1.0, 1.0]), 12);
    }

    #[test]
    fn bytes_that_do_not_fit_are_an_error() {
        let read = |bytes: &[u8]| numbers(bytes);
        let with = |planes: u8, count: u64, rest: &[u8]| [&[planes][..], &count.to_le_bytes(), rest].concat();
        assert_eq!(read(&with(2, 1, &[63, 128])), Some(vec![1.0]));
        assert!(read(&[]).is_none() && read(&[1, 0, 0]).is_none());
        assert!(read(&with(5, 1, &[0; 5])).is_none());
        assert!(read(&with(2, 2, &[0; 3])).is_none());
        assert!(read(&with(4, u64::MAX, &[0; 8])).is_none());
        assert!(read(&with(0, u64::MAX, &[])).is_none());
        assert!(read(&with(0, 1, &[0])).is_none());
        assert_eq!(read(&with(3, 0, &[])), Some(vec![]));
    }

    proptest! {
        #[test]
        fn any_numbers_go_round(bits in prop::collection::vec(any::<u32>(), 0..200), cut in 0_u32..32) {
            let numbers: Vec<f32> = bits.iter().map(|bits| f32::from_bits(bits >> cut << cut)).collect();
            let (back, _) = round(numbers.clone());
            let bits = |numbers: &[f32]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&back), bits(&numbers));
        }

        #[test]
        fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = numbers(&bytes);
        }
    }
}
