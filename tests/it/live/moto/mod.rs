//! An AWS of IAM, Lambda, CloudFormation and SQS on the loopback: moto, installed once below the target folder.

use super::sdk;
use crate::pip::{self, python};
use aws_config::SdkConfig;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// How long it may take to start; it takes one to three seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server; it stops when dropped, and when the test's process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Moto {
    process: Child,
    port: u16,
    log: PathBuf,
}

impl Moto {
    /// Starts a server of its own for one test.
    pub(crate) fn start() -> Self {
        let folder = installed();
        let mut said = String::new();
        // Somebody else may take the port in the meantime.
        for _ in 0..5 {
            match Self::try_start(&folder) {
                Ok(moto) => return moto,
                Err(log) => said = log,
            }
        }
        panic!("moto does not start; it says:\n{said}");
    }

    /// The server, or what it said instead of starting.
    fn try_start(folder: &Path) -> Result<Self, String> {
        let port = free_port();
        let log = folder.join(format!("server-{port}.log"));
        let file = File::create(&log).expect("the folder can be written to");
        let process = python()
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/live/moto/server.py"))
            .arg(port.to_string())
            .env("PYTHONPATH", folder)
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .stdin(Stdio::piped())
            .stdout(file.try_clone().expect("a file"))
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| pip::no_python("moto", &error));
        let mut moto = Self { process, port, log };
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let ended = moto
                .process
                .try_wait()
                .expect("its state can be asked for")
                .is_some();
            if ended {
                break;
            }
            if moto.answers() {
                return Ok(moto);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(fs::read_to_string(&moto.log).unwrap_or_default())
    }

    fn answers(&self) -> bool {
        let answer = exchange(
            self.port,
            b"GET /moto-api/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        );
        answer.is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200"))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What clients of it are made from.
    pub(crate) fn sdk(&self) -> SdkConfig {
        sdk(&self.url())
    }

    /// Puts an object where templates of nested stacks are read from, and gives its URL.
    pub(crate) fn put_template(&self, name: &str, template: &str) -> String {
        for (path, body) in [
            ("/templates".to_owned(), ""),
            (format!("/templates/{name}"), template),
        ] {
            let length = body.len();
            let request = format!(
                "PUT {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\
                 Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, \
                 SignedHeaders=host, Signature=0\r\n\r\n{body}"
            );
            let answer = exchange(self.port, request.as_bytes()).expect("moto answers");
            assert!(
                answer.starts_with(b"HTTP/1.1 200"),
                "{}",
                String::from_utf8_lossy(&answer)
            );
        }
        format!("https://templates.s3.amazonaws.com/{name}")
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing is left of it.
        self.process.kill().ok();
        self.process.wait().ok();
        // What it said is of use to a test that fails.
        if !std::thread::panicking() {
            fs::remove_file(&self.log).ok();
        }
    }
}

/// The folder that moto is installed in.
pub(crate) fn installed() -> PathBuf {
    pip::installed("moto", REQUIREMENTS)
}

/// Sends a request and reads the answer to the end of the connection.
pub(crate) fn exchange(port: u16, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
    listener.local_addr().expect("it is bound").port()
}
