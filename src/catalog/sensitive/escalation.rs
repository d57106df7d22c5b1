//! Lists actions with which a principal can get more rights than it was granted.
//!
//! Only direct ways are listed: to change policies, to act as another principal, and to run one's own code or commands
//! with another principal's rights. Actions that start something new with a role are not listed, because they need
//! `iam:PassRole`, which is. AWS describes these ways in
//! [preventing privilege escalation](https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html),
//! [passing roles](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html) and the security pages
//! of each service. The list was checked for completeness against the public lists of
//! [Rhino Security Labs](https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/) and
//! [pathfinding.cloud](https://pathfinding.cloud).

use super::Row;

/// Sorted by prefix and name.
pub(super) const ESCALATING: [Row; 121] = [
    ("airflow", "CreateCliToken", RUNS_COMMANDS),
    ("airflow", "CreateWebLoginToken", LOGS_IN),
    ("apprunner", "UpdateService", CHANGES_CODE),
    ("athena", "StartCalculationExecution", RUNS_COMMANDS),
    (
        "bedrock-agentcore",
        "InvokeAgentRuntimeCommand",
        RUNS_COMMANDS,
    ),
    ("bedrock-agentcore", "InvokeCodeInterpreter", RUNS_COMMANDS),
    ("bedrock-agentcore", "StartCodeInterpreterSession", LOGS_IN),
    ("bedrock-agentcore", "UpdateAgentRuntime", CHANGES_CODE),
    ("cloud9", "CreateEnvironmentMembership", LOGS_IN),
    ("cloud9", "UpdateEnvironmentMembership", LOGS_IN),
    ("cloudformation", "CreateChangeSet", RUNS_AS_ROLE),
    ("cloudformation", "CreateStackInstances", RUNS_AS_ROLE),
    ("cloudformation", "ExecuteChangeSet", RUNS_AS_ROLE),
    ("cloudformation", "UpdateStack", RUNS_AS_ROLE),
    ("cloudformation", "UpdateStackInstances", RUNS_AS_ROLE),
    ("cloudformation", "UpdateStackSet", RUNS_AS_ROLE),
    ("codebuild", "StartBuild", RUNS_COMMANDS),
    ("codebuild", "StartBuildBatch", RUNS_COMMANDS),
    ("codebuild", "StartCommandExecution", RUNS_COMMANDS),
    ("codebuild", "StartSandbox", RUNS_COMMANDS),
    ("codebuild", "StartSandboxConnection", RUNS_COMMANDS),
    ("codebuild", "UpdateProject", CHANGES_CODE),
    ("codedeploy", "CreateDeployment", CHANGES_CODE),
    ("codepipeline", "UpdatePipeline", CHANGES_CODE),
    ("cognito-identity", "SetIdentityPoolRoles", CHANGES_TRUST),
    ("cognito-identity", "UpdateIdentityPool", CHANGES_TRUST),
    ("datapipeline", "PutPipelineDefinition", CHANGES_CODE),
    (
        "datazone",
        "GetDomainExecutionRoleCredentials",
        ACTS_AS_ROLE,
    ),
    ("datazone", "GetEnvironmentCredentials", ACTS_AS_ROLE),
    ("deadline", "AssumeFleetRoleForWorker", ACTS_AS_ROLE),
    ("deadline", "AssumeQueueRoleForUser", ACTS_AS_ROLE),
    ("deadline", "AssumeQueueRoleForWorker", ACTS_AS_ROLE),
    ("ec2", "AssociateIamInstanceProfile", GIVES_ROLE),
    ("ec2", "CreateLaunchTemplateVersion", CHANGES_CODE),
    ("ec2", "ModifyInstanceAttribute", CHANGES_CODE),
    ("ec2", "ModifyLaunchTemplate", CHANGES_CODE),
    ("ec2", "ReplaceIamInstanceProfileAssociation", GIVES_ROLE),
    ("ec2-instance-connect", "SendSSHPublicKey", LOGS_IN),
    (
        "ec2-instance-connect",
        "SendSerialConsoleSSHPublicKey",
        LOGS_IN,
    ),
    ("ecs", "ExecuteCommand", RUNS_COMMANDS),
    ("eks", "AssociateAccessPolicy", CHANGES_POLICY),
    ("eks", "CreateAccessEntry", CHANGES_POLICY),
    ("eks", "UpdateAccessEntry", CHANGES_POLICY),
    ("elasticmapreduce", "AddJobFlowSteps", RUNS_COMMANDS),
    ("elasticmapreduce", "CreateStudioPresignedUrl", LOGS_IN),
    (
        "elasticmapreduce",
        "GetClusterSessionCredentials",
        ACTS_AS_ROLE,
    ),
    (
        "emr-containers",
        "GetManagedEndpointSessionCredentials",
        ACTS_AS_ROLE,
    ),
    ("emr-containers", "StartJobRun", RUNS_COMMANDS),
    ("emr-serverless", "AccessInteractiveEndpoints", LOGS_IN),
    ("emr-serverless", "AccessLivyEndpoints", LOGS_IN),
    ("gamelift", "GetComputeAccess", LOGS_IN),
    ("gamelift", "GetInstanceAccess", LOGS_IN),
    ("glue", "RunStatement", RUNS_COMMANDS),
    ("glue", "UpdateDevEndpoint", LOGS_IN),
    ("glue", "UpdateJob", CHANGES_CODE),
    ("iam", "AddClientIDToOpenIDConnectProvider", CHANGES_TRUST),
    ("iam", "AddRoleToInstanceProfile", HANDS_ON),
    ("iam", "AddUserToGroup", JOINS_GROUP),
    ("iam", "AttachGroupPolicy", CHANGES_POLICY),
    ("iam", "AttachRolePolicy", CHANGES_POLICY),
    ("iam", "AttachUserPolicy", CHANGES_POLICY),
    ("iam", "CreateAccessKey", TAKES_IDENTITY),
    ("iam", "CreateLoginProfile", TAKES_IDENTITY),
    ("iam", "CreatePolicyVersion", CHANGES_POLICY),
    ("iam", "CreateServiceSpecificCredential", TAKES_IDENTITY),
    ("iam", "DeleteRolePermissionsBoundary", LIFTS_BOUNDARY),
    ("iam", "DeleteUserPermissionsBoundary", LIFTS_BOUNDARY),
    ("iam", "PassRole", HANDS_ON),
    ("iam", "PutGroupPolicy", CHANGES_POLICY),
    ("iam", "PutRolePermissionsBoundary", LIFTS_BOUNDARY),
    ("iam", "PutRolePolicy", CHANGES_POLICY),
    ("iam", "PutUserPermissionsBoundary", LIFTS_BOUNDARY),
    ("iam", "PutUserPolicy", CHANGES_POLICY),
    ("iam", "ResetServiceSpecificCredential", TAKES_IDENTITY),
    ("iam", "SetDefaultPolicyVersion", CHANGES_POLICY),
    ("iam", "UpdateAccessKey", TAKES_IDENTITY),
    ("iam", "UpdateAssumeRolePolicy", CHANGES_TRUST),
    ("iam", "UpdateLoginProfile", TAKES_IDENTITY),
    (
        "iam",
        "UpdateOpenIDConnectProviderThumbprint",
        CHANGES_TRUST,
    ),
    ("iam", "UpdateSAMLProvider", CHANGES_TRUST),
    ("iam", "UploadSSHPublicKey", TAKES_IDENTITY),
    ("iam", "UploadSigningCertificate", TAKES_IDENTITY),
    ("identitystore", "CreateGroupMembership", JOINS_GROUP),
    ("kinesisanalytics", "CreateApplicationPresignedUrl", LOGS_IN),
    ("kinesisanalytics", "UpdateApplication", CHANGES_CODE),
    ("lambda", "UpdateFunctionCode", CHANGES_CODE),
    ("lambda", "UpdateFunctionConfiguration", CHANGES_CODE),
    ("organizations", "AttachPolicy", CHANGES_POLICY),
    ("organizations", "DeletePolicy", CHANGES_POLICY),
    ("organizations", "DetachPolicy", CHANGES_POLICY),
    ("organizations", "DisablePolicyType", CHANGES_POLICY),
    ("organizations", "UpdatePolicy", CHANGES_POLICY),
    ("rolesanywhere", "CreateTrustAnchor", CHANGES_TRUST),
    ("rolesanywhere", "UpdateTrustAnchor", CHANGES_TRUST),
    ("sagemaker", "CreatePresignedDomainUrl", LOGS_IN),
    ("sagemaker", "CreatePresignedNotebookInstanceUrl", LOGS_IN),
    ("sagemaker", "StartSession", LOGS_IN),
    ("sagemaker", "UpdateNotebookInstance", CHANGES_CODE),
    (
        "sagemaker",
        "UpdateNotebookInstanceLifecycleConfig",
        CHANGES_CODE,
    ),
    ("sagemaker", "UpdatePipeline", CHANGES_CODE),
    ("servicecatalog", "CreateProvisioningArtifact", RUNS_AS_ROLE),
    ("ssm", "CreateAssociation", RUNS_COMMANDS),
    ("ssm", "ResumeSession", LOGS_IN),
    ("ssm", "SendCommand", RUNS_COMMANDS),
    ("ssm", "StartAutomationExecution", RUNS_COMMANDS),
    ("ssm", "StartSession", LOGS_IN),
    ("ssm", "UpdateAssociation", RUNS_COMMANDS),
    ("ssm", "UpdateDocument", CHANGES_CODE),
    ("ssm", "UpdateDocumentDefaultVersion", CHANGES_CODE),
    ("ssm-guiconnect", "StartConnection", LOGS_IN),
    (
        "sso",
        "AttachCustomerManagedPolicyReferenceToPermissionSet",
        CHANGES_POLICY,
    ),
    ("sso", "AttachManagedPolicyToPermissionSet", CHANGES_POLICY),
    ("sso", "CreateAccountAssignment", JOINS_GROUP),
    (
        "sso",
        "DeletePermissionsBoundaryFromPermissionSet",
        LIFTS_BOUNDARY,
    ),
    ("sso", "PutInlinePolicyToPermissionSet", CHANGES_POLICY),
    (
        "sso",
        "PutPermissionsBoundaryToPermissionSet",
        LIFTS_BOUNDARY,
    ),
    ("sso-directory", "AddMemberToGroup", JOINS_GROUP),
    ("states", "UpdateStateMachine", CHANGES_CODE),
    ("sts", "AssumeRole", ACTS_AS_ROLE),
    ("sts", "AssumeRoot", ACTS_AS_ROLE),
    ("transfer", "ImportSshPublicKey", TAKES_IDENTITY),
];

const ACTS_AS_ROLE: &str = "acts with the rights of another role";
const CHANGES_CODE: &str = "changes code that runs with another role's rights";
const CHANGES_POLICY: &str = "changes what a principal may do";
const CHANGES_TRUST: &str = "changes who may act as a role";
const GIVES_ROLE: &str = "gives a running instance another role";
const HANDS_ON: &str = "hands a role to a service that then acts with its rights";
const JOINS_GROUP: &str = "makes a user a member of a group with more rights";
const LIFTS_BOUNDARY: &str = "changes the limit of what a principal may be given";
const LOGS_IN: &str = "logs in where another role's rights are";
const RUNS_AS_ROLE: &str = "makes things with the rights of the role that a stack already has";
const RUNS_COMMANDS: &str = "runs commands where another role's rights are";
const TAKES_IDENTITY: &str = "makes credentials of another user";
