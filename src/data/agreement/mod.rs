//! How far annotators agree.
//!
//! In: one file (or folder) of pairs or passages for each annotator. Out: for stance, act, tone and intensity, over the
//! pairs matched by id: share of agreement, Krippendorff's alpha (nominal, and ordinal for intensity), Fleiss' kappa,
//! Cohen's kappa for every two annotators, and for each label specific agreement and alpha against the rest. Intervals
//! are those of [`evaluate`](crate::evaluate): percentiles of a bootstrap over groups.
//!
//! Tone belongs to a row, so a passage counts once for it. A missing act counts as the label `none` where the row has a
//! stance and the annotator labelled acts at all; any other missing label is missing.

mod coincidence;
mod kappa;
mod layout;
mod units;

use crate::{
    error::RowError,
    evaluate::{Estimate, GroupSums, ScoreError, ScoreOptions},
    label::{Act, Label, Stance, Tone},
};
use coincidence::Coincidences;
pub use coincidence::Metric;
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};
pub use units::LeftOut;
use units::{Unit, Units};

/// Why agreement cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AgreementError {
    /// Fewer than two inputs.
    #[error("agreement needs the files of at least two annotators")]
    OneAnnotator,
    /// A file does not exist or is no file of pairs.
    #[error(transparent)]
    Input(#[from] RowError),
    /// No id is in two files.
    #[error("no pair of one file is in another: ids, texts, holders and targets must be the same")]
    NothingShared,
    /// Settings out of range.
    #[error(transparent)]
    Options(#[from] ScoreError),
}

/// What is labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The stance.
    Stance,
    /// The act; `none` is a label.
    Act,
    /// The tone of the row.
    Tone,
    /// The strength of the language, 0 to 10.
    Intensity,
}

impl Field {
    /// Every field, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Stance, Self::Act, Self::Tone, Self::Intensity];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stance => Stance::HEAD,
            Self::Act => Act::HEAD,
            Self::Tone => Tone::HEAD,
            Self::Intensity => "intensity",
        }
    }

    /// The labels, in the order of their codes.
    fn labels(self) -> Vec<String> {
        fn names<L: Label>() -> Vec<String> {
            L::ALL.iter().map(|label| label.name().to_owned()).collect()
        }
        match self {
            Self::Stance => names::<Stance>(),
            Self::Act => names::<Act>().into_iter().chain(["none".to_owned()]).collect(),
            Self::Tone => names::<Tone>(),
            Self::Intensity => (0..=10).map(|number: u8| number.to_string()).collect(),
        }
    }
}

/// Agreement of two annotators.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairAgreement {
    /// One of them.
    pub first: String,
    /// The other.
    pub second: String,
    /// Units that both labelled.
    pub units: u64,
    /// Share of these on which they agree.
    pub agreement: Estimate,
    /// Cohen's kappa.
    pub kappa: Estimate,
}

/// Agreement on one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelAgreement {
    /// The label.
    pub label: String,
    /// How often it was given in units with two labels or more.
    pub given: u64,
    /// Specific agreement: of these, the share that the other labels of the unit agree with.
    pub agreement: Estimate,
    /// Nominal alpha of this label against all others.
    pub alpha: Estimate,
}

/// Agreement on one field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldAgreement {
    /// The field.
    pub field: Field,
    /// Units that two annotators or more labelled.
    pub units: u64,
    /// Share of agreeing coincidences; of two annotators the share of units on which they agree.
    pub agreement: Estimate,
    /// Krippendorff's alpha, nominal.
    pub alpha: Estimate,
    /// Krippendorff's alpha, ordinal; of intensity only.
    pub ordinal_alpha: Option<Estimate>,
    /// Units that all annotators labelled.
    pub complete_units: u64,
    /// Fleiss' kappa over these.
    pub fleiss_kappa: Estimate,
    /// Every two annotators.
    pub pairs: Vec<PairAgreement>,
    /// Every label that was given.
    pub labels: Vec<LabelAgreement>,
}

/// A unit on which labels differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The pair's id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// The holder's words; `None` for the author.
    pub holder: Option<String>,
    /// The target's words.
    pub target: String,
    /// What they differ in.
    pub field: Field,
    /// The label of each annotator; `None` where there is none.
    pub labels: BTreeMap<String, Option<String>>,
}

/// All figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreementReport {
    /// What the annotators are called, in the order given.
    pub annotators: Vec<String>,
    /// Pairs that two annotators or more have.
    pub matched: u64,
    /// Ids that are in one file only.
    pub unmatched: LeftOut,
    /// Ids that stand again in the same file; the first counts.
    pub repeated: LeftOut,
    /// Ids whose text, holder or target differs between files.
    pub different: LeftOut,
    /// Groups that were resampled, resamples, level and seed.
    pub bootstrap: crate::evaluate::Bootstrap,
    /// The fields that two annotators labelled.
    pub fields: Vec<FieldAgreement>,
    /// Where they differ.
    #[serde(skip)]
    pub disagreements: Vec<Disagreement>,
    /// Rows that cannot be used.
    #[serde(skip)]
    pub rejected: Vec<RowError>,
}

/// Compares the labels of annotators: one input (file or folder) for each.
///
/// # Errors
/// With fewer than two inputs, one that does not exist, a level outside (0, 1), and where no pair is in two of them.
pub fn agree(inputs: &[PathBuf], options: &ScoreOptions) -> Result<AgreementReport, AgreementError> {
    options.check()?;
    let Units { annotators, units, unmatched, repeated, different, rejected } = units::read(inputs)?;
    if units.is_empty() {
        return Err(AgreementError::NothingShared);
    }
    // Groups are numbered by name, so that the draws do not depend on the order of rows.
    let mut groups: BTreeMap<&str, usize> = units.iter().map(|unit| (&*unit.group, 0)).collect();
    groups.values_mut().enumerate().for_each(|(number, group)| *group = number);
    let mut fields = Vec::new();
    let mut disagreements = Vec::new();
    for field in Field::ALL {
        let labelled: Vec<(usize, Vec<Option<u8>>)> =
            units.iter().map(|unit| (groups.get(&*unit.group).copied().unwrap_or(0), unit.labels(field))).collect();
        let units_with_two = labelled.iter().filter(|(_, labels)| labels.iter().flatten().count() > 1).count();
        if units_with_two == 0 {
            continue;
        }
        fields.push(figures(field, &annotators, &labelled, groups.len(), options)?);
        disagreements.extend(differing(field, &annotators, &units, &labelled));
    }
    Ok(AgreementReport {
        matched: units.len() as u64,
        annotators,
        unmatched,
        repeated,
        different,
        bootstrap: crate::evaluate::Bootstrap {
            resamples: options.resamples,
            level: options.level,
            seed: options.seed,
        },
        fields,
        disagreements,
        rejected,
    })
}

fn differing(
    field: Field,
    annotators: &[String],
    units: &[Unit],
    labelled: &[(usize, Vec<Option<u8>>)],
) -> Vec<Disagreement> {
    let names = field.labels();
    let name = |label: &Option<u8>| label.and_then(|label| names.get(usize::from(label)).cloned());
    let differ = |labels: &[Option<u8>]| {
        let mut given = labels.iter().flatten();
        given.next().is_some_and(|first| given.any(|label| label != first))
    };
    let found = units.iter().zip(labelled).filter(|(_, (_, labels))| differ(labels));
    found
        .map(|(unit, (_, labels))| Disagreement {
            id: unit.id.clone(),
            text: unit.text.to_string(),
            holder: unit.holder.clone(),
            target: unit.target.clone(),
            field,
            labels: annotators.iter().cloned().zip(labels.iter().map(name)).collect(),
        })
        .collect()
}

/// Where the sums of a field stand: coincidences, then Fleiss' agreeing pairs and labels, then a table for every two.
struct Slots {
    values: usize,
    annotators: usize,
}

impl Slots {
    fn fleiss(&self) -> usize {
        self.values * self.values
    }

    fn table(&self, pair: usize) -> usize {
        self.fleiss() + 1 + self.values + pair * self.values * self.values
    }

    fn pairs(&self) -> Vec<(usize, usize)> {
        (0..self.annotators).flat_map(|one| (one + 1..self.annotators).map(move |other| (one, other))).collect()
    }

    /// What a unit adds.
    fn entries(&self, labels: &[Option<u8>], mut entry: impl FnMut(usize, f64)) {
        coincidence::add(labels, self.values, &mut entry);
        if labels.iter().all(Option::is_some) {
            let mut counts = vec![0_u32; self.values];
            labels.iter().flatten().for_each(|label| counts[usize::from(*label)] += 1);
            for (value, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                entry(self.fleiss(), f64::from(count * (count - 1)));
                entry(self.fleiss() + 1 + value, f64::from(*count));
            }
        }
        for (pair, (one, other)) in self.pairs().into_iter().enumerate() {
            if let (Some(one), Some(other)) = (labels[one], labels[other]) {
                entry(self.table(pair) + usize::from(one) * self.values + usize::from(other), 1.0);
            }
        }
    }

    /// Agreement, alpha, ordinal alpha, Fleiss' kappa; agreement and kappa of every two; agreement and alpha of every label.
    fn figures(&self, sums: &[f64]) -> Vec<Option<f64>> {
        let matrix = Coincidences::new(&sums[..self.fleiss()], self.values);
        let labels = &sums[self.fleiss() + 1..self.fleiss() + 1 + self.values];
        let mut figures = vec![
            matrix.agreement(),
            matrix.alpha(Metric::Nominal),
            matrix.alpha(Metric::Ordinal),
            kappa::fleiss(sums[self.fleiss()], labels, self.annotators),
        ];
        for pair in 0..self.pairs().len() {
            let table = &sums[self.table(pair)..self.table(pair) + self.values * self.values];
            figures.extend([kappa::agreement(table, self.values), kappa::cohen(table, self.values)]);
        }
        for value in 0..self.values {
            figures.extend([matrix.specific(value), matrix.alpha_of(value)]);
        }
        figures
    }
}

fn figures(
    field: Field,
    annotators: &[String],
    labelled: &[(usize, Vec<Option<u8>>)],
    groups: usize,
    options: &ScoreOptions,
) -> Result<FieldAgreement, AgreementError> {
    let names = field.labels();
    let slots = Slots { values: names.len(), annotators: annotators.len() };
    let pairs = slots.pairs();
    let mut entries = Vec::new();
    for (group, labels) in labelled {
        slots.entries(labels, |slot, value| entries.push((*group, slot, value)));
    }
    let sums = GroupSums::new(groups, slots.table(pairs.len()), entries)?;
    let mut estimates = sums.estimate(options, |sums| slots.figures(sums)).into_iter();
    let mut next = || estimates.next().unwrap_or_default();
    let (agreement, alpha, ordinal, fleiss_kappa) = (next(), next(), next(), next());
    let both = |one: usize, other: usize| {
        labelled.iter().filter(|(_, labels)| labels[one].is_some() && labels[other].is_some()).count() as u64
    };
    let pairs = pairs
        .into_iter()
        .map(|(one, other)| PairAgreement {
            first: annotators[one].clone(),
            second: annotators[other].clone(),
            units: both(one, other),
            agreement: next(),
            kappa: next(),
        })
        .collect();
    let pairable = || labelled.iter().map(|(_, labels)| labels).filter(|labels| labels.iter().flatten().count() > 1);
    let given = |value: usize| pairable().flatten().flatten().filter(|label| usize::from(**label) == value).count();
    let labels: Vec<LabelAgreement> = names
        .into_iter()
        .enumerate()
        .map(|(value, label)| LabelAgreement { label, given: given(value) as u64, agreement: next(), alpha: next() })
        .collect();
    Ok(FieldAgreement {
        field,
        units: pairable().count() as u64,
        agreement,
        alpha,
        ordinal_alpha: (field == Field::Intensity).then_some(ordinal),
        complete_units: labelled.iter().filter(|(_, labels)| labels.iter().all(Option::is_some)).count() as u64,
        fleiss_kappa,
        pairs,
        labels: labels.into_iter().filter(|label| label.given > 0).collect(),
    })
}

#[cfg(test)]
mod tests;
