//! Rows of the gazetteer tables.
//!
//! Tab-separated, UTF-8, with the header `id name kind aliases surname role from to note`; lists are
//! separated by `|`. The tables of the project and the table a user gives with `--actors` have the
//! same columns; a user's row takes the place of the project's rows with the same alias. A user's table may also hold role nouns,
//! as rows of kind `role`: category as the id, and in `role` for whom it speaks (`state`, `people`, `none`).

use super::{
    role::{self, Role, SpeaksFor},
    vocabulary::is_everywhere,
    words::{is_auxiliary, is_function_word},
};
use crate::document::PartialDate;
use std::sync::Arc;

/// Columns of a table, in order.
const COLUMNS: [&str; 9] = ["id", "name", "kind", "aliases", "surname", "role", "from", "to", "note"];

/// What a row names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A state or territory by its name.
    State,
    /// The adjective and the nouns for its people.
    Demonym,
    /// Its capital or seat of government.
    Capital,
    /// An international organisation or one of its organs.
    Organisation,
    /// Another organised group.
    Group,
    /// A person in an office.
    Person,
    /// A building, institution or epithet that stands for the actor.
    Seat,
    /// A place that belongs to the actor.
    Place,
}

impl EntryKind {
    const NAMES: [(&'static str, Self); 8] = [
        ("state", Self::State),
        ("demonym", Self::Demonym),
        ("capital", Self::Capital),
        ("organisation", Self::Organisation),
        ("group", Self::Group),
        ("person", Self::Person),
        ("seat", Self::Seat),
        ("place", Self::Place),
    ];

    /// As tables have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// What an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorKind {
    /// A state or territory (`RUS`).
    State,
    /// An international organisation (`IGO:UN`).
    Organisation,
    /// Any other organised group (`ORG:HAMAS`).
    Group,
}

impl ActorKind {
    /// The kind that the form of an id tells; `None` when it has none of the three forms.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        let word = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_+-".contains(&b))
        };
        if let Some(rest) = id.strip_prefix("IGO:") {
            return word(rest).then_some(Self::Organisation);
        }
        if let Some(rest) = id.strip_prefix("ORG:") {
            return word(rest).then_some(Self::Group);
        }
        (id.len() == 3 && id.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(Self::State)
    }

    /// As records have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Organisation => "organisation",
            Self::Group => "group",
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Canonical id of the actor it resolves to.
    pub id: String,
    /// The usual name.
    pub name: String,
    /// What it names.
    pub kind: EntryKind,
    /// Other names that mean the same wherever they stand.
    pub aliases: Vec<String>,
    /// Names that mean it after a title or once the full name was given.
    pub surnames: Vec<String>,
    /// Office, or kind of institution.
    pub role: Option<String>,
    /// Valid from, open where empty.
    pub from: Option<PartialDate>,
    /// Valid to, open where empty.
    pub to: Option<PartialDate>,
    /// Remarks; a name remarked as `ambiguous` is not the one its actor is shown by when there is another.
    pub note: String,
    /// Name of the table.
    pub table: Arc<str>,
    /// 1-based line in it.
    pub line: usize,
}

/// A table that cannot be used: the line, the column, what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table}:{line}: {problem}")]
pub struct TableError {
    /// Name of the table.
    pub table: String,
    /// 1-based line.
    pub line: usize,
    /// What is wrong and what was expected.
    pub problem: String,
}

/// What a user's table holds.
#[derive(Debug, Default)]
pub(super) struct UserTable {
    pub(super) entries: Vec<Entry>,
    pub(super) roles: Vec<Role>,
}

/// Reads a table of the project. Empty lines and lines that begin with `#` are skipped.
pub(super) fn read(table: &str, text: &str) -> Result<Vec<Entry>, TableError> {
    Ok(read_rows(table, text)?.entries)
}

/// Reads a user's table. Rows of kind `role` add role nouns; a name that would match in every text is refused.
pub(super) fn read_user(table: &str, text: &str) -> Result<UserTable, TableError> {
    let rows = read_rows(table, text)?;
    for entry in &rows.entries {
        if let Some(name) = std::iter::once(&entry.name).chain(&entry.aliases).find(|name| is_everywhere(name)) {
            let problem = format!(
                "`{name}` is made of words that stand in half of all texts, and would match in them; give a name that \
                 means this actor only"
            );
            return Err(TableError { table: table.to_owned(), line: entry.line, problem });
        }
    }
    Ok(rows)
}

fn read_rows(table: &str, text: &str) -> Result<UserTable, TableError> {
    let shared: Arc<str> = table.into();
    let error = |line: usize, problem: String| TableError { table: table.to_owned(), line, problem };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_end_matches('\r')));
    let header = lines.next().map(|(_, line)| line.split('\t').map(str::trim).collect::<Vec<_>>()).unwrap_or_default();
    let mut column = [None; COLUMNS.len()];
    for (place, name) in header.iter().enumerate() {
        match COLUMNS.iter().position(|known| known == name) {
            Some(known) => column[known] = Some(place),
            None => {
                return Err(error(
                    1,
                    format!("unknown column `{name}`; expected the tab-separated columns {}", COLUMNS.join(", ")),
                ));
            }
        }
    }
    for needed in 0..3 {
        if column[needed].is_none() {
            return Err(error(
                1,
                format!("no column `{}`; expected the tab-separated columns {}", COLUMNS[needed], COLUMNS.join(", ")),
            ));
        }
    }
    let mut rows = UserTable::default();
    for (number, line) in lines {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        if cells.len() > header.len() {
            return Err(error(number, format!("{} columns, but the header has {}", cells.len(), header.len())));
        }
        let cell = |index: usize| column[index].and_then(|place| cells.get(place)).copied().unwrap_or_default();
        if cell(2) == "role" {
            rows.roles.push(role_row(cell).map_err(|problem| error(number, problem))?);
        } else {
            let entry = entry(cell).map_err(|problem| error(number, problem))?;
            rows.entries.push(Entry { table: shared.clone(), line: number, ..entry });
        }
    }
    Ok(rows)
}

/// A role noun: the id is its category, the column `role` says for whom it speaks (`state`, `people` or `none`).
fn role_row<'l>(cell: impl Fn(usize) -> &'l str) -> Result<Role, String> {
    let (category, name) = (cell(0), cell(1));
    if !role::CATEGORIES.contains(&category) {
        return Err(format!(
            "column `id`: `{category}` is no category of roles; expected one of {}",
            role::CATEGORIES.join(", ")
        ));
    }
    if name.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        return Err(format!("column `name`: `{name}` is too short to be looked for in a text"));
    }
    // "Minister" and "army" are among the commonest words, too, and role nouns they are.
    let plain =
        |noun: &&str| noun.split_whitespace().all(|word| is_function_word(&word.to_lowercase()) || is_auxiliary(word));
    if let Some(noun) =
        std::iter::once(name).chain(cell(3).split('|').map(str::trim)).filter(|noun| !noun.is_empty()).find(plain)
    {
        return Err(format!("column `name` or `aliases`: `{noun}` is no noun and would match in half of all texts"));
    }
    let speaks_for = SpeaksFor::parse(cell(5))
        .ok_or_else(|| format!("column `role`: `{}` is not one of state, people, none", cell(5)))?;
    Ok(Role::new(name, category, speaks_for, cell(3), cell(8)))
}

fn entry<'l>(cell: impl Fn(usize) -> &'l str) -> Result<Entry, String> {
    let (id, name) = (cell(0), cell(1));
    let state = ActorKind::of_id(id).ok_or_else(|| {
        format!("column `id`: `{id}` is no actor id; expected three capitals (RUS), IGO:NAME or ORG:NAME")
    })?;
    let kind = EntryKind::NAMES.iter().find(|(text, _)| *text == cell(2)).map(|(_, kind)| *kind).ok_or_else(|| {
        let names: Vec<&str> = EntryKind::NAMES.iter().map(|(text, _)| *text).collect();
        format!("column `kind`: `{}` is not one of {}, role", cell(2), names.join(", "))
    })?;
    let fits = match kind {
        EntryKind::State | EntryKind::Capital => state == ActorKind::State || kind == EntryKind::Capital,
        EntryKind::Organisation => state == ActorKind::Organisation,
        EntryKind::Group => state == ActorKind::Group,
        _ => true,
    };
    if !fits {
        return Err(format!("column `kind`: `{}` does not fit the id `{id}`", kind.name()));
    }
    let list = |index: usize, least: usize| -> Result<Vec<String>, String> {
        let items: Vec<String> =
            cell(index).split('|').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect();
        match items.iter().find(|item| item.chars().filter(|c| c.is_alphanumeric()).count() < least) {
            Some(short) => {
                Err(format!("column `{}`: `{short}` is too short to be looked for in a text", COLUMNS[index]))
            }
            None => Ok(items),
        }
    };
    let date = |index: usize| -> Result<Option<PartialDate>, String> {
        match cell(index) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|problem| format!("column `{}`: {problem}", COLUMNS[index])),
        }
    };
    if name.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return Err(format!("column `name`: `{name}` is too short to be looked for in a text"));
    }
    if !name.chars().any(char::is_uppercase) {
        return Err(format!("column `name`: `{name}` has no capital letter and would match ordinary words"));
    }
    let (from, to) = (date(6)?, date(7)?);
    if let (Some(from), Some(to)) = (from, to)
        && from.first() > to.last()
    {
        return Err(format!("column `to`: {to} is before `from`, {from}"));
    }
    let aliases = list(3, 2)?;
    if let Some(plain) =
        aliases.iter().find(|alias| !alias.chars().any(|c| c.is_uppercase() || c.is_numeric() || !c.is_ascii()))
    {
        return Err(format!("column `aliases`: `{plain}` has no capital letter and would match ordinary words"));
    }
    let role = Some(cell(5)).filter(|role| !role.is_empty()).map(str::to_owned);
    Ok(Entry {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        aliases,
        surnames: list(4, 2)?,
        role,
        from,
        to,
        note: cell(8).to_owned(),
        table: Arc::default(),
        line: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_may_leave_trailing_columns_out() {
        let entries = read("x", "id\tname\tkind\taliases\nORG:M23\tM23\tgroup\tMarch 23 Movement|M 23\n").unwrap();
        assert_eq!(entries[0].aliases, ["March 23 Movement", "M 23"]);
    }

    #[test]
    fn names_that_match_everywhere_are_refused_and_roles_are_read() {
        let table = |row: &str| read_user("x", &format!("id\tname\tkind\taliases\tsurname\trole\n{row}\n"));
        let message = table("ORG:X\tRed Dawn\tgroup\tThe Government").unwrap_err().to_string();
        assert!(message.starts_with("x:2: `The Government` is made of words that stand in half"), "{message}");
        let roles = table("MIL\trampart keeper\trole\trampart keepers\t\tstate").unwrap().roles;
        assert_eq!((roles[0].name.as_str(), roles[0].speaks_for), ("rampart keeper", SpeaksFor::State));
        for (row, expected) in [
            ("MILITARY\tkeeper\trole\t\t\tstate", "x:2: column `id`: `MILITARY` is no category"),
            ("MIL\tThe\trole\t\t\tstate", "x:2: column `name` or `aliases`: `The` is no noun"),
            ("MIL\tkeeper\trole\t\t\tking", "x:2: column `role`: `king` is not one of state, people, none"),
        ] {
            let message = table(row).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn broken_rows_are_refused_with_line_and_reason() {
        let cases = [
            ("id\tname\n", "x:1: no column `kind`"),
            ("id\tname\tkind\tcolour\n", "x:1: unknown column `colour`"),
            ("id\tname\tkind\nrus\tRussia\tstate\n", "x:2: column `id`: `rus` is no actor id"),
            ("id\tname\tkind\nRUS\tRussia\tcountry\n", "x:2: column `kind`: `country` is not one of"),
            ("id\tname\tkind\nRUS\tthe\tstate\n", "x:2: column `name`: `the` has no capital"),
            ("id\tname\tkind\taliases\nRUS\tRussia\tstate\te\n", "x:2: column `aliases`: `e` is too short"),
            ("id\tname\tkind\nORG:X\tXs\torganisation\n", "x:2: column `kind`: `organisation` does not fit"),
            ("id\tname\tkind\tfrom\tto\nRUS\tRussia\tstate\t2001\t1999\n", "x:2: column `to`: 1999 is before `from`"),
            ("id\tname\tkind\tfrom\nRUS\tRussia\tstate\tlast year\n", "x:2: column `from`: `last year` is not a date"),
            ("id\tname\tkind\nRUS\tRussia\tstate\tx\n", "x:2: 4 columns, but the header has 3"),
        ];
        for (text, expected) in cases {
            let message = read("x", text).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
