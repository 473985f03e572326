//! Jinja2 rendering of template bundles.
//!
//! AWS Proton passes the whole text of a CloudFormation file through Jinja2 before anything reads it as YAML
//! (AWS Proton User Guide, page "CloudFormation IaC files"). [`render`] prints what Jinja2 3.1 with
//! `StrictUndefined` prints, on minijinja: the parts in which minijinja differs (printing of values, filters,
//! tests, methods, a few operators) are ours. `docs/compatibility.md` lists what still differs.
//!
//! Rendering is a pure function of its arguments: no clock, no randomness, no files. [`Limits`] bounds what a
//! template may cost. A stack overflow cannot be caught inside a process, so whoever renders templates of
//! strangers does it in a child process besides: [`crate::render_pool`].

mod arguments;
mod containers;
mod context;
mod dialect;
mod environment;
mod error;
mod error_hints;
mod filters;
mod globals;
mod limits;
mod markers;
mod methods;
pub mod namespace;
mod operators;
mod pipeline;
mod printf;
mod proton_filters;
mod python_format;
mod rewrite;
mod sequences;
mod str_format;
mod string_methods;
mod tests;
mod tokens;

#[cfg(test)]
mod rendering_tests;

pub use error::{Cause, ErrorClass, RenderError};
pub use limits::Limits;
pub use pipeline::{STACK, render, render_here};
