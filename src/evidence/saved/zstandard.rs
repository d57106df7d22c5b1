//! Decompresses Zstandard. A stream may have several frames, as `zstd` and parallel writers produce them.

use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::StreamingDecoder;
use std::error::Error;
use std::io::{self, BufRead, ErrorKind, Read};

/// The first bytes of a stream.
pub(super) const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A reader of the contents of all frames of a stream.
pub(super) struct Frames<R: BufRead> {
    state: State<R>,
}

enum State<R: BufRead> {
    Between(R),
    Within(Box<StreamingDecoder<R, FrameDecoder>>),
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
                    let frame = StreamingDecoder::new(source).map_err(|error| corrupt(&error))?;
                    State::Within(Box::new(frame))
                }
                State::Within(mut frame) => {
                    let read = frame.read(buffer).map_err(|error| corrupt(&error))?;
                    if read > 0 {
                        self.state = State::Within(frame);
                        return Ok(read);
                    }
                    State::Between(frame.into_inner())
                }
            };
        }
    }
}

/// Turns an error of the decoder into an error of a stream: it ended too early, or its contents are invalid.
fn corrupt(error: &(dyn Error + 'static)) -> io::Error {
    let kind = kind_of(error).unwrap_or(ErrorKind::InvalidData);
    io::Error::new(kind, error.to_string())
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
    fn what_is_cut_short_is_told_from_what_is_broken() {
        let long = "a text that is long enough ".repeat(50);
        let whole = frame(&long);
        let cut = read(&whole[..whole.len() / 2]).unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::UnexpectedEof, "{cut}");
        let broken = read(&[&whole[..], b"nothing like it"].concat()).unwrap_err();
        assert_eq!(broken.kind(), ErrorKind::InvalidData, "{broken}");
    }
}
