//! Short factual documentation, made from names and constraints.

use anyhow::Result;

use super::model::{Kind, Model, Shape};

/// What a structure is.
pub fn structure(model: &Model, name: &str) -> String {
    for (operation, parts) in &model.operations {
        if parts.input.shape == name {
            return format!("Input of [`Operation::{operation}`](crate::Operation::{operation}).");
        }
        if parts.output.shape == name {
            return format!("Output of [`Operation::{operation}`](crate::Operation::{operation}).");
        }
    }
    format!("Shape `{name}`{}.", used_by(model, name))
}

/// ` of `, and the shapes which have it as a member.
fn used_by(model: &Model, name: &str) -> String {
    let lists: Vec<&str> = model
        .shapes
        .iter()
        .filter(|(_, shape)| shape.member.as_ref().is_some_and(|item| item.shape == name))
        .map(|(list, _)| list.as_str())
        .collect();
    let uses =
        |shape: &Shape| shape.members.values().any(|member| member.shape == name || lists.contains(&member.shape.as_str()));
    let users: Vec<String> = model.structures().filter(|(_, shape)| uses(shape)).map(|(user, _)| format!("`{user}`")).collect();
    match users.len() {
        0 => String::new(),
        1..=4 => format!(", in {}", users.join(", ")),
        count => format!(", in {} and {} more", users.iter().take(3).cloned().collect::<Vec<_>>().join(", "), count - 3),
    }
}

/// What a member is: its wire name, its shape's name, limits, and whether it is required.
pub fn member(model: &Model, name: &str, shape_name: &str, required: bool) -> Result<String> {
    let shape = model.shape(shape_name)?;
    let mut parts = Vec::new();
    if shape.kind != Kind::Boolean && !matches!(shape_name, "String" | "Integer" | "Timestamp") {
        parts.push(format!("`{shape_name}`"));
    }
    parts.extend(limits(model, shape_name, shape)?);
    if required {
        parts.push("required".to_owned());
    }
    Ok(if parts.is_empty() { format!("`{name}`") } else { format!("`{name}`: {}", parts.join(", ")) })
}

/// Limits of a shape in words.
pub fn limits(model: &Model, name: &str, shape: &Shape) -> Result<Vec<String>> {
    let mut parts = Vec::new();
    let unit = match shape.kind {
        Kind::String => " characters",
        Kind::List => " items",
        _ => "",
    };
    match (shape.min, shape.max) {
        (_, Some(0)) => parts.push("empty".to_owned()),
        (min, Some(max)) => parts.push(format!("{}–{max}{unit}", min.unwrap_or(0))),
        (Some(min), None) => parts.push(format!("at least {min}{unit}")),
        (None, None) => {}
    }
    if shape.kind == Kind::List {
        let (item, item_shape) = model.item(name, shape)?;
        if item_shape.has_text_rule() {
            parts.push(format!("each a `{item}`"));
        }
    }
    if shape.sensitive {
        parts.push("sensitive".to_owned());
    }
    Ok(parts)
}
