//! Types of which no schema says what `Ref` or their ARN is.

use super::{Reference, Shape};
use std::collections::BTreeMap;

/// A type: what `Ref` gives, the property that names it, the attribute that is its ARN, the ARN.
type Row = (
    &'static str,
    Reference,
    &'static str,
    &'static str,
    &'static str,
);

const ROWS: &[Row] = &[
    // What is called of an API; the ARN of its settings is another.
    (
        "AWS::ApiGateway::RestApi",
        Reference::Name,
        "",
        "",
        "arn:{p}:execute-api:{r}:{a}:{.}",
    ),
    (
        "AWS::ApiGatewayV2::Api",
        Reference::Name,
        "",
        "",
        "arn:{p}:execute-api:{r}:{a}:{.}",
    ),
    // Without an attribute that is their ARN.
    (
        "AWS::Athena::WorkGroup",
        Reference::Name,
        "Name",
        "",
        "arn:{p}:athena:{r}:{a}:workgroup/{Name}",
    ),
    (
        "AWS::Cognito::IdentityPool",
        Reference::Name,
        "",
        "",
        "arn:{p}:cognito-identity:{r}:{a}:identitypool/{.}",
    ),
    (
        "AWS::Glue::Database",
        Reference::Name,
        "DatabaseName",
        "",
        "arn:{p}:glue:{r}:{a}:database/{DatabaseName}",
    ),
    // Six letters that nobody can guess are behind the name.
    (
        "AWS::SecretsManager::Secret",
        Reference::Arn,
        "Name",
        "Id",
        "arn:{p}:secretsmanager:{r}:{a}:secret:{Name}-??????",
    ),
    // `Ref` is an address with the name in it.
    (
        "AWS::SQS::Queue",
        Reference::QueueUrl,
        "QueueName",
        "Arn",
        "arn:{p}:sqs:{r}:{a}:{QueueName}",
    ),
];

/// Puts the rows over what the schemas say.
pub(super) fn correct(shapes: &mut BTreeMap<String, Shape>) {
    for &(kind, reference, name, own, arn) in ROWS {
        let known = shapes.remove(kind);
        let (mut attributes, made) = known
            .map(|known| (known.attributes, known.made))
            .unwrap_or_default();
        if !own.is_empty() {
            attributes.insert(own.to_owned(), arn.to_owned());
        }
        let shape = Shape {
            reference,
            name: name.to_owned(),
            made: if name.is_empty() { made } else { String::new() },
            own: own.to_owned(),
            arn: Some(arn.to_owned()),
            attributes,
        };
        shapes.insert(kind.to_owned(), shape);
    }
}
