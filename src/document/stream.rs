//! Bytes as they come from a file or pipe: decompressed, without a byte order mark, with a look ahead.
//!
//! gzip is RFC 1952 (several members after one another are one file, as `bgzip` and log rotation write them);
//! Zstandard is RFC 8878.

use std::io::{self, BufRead, BufReader, Cursor, Read};

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zstandard,
}

impl Compression {
    /// By extension, without the dot.
    pub(crate) fn of(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstandard),
            _ => None,
        }
    }

    /// By the first bytes.
    fn by_magic(head: &[u8]) -> Option<Self> {
        if head.starts_with(&[0x1F, 0x8B]) {
            Some(Self::Gzip)
        } else if head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
            Some(Self::Zstandard)
        } else {
            None
        }
    }

    /// Whether data of this kind can begin so: with its magic bytes, or for Zstandard with a skippable frame.
    fn begins(self, head: &[u8]) -> bool {
        let skippable = self == Self::Zstandard && head.get(1..4) == Some(&[0x2A, 0x4D, 0x18]);
        Self::by_magic(head) == Some(self) || skippable
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "zstd",
        }
    }
}

/// An opened source: a reader of its decompressed bytes, after the byte order mark if it has one.
pub struct Opened {
    /// Where the bytes come from.
    pub reader: Box<dyn BufRead + Send>,
    /// Bytes of a byte order mark that were left out: 0 or 3.
    pub skipped: usize,
}

impl Opened {
    /// Wraps raw bytes. `compression` is what the name tells; `None` looks at the first bytes.
    pub(crate) fn new(raw: Box<dyn Read + Send>, compression: Option<Compression>) -> io::Result<Self> {
        let (head, raw) = look_ahead(raw, 4)?;
        if let Some(kind) = compression
            && !kind.begins(&head)
        {
            let problem = format!("does not begin as {} data do, though its name says so", kind.name());
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        let plain: Box<dyn Read + Send> = match compression.or_else(|| Compression::by_magic(&head)) {
            None => Box::new(raw),
            Some(kind @ Compression::Gzip) => {
                Box::new(Decoded { kind, inner: flate2::bufread::MultiGzDecoder::new(BufReader::new(raw)) })
            }
            Some(kind @ Compression::Zstandard) => {
                Box::new(Decoded { kind, inner: zstd::stream::read::Decoder::new(raw)? })
            }
        };
        let (head, mut plain) = look_ahead(plain, 3)?;
        let mut skipped = 0;
        if head == [0xEF, 0xBB, 0xBF] {
            plain.read_exact(&mut [0; 3])?;
            skipped = 3;
        }
        Ok(Self { reader: Box::new(BufReader::with_capacity(1 << 16, plain)), skipped })
    }

    /// The first byte that is no white space, without taking anything from the reader; `None` at the end.
    ///
    /// Looks at no more than 64 KiB.
    pub(crate) fn first_byte(mut self) -> io::Result<(Option<u8>, Self)> {
        let mut head = Vec::new();
        let mut found = None;
        while found.is_none() && head.len() < 1 << 16 {
            let (used, ended) = {
                let available = fill(&mut self.reader)?;
                found = available.iter().copied().find(|byte| !byte.is_ascii_whitespace());
                head.extend_from_slice(available);
                (available.len(), available.is_empty())
            };
            self.reader.consume(used);
            if ended {
                break;
            }
        }
        let reader = Box::new(Cursor::new(head).chain(self.reader));
        Ok((found, Self { reader, skipped: self.skipped }))
    }
}

/// `fill_buf` that goes on after an interrupted call.
pub(crate) fn fill<R: BufRead + ?Sized>(reader: &mut R) -> io::Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    // Buffered by now: the call gives the same bytes again. (Returning from the loop is refused by the borrow checker.)
    reader.fill_buf()
}

/// A reader with bytes put back in front of it.
type Ahead<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// The first `count` bytes (fewer at the end), and a reader that still gives them.
fn look_ahead<R: Read>(mut reader: R, count: usize) -> io::Result<(Vec<u8>, Ahead<R>)> {
    let mut head = Vec::with_capacity(count);
    reader.by_ref().take(count as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// A decoder whose errors say what is damaged.
struct Decoded<R> {
    kind: Compression,
    inner: R,
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
        self.inner.read(buffer).map_err(|error| match error.kind() {
            UnexpectedEof => io::Error::new(UnexpectedEof, format!("{} data are cut short", self.kind.name())),
            kind @ (InvalidData | InvalidInput | Other) => {
                io::Error::new(kind, format!("{} data are damaged ({error})", self.kind.name()))
            }
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    fn read(bytes: Vec<u8>, compression: Option<Compression>) -> io::Result<(String, usize)> {
        let mut opened = Opened::new(Box::new(Cursor::new(bytes)), compression)?;
        let mut text = String::new();
        opened.reader.read_to_string(&mut text)?;
        Ok((text, opened.skipped))
    }

    #[test]
    fn members_and_frames_after_one_another_are_one_file() {
        let twice = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(read(twice, None).unwrap().0, "one two");
        let frames = [zstd::encode_all(&b"one "[..], 1).unwrap(), zstd::encode_all(&b"two"[..], 1).unwrap()].concat();
        assert_eq!(read(frames, None).unwrap().0, "one two");
    }

    #[test]
    fn a_byte_order_mark_is_dropped_also_inside_compressed_data() {
        assert_eq!(read("\u{FEFF}é".into(), None).unwrap(), ("é".into(), 3));
        assert_eq!(read(gzip("\u{FEFF}é".as_bytes()), None).unwrap(), ("é".into(), 3));
        assert_eq!(read(b"ab".to_vec(), None).unwrap(), ("ab".into(), 0));
        assert_eq!(read(Vec::new(), None).unwrap(), (String::new(), 0));
    }

    #[test]
    fn damage_is_told_from_a_cut() {
        let long: Vec<u8> = (0..40_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let mut cut = gzip(&long);
        cut.truncate(cut.len() / 2);
        assert_eq!(read(cut, None).unwrap_err().to_string(), "gzip data are cut short");
        let mut cut = zstd::encode_all(&long[..], 1).unwrap();
        cut.truncate(cut.len() / 2);
        assert_eq!(read(cut, None).unwrap_err().to_string(), "zstd data are cut short");
        // A wrong checksum at the end.
        let mut damaged = gzip(b"statement");
        let crc = damaged.len() - 8;
        damaged[crc] ^= 1;
        let error = read(damaged, None).unwrap_err().to_string();
        assert!(error.starts_with("gzip data are damaged"), "{error}");
        for (kind, name) in [(Compression::Gzip, "gzip"), (Compression::Zstandard, "zstd")] {
            for bytes in [&b"not compressed"[..], b""] {
                let error = read(bytes.to_vec(), Some(kind)).unwrap_err();
                assert_eq!(error.to_string(), format!("does not begin as {name} data do, though its name says so"));
            }
        }
    }

    #[test]
    fn looking_at_the_first_byte_takes_nothing() {
        let opened = Opened::new(Box::new(Cursor::new(b"  \n {\"a\"".to_vec())), None).unwrap();
        let (byte, mut opened) = opened.first_byte().unwrap();
        assert_eq!(byte, Some(b'{'));
        let mut text = String::new();
        opened.reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "  \n {\"a\"");
    }
}
