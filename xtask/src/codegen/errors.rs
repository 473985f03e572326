//! The kinds of errors.

use std::fmt::Write;

use super::model::Model;

/// The name of an exception's variant: `ConflictException` → `Conflict`.
pub fn variant(exception: &str) -> &str {
    exception.strip_suffix("Exception").unwrap_or(exception)
}

/// The file `errors.rs`.
pub fn file(model: &Model) -> String {
    let (mut variants, mut all, mut names, mut faults) = (String::new(), String::new(), String::new(), Vec::new());
    for (name, shape) in model.shapes.iter().filter(|(_, shape)| shape.exception) {
        let variant = variant(name);
        let _ = writeln!(variants, "/// `{name}`\n{variant},");
        let _ = writeln!(all, "Self::{variant},");
        let _ = writeln!(names, "Self::{variant} => \"{name}\",");
        if shape.fault {
            faults.push(format!("Self::{variant}"));
        }
    }
    format!(
        "//! Kinds of errors.\n\n\
         /// An error that an operation can declare. Its only member on the wire is `message`.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         pub enum ErrorKind {{\n{variants}}}\n\n\
         impl ErrorKind {{\n\
         /// Every kind.\npub const ALL: &'static [Self] = &[{all}];\n\n\
         /// The name on the wire, without a namespace.\n\
         pub const fn exception_name(self) -> &'static str {{\nmatch self {{\n{names}}}\n}}\n\n\
         /// The HTTP status: 500 for a fault of the server, else 400.\n\
         pub const fn http_status(self) -> u16 {{\nmatch self {{\n{} => 500,\n_ => 400,\n}}\n}}\n}}\n",
        faults.join(" | ")
    )
}
