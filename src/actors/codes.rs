//! Codes of states, and the members of blocs, as other data sets name them.
//!
//! In: an actor's id. Out: the codes of a state ([`StateCodes`], `data/codes.tsv`): ISO 3166-1 alpha-2, UN M49, Correlates of
//! War and Gleditsch-Ward numbers, M49 region, Wikidata item; and memberships at a date ([`Membership`],
//! `data/members.tsv`). For joining records to other tables; resolution does not read them.

use super::entry::TableError;
use crate::document::PartialDate;
use std::{collections::BTreeMap, sync::LazyLock};

const CODES: &str = include_str!("data/codes.tsv");
const MEMBERS: &str = include_str!("data/members.tsv");

/// The codes of a state or territory; `None` where a list does not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCodes {
    /// ISO 3166-1 alpha-3 (or that of ISO 3166-3), which is the actor's id.
    pub id: &'static str,
    /// ISO 3166-1 alpha-2; for former states the one they had.
    pub iso2: Option<&'static str>,
    /// UN M49, three digits.
    pub m49: Option<&'static str>,
    /// Correlates of War, State System Membership.
    pub cow: Option<u16>,
    /// Gleditsch and Ward (1999).
    pub gw: Option<u16>,
    /// Region of M49.
    pub region: &'static str,
    /// Subregion of M49.
    pub subregion: &'static str,
    /// Wikidata item.
    pub wikidata: Option<&'static str>,
    /// Existing since, where it is after 1945.
    pub from: Option<PartialDate>,
    /// Existing until, where it is over.
    pub to: Option<PartialDate>,
    /// Remarks.
    pub note: &'static str,
}

/// A term of membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The bloc's id.
    pub bloc: &'static str,
    /// The member's id.
    pub member: &'static str,
    /// Member since; unknown or since the bloc's beginning where `None`.
    pub from: Option<PartialDate>,
    /// Member until; still one where `None`.
    pub to: Option<PartialDate>,
    /// Remarks, such as suspensions.
    pub note: &'static str,
}

static STATES: LazyLock<BTreeMap<&'static str, StateCodes>> =
    // The table is part of the program; a test reads every row of it.
    LazyLock::new(|| read_codes().unwrap_or_default().into_iter().map(|codes| (codes.id, codes)).collect());
static MEMBERSHIPS: LazyLock<Vec<Membership>> = LazyLock::new(|| read_members().unwrap_or_default());

/// The codes of a state, by its id.
#[must_use]
pub fn state_codes(id: &str) -> Option<&'static StateCodes> {
    STATES.get(id)
}

/// The members of a bloc at a date, by id; without a date, those of today.
pub fn members_of(bloc: &str, date: Option<PartialDate>) -> impl Iterator<Item = &'static Membership> {
    MEMBERSHIPS.iter().filter(move |membership| membership.bloc == bloc && membership.holds(date))
}

/// The blocs that an actor is in at a date, by id; without a date, those of today.
pub fn blocs_of(member: &str, date: Option<PartialDate>) -> impl Iterator<Item = &'static Membership> {
    MEMBERSHIPS.iter().filter(move |membership| membership.member == member && membership.holds(date))
}

impl Membership {
    fn holds(&self, date: Option<PartialDate>) -> bool {
        match date {
            None => self.to.is_none(),
            Some(date) => {
                self.from.is_none_or(|from| from.first() <= date.last())
                    && self.to.is_none_or(|to| date.first() < to.last())
            }
        }
    }
}

fn rows(
    table: &'static str,
    text: &'static str,
    columns: usize,
) -> impl Iterator<Item = Result<(usize, Vec<&'static str>), TableError>> {
    text.lines().enumerate().skip(1).map(move |(index, line)| {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() == columns {
            return Ok((index + 1, cells));
        }
        let problem = format!("{} columns, expected {columns}", cells.len());
        Err(TableError { table: table.into(), line: index + 1, problem })
    })
}

fn some(cell: &'static str) -> Option<&'static str> {
    Some(cell).filter(|cell| !cell.is_empty())
}

fn date(table: &str, line: usize, cell: &str) -> Result<Option<PartialDate>, TableError> {
    if cell.is_empty() {
        return Ok(None);
    }
    cell.parse().map(Some).map_err(|problem| TableError { table: table.into(), line, problem: format!("{problem}") })
}

fn read_codes() -> Result<Vec<StateCodes>, TableError> {
    const TABLE: &str = "codes.tsv";
    rows(TABLE, CODES, 11)
        .map(|row| {
            let (line, cells) = row?;
            let number = |cell: &'static str| match cell {
                "" => Ok(None),
                digits => digits.parse().map(Some).map_err(|problem| TableError {
                    table: TABLE.into(),
                    line,
                    problem: format!("`{digits}` is no number: {problem}"),
                }),
            };
            Ok(StateCodes {
                id: cells[0],
                iso2: some(cells[1]),
                m49: some(cells[2]),
                cow: number(cells[3])?,
                gw: number(cells[4])?,
                region: cells[5],
                subregion: cells[6],
                wikidata: some(cells[7]),
                from: date(TABLE, line, cells[8])?,
                to: date(TABLE, line, cells[9])?,
                note: cells[10],
            })
        })
        .collect()
}

fn read_members() -> Result<Vec<Membership>, TableError> {
    const TABLE: &str = "members.tsv";
    rows(TABLE, MEMBERS, 5)
        .map(|row| {
            let (line, cells) = row?;
            let (from, to) = (date(TABLE, line, cells[2])?, date(TABLE, line, cells[3])?);
            Ok(Membership { bloc: cells[0], member: cells[1], from, to, note: cells[4] })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::{ActorKind, Gazetteer};

    #[test]
    fn the_tables_are_sound_and_know_every_state() {
        let gazetteer = Gazetteer::shipped().unwrap();
        let codes = read_codes().unwrap();
        assert!(codes.is_sorted_by_key(|codes| codes.id));
        for actor in gazetteer.actors().iter().filter(|actor| actor.kind == ActorKind::State) {
            assert!(state_codes(&actor.id).is_some(), "{}", actor.id);
        }
        for codes in &codes {
            assert!(gazetteer.by_id(codes.id).is_some(), "{}", codes.id);
            assert!(codes.iso2.is_none_or(|iso2| iso2.len() == 2), "{}", codes.id);
            assert!(codes.m49.is_none_or(|m49| m49.len() == 3 && m49.parse::<u16>().is_ok()), "{}", codes.id);
            assert!(codes.wikidata.is_none_or(|item| item.starts_with('Q')), "{}", codes.id);
            assert!(!codes.region.is_empty() && !codes.subregion.is_empty(), "{}", codes.id);
        }
        for membership in read_members().unwrap() {
            assert!(gazetteer.by_id(membership.bloc).is_some(), "{membership:?}");
            assert!(gazetteer.by_id(membership.member).is_some(), "{membership:?}");
            let (from, to) = (membership.from, membership.to);
            assert!(from.zip(to).is_none_or(|(from, to)| from.first() <= to.last()), "{membership:?}");
        }
    }

    #[test]
    fn codes_are_those_of_the_lists() {
        let germany = state_codes("DEU").unwrap();
        assert_eq!(
            (germany.iso2, germany.m49, germany.cow, germany.gw),
            (Some("DE"), Some("276"), Some(255), Some(260))
        );
        assert_eq!(state_codes("YEM").unwrap().gw, Some(678));
        assert_eq!(
            (state_codes("RUS").unwrap().region, state_codes("IRN").unwrap().subregion),
            ("Europe", "Southern Asia")
        );
        assert!(state_codes("XXX").is_none());
    }

    #[test]
    fn members_change_with_the_date() {
        let members = |bloc, date: &str| members_of(bloc, Some(date.parse().unwrap())).count();
        assert_eq!((members("IGO:EU", "2019"), members("IGO:EU", "2021")), (28, 27));
        assert_eq!((members("IGO:NATO", "2022"), members_of("IGO:NATO", None).count()), (30, 32));
        assert!(blocs_of("GBR", Some("2010".parse().unwrap())).any(|membership| membership.bloc == "IGO:EU"));
        assert!(blocs_of("GBR", None).all(|membership| membership.bloc != "IGO:EU"));
    }
}
