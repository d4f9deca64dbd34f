//! fastText: a label and a text a line.
//!
//! <https://fasttext.cc/docs/en/supervised-tutorial.html>. In: lines of `__label__critical TEXT`. A line says nothing of places, so only two
//! kinds make pairs: those whose text has the marks of our own export (see `data/marked.rs`), and those that name the target
//! given with `--target`, as whole words; the holder is the author then. Other lines are left out. Of several labels one must be
//! a stance.

use super::{
    About, ImportError, ImportOptions, Importer, PairRow, Sink,
    annotated::stance,
    records::{Damage, Pieces, Place, each_line, left_out, row, shown, sources},
    words::{Matching, find},
};
use crate::data::marked::{Unmarked, is_marked, unmark};
use std::{path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct FastText;

const ABOUT: About = About {
    name: "fasttext",
    reads: "fastText lines, `__label__critical TEXT`: with the marks of `data export`, or naming the target of --target",
    url: "https://fasttext.cc",
    licence: "that of the texts",
    tool: true,
};

/// What labels begin with.
pub(in crate::data) const LABEL: &str = "__label__";

impl Importer for FastText {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        each_line(&sources(inputs, &["txt"])?, options, sink, &mut |place, text| line(place, text, options))
    }
}

fn line(place: &Place<'_>, line: &str, options: &ImportOptions) -> Pieces {
    let mut rest = line;
    let mut names = Vec::new();
    while let Some(after) = rest.strip_prefix(LABEL) {
        let end = after.find(' ').unwrap_or(after.len());
        names.push(&after[..end]);
        // One space belongs to the label; what follows is the text, to the letter.
        rest = after[end..].strip_prefix(' ').unwrap_or_default();
    }
    if names.is_empty() {
        return Err(Damage::new(format!("expected `{LABEL}` and a label at the beginning")));
    }
    let mut stances = names.iter().filter_map(|name| stance(name, options).map(|stance| (*name, stance)));
    let Some((name, label)) = stances.next() else {
        let problem = format!("has no stance among its labels ({}); see --map", shown(&names.join(", ")));
        return Err(Damage::new(problem));
    };
    if stances.next().is_some() {
        return Err(Damage::new("has several stances"));
    }
    let Unmarked { text, holder, target } = if is_marked(rest) {
        unmark(rest).map_err(Damage::new)?
    } else {
        let Some(words) = &options.target else {
            return Ok(vec![left_out("the line does not mark its target (see --target)")]);
        };
        let text = rest.trim();
        match find(text, words, Matching::Exact, 0) {
            Some(target) => Unmarked { text: text.to_owned(), holder: None, target },
            None => return Ok(vec![left_out(format!("the line does not name `{words}`"))]),
        }
    };
    let mut found = PairRow::new(format!("{}-{}", place.stem, place.index + 1), Arc::from(text), holder, target);
    found.label = label;
    found.source_label = label.filter(|label| label.to_string() != name).map(|_| name.to_owned());
    Ok(vec![row(found)])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_text, import_with, left_out, rejected, rows};
    use crate::{data::import::ImportOptions, label::Stance};
    use serde_json::json;

    #[test]
    fn marked_lines_are_pairs() {
        let found = import_text(
            "fasttext",
            "train.txt",
            "\u{FEFF}__label__supportive  __holder__ Pérou __/holder__  🤝  __target__ Togo __/target__ \\nat last\r\n",
        );
        let rows = rows(&found);
        assert_eq!(rows[0]["text"], "Pérou 🤝 Togo\nat last");
        assert_eq!(rows[0]["target"], json!({"start": 8, "end": 12, "text": "Togo"}));
        assert_eq!((&rows[0]["id"], &rows[0]["label"]), (&json!("train-1"), &json!("supportive")));
    }

    #[test]
    fn other_lines_need_a_target() {
        let lines = "__label__AGAINST __label__en Togo is \\n wrong\n__label__AGAINST Togolese ways\n__label__en Togo\n\
                     Togo\n__label__neutral __label__critical Togo\n__label__neutral\n__label__neutral  __target__ x\n";
        let mut options = ImportOptions { target: Some("Togo".into()), ..ImportOptions::default() };
        options.labels.insert("AGAINST".into(), Stance::Critical);
        let found = import_with("fasttext", &[("a.txt", lines.as_bytes())], &options);
        let rows = rows(&found);
        assert_eq!(rows.len(), 1);
        assert_eq!((&rows[0]["text"], &rows[0]["source_label"]), (&json!("Togo is \\n wrong"), &json!("AGAINST")));
        assert_eq!(left_out(&found), ["the line does not name `Togo`"; 2]);
        assert_eq!(
            rejected(&found),
            [
                "a.txt:3: has no stance among its labels (en); see --map",
                "a.txt:4: expected `__label__` and a label at the beginning",
                "a.txt:5: has several stances",
                "a.txt:7: `__/target__` is missing",
            ]
        );
        let found = import_text("fasttext", "a.txt", "__label__critical Togo\n");
        assert_eq!(left_out(&found), ["the line does not mark its target (see --target)"]);
    }
}
