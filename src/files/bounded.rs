//! Reads a stream on a thread of its own, with limits on time and size, because it may never end or never deliver
//! anything.
//!
//! Standard input, named pipes and devices are such streams. A thread that waits for one for ever ends with the
//! process.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// How many bytes are read at once.
const BLOCK: usize = 1 << 16;

/// How many blocks may wait to be read.
const WAITING: usize = 4;

/// Limits on the time and size of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The longest time without a byte.
    pub silence: Duration,
    /// The longest time in all.
    pub whole: Duration,
    /// The largest number of bytes in all.
    pub bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            silence: Duration::from_mins(1),
            whole: Duration::from_mins(15),
            bytes: 4 << 30,
        }
    }
}

/// A stream that is read within its limits.
#[derive(Debug)]
pub struct Bounded {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: io::Cursor<Vec<u8>>,
    bounds: Bounds,
    begun: Instant,
    bytes: u64,
}

impl Bounded {
    /// Opens the stream on a new thread and begins to read it. Opening may take as long as reading.
    ///
    /// # Errors
    ///
    /// Returns an error if no thread can be started.
    pub fn start<R: Read>(
        open: impl FnOnce() -> io::Result<R> + Send + 'static,
        bounds: Bounds,
    ) -> io::Result<Self> {
        let (sender, blocks) = sync_channel(WAITING);
        std::thread::Builder::new()
            .name("stream".to_owned())
            .spawn(move || match open() {
                Ok(source) => pump(source, &sender),
                // Sending fails if the reading was given up.
                Err(error) => drop(sender.send(Err(error))),
            })?;
        Ok(Self {
            blocks,
            block: io::Cursor::new(Vec::new()),
            bounds,
            begun: Instant::now(),
            bytes: 0,
        })
    }

    fn next_block(&mut self) -> io::Result<Option<Vec<u8>>> {
        let left = self.bounds.whole.saturating_sub(self.begun.elapsed());
        match self.blocks.recv_timeout(left.min(self.bounds.silence)) {
            Ok(block) => {
                let block = block?;
                self.bytes += block.len() as u64;
                if self.bytes > self.bounds.bytes {
                    return Err(ErrorKind::FileTooLarge.into());
                }
                Ok(Some(block))
            }
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => {
                let waited = self.bounds.silence.as_secs();
                let told = if left > self.bounds.silence {
                    format!("nothing came for {waited} seconds")
                } else {
                    format!(
                        "it did not end within {} seconds",
                        self.bounds.whole.as_secs()
                    )
                };
                Err(io::Error::new(ErrorKind::TimedOut, told))
            }
        }
    }
}

fn pump(mut source: impl Read, sender: &SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let mut block = vec![0; BLOCK];
        let read = match source.read(&mut block) {
            Ok(0) => return,
            Ok(read) => {
                block.truncate(read);
                Ok(block)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let is_over = read.is_err();
        if sender.send(read).is_err() || is_over {
            return;
        }
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.block.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.next_block()? {
                Some(block) => self.block = io::Cursor::new(block),
                None => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds() -> Bounds {
        Bounds {
            silence: Duration::from_millis(60),
            whole: Duration::from_millis(400),
            bytes: 1 << 20,
        }
    }

    /// Gives a byte after each pause.
    struct Dripping(Duration);

    impl Read for Dripping {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            std::thread::sleep(self.0);
            buffer[0] = b' ';
            Ok(1)
        }
    }

    fn read<R: Read + Send + 'static>(source: R) -> io::Result<usize> {
        let mut stream = Bounded::start(move || Ok(source), bounds())?;
        let mut all = Vec::new();
        stream.read_to_end(&mut all)
    }

    #[test]
    fn what_ends_is_read_whole() {
        let text = vec![b'x'; 200_000];
        assert_eq!(read(io::Cursor::new(text)).unwrap(), 200_000);
        let mut gone = Bounded::start(|| Err::<io::Empty, _>(ErrorKind::NotFound.into()), bounds());
        let error = gone.as_mut().unwrap().read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    #[test]
    fn what_is_silent_drips_or_never_ends_is_given_up() {
        let silent = read(Dripping(Duration::from_secs(5))).unwrap_err();
        assert!(silent.to_string().contains("nothing came"), "{silent}");
        let dripping = read(Dripping(Duration::from_millis(10))).unwrap_err();
        assert!(dripping.to_string().contains("did not end"), "{dripping}");
        let endless = read(io::repeat(b' ')).unwrap_err();
        assert_eq!(endless.kind(), ErrorKind::FileTooLarge);
    }
}
