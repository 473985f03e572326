//! One rendering from start to end: checks, rewriting, minijinja, markers.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use minijinja::Error;

use super::context::{Containers, convert};
use super::dialect::check_dialect;
use super::environment::environment;
use super::error::{Cause, RenderError, explain};
use super::limits::{Limits, check_depth, check_size};
use super::markers::Markers;
use super::rewrite::{mutates, rewrite};
use super::tokens::tags;

/// Stack of the thread that renders, in bytes. Reserved, not used: only the pages that are touched count.
pub const STACK: usize = 512 << 20;

/// Renders a template: `source` is its text, `file` its name for messages, `context` a JSON object with the
/// namespace (`environment`, `service_instance` …).
///
/// The result depends on the arguments only. Runs on a thread of its own with a large stack, so that nesting
/// within `limits` cannot overflow it, and a bug of the renderer ends as [`Cause::Internal`].
///
/// # Errors
/// [`RenderError`] names the file, the line where it is known, and the cause; it never holds input values.
pub fn render(source: &str, file: &str, context: &serde_json::Value, limits: &Limits) -> Result<String, RenderError> {
    let failed = |cause| Err(RenderError { file: file.to_owned(), line: None, cause });
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("render".to_owned()).stack_size(STACK);
        match thread.spawn_scoped(scope, || render_here(source, file, context, limits)) {
            Ok(thread) => thread.join().unwrap_or_else(|_| failed(Cause::Internal)),
            Err(_) => failed(Cause::NoThread),
        }
    })
}

/// The same on the calling thread, which needs a stack of [`STACK`] bytes.
///
/// # Errors
/// As [`render`].
pub fn render_here(source: &str, file: &str, context: &serde_json::Value, limits: &Limits) -> Result<String, RenderError> {
    let outcome = catch_unwind(AssertUnwindSafe(|| render_unnamed(source, context, limits)));
    let outcome = outcome.unwrap_or(Err((None, Cause::Internal)));
    outcome.map_err(|(line, cause)| RenderError { file: file.to_owned(), line, cause })
}

type Failure = (Option<usize>, Cause);

fn render_unnamed(source: &str, context: &serde_json::Value, limits: &Limits) -> Result<String, Failure> {
    let whole = |cause| (None, cause);
    check_size(source, limits).map_err(whole)?;
    let source = unify_newlines(source);
    let tags = tags(&source);
    check_depth(&tags, &source, limits).map_err(|(offset, cause)| (line_of(&source, offset), cause))?;
    check_dialect(&tags, &source).map_err(|(offset, cause)| (line_of(&source, offset), cause))?;
    let mutable = mutates(&tags, &source);
    let values = convert(context, if mutable { Containers::Mutable } else { Containers::Fixed }).map_err(whole)?;
    let markers = Markers::new(&source, &context.to_string());
    let rewritten = rewrite(&source, &tags, mutable);
    let environment = environment(limits, &markers);
    let template = environment.template_from_str(&rewritten).map_err(|error| explain(&error, &source, limits.fuel))?;
    let mut output = Limited { bytes: Vec::new(), limit: limits.output_bytes, exceeded: false };
    let outcome = template.render_captured_to(values, &mut output).map(drop);
    output.finish(outcome, &source, limits).and_then(|text| markers.resolve(text, limits.output_bytes).map_err(whole))
}

/// Jinja2 reads `\r\n` and `\r` as `\n`, and drops one newline at the end (minijinja does the latter).
fn unify_newlines(source: &str) -> String {
    if source.contains('\r') { source.replace("\r\n", "\n").replace('\r', "\n") } else { source.to_owned() }
}

fn line_of(source: &str, offset: usize) -> Option<usize> {
    source.get(..offset).map(|before| before.matches('\n').count() + 1)
}

/// Collects output up to a limit.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
    exceeded: bool,
}

impl io::Write for Limited {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + piece.len() > self.limit {
            self.exceeded = true;
            return Err(io::Error::other("the output limit is reached"));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Limited {
    fn finish(self, outcome: Result<(), Error>, source: &str, limits: &Limits) -> Result<String, Failure> {
        if self.exceeded {
            return Err((None, Cause::OutputTooLong { limit: self.limit }));
        }
        outcome.map_err(|error| explain(&error, source, limits.fuel))?;
        String::from_utf8(self.bytes).map_err(|_| (None, Cause::Internal))
    }
}
