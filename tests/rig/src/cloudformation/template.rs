//! As much of a template as the double needs: resources with their types, and outputs.

use serde_yaml::Value;

use super::answer::Refusal;

/// A template that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Template {
    pub(super) body: String,
    /// Logical id and type.
    pub(super) resources: Vec<(String, String)>,
    /// Name and expression.
    outputs: Vec<(String, Value)>,
}

impl Template {
    /// Reads a template. Refuses what CloudFormation's parser refuses.
    pub(super) fn parse(body: &str) -> Result<Self, Refusal> {
        let malformed = |error| Refusal::validation(format!("Template format error: YAML not well-formed. ({error})"));
        let value: Value = serde_yaml::from_str(body).map_err(malformed)?;
        let entries = |section: &str| value.get(section).and_then(Value::as_mapping).into_iter().flatten();
        let resources = entries("Resources").filter_map(|(id, resource)| {
            let kind = resource.get("Type").and_then(Value::as_str)?;
            Some((id.as_str()?.to_owned(), kind.to_owned()))
        });
        let resources: Vec<_> = resources.collect();
        if resources.is_empty() {
            return Err(Refusal::validation("Template format error: At least one Resources member must be defined."));
        }
        let outputs =
            entries("Outputs").filter_map(|(name, output)| Some((name.as_str()?.to_owned(), output.get("Value")?.clone())));
        Ok(Self { body: body.to_owned(), resources, outputs: outputs.collect() })
    }

    /// True if the capabilities must be acknowledged.
    pub(super) fn has_iam(&self) -> bool {
        self.resources.iter().any(|(_, kind)| kind.starts_with("AWS::IAM::"))
    }

    /// The outputs of a stack made of it.
    pub(super) fn outputs(&self, stack: &str) -> Vec<(String, String)> {
        self.outputs.iter().map(|(name, value)| (name.clone(), text(stack, value))).collect()
    }
}

/// A literal as it is; anything else as a text with stack and expression in it.
fn text(stack: &str, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Tagged(tagged) => format!("{stack}-{}", text(stack, &tagged.value)),
        Value::Sequence(items) => items.iter().map(|item| text(stack, item)).collect::<Vec<_>>().join("-"),
        Value::Mapping(map) => map.values().map(|value| format!("{stack}-{}", text(stack, value))).collect(),
        Value::Null => String::new(),
    }
}
