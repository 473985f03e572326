//! Why a rendering failed: which file and line, what was wrong, what to do.
//!
//! A message never holds the value of an input or output: those may be secrets. minijinja's own messages are
//! shown only where they are known to name nothing but kinds of values and words of the template.

use std::borrow::Cow;
use std::fmt;

use minijinja::{Error, ErrorKind};

use super::error_hints::{call_hint, resolve_hint, undefined_hint};

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The template or its inputs must change first.
    Template,
    /// The machine could not do it now (no thread); the same call may succeed later.
    Transient,
}

/// A rendering that failed. Displays as `file:line: cause`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", Place { file, line: *line })]
pub struct RenderError {
    /// The template file, as the caller named it.
    pub file: String,
    /// The line in it, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What was wrong.
    pub cause: Cause,
}

impl RenderError {
    /// Whether trying again can help.
    pub fn class(&self) -> ErrorClass {
        match self.cause {
            Cause::NoThread => ErrorClass::Transient,
            _ => ErrorClass::Template,
        }
    }
}

struct Place<'a> {
    file: &'a str,
    line: Option<usize>,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}", self.file),
            None => out.write_str(self.file),
        }
    }
}

/// What was wrong with a rendering.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The text is not a Jinja2 template.
    #[error("syntax error: {detail}")]
    Syntax {
        /// What the parser expected, and what to do.
        detail: String,
    },
    /// A name, member or item does not exist (`StrictUndefined`).
    #[error("{detail}")]
    Undefined {
        /// What is undefined, and what to do.
        detail: String,
    },
    /// An operation, filter, test or call that cannot be done.
    #[error("{detail}")]
    Refused {
        /// What cannot be done, and what to do.
        detail: String,
    },
    /// The template text is too long.
    #[error("the template has {bytes} bytes, more than the {limit} that are allowed; make it shorter")]
    SourceTooLong {
        /// Its length.
        bytes: usize,
        /// The longest allowed.
        limit: usize,
    },
    /// Expressions or blocks nest too deeply, or a chain of operators is too long.
    #[error("expressions or blocks nest deeper than {limit} levels here; split them with {{% set %}}")]
    TooDeep {
        /// The deepest allowed.
        limit: usize,
    },
    /// The result is too long.
    #[error("the rendered text is longer than the {limit} bytes that are allowed; render less")]
    OutputTooLong {
        /// The longest allowed.
        limit: usize,
    },
    /// The template does too much work.
    #[error("the template does more work than the {limit} units that are allowed; look for a loop that is too long")]
    TooMuchWork {
        /// The fuel it was given.
        limit: u64,
    },
    /// The context is not a JSON object.
    #[error("the values for the template must be an object of names and values")]
    ContextNotAMap,
    /// The context nests too deeply.
    #[error("the inputs nest deeper than {limit} levels; make them flatter")]
    ContextTooDeep {
        /// The deepest allowed.
        limit: usize,
    },
    /// The lines of a Proton filter were changed after they had been printed, so that they cannot be indented.
    #[error(
        "the lines of a proton_cfn filter were changed after printing (by a filter block, a macro's filter or a slice); apply filters before or inside the {{{{ }}}} that prints them"
    )]
    BlockChanged,
    /// The renderer itself failed.
    #[error("the template renderer failed on this template; please report it")]
    Internal,
    /// No thread could be started.
    #[error("no thread could be started for rendering; try again")]
    NoThread,
}

/// Marks an error whose text is ours and holds no values.
#[derive(Debug)]
struct Explained;

impl fmt::Display for Explained {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("explained")
    }
}

impl std::error::Error for Explained {}

/// An error of ours inside a rendering. The message must not hold any value.
pub(super) fn refuse(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message).with_source(Explained)
}

/// The cause and line of a minijinja error.
pub(super) fn explain(error: &Error, source: &str, fuel: u64) -> (Option<usize>, Cause) {
    let error = innermost(error);
    let cause = match error.kind() {
        ErrorKind::SyntaxError | ErrorKind::BadEscape => Cause::Syntax { detail: syntax_detail(error, source) },
        ErrorKind::UndefinedError => Cause::Undefined { detail: undefined_detail(error) },
        ErrorKind::OutOfFuel => Cause::TooMuchWork { limit: fuel },
        _ if names_undefined(error) => Cause::Undefined { detail: undefined_detail(error) },
        _ => Cause::Refused { detail: refused_detail(error) },
    };
    (error.line(), cause)
}

/// The error that started it: blocks and conversions wrap the first one.
fn innermost(error: &Error) -> &Error {
    let mut current = error;
    while let Some(inner) = std::error::Error::source(current).and_then(|source| source.downcast_ref::<Error>()) {
        current = inner;
    }
    current
}

fn syntax_detail(error: &Error, source: &str) -> String {
    let detail = error.detail().unwrap_or("this is not a Jinja2 template");
    let line = error.line().and_then(|line| source.lines().nth(line.saturating_sub(1)));
    match line.and_then(resolve_hint) {
        Some(hint) => format!("{detail}; {hint}"),
        None => format!("{detail}; correct the tag in this line"),
    }
}

fn names_undefined(error: &Error) -> bool {
    error.detail().is_some_and(|detail| detail.contains("` is undefined"))
}

fn undefined_detail(error: &Error) -> String {
    let named = error.detail().and_then(|detail| detail.split('`').nth(1));
    match named {
        Some(name) => format!("`{name}` is undefined; {}", undefined_hint(name)),
        None => "a value is undefined; name an existing one, or give a default with `| default(...)` or ask `is defined` first"
            .to_owned(),
    }
}

fn refused_detail(error: &Error) -> String {
    let explained = std::error::Error::source(error).is_some_and(|source| source.is::<Explained>());
    let detail = error.detail().unwrap_or("");
    if explained {
        return detail.to_owned();
    }
    if shows_no_value(error.kind(), detail) {
        return match call_hint(error.kind()) {
            Some(hint) => format!("{}: {detail}; {hint}", error.kind()),
            None => format!("{}: {detail}", error.kind()),
        };
    }
    format!("{}; check the operands and arguments in this line", error.kind())
}

/// minijinja's messages that name nothing but kinds of values and words of the template.
fn shows_no_value(kind: ErrorKind, detail: &str) -> bool {
    const STARTS: [&str; 22] = [
        "attempted to apply keyword arguments",
        "can only assign to namespaces",
        "cannot call this macro",
        "cannot convert",
        "cannot perform a containment check",
        "cannot recurse",
        "cannot repeat",
        "cannot reverse values",
        "cannot slice",
        "duplicate argument",
        "expected object or keyword",
        "loop() takes",
        "loop recursion",
        "missing keyword argument",
        "recursion limit exceeded",
        "repeated s",
        "sequence of wrong length",
        "sequences and iterables can only",
        "strings can only be multiplied",
        "tried to use",
        "unknown keyword argument",
        "value ",
    ];
    match kind {
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => true,
        _ => STARTS.iter().any(|start| detail.starts_with(start)) || detail.ends_with(" is not iterable"),
    }
}
