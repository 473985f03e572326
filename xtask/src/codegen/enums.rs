//! Enumerations.

use std::fmt::Write;

use super::{model::Model, names};

/// The file `enums.rs`.
pub fn file(model: &Model) -> String {
    let mut out = "//! Enumerations.\n\nuse crate::enumeration::enumeration;\n".to_owned();
    for (name, shape) in model.shapes.iter().filter(|(_, shape)| shape.is_enum()) {
        let _ = write!(out, "\nenumeration! {{\n    /// Values of `{name}`.\n    {name} {{\n");
        for value in &shape.values {
            let _ = writeln!(out, "        {} = \"{value}\",", names::variant(value));
        }
        out.push_str("    }\n}\n");
    }
    out
}
