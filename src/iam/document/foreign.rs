//! Recognizes files that are not a policy for a role, and says what each is and which file to give instead.

use jsonc_parser::ast::{Object, Value};

use super::elements::element;

/// A file of another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// What it is, as the end of a sentence that begins with "this is".
    pub what: &'static str,
    /// What to give instead.
    pub instead: &'static str,
}

const fn foreign(what: &'static str, instead: &'static str) -> Foreign {
    Foreign { what, instead }
}

const GIVE_THE_ROLES: &str = "give the role's permissions policy, which says what the role may do";
const GIVEN_ELSEWHERE: &str = "`gate`, `explain` and `grants` read templates; here give the policy itself, as IAM takes it, in JSON or YAML";
const GIVE_THE_WHOLE: &str = "give the whole template, which `gate`, `explain` and `grants` read, or the policy with the values filled in";

pub(super) const TRUST: Foreign = foreign(
    "a trust policy: it says who may assume a role",
    GIVE_THE_ROLES,
);
pub(super) const RESOURCE: Foreign = foreign(
    "a resource policy: it says who may use a resource",
    GIVE_THE_ROLES,
);
pub(super) const RESOURCE_CONTROL: Foreign = foreign(
    "a resource control policy (RCP) or a resource policy of denials: it limits who may use resources",
    GIVE_THE_ROLES,
);
const SERVICE_CONTROL: Foreign = foreign(
    "a service control policy (SCP): it limits accounts and grants nothing",
    "give the role's permissions policy; `check --scp` takes the value of `Content`",
);
const ORGANIZATION: Foreign = foreign(
    "a policy of AWS Organizations: it limits accounts and grants nothing",
    GIVE_THE_ROLES,
);
const STATEMENT: Foreign = foreign(
    "a statement without a policy around it",
    "put it into one: {\"Version\": \"2012-10-17\", \"Statement\": [...]}",
);
const STATEMENTS: Foreign = foreign(
    "a list of statements without a policy around it",
    "put it into one: {\"Version\": \"2012-10-17\", \"Statement\": [...]}",
);
const POLICIES: Foreign = foreign(
    "a list of policies",
    "give each policy as a file of its own; --policy-file may be repeated",
);
const TEMPLATE: Foreign = foreign("a CloudFormation template", GIVEN_ELSEWHERE);
const SAM: Foreign = foreign("a SAM template", GIVEN_ELSEWHERE);
const TEMPLATE_PART: Foreign = foreign("a part of a CloudFormation template", GIVE_THE_WHOLE);
pub(super) const FUNCTION: Foreign = foreign(
    "a value that CloudFormation fills in, as in a template",
    GIVE_THE_WHOLE,
);
const CDK: Foreign = foreign(
    "output of the CDK that has no policies",
    "give the folder, `cdk.out`, or a `*.template.json` in it",
);
const CDK_SOURCE: Foreign = foreign(
    "source code, such as a CDK app's",
    "give the policy that comes of it, as IAM takes it, in JSON or YAML",
);
const TERRAFORM_PLAN: Foreign = foreign(
    "a Terraform plan or state",
    "Terraform is not read yet: give the policy itself, as IAM takes it, in JSON or YAML",
);
const TERRAFORM: Foreign = foreign(
    "Terraform source",
    "Terraform is not read yet: give the policy that comes of it, as IAM takes it, in JSON or YAML",
);
const PULUMI: Foreign = foreign(
    "a file of Pulumi's",
    "it is not read: give the policy that comes of it, as IAM takes it, in JSON or YAML",
);
const SERVERLESS: Foreign = foreign(
    "a configuration of the Serverless Framework",
    "run `serverless package` and give the template that it writes: .serverless/cloudformation-template-update-stack.json",
);
const SERVERLESS_STATE: Foreign = foreign(
    "a state file of the Serverless Framework, which has its own form",
    "give the template beside it: .serverless/cloudformation-template-update-stack.json",
);
const KUBERNETES: Foreign = foreign("a Kubernetes manifest", GIVE_THE_ROLES);
const ROLE: Foreign = foreign(
    "what `aws iam get-role` prints: it holds the trust policy, which says who may assume the role",
    "give what `aws iam get-role-policy` or `aws iam get-policy-version` prints",
);
const POLICY_HEAD: Foreign = foreign(
    "what `aws iam get-policy` prints, which is not the policy's text",
    "give what `aws iam get-policy-version` prints",
);
const NAMES: Foreign = foreign(
    "a list of policies' names",
    "give what `aws iam get-role-policy` or `aws iam get-policy-version` prints",
);
const ACCOUNT: Foreign = foreign(
    "what `aws iam get-account-authorization-details` prints: the policies of a whole account",
    "give what `aws iam get-role-policy` or `aws iam get-policy-version` prints",
);
const TRACES: Foreign = foreign(
    "X-Ray traces",
    "give them to --traces, and a policy to --policy-file",
);

/// The kind of file that a value is, if it is not a policy.
pub(super) fn of_value(value: &Value<'_>) -> Option<Foreign> {
    match value {
        Value::Object(object) if element(object, "Statement").is_none() => of_object(object),
        Value::Array(array) => {
            let first = array.elements.first()?.as_object()?;
            if element(first, "Effect").is_some() {
                return Some(STATEMENTS);
            }
            let is_policy = |name| element(first, name).is_some();
            (is_policy("Statement") || is_policy("PolicyDocument")).then_some(POLICIES)
        }
        Value::Object(_)
        | Value::StringLit(_)
        | Value::NumberLit(_)
        | Value::BooleanLit(_)
        | Value::NullKeyword(_) => None,
    }
}

/// Whether an object is a CloudFormation function: `{"Ref": ...}`, `{"Fn::Sub": ...}`.
pub(super) fn is_function(value: &Value<'_>) -> bool {
    let Some([only]) = value.as_object().map(|object| object.properties.as_slice()) else {
        return false;
    };
    let name = only.name.as_str();
    name == "Ref" || name.starts_with("Fn::")
}

fn of_object(object: &Object<'_>) -> Option<Foreign> {
    let has = |name: &str| element(object, name).is_some();
    let all = |names: &[&str]| names.iter().all(|name| has(name));
    if has("Effect") && (has("Action") || has("NotAction")) {
        return Some(STATEMENT);
    }
    of_template(object)
        .or_else(|| of_iam(object))
        .or_else(|| {
            let terraform = has("format_version") || has("terraform_version");
            let known = ["planned_values", "values", "resource_changes", "resources"];
            (terraform && (known.iter().any(|name| has(name)) || has("lineage")))
                .then_some(TERRAFORM_PLAN)
        })
        .or_else(|| {
            let block = |name| {
                let block = element(object, name).and_then(Value::as_object);
                block.is_some_and(|block| has_names(block, |name| name.starts_with("aws_")))
            };
            (block("resource") || block("data")).then_some(TERRAFORM)
        })
        .or_else(|| {
            let told = [
                (["service", "provider"], SERVERLESS),
                (["service", "functions"], SERVERLESS),
                (["service", "package"], SERVERLESS_STATE),
                (["name", "runtime"], PULUMI),
                (["version", "deployment"], PULUMI),
                (["config", "steps"], PULUMI),
                (["apiVersion", "kind"], KUBERNETES),
                (["version", "artifacts"], CDK),
                (["version", "tree"], CDK),
            ];
            let found = told.iter().find(|(names, _)| all(names));
            found.map(|(_, foreign)| *foreign)
        })
        .or_else(|| (has("Traces") || has("TraceSummaries")).then_some(TRACES))
}

fn has_names(object: &Object<'_>, is_wanted: impl Fn(&str) -> bool) -> bool {
    let mut properties = object.properties.iter();
    properties.any(|property| is_wanted(property.name.as_str()))
}

fn of_template(object: &Object<'_>) -> Option<Foreign> {
    let text = |value: &Value<'_>, begin: &str| {
        let text = value.as_string_lit();
        text.is_some_and(|text| text.value.starts_with(begin))
    };
    if let Some(transform) = element(object, "Transform") {
        let mut all = super::elements::items(transform).iter();
        let is_sam = all.any(|value| text(value, "AWS::Serverless"));
        return Some(if is_sam { SAM } else { TEMPLATE });
    }
    if element(object, "AWSTemplateFormatVersion").is_some() {
        return Some(TEMPLATE);
    }
    if let Some(Value::Object(resources)) = element(object, "Resources") {
        let is_resource = |value: &Value<'_>| {
            let resource = value.as_object();
            resource.is_some_and(|resource| element(resource, "Type").is_some())
        };
        let mut values = resources.properties.iter().map(|own| &own.value);
        return values.any(is_resource).then_some(TEMPLATE);
    }
    let kind = element(object, "Type")?;
    text(kind, "AWS::").then_some(TEMPLATE_PART)
}

/// The kind of AWS CLI output about roles, resources and organizations.
fn of_iam(object: &Object<'_>) -> Option<Foreign> {
    let has = |name: &str| element(object, name).is_some();
    if has("Role") || has("AssumeRolePolicyDocument") {
        return Some(ROLE);
    }
    if has("RoleDetailList") {
        return Some(ACCOUNT);
    }
    if has("PolicyNames") || has("AttachedPolicies") {
        return Some(NAMES);
    }
    if has("PolicySummary") {
        return of_organization(object);
    }
    if has("ResourcePolicy") {
        return Some(RESOURCE);
    }
    if let Some(Value::Object(attributes)) = element(object, "Attributes") {
        return element(attributes, "Policy").map(|_| RESOURCE);
    }
    match element(object, "Policy")? {
        Value::Object(policy) if element(policy, "PolicySummary").is_some() => {
            of_organization(policy)
        }
        Value::Object(policy) if element(policy, "DefaultVersionId").is_some() => Some(POLICY_HEAD),
        Value::StringLit(_) => Some(RESOURCE),
        Value::Object(_)
        | Value::Array(_)
        | Value::NumberLit(_)
        | Value::BooleanLit(_)
        | Value::NullKeyword(_) => None,
    }
}

fn of_organization(policy: &Object<'_>) -> Option<Foreign> {
    let summary = element(policy, "PolicySummary")?.as_object()?;
    let kind = element(summary, "Type").and_then(Value::as_string_lit);
    let kind = kind.map(|kind| kind.value.as_ref()).unwrap_or_default();
    Some(match kind {
        "SERVICE_CONTROL_POLICY" => SERVICE_CONTROL,
        "RESOURCE_CONTROL_POLICY" => RESOURCE_CONTROL,
        _ => ORGANIZATION,
    })
}

/// The kind of file that a text is, if it can be read neither as JSON nor as YAML.
pub(super) fn of_text(text: &str) -> Option<Foreign> {
    let line_begins = |beginnings: &[&str]| {
        let mut lines = text.lines().map(str::trim_start);
        lines.any(|line| beginnings.iter().any(|begin| line.starts_with(begin)))
    };
    let holds = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if holds(&["AWS::Serverless-2016-10-31"]) {
        Some(SAM)
    } else if text.lines().any(|line| line.starts_with("service:"))
        && line_begins(&["provider:", "functions:"])
    {
        // Its `resources` are CloudFormation resources, so this comes before templates.
        Some(SERVERLESS)
    } else if holds(&[
        "AWSTemplateFormatVersion",
        "Type: AWS::",
        "\"Type\": \"AWS::",
    ]) {
        Some(TEMPLATE)
    } else if line_begins(&[
        "resource \"",
        "data \"",
        "module \"",
        "provider \"",
        "variable \"",
        "output \"",
        "locals {",
        "terraform {",
    ]) || holds(&["jsonencode(", "aws_iam_policy_document"])
    {
        Some(TERRAFORM)
    } else if line_begins(&["import ", "from ", "const ", "export "])
        || holds(&["PolicyStatement("])
    {
        Some(CDK_SOURCE)
    } else if holds(&["!Sub", "!Ref", "!GetAtt", "!Join", "!If", "!ImportValue"]) {
        Some(TEMPLATE_PART)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::PolicyDocument;

    fn said(text: &str, is_yaml: bool) -> String {
        let read = if is_yaml {
            PolicyDocument::parse_yaml(text, "p")
        } else {
            PolicyDocument::parse(text, "p")
        };
        let error = read.unwrap_err();
        assert!(error.hint().is_some(), "{text}");
        error.problem().to_string()
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn files_of_other_kinds_are_told_by_what_they_hold() {
        for (text, part) in [
            (
                r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#,
                "a statement without",
            ),
            (r#"[{"Effect": "Allow"}]"#, "a list of statements"),
            (
                r#"[{"Version": "2012-10-17", "Statement": []}]"#,
                "a list of policies",
            ),
            (
                r#"{"AWSTemplateFormatVersion": "2010-09-09"}"#,
                "a CloudFormation template",
            ),
            (
                r#"{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}"#,
                "a CloudFormation template",
            ),
            (
                r#"{"Transform": ["X", "AWS::Serverless-2016-10-31"]}"#,
                "a SAM template",
            ),
            (
                r#"{"Type": "AWS::IAM::Policy", "Properties": {}}"#,
                "a part of a CloudFormation",
            ),
            (
                r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": {"Fn::Sub": "x"}}}"#,
                "a value that CloudFormation fills in",
            ),
            (
                r#"{"version": "36.0.0", "artifacts": {}}"#,
                "output of the CDK",
            ),
            (
                r#"{"format_version": "1.2", "planned_values": {}}"#,
                "a Terraform plan",
            ),
            (
                r#"{"version": 4, "terraform_version": "1.9", "lineage": ""}"#,
                "a Terraform plan",
            ),
            (
                r#"{"resource": {"aws_iam_policy": {}}}"#,
                "Terraform source",
            ),
            (
                r#"{"service": {"service": "shop"}, "package": {}}"#,
                "a state file of the Serverless Framework",
            ),
            (r#"{"version": 3, "deployment": {}}"#, "a file of Pulumi's"),
            (
                r#"{"apiVersion": "v1", "kind": "ConfigMap"}"#,
                "a Kubernetes manifest",
            ),
            (r#"{"Role": {"RoleName": "r"}}"#, "`aws iam get-role`"),
            (
                r#"{"Policy": {"DefaultVersionId": "v1"}}"#,
                "`aws iam get-policy`",
            ),
            (
                r#"{"Policy": "{}", "RevisionId": "x"}"#,
                "a resource policy",
            ),
            (r#"{"Attributes": {"Policy": "{}"}}"#, "a resource policy"),
            (
                r#"{"Policy": {"PolicySummary": {"Type": "SERVICE_CONTROL_POLICY"}, "Content": "{}"}}"#,
                "a service control policy (SCP)",
            ),
            (
                r#"{"Policy": {"PolicySummary": {"Type": "RESOURCE_CONTROL_POLICY"}}}"#,
                "a resource control policy (RCP)",
            ),
            (r#"{"AttachedPolicies": []}"#, "a list of policies' names"),
            (r#"{"RoleDetailList": []}"#, "a whole account"),
            (r#"{"Traces": []}"#, "X-Ray traces"),
            ("resource \"aws_iam_policy\" \"p\" {\n}", "Terraform source"),
            ("  policy = jsonencode({ Version = 1 })", "Terraform source"),
            ("new iam.PolicyStatement({})", "source code"),
            (r#"{"Resource": {{ arn }}}"#, "`{{ arn }}` is a placeholder"),
            (
                r#"{"Statement": [${statements}]}"#,
                "`${statements}` is a placeholder",
            ),
        ] {
            let said = said(text, false);
            assert!(said.contains(part), "{text}: {said}");
        }
        for (text, part) in [
            (
                "Transform: AWS::Serverless-2016-10-31\nR: !Ref X",
                "a SAM template",
            ),
            (
                "Resources:\n  R:\n    Type: AWS::IAM::Role\n    N: !Sub x",
                "a CloudFormation template",
            ),
            (
                "Statement:\n  Resource: !GetAtt A.Arn",
                "a part of a CloudFormation template",
            ),
            (
                "service: x\nprovider: {name: aws}",
                "the Serverless Framework",
            ),
            (
                "service: x\nfunctions: {}\nresources:\n  Resources:\n    O:\n      Type: AWS::SQS::Queue\n      Properties: !Ref X",
                "the Serverless Framework",
            ),
            ("name: x\nruntime: yaml", "a file of Pulumi's"),
            (
                "Effect: Allow\nAction: '*'\nResource: '*'",
                "a statement without",
            ),
        ] {
            let said = said(text, true);
            assert!(said.contains(part), "{text}: {said}");
        }
    }
}
