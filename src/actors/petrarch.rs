//! Reads the dictionaries of other event coders as rows of the actor tables.
//!
//! In: the text of a dictionary of TABARI, PETRARCH or PETRARCH2, of actors (`NAME_ [CODE]`, dated codes, `+SYNONYM_`) or of agents
//! (`NOUN {PLURAL} [~CODE]`, `!SET! = A, B`). Out: rows without the header, as `--actors` takes them, and the lines that could
//! not be read. Codes are those of CAMEO: a state or a kind of organisation, then roles, three letters each. A name has one
//! row for each of its codes; its synonyms are the row's aliases.
//!
//! Schrodt, Beieler and Idris (2014), *Three's a Charm? Open Event Data Coding with EL:DIABLO, PETRARCH, and the Open Event Data
//! Alliance*, ISA; the format as the manual of PETRARCH has it.

mod code;
#[cfg(test)]
mod tests;
mod words;

use super::{
    entry::{ActorKind, EntryKind},
    role::CATEGORIES,
    vocabulary::is_everywhere,
};
use crate::document::PartialDate;
use code::{Code, codes, is_implied, threes};
use std::collections::{BTreeMap, BTreeSet};
use words::{is_name, plain, plurals, proper};

/// Codes that became others.
const RENAMED: [(&str, &str); 4] = [("PAL", "PSE"), ("ROM", "ROU"), ("TMP", "TLS"), ("ZAR", "COD")];

/// Nouns that one line may stand for: sets multiply.
const MOST_FORMS: usize = 256;

/// What an import gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Lines of a table, sorted and unique, without its header.
    pub rows: Vec<String>,
    /// Lines of the dictionary that could not be read, in order.
    pub skipped: Vec<Skipped>,
}

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// 1-based line.
    pub line: usize,
    /// What is wrong and what was expected.
    pub problem: String,
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("`{0}` is no code in brackets; expected [CODE] or [CODE dates]")]
    Brackets(String),
    #[error("`{0}` is no code; expected three letters for the actor, then letters and digits")]
    Code(String),
    #[error("`{0}` restricts no dates; expected <DATE, >DATE or DATE-DATE")]
    Restriction(String),
    #[error("`{0}` is no date; expected YYMMDD, YYYYMMDD, YYYY or YYYYMM")]
    Date(String),
    #[error("`{0}` ends before it begins; expected DATE-DATE in their order")]
    Order(String),
    #[error("`{0}` has no code; expected [CODE] behind it or below")]
    NoCode(String),
    #[error("`{0}` belongs to no entry; expected a name before it")]
    NoEntry(String),
    #[error("`{0}` is no name to look for; expected two letters or more, no `|`, and not ordinary words alone")]
    Name(String),
    #[error("`{0}` is not closed; expected a plural in braces")]
    Plural(String),
    #[error("`{0}` defines no set; expected !SET! = A, B")]
    Definition(String),
    #[error("`{0}` has a set that is not known; expected !SET! = A, B before it")]
    Set(String),
    #[error("`{0}` stands for too many nouns; expected at most {MOST_FORMS}")]
    Forms(String),
    #[error("the comment is not closed; expected --> after it")]
    Comment,
}

/// The beginning of a text, for a message.
fn shown(text: &str) -> String {
    text.trim().chars().take(40).collect()
}

/// Reads a dictionary. `known` gives the gazetteer's id for a code of three letters; whoever has a code that it does not know
/// becomes an actor with an id made of the code.
pub fn import(text: &str, known: impl Fn(&str) -> Option<String>) -> Imported {
    let mut import = Import { known, sets: BTreeMap::new(), rows: BTreeMap::new(), skipped: Vec::new() };
    let (mut open, mut comment) = (None, None);
    for (index, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
        let (number, line) = (index + 1, without_comments(line, index + 1, &mut comment));
        if let Err(problem) = import.line(number, line.trim(), &mut open) {
            import.skip(number, &problem);
        }
    }
    import.close(open);
    if let Some(line) = comment {
        import.skip(line, &Problem::Comment);
    }
    // What an entry lacks is known only at its end.
    import.skipped.sort_by_key(|skipped| skipped.line);
    let mut rows: Vec<String> = import.rows.iter().map(|(row, aliases)| row.line(aliases)).collect();
    rows.sort();
    Imported { rows, skipped: import.skipped }
}

/// What a line has beside comments; `open` is the line where one over several lines began.
fn without_comments(line: &str, number: usize, open: &mut Option<usize>) -> String {
    let (mut kept, mut rest) = (String::new(), line);
    loop {
        if open.is_some() {
            let Some((_, after)) = rest.split_once("-->") else { return kept };
            (*open, rest) = (None, after);
        }
        let block = rest.find("<!--").unwrap_or(rest.len());
        // In brackets a # is part of a code.
        let is_end = |at: usize| match rest[at..].chars().next() {
            Some(';') => true,
            Some('#') => rest[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || "]}_".contains(c)),
            _ => false,
        };
        if let Some((end, _)) = rest[..block].match_indices([';', '#']).find(|(at, _)| is_end(*at)) {
            kept.push_str(&rest[..end]);
            return kept;
        }
        kept.push_str(&rest[..block]);
        let Some(after) = rest[block..].strip_prefix("<!--") else { return kept };
        (*open, rest) = (Some(number), after);
    }
}

/// A name as written, with its line and the plural in braces.
#[derive(Debug)]
struct Written {
    line: usize,
    text: String,
    plural: Option<String>,
}

/// Names that share codes.
#[derive(Debug)]
struct Entry {
    names: Vec<Written>,
    codes: Vec<Code>,
    /// Whether codes were given, be they unreadable or void.
    is_coded: bool,
}

/// A row without its aliases, which entries of the same name share.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    id: String,
    name: String,
    kind: &'static str,
    role: String,
    from: Option<PartialDate>,
    to: Option<PartialDate>,
}

impl Row {
    fn line(&self, aliases: &BTreeSet<String>) -> String {
        let aliases: Vec<&str> = aliases.iter().filter(|alias| **alias != self.name).map(String::as_str).collect();
        let date = |date: Option<PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
        let Self { id, name, kind, role, from, to } = self;
        format!("{id}\t{name}\t{kind}\t{}\t\t{role}\t{}\t{}\t", aliases.join("|"), date(*from), date(*to))
    }
}

struct Import<K> {
    known: K,
    sets: BTreeMap<String, Vec<String>>,
    rows: BTreeMap<Row, BTreeSet<String>>,
    skipped: Vec<Skipped>,
}

impl<K: Fn(&str) -> Option<String>> Import<K> {
    fn skip(&mut self, line: usize, problem: &Problem) {
        self.skipped.push(Skipped { line, problem: problem.to_string() });
    }

    fn line(&mut self, number: usize, line: &str, open: &mut Option<Entry>) -> Result<(), Problem> {
        let no_entry = || Problem::NoEntry(shown(line));
        if line.is_empty() {
            return Ok(());
        }
        if line.starts_with('[') {
            let entry = open.as_mut().ok_or_else(no_entry)?;
            entry.is_coded = true;
            entry.codes.extend(codes(line)?);
            return Ok(());
        }
        if line.starts_with('!') && line.contains('=') {
            return self.define(line);
        }
        let synonym = line.strip_prefix('+');
        let words = synonym.unwrap_or(line);
        let (text, rest) = words.split_at(words.find(['[', '{']).unwrap_or(words.len()));
        let (braced, coded) = rest.split_at(rest.find('[').unwrap_or(rest.len()));
        let read = braces(braced).and_then(|plural| Ok((plural, codes(coded)?)));
        let is_coded = !coded.is_empty() || read.is_err();
        let (plural, codes, problem) = match read {
            Ok((plural, codes)) => (plural, codes, None),
            Err(problem) => (None, Vec::new(), Some(problem)),
        };
        let name = Written { line: number, text: plain(text), plural };
        if synonym.is_none() {
            // Opened also where its codes are unreadable, so that its synonyms go to no other entry.
            let previous = open.replace(Entry { names: vec![name], codes, is_coded });
            self.close(previous);
        } else if is_coded {
            // A synonym with codes of its own stands for itself.
            self.close(Some(Entry { names: vec![name], codes, is_coded }));
        } else {
            open.as_mut().ok_or_else(no_entry)?.names.push(name);
        }
        problem.map_or(Ok(()), Err)
    }

    fn define(&mut self, line: &str) -> Result<(), Problem> {
        let wrong = || Problem::Definition(shown(line));
        let (name, members) = line.split_once('=').ok_or_else(wrong)?;
        let name = name.trim().strip_prefix('!').and_then(|name| name.strip_suffix('!')).ok_or_else(wrong)?;
        let members: Vec<String> = members.split(',').map(plain).filter(|member| !member.is_empty()).collect();
        if name.is_empty() || members.is_empty() {
            return Err(wrong());
        }
        self.sets.insert(name.to_owned(), members);
        Ok(())
    }

    /// Makes the rows of an entry, which is whole now.
    fn close(&mut self, entry: Option<Entry>) {
        let Some(Entry { names, codes, is_coded }) = entry else { return };
        if !is_coded && let Some(name) = names.first() {
            self.skip(name.line, &Problem::NoCode(shown(&name.text)));
        }
        let (agents, actors): (Vec<Code>, Vec<Code>) = codes.into_iter().partition(|code| code.is_agent);
        let mut known_as = Vec::new();
        for name in &names {
            let proper = proper(&name.text);
            let is_usable = is_name(&proper) && proper.contains(char::is_uppercase) && !is_everywhere(&proper);
            if !actors.is_empty() && is_usable {
                known_as.push(proper);
            } else if !actors.is_empty() {
                // A table with one such name would be refused as a whole.
                self.skip(name.line, &Problem::Name(shown(&name.text)));
            }
            if !agents.is_empty() {
                match self.nouns(name) {
                    Ok(nouns) => nouns.into_iter().for_each(|noun| self.agent(noun, &agents)),
                    Err(problem) => self.skip(name.line, &problem),
                }
            }
        }
        let Some((name, aliases)) = known_as.split_first() else { return };
        for code in actors.iter().filter(|code| !is_implied(code, &actors)) {
            let row = self.actor(name, code);
            self.rows.entry(row).or_default().extend(aliases.iter().cloned());
        }
    }

    fn actor(&self, name: &str, code: &Code) -> Row {
        let (first, rest) = code.text.split_at(3);
        let renamed = || RENAMED.iter().find(|(old, _)| *old == first).and_then(|(_, new)| (self.known)(new));
        // Rebels and the opposition of a state do not speak for it: they are groups of their own.
        let apart = matches!(rest.get(..3), Some("REB" | "OPP"));
        let (id, roles) = match (self.known)(first).or_else(renamed).filter(|_| !apart) {
            Some(id) => (id, rest),
            None if first == "IGO" && !rest.is_empty() => (format!("IGO:{rest}"), code.text.as_str()),
            None => (format!("ORG:{}", code.text), code.text.as_str()),
        };
        let kind = match ActorKind::of_id(&id) {
            Some(ActorKind::Organisation) => EntryKind::Organisation,
            Some(ActorKind::Group) => EntryKind::Group,
            // Names of states are not dated in these dictionaries; offices are, and only people leave them.
            _ if code.is_elite() || code.is_dated() => EntryKind::Person,
            _ if rest.is_empty() => EntryKind::State,
            _ => EntryKind::Seat,
        };
        Row { id, name: name.to_owned(), kind: kind.name(), role: code::roles(roles), from: code.from, to: code.to }
    }

    fn agent(&mut self, (noun, plural): (String, Option<String>), codes: &[Code]) {
        for code in codes {
            let role = threes(&code.text).next().unwrap_or_default();
            let category = match role {
                "COP" => "MIL",
                "SPY" => "GOV",
                "AGR" => "LAB",
                _ => CATEGORIES.iter().find(|category| **category == role).unwrap_or(&"CVL"),
            };
            let speaks_for = match role {
                "GOV" | "MIL" | "LEG" | "JUD" | "COP" | "SPY" => "state",
                _ => "none",
            };
            let (id, name, role) = (category.to_owned(), noun.to_lowercase(), speaks_for.to_owned());
            let row = Row { id, name, kind: "role", role, from: None, to: None };
            self.rows.entry(row).or_default().extend(plural.iter().map(|plural| plural.to_lowercase()));
        }
    }

    /// The nouns that a name stands for, each with its plural.
    fn nouns(&self, name: &Written) -> Result<Vec<(String, Option<String>)>, Problem> {
        let nouns = self.expand(&name.text)?;
        if let Some(noun) = nouns.iter().find(|noun| !is_name(noun)) {
            return Err(Problem::Name(shown(noun)));
        }
        if let Some(plural) = &name.plural {
            let plurals = self.expand(plural)?;
            let plural = |place| plurals.get(place).or(plurals.last()).filter(|plural| is_name(plural)).cloned();
            return Ok(nouns.into_iter().enumerate().map(|(place, noun)| (noun, plural(place))).collect());
        }
        // Sets list singulars and plurals alike: MAN, MEN.
        let listed = |noun: &String| nouns.iter().find(|other| plurals(noun).contains(*other)).cloned();
        let formed: BTreeSet<String> = nouns.iter().filter_map(listed).collect();
        let singular = nouns.iter().filter(|noun| !formed.contains(*noun));
        Ok(singular.map(|noun| (noun.clone(), listed(noun).or_else(|| plurals(noun).into_iter().next()))).collect())
    }

    fn expand(&self, text: &str) -> Result<Vec<String>, Problem> {
        let (mut forms, mut rest) = (vec![String::new()], text);
        while let Some((before, marked)) = rest.split_once('!') {
            let (set, after) = marked.split_once('!').ok_or_else(|| Problem::Set(shown(text)))?;
            let members = self.sets.get(set).ok_or_else(|| Problem::Set(shown(text)))?;
            if forms.len().saturating_mul(members.len()) > MOST_FORMS {
                return Err(Problem::Forms(shown(text)));
            }
            let joined =
                |form: &String| members.iter().map(|member| format!("{form}{before}{member}")).collect::<Vec<_>>();
            forms = forms.iter().flat_map(joined).collect();
            rest = after;
        }
        Ok(forms.into_iter().map(|form| form + rest).collect())
    }
}

/// The plural in braces; an empty one says that there is none.
fn braces(text: &str) -> Result<Option<String>, Problem> {
    let Some(rest) = text.trim().strip_prefix('{') else { return Ok(None) };
    rest.strip_suffix('}').map(|plural| Some(plain(plural))).ok_or_else(|| Problem::Plural(shown(text)))
}
