//! Plain text: one document a file.
//!
//! In: the bytes of a `.txt` file. Out: a document named after the file. A first line or prefix
//! `date YYYY-MM-DD` (as news exports write it; month or day may be missing) becomes the date and is not part of
//! the text, so offsets count from after it.

use super::{Document, PartialDate, options::too_long, stream::Opened};
use crate::error::RowError;
use std::io::Read;

/// Reads one text of at most `limit` bytes; `id` becomes the document's id and `file` begins its errors.
pub(super) fn read(opened: Opened, file: &str, id: &str, limit: usize) -> Result<Document, RowError> {
    let error = |problem: String| RowError::file(file, problem);
    let mut bytes = Vec::new();
    let skipped = opened.skipped;
    let most = (limit as u64).saturating_add(1);
    opened.reader.take(most).read_to_end(&mut bytes).map_err(|wrong| error(wrong.to_string()))?;
    if bytes.len() > limit {
        return Err(error(too_long(limit)));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(error("is UTF-16; save it as UTF-8".to_owned()));
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        return Err(error(format!("looks like a binary file (a NUL byte at byte {})", at + skipped)));
    }
    let text = String::from_utf8(bytes).map_err(|wrong| {
        error(format!("invalid UTF-8 at byte {}; save it as UTF-8", wrong.utf8_error().valid_up_to() + skipped))
    })?;
    let (date, rest) = split_date(&text).map_err(|wrong| RowError::line(file, 1, wrong).field("date"))?;
    if rest.trim().is_empty() {
        return Err(error("has no text".to_owned()));
    }
    // Most texts have no date in front: keep the allocation.
    let text = if rest.len() == text.len() { text } else { rest.to_owned() };
    Ok(Document { id: id.to_owned(), date, text, ..Document::default() })
}

/// The date in front of a text and the text after it; the whole text when there is none.
fn split_date(text: &str) -> Result<(Option<PartialDate>, &str), String> {
    let Some(after) = text.trim_start().strip_prefix("date") else { return Ok((None, text)) };
    let start = after.trim_start_matches([' ', '\t']);
    let end = start.find(char::is_whitespace).unwrap_or(start.len());
    let (word, rest) = start.split_at(end);
    // "date palms", "dated", "date 5 July" are text; "date 2026-13-01" is a date gone wrong.
    let numbers = word.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let year = word.bytes().take_while(u8::is_ascii_digit).count();
    if start.len() == after.len() || !numbers || year != 4 {
        return Ok((None, text));
    }
    let date = word.parse::<PartialDate>().map_err(|wrong| wrong.to_string())?;
    Ok((Some(date), rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read_bytes(bytes: &[u8]) -> Result<Document, String> {
        let opened = Opened::new(Box::new(Cursor::new(bytes.to_vec())), None).unwrap();
        read(opened, "a.txt", "a", 60).map_err(|error| error.to_string())
    }

    #[test]
    fn a_date_in_front_is_taken_off() {
        for (given, date, text) in [
            (" date 2026-01-06 Russia on Tuesday ", Some("2026-01-06"), "Russia on Tuesday "),
            ("date 2023\n\nMolotov", Some("2023"), "Molotov"),
            ("\u{FEFF}date\t1987-03\r\nSpain", Some("1987-03"), "Spain"),
            ("date palms of Iraq", None, "date palms of Iraq"),
            ("dated 2023 Russia", None, "dated 2023 Russia"),
            ("date2023 Russia", None, "date2023 Russia"),
            ("  Russia\n", None, "  Russia\n"),
            ("date 5 July", None, "date 5 July"),
        ] {
            let document = read_bytes(given.as_bytes()).unwrap();
            assert_eq!(document.date.map(|date| date.to_string()).as_deref(), date, "{given:?}");
            assert_eq!(document.text, text, "{given:?}");
            assert_eq!(document.id, "a");
        }
    }

    #[test]
    fn bad_texts_are_refused_with_what_is_wrong() {
        let problem = |bytes: &[u8]| read_bytes(bytes).unwrap_err();
        assert_eq!(problem(b""), "a.txt: has no text");
        assert_eq!(problem(b" \n\t\r\n"), "a.txt: has no text");
        assert_eq!(problem(b"date 2023-05-06 \n"), "a.txt: has no text");
        assert_eq!(problem(b"abc\xFFdef"), "a.txt: invalid UTF-8 at byte 3; save it as UTF-8");
        assert_eq!(problem(b"\xEF\xBB\xBFabc\xFF"), "a.txt: invalid UTF-8 at byte 6; save it as UTF-8");
        assert_eq!(problem(b"PK\x03\x04\x00\xFF"), "a.txt: looks like a binary file (a NUL byte at byte 4)");
        assert_eq!(problem(b"\xFF\xFER\x00"), "a.txt: is UTF-16; save it as UTF-8");
        assert_eq!(problem(&[b'a'; 61]), "a.txt: is longer than the limit of 60 bytes");
        assert!(read_bytes(&[b'a'; 60]).is_ok());
        assert!(problem(b"date 2023-13-01 Russia").starts_with("a.txt:1: field `date`: `2023-13-01` is not a date"));
    }
}
