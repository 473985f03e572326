//! The operations and their facts.

use std::fmt::Write;

use anyhow::Result;

use super::{errors, model::Model};

/// The file `operations.rs`.
pub fn file(model: &Model) -> Result<String> {
    let mut out = format!(
        "//! Operations.\n\nuse crate::generated::{{errors::ErrorKind, types::*}};\nuse crate::operation::operations;\n\n\
         /// Version of the API.\npub const API_VERSION: &str = \"{}\";\n\
         /// What stands before the dot in the `X-Amz-Target` header.\npub const TARGET_PREFIX: &str = \"{}\";\n\
         /// Service name in a request's signature.\npub const SIGNING_NAME: &str = \"{}\";\n\noperations! {{\n",
        model.metadata.api_version, model.metadata.target_prefix, model.metadata.signing_name
    );
    for (name, operation) in &model.operations {
        let input = model.shape(&operation.input.shape)?;
        let mut kinds: Vec<&str> = operation.errors.iter().map(|error| errors::variant(&error.shape)).collect();
        kinds.sort_unstable();
        let token = input.members.iter().find(|(_, used)| used.idempotency_token);
        let token = token.map_or("None".to_owned(), |(member, _)| format!("Some(\"{member}\")"));
        let _ = write!(
            out,
            "    /// `{name}`\n    {name}({}) -> {} {{\n        errors: [{}],\n        idempotent: {},\n        \
             idempotency_token: {token},\n        paginated: {},\n    }}\n",
            operation.input.shape,
            operation.output.shape,
            kinds.join(", "),
            operation.idempotent,
            input.members.contains_key("nextToken"),
        );
    }
    out.push_str("}\n");
    Ok(out)
}
