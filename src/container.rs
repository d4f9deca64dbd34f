//! The container of model files and tables: anything serialisable in one file that is checked before it is believed.
//!
//! | bytes | content (numbers little endian) |
//! |---|---|
//! | 8 | `DEMARCHE` |
//! | 4 | schema version |
//! | 8 | length of the body |
//! | 8 | length of the body when decompressed |
//! | 8 | xxh3 (64 bits) of the body |
//! | rest | body: postcard, compressed by zstd |
//!
//! The checksum finds damage, not malice: who can write the body can write its checksum. So nothing is allocated by
//! the word of the header, decompression stops at the length declared, and what is decoded still has to be validated
//! by its own type.

use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};
use xxhash_rust::xxh3::xxh3_64;

/// First bytes of every model file.
pub const MAGIC: [u8; 8] = *b"DEMARCHE";
/// Version of the layout of header and body; a change to any type in the body raises it. Only what a
/// [`crate::model::Supplement`] holds, which stands at the end of the body, may come and go without that.
pub const SCHEMA_VERSION: u32 = 2;
/// Longest body when decompressed, in bytes: 1 GiB.
pub const MOST_RAW_BYTES: u64 = 1 << 30;
/// Length of the header in bytes.
const HEADER: usize = 36;
/// Level of compression. One thread, so that the bytes do not depend on their number.
const LEVEL: i32 = 19;
/// Logarithm of the largest window that level 19 uses; a frame that wants more memory is not ours.
const WINDOW_LOG: u32 = 23;

/// Why a model file was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Shorter than a header.
    #[error("{bytes} bytes are too few for a demarche model file")]
    TooShort {
        /// Length found.
        bytes: u64,
    },
    /// Other first bytes.
    #[error("not a demarche model file")]
    NotAModel,
    /// Another layout.
    #[error("the model file has schema version {found}; this program reads version {expected}")]
    Version {
        /// Version found.
        found: u32,
        /// Version read here.
        expected: u32,
    },
    /// Shorter than the header says.
    #[error("the model file is cut off: {found} of {declared} bytes of its body are there")]
    Truncated {
        /// Length declared.
        declared: u64,
        /// Length found.
        found: u64,
    },
    /// Longer than the header says.
    #[error("the model file has {extra} bytes after its end")]
    Trailing {
        /// Bytes too many.
        extra: u64,
    },
    /// The body is not the one that was written.
    #[error("the model file is damaged: checksum {found:016x} instead of {declared:016x}")]
    Checksum {
        /// Checksum declared.
        declared: u64,
        /// Checksum found.
        found: u64,
    },
    /// Larger than any model may be.
    #[error("the model is {raw} bytes long when decompressed; at most {limit} are allowed")]
    TooLarge {
        /// Length, as declared or found.
        raw: u64,
        /// Longest allowed.
        limit: u64,
    },
    /// The body decompresses to more or less than declared.
    #[error("the body of the model file does not decompress to the {declared} bytes declared")]
    RawLength {
        /// Length declared.
        declared: u64,
    },
    /// The body cannot be decompressed.
    #[error("the body of the model file cannot be decompressed")]
    Decompress(#[source] io::Error),
    /// The body cannot be compressed.
    #[error("the model cannot be compressed")]
    Compress(#[source] io::Error),
    /// The body is not what was expected.
    #[error("the content of the model file is malformed")]
    Decode(#[source] postcard::Error),
    /// The content goes on after its end.
    #[error("the content of the model file has {extra} bytes too many")]
    ContentTrailing {
        /// Bytes too many.
        extra: usize,
    },
    /// The value cannot be serialised.
    #[error("the model cannot be serialised")]
    Encode(#[source] postcard::Error),
    /// The file system refused.
    #[error("model file {path}")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// Which file it was: goes into every record that a model makes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileIdentity {
    /// The checksum of the body in 16 hexadecimal digits.
    pub hash: String,
    /// Length of the whole file in bytes.
    pub bytes: u64,
}

/// The bytes of a model file that holds `value`; the same for the same value.
///
/// # Errors
/// When the value cannot be serialised or is longer than [`MOST_RAW_BYTES`].
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, FileError> {
    let raw = postcard::to_stdvec(value).map_err(FileError::Encode)?;
    if raw.len() as u64 > MOST_RAW_BYTES {
        return Err(FileError::TooLarge { raw: raw.len() as u64, limit: MOST_RAW_BYTES });
    }
    let body = zstd::bulk::compress(&raw, LEVEL).map_err(FileError::Compress)?;
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&SCHEMA_VERSION.to_le_bytes());
    bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&(raw.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&xxh3_64(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

/// The value in the bytes of a model file.
///
/// # Errors
/// A [`FileError`] for any bytes that [`to_bytes`] would not have made.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, FileIdentity), FileError> {
    let header = Header::parse(bytes)?;
    let body = header.body(bytes)?;
    let raw = decompress(body, header.raw)?;
    let (value, rest) = postcard::take_from_bytes(&raw).map_err(FileError::Decode)?;
    if !rest.is_empty() {
        return Err(FileError::ContentTrailing { extra: rest.len() });
    }
    Ok((value, header.identity(bytes.len())))
}

/// Writes a model file, whole or not at all: into a temporary file in the same folder, which then takes the name.
///
/// # Errors
/// As [`to_bytes`], and [`FileError::Io`].
pub fn write_file<T: Serialize>(path: &Path, value: &T) -> Result<FileIdentity, FileError> {
    let bytes = to_bytes(value)?;
    let failed = |source| FileError::Io { path: path.display().to_string(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // A temporary file is for its owner alone; a model is as public as the user's mask lets it be.
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut file = builder.prefix(".demarche-").suffix(".tmp").tempfile_in(folder).map_err(failed)?;
    file.write_all(&bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Header::parse(&bytes).map(|header| header.identity(bytes.len()))
}

/// Reads a model file.
///
/// # Errors
/// As [`from_bytes`], and [`FileError::Io`].
pub fn read_file<T: DeserializeOwned>(path: &Path) -> Result<(T, FileIdentity), FileError> {
    let failed = |source| FileError::Io { path: path.display().to_string(), source };
    let mut bytes = Vec::new();
    // Compression cannot make a body longer than this, so a longer file is none of ours.
    let limit = MOST_RAW_BYTES + (1 << 24);
    File::open(path).map_err(failed)?.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge { raw: bytes.len() as u64, limit });
    }
    from_bytes(&bytes)
}

struct Header {
    body: u64,
    raw: u64,
    checksum: u64,
}

impl Header {
    /// Reads and judges what needs no body.
    fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        // Another kind of file is told so even when it is short.
        let known = bytes.len().min(MAGIC.len());
        if bytes[..known] != MAGIC[..known] {
            return Err(FileError::NotAModel);
        }
        let Some((header, _)) = bytes.split_first_chunk::<HEADER>() else {
            return Err(FileError::TooShort { bytes: bytes.len() as u64 });
        };
        let number = |start: usize, length: usize| {
            header[start..start + length].iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        };
        let version = number(8, 4) as u32;
        if version != SCHEMA_VERSION {
            return Err(FileError::Version { found: version, expected: SCHEMA_VERSION });
        }
        let parsed = Self { body: number(12, 8), raw: number(20, 8), checksum: number(28, 8) };
        if parsed.raw > MOST_RAW_BYTES {
            return Err(FileError::TooLarge { raw: parsed.raw, limit: MOST_RAW_BYTES });
        }
        Ok(parsed)
    }

    /// The body, if it is as long as declared and undamaged.
    fn body<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8], FileError> {
        let body = bytes.get(HEADER..).unwrap_or_default();
        let found = body.len() as u64;
        if found < self.body {
            return Err(FileError::Truncated { declared: self.body, found });
        }
        if found > self.body {
            return Err(FileError::Trailing { extra: found - self.body });
        }
        let checksum = xxh3_64(body);
        if checksum == self.checksum {
            Ok(body)
        } else {
            Err(FileError::Checksum { declared: self.checksum, found: checksum })
        }
    }

    fn identity(&self, length: usize) -> FileIdentity {
        FileIdentity { hash: format!("{:016x}", self.checksum), bytes: length as u64 }
    }
}

/// Decompresses one frame that fills `body` and gives exactly `declared` bytes.
fn decompress(body: &[u8], declared: u64) -> Result<Vec<u8>, FileError> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(FileError::Decompress)?.single_frame();
    decoder.window_log_max(WINDOW_LOG).map_err(FileError::Decompress)?;
    // Room for what models really decompress to, and no more by the word of the header.
    let likely = usize::try_from(declared).unwrap_or(usize::MAX).min(body.len().saturating_mul(8));
    let mut raw = Vec::with_capacity(likely.saturating_add(1));
    // One byte more than declared is enough to know that there are more; the vector grows with what really comes.
    decoder.by_ref().take(declared + 1).read_to_end(&mut raw).map_err(FileError::Decompress)?;
    let rest = decoder.finish();
    if raw.len() as u64 == declared && rest.is_empty() { Ok(raw) } else { Err(FileError::RawLength { declared }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Content = (String, Vec<u32>, f64);

    fn content() -> Content {
        ("a model".to_owned(), (0..500).map(|i| i * i).collect(), 0.25)
    }

    fn refusal(bytes: &[u8]) -> FileError {
        from_bytes::<Content>(bytes).unwrap_err()
    }

    /// The bytes of a file with the body given, whose header is right about it but for the raw length.
    fn forged(body: &[u8], raw: u64) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&SCHEMA_VERSION.to_le_bytes());
        bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&raw.to_le_bytes());
        bytes.extend_from_slice(&xxh3_64(body).to_le_bytes());
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn bytes_go_round_and_are_the_same_each_time() {
        let bytes = to_bytes(&content()).unwrap();
        assert_eq!(bytes, to_bytes(&content()).unwrap());
        assert_eq!(&bytes[..12], b"DEMARCHE\x02\0\0\0");
        let (back, identity) = from_bytes::<Content>(&bytes).unwrap();
        assert_eq!(back, content());
        assert_eq!(identity.bytes, bytes.len() as u64);
        assert_eq!(identity.hash, format!("{:016x}", xxh3_64(&bytes[HEADER..])));
    }

    #[test]
    fn a_file_is_written_over_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.demarche");
        std::fs::write(&path, "old").unwrap();
        let written = write_file(&path, &content()).unwrap();
        let (back, read) = read_file::<Content>(&path).unwrap();
        assert_eq!((back, read), (content(), written));
        // Nothing is left beside it.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let lost = write_file(&folder.path().join("none/a.demarche"), &content()).unwrap_err();
        assert!(lost.to_string().ends_with("a.demarche") && matches!(lost, FileError::Io { .. }));
        assert!(matches!(read_file::<Content>(&folder.path().join("none")), Err(FileError::Io { .. })));
    }

    #[test]
    fn every_kind_of_harm_has_its_own_error() {
        let good = to_bytes(&content()).unwrap();
        let changed = |place: usize, value: u8| {
            let mut bytes = good.clone();
            bytes[place] = value;
            refusal(&bytes)
        };
        assert!(matches!(refusal(b""), FileError::TooShort { bytes: 0 }));
        assert!(matches!(refusal(&good[..35]), FileError::TooShort { bytes: 35 }));
        assert_eq!(refusal(b"PK\x03\x04").to_string(), "not a demarche model file");
        assert!(matches!(changed(3, b'X'), FileError::NotAModel));
        assert!(matches!(changed(8, 1), FileError::Version { found: 1, expected: 2 }));
        assert!(matches!(refusal(&good[..good.len() - 1]), FileError::Truncated { .. }));
        assert!(matches!(refusal(&[&good[..], b"!"].concat()), FileError::Trailing { extra: 1 }));
        assert!(matches!(changed(19, 255), FileError::Truncated { .. }));
        assert!(matches!(changed(27, 1), FileError::TooLarge { .. }));
        assert!(matches!(changed(20, good[20] ^ 1), FileError::RawLength { .. }));
        assert!(matches!(changed(30, good[30] ^ 1), FileError::Checksum { .. }));
        assert!(matches!(changed(50, good[50] ^ 1), FileError::Checksum { .. }));
    }

    #[test]
    fn a_forged_body_is_found_out() {
        assert!(matches!(refusal(&forged(b"no frame", 5)), FileError::Decompress(_)));
        // 64 MiB of zeros in a few bytes, said to be 100.
        let bomb = zstd::bulk::compress(&vec![0; 1 << 26], 3).unwrap();
        assert!(matches!(refusal(&forged(&bomb, 100)), FileError::RawLength { declared: 100 }));
        // Said to be 1 GiB: only what comes is taken.
        assert!(matches!(refusal(&forged(&bomb, MOST_RAW_BYTES)), FileError::RawLength { .. }));
        let raw = postcard::to_stdvec(&content()).unwrap();
        let frame = zstd::bulk::compress(&raw, 3).unwrap();
        assert!(from_bytes::<Content>(&forged(&frame, raw.len() as u64)).is_ok());
        // A second frame behind the first.
        let two = [frame.clone(), frame].concat();
        assert!(matches!(refusal(&forged(&two, raw.len() as u64)), FileError::RawLength { .. }));
        let longer = [raw.clone(), vec![0]].concat();
        let frame = zstd::bulk::compress(&longer, 3).unwrap();
        assert!(matches!(refusal(&forged(&frame, longer.len() as u64)), FileError::ContentTrailing { extra: 1 }));
        // A string of 2^63 bytes, by its own word.
        let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, b'x'];
        let frame = zstd::bulk::compress(&huge, 3).unwrap();
        assert!(matches!(refusal(&forged(&frame, huge.len() as u64)), FileError::Decode(_)));
    }

    #[test]
    fn a_frame_that_wants_much_memory_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(&[7; 100]).unwrap();
        let frame = encoder.finish().unwrap();
        assert!(matches!(refusal(&forged(&frame, 100)), FileError::Decompress(_)));
    }

    #[test]
    fn content_larger_than_the_window_goes_round() {
        // About 9 MiB that hardly compress: more than the window of 8 MiB.
        let mut state = 1_u64;
        let numbers: Vec<u64> = (0..2_000_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state >> 32
            })
            .collect();
        let raw = postcard::to_stdvec(&numbers).unwrap();
        assert!(raw.len() > 1 << WINDOW_LOG);
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(WINDOW_LOG).unwrap();
        encoder.write_all(&raw).unwrap();
        let bytes = forged(&encoder.finish().unwrap(), raw.len() as u64);
        assert_eq!(from_bytes::<Vec<u64>>(&bytes).unwrap().0, numbers);
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(from_bytes::<Content>(&bytes).is_err());
        }

        #[test]
        fn any_body_in_a_sound_header_is_no_panic(body in prop::collection::vec(any::<u8>(), 0..200), raw in any::<u64>()) {
            prop_assert!(from_bytes::<Content>(&forged(&body, raw)).is_err());
        }

        #[test]
        fn any_content_in_a_sound_frame_is_no_panic(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            let frame = zstd::bulk::compress(&raw, 1).unwrap();
            let _ = from_bytes::<Content>(&forged(&frame, raw.len() as u64));
        }

        #[test]
        fn any_cut_is_an_error(share in 0.0_f64..1.0) {
            let bytes = to_bytes(&content()).unwrap();
            prop_assert!(from_bytes::<Content>(&bytes[..(share * bytes.len() as f64) as usize]).is_err());
        }
    }

    #[test]
    fn any_single_byte_changed_is_an_error() {
        let good = to_bytes(&content()).unwrap();
        for place in 0..good.len() {
            for bit in 0..8 {
                let mut bytes = good.clone();
                bytes[place] ^= 1 << bit;
                assert!(from_bytes::<Content>(&bytes).is_err(), "byte {place}, bit {bit}");
            }
        }
    }
}
