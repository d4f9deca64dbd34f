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
    /// GOV, MFA, MIL, LEG, JUD, IGO, REB, OPP, CVL, BUS, MED, LAB, EDU, REL, CRM or REF.
    pub category: String,
    /// For whom it speaks.
    pub speaks_for: SpeaksFor,
    /// Plurals and variants.
    pub aliases: Vec<String>,
    /// Whether it can stand before a name ("President").
    pub title: bool,
    /// Whether it is a thing: "Russian missiles" are Russia, but "the missile" refers back to nobody.
    pub thing: bool,
    /// Whether it is somebody else's relation to the actor: "Chad's neighbours" are not Chad.
    pub relational: bool,
}

/// The categories of roles: those of CAMEO's agents, in wide use among event coders, and five for parts of society.
pub(super) const CATEGORIES: [&str; 16] =
    ["GOV", "MFA", "MIL", "LEG", "JUD", "IGO", "REB", "OPP", "CVL", "BUS", "MED", "LAB", "EDU", "REL", "CRM", "REF"];

impl SpeaksFor {
    /// As tables have it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "state" => Some(Self::State),
            "people" => Some(Self::People),
            "none" => Some(Self::Nobody),
            _ => None,
        }
    }
}

impl Role {
    /// A role from the cells of a row.
    pub(super) fn new(name: &str, category: &str, speaks_for: SpeaksFor, aliases: &str, note: &str) -> Self {
        let has = |mark: &str| note.split([' ', ';', ',', ':']).any(|word| word == mark);
        Self {
            name: name.to_owned(),
            category: category.to_owned(),
            speaks_for,
            aliases: aliases.split('|').map(str::trim).filter(|alias| !alias.is_empty()).map(str::to_owned).collect(),
            title: has("title"),
            thing: has("thing"),
            relational: has("relational"),
        }
    }

    /// Whether it is the counterpart of another: its office is that one's.
    pub(super) fn is_counterpart(&self) -> bool {
        self.name == "counterpart"
    }

    /// Whether it is said of those who fight for a group.
    pub(super) fn is_of_fighters(&self) -> bool {
        self.category == "REB" && !self.thing && !self.relational
    }

    /// Whether it is an office that is over ("ex-president").
    pub(super) fn is_former(&self) -> bool {
        self.name == "former official"
    }

    /// Whether it is a body that can be named after its head ("the Biden administration").
    pub(super) fn is_body(&self) -> bool {
        self.speaks_for == SpeaksFor::State && !self.title
    }

    /// Whether it is a part of a state or the state itself ("Rakhine state").
    pub(super) fn is_region(&self) -> bool {
        matches!(self.name.as_str(), "state" | "governorate" | "country" | "republic")
    }

    /// Whether those of a role belong where they are: the police in Lagos are Nigeria's, the ambassador and the troops in
    /// Lagos are not.
    pub(super) fn is_of_its_place(&self) -> bool {
        match self.speaks_for {
            SpeaksFor::Nobody => !self.thing && !self.relational,
            SpeaksFor::People => true,
            SpeaksFor::State => {
                matches!(self.category.as_str(), "LEG" | "JUD")
                    || matches!(
                        self.name.as_str(),
                        "administration"
                            | "authority"
                            | "government"
                            | "junta"
                            | "leadership"
                            | "mayor"
                            | "official"
                            | "police"
                            | "police officer"
                            | "regime"
                    )
            }
        }
    }
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
        let Some(speaks_for) = SpeaksFor::parse(speaks_for) else {
            return Err(error(format!("column `speaks_for`: `{speaks_for}` is not one of state, people, none")));
        };
        roles.push(Role::new(name, category, speaks_for, aliases, note));
    }
    Ok(roles)
}
