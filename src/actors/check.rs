//! What is doubtful in the tables of actors.
//!
//! In: a gazetteer and the date it is to be true of. Out: [`Finding`]s, each with table and line. Rows that cannot be used at
//! all are refused when a table is read (`entry.rs`); these are rows that can be used and are probably wrong.

use super::{
    Gazetteer,
    entry::{Entry, EntryKind},
    fold::fold,
    vocabulary::is_common_word,
    words,
};
use crate::document::PartialDate;
use std::collections::BTreeMap;

/// The day when the program's tables were last gone over (`data/SOURCES.md`).
pub const TABLES_AS_OF: &str = "2026-06-30";

/// What is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Two persons hold one office at the same time.
    Overlap,
    /// A term that begins after the date of the tables, or lasts longer than a life in office does.
    Date,
    /// One name for several actors at the same time, without a remark or rule that tells them apart.
    Ambiguous,
    /// A name that is an ordinary word.
    CommonWord,
    /// An open term that began before a given date.
    Stale,
}

impl FindingKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Overlap, Self::Date, Self::Ambiguous, Self::CommonWord, Self::Stale];

    /// As reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Date => "date",
            Self::Ambiguous => "ambiguous",
            Self::CommonWord => "common-word",
            Self::Stale => "stale",
        }
    }
}

/// Something doubtful in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the table.
    pub table: String,
    /// 1-based line.
    pub line: usize,
    /// What it is.
    pub kind: FindingKind,
    /// What is wrong, with the other row where there is one, and what to do.
    pub problem: String,
}

/// Offices that one person holds at a time.
const SINGLE: [&str; 24] = [
    "chancellor",
    "commission president",
    "council president",
    "defence minister",
    "defence secretary",
    "director-general",
    "emir",
    "emperor",
    "foreign minister",
    "foreign secretary",
    "general secretary",
    "high commissioner",
    "high representative",
    "king",
    "pope",
    "president",
    "prime minister",
    "queen",
    "secretary of defense",
    "secretary of state",
    "secretary-general",
    "sultan",
    "supreme allied commander",
    "supreme leader",
];

/// Remarks with which two may hold one office.
const SHARED: [&str; 8] = ["acting", "contested", "jointly", "rival", "interim", "disputed", "de facto", "ambiguous"];

/// Days by which terms may overlap: sources differ on when an office is taken over.
const TOLERANCE_DAYS: i32 = 31;

/// Years that an office is hardly held for.
const LONG_TERM_YEARS: i16 = 75;

impl Gazetteer {
    /// What is doubtful in the rows, in order of table and line. `as_of` is the day of which an open term is said; with
    /// `open_since`, open terms of persons that began before it are listed, too.
    #[must_use]
    pub fn check(&self, as_of: PartialDate, open_since: Option<PartialDate>) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.overlaps(as_of, &mut findings);
        for entry in self.entries() {
            dates(entry, as_of, open_since, &mut findings);
            common_words(entry, &mut findings);
        }
        self.shared_names(as_of, &mut findings);
        findings.sort_by(|a, b| (&a.table, a.line, a.kind, &a.problem).cmp(&(&b.table, b.line, b.kind, &b.problem)));
        findings
    }

    fn overlaps(&self, as_of: PartialDate, findings: &mut Vec<Finding>) {
        let mut offices: BTreeMap<(&str, &str), Vec<&Entry>> = BTreeMap::new();
        let persons = self.entries().iter().filter(|entry| entry.kind == EntryKind::Person);
        for entry in persons.filter(|entry| !SHARED.iter().any(|word| entry.note.contains(word))) {
            if let Some(role) = entry.role.as_deref().filter(|role| SINGLE.contains(role)) {
                offices.entry((&entry.id, role)).or_default().push(entry);
            }
        }
        for ((id, role), mut terms) in offices {
            terms.sort_by_key(|entry| entry.from.map(PartialDate::first));
            for (index, earlier) in terms.iter().enumerate() {
                for later in &terms[index + 1..] {
                    let days = overlap(earlier, later, as_of);
                    if earlier.name != later.name && days > TOLERANCE_DAYS {
                        let problem = format!(
                            "{} and {} (line {}) are both {role} of {id} for {days} days; end the earlier term on the day \
                             the later one begins",
                            later.name, earlier.name, earlier.line
                        );
                        findings.push(finding(later, FindingKind::Overlap, problem));
                    }
                }
            }
        }
    }

    fn shared_names(&self, as_of: PartialDate, findings: &mut Vec<Finding>) {
        let mut names: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in self.entries().iter().filter(|entry| entry.kind != EntryKind::Person) {
            for name in std::iter::once(&entry.name).chain(&entry.aliases) {
                let rows = names.entry(fold(name).text).or_default();
                if !rows.iter().any(|held| std::ptr::eq(*held, entry)) {
                    rows.push(entry);
                }
            }
        }
        for (name, rows) in names {
            if self.is_told_apart(&name) || rows.iter().any(|row| is_remarked(row)) {
                continue;
            }
            for (index, row) in rows.iter().enumerate() {
                let other = rows[..index].iter().find(|other| other.id != row.id && overlap(other, row, as_of) > 0);
                if let Some(other) = other {
                    let problem = format!(
                        "`{name}` is also a name of {} ({}:{}); remark one row as `ambiguous` or give a rule in \
                         ambiguous.tsv",
                        other.id, other.table, other.line
                    );
                    findings.push(finding(row, FindingKind::Ambiguous, problem));
                }
            }
        }
    }
}

fn is_remarked(entry: &Entry) -> bool {
    ["ambiguous", "contested", "default", "exact"].iter().any(|word| entry.note.contains(word))
}

fn finding(entry: &Entry, kind: FindingKind, problem: String) -> Finding {
    Finding { table: entry.table.to_string(), line: entry.line, kind, problem }
}

/// Days that two rows surely hold at the same time.
fn overlap(a: &Entry, b: &Entry, as_of: PartialDate) -> i32 {
    let begin = [a, b].iter().filter_map(|entry| entry.from).map(PartialDate::last).max();
    let end = [a, b].iter().map(|entry| entry.to.map_or(as_of.last(), PartialDate::first)).min();
    match (begin, end) {
        (Some(begin), Some(end)) => (end - begin).get_days(),
        (None, Some(_)) => i32::MAX,
        _ => 0,
    }
}

fn dates(entry: &Entry, as_of: PartialDate, open_since: Option<PartialDate>, findings: &mut Vec<Finding>) {
    let Some(from) = entry.from else { return };
    if from.first() > as_of.last() {
        let problem = format!("`from`, {from}, is after {as_of}, the day the tables are checked for");
        findings.push(finding(entry, FindingKind::Date, problem));
    }
    if entry.kind != EntryKind::Person {
        return;
    }
    let end = entry.to.map_or(as_of.first(), PartialDate::first);
    if end.year() - from.first().year() > LONG_TERM_YEARS {
        let problem = format!("{} holds the office for more than {LONG_TERM_YEARS} years; give its end", entry.name);
        findings.push(finding(entry, FindingKind::Date, problem));
    }
    if let Some(since) = open_since
        && entry.to.is_none()
        && from.last() < since.first()
    {
        let role = entry.role.as_deref().unwrap_or("in office");
        let problem = format!("{} ({role}) is given as in office since {from}; is that still so?", entry.name);
        findings.push(finding(entry, FindingKind::Stale, problem));
    }
}

fn common_words(entry: &Entry, findings: &mut Vec<Finding>) {
    if is_remarked(entry) {
        return;
    }
    for name in std::iter::once(&entry.name).chain(&entry.aliases) {
        let acronym = name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
        if !acronym && words::starts_upper(name) && !name.contains(' ') && is_common_word(name) {
            let problem = format!(
                "`{name}` is an ordinary word and would match where a sentence begins with it; give a longer name, or \
                 remark the row as `exact` if it is meant"
            );
            findings.push(finding(entry, FindingKind::CommonWord, problem));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(rows: &str, open_since: Option<&str>) -> Vec<(usize, FindingKind)> {
        let text = format!("id\tname\tkind\taliases\tsurname\trole\tfrom\tto\tnote\n{rows}");
        let gazetteer = Gazetteer::with_table("mine.tsv", &text).unwrap();
        let as_of = "2026-01-22".parse().unwrap();
        let found = gazetteer.check(as_of, open_since.map(|date| date.parse().unwrap()));
        found.into_iter().filter(|found| found.table == "mine.tsv").map(|found| (found.line, found.kind)).collect()
    }

    #[test]
    fn our_own_tables_pass() {
        let gazetteer = Gazetteer::shipped().unwrap();
        let found = gazetteer.check(TABLES_AS_OF.parse().unwrap(), None);
        assert!(found.is_empty(), "{} findings, first {:#?}", found.len(), &found[..found.len().min(5)]);
    }

    #[test]
    fn two_holders_of_one_office_are_found() {
        let rows = "FJI\tAna Vunisa\tperson\t\t\tdefence secretary\t2010\t2015-06\t\n\
                    FJI\tJone Tora\tperson\t\t\tdefence secretary\t2014-01\t2016\t\n\
                    FJI\tSera Koroi\tperson\t\t\tdefence secretary\t2016\t\t\n";
        assert_eq!(findings(rows, None), [(3, FindingKind::Overlap)]);
    }

    #[test]
    fn impossible_and_stale_dates_are_found() {
        let rows = "FJI\tAna Vunisa\tperson\t\t\tspeaker\t2031\t\t\n\
                    FJI\tJone Tora\tperson\t\t\tlibrarian\t1930\t2012\t\n\
                    FJI\tSera Koroi\tperson\t\t\tarchivist\t2001\t\t\n";
        let dates = [(2, FindingKind::Date), (3, FindingKind::Date)];
        assert_eq!(findings(rows, None), dates);
        assert_eq!(findings(rows, Some("2010")), [dates[0], dates[1], (4, FindingKind::Stale)]);
    }

    #[test]
    fn shared_names_and_ordinary_words_are_found() {
        let rows = "ORG:A\tGreen Dawn\tgroup\tBridge\nORG:B\tGreen Front\tgroup\tGreen Dawn\n\
                    ORG:C\tBlue Dawn\tgroup\tHarbour\t\t\t\t\texact\n";
        assert_eq!(findings(rows, None), [(2, FindingKind::CommonWord), (3, FindingKind::Ambiguous)]);
    }
}
