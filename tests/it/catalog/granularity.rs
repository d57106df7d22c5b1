//! Resources as people write them: whole names, and wildcards for what lies inside.

use super::{call, may_need, needs};

#[test]
fn case_28_a_qualified_invoke_is_on_the_versions_and_not_on_the_function() {
    let function = "arn:aws:lambda:eu-west-1:123456789012:function:checkout";
    let plain = format!("lambda:InvokeFunction {function}");
    let qualified = format!("lambda:InvokeFunction {function}:*");
    for name in [
        "checkout",
        function,
        "123456789012:function:checkout",
        "function:checkout",
    ] {
        needs(
            &call("Lambda", "Invoke", &[("function_name", name)]),
            &[&plain],
        );
    }
    for name in [
        "checkout:PROD",
        "checkout:$LATEST",
        &format!("{function}:PROD"),
        "123456789012:function:checkout:7",
    ] {
        needs(
            &call("Lambda", "Invoke", &[("function_name", name)]),
            &[&qualified],
        );
    }
    let apart = call(
        "Lambda",
        "Invoke",
        &[("function_name", "checkout"), ("qualifier", "PROD")],
    );
    needs(&apart, &[&qualified]);
    may_need(
        &call("Lambda", "Invoke", &[("function_name", "checkout")]),
        &[],
    );
}

#[test]
fn case_28_where_the_recorder_keeps_no_qualifier_it_may_have_been_there() {
    let recorded = [
        ("faas.invoked_name", "checkout"),
        ("function_name", "checkout"),
    ];
    needs(
        &call("Lambda", "Invoke", &recorded),
        &["lambda:InvokeFunction arn:aws:lambda:eu-west-1:123456789012:function:checkout"],
    );
    may_need(
        &call("Lambda", "Invoke", &recorded),
        &["lambda:InvokeFunction arn:aws:lambda:eu-west-1:123456789012:function:checkout:*"],
    );
}

#[test]
fn case_29_a_query_of_an_index_is_on_the_index() {
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
    let of_index = [("table_name", "orders"), ("index_name", "by-day")];
    needs(
        &call("DynamoDB", "Query", &of_index),
        &[&format!("dynamodb:Query {table}/index/by-day")],
    );
    may_need(
        &call("DynamoDB", "Query", &of_index),
        &[&format!("dynamodb:Query {table}")],
    );
    let of_table = [("table_name", "orders")];
    needs(
        &call("DynamoDB", "Query", &of_table),
        &[&format!("dynamodb:Query {table}")],
    );
    may_need(&call("DynamoDB", "Query", &of_table), &[]);
}

#[test]
fn case_29_where_the_recorder_keeps_no_index_it_may_have_been_there() {
    let recorded = [
        ("aws.dynamodb.table_names", "orders"),
        ("table_name", "orders"),
    ];
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
    needs(
        &call("DynamoDB", "Scan", &recorded),
        &[&format!("dynamodb:Scan {table}")],
    );
    may_need(
        &call("DynamoDB", "Scan", &recorded),
        &[&format!("dynamodb:Scan? {table}/index/*")],
    );
}

#[test]
fn case_30_a_stream_is_not_its_table() {
    let stream =
        "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000";
    let general = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/*";
    needs(
        &call(
            "DynamoDBStreams",
            "GetShardIterator",
            &[("stream_arn", stream)],
        ),
        &[&format!("dynamodb:GetShardIterator {general}")],
    );
    let iterator = format!("{stream}|1|AAAAAAAAAAE");
    needs(
        &call(
            "DynamoDBStreams",
            "GetRecords",
            &[("shard_iterator", &iterator)],
        ),
        &[&format!("dynamodb:GetRecords {general}")],
    );
    needs(
        &call("DynamoDBStreams", "GetRecords", &[]),
        &["dynamodb:GetRecords? arn:aws:dynamodb:eu-west-1:123456789012:table/*/stream/*"],
    );
}

#[test]
fn case_32_an_alias_does_not_tell_the_key() {
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let key = format!("kms:Decrypt arn:aws:kms:eu-west-1:123456789012:key/{id}");
    needs(&call("KMS", "Decrypt", &[("key_id", id)]), &[&key]);
    needs(
        &call(
            "KMS",
            "Decrypt",
            &[(
                "key_id",
                &format!("arn:aws:kms:eu-west-1:123456789012:key/{id}"),
            )],
        ),
        &[&key],
    );
    let multi_region = "mrk-1234abcd12ab34cd56ef1234567890ab";
    needs(
        &call("KMS", "Decrypt", &[("key_id", multi_region)]),
        &[&format!(
            "kms:Decrypt arn:aws:kms:eu-west-1:123456789012:key/{multi_region}"
        )],
    );
    for alias in ["alias/app", "arn:aws:kms:eu-west-1:123456789012:alias/app"] {
        needs(
            &call("KMS", "Decrypt", &[("key_id", alias)]),
            &["kms:Decrypt? arn:aws:kms:eu-west-1:123456789012:key/*"],
        );
    }
}

#[test]
fn case_34_s3_operations_take_the_actions_that_iam_has() {
    let bucket = [("bucket_name", "orders")];
    let object = [("bucket_name", "orders"), ("key", "2026/1.json")];
    for operation in ["ListObjects", "ListObjectsV2", "HeadBucket"] {
        needs(
            &call("S3", operation, &bucket),
            &["s3:ListBucket arn:aws:s3:::orders"],
        );
    }
    needs(
        &call("S3", "HeadObject", &object),
        &["s3:GetObject arn:aws:s3:::orders/*"],
    );
    needs(
        &call("S3", "GetObject", &object),
        &["s3:GetObject arn:aws:s3:::orders/*"],
    );
    needs(&call("S3", "ListBuckets", &[]), &["s3:ListAllMyBuckets *"]);
    for operation in [
        "PutObject",
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
    ] {
        needs(
            &call("S3", operation, &object),
            &["s3:PutObject arn:aws:s3:::orders/*"],
        );
    }
    needs(
        &call("S3", "DeleteObjects", &bucket),
        &["s3:DeleteObject arn:aws:s3:::orders/*"],
    );
}

#[test]
fn case_35_operations_take_the_names_that_iam_has() {
    let bucket = [("bucket", "orders")];
    needs(
        &call("S3", "PutBucketEncryption", &bucket),
        &["s3:PutEncryptionConfiguration arn:aws:s3:::orders"],
    );
    needs(
        &call("S3", "PutBucketLifecycle", &bucket),
        &["s3:PutLifecycleConfiguration arn:aws:s3:::orders"],
    );
    needs(
        &call("monitoring", "PutMetricData", &[]),
        &["cloudwatch:PutMetricData *"],
    );
    needs(
        &call("email", "SendRawEmail", &[("source", "example.com")]),
        &["ses:SendRawEmail arn:aws:ses:eu-west-1:123456789012:identity/example.com"],
    );
    let machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";
    needs(
        &call("SFN", "StartExecution", &[("state_machine_arn", machine)]),
        &[&format!("states:StartExecution {machine}")],
    );
}

#[test]
fn an_object_of_a_version_is_read_by_another_action() {
    let object = [("bucket_name", "orders"), ("key", "1"), ("version_id", "7")];
    needs(
        &call("S3", "GetObject", &object),
        &["s3:GetObjectVersion arn:aws:s3:::orders/*"],
    );
    let optional = [
        "s3:GetObject arn:aws:s3:::orders/*",
        "s3:ListBucket arn:aws:s3:::orders",
    ];
    may_need(&call("S3", "GetObject", &object), &optional);
    may_need(
        &call(
            "S3",
            "GetObject",
            &[("bucket_name", "orders"), ("key", "1")],
        ),
        &["s3:ListBucket arn:aws:s3:::orders"],
    );
}

#[test]
fn a_secret_has_six_characters_behind_its_name() {
    let general = "secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-??????";
    let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db";
    for secret in ["prod/db", &format!("{arn}-AbC123"), arn] {
        needs(
            &call("SecretsManager", "GetSecretValue", &[("secret_id", secret)]),
            &[general],
        );
    }
}

#[test]
fn a_parameter_is_named_without_its_first_slash_and_a_path_is_all_below_it() {
    let parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db";
    for name in ["/prod/db", "prod/db", parameter, "/prod/db:3"] {
        needs(
            &call("SSM", "GetParameter", &[("name", name)]),
            &[&format!("ssm:GetParameter {parameter}")],
        );
    }
    needs(
        &call("SSM", "GetParametersByPath", &[("path", "/prod/db")]),
        &[&format!(
            "ssm:GetParametersByPath {parameter} {parameter}/*"
        )],
    );
}

#[test]
fn what_runs_and_what_is_logged_is_named_by_what_it_lies_in() {
    let execution = "arn:aws:states:eu-west-1:123456789012:execution:orders:run-1";
    needs(
        &call(
            "states",
            "DescribeExecution",
            &[("execution_arn", execution)],
        ),
        &["states:DescribeExecution arn:aws:states:eu-west-1:123456789012:execution:orders:*"],
    );
    needs(
        &call(
            "logs",
            "PutLogEvents",
            &[("log_group_name", "/aws/app"), ("log_stream_name", "2026")],
        ),
        &["logs:PutLogEvents arn:aws:logs:eu-west-1:123456789012:log-group:/aws/app:*"],
    );
    needs(
        &call("ECS", "RunTask", &[("task_definition", "web:12")]),
        &["ecs:RunTask arn:aws:ecs:eu-west-1:123456789012:task-definition/web:*"],
    );
    let subscription =
        "arn:aws:sns:eu-west-1:123456789012:orders:8a21d249-4329-4871-acc6-7be709c6ea7f";
    needs(
        &call("SNS", "Unsubscribe", &[("subscription_arn", subscription)]),
        &["sns:Unsubscribe arn:aws:sns:eu-west-1:123456789012:orders:*"],
    );
}
