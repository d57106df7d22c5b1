//! A guard before moto that lets named operations through, refuses all others as AWS does, and notes what was asked.

use super::http::{Answer, HttpRequest, HttpServer};
use super::moto::{Moto, exchange};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// The guard; it stops when dropped.
#[derive(Debug)]
pub(crate) struct Guard {
    server: HttpServer,
    asked: Arc<Mutex<BTreeSet<String>>>,
}

impl Guard {
    /// A guard that lets these actions through, named as IAM names them.
    pub(crate) fn before(moto: &Moto, allowed: &[&str]) -> Self {
        let port = moto.port();
        let allowed: BTreeSet<String> = allowed.iter().map(|action| (*action).to_owned()).collect();
        let asked = Arc::new(Mutex::new(BTreeSet::new()));
        let notes = Arc::clone(&asked);
        let server = HttpServer::start(move |request| {
            let action = action(request);
            notes
                .lock()
                .expect("nobody panicked")
                .insert(action.clone());
            if allowed.contains(&action) {
                forward(port, request)
            } else {
                refuse(&action)
            }
        });
        Self { server, asked }
    }

    /// A guard that lets nothing through but what X-Ray is asked, which is not asked of it: it answers with this function where
    /// it gives an answer, and refuses all else.
    pub(crate) fn alone(
        answer: impl Fn(&str, &HttpRequest) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let asked = Arc::new(Mutex::new(BTreeSet::new()));
        let notes = Arc::clone(&asked);
        let server = HttpServer::start(move |request| {
            let action = action(request);
            notes
                .lock()
                .expect("nobody panicked")
                .insert(action.clone());
            answer(&action, request).unwrap_or_else(|| refuse(&action))
        });
        Self { server, asked }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The actions that were asked for, let through or not.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked
            .lock()
            .expect("nobody panicked")
            .iter()
            .cloned()
            .collect()
    }
}

/// The IAM action of a request: from the path for Lambda, from the form for those that have one.
pub(super) fn action(request: &HttpRequest) -> String {
    let path = request.path.split('?').next().unwrap_or_default();
    let words: Vec<&str> = path.trim_matches('/').split('/').collect();
    let of_lambda = match words.as_slice() {
        [_, "functions"] => Some("ListFunctions"),
        [_, "functions", _, "configuration"] => Some("GetFunctionConfiguration"),
        [_, "event-source-mappings"] => Some("ListEventSourceMappings"),
        [_, "functions", _, "event-invoke-config", "list"] => {
            Some("ListFunctionEventInvokeConfigs")
        }
        _ => None,
    };
    if let Some(operation) = of_lambda {
        return format!("lambda:{operation}");
    }
    // `AmazonEC2ContainerServiceV20141113.DescribeTasks`, `AWSStepFunctions.DescribeStateMachine`
    let mut lines = request
        .head
        .lines()
        .filter_map(|line| line.split_once(": "));
    let target = lines.find(|(name, _)| name.eq_ignore_ascii_case("x-amz-target"));
    if let Some((service, operation)) = target.and_then(|(_, target)| target.split_once('.')) {
        let prefix = if service == "AWSStepFunctions" {
            "states"
        } else {
            "ecs"
        };
        return format!("{prefix}:{operation}");
    }
    let form = String::from_utf8_lossy(&request.body);
    let field = |name: &str| {
        form.split('&')
            .find_map(|field| field.strip_prefix(name))
            .unwrap_or_default()
            .to_owned()
    };
    let service = match field("Version=").as_str() {
        "2010-05-08" => "iam",
        "2010-05-15" => "cloudformation",
        "2011-06-15" => "sts",
        _ => return path.to_owned(),
    };
    format!("{service}:{}", field("Action="))
}

pub(super) fn forward(port: u16, request: &HttpRequest) -> Answer {
    let mut whole = Vec::new();
    for line in request.head.lines() {
        if !line.to_ascii_lowercase().starts_with("connection:") {
            whole.extend_from_slice(line.as_bytes());
            whole.extend_from_slice(b"\r\n");
        }
    }
    whole.extend_from_slice(b"Connection: close\r\n\r\n");
    whole.extend_from_slice(&request.body);
    let answer = exchange(port, &whole).expect("moto answers");
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a head");
    let (head, body) = answer.split_at(end + 4);
    let head = String::from_utf8_lossy(head);
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("a status");
    let header = |name: &'static str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| (name, value.to_owned()))
    };
    Answer::Whole {
        status,
        headers: header("x-amzn-errortype").into_iter().collect(),
        body: body.to_vec(),
    }
}

pub(super) fn refuse(action: &str) -> Answer {
    let message =
        format!("User: arn:aws:iam::123456789012:user/ci is not authorized to perform: {action}");
    let code = if is_json(action) {
        "AccessDeniedException"
    } else {
        "AccessDenied"
    };
    failure(action, 403, code, &message)
}

/// Whether the service of an action speaks JSON; the others speak XML.
pub(super) fn is_json(action: &str) -> bool {
    let prefixes = ["lambda:", "ecs:", "states:", "/"];
    prefixes.iter().any(|prefix| action.starts_with(prefix))
}

/// An error as the service of an action tells it.
pub(super) fn failure(action: &str, status: u16, code: &str, message: &str) -> Answer {
    let (headers, body) = if is_json(action) {
        let kind = ("x-amzn-errortype", code.to_owned());
        (vec![kind], format!("{{\"Message\": \"{message}\"}}"))
    } else {
        let error = format!(
            "<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        (
            Vec::new(),
            format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"),
        )
    };
    Answer::Whole {
        status,
        headers,
        body: body.into_bytes(),
    }
}
