//! Finds placeholders that a person or a tool still has to replace: `<ACCOUNT_ID>`, `{{ bucket }}`,
//! `${aws_s3_bucket.b.arn}`, `%ACCOUNT%`.
//!
//! Policy variables are no placeholders: `${aws:username}` and others have a key with a `:`. CloudFormation's
//! `${AWS::AccountId}` is none either, because it says what it stands for. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.

/// Words that tools write before the `:` of a placeholder and that begin no condition key.
const OF_TOOLS: &[&str] = &[
    "cf", "env", "file", "git", "opt", "param", "self", "sls", "var", "vault",
];

/// Keys of the Serverless Framework that look like condition keys.
const OF_SERVERLESS: &[&str] = &["aws:accountId", "aws:region"];

/// Words in capitals that AWS itself writes behind a `$`.
const OF_AWS: &[&str] = &["LATEST", "DEFAULT"];

/// Marks that tools put around a placeholder, whatever is between them.
const MARKS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("<%", "%>"), ("#{", "}")];

/// Marks that are placeholders in an ARN. In free text they may be meant.
const MARKS_IN_ARNS: &[(&str, &str)] = &[("((", "))"), ("[[", "]]"), ("$(", ")")];

/// The first placeholder in a text that has a form, such as an ARN.
pub(super) fn placeholder(text: &str) -> Option<&str> {
    marked(text, MARKS)
        .or_else(|| marked(text, MARKS_IN_ARNS))
        .or_else(|| between(text, "<", ">", is_label))
        .or_else(|| between(text, "${", "}", is_unfilled))
        .or_else(|| between(text, "__", "__", is_in_capitals))
        .or_else(|| between(text, "@@", "@@", is_label))
        .or_else(|| between(text, "@", "@", is_in_capitals))
        .or_else(|| between(text, "%", "%", is_no_encoding))
        .or_else(|| in_brackets(text))
        .or_else(|| of_a_shell(text))
        .or_else(|| of_a_person(text))
        .or_else(|| of_a_template(text))
}

/// The first placeholder in a text that may be anything, such as a prefix or the value of a tag: `<x>` may be meant there.
pub(super) fn placeholder_in_free_text(text: &str) -> Option<&str> {
    marked(text, MARKS)
        .or_else(|| between(text, "${", "}", is_unfilled))
        .or_else(|| of_a_person(text))
}

fn marked<'text>(text: &'text str, marks: &[(&str, &str)]) -> Option<&'text str> {
    let mut marks = marks.iter();
    marks.find_map(|(open, close)| between(text, open, close, |_| true))
}

/// Finds `!Ref Orders` inside a text, where CloudFormation reads it as letters.
fn of_a_template(text: &str) -> Option<&str> {
    let mut tags = ["!Ref ", "!GetAtt ", "!Sub "].into_iter();
    tags.find_map(|tag| text.get(text.find(tag)?..))
}

/// Finds `[name]` where a part of an ARN begins: no account, region or bucket has brackets, while keys of objects may.
fn in_brackets(text: &str) -> Option<&str> {
    between(text, ":[", "]", is_label).map(|found| found.trim_start_matches(':'))
}

/// Words in capitals that people write for something missing.
const OF_PEOPLE: &[&str] = &[
    "CHANGE-ME",
    "CHANGEME",
    "CHANGE_ME",
    "REPLACE-ME",
    "REPLACEME",
    "REPLACE_ME",
];

/// Finds `REPLACE_ME`, `YOUR_BUCKET` and other words in capitals that ask to be replaced.
fn of_a_person(text: &str) -> Option<&str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let mut words = text.split(|letter| !is_part(letter));
    words.find(|word| {
        let of_yours = word.starts_with("YOUR_") || word.starts_with("YOUR-");
        OF_PEOPLE.contains(word)
            || (of_yours && word.chars().all(|letter| !letter.is_ascii_lowercase()))
    })
}

/// Finds `{name}`, as format strings of some languages have it.
pub(super) fn in_braces(arn: &str) -> Option<&str> {
    let text = without_free_name(arn);
    let found = between(text, "{", "}", is_name)?;
    let with_dollar = format!("${found}");
    (!text.contains(&with_dollar)).then_some(found)
}

/// An ARN up to where a name begins that may have braces of its own: a path of API Gateway, a key of an S3 object, a topic of
/// MQTT.
fn without_free_name(arn: &str) -> &str {
    let mut parts = arn.splitn(6, ':');
    let service = parts.nth(2).unwrap_or_default();
    let resource = parts.nth(2).unwrap_or_default();
    let begin = match service {
        "execute-api" | "apigateway" => return "",
        "iot" => ["topic/", "topicfilter/"]
            .into_iter()
            .find(|kind| resource.starts_with(kind))
            .map(str::len),
        // The objects of an access point are `accesspoint/NAME/object/KEY`.
        "s3" | "s3-object-lambda" | "s3-outposts" => resource
            .find("/object/")
            .or_else(|| resource.find('/').filter(|_| arn.contains(":::"))),
        _ => None,
    };
    let behind = begin.map_or(0, |begin| resource.len() - begin);
    arn.get(..arn.len() - behind).unwrap_or(arn)
}

/// The most bytes inside a placeholder. The limit keeps the search linear.
const WIDEST: usize = 120;

/// The first text between two marks whose inside is wanted, including the marks.
fn between<'text>(
    text: &'text str,
    open: &str,
    close: &str,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<&'text str> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find(open)?;
        let inside = start + open.len();
        let behind = text.get(inside..)?;
        let window = behind.get(..behind.floor_char_boundary(WIDEST))?;
        if let Some((within, _)) = window.split_once(close)
            && is_wanted(within)
        {
            return text.get(start..inside + within.len() + close.len());
        }
        from = inside;
    }
}

fn is_name(inside: &str) -> bool {
    inside.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && inside
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

/// Whether the text consists of words, as people write them between angle brackets.
fn is_label(inside: &str) -> bool {
    inside.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && inside.chars().all(|letter| {
            letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ' ' | ':' | '/')
        })
}

fn is_in_capitals(inside: &str) -> bool {
    inside.len() > 1
        && inside.starts_with(|first: char| first.is_ascii_uppercase())
        && inside
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

/// Whether the text is a name and not digits of percent-encoded text.
fn is_no_encoding(inside: &str) -> bool {
    inside.len() > 2 && is_name(inside) && !inside.chars().all(|letter| letter.is_ascii_hexdigit())
}

/// Whether a tool, and not IAM, replaces the text between `${` and `}`.
fn is_unfilled(inside: &str) -> bool {
    let key = inside.split(',').next().unwrap_or_default().trim();
    if matches!(key, "*" | "?" | "$") {
        return false;
    }
    let Some((prefix, name)) = key.split_once(':') else {
        return true;
    };
    let word = prefix.split(['(', '.']).next().unwrap_or_default();
    OF_TOOLS.contains(&word)
        || OF_SERVERLESS.contains(&key)
        || prefix.contains('(')
        // A default value of a shell, or a path of Systems Manager.
        || name.starts_with(['-', '=', '?', '+', '/'])
}

/// Finds `$ACCOUNT`: a shell variable without braces.
fn of_a_shell(text: &str) -> Option<&str> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find('$')?;
        let behind = text.get(start + 1..)?;
        let end = behind
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .unwrap_or(behind.len());
        let name = behind.get(..end)?;
        if is_in_capitals(name) && !OF_AWS.contains(&name) {
            return text.get(start..=start + end);
        }
        from = start + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_yet_to_be_filled_in_is_found() {
        for (text, found) in [
            ("arn:aws:s3:::{{ bucket }}/*", "{{ bucket }}"),
            ("arn:aws:sqs:{{region}}:{{account}}:q", "{{region}}"),
            ("{% if x %}", "{% if x %}"),
            ("<%= bucket %>", "<%= bucket %>"),
            ("arn:aws:sqs:eu-west-1:<ACCOUNT_ID>:q", "<ACCOUNT_ID>"),
            ("arn:aws:s3:::<your bucket>/*", "<your bucket>"),
            ("a < b and <c>", "<c>"),
            ("${aws_s3_bucket.b.arn}/*", "${aws_s3_bucket.b.arn}"),
            ("x${aws:username}${var.table}", "${var.table}"),
            ("table/!Ref Orders", "!Ref Orders"),
            ("!GetAtt Orders.Arn", "!GetAtt Orders.Arn"),
            ("${ACCOUNT_ID}", "${ACCOUNT_ID}"),
            ("${ACCOUNT:-1}", "${ACCOUNT:-1}"),
            ("${self:service}", "${self:service}"),
            ("${opt:stage, 'dev'}", "${opt:stage, 'dev'}"),
            ("${cf.eu-west-1:stack.out}", "${cf.eu-west-1:stack.out}"),
            ("${file(./x.yml):y}", "${file(./x.yml):y}"),
            ("${ssm:/orders/table}", "${ssm:/orders/table}"),
            ("${aws:accountId}", "${aws:accountId}"),
            ("${}", "${}"),
            ("#{AWS::AccountId}", "#{AWS::AccountId}"),
            ("((account))", "((account))"),
            ("%ACCOUNT%", "%ACCOUNT%"),
            ("%20%account%", "%account%"),
            ("__ACCOUNT__", "__ACCOUNT__"),
            ("@ACCOUNT@", "@ACCOUNT@"),
            ("arn:aws:sqs:$REGION:1:q", "$REGION"),
            ("logs/$LATEST/$BUCKET", "$BUCKET"),
            ("arn:aws:s3:::[[bucket]]/*", "[[bucket]]"),
            ("arn:aws:s3:::[bucket-name]/*", "[bucket-name]"),
            ("arn:aws:sqs:eu-west-1:[ACCOUNT]:q", "[ACCOUNT]"),
            ("arn:aws:s3:::@@bucket@@/*", "@@bucket@@"),
            ("arn:aws:s3:::$(BUCKET)/*", "$(BUCKET)"),
            ("arn:aws:s3:::REPLACE_ME/*", "REPLACE_ME"),
            ("table/CHANGE-ME", "CHANGE-ME"),
            ("arn:aws:s3:::YOUR-BUCKET/*", "YOUR-BUCKET"),
        ] {
            assert_eq!(placeholder(text), Some(found), "{text}");
        }
        assert_eq!(in_braces("arn:aws:s3:::{bucket}/*"), Some("{bucket}"));
    }

    #[test]
    fn a_long_text_is_looked_through_once() {
        for mark in ["<", "${", "%", "@", "__", "((", "$A", "{{"] {
            let text = mark.repeat(1 << 18);
            assert_eq!(placeholder(&format!("{text}>")), None, "{mark}");
        }
    }

    #[test]
    fn what_iam_fills_in_and_what_stands_for_itself_is_none() {
        for text in [
            "${aws:PrincipalTag/app}",
            "${aws:PrincipalTag/datazone:userId}",
            "${aws:PrincipalTag/none,''}",
            "${aws:username, 'x.y'}",
            "${s3:prefix}",
            "${saml:sub}",
            "${www.amazon.com:user_id}",
            "${cognito-identity.amazonaws.com:sub}",
            "${AWS::AccountId}",
            "${*}${?}${$}",
            "${open",
            "function:f:$LATEST",
            "automation-definition/X:$DEFAULT",
            "topic/$aws/things/*",
            "prod/POST/$connect",
            "100%25+a%20b%C3%A4c",
            "a_b__c",
            "table/YOUR_orders",
            "table/REPLACE_MENT",
            "table/DO-CHANGE-ME-NOT",
            "user@example.com",
            "1 < 2",
            "2 > 1 < 3",
        ] {
            assert_eq!(placeholder(text), None, "{text}");
            assert_eq!(in_braces(text), None, "{text}");
        }
    }

    #[test]
    fn names_that_may_have_braces_are_no_placeholders() {
        let of_account = |service: &str, resource: &str| {
            format!("arn:aws:{service}:eu-west-1:111122223333:{resource}")
        };
        for arn in [
            of_account("execute-api", "a/prod/GET/{id}"),
            "arn:aws:apigateway:eu-west-1::/restapis/a/{proxy}".to_owned(),
            "arn:aws:s3:::bucket/{id}/*".to_owned(),
            of_account("s3", "accesspoint/shop/object/{id}"),
            of_account("s3-object-lambda", "accesspoint/shop/object/{id}"),
            of_account("iot", "topic/{id}/state"),
            of_account("iot", "topicfilter/{id}/#"),
        ] {
            assert_eq!(in_braces(&arn), None, "{arn}");
        }
        for arn in [
            "arn:aws:s3:::{name}/*".to_owned(),
            "arn:aws:s3:::shop-{name}".to_owned(),
            "arn:aws:s3:::{name}/{id}".to_owned(),
            of_account("s3", "accesspoint/{name}/object/a"),
            of_account("iot", "thing/{name}"),
            of_account("dynamodb", "table/{name}"),
            "arn:aws:iot:{name}:111122223333:topic/{id}".to_owned(),
            "arn:aws:sqs:eu-west-1:{name}:jobs".to_owned(),
        ] {
            assert_eq!(in_braces(&arn), Some("{name}"), "{arn}");
        }
    }

    #[test]
    fn in_free_text_only_the_marks_of_tools_are_certain() {
        for text in [
            "<x>",
            "[[x]]",
            "%ACCOUNT%",
            "__X__",
            "@X@",
            "$X",
            "((x))",
            "{x}",
        ] {
            assert_eq!(placeholder_in_free_text(text), None, "{text}");
        }
        for text in ["{{ x }}", "<%= x %>", "#{x}", "${var.x}", "REPLACE_ME"] {
            assert_eq!(placeholder_in_free_text(text), Some(text));
        }
    }
}
