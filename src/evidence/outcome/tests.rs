use super::*;

fn ending(status: u16, kind: &str, message: &str) -> Ending {
    let exceptions = vec![Exception {
        kind: kind.into(),
        message: message.into(),
    }];
    Ending {
        status: (status > 0).then_some(status),
        error: true,
        exceptions,
        ..Ending::default()
    }
}

fn denied_of(action: Option<&str>, resource: Option<&str>) -> Outcome {
    Outcome::Denied {
        action: action.map(|action| action.parse().unwrap()),
        resource: resource.map(Into::into),
    }
}

#[test]
fn denials_in_every_sdk_s_words() {
    let user = "User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: ";
    let object = "arn:aws:s3:::b/my key";
    for (status, kind, message, action, resource) in [
        (400, "AccessDeniedException", format!("{user}dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/t because no identity-based policy allows the dynamodb:PutItem action"), Some("dynamodb:PutItem"), Some("arn:aws:dynamodb:eu-west-1:123456789012:table/t")),
        (403, "AccessDenied", format!("{user}s3:GetObject on resource: \"{object}\" because no identity-based policy allows the s3:GetObject action"), Some("s3:GetObject"), Some(object)),
        (403, "ClientError", format!("An error occurred (AccessDenied) when calling the GetObject operation: {user}s3:GetObject on resource: \"{object}\" with an explicit deny in a resource-based policy"), Some("s3:GetObject"), Some(object)),
        (403, "ClientError", "An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied".into(), None, None),
        (403, "com.amazonaws.services.s3.model.AmazonS3Exception", "Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: X)".into(), None, None),
        (400, "software.amazon.awssdk.services.kms.model.KmsException", format!("{user}kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access (Service: Kms, Status Code: 400)"), Some("kms:Decrypt"), None),
        (0, "*smithy.OperationError", format!("operation error SNS: Publish, https response error StatusCode: 403, RequestID: 1, api error AuthorizationError: {user}SNS:Publish on resource: arn:aws:sns:eu-west-1:123456789012:t because no identity-based policy allows the SNS:Publish action"), Some("sns:Publish"), Some("arn:aws:sns:eu-west-1:123456789012:t")),
        (0, "Error", format!("AccessDeniedException: {user}ssm:GetParameter on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/p\n\tstatus code: 400, request id: 1"), Some("ssm:GetParameter"), Some("arn:aws:ssm:eu-west-1:123456789012:parameter/p")),
        (403, "Aws::S3::Errors::AccessDenied", "Access Denied".into(), None, None),
        (403, "UnauthorizedOperation", "You are not authorized to perform this operation. Encoded authorization failure message: AbC".into(), None, None),
        (403, "AWS.SimpleQueueService.AccessDenied", "Access to the resource https://sqs.eu-west-1.amazonaws.com/123456789012/q is denied.".into(), None, Some("https://sqs.eu-west-1.amazonaws.com/123456789012/q")),
        (403, "Forbidden", "null".into(), None, None),
        (403, "AuthorizationErrorException", String::new(), None, None),
        (403, "AuthorizationFailure", String::new(), None, None),
        (403, "com.amazonaws.AmazonServiceException", "Forbidden".into(), None, None),
        (403, "software.amazon.awssdk.awscore.exception.AwsServiceException", "(Service: S3, Status Code: 403, Request ID: X)".into(), None, None),
        (403, "Amazon.Runtime.AmazonServiceException", "Forbidden".into(), None, None),
    ] {
        assert_eq!(outcome(&ending(status, kind, &message)), denied_of(action, resource), "{kind}: {message}");
    }
}

#[test]
fn flags_alone_are_no_denial() {
    let flagged = |error, fault| Ending {
        error,
        fault,
        ..Ending::default()
    };
    assert_eq!(outcome(&flagged(true, false)), Outcome::Failed);
    assert_eq!(outcome(&flagged(false, true)), Outcome::Failed);
}

#[test]
fn a_bare_403_is_a_denial_unless_a_code_says_otherwise() {
    let bare = Ending {
        status: Some(403),
        error: true,
        ..Ending::default()
    };
    assert_eq!(outcome(&bare), denied_of(None, None));
    for (kind, message) in [
        ("ExpiredToken", ""),
        (
            "ClientError",
            "An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.",
        ),
        (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match",
        ),
        ("NotAuthorizedException", "Incorrect username or password."),
    ] {
        assert_eq!(
            outcome(&ending(403, kind, message)),
            Outcome::Failed,
            "{kind} {message}"
        );
    }
    assert_eq!(
        outcome(&ending(
            403,
            "InvalidObjectState",
            "The operation is not valid for the object's storage class"
        )),
        Outcome::Success
    );
}

#[test]
fn authorised_failures_and_throttling() {
    for (status, kind) in [
        (400, "ConditionalCheckFailedException"),
        (404, "NoSuchKey"),
        (
            400,
            "com.amazonaws.services.dynamodbv2.model.ResourceNotFoundException",
        ),
        (400, "TransactionCanceledException"),
    ] {
        assert_eq!(
            outcome(&ending(status, kind, "")),
            Outcome::Success,
            "{kind}"
        );
    }
    for status in [200, 304, 404, 412] {
        let ending = Ending {
            status: Some(status),
            error: status >= 400,
            ..Ending::default()
        };
        assert_eq!(outcome(&ending), Outcome::Success, "{status}");
    }
    for kind in [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "TooManyRequestsException",
        "SlowDown",
    ] {
        assert_eq!(
            outcome(&ending(400, kind, "")),
            Outcome::Throttled,
            "{kind}"
        );
    }
    let flagged = Ending {
        throttle: true,
        error: true,
        status: Some(429),
        ..Ending::default()
    };
    assert_eq!(outcome(&flagged), Outcome::Throttled);
    assert_eq!(
        outcome(&ending(
            400,
            "ValidationException",
            "One or more parameter values were invalid"
        )),
        Outcome::Failed
    );
    assert_eq!(
        outcome(&Ending {
            in_progress: true,
            ..Ending::default()
        }),
        Outcome::Failed
    );
}
