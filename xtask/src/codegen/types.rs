//! Structures and unions, in one file per family.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::PathBuf,
};

use anyhow::Result;

use super::{
    docs, families,
    model::{Kind, Model, Shape},
    names,
};

/// One file: its text and the paths that the text uses.
#[derive(Default)]
struct Family {
    body: String,
    imports: BTreeSet<String>,
}

/// The files `types/mod.rs` and `types/<family>.rs`.
pub fn files(model: &Model) -> Result<BTreeMap<PathBuf, String>> {
    let mut families: BTreeMap<&str, Family> = BTreeMap::new();
    for (name, shape) in model.structures() {
        let family = families.entry(families::of(name)).or_default();
        family.add(model, name, shape)?;
    }
    let mut files = BTreeMap::from([("types/mod.rs".into(), module(families.keys()))]);
    for (name, family) in families {
        files.insert(format!("types/{name}.rs").into(), family.text(name));
    }
    Ok(files)
}

fn module<'a>(families: impl Iterator<Item = &'a &'a str> + Clone) -> String {
    let mut out = "//! Structures and unions, by family of resources.\n\n".to_owned();
    for family in families.clone() {
        let _ = writeln!(out, "mod {family};");
    }
    out.push('\n');
    for family in families {
        let _ = writeln!(out, "pub use {family}::*;");
    }
    out
}

impl Family {
    fn add(&mut self, model: &Model, name: &str, shape: &Shape) -> Result<()> {
        let form = if shape.union { "union" } else { "structure" };
        self.imports.insert(format!("crate::{form}::{form}"));
        for used in shape.members.values() {
            self.imports.extend(import(model, families::of(name), &used.shape)?);
        }
        self.body.push_str(&if shape.union { union(model, name, shape) } else { structure(model, name, shape)? });
        Ok(())
    }

    fn text(&self, name: &str) -> String {
        let mut out = format!("//! Shapes of the family `{name}`.\n\n");
        for import in &self.imports {
            let _ = writeln!(out, "use {import};");
        }
        format!("{out}\n{}", self.body)
    }
}

/// The path that a family must import to use a shape.
fn import(model: &Model, family: &str, name: &str) -> Result<Option<String>> {
    let shape = model.shape(name)?;
    Ok(match shape.kind {
        Kind::List => import(model, family, model.item(name, shape)?.0)?,
        Kind::Structure => (families::of(name) != family).then(|| format!("crate::generated::types::{name}")),
        Kind::String if shape.is_enum() => Some(format!("crate::generated::enums::{name}")),
        Kind::String => shape.sensitive.then(|| "crate::Sensitive".to_owned()),
        Kind::Timestamp => Some("crate::Timestamp".to_owned()),
        Kind::Integer | Kind::Boolean => None,
    })
}

fn structure(model: &Model, name: &str, shape: &Shape) -> Result<String> {
    let debug = if shape.sensitive { "" } else { "Debug, " };
    let (mut fields, mut wire) = (String::new(), String::new());
    for (member, used) in &shape.members {
        let field = names::field(member);
        let doc = docs::member(model, member, &used.shape, shape.required.contains(member))?;
        let _ = writeln!(fields, "/// {doc}\npub {field}: Option<{}>,", rust_type(model, &used.shape)?);
        let _ = writeln!(wire, "    {field}: \"{member}\",");
    }
    let doc = docs::structure(model, name);
    let mut out = format!("/// {doc}\n#[derive(Clone, {debug}Default, PartialEq)]\npub struct {name} {{\n{fields}}}\n\n");
    if shape.sensitive {
        out.push_str(&redacted_debug(name));
    }
    let _ = write!(out, "structure! {{ {name} {{\n{wire}}} }}\n\n");
    Ok(out)
}

fn redacted_debug(name: &str) -> String {
    format!(
        "impl std::fmt::Debug for {name} {{\n\
         fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{\n\
         f.write_str(\"{name}(<redacted>)\")\n}}\n}}\n\n"
    )
}

fn union(model: &Model, name: &str, shape: &Shape) -> String {
    let mut out = format!("union! {{\n    /// {}\n    {name} {{\n", docs::structure(model, name));
    for (member, used) in &shape.members {
        let _ = writeln!(out, "        {}({}) = \"{member}\",", names::variant(member), used.shape);
    }
    out.push_str("    }\n}\n\n");
    out
}

/// The Rust type of a shape.
fn rust_type(model: &Model, name: &str) -> Result<String> {
    let shape = model.shape(name)?;
    Ok(match shape.kind {
        Kind::Structure => name.to_owned(),
        Kind::String if shape.is_enum() => name.to_owned(),
        Kind::String if shape.sensitive => "Sensitive".to_owned(),
        Kind::String => "String".to_owned(),
        Kind::List => format!("Vec<{}>", rust_type(model, model.item(name, shape)?.0)?),
        Kind::Integer => "i32".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Timestamp => "Timestamp".to_owned(),
    })
}
