//! Decompresses Zstandard. A stream may have several frames, as `zstd` and parallel writers produce them. Frames that a
//! reader should skip are skipped, and a checksum is checked.

use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::FrameDecoderError;
use std::error::Error;
use std::io::{self, BufRead, Cursor, ErrorKind, Read};

/// The first bytes of a frame.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether these are the first bytes of a frame, or of one to skip.
pub(super) fn is_frame(bytes: &[u8]) -> bool {
    *bytes == MAGIC || is_skippable(bytes)
}

/// Whether these are the first bytes of a frame to skip: `0x184D2A50` to `0x184D2A5F`, the last byte first.
fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18])
}

/// The source of a frame: its first bytes again, and then the rest.
type Source<R> = io::Chain<Cursor<[u8; 4]>, R>;

/// A reader of the contents of all frames of a stream.
pub(super) struct Frames<R: BufRead> {
    state: State<R>,
}

enum State<R: BufRead> {
    Between(R),
    Within(Box<StreamingDecoder<Source<R>, FrameDecoder>>),
    Over,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            state: State::Between(source),
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            self.state = match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Ok(0),
                State::Between(mut source) => {
                    if source.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let mut magic = [0; 4];
                    source.read_exact(&mut magic)?;
                    if is_skippable(&magic) {
                        skip(&mut source)?;
                        State::Between(source)
                    } else {
                        let whole = Cursor::new(magic).chain(source);
                        let frame =
                            StreamingDecoder::new(whole).map_err(|error| corrupt(&error))?;
                        State::Within(Box::new(frame))
                    }
                }
                State::Within(mut frame) => {
                    let read = frame.read(buffer).map_err(|error| corrupt(&error))?;
                    if read > 0 {
                        self.state = State::Within(frame);
                        return Ok(read);
                    }
                    let told = frame.decoder.get_checksum_from_data();
                    let counted = frame.decoder.get_calculated_checksum();
                    if told.is_some() && told != counted {
                        let wrong = "the checksum of a frame is not that of its contents";
                        return Err(io::Error::new(ErrorKind::InvalidData, wrong));
                    }
                    let (_, source) = frame.into_inner().into_inner();
                    State::Between(source)
                }
            };
        }
    }
}

/// Skips the rest of a frame whose first bytes were read: its length and so many bytes.
fn skip(source: &mut impl Read) -> io::Result<()> {
    let mut length = [0; 4];
    source.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length));
    let skipped = io::copy(&mut source.take(length), &mut io::sink())?;
    if skipped < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// Turns an error of the decoder into an error of a stream: it ended too early, or its contents are invalid.
fn corrupt(error: &(dyn Error + 'static)) -> io::Error {
    match kind_of(error) {
        Some(kind) => kind.into(),
        None => io::Error::new(ErrorKind::InvalidData, told(error)),
    }
}

/// Says what is wrong in words for people.
fn told(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref() {
        Some(FrameDecoderError::WindowSizeTooBig { requested, max }) => {
            format!("its window of {requested} bytes is larger than the {max} that are read")
        }
        _ => "it is not valid Zstandard".to_owned(),
    }
}

/// Returns the error of the source, if the source caused the decoder's error.
fn kind_of(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let of_source = error.downcast_ref::<io::Error>();
        if let Some(found) = of_source.filter(|found| found.kind() != ErrorKind::Other) {
            return Some(found.kind());
        }
        cause = match of_source.and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    fn frame(text: &str) -> Vec<u8> {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    fn read(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        Frames::new(bytes).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn frames_follow_one_another() {
        let both = [frame("one, "), frame("two")].concat();
        assert_eq!(both[..4], MAGIC);
        assert_eq!(read(&both).unwrap(), "one, two");
    }

    #[test]
    fn frames_to_skip_are_skipped() {
        let skipped = |length: u8| [0x5a, 0x2a, 0x4d, 0x18, length, 0, 0, 0];
        let first = [&skipped(3)[..], b"abc", &frame("one"), &skipped(0)].concat();
        assert!(is_frame(&first[..4]));
        assert_eq!(read(&first).unwrap(), "one");
        let cut = read(&[&skipped(3)[..], b"ab"].concat()).unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::UnexpectedEof, "{cut}");
    }

    #[test]
    fn a_wrong_checksum_is_an_error() {
        let mut wrong = frame("one");
        assert_eq!(read(&wrong).unwrap(), "one");
        *wrong.last_mut().unwrap() ^= 1;
        let error = read(&wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
    }

    #[test]
    fn what_is_cut_short_is_told_from_what_is_broken() {
        let long = "a text that is long enough ".repeat(50);
        let whole = frame(&long);
        let cut = read(&whole[..whole.len() / 2]).unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::UnexpectedEof, "{cut}");
        let broken = read(&[&whole[..], b"nothing like it"].concat()).unwrap_err();
        assert_eq!(broken.kind(), ErrorKind::InvalidData, "{broken}");
    }
}
