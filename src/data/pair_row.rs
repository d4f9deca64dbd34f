//! One row of pair data, to be written.
//!
//! In: what is known of a pair, with places in bytes. Out: the JSON object that [`crate::pairs`] reads, with places in
//! Unicode code points and the words of each mention as a check. Fields stand in a fixed order.

use crate::{
    document::PartialDate,
    label::{Act, Stance, Tone},
    pairs::LabelledPair,
    span::{CodePoints, Span},
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};
use std::sync::Arc;

/// A row that is one pair. What is not known is not written, save the holder, whose `null` means the author.
#[derive(Debug, Clone, PartialEq)]
pub struct PairRow {
    /// Identifier.
    pub id: String,
    /// The text both spans point into.
    pub text: Arc<str>,
    /// Whose stance it is, in bytes; `None` means the author or issuer.
    pub holder: Option<Span>,
    /// Whom it is toward, in bytes.
    pub target: Span,
    /// Stance.
    pub label: Option<Stance>,
    /// Act.
    pub act: Option<Act>,
    /// Tone of the text.
    pub tone: Option<Tone>,
    /// Strength of the language, 0 to 10.
    pub intensity: Option<u8>,
    /// Date of the text.
    pub date: Option<PartialDate>,
    /// Whose document it is.
    pub issuer: Option<String>,
    /// Data set.
    pub dataset: Option<String>,
    /// Rows of one group never fall on both sides of a split.
    pub group: Option<String>,
    /// Weight in training, where it is not 1.
    pub weight: Option<f32>,
    /// The label as it stood in the source.
    pub source_label: Option<String>,
    /// Further fields of the source; readers of pairs pass over them.
    pub extra: Map<String, Value>,
}

impl PairRow {
    /// A row with nothing but its text and target.
    #[must_use]
    pub fn new(id: String, text: Arc<str>, holder: Option<Span>, target: Span) -> Self {
        Self {
            id,
            text,
            holder,
            target,
            label: None,
            act: None,
            tone: None,
            intensity: None,
            date: None,
            issuer: None,
            dataset: None,
            group: None,
            weight: None,
            source_label: None,
            extra: Map::new(),
        }
    }

    /// The row as one line of JSONL, with its line end.
    ///
    /// # Errors
    /// When a number cannot be written as JSON (a weight that is not finite).
    pub fn line(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    /// Why a reader of pairs would refuse the row, if it would.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if self.text.trim().is_empty() {
            return Some("the text is empty");
        }
        for (mention, empty) in
            [(self.holder, "the holder has no words"), (Some(self.target), "the target has no words")]
        {
            let Some(span) = mention else { continue };
            let words = span.of(&self.text);
            if words.trim().is_empty() {
                return Some(empty);
            }
            if words.starts_with('{') && words.ends_with('}') {
                return Some("a mention is a template's slot (`{...}`)");
            }
        }
        if self.holder.is_some_and(|holder| holder.overlaps(self.target)) {
            return Some("holder and target overlap");
        }
        None
    }
}

impl From<&LabelledPair> for PairRow {
    fn from(pair: &LabelledPair) -> Self {
        Self {
            label: pair.stance,
            act: pair.act,
            tone: pair.tone,
            intensity: pair.intensity,
            date: pair.date,
            issuer: pair.issuer.clone(),
            dataset: Some(pair.source.to_string()),
            // The text is what a row without a group has.
            group: (pair.group != pair.text).then(|| pair.group.to_string()),
            // A weight that was not given is exactly 1.
            weight: (pair.weight.to_bits() != 1.0_f32.to_bits()).then_some(pair.weight),
            ..Self::new(pair.id.clone(), Arc::clone(&pair.text), pair.holder, pair.target)
        }
    }
}

impl Serialize for PairRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let points = CodePoints::of(&self.text);
        let mention = |span: Span| {
            let (start, end) = points.range(span);
            Mention { start, end, text: span.of(&self.text) }
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("text", &*self.text)?;
        map.serialize_entry("holder", &self.holder.map(mention))?;
        map.serialize_entry("target", &mention(self.target))?;
        entry(&mut map, "label", self.label.as_ref())?;
        entry(&mut map, "act", self.act.as_ref())?;
        entry(&mut map, "tone", self.tone.as_ref())?;
        entry(&mut map, "intensity", self.intensity.as_ref())?;
        entry(&mut map, "date", self.date.as_ref())?;
        entry(&mut map, "issuer", self.issuer.as_ref())?;
        entry(&mut map, "dataset", self.dataset.as_ref())?;
        entry(&mut map, "group", self.group.as_ref())?;
        entry(&mut map, "weight", self.weight.as_ref())?;
        entry(&mut map, "source_label", self.source_label.as_ref())?;
        for (name, value) in &self.extra {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn entry<M: SerializeMap, T: Serialize>(map: &mut M, name: &str, value: Option<&T>) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(name, value),
        None => Ok(()),
    }
}

#[derive(Serialize)]
struct Mention<'t> {
    start: usize,
    end: usize,
    text: &'t str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_order_and_places_are_code_points() {
        let text: Arc<str> = Arc::from("“Perú” 🤝 Chile.");
        let target = Span::new(text.find("Chile").unwrap(), text.find('.').unwrap());
        let row = PairRow {
            label: Some(Stance::Supportive),
            act: Some(Act::Support),
            date: Some("1987-03".parse().unwrap()),
            source_label: Some("pro".into()),
            ..PairRow::new("1".into(), Arc::clone(&text), Some(Span::new(3, 8)), target)
        };
        assert_eq!(
            String::from_utf8(row.line().unwrap()).unwrap(),
            "{\"id\":\"1\",\"text\":\"“Perú” 🤝 Chile.\",\"holder\":{\"start\":1,\"end\":5,\"text\":\"Perú\"},\
             \"target\":{\"start\":9,\"end\":14,\"text\":\"Chile\"},\"label\":\"supportive\",\"act\":\"SUPPORT\",\
             \"date\":\"1987-03\",\"source_label\":\"pro\"}\n"
        );
        assert_eq!(row.fault(), None);
        let overlap = PairRow { holder: Some(target), ..row.clone() };
        assert_eq!(overlap.fault(), Some("holder and target overlap"));
        let blank = PairRow { target: Span::new(0, 0), ..row };
        assert_eq!(blank.fault(), Some("the target has no words"));
    }
}
