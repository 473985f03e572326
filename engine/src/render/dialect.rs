//! Refuses what minijinja's grammar takes and Jinja2's does not.

use super::error::Cause;
use super::tokens::{Kind, Tag, TagKind, Token};

/// Fails at the first construct that Jinja2 would refuse. Gives the byte offset with the cause.
pub(super) fn check_dialect(tags: &[Tag], source: &str) -> Result<(), (usize, Cause)> {
    for tag in tags {
        let first = tag.tokens.first().map_or("", |token| token.text(source));
        if tag.kind == TagKind::Statement && first == "do" {
            return Err(syntax(
                tag.start,
                "the tag `do` belongs to an extension that Proton did not have; use {% set _ = ... %}",
            ));
        }
        check_numbers(&tag.tokens, source)?;
    }
    Ok(())
}

fn check_numbers(tokens: &[Token], source: &str) -> Result<(), (usize, Cause)> {
    for (position, token) in tokens.iter().enumerate() {
        let text = token.text(source);
        if token.kind == Kind::Number && has_leading_zeros(text) {
            return Err(syntax(token.start, "a number must not begin with zeros; remove them or quote it"));
        }
        let next = tokens.get(position + 1).map(|next| next.kind);
        if text == "." && token.kind == Kind::Operator && !matches!(next, Some(Kind::Name | Kind::Number)) {
            return Err(syntax(token.start, "a point must be followed by a name or digits"));
        }
    }
    Ok(())
}

fn has_leading_zeros(number: &str) -> bool {
    let digits = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    digits && number.starts_with('0') && number.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
}

fn syntax(offset: usize, detail: &str) -> (usize, Cause) {
    (offset, Cause::Syntax { detail: detail.to_owned() })
}
