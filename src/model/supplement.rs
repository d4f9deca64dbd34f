//! What a model file holds after its heads: parts that older files lack and that come and go by themselves.
//!
//! A part has a name and bytes of its own (postcard). An empty supplement takes no bytes, so a model without one is written
//! as it always was, and a file that ends with its heads is read as one without. A part that this program does not know is
//! an error, for what it changes is not known either.

use super::{IntensityHead, RiskCoverage, StanceActTable, StancePrior};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, SeqAccess, Visitor},
    ser::{Error as _, SerializeTuple},
};
use std::fmt;

/// Version of the list of parts.
const VERSION: u8 = 1;
const SHARES: &str = "stance shares";
const RISK: &str = "stance risk";
const INTENSITY: &str = "intensity";
const JOINT: &str = "stance and act";

/// Parts of a model beside vocabulary and heads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Supplement {
    /// Shares of the stances among the rows that the stance head learned from, by weight.
    pub stance_shares: Option<[f64; 3]>,
    /// Errors of the stance head on held-out rows, by confidence.
    pub stance_risk: Option<RiskCoverage>,
    /// The head that tells how strong the language is.
    pub intensity: Option<IntensityHead>,
    /// What the stance says of the act, where the act head gains from it.
    pub joint: Option<StanceActTable>,
    /// What is wrong with the parts as they were read, by name.
    damage: Option<String>,
}

type Part = (String, Vec<u8>);

impl Supplement {
    /// What is wrong with parts that were read from a file, for a vocabulary of `features`.
    pub(super) fn problem(&self, features: usize) -> Option<String> {
        if let Some(damage) = &self.damage {
            return Some(damage.clone());
        }
        if self.stance_shares.is_some_and(|shares| StancePrior::new(shares).is_err()) {
            return Some(format!("the part `{SHARES}` has no shares that add to 1"));
        }
        if self.stance_risk.as_ref().is_some_and(|table| !table.is_sound()) {
            return Some(format!("the part `{RISK}` has counts that do not fit each other"));
        }
        if self.intensity.as_ref().is_some_and(|head| !head.fits(features)) {
            return Some(format!("the part `{INTENSITY}` does not fit the vocabulary"));
        }
        if self.joint.as_ref().is_some_and(|table| !table.is_sound()) {
            return Some(format!("the part `{JOINT}` is not a table of stances and acts"));
        }
        None
    }

    fn parts(&self) -> Result<Vec<Part>, postcard::Error> {
        let mut parts = Vec::new();
        if let Some(shares) = &self.stance_shares {
            parts.push((SHARES.to_owned(), postcard::to_stdvec(shares)?));
        }
        if let Some(table) = &self.stance_risk {
            parts.push((RISK.to_owned(), postcard::to_stdvec(table)?));
        }
        if let Some(head) = &self.intensity {
            parts.push((INTENSITY.to_owned(), postcard::to_stdvec(head)?));
        }
        if let Some(table) = &self.joint {
            parts.push((JOINT.to_owned(), postcard::to_stdvec(table)?));
        }
        Ok(parts)
    }

    fn of_parts(parts: Vec<Part>) -> Self {
        let mut found = Self::default();
        for (name, bytes) in parts {
            let read = match &*name {
                SHARES => whole(&bytes).map(|part| found.stance_shares = Some(part)),
                RISK => whole(&bytes).map(|part| found.stance_risk = Some(part)),
                INTENSITY => whole(&bytes).map(|part| found.intensity = Some(part)),
                JOINT => whole(&bytes).map(|part| found.joint = Some(part)),
                _ => {
                    let shown: String = name.chars().filter(|letter| !letter.is_control()).take(40).collect();
                    found.damage = Some(format!("it has a part `{shown}` that this version does not know"));
                    Some(())
                }
            };
            if read.is_none() {
                found.damage = Some(format!("the part `{name}` is malformed"));
            }
        }
        found
    }
}

/// The value in `bytes`, all of them.
fn whole<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Option<T> {
    postcard::take_from_bytes(bytes).ok().and_then(|(value, rest)| rest.is_empty().then_some(value))
}

impl Serialize for Supplement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = self.parts().map_err(S::Error::custom)?;
        if parts.is_empty() {
            return serializer.serialize_tuple(0)?.end();
        }
        let mut fields = serializer.serialize_tuple(2)?;
        fields.serialize_element(&VERSION)?;
        fields.serialize_element(&parts)?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Supplement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(2, Parts)
    }
}

struct Parts;

impl<'de> Visitor<'de> for Parts {
    type Value = Supplement;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a version and a list of named parts, or nothing")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Supplement, A::Error> {
        // A byte can fail to be read for one reason only: there is none, the file ends with the heads.
        let Ok(Some(version)) = fields.next_element::<u8>() else { return Ok(Supplement::default()) };
        if version != VERSION {
            let damage = Some(format!("its parts have version {version}; this program reads version {VERSION}"));
            // The rest is not understood; it is read as far as parts go, so that the message is about the version.
            let _ = fields.next_element::<Vec<Part>>();
            return Ok(Supplement { damage, ..Supplement::default() });
        }
        let parts: Option<Vec<Part>> = fields.next_element()?;
        parts.map(Supplement::of_parts).ok_or_else(|| A::Error::custom("parts are missing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Model {
        heads: Vec<u32>,
        supplement: Supplement,
    }

    fn model(supplement: Supplement) -> Model {
        Model { heads: vec![1, 2, 300], supplement }
    }

    fn some() -> Supplement {
        Supplement {
            stance_shares: Some([0.25, 0.5, 0.25]),
            stance_risk: Some(RiskCoverage::of([(0.9, true), (0.5, false)])),
            ..Supplement::default()
        }
    }

    #[test]
    fn an_empty_supplement_takes_no_bytes() {
        let bytes = postcard::to_stdvec(&model(Supplement::default())).unwrap();
        assert_eq!(bytes, postcard::to_stdvec(&vec![1_u32, 2, 300]).unwrap());
        assert_eq!(postcard::from_bytes::<Model>(&bytes).unwrap(), model(Supplement::default()));
    }

    #[test]
    fn parts_come_back_as_they_were() {
        let bytes = postcard::to_stdvec(&model(some())).unwrap();
        let (back, rest) = postcard::take_from_bytes::<Model>(&bytes).unwrap();
        assert_eq!((back.supplement.problem(0), rest.len()), (None, 0));
        assert_eq!(back, model(some()));
        for cut in 5..bytes.len() {
            // Whatever is cut off is missed: but for the cut before the version, where an older file ends.
            let read = postcard::from_bytes::<Model>(&bytes[..cut]);
            assert!(read.is_err() || cut == 5, "{cut}");
        }
    }

    #[test]
    fn parts_that_cannot_be_used_are_named() {
        let read = |version: u8, parts: Vec<Part>| {
            let bytes = postcard::to_stdvec(&(vec![1_u32], version, parts)).unwrap();
            postcard::from_bytes::<Model>(&bytes).unwrap().supplement.problem(3).unwrap()
        };
        assert!(read(1, vec![("weather".to_owned(), vec![1])]).contains("`weather` that this version does not know"));
        assert!(read(1, vec![(SHARES.to_owned(), vec![1])]).contains("`stance shares` is malformed"));
        let shares = postcard::to_stdvec(&[0.5, 0.1, 0.1]).unwrap();
        assert!(read(1, vec![(SHARES.to_owned(), shares)]).contains("no shares that add to 1"));
        assert!(read(9, Vec::new()).contains("version 9"));
    }
}
