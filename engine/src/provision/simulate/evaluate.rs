//! The value of an output's expression, as far as it can be known without a stack.
//!
//! Literals stand for themselves; `Ref` and `Fn::GetAtt` of a resource give a plausible value with the logical id in
//! it; `Fn::Sub`, `Fn::Join`, `Fn::Select` and `Fn::Split` are evaluated over those; other functions are not known.

use serde_json::{Map, Value};

use super::pseudo;
use crate::provision::Job;

/// What an expression can refer to.
pub(super) struct Stack<'a> {
    pub(super) job: &'a Job,
    /// The template in long form.
    pub(super) template: &'a Map<String, Value>,
}

impl Stack<'_> {
    /// The text that an expression stands for; `None` if it isn't known.
    pub(super) fn text(&self, value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            Value::Object(object) => self.function(object),
            Value::Null | Value::Array(_) => None,
        }
    }

    fn function(&self, object: &Map<String, Value>) -> Option<String> {
        let (name, argument) = object.iter().next()?;
        match name.as_str() {
            "Ref" => self.reference(argument.as_str()?),
            "Fn::GetAtt" => self.attribute(argument),
            "Fn::Sub" => self.substitute(argument),
            "Fn::Join" => self.join(argument),
            "Fn::Select" => self.select(argument),
            _ => None,
        }
    }

    fn reference(&self, name: &str) -> Option<String> {
        let named = pseudo::value(name, self.job).or_else(|| self.parameter(name));
        named.or_else(|| (!name.starts_with("AWS::")).then(|| self.physical_id(name)))
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.text(self.template.get("Parameters")?.get(name)?.get("Default")?)
    }

    /// Made as CloudFormation makes names: stack, logical id, a tail that stays the same.
    fn physical_id(&self, logical_id: &str) -> String {
        let stack = &self.job.stack_name;
        format!("{stack}-{logical_id}-{}", pseudo::digits(&[stack, logical_id]))
    }

    fn attribute(&self, argument: &Value) -> Option<String> {
        let path: String = match argument {
            Value::String(path) => path.clone(),
            Value::Array(parts) => parts.iter().map(|part| self.text(part)).collect::<Option<Vec<_>>>()?.join("."),
            _ => return None,
        };
        let (logical_id, attribute) = path.split_once('.')?;
        Some(self.attribute_of(logical_id, attribute))
    }

    fn attribute_of(&self, logical_id: &str, attribute: &str) -> String {
        let id = self.physical_id(logical_id);
        if !attribute.ends_with("Arn") {
            return format!("{id}-{attribute}");
        }
        let Job { region, account_id, .. } = self.job;
        format!("arn:{}:{}:{region}:{account_id}:{id}", pseudo::partition(region), self.service(logical_id))
    }

    /// The service part of an ARN, out of the resource's type: `AWS::DynamoDB::Table` → `dynamodb`.
    fn service(&self, logical_id: &str) -> String {
        let kind = || self.template.get("Resources")?.get(logical_id)?.get("Type")?.as_str();
        let service = kind().and_then(|kind| kind.split("::").nth(1)).unwrap_or("cloudformation");
        service.to_ascii_lowercase()
    }

    fn substitute(&self, argument: &Value) -> Option<String> {
        let none = Map::new();
        match argument {
            Value::String(text) => self.fill(text, &none),
            Value::Array(parts) => {
                let variables = parts.get(1).and_then(Value::as_object).unwrap_or(&none);
                self.fill(parts.first()?.as_str()?, variables)
            }
            _ => None,
        }
    }

    /// Replaces each `${Name}`, `${Name.Attribute}`; `${!Text}` gives `${Text}`.
    fn fill(&self, text: &str, variables: &Map<String, Value>) -> Option<String> {
        let mut pieces = text.split("${");
        let mut filled = pieces.next()?.to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('}')?;
            match name.strip_prefix('!') {
                Some(literal) => filled.push_str(&format!("${{{literal}}}")),
                None => filled.push_str(&self.variable(name.trim(), variables)?),
            }
            filled.push_str(rest);
        }
        Some(filled)
    }

    fn variable(&self, name: &str, variables: &Map<String, Value>) -> Option<String> {
        match (variables.get(name), name.split_once('.')) {
            (Some(value), _) => self.text(value),
            (None, Some((logical_id, attribute))) => Some(self.attribute_of(logical_id, attribute)),
            (None, None) => self.reference(name),
        }
    }

    fn join(&self, argument: &Value) -> Option<String> {
        let [delimiter, list] = argument.as_array()?.as_slice() else { return None };
        Some(self.list(list)?.join(delimiter.as_str()?))
    }

    fn select(&self, argument: &Value) -> Option<String> {
        let [index, list] = argument.as_array()?.as_slice() else { return None };
        self.list(list)?.get(self.text(index)?.parse::<usize>().ok()?).cloned()
    }

    /// A list of texts: written out, or split from one.
    fn list(&self, value: &Value) -> Option<Vec<String>> {
        if let Value::Array(items) = value {
            return items.iter().map(|item| self.text(item)).collect();
        }
        let [delimiter, text] = value.get("Fn::Split")?.as_array()?.as_slice() else { return None };
        Some(self.text(text)?.split(delimiter.as_str()?).map(str::to_owned).collect())
    }
}
