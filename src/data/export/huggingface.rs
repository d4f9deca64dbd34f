//! The Hugging Face hub: `data/PART.jsonl` and a dataset card, `README.md`.
//!
//! Rows are pair rows with every field in every row, `null` where it is not known, so that all rows have the features that
//! the card declares; `demarche` reads them as they are. The card has the YAML fields of
//! <https://huggingface.co/docs/hub/datasets-cards>.

use super::{CardFields, ExportError, ExportSummary, FolderExporter, NamedPairs};
use crate::{
    data::PairRow,
    label::{Label, Stance},
    output::AtomicFolder,
};
use serde_json::Value;
use std::{collections::BTreeSet, fmt::Write as _};

pub(super) struct HuggingFace;

/// The features: name and type; a mention is a structure.
const FEATURES: [(&str, &str); 13] = [
    ("id", "string"),
    ("text", "string"),
    ("holder", MENTION),
    ("target", MENTION),
    ("label", "string"),
    ("act", "string"),
    ("tone", "string"),
    ("intensity", "int64"),
    ("date", "string"),
    ("issuer", "string"),
    ("dataset", "string"),
    ("group", "string"),
    ("weight", "float64"),
];

const MENTION: &str = "";

impl FolderExporter for HuggingFace {
    fn write(
        &self,
        parts: &[NamedPairs],
        card: &CardFields,
        folder: &AtomicFolder,
    ) -> Result<ExportSummary, ExportError> {
        let mut names = BTreeSet::new();
        for NamedPairs { name: part, .. } in parts {
            let sound = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !sound || !names.insert(part) {
                return Err(ExportError::Part(part.clone()));
            }
        }
        let mut summary = ExportSummary::default();
        for NamedPairs { name: part, pairs } in parts {
            let mut lines = Vec::new();
            for pair in pairs {
                lines.extend(line(&PairRow::from(pair))?);
            }
            folder.write(&format!("data/{part}.jsonl"), &lines)?;
            summary.records += pairs.len() as u64;
        }
        summary.pairs = summary.records;
        folder.write("README.md", readme(parts, card, summary.pairs)?.as_bytes())?;
        Ok(summary)
    }
}

/// A row with all its features, in their order.
fn line(row: &PairRow) -> Result<Vec<u8>, serde_json::Error> {
    let Value::Object(mut known) = serde_json::to_value(row)? else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for (index, (name, _)) in FEATURES.iter().enumerate() {
        out.extend_from_slice(if index == 0 { b"{\"" } else { b",\"" });
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        serde_json::to_writer(&mut out, &known.remove(*name).unwrap_or(Value::Null))?;
    }
    out.extend_from_slice(b"}\n");
    Ok(out)
}

fn readme(parts: &[NamedPairs], card: &CardFields, pairs: u64) -> Result<String, serde_json::Error> {
    // A JSON string is a YAML string, whatever is in it.
    let quoted = |text: &str| serde_json::to_string(text);
    let mut out = String::from("---\n");
    let _ = writeln!(out, "pretty_name: {}", quoted(&card.title)?);
    let _ = writeln!(out, "language:\n- {}", quoted(&card.language)?);
    match card.licence.as_deref() {
        Some(licence) if licence.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)) => {
            let _ = writeln!(out, "license: {}", licence.to_ascii_lowercase());
        }
        Some(licence) => {
            let _ = writeln!(out, "license: other\nlicense_details: {}", quoted(licence)?);
        }
        None => {}
    }
    out.push_str("task_categories:\n- text-classification\ntags:\n- stance\n- targeted-sentiment\n");
    let _ = writeln!(out, "size_categories:\n- {}", size(pairs));
    out.push_str("configs:\n- config_name: default\n  data_files:\n");
    for NamedPairs { name: part, .. } in parts {
        let _ = writeln!(out, "  - split: {part}\n    path: data/{part}.jsonl");
    }
    out.push_str("dataset_info:\n  features:\n");
    for (name, kind) in FEATURES {
        if kind == MENTION {
            let _ = write!(
                out,
                "  - name: {name}\n    struct:\n    - name: start\n      dtype: int64\n    - name: end\n      \
                 dtype: int64\n    - name: text\n      dtype: string\n"
            );
        } else {
            let _ = writeln!(out, "  - name: {name}\n    dtype: {kind}");
        }
    }
    out.push_str("---\n\n");
    let _ = writeln!(out, "# {}\n", card.title.replace(['\n', '\r'], " "));
    out.push_str(
        "Who takes which stance toward whom: each row is a text, a holder and a target in it, and the stance of the holder toward\n\
         the target. Offsets are Unicode code points: `text[start:end]` in Python. A holder of `null` is the author or issuer.\n\n",
    );
    let _ = writeln!(out, "| part | pairs | {} | unlabelled |", stances().join(" | "));
    out.push_str("|---|---:|---:|---:|---:|---:|\n");
    for NamedPairs { name: part, pairs } in parts {
        let count = |stance: Option<Stance>| pairs.iter().filter(|pair| pair.stance == stance).count().to_string();
        let counts: Vec<String> = Stance::ALL.iter().map(|stance| count(Some(*stance))).chain([count(None)]).collect();
        let _ = writeln!(out, "| {part} | {} | {} |", pairs.len(), counts.join(" | "));
    }
    out.push_str(
        "\nRows of one `group` belong on one side of every split; a row without one is in the group of its text. `act` is a PLOVER\n\
         root, `tone` the sentiment of the text, `intensity` the strength of its language from 0 to 10.\n",
    );
    Ok(out)
}

fn stances() -> Vec<&'static str> {
    Stance::ALL.iter().map(|stance| stance.name()).collect()
}

/// The hub's name for a number of rows.
const fn size(rows: u64) -> &'static str {
    match rows {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        10_000_000..100_000_000 => "10M<n<100M",
        _ => "100M<n<1B",
    }
}
