//! How the SDKs' files differ: the spelling of services, operations and members.

use super::defaults::{self, Column};
use super::document::{Document, Recorded};
use super::selection::{Selected, SelectedOperation};
use crate::catalog::{RequestMember, SdkService, Shape};

/// How one SDK spells what is to be recorded.
#[derive(Debug)]
pub(super) struct Dialect {
    /// What it records by default.
    pub(super) defaults: Column,
    /// Returns the names by which it looks up a service.
    pub(super) services: fn(SdkService<'_>) -> Vec<String>,
    /// Returns its spelling of an operation.
    pub(super) operation: fn(&str) -> String,
    /// Whether it looks up operations by the name of the request's class, where that name differs.
    pub(super) has_request_classes: bool,
    /// Returns its spelling of request members. Members that its requests lack are left out.
    pub(super) members: fn(service: &str, members: &[RequestMember]) -> Vec<Recorded>,
}

impl Dialect {
    /// Writes what is selected of a service, and what the SDK records of it by default.
    pub(super) fn write(&self, selected: &Selected<'_>, document: &mut Document) {
        for key in (self.services)(selected.service) {
            self.write_defaults(selected.service.name(), &key, document);
            for operation in &selected.operations {
                self.write_operation(selected.service.name(), &key, operation, document);
            }
        }
    }

    fn write_defaults(&self, service: &str, key: &str, document: &mut Document) {
        for default in defaults::of(self.defaults, service) {
            let operation = document.operation(key, &(self.operation)(default.operation));
            for recorded in default.request {
                operation.request(recorded);
            }
            for recorded in default.response {
                operation.response(recorded);
            }
        }
    }

    fn write_operation(
        &self,
        service: &str,
        key: &str,
        selected: &SelectedOperation<'_>,
        document: &mut Document,
    ) {
        let members = (self.members)(service, &selected.members);
        if members.is_empty() {
            return;
        }
        let classes = selected
            .request_classes
            .iter()
            .filter(|_| self.has_request_classes);
        for name in std::iter::once(&selected.name).chain(classes) {
            let operation = document.operation(key, &(self.operation)(name));
            for recorded in &members {
                operation.request(recorded.clone());
            }
        }
    }
}

/// Returns a member as the API spells it. A map is recorded under its own name in snake case, like all others.
pub(super) fn as_in_the_api(member: &RequestMember) -> Recorded {
    recorded(member.name.clone(), member.shape)
}

/// Returns a member as the AWS SDKs for Java 1 and .NET spell it: as a property with a capital.
pub(super) fn as_property(member: &RequestMember) -> Recorded {
    let mut letters = member.name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    recorded(first.chain(letters).collect(), member.shape)
}

fn recorded(name: String, shape: Shape) -> Recorded {
    match shape {
        Shape::Scalar | Shape::List => Recorded::Whole(name),
        Shape::MapKeys => {
            let snake = snake_case(&name);
            Recorded::Keys(name, snake)
        }
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Returns the members of S3's requests for the SDKs for Node and Python. X-Ray itself names a bucket `bucket_name`.
/// The bucket in a copy's source is not a separate member there.
pub(super) fn of_s3(members: &[RequestMember]) -> Vec<Recorded> {
    let members = members.iter().filter(|member| member.name != SOURCE_BUCKET);
    members
        .map(|member| match member.name.as_str() {
            "Bucket" => Recorded::Renamed("Bucket".to_owned(), "bucket_name".to_owned()),
            _ => as_in_the_api(member),
        })
        .collect()
}

/// Returns the members of S3's requests, for SDKs in which copy requests have separate names for both buckets.
pub(super) fn of_s3_with_copies(
    members: &[RequestMember],
    bucket: &str,
    copies: [&str; 2],
) -> Vec<Recorded> {
    let whole = |name: &str| Recorded::Whole(name.to_owned());
    if members.iter().any(|member| member.name == SOURCE_BUCKET) {
        return copies.into_iter().map(whole).collect();
    }
    members
        .iter()
        .map(|member| {
            if member.name == "Bucket" {
                whole(bucket)
            } else {
                as_property(member)
            }
        })
        .collect()
}

/// The catalogue's name for the bucket in a copy's source.
const SOURCE_BUCKET: &str = "SourceBucketName";

/// Removes spaces and punctuation from a name.
pub(super) fn joined(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}
