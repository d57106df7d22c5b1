//! The documents that SAM writes by itself.

use super::tree::Maker;
use crate::yaml::Node;

impl Maker {
    /// A trust policy for a service.
    pub(super) fn trust(&self, service: &str) -> Node {
        self.map([
            ("Version", self.text("2012-10-17")),
            (
                "Statement",
                self.list([self.map([
                    ("Action", self.list([self.text("sts:AssumeRole")])),
                    ("Effect", self.text("Allow")),
                    (
                        "Principal",
                        self.map([("Service", self.list([self.text(service)]))]),
                    ),
                ])]),
            ),
        ])
    }

    /// A statement that allows one action, which SAM writes as a text.
    pub(super) fn allow(&self, action: &str, resource: Node) -> Node {
        self.statement(self.text(action), resource)
    }

    /// A statement that allows a list of actions.
    pub(super) fn allow_all(&self, actions: &[&str], resource: Node) -> Node {
        let actions = actions.iter().map(|action| self.text(action));
        self.statement(self.list(actions), resource)
    }

    fn statement(&self, action: Node, resource: Node) -> Node {
        self.map([
            ("Action", action),
            ("Effect", self.text("Allow")),
            ("Resource", resource),
        ])
    }

    /// A document as SAM writes most: without a version.
    pub(super) fn document(&self, statements: Vec<Node>) -> Node {
        self.map([("Statement", self.list(statements))])
    }

    /// A document of the newer language.
    pub(super) fn document_2012(&self, statements: Vec<Node>) -> Node {
        self.map([
            ("Version", self.text("2012-10-17")),
            ("Statement", self.list(statements)),
        ])
    }

    /// An entry of a role's `Policies`.
    pub(super) fn inline(&self, name: &str, document: Node) -> Node {
        self.map([
            ("PolicyName", self.text(name)),
            ("PolicyDocument", document),
        ])
    }

    /// What lets a role send to a destination of one of SAM's types; `None` for a type that SAM grants nothing for.
    pub(super) fn send_to(&self, kind: &str, to: &Node, id: &str) -> Option<Node> {
        let to = to.clone();
        let (suffix, statements) = match kind {
            "SQS" => ("SQSPolicy", vec![self.allow("sqs:SendMessage", to)]),
            "SNS" => ("SNSPolicy", vec![self.allow("sns:publish", to)]),
            "EventBridge" => (
                "EventBridgePolicy",
                vec![self.allow("events:PutEvents", to)],
            ),
            "Lambda" => (
                "LambdaPolicy",
                vec![self.allow("lambda:InvokeFunction", to)],
            ),
            "S3" | "S3Bucket" => {
                let parts = self.list([self.text("/"), self.list([to.clone(), self.text("*")])]);
                let objects = self.map([("Fn::Join", parts)]);
                let puts = self.allow("s3:PutObject", objects);
                ("S3Policy", vec![puts, self.allow("s3:ListBucket", to)])
            }
            _ => return None,
        };
        Some(self.inline(&format!("{id}{suffix}"), self.document(statements)))
    }

    /// What lets a role start a state machine.
    pub(super) fn start_execution(&self, state_machine: Node, id: &str) -> Node {
        let statement = self.allow("states:StartExecution", state_machine);
        self.inline(
            &format!("{id}StartExecutionPolicy"),
            self.document(vec![statement]),
        )
    }

    /// The ARN of a managed policy of AWS's, by its path and name.
    pub(super) fn aws_policy(&self, partition: &str, name: &str) -> Node {
        self.text(&format!("arn:{partition}:iam::aws:policy/{name}"))
    }
}
