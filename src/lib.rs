//! A gate that keeps IAM roles honest.
//!
//! It reads what a program really called, as AWS X-Ray saw it, works out which IAM permissions those calls need, holds
//! them against what a policy grants, and says what is too much, what is missing and what cannot be told.
//!
//! The folders are the stages of one story:
//!
//! - [`xray`]: what was recorded, in every SDK's and OpenTelemetry's spelling;
//! - [`evidence`]: who called which operation, on what, when, and how it ended;
//! - [`catalog`]: the one place where an SDK's words become IAM's;
//! - [`usage`] and [`needed`]: observations grouped and counted, then permissions with their evidence;
//! - [`iam`] and [`granted`]: policies, and where they come from;
//! - [`lambda`]: what Lambda says of functions, as plain values;
//! - [`roles`]: which functions are meant, and who else uses their roles; [`aws`] is how AWS is asked;
//! - [`compare`](mod@compare), [`judge`], [`suggest`], [`report`]: excess, what of it a team lives with and the verdict, the edit that
//!   mends it, and how it is told;
//! - [`settings`]: what is typed, said by a workflow and decided in a file, and what of it takes effect;
//! - [`advice`]: what the evidence lacked, and how to have it the next time.
//!
//! ```
//! use aws_least_privilege::catalog::Catalog;
//! use aws_least_privilege::compare::{Granted, Kind, compare};
//! use aws_least_privilege::evidence::saved;
//! use aws_least_privilege::iam::PolicyDocument;
//! use aws_least_privilege::needed::NeededPermissions;
//! use aws_least_privilege::usage::Usage;
//!
//! let trace = r#"{
//!   "id": "70de5b6f19ff9a0a", "trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "name": "orders",
//!   "start_time": 1700000000.0, "end_time": 1700000000.2, "origin": "AWS::Lambda::Function",
//!   "aws": {"function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:orders"},
//!   "subsegments": [{
//!     "id": "53995c3f42cd8ad8", "name": "DynamoDB", "namespace": "aws",
//!     "start_time": 1700000000.1, "end_time": 1700000000.2,
//!     "aws": {"operation": "PutItem", "table_name": "orders", "region": "eu-west-1"}
//!   }]
//! }"#;
//! let catalog = Catalog::embedded();
//! let mut usage = Usage::default();
//! let now = "2026-11-28T12:00:00Z".parse()?;
//! saved::read(&["-".into()], &mut trace.as_bytes(), now, &mut |trace| usage.record(catalog, trace))?;
//!
//! let (owner, observed) = usage.owners.first_key_value().expect("one function ran");
//! let needs = NeededPermissions::of(owner, observed, None, catalog);
//! let permission = needs.needed.keys().next().expect("it made one call");
//! assert_eq!(permission.action, "dynamodb:PutItem".parse()?);
//! assert!(permission.resources.contains("arn:aws:dynamodb:eu-west-1:111122223333:table/orders"));
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": [{
//!   "Effect": "Allow", "Action": ["dynamodb:PutItem", "dynamodb:DeleteTable"],
//!   "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
//! }]}"#;
//! let document = PolicyDocument::parse(text, "orders.json")?;
//! let comparison = compare(&needs, &Granted { policies: &[document], ..Granted::default() }, catalog);
//! assert_eq!(comparison.excess.len(), 1);
//! assert_eq!(comparison.excess[0].kind, Kind::UnusedAction);
//! assert!(comparison.excess[0].unobserved.contains(&"dynamodb:DeleteTable".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod account;
pub mod advice;
pub mod aws;
pub mod catalog;
pub mod compare;
pub mod deliver;
pub mod doctor;
pub mod evidence;
pub mod exit;
pub mod files;
pub mod github;
pub mod granted;
pub mod iam;
pub mod judge;
pub mod lambda;
pub mod needed;
pub mod partition;
pub mod report;
pub mod review;
pub mod roles;
pub mod run;
pub mod scan;
pub mod settings;
pub mod shell;
pub mod suggest;
pub mod template;
pub mod usage;
pub mod whitelist;
pub mod xray;
pub mod yaml;
