//! What was typed for `grants`.

use super::{SummaryFormat, TemplateValues};
use clap::Args;

/// `grants`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # What each role of a template is granted
  aws-least-privilege grants template.yaml

  # As deployed in production
  aws-least-privilege grants template.yaml --region eu-west-1 \\
    --parameter Stage=prod --parameter AWS::StackName=shop

  # Everything that a CDK app grants, for a script
  aws-least-privilege grants cdk.out --format json | jq '.roles[].policies'

Text in `${...}` is known once the stack is deployed: `${Orders}` is the name that AWS gives to
the resource `Orders`.")]
pub struct Grants {
    /// A CloudFormation or SAM template (YAML or JSON), a folder that the CDK wrote, or a policy file
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<String>,

    #[command(flatten)]
    pub(crate) templates: TemplateValues,

    /// The AWS region that the stack is in
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: SummaryFormat,
}
