//! Lets the Proton filters indent every line like the expression that prints them.
//!
//! A filter cannot see where on its line it stands. So the printed lines are put between two markers, and once
//! the whole text is known, [`Markers::resolve`] takes the markers out and repeats the blanks before the block
//! in front of each of its lines. This works through `set`, `for`, macros and expressions over several lines.
//!
//! A marker is a control character that neither template nor values contain, around a number taken from a hash
//! of both: no value can hold a marker, because its own text would change the hash.

use sha2::{Digest as _, Sha256};

use super::error::Cause;

/// The markers of one rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Markers {
    control: char,
    open: String,
    close: String,
}

impl Markers {
    /// Markers that occur in neither text.
    pub(super) fn new(source: &str, context: &str) -> Self {
        let absent = |c: &char| !source.contains(*c) && !context.contains(*c) && !context.contains(&escape(*c));
        let control = CONTROLS.iter().copied().find(absent).unwrap_or('\u{2}');
        let mut round = 0_u32;
        let number = loop {
            let number = number(source, context, round);
            if !source.contains(&number) && !context.contains(&number) {
                break number;
            }
            round = round.wrapping_add(1);
        };
        Self { control, open: format!("{control}{number}1{control}"), close: format!("{control}{number}0{control}") }
    }

    /// Puts a block between markers.
    pub(super) fn wrap(&self, text: &str) -> String {
        [self.open.as_str(), text, self.close.as_str()].concat()
    }

    /// Takes the markers out of a rendered text and indents the blocks. Fails if a marker was damaged, for
    /// example by a filter that reversed or cut the printed text, or if the blanks make the text longer than `limit` bytes.
    pub(super) fn resolve(&self, rendered: String, limit: usize) -> Result<String, Cause> {
        if !rendered.contains(self.control) {
            return Ok(rendered);
        }
        let mut out = String::with_capacity(rendered.len());
        let mut rest = rendered.as_str();
        while let Some((before, behind)) = rest.split_once(self.open.as_str()) {
            let (block, behind) = behind.split_once(self.close.as_str()).ok_or(Cause::BlockChanged)?;
            out.push_str(before);
            put_block(&mut out, block, limit)?;
            rest = behind;
        }
        out.push_str(rest);
        if out.len() > limit {
            return Err(Cause::OutputTooLong { limit });
        }
        if out.contains(self.control) && self.was_absent() {
            return Err(Cause::BlockChanged);
        }
        Ok(out)
    }

    fn was_absent(&self) -> bool {
        self.control != '\u{2}'
    }
}

/// Control characters that no text has a use for; the last resort U+0002 is not among them.
const CONTROLS: [char; 8] = ['\u{1}', '\u{3}', '\u{4}', '\u{5}', '\u{6}', '\u{e}', '\u{f}', '\u{10}'];

/// How JSON writes a control character.
fn escape(c: char) -> String {
    format!("\\u{:04x}", u32::from(c))
}

/// 30 decimal digits: `upper` and `lower` leave them alone.
fn number(source: &str, context: &str, round: u32) -> String {
    let mut hash = Sha256::new();
    hash.update(u64::try_from(source.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(source);
    hash.update(context);
    hash.update(round.to_be_bytes());
    hash.finalize().iter().map(|byte| char::from(b'0' + byte % 10)).take(30).collect()
}

/// Writes a block at the end of a text: if only blanks stand before it on its line, they are repeated before
/// each further line, and dropped if the block is empty. Many blanks before many lines stop at the limit.
fn put_block(out: &mut String, block: &str, limit: usize) -> Result<(), Cause> {
    let line_start = out.rfind('\n').map_or(0, |newline| newline + 1);
    let before = out.get(line_start..).unwrap_or("");
    let indent = if before.chars().all(|c| c == ' ' || c == '\t') { before.to_owned() } else { String::new() };
    if block.is_empty() {
        out.truncate(out.len() - indent.len());
        return Ok(());
    }
    for (position, line) in block.split('\n').enumerate() {
        if position > 0 {
            out.push('\n');
            out.push_str(&indent);
        }
        out.push_str(line);
        if out.len() > limit {
            return Err(Cause::OutputTooLong { limit });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str, blocks: &[&str]) -> Result<String, Cause> {
        let markers = Markers::new("template", "{}");
        let mut text = text.to_owned();
        for block in blocks {
            text = text.replacen('@', &markers.wrap(block), 1);
        }
        markers.resolve(text, 1000)
    }

    #[test]
    fn repeats_the_blanks_before_a_block() {
        assert_eq!(resolve("a:\n  @\nb", &["x\ny"]), Ok("a:\n  x\n  y\nb".to_owned()));
        assert_eq!(resolve("  @", &["x\ny\nz"]), Ok("  x\n  y\n  z".to_owned()));
        assert_eq!(resolve("\t@\n", &["x\ny"]), Ok("\tx\n\ty\n".to_owned()));
    }

    #[test]
    fn does_not_indent_behind_other_text() {
        assert_eq!(resolve("  - @", &["x\ny"]), Ok("  - x\ny".to_owned()));
    }

    #[test]
    fn an_empty_block_takes_its_blanks_along() {
        assert_eq!(resolve("a:\n    @\nb", &[""]), Ok("a:\n\nb".to_owned()));
        assert_eq!(resolve("a: @\nb", &[""]), Ok("a: \nb".to_owned()));
    }

    #[test]
    fn blanks_before_many_lines_stop_at_the_limit() {
        let (blanks, lines) = (" ".repeat(100), "x\n".repeat(100));
        assert_eq!(resolve(&format!("{blanks}@"), &[&lines]), Err(Cause::OutputTooLong { limit: 1000 }));
    }

    #[test]
    fn damaged_markers_are_an_error() {
        let markers = Markers::new("template", "{}");
        let reversed: String = markers.wrap("x").chars().rev().collect();
        assert_eq!(markers.resolve(reversed, 1000), Err(Cause::BlockChanged));
        let cut: String = markers.wrap("xyz").chars().take(34).collect();
        assert_eq!(markers.resolve(cut, 1000), Err(Cause::BlockChanged));
    }

    #[test]
    fn values_cannot_hold_the_markers_of_their_own_rendering() {
        let first = Markers::new("template", "{}");
        let forged = serde_json::json!({ "x": first.wrap("forged") }).to_string();
        let second = Markers::new("template", &forged);
        assert_ne!(first.open, second.open);
        assert_ne!(first.control, second.control);
    }
}
