//! All documents of all sources, one after another, each with its status.

use super::{
    Document, Format, ReadOptions, Source, delimited::DelimitedDocuments, jsonl::JsonlDocuments, stream::Opened, text,
};
use crate::error::RowError;
use std::{io::Read, sync::Arc};

type Current = Box<dyn Iterator<Item = Result<Document, RowError>> + Send>;

/// The documents of a list of sources, in order. Holds one document and a buffer, whatever the size of the corpus.
///
/// Every document and every row that is none gives one item. After an error the rest of the file, or the next
/// file, goes on.
pub struct Documents {
    sources: std::vec::IntoIter<Source>,
    current: Option<Current>,
    options: Arc<ReadOptions>,
}

impl Documents {
    /// The documents of `sources`, as [`super::sources`] lists them.
    #[must_use]
    pub fn new(sources: Vec<Source>, options: ReadOptions) -> Self {
        Self { sources: sources.into_iter(), current: None, options: Arc::new(options) }
    }

    /// The documents of one stream of bytes, compressed or not; `name` stands for the file in ids and errors.
    #[must_use]
    pub fn of_reader(name: &str, reader: impl Read + Send + 'static, options: ReadOptions) -> Self {
        let options = Arc::new(options);
        let name: Arc<str> = Arc::from(name);
        let current = Opened::new(Box::new(reader), None)
            .map_err(|error| RowError::file(&*name, error.to_string()))
            .and_then(|opened| documents(opened, &name, &name, options.format, &options))
            .unwrap_or_else(|error| Box::new(std::iter::once(Err(error))));
        Self { sources: Vec::new().into_iter(), current: Some(current), options }
    }
}

impl Iterator for Documents {
    type Item = Result<Document, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.current.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.current = None;
            let source = self.sources.next()?;
            let opened = source
                .open()
                .and_then(|opened| documents(opened, source.name(), source.stem(), source.format(), &self.options));
            match opened {
                Ok(current) => self.current = Some(current),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn documents(
    opened: Opened,
    name: &Arc<str>,
    stem: &Arc<str>,
    format: Option<Format>,
    options: &Arc<ReadOptions>,
) -> Result<Current, RowError> {
    let (format, opened) = match format {
        Some(format) => (format, opened),
        None => {
            let (first, opened) = opened.first_byte().map_err(|error| RowError::file(&**name, error.to_string()))?;
            (if first == Some(b'{') { Format::Jsonl } else { Format::Text }, opened)
        }
    };
    let options = Arc::clone(options);
    Ok(match format {
        Format::Text => Box::new(std::iter::once(text::read(opened, name, stem, options.max_document_bytes))),
        Format::Jsonl => Box::new(JsonlDocuments::new(opened, name, options)),
        Format::Csv => Box::new(DelimitedDocuments::new(opened, b',', name, options)),
        Format::Tsv => Box::new(DelimitedDocuments::new(opened, b'\t', name, options)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sources;
    use std::{
        fs,
        io::{Cursor, Write},
        path::{Path, PathBuf},
    };

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    fn read(inputs: &[PathBuf], options: &ReadOptions) -> Vec<Result<Document, RowError>> {
        Documents::new(sources(inputs, options).unwrap(), options.clone()).collect()
    }

    #[test]
    fn every_format_and_compression_gives_the_same_document() {
        let folder = tempfile::tempdir().unwrap();
        let jsonl = "{\"id\":\"a\",\"date\":\"2023\",\"text\":\"Côte, \\\"x\\\"\"}\n";
        let csv = "id,date,text\na,2023,\"Côte, \"\"x\"\"\"\n";
        let tsv = "id\tdate\ttext\na\t2023\t\"Côte, \"\"x\"\"\"\n";
        let text = "date 2023 Côte, \"x\"";
        let mut count = 0;
        for (name, bytes) in [("a.jsonl", jsonl), ("a.ndjson", jsonl), ("a.csv", csv), ("a.tsv", tsv), ("a.txt", text)]
        {
            let bytes = bytes.as_bytes();
            fs::write(folder.path().join(name), bytes).unwrap();
            fs::write(folder.path().join(format!("{name}.gz")), gzip(bytes)).unwrap();
            fs::write(folder.path().join(format!("{name}.zst")), zstd::encode_all(bytes, 1).unwrap()).unwrap();
            count += 3;
        }
        let found = read(&[folder.path().to_owned()], &ReadOptions::default());
        assert_eq!(found.len(), count);
        let expected = Document {
            id: "a".into(),
            date: Some("2023".parse().unwrap()),
            text: "Côte, \"x\"".into(),
            ..Document::default()
        };
        for document in found {
            assert_eq!(document, Ok(expected.clone()));
        }
    }

    #[test]
    fn what_has_no_known_name_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let row = b" \n{\"id\":\"a\",\"text\":\"b\"}\n";
        for (name, bytes, id) in [
            ("rows", row.to_vec(), "a"),
            ("rows.dump", zstd::encode_all(&row[..], 1).unwrap(), "a"),
            ("letter.log", b"{not at the start}"[1..].to_vec(), "letter.log"),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let found = read(&[path], &ReadOptions::default());
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!(found[0].as_ref().unwrap().id, id, "{name}");
        }
        let path = folder.path().join("table");
        fs::write(&path, "text\nb\n").unwrap();
        let options = ReadOptions { format: Some(Format::Csv), ..ReadOptions::default() };
        assert_eq!(read(&[path], &options)[0].as_ref().unwrap().text, "b");
        // A `.json` that holds an array is no plain text.
        let path = folder.path().join("a.json");
        fs::write(&path, "[{\"text\":\"b\"}]").unwrap();
        let error = read(&[path], &ReadOptions::default()).remove(0).unwrap_err();
        assert!(error.problem.contains("expected one JSON object a line"), "{error}");
    }

    #[test]
    fn other_names_for_fields() {
        let mut options = ReadOptions { format: Some(Format::Jsonl), ..ReadOptions::default() };
        options.fields.text = "body".into();
        // One field may serve twice.
        (options.fields.id, options.fields.url) = ("link".into(), "link".into());
        let bytes = Cursor::new("{\"link\":\"u\",\"body\":\"b\",\"text\":5}");
        let found: Vec<_> = Documents::of_reader("-", bytes, options).collect();
        let document = found[0].as_ref().unwrap();
        assert_eq!((document.id.as_str(), document.url.as_deref(), document.text.as_str()), ("u", Some("u"), "b"));
    }

    #[test]
    fn a_damaged_file_keeps_the_documents_before_it_and_the_next_file_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        // Hard to compress, so that a cut leaves whole rows.
        let rows: String = (0..20_000_u64)
            .map(|n| format!("{{\"text\":\"{:x}\"}}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ n << 7))
            .collect();
        let mut damaged = gzip(rows.as_bytes());
        damaged.truncate(damaged.len() / 2);
        fs::write(folder.path().join("a.jsonl.gz"), damaged).unwrap();
        // With the checksum that the zstd program writes, else a changed letter is just another letter.
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.include_checksum(true).unwrap();
        encoder.write_all(rows.as_bytes()).unwrap();
        let mut damaged = encoder.finish().unwrap();
        let middle = damaged.len() / 2;
        damaged[middle..middle + 64].fill(0xFF);
        fs::write(folder.path().join("b.jsonl.zst"), damaged).unwrap();
        fs::write(folder.path().join("c.txt.gz"), b"no gzip").unwrap();
        fs::write(folder.path().join("d.txt"), "text").unwrap();
        let found = read(&[folder.path().to_owned()], &ReadOptions::default());
        let errors: Vec<String> =
            found.iter().filter_map(|d| d.as_ref().err()).map(|error| error.problem.clone()).collect();
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert_eq!(errors[0], "gzip data are cut short; nothing is read from here on");
        assert!(errors[1].starts_with("zstd data are damaged"), "{errors:?}");
        assert_eq!(errors[2], "does not begin as gzip data do, though its name says so");
        let good: Vec<&Document> = found.iter().filter_map(|d| d.as_ref().ok()).collect();
        assert!(good.len() > 1000);
        assert!(good[0].id.ends_with("a.jsonl.gz:1"));
        assert_eq!(good.last().unwrap().id, "d");
    }

    /// 256 MiB without a line end, under a limit of 1 MiB.
    #[test]
    fn a_line_over_the_limit_is_not_held() {
        let long = std::io::repeat(b'a').take(256 << 20);
        let bytes = Cursor::new(b"{\"text\":\"x\"}\n".to_vec()).chain(long).chain(&b"\n{\"id\":1,\"text\":\"y\"}"[..]);
        let options =
            ReadOptions { format: Some(Format::Jsonl), max_document_bytes: 1 << 20, ..ReadOptions::default() };
        let found: Vec<_> = Documents::of_reader("f", bytes, options).collect();
        assert_eq!(found.len(), 3);
        let error = found[1].as_ref().unwrap_err();
        assert_eq!(error.to_string(), "f:2: line is longer than the limit of 1048576 bytes (1 MiB)");
        assert_eq!(found[2].as_ref().unwrap().id, "1");
    }

    /// What stands beside the package on some machines.
    fn beside(path: &str) -> Option<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        root.ancestors().skip(1).map(|folder| folder.join("shared").join(path)).find(|path| path.exists())
    }

    #[test]
    fn the_real_texts_are_those_of_the_gold_documents() {
        let (Some(texts), Some(gold)) = (beside("documents/texts"), beside("documents/gold.jsonl")) else { return };
        let options = ReadOptions::default();
        let gold: Vec<Document> = read(&[gold], &options).into_iter().map(Result::unwrap).collect();
        let texts: Vec<Document> = read(&[texts], &options).into_iter().map(Result::unwrap).collect();
        assert_eq!((texts.len(), gold.len()), (10, 15));
        for text in &texts {
            let same = gold.iter().find(|document| document.id == text.id).unwrap();
            assert_eq!(text.text.trim(), same.text.trim(), "{}", text.id);
        }
        let seed = texts.iter().find(|text| text.id == "seed-venezuela").unwrap();
        assert_eq!(seed.date, Some("2026-01-06".parse().unwrap()));
        assert!(seed.text.starts_with("Russia on Tuesday"));
    }

    #[test]
    fn the_real_corpus_is_read_whole() {
        let Some(corpus) = beside("corpora/unga_2015_2024.jsonl.gz") else { return };
        let found = read(&[corpus], &ReadOptions::default());
        assert!(found.len() > 1000 && found.iter().all(Result::is_ok));
    }
}
