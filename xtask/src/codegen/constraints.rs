//! Rules of string shapes, and the checks of every shape that a request can contain.

use std::fmt::Write;

use anyhow::Result;

use super::{
    docs,
    model::{Kind, Model, Shape},
    names,
};

/// The file `constraints.rs`.
pub fn file(model: &Model) -> Result<String> {
    let mut out = "//! Constraints: a rule for each limited string shape, and the checks of requests.\n\n\
         use crate::check::Check;\nuse crate::generated::types::*;\nuse crate::{Constrained, TextRule, Violation};\n\n"
        .to_owned();
    for (name, shape) in model.shapes.iter().filter(|(_, shape)| shape.has_text_rule()) {
        out.push_str(&rule(model, name, shape)?);
    }
    let reachable = model.reachable_from_inputs()?;
    for (name, shape) in model.structures().filter(|(name, _)| reachable.contains(name)) {
        out.push_str(&if shape.union { union(name, shape) } else { structure(model, name, shape)? });
    }
    Ok(out)
}

fn rule(model: &Model, name: &str, shape: &Shape) -> Result<String> {
    let constructor = if shape.sensitive { "sensitive" } else { "new" };
    let max = shape.max.map_or("usize::MAX".to_owned(), |max| max.to_string());
    let pattern = shape.pattern.as_ref().map_or("None".to_owned(), |pattern| format!("Some(r#\"{pattern}\"#)"));
    let limits = docs::limits(model, name, shape)?.join(", ");
    let doc = if limits.is_empty() { format!("`{name}`") } else { format!("`{name}`: {limits}") };
    Ok(format!(
        "/// {doc}\npub static {}: TextRule = TextRule::{constructor}({}, {max}, {pattern});\n\n",
        names::constant(name),
        shape.min.unwrap_or(0),
    ))
}

fn structure(model: &Model, name: &str, shape: &Shape) -> Result<String> {
    let mut lines = String::new();
    for (member, used) in &shape.members {
        if shape.required.contains(member) {
            let _ = writeln!(lines, "check.required(\"{member}\", &self.{});", names::field(member));
        }
        lines.push_str(&checks(model, member, &used.shape)?);
    }
    let constructor = if shape.sensitive { "sensitive" } else { "new" };
    Ok(if lines.is_empty() {
        implementation(name, "_path", "_out", "")
    } else {
        implementation(name, "path", "out", &format!("let mut check = Check::{constructor}(path, out);\n{lines}"))
    })
}

fn union(name: &str, shape: &Shape) -> String {
    let mut arms = String::new();
    for member in shape.members.keys() {
        let variant = names::variant(member);
        let _ = writeln!(arms, "Self::{variant}(value) => value.check(&format!(\"{{path}}.{member}\"), out),");
    }
    let unknown = "Self::Unknown(_) => Check::new(path, out).unknown_member(Self::MEMBERS),";
    implementation(name, "path", "out", &format!("match self {{\n{arms}{unknown}\n}}\n"))
}

fn implementation(name: &str, path: &str, out: &str, body: &str) -> String {
    format!("impl Constrained for {name} {{\nfn check(&self, {path}: &str, {out}: &mut Vec<Violation>) {{\n{body}}}\n}}\n\n")
}

/// The lines that check one member's value.
fn checks(model: &Model, member: &str, shape_name: &str) -> Result<String> {
    let shape = model.shape(shape_name)?;
    let field = names::field(member);
    let call = |method: &str, more: &str| format!("check.{method}(\"{member}\", &self.{field}{more});\n");
    let rule = |name: &str| format!(", &{}", names::constant(name));
    Ok(match shape.kind {
        Kind::Structure => call("nested", ""),
        Kind::String if shape.is_enum() => call("enumeration", ""),
        Kind::String if shape.has_text_rule() => call("text", &rule(shape_name)),
        Kind::Integer if shape.min.is_some() || shape.max.is_some() => {
            let (min, max) = (shape.min.unwrap_or(0), shape.max.map_or("i32::MAX".to_owned(), |max| max.to_string()));
            format!("check.range(\"{member}\", self.{field}, {min}, {max});\n")
        }
        Kind::List => {
            let (item_name, item) = model.item(shape_name, shape)?;
            let mut lines = String::new();
            if shape.min.is_some() || shape.max.is_some() {
                let max = shape.max.map_or("usize::MAX".to_owned(), |max| max.to_string());
                lines.push_str(&call("size", &format!(", {}, {max}", shape.min.unwrap_or(0))));
            }
            match item.kind {
                Kind::Structure => lines.push_str(&call("each", "")),
                Kind::String if item.is_enum() => lines.push_str(&call("enumerations", "")),
                Kind::String if item.has_text_rule() => lines.push_str(&call("texts", &rule(item_name))),
                _ => {}
            }
            lines
        }
        _ => String::new(),
    })
}
