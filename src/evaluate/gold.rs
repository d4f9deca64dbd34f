//! Gold documents: whole documents with the pairs that people found in them.
//!
//! In: JSON Lines, one document a line: `{"id","date","issuer","publisher","title","url","text",
//! "pairs":[{"holder","target","stance","certainty","evidence"}]}`. Only `text` and `pairs` are
//! required of a document, and `holder`, `target` and `stance` of a pair; unknown fields are
//! ignored. Out: [`GoldDocument`]s, and a [`RowError`] for each line that could not be used.

use crate::{
    document::{Document, PartialDate},
    error::RowError,
    pairs::Stance,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

/// The holder of what a document says in its own voice, where its issuer is unknown.
pub const AUTHOR: &str = "AUTHOR";

/// Longest line read, in bytes.
const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// A stance that people gave to a pair over a whole document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GoldStance {
    /// As [`Stance::Critical`].
    Critical,
    /// As [`Stance::Neutral`].
    Neutral,
    /// As [`Stance::Supportive`].
    Supportive,
    /// Different stances in different places: supportive and critical both count as right.
    Mixed,
}

impl GoldStance {
    /// Every stance: those of [`Stance`] in its order, then mixed.
    pub const ALL: [Self; 4] = [Self::Critical, Self::Neutral, Self::Supportive, Self::Mixed];

    /// The stance as it stands in data files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Neutral => "neutral",
            Self::Supportive => "supportive",
            Self::Mixed => "mixed",
        }
    }

    /// Whether a prediction of `stance` counts as right.
    #[must_use]
    pub fn accepts(self, stance: Stance) -> bool {
        match self {
            Self::Mixed => stance != Stance::Neutral,
            _ => self == Self::from(stance),
        }
    }
}

impl From<Stance> for GoldStance {
    fn from(stance: Stance) -> Self {
        match stance {
            Stance::Critical => Self::Critical,
            Stance::Neutral => Self::Neutral,
            Stance::Supportive => Self::Supportive,
        }
    }
}

impl fmt::Display for GoldStance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// How sure the people were of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// A careful reader may leave the pair out or read it otherwise.
    Arguable,
    /// Every careful reader finds it.
    Clear,
}

impl Certainty {
    /// The word as it stands in data files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arguable => "arguable",
            Self::Clear => "clear",
        }
    }
}

/// One pair that people found in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldPair {
    /// Actor id of the holder, or [`AUTHOR`]. Blanks inside an id are read as `_`.
    pub holder: String,
    /// Actor id of the target.
    pub target: String,
    /// The stance.
    pub stance: GoldStance,
    /// How sure they were; clear where the row does not say.
    pub certainty: Certainty,
    /// Words of the title or text that bear it out; empty where the row gives none.
    pub evidence: String,
}

/// A document and every pair that people found in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoldDocument {
    /// The document.
    pub document: Document,
    /// Its pairs, in the order of the file; the same two actors may stand there more than once.
    pub pairs: Vec<GoldPair>,
}

/// Reads gold documents from a JSON Lines file.
///
/// Blank lines are skipped. A line that cannot be used (no JSON object, a field missing or of the
/// wrong kind, an unknown stance, a holder that is its own target, evidence that does not stand in the
/// document, an id met before, more than 64 MiB) is left out whole and reported.
///
/// # Errors
///
/// When the file cannot be opened or read.
pub fn read_gold(path: &Path) -> Result<(Vec<GoldDocument>, Vec<RowError>), RowError> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| RowError::file(&name, error.to_string()))?;
    read_lines(&name, BufReader::new(file), LONGEST_LINE)
}

fn read_lines(
    name: &str,
    mut input: impl BufRead,
    longest: usize,
) -> Result<(Vec<GoldDocument>, Vec<RowError>), RowError> {
    let (mut documents, mut errors) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut buffer = Vec::new();
    let mut line = 0;
    loop {
        buffer.clear();
        line += 1;
        let failed = |error: std::io::Error| RowError::line(name, line, error.to_string());
        // One byte more than is allowed tells a longest line from a longer one.
        let read = input.by_ref().take(longest as u64 + 1).read_until(b'\n', &mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok((documents, errors));
        }
        if buffer.last() != Some(&b'\n') && read > longest {
            input.skip_until(b'\n').map_err(failed)?;
            errors.push(RowError::line(name, line, format!("the line is longer than {longest} bytes")));
            continue;
        }
        let bytes = if line == 1 { buffer.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&buffer) } else { &buffer };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match parse(name, line, bytes) {
            Ok(gold) => match seen.get(&gold.document.id) {
                Some(first) => {
                    let problem = format!("`{}` is already the id of line {first}", gold.document.id);
                    errors.push(RowError::line(name, line, problem).field("id"));
                }
                None => {
                    seen.insert(gold.document.id.clone(), line);
                    documents.push(gold);
                }
            },
            Err(error) => errors.push(error),
        }
    }
}

/// Reads one row; `name` and `line` say where it stands.
pub(crate) fn read_gold_row(name: &str, line: u64, text: &str) -> Result<GoldDocument, RowError> {
    parse(name, line, text.as_bytes())
}

fn parse(name: &str, line: u64, bytes: &[u8]) -> Result<GoldDocument, RowError> {
    let row = Row { name, line };
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| RowError::line(name, line, format!("not JSON: {error}")))?;
    let Value::Object(fields) = value else {
        return Err(RowError::line(name, line, format!("expected a JSON object, found {}", kind(&value))));
    };
    let text = row.required(&fields, "", "text")?;
    let date = row.optional(&fields, "", "date")?.map(|date| date.parse::<PartialDate>()).transpose();
    let document = Document {
        id: row.optional(&fields, "", "id")?.unwrap_or_else(|| format!("{name}:{line}")),
        date: date.map_err(|error| row.wrong("date", error.to_string()))?,
        issuer: row.optional(&fields, "", "issuer")?,
        publisher: row.optional(&fields, "", "publisher")?,
        title: row.optional(&fields, "", "title")?,
        url: row.optional(&fields, "", "url")?,
        text,
    };
    let Some(Value::Array(values)) = fields.get("pairs") else {
        let found = fields.get("pairs").map_or("nothing", kind);
        return Err(row.wrong("pairs", format!("expected a list of pairs, found {found}")));
    };
    let pair = |(index, value)| row.pair(&document, index, value);
    let pairs = values.iter().enumerate().map(pair).collect::<Result<_, _>>()?;
    Ok(GoldDocument { document, pairs })
}

/// Where errors of one line point.
struct Row<'a> {
    name: &'a str,
    line: u64,
}

impl Row<'_> {
    fn wrong(&self, field: impl Into<String>, problem: impl Into<String>) -> RowError {
        RowError::line(self.name, self.line, problem).field(field)
    }

    /// A text that may be missing or null; an empty one is an error, for it is neither.
    fn optional(&self, fields: &Map<String, Value>, prefix: &str, field: &str) -> Result<Option<String>, RowError> {
        match fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => {
                Err(self.wrong(format!("{prefix}{field}"), "is empty; leave it out or give null"))
            }
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => {
                Err(self.wrong(format!("{prefix}{field}"), format!("expected a text, found {}", kind(other))))
            }
        }
    }

    fn required(&self, fields: &Map<String, Value>, prefix: &str, field: &str) -> Result<String, RowError> {
        let missing = || self.wrong(format!("{prefix}{field}"), "is missing");
        self.optional(fields, prefix, field)?.ok_or_else(missing)
    }

    fn pair(&self, document: &Document, index: usize, value: &Value) -> Result<GoldPair, RowError> {
        let prefix = format!("pairs[{index}].");
        let Value::Object(fields) = value else {
            return Err(self.wrong(format!("pairs[{index}]"), format!("expected an object, found {}", kind(value))));
        };
        let holder = self.actor(fields, &prefix, "holder")?;
        let target = self.actor(fields, &prefix, "target")?;
        if holder == target {
            return Err(self.wrong(format!("{prefix}target"), format!("`{target}` is its own holder")));
        }
        if target == AUTHOR {
            return Err(self.wrong(format!("{prefix}target"), "only a holder can be AUTHOR"));
        }
        let stance = self.required(fields, &prefix, "stance")?;
        let stance = GoldStance::ALL.into_iter().find(|known| known.name() == stance).ok_or_else(|| {
            let problem = format!("`{stance}` is not one of critical, neutral, supportive, mixed");
            self.wrong(format!("{prefix}stance"), problem)
        })?;
        let certainty = match self.optional(fields, &prefix, "certainty")?.as_deref() {
            None | Some("clear") => Certainty::Clear,
            Some("arguable") => Certainty::Arguable,
            Some(other) => {
                let problem = format!("`{other}` is not one of clear, arguable");
                return Err(self.wrong(format!("{prefix}certainty"), problem));
            }
        };
        let evidence = self.optional(fields, &prefix, "evidence")?.unwrap_or_default();
        let title = document.title.as_deref().unwrap_or_default();
        if !document.text.contains(&evidence) && !title.contains(&evidence) {
            return Err(self.wrong(format!("{prefix}evidence"), "does not stand in the text or title"));
        }
        Ok(GoldPair { holder, target, stance, certainty, evidence })
    }

    /// An actor id; people write `ORG:SOUTH OSSETIA` and `ORG:SOUTH_OSSETIA` for the same actor.
    fn actor(&self, fields: &Map<String, Value>, prefix: &str, field: &str) -> Result<String, RowError> {
        let id = self.required(fields, prefix, field)?;
        Ok(id.split_whitespace().collect::<Vec<_>>().join("_"))
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<GoldDocument>, Vec<String>) {
        let (documents, errors) = read_lines("gold.jsonl", text.as_bytes(), LONGEST_LINE).unwrap();
        (documents, errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_document_is_read_with_its_pairs() {
        let (documents, errors) = read(concat!(
            "\u{FEFF}{\"id\":\"a\",\"date\":\"2013-09\",\"issuer\":null,\"text\":\"We thank X.\",\"kept\":1,",
            "\"pairs\":[{\"holder\":\"AUTHOR\",\"target\":\"ORG:SOUTH OSSETIA\",\"stance\":\"mixed\",",
            "\"certainty\":\"arguable\",\"evidence\":\"thank X\"}]}\r\n\n{\"text\":\"t\",\"pairs\":[]}",
        ));
        assert_eq!(errors, [""; 0]);
        assert_eq!(documents[0].document.date.unwrap().to_string(), "2013-09");
        let expected = GoldPair {
            holder: AUTHOR.into(),
            target: "ORG:SOUTH_OSSETIA".into(),
            stance: GoldStance::Mixed,
            certainty: Certainty::Arguable,
            evidence: "thank X".into(),
        };
        assert_eq!(documents[0].pairs, [expected]);
        assert_eq!(documents[1].document.id, "gold.jsonl:3");
    }

    #[test]
    fn bad_rows_are_reported_by_file_line_and_field() {
        let pair = |pair: &str| format!("{{\"text\":\"words\",\"pairs\":[{pair}]}}\n");
        let cases = [
            ("{\n".to_owned(), "gold.jsonl:1: not JSON: "),
            ("[1]\n".into(), "gold.jsonl:1: expected a JSON object, found a list"),
            ("{\"pairs\":[]}\n".into(), "gold.jsonl:1: field `text`: is missing"),
            ("{\"text\":\" \",\"pairs\":[]}\n".into(), "gold.jsonl:1: field `text`: is empty"),
            ("{\"text\":\"t\"}\n".into(), "gold.jsonl:1: field `pairs`: expected a list of pairs, found nothing"),
            (
                "{\"text\":\"t\",\"pairs\":[],\"id\":7}\n".into(),
                "gold.jsonl:1: field `id`: expected a text, found a number",
            ),
            (
                "{\"text\":\"t\",\"pairs\":[],\"date\":\"May\"}\n".into(),
                "gold.jsonl:1: field `date`: `May` is not a date",
            ),
            (pair("3"), "gold.jsonl:1: field `pairs[0]`: expected an object, found a number"),
            (pair(r#"{"target":"USA","stance":"neutral"}"#), "gold.jsonl:1: field `pairs[0].holder`: is missing"),
            (
                pair(r#"{"holder":"USA","target":"USA","stance":"neutral"}"#),
                "gold.jsonl:1: field `pairs[0].target`: `USA` is its own holder",
            ),
            (
                pair(r#"{"holder":"USA","target":"AUTHOR","stance":"neutral"}"#),
                "gold.jsonl:1: field `pairs[0].target`: only a holder can be AUTHOR",
            ),
            (
                pair(r#"{"holder":"USA","target":"RUS","stance":"hostile"}"#),
                "gold.jsonl:1: field `pairs[0].stance`: `hostile` is not one of critical, neutral, supportive, mixed",
            ),
            (
                pair(r#"{"holder":"USA","target":"RUS","stance":"neutral","certainty":"sure"}"#),
                "gold.jsonl:1: field `pairs[0].certainty`: `sure` is not one of clear, arguable",
            ),
            (
                pair(r#"{"holder":"USA","target":"RUS","stance":"neutral","evidence":"verbs"}"#),
                "gold.jsonl:1: field `pairs[0].evidence`: does not stand in the text",
            ),
        ];
        for (text, expected) in cases {
            let (documents, errors) = read(&text);
            assert!(documents.is_empty(), "{text}");
            assert!(errors.len() == 1 && errors[0].starts_with(expected), "{errors:?}\n{expected}");
        }
    }

    #[test]
    fn a_bad_line_does_not_stop_the_next() {
        let good = "{\"id\":\"a\",\"text\":\"t\",\"pairs\":[]}\n";
        let text =
            [good.as_bytes(), b"\xFF\xFE{}\n", b"{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n"].concat();
        let again = [text.as_slice(), good.as_bytes(), b"{\"id\":\"b\",\"text\":\"t\",\"pairs\":[]}"].concat();
        let (documents, errors) = read_lines("-", again.as_slice(), good.len()).unwrap();
        assert_eq!(documents.iter().map(|gold| gold.document.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert!(errors[0].starts_with("-:2: not JSON"), "{errors:?}");
        assert_eq!(errors[1], format!("-:3: the line is longer than {} bytes", good.len()));
        assert_eq!(errors[2], "-:4: field `id`: `a` is already the id of line 1");
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        let error = read_gold(Path::new("no/such/gold.jsonl")).unwrap_err();
        assert!(error.to_string().starts_with("no/such/gold.jsonl: "));
    }

    #[test]
    fn mixed_takes_either_side() {
        assert!(GoldStance::Mixed.accepts(Stance::Critical) && GoldStance::Mixed.accepts(Stance::Supportive));
        assert!(!GoldStance::Mixed.accepts(Stance::Neutral));
        for stance in [Stance::Critical, Stance::Neutral, Stance::Supportive] {
            assert!(GoldStance::from(stance).accepts(stance));
            assert_eq!(GoldStance::ALL[stance as usize], GoldStance::from(stance));
        }
        assert!(!GoldStance::Critical.accepts(Stance::Supportive));
    }

    /// The project's own gold, where it lies beside the checkout.
    #[test]
    fn the_real_gold_is_read_whole() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/documents/gold.jsonl");
        if !path.exists() {
            eprintln!("skipped: no {}", path.display());
            return;
        }
        let (documents, errors) = read_gold(&path).unwrap();
        assert_eq!(errors, []);
        assert!(documents.len() >= 15);
        assert!(documents.iter().all(|gold| !gold.pairs.is_empty()));
    }
}
