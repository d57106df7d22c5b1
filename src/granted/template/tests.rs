use super::*;
use std::fmt::Write as _;

/// What the roles of a template are granted, a line a statement: place, line, effect, actions and resources.
fn told(text: &str, values: &Values) -> Vec<String> {
    let template = template_of(text, "t.yaml").unwrap().unwrap();
    let templates = Templates::of(vec![template], values, &BTreeSet::new());
    let found = templates.templates[0].granted().unwrap();
    let mut lines = Vec::new();
    for role in found.roles {
        for statement in role.policies.iter().flat_map(|policy| &policy.statements) {
            let actions: Vec<&str> = statement
                .actions
                .patterns()
                .iter()
                .map(|own| own.value.text())
                .collect();
            let resources: Vec<&str> = statement
                .resources
                .patterns()
                .iter()
                .map(|own| own.value.text())
                .collect();
            lines.push(format!(
                "{}:{} {} {} on {}",
                statement.place.as_deref().unwrap_or("-"),
                statement.span.line,
                statement.effect,
                actions.join(","),
                resources.join(",")
            ));
        }
        lines.extend(role.insufficient);
    }
    let gaps = found.gaps.into_iter().chain(found.not_judged);
    lines.extend(gaps.map(|gap| format!("gap {gap}")));
    lines
}

fn known() -> Values {
    Values {
        region: Some("eu-west-1".into()),
        account: Some("111122223333".into()),
        ..Values::default()
    }
}

const HEAD: &str = "
Parameters: {Open: {Type: String}, Actions: {Type: CommaDelimitedList}}
Conditions: {Maybe: !Equals [!Ref Open, x]}
Resources:
  T: {Type: 'AWS::DynamoDB::Table'}
";

fn role(policies: &str) -> String {
    format!("{HEAD}  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n{policies}")
}

fn policy(statement: &str) -> String {
    role(&format!(
        "        - PolicyName: p\n          PolicyDocument: {{Version: 2012-10-17, Statement: {statement}}}\n"
    ))
}

#[test]
fn a_name_that_nobody_knows_is_a_symbol() {
    let text = policy(
        "[{Effect: Allow, Action: 'dynamodb:GetItem', Resource: [!GetAtt T.Arn, !Sub '${T.Arn}/index/*']}]",
    );
    assert_eq!(
        told(&text, &known()),
        [
            "R › Policies[0]:11 Allow dynamodb:GetItem on arn:aws:dynamodb:eu-west-1:111122223333:table/${T},arn:aws:dynamodb:eu-west-1:111122223333:table/${T}/index/*"
        ]
    );
}

#[test]
fn an_unknown_condition_counts_in_an_allow_and_not_in_a_denial() {
    let text = policy(
        "[{Effect: Allow, Action: ['s3:GetObject', !If [Maybe, 's3:PutObject', !Ref 'AWS::NoValue']], Resource: '*'}, \
         !If [Maybe, {Effect: Deny, Action: 's3:PutObject', Resource: '*'}, !Ref 'AWS::NoValue'], \
         {Effect: Deny, Action: 's3:*', Resource: [!If [Maybe, a, b]]}, \
         {Effect: Allow, Action: 's3:ListBucket', Resource: '*', Condition: !If [Maybe, {Bool: {'aws:SecureTransport': true}}, !Ref 'AWS::NoValue']}]",
    );
    let told = told(&text, &known());
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].contains("s3:GetObject,s3:PutObject"), "{told:#?}");
}

#[test]
fn actions_that_nobody_knows_are_a_gap_of_the_role() {
    let text = policy("[{Effect: Allow, Action: [!Ref Open, 's3:GetObject'], Resource: '*'}]");
    let told = told(&text, &known());
    assert!(
        told.iter()
            .any(|line| line.contains("Allow s3:GetObject on *")),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|line| line.contains("which actions `${Open}` is")),
        "{told:#?}"
    );
}

#[test]
fn policies_are_found_however_they_are_attached() {
    let statement = |action: &str| {
        format!(
            "{{Version: 2012-10-17, Statement: {{Effect: Allow, Action: '{action}', Resource: '*'}}}}"
        )
    };
    let text = format!(
        "{}
  P1: {{Type: 'AWS::IAM::Policy', Properties: {{PolicyName: p1, Roles: [!Ref R], PolicyDocument: {}}}}}
  P2: {{Type: 'AWS::IAM::ManagedPolicy', Properties: {{Roles: [named], PolicyDocument: {}}}}}
  P3: {{Type: 'AWS::IAM::RolePolicy', Properties: {{RoleName: !Ref R, PolicyName: p3, PolicyDocument: {}}}}}
  P4: {{Type: 'AWS::IAM::ManagedPolicy', Properties: {{PolicyDocument: {}}}}}
  P5: {{Type: 'AWS::IAM::Policy', Properties: {{PolicyName: p5, Roles: [elsewhere], PolicyDocument: {}}}}}
",
        role("        []\n").replace("      Policies:", "      RoleName: named\n      ManagedPolicyArns: [!Ref P4, 'arn:aws:iam::aws:policy/AmazonS3FullAccess', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']\n      Policies:"),
        statement("a:1"), statement("a:2"), statement("a:3"), statement("a:4"), statement("a:5"),
    );
    let told = told(&text, &known());
    for expected in [
        "P4:",
        "P1:",
        "P3:",
        "P2:",
        "AmazonS3FullAccess` is attached",
        "logs:PutLogEvents",
        "P5 is given to the role `elsewhere`",
    ] {
        assert!(
            told.iter().any(|line| line.contains(expected)),
            "{expected}: {told:#?}"
        );
    }
    assert!(!told.iter().any(|line| line.contains("a:5")), "{told:#?}");
}

#[test]
fn macros_make_roles_uncertain() {
    let text = policy("[{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]");
    let text = format!("Transform: [Ours]\n{text}");
    let told = told(&text, &known());
    assert!(
        told.iter().any(|line| line.contains("the macro `Ours`")),
        "{told:#?}"
    );
}

#[test]
fn loops_that_are_written_out_are_read() {
    let text = format!(
        "Transform: AWS::LanguageExtensions\n{HEAD}  Fn::ForEach::Roles:
    - Name
    - [A, B]
    - Role${{Name}}:
        Type: AWS::IAM::Role
        Properties:
          Policies: [{{PolicyName: p, PolicyDocument: {{Version: 2012-10-17, Statement: [{{Effect: Allow, Action: 's3:Get${{Name}}', Resource: '*'}}]}}}}]
"
    );
    let told = told(&text, &known());
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].contains("RoleA › Policies[0]") && told[0].contains("s3:GetA"),
        "{told:#?}"
    );
}

#[test]
fn a_policy_that_iam_would_refuse_is_told_at_its_place() {
    let text = policy("[{Effect: Allow, Actoin: 's3:GetObject', Resource: '*'}]");
    let template = template_of(&text, "t.yaml").unwrap().unwrap();
    let templates = Templates::of(vec![template], &known(), &BTreeSet::new());
    let error = templates.templates[0].granted().unwrap_err().to_string();
    assert!(
        error.contains("`t.yaml` line 11") && error.contains("`Actoin`"),
        "{error}"
    );
}

#[test]
fn a_template_of_five_hundred_resources_is_read() {
    let mut text = "Resources:\n".to_owned();
    for at in 0..250 {
        let _ = write!(
            text,
            "  T{at}: {{Type: 'AWS::DynamoDB::Table'}}
  R{at}:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - {{Effect: Allow, Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: [!GetAtt T{at}.Arn, !Sub '${{T{at}.Arn}}/index/*']}}
"
        );
    }
    assert_eq!(told(&text, &known()).len(), 250);
}

/// Who may assume the one role of a template, used by a function and as `more` says, with this trust policy's principal.
fn others(principal: &str, more: &str, values: &Values) -> Vec<String> {
    let text = format!(
        "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n          \
         - {{Effect: Allow, Action: sts:AssumeRole, Principal: {principal}}}\n  F:\n    Type: AWS::Lambda::Function\n    \
         Properties: {{Role: !GetAtt R.Arn}}\n{more}"
    );
    let template = template_of(&text, "t.yaml").unwrap().unwrap();
    let templates = Templates::of(vec![template], values, &BTreeSet::new());
    let found = templates.templates[0].granted().unwrap();
    found.roles[0].others.iter().cloned().collect()
}

#[test]
fn others_who_may_assume_a_role_are_known_by_its_trust_policy() {
    let said = |who: &str| {
        vec![format!(
            "{who} may assume it too, and its calls are not read"
        )]
    };
    let nobody = Vec::<String>::new();
    let unknown = Values::default();
    for (principal, values, who) in [
        ("{Service: lambda.amazonaws.com}", &unknown, nobody.clone()),
        (
            "{Service: [!Sub 'lambda.${AWS::URLSuffix}']}",
            &unknown,
            nobody.clone(),
        ),
        (
            "{Service: [lambda.amazonaws.com, edgelambda.amazonaws.com]}",
            &unknown,
            said("the service edgelambda.amazonaws.com"),
        ),
        (
            "{AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}",
            &unknown,
            said("everyone of its account whose own policies allow it"),
        ),
        (
            "{AWS: !Ref AWS::AccountId}",
            &known(),
            said("everyone of its account whose own policies allow it"),
        ),
        ("{AWS: 210987654321}", &known(), said("210987654321")),
        (
            "{AWS: !GetAtt Deployer.Arn}",
            &unknown,
            said("${Deployer.Arn}"),
        ),
        (
            "'*'",
            &unknown,
            vec!["anyone may assume it, and their calls are not read".to_owned()],
        ),
    ] {
        assert_eq!(others(principal, "", values), who, "{principal}");
    }
    let states = "{Service: [lambda.amazonaws.com, states.amazonaws.com]}";
    assert_eq!(
        others(states, "", &unknown),
        said("the service states.amazonaws.com")
    );
    let machine = "  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties: {RoleArn: !GetAtt R.Arn}\n";
    assert_eq!(others(states, machine, &unknown), nobody);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test that makes a file")]
fn a_file_is_read_once_however_it_is_spelled() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.yaml");
    std::fs::write(&file, "Resources: {R: {Type: 'AWS::IAM::Role'}}").unwrap();
    let other = folder.path().join("./t.yaml");
    let path = |path: &Path| path.display().to_string();
    let (templates, others) = among(&[path(&other), path(&file)]).unwrap();
    assert_eq!((templates.len(), others.len()), (1, 0));
}
