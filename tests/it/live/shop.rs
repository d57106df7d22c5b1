//! A stack to judge, in moto: functions that share a role, a managed policy, a boundary, a nested stack and a polled queue.
//!
//! What moto's CloudFormation leaves out or garbles is put right through the API: inline and attached policies, the boundary,
//! tracing.

use super::moto::Moto;
use aws_sdk_cloudformation::Client as CloudFormation;
use aws_sdk_iam::Client as Iam;
use aws_sdk_lambda::Client as Lambda;
use aws_sdk_lambda::types::{FunctionCode, Runtime, TracingConfig, TracingMode};
use serde_json::{Value, json};

/// AWS's own policy for functions that write a log.
pub(crate) const BASIC: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

/// The stack, and what its parts are called.
#[derive(Debug)]
pub(crate) struct Shop {
    /// The stack's name.
    pub(crate) stack: String,
    /// The role that `checkout`, `refund` and, outside the stack, `audit` use; also the role's name.
    pub(crate) role: String,
    /// The ARN of that role.
    pub(crate) role_arn: String,
    /// The ARN of the role of `report`, in the nested stack.
    pub(crate) report_role_arn: String,
    /// The queue that is polled for `checkout`.
    pub(crate) queue_arn: String,
    /// The managed policy of the shared role.
    pub(crate) managed_arn: String,
    /// Its permissions boundary.
    pub(crate) boundary_arn: String,
}

/// The policies of the shared role.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    /// The managed policy's document.
    pub(crate) managed: Value,
    /// The inline policy's document.
    pub(crate) inline: Value,
    /// The boundary's document.
    pub(crate) boundary: Value,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            managed: allow(&["dynamodb:*"], &["*"]),
            inline: allow(
                &[
                    "sqs:ReceiveMessage",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                ],
                &["*"],
            ),
            boundary: allow(&["*"], &["*"]),
        }
    }
}

/// A document of one statement.
pub(crate) fn allow(actions: &[&str], resources: &[&str]) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resources}],
    })
}

fn trust() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }],
    })
}

fn function(name: &str, role: &Value) -> Value {
    json!({
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": name,
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Role": role,
            "Code": {"ZipFile": "def handler(event, context):\n    return None\n"},
        },
    })
}

impl Shop {
    /// Creates it all.
    pub(crate) fn create(moto: &Moto, policies: &Policies) -> Self {
        let runtime = runtime();
        runtime.block_on(create(moto, policies))
    }

    /// Writes another inline policy into the shared role.
    pub(crate) fn put_inline(&self, moto: &Moto, document: &Value) {
        let put = Iam::new(&moto.sdk())
            .put_role_policy()
            .role_name(&self.role)
            .policy_name("inline")
            .policy_document(document.to_string());
        runtime().block_on(put.send()).expect("moto takes it");
    }

    /// Detaches a managed policy from the shared role.
    pub(crate) fn detach(&self, moto: &Moto, policy_arn: &str) {
        let detach = Iam::new(&moto.sdk())
            .detach_role_policy()
            .role_name(&self.role)
            .policy_arn(policy_arn);
        runtime().block_on(detach.send()).expect("moto takes it");
    }
}

/// Threads for the clients of a test.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads")
}

async fn create(moto: &Moto, policies: &Policies) -> Shop {
    let sdk = moto.sdk();
    let (stacks, iam, lambda) = (CloudFormation::new(&sdk), Iam::new(&sdk), Lambda::new(&sdk));
    let nested = moto.put_template("reports.json", &nested().to_string());
    let template = template(&nested, policies).to_string();
    stacks
        .create_stack()
        .stack_name("shop")
        .template_body(template)
        .send()
        .await
        .expect("moto makes the stack");

    let role = iam
        .get_role()
        .role_name("shop-shared")
        .send()
        .await
        .expect("the role is there")
        .role
        .expect("a role");
    let managed_arn = physical_id(&stacks, "Managed").await;
    let boundary_arn = physical_id(&stacks, "Boundary").await;
    for arn in [managed_arn.as_str(), BASIC] {
        iam.attach_role_policy()
            .role_name("shop-shared")
            .policy_arn(arn)
            .send()
            .await
            .expect("moto attaches it");
    }
    iam.put_role_policy()
        .role_name("shop-shared")
        .policy_name("inline")
        .policy_document(policies.inline.to_string())
        .send()
        .await
        .expect("moto takes it");
    iam.put_role_permissions_boundary()
        .role_name("shop-shared")
        .permissions_boundary(&boundary_arn)
        .send()
        .await
        .expect("moto takes it");
    // Its CloudFormation leaves out tracing, which no update adds: the function is made once more, under the same name.
    lambda
        .delete_function()
        .function_name("checkout")
        .send()
        .await
        .expect("moto deletes it");
    make(&lambda, "checkout", &role.arn, TracingMode::Active).await;
    // A function beside the stack that uses the shared role too.
    make(&lambda, "audit", &role.arn, TracingMode::PassThrough).await;
    let report = lambda
        .get_function_configuration()
        .function_name("report")
        .send()
        .await;
    let mappings = lambda
        .list_event_source_mappings()
        .send()
        .await
        .expect("moto lists them");
    Shop {
        stack: "shop".to_owned(),
        role: "shop-shared".to_owned(),
        role_arn: role.arn,
        report_role_arn: report
            .expect("the nested stack is there")
            .role
            .expect("it has a role"),
        queue_arn: mappings.event_source_mappings()[0]
            .event_source_arn()
            .expect("a queue")
            .to_owned(),
        managed_arn,
        boundary_arn,
    }
}

async fn make(lambda: &Lambda, name: &str, role: &str, tracing: TracingMode) {
    // Moto asks for code and never runs it.
    let code = FunctionCode::builder()
        .s3_bucket("templates")
        .s3_key("reports.json")
        .build();
    lambda
        .create_function()
        .function_name(name)
        .runtime(Runtime::Python313)
        .handler("index.handler")
        .role(role)
        .code(code)
        .tracing_config(TracingConfig::builder().mode(tracing).build())
        .send()
        .await
        .expect("moto makes the function");
}

async fn physical_id(stacks: &CloudFormation, logical_id: &str) -> String {
    let resource = stacks
        .describe_stack_resource()
        .stack_name("shop")
        .logical_resource_id(logical_id)
        .send()
        .await;
    let detail = resource
        .expect("the resource is there")
        .stack_resource_detail;
    detail
        .expect("a detail")
        .physical_resource_id
        .expect("an id")
}

fn template(nested: &str, policies: &Policies) -> Value {
    let role = json!({"Fn::GetAtt": ["Role", "Arn"]});
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "Managed": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"ManagedPolicyName": "shop-orders", "PolicyDocument": policies.managed},
            },
            "Boundary": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"ManagedPolicyName": "shop-boundary", "PolicyDocument": policies.boundary},
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"RoleName": "shop-shared", "Path": "/shop/", "AssumeRolePolicyDocument": trust()},
            },
            "Orders": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}},
            "Checkout": function("checkout", &role),
            "Refund": function("refund", &role),
            "Polling": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": {"Fn::GetAtt": ["Orders", "Arn"]},
                    "FunctionName": {"Ref": "Checkout"},
                },
            },
            "Reports": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": nested}},
        },
    })
}

fn nested() -> Value {
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"RoleName": "shop-report", "AssumeRolePolicyDocument": trust()},
            },
            "Report": function("report", &json!({"Fn::GetAtt": ["Role", "Arn"]})),
        },
    })
}
