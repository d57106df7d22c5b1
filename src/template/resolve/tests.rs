use super::super::{Values, read};
use super::{Resolver, split};

const TEMPLATE: &str = r#"
Parameters:
  Stage: {Type: String, Default: dev}
  Table: {Type: String}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Path: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}
Mappings:
  M: {dev: {name: small}, prod: {name: large}}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  NotDev: !Not [{Condition: IsDev}]
  Open: !Equals [!Ref Table, x]
  Either: !Or [{Condition: Open}, {Condition: IsDev}]
  Both: !And [{Condition: Open}, {Condition: NotDev}]
Resources:
  Orders: {Type: "AWS::DynamoDB::Table", Properties: {TableName: !Sub "${Stage}-orders"}}
  Jobs: {Type: "AWS::SQS::Queue"}
  Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: t}}
  Loop: {Type: "AWS::SQS::Queue", Properties: {QueueName: !Sub "${Loop.QueueName}x"}}
  Case:
    Type: X
    Properties: VALUE
"#;

/// What a value of a template is, as JSON.
fn resolved(value: &str, values: &Values) -> String {
    let text = TEMPLATE.replace("VALUE", &format!("{{V: {value}}}"));
    let template = read::read(&text, "t.yaml").unwrap();
    let resolver = Resolver::new(&template, values);
    let written = template.resource("Case").unwrap().property("V").unwrap();
    resolver
        .value(written)
        .map_or("nothing".to_owned(), |node| {
            super::to_json(&node).to_string()
        })
}

fn known() -> Values {
    Values {
        region: Some("eu-west-1".into()),
        account: Some("111122223333".into()),
        stack: Some("shop".into()),
        ..Values::default()
    }
}

#[test]
fn functions_have_the_values_that_the_template_gives() {
    for (value, expected) in [
        ("!Ref Stage", r#""dev""#),
        ("!Ref Table", r#""${Table}""#),
        ("!Ref Path", r#""${Path}""#),
        ("!Ref Names", r#"["a","b"]"#),
        (
            "!Join [':', [x, !Ref 'AWS::Region', !Ref Stage]]",
            r#""x:eu-west-1:dev""#,
        ),
        ("!Join [',', !Ref Names]", r#""a,b""#),
        ("!Select [1, !Ref Names]", r#""b""#),
        (
            "!Select ['5', !Split [':', !GetAtt Orders.Arn]]",
            r#""table/dev-orders""#,
        ),
        ("!Select [9, !Ref Names]", r#""${Select}""#),
        ("!FindInMap [M, !Ref Stage, name]", r#""small""#),
        ("!FindInMap [M, none, name, {DefaultValue: d}]", r#""d""#),
        (
            "!Sub '${!aws:username}-${Stage}-${Jobs.QueueName}'",
            r#""${aws:username}-dev-${Jobs}""#,
        ),
        ("!Sub ['${A}/${B}', {A: !Ref Stage, B: c}]", r#""dev/c""#),
        (
            "!GetAtt Orders.Arn",
            r#""arn:aws:dynamodb:eu-west-1:111122223333:table/dev-orders""#,
        ),
        (
            "Fn::GetAtt: [Orders, Arn]",
            r#""arn:aws:dynamodb:eu-west-1:111122223333:table/dev-orders""#,
        ),
        (
            "!Sub '${Jobs.Arn}'",
            r#""arn:aws:sqs:eu-west-1:111122223333:${Jobs}""#,
        ),
        ("!Ref Topic", r#""arn:aws:sns:eu-west-1:111122223333:t""#),
        (
            "!Ref Jobs",
            r#""https://sqs.eu-west-1.amazonaws.com/111122223333/${Jobs}""#,
        ),
        ("!GetAtt Nobody.Arn", r#""${Nobody.Arn}""#),
        ("!ImportValue 'shop:Orders'", r#""${shop.Orders}""#),
        ("!If [IsDev, a, b]", r#""a""#),
        ("!If [NotDev, a, b]", r#""b""#),
        ("!If [Open, a, b]", r#"["a","b"]"#),
        ("!If [Either, a, b]", r#""a""#),
        ("!If [Both, a, b]", r#""b""#),
        ("[x, !If [NotDev, a, !Ref 'AWS::NoValue']]", r#"["x"]"#),
        ("!If [NotDev, a, !Ref 'AWS::NoValue']", "nothing"),
        ("!Base64 hi", r#""aGk=""#),
        ("!Length [1, 2]", r#""2""#),
        ("!ToJsonString {a: 1}", r#""{\"a\":1}""#),
        ("'{{resolve:ssm:/a/b}}-x'", r#""${ssm./a/b}-x""#),
        ("!Custom x", r#""${Custom}""#),
        ("!Ref 'AWS::StackName'", r#""shop""#),
        ("!Ref 'AWS::StackId'", r#""${AWS::StackId}""#),
    ] {
        let value = if value.starts_with("Fn::") {
            format!("{{{value}}}")
        } else {
            value.to_owned()
        };
        assert_eq!(resolved(&value, &known()), expected, "{value}");
    }
}

#[test]
fn nothing_is_guessed_of_a_place_that_is_not_known() {
    let told = resolved("!GetAtt Orders.Arn", &Values::default());
    assert_eq!(
        told,
        r#""arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/dev-orders""#
    );
    let china = Values {
        region: Some("cn-north-1".into()),
        ..known()
    };
    assert!(resolved("!GetAtt Orders.Arn", &china).contains("arn:aws-cn:dynamodb:cn-north-1"));
}

#[test]
fn parameters_and_physical_ids_that_are_given_go_first() {
    let mut values = known();
    values.parameters.insert("Stage".into(), "prod".into());
    values.physical.insert(
        "Jobs".into(),
        "https://sqs.eu-west-1.amazonaws.com/111122223333/shop-Jobs-1A".into(),
    );
    assert_eq!(
        resolved("!FindInMap [M, !Ref Stage, name]", &values),
        r#""large""#
    );
    assert_eq!(
        resolved("!GetAtt Jobs.Arn", &values),
        r#""arn:aws:sqs:eu-west-1:111122223333:shop-Jobs-1A""#
    );
    assert_eq!(resolved("!If [IsDev, a, b]", &values), r#""b""#);
}

#[test]
fn names_made_of_each_other_end() {
    let told = resolved("!GetAtt Loop.Arn", &known());
    assert!(told.contains("arn:aws:sqs"), "{told}");
}

#[test]
fn symbols_are_never_split() {
    assert_eq!(
        split("a:${AWS::Region}:b", ":"),
        ["a", "${AWS::Region}", "b"]
    );
    assert_eq!(split("ä--b", "--"), ["ä", "b"]);
}
