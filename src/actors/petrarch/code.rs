//! The codes of dictionaries: who, in which roles, and when.

use super::{Problem, shown};
use crate::document::PartialDate;

/// The code of those who hold no office now.
const ELITE: &str = "ELI";

/// Codes of roles and of kinds of organisations, in the words of the tables.
const ROLES: [(&str, &str); 33] = [
    ("AGR", "agriculture"),
    ("BUS", "business"),
    ("COP", "police"),
    ("CRM", "crime"),
    ("CVL", "civilians"),
    ("DEV", "development"),
    ("EDU", "education"),
    (ELITE, "former official"),
    ("ENV", "environment"),
    ("GOV", "government"),
    ("HLH", "health"),
    ("HRI", "human rights"),
    ("IGO", "intergovernmental"),
    ("IMG", "armed group"),
    ("INS", "armed group"),
    ("JUD", "judiciary"),
    ("LAB", "labour"),
    ("LEG", "legislature"),
    ("MED", "media"),
    ("MIL", "military"),
    ("MNC", "company"),
    ("MOD", "moderates"),
    ("NGM", "ngo"),
    ("NGO", "ngo"),
    ("OPP", "opposition"),
    ("PTY", "party"),
    ("RAD", "radicals"),
    ("REB", "armed group"),
    ("REF", "refugees"),
    ("SEP", "separatists"),
    ("SET", "settlers"),
    ("SPY", "intelligence"),
    ("UAF", "armed group"),
];

/// A code in brackets.
#[derive(Debug)]
pub(super) struct Code {
    /// Whether it is one of those who act for whoever is named beside them.
    pub(super) is_agent: bool,
    /// ASCII letters and digits, the first three of them letters.
    pub(super) text: String,
    pub(super) from: Option<PartialDate>,
    pub(super) to: Option<PartialDate>,
}

impl Code {
    pub(super) fn is_elite(&self) -> bool {
        threes(&self.text).any(|role| role == ELITE)
    }

    pub(super) fn is_dated(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }
}

/// Whether a code only says that somebody is out of an office that another code has dates for: the table says so by these dates.
pub(super) fn is_implied(code: &Code, codes: &[Code]) -> bool {
    let near = |one: Option<PartialDate>, other: Option<PartialDate>| {
        one.zip(other).is_some_and(|(one, other)| one.first().duration_since(other.last()).as_hours().abs() <= 366 * 24)
    };
    let is_left = |office: &Code| {
        let same = code.text == ELITE || code.text[..3] == office.text[..3];
        let beside = !code.is_dated() || near(code.from, office.to) || near(code.to, office.from);
        same && beside && office.is_dated() && !office.is_elite()
    };
    code.is_elite() && codes.iter().any(is_left)
}

/// The words for the roles of a code, without those it has none for (parties, peoples, faiths).
pub(super) fn roles(code: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for role in threes(code) {
        if let Some((_, word)) = ROLES.iter().find(|(code, word)| *code == role && !words.contains(word)) {
            words.push(word);
        }
    }
    words.join(", ")
}

/// The whole threes of a code, which is ASCII.
pub(super) fn threes(code: &str) -> impl Iterator<Item = &str> {
    (0..code.len() / 3).map(|place| &code[3 * place..3 * place + 3])
}

/// The codes that a line has, without void ones.
pub(super) fn codes(text: &str) -> Result<Vec<Code>, Problem> {
    let (mut found, mut rest) = (Vec::new(), text.trim());
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (inner, after) = inner.ok_or_else(|| Problem::Brackets(shown(rest)))?;
        if inner.is_empty() || inner.contains(|c: char| c != '-') {
            found.push(code(inner.trim())?);
        }
        rest = after.trim_start();
    }
    Ok(found)
}

fn code(inner: &str) -> Result<Code, Problem> {
    let agent = inner.strip_prefix('~');
    let words = agent.unwrap_or(inner);
    let end = words.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(words.len());
    let (text, dates) = words.split_at(end);
    if text.len() < 3 || !text.bytes().take(3).all(|byte| byte.is_ascii_alphabetic()) {
        return Err(Problem::Code(shown(inner)));
    }
    let dates: String = dates.split_whitespace().collect();
    let (from, to) = match (dates.strip_prefix('>'), dates.strip_prefix('<'), dates.split_once('-')) {
        _ if dates.is_empty() => (None, None),
        (Some(from), _, _) => (Some(date(from)?), None),
        (_, Some(to), _) => (None, Some(date(to)?)),
        (_, _, Some((from, to))) => (Some(date(from)?), Some(date(to)?)),
        _ => return Err(Problem::Restriction(shown(&dates))),
    };
    if from.zip(to).is_some_and(|(from, to)| from.first() > to.last()) {
        return Err(Problem::Order(shown(&dates)));
    }
    Ok(Code { is_agent: agent.is_some(), text: text.to_ascii_uppercase(), from, to })
}

/// Six digits are YYMMDD, as the coders read them, and YYYYMM only where that is no day.
pub(super) fn date(text: &str) -> Result<PartialDate, Problem> {
    let wrong = || Problem::Date(shown(text));
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let parsed = |text: String| text.parse::<PartialDate>().ok();
    let day = |year: &str, rest: &str| parsed(format!("{year}-{}-{}", &rest[..2], &rest[2..]));
    match text.len() {
        4 => parsed(text.to_owned()),
        6 => {
            let century = if &text[..2] >= "30" { "19" } else { "20" };
            let month = || parsed(format!("{}-{}", &text[..4], &text[4..])).filter(|_| &text[..2] <= "20");
            day(&format!("{century}{}", &text[..2]), &text[2..]).or_else(month)
        }
        8 => day(&text[..4], &text[4..]),
        _ => None,
    }
    .ok_or_else(wrong)
}
