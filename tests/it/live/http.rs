//! A small HTTP server on the loopback, which can also do what servers should not: cut, reset, hang.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What came in.
#[derive(Debug)]
pub(crate) struct HttpRequest {
    /// The request line and the headers as they came.
    pub(crate) head: String,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// What goes out.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A whole answer.
    Whole {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// The head of an answer, half of its body, and the connection closed.
    CutShort(Vec<u8>),
    /// The connection closed without a word.
    Reset,
    /// Nothing until the server stops.
    Hang,
    /// The head of an answer, and then a byte now and then until the server stops.
    Drip,
    /// An answer of so many MiB, told beforehand or in chunks.
    Giant { mib: usize, chunked: bool },
}

/// The server; it stops when dropped.
#[derive(Debug)]
pub(crate) struct HttpServer {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
}

impl HttpServer {
    pub(crate) fn start(answer: impl Fn(&HttpRequest) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        let stopped = Arc::new(AtomicBool::new(false));
        let (answer, flag) = (Arc::new(answer), Arc::clone(&stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if flag.load(Ordering::SeqCst) {
                    break;
                }
                let (answer, flag) = (Arc::clone(&answer), Arc::clone(&flag));
                // A client that goes away in the middle ends its thread, no more.
                std::thread::spawn(move || serve(&stream, &*answer, &flag).ok());
            }
        });
        Self { address, stopped }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

fn serve(
    stream: &TcpStream,
    answer: &dyn Fn(&HttpRequest) -> Answer,
    stopped: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(64 * 1024, stream);
    while let Some(request) = read(&mut reader)? {
        match answer(&request) {
            Answer::Whole {
                status,
                headers,
                body,
            } => {
                let mut whole = head(status, &headers, body.len());
                whole.extend_from_slice(&body);
                (&mut &*stream).write_all(&whole)?;
                let head = request.head.to_ascii_lowercase();
                if head.contains("\nconnection: close") {
                    return stream.shutdown(Shutdown::Both);
                }
            }
            Answer::CutShort(body) => {
                let mut part = head(200, &[], body.len());
                part.extend_from_slice(body.get(..body.len() / 2).unwrap_or_default());
                (&mut &*stream).write_all(&part)?;
                return stream.shutdown(Shutdown::Both);
            }
            Answer::Reset => return stream.shutdown(Shutdown::Both),
            Answer::Hang => {
                while !stopped.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                return Ok(());
            }
            Answer::Drip => {
                (&mut &*stream).write_all(&head(200, &[], 1 << 20))?;
                while !stopped.load(Ordering::SeqCst) {
                    (&mut &*stream).write_all(b" ")?;
                    std::thread::sleep(Duration::from_millis(100));
                }
                return Ok(());
            }
            Answer::Giant { mib, chunked } => giant(stream, mib, chunked)?,
        }
    }
    Ok(())
}

/// Blanks, which are nothing in JSON and in XML.
fn giant(mut stream: &TcpStream, mib: usize, chunked: bool) -> std::io::Result<()> {
    let blanks = vec![b' '; 1 << 20];
    if chunked {
        let head = "HTTP/1.1 200 Status\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes())?;
    } else {
        stream.write_all(&head(200, &[], mib << 20))?;
    }
    for _ in 0..mib {
        if chunked {
            stream.write_all(format!("{:x}\r\n", blanks.len()).as_bytes())?;
        }
        stream.write_all(&blanks)?;
        if chunked {
            stream.write_all(b"\r\n")?;
        }
    }
    if chunked {
        stream.write_all(b"0\r\n\r\n")?;
    }
    Ok(())
}

fn head(status: u16, headers: &[(&str, String)], length: usize) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n"
    );
    for (name, value) in headers {
        for part in [name, ": ", value, "\r\n"] {
            head.push_str(part);
        }
    }
    head.push_str("\r\n");
    head.into_bytes()
}

fn read(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<HttpRequest>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut head = format!("{}\n", line.trim_end());
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        head.push_str(line.trim_end_matches("\r\n"));
        head.push('\n');
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(HttpRequest {
        head: head.trim_end().to_owned(),
        path,
        body,
    }))
}
