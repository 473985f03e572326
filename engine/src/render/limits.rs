//! What one rendering may cost, and the checks that come before parsing.
//!
//! Parsing and rendering are recursive: a long chain of operators or deep nesting can use up the stack, which
//! ends the whole process. [`check_source`] therefore refuses a source that is too long or whose expressions or
//! blocks would nest too deeply, before the parser sees it. Loops and large values are bounded by fuel.

use super::error::Cause;
use super::tokens::{Kind, Tag, TagKind};

/// Bounds of one rendering. The defaults are far above what real templates need (the largest of AWS's own
/// samples has 24 KB, nests 6 levels and uses 700 units of fuel).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest template text, in bytes.
    pub source_bytes: usize,
    /// Longest result, in bytes. CloudFormation itself takes 1 MB.
    pub output_bytes: usize,
    /// Work that the template may do: one unit is about one instruction or 64 bytes.
    pub fuel: u64,
    /// Deepest nesting of expressions and blocks, and longest chain of operators or `elif`.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { source_bytes: 1 << 20, output_bytes: 4 << 20, fuel: 1_000_000, depth: 200 }
    }
}

/// Refuses a source that is too long.
pub(super) fn check_size(source: &str, limits: &Limits) -> Result<(), Cause> {
    if source.len() > limits.source_bytes {
        return Err(Cause::SourceTooLong { bytes: source.len(), limit: limits.source_bytes });
    }
    Ok(())
}

/// Refuses tags that nest too deeply. Gives the byte offset of the tag with the cause.
pub(super) fn check_depth(tags: &[Tag], source: &str, limits: &Limits) -> Result<(), (usize, Cause)> {
    let mut blocks: Vec<usize> = Vec::new();
    let mut open = 0_usize;
    for tag in tags {
        let depth = open.saturating_add(expression_depth(tag, source));
        if depth > limits.depth {
            let cause = Cause::TooDeep { limit: limits.depth };
            return Err((tag.start, cause));
        }
        if tag.kind == TagKind::Statement {
            open = follow_block(tag, source, &mut blocks, open);
        }
    }
    Ok(())
}

/// Keeps the levels that the open blocks add; an `elif` nests inside the `if` before it.
fn follow_block(tag: &Tag, source: &str, blocks: &mut Vec<usize>, open: usize) -> usize {
    let name = tag.tokens.first().map_or("", |token| token.text(source));
    match name {
        "elif" => {
            if let Some(levels) = blocks.last_mut() {
                *levels += 1;
            }
            open + 1
        }
        "set" if tag.tokens.iter().any(|token| token.text(source) == "=") => open,
        "for" | "if" | "with" | "filter" | "macro" | "call" | "block" | "autoescape" | "set" => {
            blocks.push(1);
            open + 1
        }
        _ if name.starts_with("end") => open.saturating_sub(blocks.pop().unwrap_or(0)),
        _ => open,
    }
}

/// An upper bound of how deeply the expressions of one tag nest: brackets, plus every operator since the last
/// comma of each open bracket.
///
/// Counting ends where every parser must stop, so that a tag that was never closed gives the parser's message.
fn expression_depth(tag: &Tag, source: &str) -> usize {
    let mut levels = vec![0_usize];
    let mut total = 0_usize;
    let mut deepest = 0_usize;
    for (position, token) in tag.tokens.iter().enumerate() {
        if tag.ends_parsing(position, source) {
            break;
        }
        match token.kind {
            Kind::Open => {
                levels.push(1);
                total += 1;
            }
            Kind::Close => {
                // What is closed stays an operand of its own level, so it counts there as one more link.
                total -= levels.pop().unwrap_or(0);
                bump(&mut levels, &mut total);
            }
            Kind::Operator if token.text(source) == "," => {
                let bracket = usize::from(levels.len() > 1);
                total = total - levels.pop().unwrap_or(0) + bracket;
                levels.push(bracket);
            }
            Kind::Operator => bump(&mut levels, &mut total),
            Kind::Name if is_chaining(token.text(source)) => bump(&mut levels, &mut total),
            Kind::Name | Kind::Number | Kind::Text => {}
        }
        deepest = deepest.max(total);
    }
    deepest
}

fn bump(levels: &mut [usize], total: &mut usize) {
    if let Some(level) = levels.last_mut() {
        *level += 1;
        *total += 1;
    }
}

fn is_chaining(word: &str) -> bool {
    matches!(word, "not" | "and" | "or" | "in" | "is" | "if" | "else")
}
