//! Splits the catalogue file into its header, index and compressed blocks (one for each IAM prefix), and decompresses
//! them.
//!
//! `data/README.md` describes the format. This module does not know what the index and blocks mean.

use ruzstd::decoding::{Dictionary, FrameDecoder};
use std::fmt;

const MAGIC: &[u8] = b"ALPCAT1\n";

/// The largest allowed size of an index or block. A larger one means that the file is corrupt.
const LARGEST_FRAME: usize = 8 << 20;

/// The catalogue could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The file is of another version, or it ends too early.
    #[error("the service catalogue is not of the version that this program reads, or is cut short")]
    Layout,
    /// A compressed part could not be decompressed.
    #[error("`{what}` of the service catalogue cannot be decompressed")]
    Frame {
        /// The part: `index`, or the IAM prefix of a block.
        what: String,
    },
    /// A part does not have the form that the format requires.
    #[error("`{what}` of the service catalogue is malformed: {problem}")]
    Content {
        /// The part: `index`, or the IAM prefix of a block.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl CatalogError {
    /// Returns what to do about it.
    pub fn hint(&self) -> &'static str {
        "run `python3 data/generate.py` and build again"
    }

    pub(super) fn content(what: &str, problem: impl fmt::Display) -> Self {
        Self::Content {
            what: what.to_owned(),
            problem: problem.to_string(),
        }
    }
}

/// The position of a compressed block, counted from the first block, and its length before and after compression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) offset: usize,
    pub(super) compressed: usize,
    pub(super) raw: usize,
}

/// The parts of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    dictionary: &'static [u8],
    index: &'static [u8],
    index_length: usize,
    blocks: &'static [u8],
}

impl Layout {
    pub(super) fn read(bytes: &'static [u8]) -> Result<Self, CatalogError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(CatalogError::Layout)?;
        let (dictionary_length, rest) = number(rest)?;
        let (dictionary, rest) = split(rest, dictionary_length)?;
        let (compressed, rest) = number(rest)?;
        let (index_length, rest) = number(rest)?;
        let (index, blocks) = split(rest, compressed)?;
        Ok(Self {
            dictionary,
            index,
            index_length,
            blocks,
        })
    }

    pub(super) fn index(&self) -> Result<Vec<u8>, CatalogError> {
        decompress(self.index, self.index_length, &[], "index")
    }

    pub(super) fn block(&self, name: &str, frame: Frame) -> Result<Vec<u8>, CatalogError> {
        let bytes = frame
            .offset
            .checked_add(frame.compressed)
            .and_then(|end| self.blocks.get(frame.offset..end))
            .ok_or(CatalogError::Layout)?;
        decompress(bytes, frame.raw, self.dictionary, name)
    }
}

fn number(bytes: &'static [u8]) -> Result<(usize, &'static [u8]), CatalogError> {
    let (head, rest) = bytes.split_first_chunk::<4>().ok_or(CatalogError::Layout)?;
    let number =
        usize::try_from(u32::from_le_bytes(*head)).map_err(|_impossible| CatalogError::Layout)?;
    Ok((number, rest))
}

fn split(bytes: &'static [u8], at: usize) -> Result<(&'static [u8], &'static [u8]), CatalogError> {
    bytes.split_at_checked(at).ok_or(CatalogError::Layout)
}

fn decompress(
    bytes: &[u8],
    length: usize,
    dictionary: &[u8],
    what: &str,
) -> Result<Vec<u8>, CatalogError> {
    let broken = || CatalogError::Frame {
        what: what.to_owned(),
    };
    if length > LARGEST_FRAME {
        return Err(broken());
    }
    let mut decoder = FrameDecoder::new();
    if !dictionary.is_empty() {
        let dictionary = Dictionary::decode_dict(dictionary).map_err(|_error| broken())?;
        decoder.add_dict(dictionary).map_err(|_error| broken())?;
    }
    let mut raw = vec![0; length];
    let written = decoder
        .decode_all(bytes, &mut raw)
        .map_err(|_error| broken())?;
    (written == length).then_some(raw).ok_or_else(broken)
}
