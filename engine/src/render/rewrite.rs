//! Rewrites the few constructs that minijinja's grammar or operators lack, line for line.
//!
//! * `a % b` becomes a call, so that `%` formats strings as in Python;
//! * `a ~ b` becomes a call, so that the operands are printed as in Python;
//! * what a `for` loops over goes through a call that refuses None, as Python does;
//! * a bare tuple `{{ a, b }}` gets its parentheses;
//! * where a template changes a list or dict in place, literals become changeable ones.
//!
//! Text is only inserted within a line, so the lines in error messages stay right.

use super::containers::MUTATORS;
use super::tokens::{Kind, Tag, TagKind, Token, is_keyword};

/// The function that `%` becomes.
pub(super) const MODULO: &str = "__proton_modulo";
/// The function that `~` becomes.
pub(super) const CONCAT: &str = "__proton_concat";
/// The function around what a `for` loops over.
pub(super) const ITERATE: &str = "__proton_iterate";
/// The function around a list literal.
pub(super) const LIST: &str = "__proton_list";
/// The function around a dict literal.
pub(super) const DICT: &str = "__proton_dict";

/// One change: at this offset, remove so many bytes, put this text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    at: usize,
    remove: usize,
    insert: String,
}

/// Whether a template calls a method that changes a list or dict.
pub(super) fn mutates(tags: &[Tag], source: &str) -> bool {
    tags.iter().any(|tag| {
        tag.tokens.windows(3).any(|window| match window {
            [dot, name, open] => dot.text(source) == "." && MUTATORS.contains(&name.text(source)) && open.text(source) == "(",
            _ => false,
        })
    })
}

/// The source with all rewriting done.
pub(super) fn rewrite(source: &str, tags: &[Tag], mutable: bool) -> String {
    let mut edits = Vec::new();
    for tag in tags {
        let view = View { tag, source };
        view.loops(&mut edits);
        // In this order: where both open at one place, the weaker `~` is the outer call.
        view.chains(&CONCAT_CHAIN, &mut edits);
        view.chains(&MODULO_CHAIN, &mut edits);
        view.bare_tuple(&mut edits);
        if mutable {
            view.literals(&mut edits);
        }
    }
    apply(source, edits)
}

fn apply(source: &str, mut edits: Vec<Edit>) -> String {
    // Stable: edits at one offset keep the order in which they were made.
    edits.sort_by_key(|edit| edit.at);
    let mut out = String::with_capacity(source.len() + edits.len() * 18);
    let mut done = 0;
    for edit in edits {
        out.push_str(source.get(done..edit.at).unwrap_or(""));
        out.push_str(&edit.insert);
        done = edit.at + edit.remove;
    }
    out.push_str(source.get(done..).unwrap_or(""));
    out
}

struct View<'a> {
    tag: &'a Tag,
    source: &'a str,
}

/// An operator that becomes a call.
struct Chain {
    operator: &'static str,
    function: &'static str,
    /// Operators of the same strength.
    same: &'static [&'static str],
    /// Operators that bind weaker, when they stand between operands.
    weaker: &'static [&'static str],
    /// Whether one call takes all operands: `a ~ b ~ c` is one call, `a % b % c` is two.
    flat: bool,
}

const CONCAT_CHAIN: Chain = Chain { operator: "~", function: CONCAT, same: &[], weaker: &["+", "-"], flat: true };
const MODULO_CHAIN: Chain =
    Chain { operator: "%", function: MODULO, same: &["*", "/", "//"], weaker: &["+", "-", "~"], flat: false };

/// One open bracket while scanning.
#[derive(Default)]
struct Level {
    /// The offset at which the current chain of operands begins.
    start: Option<usize>,
    /// Whether a call is still to be closed behind the next operand.
    pending: bool,
}

impl View<'_> {
    fn chains(&self, chain: &Chain, edits: &mut Vec<Edit>) {
        if !self.tag.tokens.iter().any(|token| token.text(self.source) == chain.operator) {
            return;
        }
        let mut levels = vec![Level::default()];
        let mut last_end = 0;
        for (position, token) in self.tag.tokens.iter().enumerate() {
            if let Some(level) = levels.last_mut() {
                self.follow(chain, level, position, last_end, edits);
            }
            match token.kind {
                Kind::Open => levels.push(Level::default()),
                Kind::Close if levels.len() > 1 => {
                    if let Some(mut inner) = levels.pop() {
                        close(&mut inner, last_end, edits);
                    }
                }
                _ => {}
            }
            last_end = token.end;
        }
        for level in &mut levels {
            close(level, last_end, edits);
        }
    }

    /// Goes one token further in a level.
    fn follow(&self, chain: &Chain, level: &mut Level, position: usize, last_end: usize, edits: &mut Vec<Edit>) {
        let Some(token) = self.tag.tokens.get(position) else { return };
        match self.role(chain, position, token) {
            Role::Weaker => {
                close(level, last_end, edits);
                level.start = None;
            }
            Role::Same => close(level, last_end, edits),
            Role::Chained => {
                let Some(start) = level.start else { return };
                if !(chain.flat && level.pending) {
                    close(level, last_end, edits);
                    edits.push(Edit { at: start, remove: 0, insert: format!("{}(", chain.function) });
                }
                edits.push(Edit { at: token.start, remove: 1, insert: ",".to_owned() });
                level.pending = true;
            }
            Role::Close => {}
            Role::Part => {
                level.start.get_or_insert(token.start);
            }
        }
    }

    fn role(&self, chain: &Chain, position: usize, token: &Token) -> Role {
        let binary = position.checked_sub(1).is_some_and(|before| self.tag.ends_operand(before, self.source));
        let text = token.text(self.source);
        match token.kind {
            Kind::Close => Role::Close,
            Kind::Operator if text == chain.operator => Role::Chained,
            Kind::Operator if chain.same.contains(&text) && binary => Role::Same,
            Kind::Operator if chain.weaker.contains(&text) && binary => Role::Weaker,
            Kind::Operator if ["+", "-", "*", "/", "//", "%", "**", "~", ".", "|"].contains(&text) => Role::Part,
            Kind::Operator => Role::Weaker,
            Kind::Name if text == "is" || self.tag.names_test(position, self.source) => Role::Part,
            Kind::Name if is_keyword(text) || self.tag.names_tag(position) => Role::Weaker,
            _ => Role::Part,
        }
    }

    /// `for a, b in X if …` → `for a, b in iterate((X)) if …`
    fn loops(&self, edits: &mut Vec<Edit>) {
        if self.tag.kind != TagKind::Statement || self.tag.text(0, self.source) != "for" {
            return;
        }
        let mut open = 0_usize;
        let (mut first, mut last) = (None, None);
        for (position, token) in self.tag.tokens.iter().enumerate() {
            match (token.kind, token.text(self.source)) {
                (Kind::Open, _) => open += 1,
                (Kind::Close, _) => open = open.saturating_sub(1),
                (Kind::Name, "in") if open == 0 && first.is_none() => {
                    first = self.tag.tokens.get(position + 1).map(|next| next.start);
                    continue;
                }
                (Kind::Name, "if" | "recursive") if open == 0 && first.is_some() => break,
                _ => {}
            }
            last = Some(token.end);
        }
        if let (Some(first), Some(last)) = (first, last.filter(|last| first.is_some_and(|first| first < *last))) {
            edits.push(Edit { at: first, remove: 0, insert: format!("{ITERATE}((") });
            edits.push(Edit { at: last, remove: 0, insert: "))".to_owned() });
        }
    }

    fn bare_tuple(&self, edits: &mut Vec<Edit>) {
        if self.tag.kind == TagKind::Statement {
            return;
        }
        let mut open = 0_usize;
        let mut comma = false;
        for token in &self.tag.tokens {
            match token.kind {
                Kind::Open => open += 1,
                Kind::Close => open = open.saturating_sub(1),
                Kind::Operator if open == 0 && token.text(self.source) == "," => comma = true,
                _ => {}
            }
        }
        if let (true, Some(first), Some(last)) = (comma, self.tag.tokens.first(), self.tag.tokens.last()) {
            edits.insert(0, Edit { at: first.start, remove: 0, insert: "(".to_owned() });
            edits.push(Edit { at: last.end, remove: 0, insert: ")".to_owned() });
        }
    }

    fn literals(&self, edits: &mut Vec<Edit>) {
        let mut open = Vec::new();
        for (position, token) in self.tag.tokens.iter().enumerate() {
            match token.kind {
                Kind::Open => {
                    let subscript = position.checked_sub(1).is_some_and(|before| self.tag.ends_operand(before, self.source));
                    let wrap = match token.text(self.source) {
                        "[" if !subscript => Some(LIST),
                        "{" => Some(DICT),
                        _ => None,
                    };
                    if let Some(name) = wrap {
                        edits.push(Edit { at: token.start, remove: 0, insert: format!("{name}(") });
                    }
                    open.push(wrap.is_some());
                }
                Kind::Close if open.pop() == Some(true) => {
                    edits.push(Edit { at: token.end, remove: 0, insert: ")".to_owned() });
                }
                _ => {}
            }
        }
    }
}

/// What a token is for a chain of operands.
enum Role {
    /// Binds weaker: ends the chain.
    Weaker,
    /// An operator of the same strength that stays.
    Same,
    /// The operator that becomes a call.
    Chained,
    /// A closing bracket.
    Close,
    /// Belongs to an operand.
    Part,
}

/// Closes the call whose last argument has just ended.
fn close(level: &mut Level, end: usize, edits: &mut Vec<Edit>) {
    if level.pending {
        edits.push(Edit { at: end, remove: 0, insert: ")".to_owned() });
        level.pending = false;
    }
}
