//! What a check can find, and the list of what it found.
//!
//! In: findings in any order. Out: the findings in the order of files and lines, and counts by kind, which are complete
//! also where not all findings are kept.

use serde::Serialize;
use std::{fmt, sync::Arc};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A row that cannot be used, teaches something wrong, or spoils a comparison.
    Error,
    /// Worth a look; may be right.
    Warning,
}

impl Severity {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident => $name:literal $severity:ident),+ $(,)?) => {
        /// What is wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $variant),+ }

        impl Kind {
            /// Every kind, in the order of summaries.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// How bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }
        }
    };
}

kinds! {
    /// A file or line that cannot be read: damaged compression, invalid UTF-8, a line that is too long.
    Unreadable => "unreadable" Error,
    /// No JSON object, or a field that is missing or of the wrong kind.
    Schema => "schema" Error,
    /// A place that is not in the text, or whose words are others than the row says.
    WrongSpan => "wrong-span" Error,
    /// A stance, act, tone or certainty that is none.
    UnknownLabel => "unknown-label" Error,
    /// Evidence of a gold document that does not stand in it.
    MissingEvidence => "missing-evidence" Error,
    /// The same id in two rows.
    DuplicateId => "duplicate-id" Error,
    /// The same text, holder and target twice in one part.
    DuplicateRow => "duplicate-row" Error,
    /// The same text, holder and target with different stances or acts.
    ContradictoryLabels => "contradictory-labels" Error,
    /// The same text in two parts.
    TextAcrossParts => "text-across-parts" Error,
    /// Texts of two parts that share a run of words or many shingles.
    NearDuplicateAcrossParts => "near-duplicate-across-parts" Error,
    /// The same group in two parts.
    GroupAcrossParts => "group-across-parts" Error,
    /// A (holder, target) twice in a gold document.
    RepeatedPair => "repeated-pair" Warning,
    /// Texts of one part and of different groups that share a run of words or many shingles.
    NearDuplicate => "near-duplicate" Warning,
    /// Holder and target are the same words.
    SameActor => "same-actor" Warning,
    /// A mention that begins or ends with white space.
    BorderSpace => "border-space" Warning,
    /// A mention that begins or ends inside a word.
    CutWord => "cut-word" Warning,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// File as the user gave it; `-` for standard input.
    pub file: Arc<str>,
    /// 1-based line; `None` where the whole file is meant.
    pub line: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}", self.file),
            None => out.write_str(&self.file),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// How bad.
    pub severity: Severity,
    /// The row; of several, the first.
    #[serde(flatten)]
    pub place: Place,
    /// The field at fault, where one is.
    pub field: Option<String>,
    /// What is wrong, in words.
    pub problem: String,
    /// The other rows concerned, in order.
    pub others: Vec<Place>,
}

impl fmt::Display for Finding {
    /// `FILE:LINE: error[KIND]: field `NAME`: PROBLEM FILE:LINE and 3 more rows`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}[{}]: ", self.place, self.severity.name(), self.kind)?;
        if let Some(field) = &self.field {
            write!(out, "field `{field}`: ")?;
        }
        out.write_str(&self.problem)?;
        match self.others.as_slice() {
            [] => Ok(()),
            [other] => write!(out, " {other}"),
            [other, _] => write!(out, " {other} and 1 more row"),
            [other, more @ ..] => write!(out, " {other} and {} more rows", more.len()),
        }
    }
}

/// How many findings there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// The kind.
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// How many.
    pub count: u64,
}

/// A finding with places as numbers, as long as the check runs.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) kind: Kind,
    /// File and line; line 0 is the whole file.
    pub(super) place: (u32, u32),
    pub(super) field: Option<String>,
    pub(super) problem: String,
    pub(super) others: Vec<(u32, u32)>,
}

/// Findings as they come.
#[derive(Debug)]
pub(super) struct Findings {
    most: usize,
    counts: Vec<u64>,
    kept: Vec<Raw>,
}

impl Findings {
    /// Keeps at most `most` of each kind: the first, if they come in order.
    pub(super) fn new(most: usize) -> Self {
        Self { most, counts: vec![0; Kind::ALL.len()], kept: Vec::new() }
    }

    /// Counts a finding, and keeps it unless there are enough of its kind.
    pub(super) fn add(&mut self, raw: Raw) {
        let count = &mut self.counts[raw.kind as usize];
        *count += 1;
        if *count <= self.most as u64 {
            self.kept.push(raw);
        }
    }

    /// Counts by kind, and the findings in order of place.
    pub(super) fn finish(mut self, names: &[Arc<str>]) -> (Vec<KindCount>, Vec<Finding>) {
        // Stable: of one row and kind as they came.
        self.kept.sort_by_key(|raw| (raw.place, raw.kind));
        let place = |(file, line): (u32, u32)| Place {
            file: names.get(file as usize).map_or_else(|| Arc::from("?"), Arc::clone),
            line: (line > 0).then_some(line),
        };
        let finding = |raw: Raw| Finding {
            kind: raw.kind,
            severity: raw.kind.severity(),
            place: place(raw.place),
            field: raw.field,
            problem: raw.problem,
            others: raw.others.into_iter().map(place).collect(),
        };
        let counted = Kind::ALL.iter().zip(&self.counts).filter(|(_, count)| **count > 0);
        let counts = counted.map(|(kind, count)| KindCount { kind: *kind, severity: kind.severity(), count: *count });
        (counts.collect(), self.kept.into_iter().map(finding).collect())
    }
}
