//! Role nouns and offices (`data/roles.tsv`): what a person or body is, and for whom it speaks.

use super::entry::TableError;

/// For whom the holder of a role speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeaksFor {
    /// The state or organisation it belongs to.
    State,
    /// The people as a whole, which the codebook counts as the state.
    People,
    /// Itself only: "a Chinese citizen" is not China.
    Nobody,
}

/// One row of the table of roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Singular, lower case.
    pub name: String,
    /// GOV, MFA, MIL, LEG, JUD, IGO, REB, OPP, CVL, BUS or MED.
    pub category: String,
    /// For whom it speaks.
    pub speaks_for: SpeaksFor,
    /// Plurals and variants.
    pub aliases: Vec<String>,
    /// Whether it can stand before a name ("President").
    pub title: bool,
    /// Whether it is a thing: "Russian missiles" are Russia, but "the missile" refers back to nobody.
    pub thing: bool,
}

/// Reads the table; the header is `name category speaks_for aliases note`.
pub(super) fn read(table: &str, text: &str) -> Result<Vec<Role>, TableError> {
    let mut roles = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let error = |problem: String| TableError { table: table.to_owned(), line: index + 1, problem };
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [name, category, speaks_for, aliases, note] = cells.as_slice() else {
            return Err(error(format!("{} columns, expected name, category, speaks_for, aliases, note", cells.len())));
        };
        let speaks_for = match *speaks_for {
            "state" => SpeaksFor::State,
            "people" => SpeaksFor::People,
            "none" => SpeaksFor::Nobody,
            other => return Err(error(format!("column `speaks_for`: `{other}` is not one of state, people, none"))),
        };
        roles.push(Role {
            name: (*name).to_owned(),
            category: (*category).to_owned(),
            speaks_for,
            aliases: aliases.split('|').map(str::trim).filter(|alias| !alias.is_empty()).map(str::to_owned).collect(),
            title: note.split([' ', ';', ',']).any(|word| word == "title"),
            thing: note.split([' ', ';', ',']).any(|word| word == "thing"),
        });
    }
    Ok(roles)
}
