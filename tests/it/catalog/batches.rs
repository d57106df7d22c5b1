//! Calls that stand for several: batches, transactions, statements, copies.

use super::{call, may_need, needs};

const TABLES: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table";

#[test]
fn case_59_a_batch_needs_its_action_on_every_table() {
    let tables = [("table_names", "orders"), ("table_names", "customers")];
    let both = format!("{TABLES}/customers {TABLES}/orders");
    needs(
        &call("DynamoDB", "BatchGetItem", &tables),
        &[&format!("dynamodb:BatchGetItem {both}")],
    );
    needs(
        &call("DynamoDB", "BatchWriteItem", &tables),
        &[&format!("dynamodb:BatchWriteItem {both}")],
    );
}

#[test]
fn case_59_a_transaction_needs_the_actions_of_its_items() {
    let tables = [("table_names", "orders")];
    let get = call("DynamoDB", "TransactGetItems", &tables);
    needs(&get, &[&format!("dynamodb:GetItem {TABLES}/orders")]);
    let write = call("DynamoDB", "TransactWriteItems", &tables);
    needs(&write, &[]);
    let of_items = ["ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"];
    let expected = of_items.map(|name| format!("dynamodb:{name} {TABLES}/orders"));
    may_need(&write, &expected.each_ref().map(String::as_str));
}

#[test]
fn a_statement_needs_its_own_kind_of_action_on_its_table() {
    let cases = [
        ("SELECT * FROM \"orders\" WHERE id = ?", "PartiQLSelect"),
        ("insert into orders value {'id': ?}", "PartiQLInsert"),
        ("UPDATE \"orders\" SET a = ?", "PartiQLUpdate"),
        ("DELETE FROM orders WHERE id = ?", "PartiQLDelete"),
    ];
    for (statement, action) in cases {
        let call = call("DynamoDB", "ExecuteStatement", &[("statement", statement)]);
        needs(&call, &[&format!("dynamodb:{action} {TABLES}/orders")]);
    }
    needs(&call("DynamoDB", "ExecuteStatement", &[]), &[]);
}

#[test]
fn sqs_and_sns_batches_need_the_action_of_one_message() {
    let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
    let queue = "arn:aws:sqs:eu-west-1:123456789012:orders";
    for (operation, action) in [
        ("SendMessageBatch", "SendMessage"),
        ("DeleteMessageBatch", "DeleteMessage"),
        ("ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
    ] {
        let call = call("SQS", operation, &[("queue_url", url)]);
        needs(&call, &[&format!("sqs:{action} {queue}")]);
    }
    let topic = "arn:aws:sns:eu-west-1:123456789012:orders";
    let publish = call("SNS", "PublishBatch", &[("topic_arn", topic)]);
    needs(&publish, &[&format!("sns:Publish {topic}")]);
}

#[test]
fn a_copy_reads_its_source_and_writes_its_target() {
    let expected = [
        "s3:GetObject arn:aws:s3:::source/*",
        "s3:PutObject arn:aws:s3:::target/*",
    ];
    for parameters in [
        &[
            ("bucket_name", "target"),
            ("key", "b"),
            ("copy_source", "source/a%20b"),
        ][..],
        &[
            ("source_bucket_name", "source"),
            ("source_key", "a"),
            ("destination_bucket_name", "target"),
            ("destination_key", "b"),
        ],
    ] {
        needs(&call("S3", "CopyObject", parameters), &expected);
    }
    let of_a_version = &[
        ("bucket", "target"),
        ("key", "b"),
        ("copy_source", "/source/a?versionId=1"),
    ];
    needs(
        &call("S3", "CopyObject", of_a_version),
        &[
            "s3:GetObjectVersion arn:aws:s3:::source/*",
            "s3:PutObject arn:aws:s3:::target/*",
        ],
    );
    let unknown = [
        "s3:GetObject? arn:aws:s3:::*/*",
        "s3:PutObject arn:aws:s3:::target/*",
    ];
    needs(
        &call("S3", "CopyObject", &[("bucket_name", "target")]),
        &unknown,
    );
    needs(
        &call(
            "Amazon S3",
            "CopyPart",
            &[
                ("source_bucket_name", "source"),
                ("destination_bucket_name", "target"),
            ],
        ),
        &expected,
    );
}

#[test]
fn invoking_asynchronously_the_old_way_needs_both_names() {
    let function = "arn:aws:lambda:eu-west-1:123456789012:function:checkout";
    needs(
        &call("Lambda", "InvokeAsync", &[("function_name", "checkout")]),
        &[
            &format!("lambda:InvokeAsync {function}"),
            &format!("lambda:InvokeFunction {function}"),
        ],
    );
    let streamed = call(
        "Lambda",
        "InvokeWithResponseStream",
        &[("function_name", "checkout")],
    );
    needs(&streamed, &[&format!("lambda:InvokeFunction {function}")]);
}

#[test]
fn several_values_are_several_resources_and_too_many_are_unknown() {
    let names = call("SSM", "GetParameters", &[("names", "/a"), ("names", "/b")]);
    let parameters = "arn:aws:ssm:eu-west-1:123456789012:parameter";
    needs(
        &names,
        &[&format!("ssm:GetParameters {parameters}/a {parameters}/b")],
    );
    let many: Vec<String> = (0..300).map(|number| format!("/p{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| ("names", name.as_str())).collect();
    needs(
        &call("SSM", "GetParameters", &many),
        &[&format!("ssm:GetParameters? {parameters}/*")],
    );
}
