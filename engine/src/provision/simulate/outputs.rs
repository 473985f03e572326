//! Outputs of a simulated deployment, from the rendered template's `Outputs` and the rule's `outputs`.
//!
//! A template that isn't YAML, or whose `Outputs` isn't a mapping, fails the deployment as CloudFormation would.

use serde_json::{Map, Value};
use serde_yaml::Value as Yaml;

use super::evaluate::Stack;
use super::pseudo;
use super::rule::Rule;
use crate::provision::{Job, Template};

/// The outputs of a job that succeeds: the template's in its order, then those that only the rule has.
///
/// # Errors
/// The template can't be read: a message for the deployment's status.
pub fn of(job: &Job, rule: &Rule) -> Result<Vec<(String, String)>, String> {
    let made = match &job.template {
        Some(template) => of_template(job, template)?,
        None => Vec::new(),
    };
    Ok(overlay(made, &rule.outputs))
}

fn overlay(made: Vec<(String, String)>, rule: &Map<String, Value>) -> Vec<(String, String)> {
    let added: Vec<_> = rule
        .iter()
        .filter(|(key, _)| !made.iter().any(|(made, _)| made == *key))
        .map(|(key, value)| (key.clone(), plain(value)))
        .collect();
    let replaced = made.into_iter().map(|(key, value)| {
        let value = rule.get(&key).map_or(value, plain);
        (key, value)
    });
    replaced.chain(added).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn of_template(job: &Job, template: &Template) -> Result<Vec<(String, String)>, String> {
    let fail = |problem: &str| format!("Template format error: {}: {problem}", template.file);
    let parsed: Yaml = serde_yaml::from_str(&template.body).map_err(|error| fail(&error.to_string()))?;
    let Value::Object(long) = long_form(&parsed) else { return Err(fail("the template is not a mapping")) };
    let stack = Stack { job, template: &long };
    match long.get("Outputs") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(outputs)) => Ok(outputs.iter().map(|(key, output)| one(&stack, key, output)).collect()),
        Some(_) => Err(fail("Outputs is not a mapping")),
    }
}

/// One output: its expression's value, or a plausible one with the output's name where that isn't known.
fn one(stack: &Stack<'_>, key: &str, output: &Value) -> (String, String) {
    let known = output.get("Value").and_then(|value| stack.text(value));
    let made = || format!("simulated-{key}-{}", pseudo::digits(&[&stack.job.stack_name, key]));
    (key.to_owned(), known.unwrap_or_else(made))
}

/// YAML as JSON, with short tags written out: `!Ref X` → `{"Ref": "X"}`, `!Sub X` → `{"Fn::Sub": "X"}`.
fn long_form(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(*value),
        Yaml::Number(number) => serde_json::to_value(number).unwrap_or(Value::Null),
        Yaml::String(text) => Value::String(text.clone()),
        Yaml::Sequence(items) => items.iter().map(long_form).collect(),
        Yaml::Mapping(mapping) => mapping.iter().map(|(key, value)| (plain(&long_form(key)), long_form(value))).collect(),
        Yaml::Tagged(tagged) => tag(tagged.tag.to_string().trim_start_matches('!'), long_form(&tagged.value)),
    }
}

fn tag(name: &str, argument: Value) -> Value {
    let name = match name {
        "Ref" | "Condition" => name.to_owned(),
        _ => format!("Fn::{name}"),
    };
    Value::Object(Map::from_iter([(name, argument)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::simulate::testing::job;

    fn outputs(body: &str) -> Result<Vec<(String, String)>, String> {
        let template = Template { file: "infrastructure/cloudformation.yaml".to_owned(), body: body.to_owned() };
        of(&Job { template: Some(template), ..job() }, &Rule::default())
    }

    /// The value of one output expression in a template with a parameter and two resources.
    fn value(expression: &str) -> String {
        let head = "Parameters:\n  Size: {Type: String, Default: small}\nResources:\n  Table: {Type: AWS::DynamoDB::Table}\n";
        let made = outputs(&format!("{head}Outputs:\n  Out:\n    Value: {expression}\n")).unwrap();
        assert_eq!(made.len(), 1);
        made[0].1.clone()
    }

    #[rstest::rstest]
    #[case("plain", "plain")]
    #[case("8080", "8080")]
    #[case("true", "true")]
    #[case("!Ref AWS::Region", "eu-west-1")]
    #[case("!Ref Size", "small")]
    #[case("{Ref: AWS::AccountId}", "123456789012")]
    #[case("!Sub '${AWS::StackName}-x'", "AWSProton-env-x")]
    #[case("!Sub ['${A}/${Size}', {A: b}]", "b/small")]
    #[case("!Sub '${!Literal}'", "${Literal}")]
    #[case("!Join [',', [a, !Ref Size]]", "a,small")]
    #[case("!Select [1, [a, b]]", "b")]
    #[case("!Select ['0', !Split ['-', a-b]]", "a")]
    fn known_values(#[case] expression: &str, #[case] expected: &str) {
        assert_eq!(value(expression), expected);
    }

    #[rstest::rstest]
    #[case("!Ref Table", "AWSProton-env-Table-")]
    #[case("!GetAtt Table.Arn", "arn:aws:dynamodb:eu-west-1:123456789012:AWSProton-env-Table-")]
    #[case("{'Fn::GetAtt': [Table, StreamArn]}", "arn:aws:dynamodb:eu-west-1:123456789012:AWSProton-env-Table-")]
    #[case("!GetAtt Table.Name", "AWSProton-env-Table-")]
    #[case("!Sub 'x/${Table}'", "x/AWSProton-env-Table-")]
    #[case("!ImportValue Other", "simulated-Out-")]
    #[case("!Select [7, [a]]", "simulated-Out-")]
    #[case("!Ref AWS::NoValue", "simulated-Out-")]
    fn plausible_values_are_stable_and_name_what_they_stand_for(#[case] expression: &str, #[case] start: &str) {
        let made = value(expression);
        assert!(made.starts_with(start), "{made}");
        assert_eq!(made, value(expression));
    }

    #[rstest::rstest]
    #[case("Outputs: [a]", "Outputs is not a mapping")]
    #[case("just text", "the template is not a mapping")]
    #[case("a: [", "infrastructure/cloudformation.yaml")]
    fn a_broken_template_fails_as_it_would(#[case] body: &str, #[case] expected: &str) {
        let message = outputs(body).unwrap_err();
        assert!(message.starts_with("Template format error: ") && message.contains(expected), "{message}");
    }

    #[test]
    fn json_templates_and_templates_without_outputs() {
        let made = outputs(r#"{"Resources": {}, "Outputs": {"A": {"Value": {"Ref": "AWS::Partition"}}}}"#).unwrap();
        assert_eq!(made, [("A".to_owned(), "aws".to_owned())]);
        assert_eq!(outputs("Resources: {}").unwrap(), []);
        assert_eq!(outputs("Outputs:\n").unwrap(), []);
    }

    #[test]
    fn the_rule_replaces_and_adds() {
        let rule = super::super::rule::parse("- target: '*'\n  outputs: {Name: mine, Port: 80}\n").unwrap().remove(0);
        let made = of(&job(), &rule).unwrap();
        assert_eq!(made, [("Name".to_owned(), "mine".to_owned()), ("Port".to_owned(), "80".to_owned())]);
    }
}
