//! Lines of a file, one at a time, none longer than a limit.
//!
//! In: a buffered reader. Out: each line's 1-based number with its text, or with what is wrong with it. A line over
//! the limit is skipped without being held; invalid UTF-8 rejects its own line only. Documents, pair files and gold
//! documents are all read through it.

use super::{
    options::too_long,
    stream::{Opened, fill},
};
use crate::error::RowError;
use std::{
    io::{self, BufRead},
    sync::Arc,
};

/// An iterator of (line number, line), without the line ends (`\n` or `\r\n`). Blank lines are given too.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    file: Arc<str>,
    limit: usize,
    line: u64,
    ended: bool,
}

impl Lines<Box<dyn BufRead + Send>> {
    /// The lines of an opened source.
    #[must_use]
    pub fn of(opened: Opened, file: &Arc<str>, limit: usize) -> Self {
        Self::new(opened.reader, file, limit)
    }
}

impl<R: BufRead> Lines<R> {
    /// The lines of `reader`; errors name `file`; `limit` is in bytes, without the line end.
    pub fn new(reader: R, file: &Arc<str>, limit: usize) -> Self {
        Self { reader, file: Arc::clone(file), limit, line: 0, ended: false }
    }

    /// The reader underneath.
    pub const fn reader(&self) -> &R {
        &self.reader
    }

    /// Bytes of the next line without its end; `None` at the end of the file, `Some(None)` for one over the limit.
    fn bytes(&mut self) -> io::Result<Option<Option<Vec<u8>>>> {
        let mut held = Vec::new();
        let (mut begun, mut long) = (false, false);
        loop {
            let available = fill(&mut self.reader)?;
            if available.is_empty() {
                if !begun {
                    return Ok(None);
                }
                break;
            }
            begun = true;
            let end = memchr::memchr(b'\n', available);
            let part = &available[..end.unwrap_or(available.len())];
            // One more than the limit, for the `\r` of a line end.
            if !long && held.len() + part.len() > self.limit.saturating_add(1) {
                long = true;
                held = Vec::new();
            }
            if !long {
                held.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if held.last() == Some(&b'\r') {
            held.pop();
        }
        Ok(Some((!long && held.len() <= self.limit).then_some(held)))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = (u64, Result<String, RowError>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.bytes();
        self.line += 1;
        let error = |problem: String| RowError::line(&*self.file, self.line, problem);
        let line = match read {
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Ok(Some(None)) => Err(error(format!("line {}", too_long(self.limit)))),
            Ok(Some(Some(bytes))) => String::from_utf8(bytes).map_err(|wrong| {
                let at = wrong.utf8_error().valid_up_to();
                error(format!("invalid UTF-8 at byte {at} of the line"))
            }),
            Err(wrong) => {
                self.ended = true;
                Err(error(format!("{wrong}; nothing is read from here on")))
            }
        };
        Some((self.line, line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Cursor};

    fn lines(bytes: &[u8], limit: usize, buffer: usize) -> Vec<(u64, Result<String, String>)> {
        let reader = BufReader::with_capacity(buffer, Cursor::new(bytes.to_vec()));
        let file: Arc<str> = Arc::from("f");
        Lines::new(reader, &file, limit).map(|(n, line)| (n, line.map_err(|error| error.to_string()))).collect()
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_the_rest_goes_on() {
        for buffer in [1, 3, 64] {
            let found = lines(b"12345\r\n123456\n12345\n\n1234567890123", 5, buffer);
            let long = |line: u64| (line, Err(format!("f:{line}: line is longer than the limit of 5 bytes")));
            let ok = |line: u64, text: &str| (line, Ok(text.to_owned()));
            assert_eq!(found, [ok(1, "12345"), long(2), ok(3, "12345"), ok(4, ""), long(5)]);
        }
    }

    #[test]
    fn invalid_utf8_rejects_its_own_line_only() {
        let found = lines(b"a\nb\xC3\x28\nc\n", 100, 8);
        assert_eq!(found[0].1.as_deref(), Ok("a"));
        assert_eq!(found[1].1, Err("f:2: invalid UTF-8 at byte 1 of the line".into()));
        assert_eq!(found[2], (3, Ok("c".into())));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_failing_reader_ends_the_lines_with_one_error() {
        struct Failing;
        impl io::Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("disk on fire"))
            }
        }
        let file: Arc<str> = Arc::from("f");
        let reader = BufReader::new(io::Read::chain(Cursor::new(b"a\nb".to_vec()), Failing));
        let found: Vec<_> = Lines::new(reader, &file, 10).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], (1, Ok("a".into())));
        let error = found[1].1.as_ref().unwrap_err().to_string();
        assert_eq!(error, "f:2: disk on fire; nothing is read from here on");
    }

    proptest! {
        #[test]
        fn lines_agree_with_the_standard_library(text in "[a-é\\n\\r ]{0,80}", buffer in 1_usize..20) {
            let found: Vec<String> = lines(text.as_bytes(), 1000, buffer).into_iter().map(|l| l.1.unwrap()).collect();
            // `str::lines` keeps a `\r` at the end of a text without a final `\n`; here it counts as a line end.
            let mut expected: Vec<String> = text.lines().map(str::to_owned).collect();
            if let Some(last) = expected.last_mut()
                && last.ends_with('\r')
                && !text.ends_with('\n')
            {
                last.pop();
            }
            prop_assert_eq!(found, expected);
        }
    }
}
