//! Tests of the generated types as a whole.

mod counts;
mod enumerations;
mod filler;
mod operations;
mod redaction;
mod text_rules;
mod violations;
mod wire;
