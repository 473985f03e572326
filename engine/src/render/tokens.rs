//! A small scanner for the tags of a template: just enough to count nesting and to rewrite operators.
//!
//! It follows Jinja2's lexer: comments and `raw` blocks are skipped, a closing delimiter inside brackets belongs
//! to the brackets. What it cannot read it leaves alone: the parser reports the error.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Name,
    /// A number.
    Number,
    /// A quoted string.
    Text,
    /// An opening bracket of any sort.
    Open,
    /// A closing bracket of any sort.
    Close,
    /// Any other sign, two-character ones as one token.
    Operator,
}

/// A token as byte offsets into the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub kind: Kind,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
}

impl Token {
    /// The token's text.
    pub(super) fn text<'s>(&self, source: &'s str) -> &'s str {
        source.get(self.start..self.end).unwrap_or("")
    }
}

/// The two kinds of tags with expressions in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    /// `{{ … }}`
    Print,
    /// `{% … %}`
    Statement,
}

/// One tag with its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Which kind.
    pub kind: TagKind,
    /// Offset of its first byte.
    pub start: usize,
    /// What stands between the delimiters.
    pub tokens: Vec<Token>,
}

impl Tag {
    /// The text of the token at a position.
    pub(super) fn text<'s>(&self, position: usize, source: &'s str) -> &'s str {
        self.tokens.get(position).map_or("", |token| token.text(source))
    }

    /// Whether the token at a position ends an operand, so that a sign behind it is binary and a bracket a
    /// subscript or call.
    pub(super) fn ends_operand(&self, position: usize, source: &str) -> bool {
        let Some(token) = self.tokens.get(position) else { return false };
        match token.kind {
            Kind::Number | Kind::Text | Kind::Close => true,
            Kind::Name => !self.names_tag(position) && !is_keyword(token.text(source)),
            Kind::Open | Kind::Operator => false,
        }
    }

    /// Whether the token at a position is the name of a statement.
    pub(super) fn names_tag(&self, position: usize) -> bool {
        self.kind == TagKind::Statement && position == 0
    }

    /// Whether the word at a position belongs to a test: the `in` and `not` of `x is not in y`.
    pub(super) fn names_test(&self, position: usize, source: &str) -> bool {
        let before = |distance| position.checked_sub(distance).map_or("", |at| self.text(at, source));
        match self.text(position, source) {
            "not" => before(1) == "is",
            "in" => before(1) == "is" || (before(1) == "not" && before(2) == "is"),
            _ => false,
        }
    }

    /// Whether no parser can get past the token at a position: an operand right behind another one. Two texts
    /// are one, and a test may take an operand (`x is divisibleby 3`).
    pub(super) fn ends_parsing(&self, position: usize, source: &str) -> bool {
        let Some(before) = position.checked_sub(1) else { return false };
        let Some(token) = self.tokens.get(position) else { return false };
        let starts = match token.kind {
            Kind::Name => !is_keyword(token.text(source)),
            Kind::Number | Kind::Text => true,
            _ => false,
        };
        let texts = token.kind == Kind::Text && self.tokens.get(before).is_some_and(|before| before.kind == Kind::Text);
        let behind_test = before.checked_sub(1).is_some_and(|is| matches!(self.text(is, source), "is" | "not"));
        starts && !texts && !behind_test && self.ends_operand(before, source)
    }
}

/// Words that are operators, not operands.
pub(super) fn is_keyword(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "in" | "is" | "if" | "else" | "recursive")
}

/// All tags of a source, in order.
pub(super) fn tags(source: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(source, at, "{") {
        let rest = source.get(start..).unwrap_or("");
        at = if rest.starts_with("{#") {
            find(source, start + 2, "#}").map_or(source.len(), |end| end + 2)
        } else if rest.starts_with("{{") || rest.starts_with("{%") {
            let (tag, end) = read_tag(source, start);
            let end = if is_raw(&tag, source) { skip_raw(source, end) } else { end };
            found.push(tag);
            end
        } else {
            start + 1
        };
    }
    found
}

fn find(source: &str, from: usize, what: &str) -> Option<usize> {
    source.get(from..)?.find(what).map(|offset| from + offset)
}

fn is_raw(tag: &Tag, source: &str) -> bool {
    tag.kind == TagKind::Statement && tag.tokens.len() == 1 && tag.tokens.iter().any(|token| token.text(source) == "raw")
}

/// The offset of the `{% endraw %}` that ends a raw block.
fn skip_raw(source: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(start) = find(source, at, "{%") {
        let rest = source.get(start + 2..).unwrap_or("");
        let rest = rest.trim_start_matches(['-', '+']).trim_start();
        if rest.starts_with("endraw") {
            return start;
        }
        at = start + 2;
    }
    source.len()
}

fn read_tag(source: &str, start: usize) -> (Tag, usize) {
    let print = source.get(start..).is_some_and(|rest| rest.starts_with("{{"));
    let (kind, close) = if print { (TagKind::Print, "}}") } else { (TagKind::Statement, "%}") };
    let mut at = start + 2;
    if source.get(at..).is_some_and(|rest| rest.starts_with(['-', '+'])) {
        at += 1;
    }
    let mut tokens = Vec::new();
    let mut open = 0_usize;
    let end = loop {
        let Some(rest) = source.get(at..) else { break source.len() };
        let Some(first) = rest.chars().next() else { break source.len() };
        if open == 0 && ends_here(rest, close) {
            break at + rest.find(close).unwrap_or(0) + close.len();
        }
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = next_token(rest, first);
        match kind {
            Kind::Open => open += 1,
            Kind::Close => open = open.saturating_sub(1),
            _ => {}
        }
        tokens.push(Token { kind, start: at, end: at + length });
        at += length;
    };
    (Tag { kind, start, tokens }, end)
}

fn ends_here(rest: &str, close: &str) -> bool {
    rest.starts_with(close) || rest.strip_prefix(['-', '+']).is_some_and(|rest| rest.starts_with(close))
}

fn next_token(rest: &str, first: char) -> (Kind, usize) {
    match first {
        '"' | '\'' => (Kind::Text, quoted_length(rest, first)),
        '(' | '[' | '{' => (Kind::Open, 1),
        ')' | ']' | '}' => (Kind::Close, 1),
        '0'..='9' => (Kind::Number, number_length(rest)),
        _ if first.is_alphabetic() || first == '_' => {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            (Kind::Name, end.unwrap_or(rest.len()))
        }
        _ => {
            let two = ["**", "//", "==", "!=", "<=", ">="].iter().any(|op| rest.starts_with(op));
            (Kind::Operator, if two { 2 } else { first.len_utf8() })
        }
    }
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return offset + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Digits, letters of a prefix or exponent, a point that a digit follows, a sign behind the exponent.
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let hex = rest.get(1..2).is_some_and(|x| x.eq_ignore_ascii_case("x"));
    let mut end = 1;
    while let Some(byte) = bytes.get(end) {
        let before = bytes.get(end - 1).copied().unwrap_or(0);
        let after = bytes.get(end + 1).copied().unwrap_or(0);
        let part = byte.is_ascii_alphanumeric()
            || *byte == b'_'
            || (*byte == b'.' && after.is_ascii_digit())
            || (matches!(byte, b'+' | b'-') && matches!(before, b'e' | b'E') && !hex && after.is_ascii_digit());
        if !part {
            break;
        }
        end += 1;
    }
    end
}
