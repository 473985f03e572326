//! The filter wordwrap, after Python's `textwrap`.

use minijinja::{Environment, Error, State, Value};

use super::text::{only_text, split_lines};
use crate::render::arguments::{Arguments, Signature, add_filter};
use crate::render::error::refuse;

const WORDWRAP: Signature = Signature {
    name: "wordwrap",
    required: 1,
    parameters: &["s", "width", "break_long_words", "wrapstring", "break_on_hyphens"],
};

/// Adds the filter.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &WORDWRAP, wordwrap);
}

fn wordwrap(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = only_text(state, arguments)?;
    let width = usize::try_from(arguments.integer(state, 1, 79)?).unwrap_or(0);
    if width == 0 {
        return Err(refuse("the `width` of `wordwrap` must be greater than 0"));
    }
    let break_words = arguments.flag(state, 2, true)?;
    let joiner = match arguments.some(3) {
        Some(_) => arguments.text(state, 3, "\n")?,
        None => "\n".to_owned(),
    };
    let hyphens = arguments.flag(state, 4, true)?;
    let mut paragraphs = Vec::new();
    for line in split_lines(&text, false) {
        state.consume_fuel(u64::try_from(line.len()).unwrap_or(u64::MAX) / 16 + 1)?;
        paragraphs.push(wrap(chunks(&line, hyphens), width, break_words).join(&joiner));
    }
    Ok(Value::from(paragraphs.join(&joiner)))
}

/// Words and the blanks between them; words end behind a hyphen between letters.
fn chunks(line: &str, hyphens: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut letters = line.chars().peekable();
    let mut current = String::new();
    while let Some(c) = letters.next() {
        if !current.is_empty() && c.is_whitespace() != before.is_whitespace() {
            found.push(std::mem::take(&mut current));
        }
        current.push(c);
        let inside = before.is_alphabetic() && letters.peek().is_some_and(|next| next.is_alphabetic());
        if hyphens && c == '-' && inside {
            found.push(std::mem::take(&mut current));
        }
        before = c;
    }
    if !current.is_empty() {
        found.push(current);
    }
    found
}

fn wrap(chunks: Vec<String>, width: usize, break_words: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    let mut waiting: Vec<String> = chunks.into_iter().rev().collect();
    while let Some(chunk) = waiting.pop() {
        let length = chunk.chars().count();
        if used == 0 && !lines.is_empty() && chunk.trim().is_empty() {
            continue;
        }
        if used + length <= width {
            used += length;
            line.push_str(&chunk);
            continue;
        }
        if length > width && (break_words || used == 0) {
            let room = if break_words { width - used } else { length };
            line.extend(chunk.chars().take(room));
            waiting.push(chunk.chars().skip(room).collect());
        } else {
            waiting.push(chunk);
        }
        finish(&mut lines, &mut line);
        used = 0;
    }
    finish(&mut lines, &mut line);
    lines
}

/// Ends a line; blanks at its end are dropped, and so is a line of nothing else.
fn finish(lines: &mut Vec<String>, line: &mut String) {
    let text = line.trim_end();
    if !text.is_empty() {
        lines.push(text.to_owned());
    }
    line.clear();
}
