//! How a call ended, as recorded: HTTP status, flags and exceptions, from every place where recorders write them.
//!
//! This is only what was recorded. Whether AWS refused the call is decided by the evidence module.

use super::attributes::Attributes;
use super::json;
use super::segment::{Document, Node};
use serde_json::value::RawValue;

/// How many exceptions of one call are read, and how long each text may be.
const MAX_EXCEPTIONS: usize = 64;
const MAX_TEXT: usize = 4096;

/// The recorded ending of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the flags of the document, each on its own"
)]
pub struct Ending {
    /// Whether the call had not ended when it was recorded.
    pub in_progress: bool,
    /// The HTTP status of the response.
    pub status: Option<u16>,
    /// Whether the document marks a client error.
    pub error: bool,
    /// Whether the document marks a server error.
    pub fault: bool,
    /// Whether the document marks throttling.
    pub throttle: bool,
    /// The exceptions that were recorded.
    pub exceptions: Vec<Exception>,
}

/// An exception, or an error's code and message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exception {
    /// Its type: a class, or an AWS error code.
    pub kind: String,
    /// Its message.
    pub message: String,
}

impl Ending {
    /// Reads the ending of the call at this node of the document.
    pub(crate) fn of(document: &Document<'_>, node: &Node<'_>, attributes: &Attributes) -> Self {
        let mut ending = Self {
            in_progress: node.in_progress,
            status: status(node, attributes),
            error: node.error,
            fault: node.fault,
            throttle: node.throttle,
            exceptions: Vec::new(),
        };
        if let Some(cause) = node.cause {
            ending.read_cause(document, cause);
        }
        let kind = attributes.first(&["exceptiontype", "errortype", "awserrorcode"]);
        let message = attributes.first(&["exceptionmessage", "errormessage", "awserrormessage"]);
        if kind.is_some() || message.is_some() {
            ending.exceptions.push(Exception {
                kind: shortened(kind.unwrap_or_default()),
                message: shortened(message.unwrap_or_default()),
            });
        }
        ending
    }

    fn read_cause(&mut self, document: &Document<'_>, cause: &RawValue) {
        let Some(id) = json::text(cause) else {
            return self.read_exceptions(cause, None);
        };
        if id.is_empty() {
            return;
        }
        // The cause is the id of an exception in another part of the document.
        let causes = document.nodes.iter().filter_map(|node| node.cause);
        let holders = causes.filter(|cause| cause.get().starts_with('{'));
        for holder in holders.take(MAX_EXCEPTIONS) {
            if memchr::memmem::find(holder.get().as_bytes(), id.as_bytes()).is_some() {
                self.read_exceptions(holder, Some(&id));
            }
        }
    }

    fn read_exceptions(&mut self, cause: &RawValue, only: Option<&str>) {
        json::members(cause, &mut |name, value| match name {
            "exceptions" => {
                json::items(value, &mut |exception| self.read_exception(exception, only));
            }
            "message" => self.add(Exception {
                kind: String::new(),
                message: text(value),
            }),
            _ => {}
        });
    }

    fn read_exception(&mut self, raw: &RawValue, only: Option<&str>) {
        let mut exception = Exception::default();
        let mut wanted = only.is_none();
        json::members(raw, &mut |name, value| match name {
            "id" => wanted = wanted || json::text(value).as_deref() == only,
            "type" => exception.kind = text(value),
            "message" => exception.message = text(value),
            _ => {}
        });
        if wanted {
            self.add(exception);
        }
    }

    fn add(&mut self, exception: Exception) {
        let says_something = !exception.kind.is_empty() || !exception.message.is_empty();
        if says_something && self.exceptions.len() < MAX_EXCEPTIONS {
            self.exceptions.push(exception);
        }
    }
}

fn status(node: &Node<'_>, attributes: &Attributes) -> Option<u16> {
    let mut status = None;
    if let Some(http) = node.http {
        json::members(http, &mut |name, value| {
            if name == "response" {
                json::members(value, &mut |name, value| {
                    if name == "status" {
                        status = json::text(value).and_then(|text| text.parse().ok());
                    }
                });
            }
        });
    }
    let attribute = || attributes.first(&["httpresponsestatuscode", "httpstatuscode"]);
    status.or_else(|| attribute().and_then(|text| text.parse().ok()))
}

fn text(raw: &RawValue) -> String {
    json::text(raw).map_or_else(String::new, |text| shortened(&text))
}

fn shortened(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_TEXT);
    text.get(..end).unwrap_or_default().to_owned()
}
