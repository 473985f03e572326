//! Columns for people, as kubectl prints them, and the words in them.

use jiff::Timestamp;

use super::print::{Printer, Tone};

/// Between two columns.
const GAP: usize = 3;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A text in a tone; an empty one is shown as nothing.
    pub(super) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(Tone::Plain, text)
    }
}

/// Lines with a header, every column as wide as its widest cell. A row without the last cells ends early.
pub(super) fn render(printer: &Printer, header: &[&str], rows: &[Vec<Cell>]) -> String {
    let head: Vec<Cell> = header.iter().map(|name| Cell::from(*name)).collect();
    let lines: Vec<&Vec<Cell>> = std::iter::once(&head).chain(rows).collect();
    let width = |column: usize| lines.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.chars().count()).max();
    let widths: Vec<usize> = (0..header.len()).map(|column| width(column).unwrap_or_default()).collect();
    lines.iter().map(|row| line(printer, row, &widths)).collect()
}

fn line(printer: &Printer, row: &[Cell], widths: &[usize]) -> String {
    let last = row.iter().rposition(|cell| !cell.text.is_empty());
    let mut text = String::new();
    for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
        text.push_str(&printer.paint(cell.tone, &cell.text));
        if Some(at) >= last {
            break;
        }
        text.push_str(&" ".repeat(width + GAP - cell.text.chars().count()));
    }
    text.push('\n');
    text
}

/// How long ago, as kubectl counts.
pub(super) fn age(since: Option<Timestamp>, now: Timestamp) -> String {
    let Some(since) = since else { return String::new() };
    span((now.as_second() - since.as_second()).max(0))
}

/// A time in seconds in its two greatest units.
pub(super) fn span(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    let (great, small) = match (days, hours, minutes) {
        (0, 0, 0) => (format!("{seconds}s"), 0),
        (0, 0, 1..=9) => (format!("{minutes}m"), seconds % 60),
        (0, 0, _) => (format!("{minutes}m"), 0),
        (0, 1..=9, _) => (format!("{hours}h"), minutes % 60),
        (0, ..) => (format!("{hours}h"), 0),
        _ => (format!("{days}d"), 0),
    };
    match small {
        0 => great,
        _ => format!("{great}{small}{}", if hours > 0 { "m" } else { "s" }),
    }
}

/// The first line of a message, cut to `limit` characters.
pub(super) fn brief(message: &str, limit: usize) -> String {
    let line = message.lines().next().unwrap_or_default();
    if line.chars().count() <= limit && line.len() == message.trim_end().len() {
        return line.to_owned();
    }
    let cut: String = line.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// An id, cut to what people read of it.
pub(super) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::super::args::Format;
    use super::*;
    use rstest::rstest;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["└─ä".into(), Cell::new(Tone::Good, "True"), "x".into()],
            vec!["long-name".into(), Cell::new(Tone::Bad, "False"), "".into()],
        ];
        insta::assert_snapshot!(render(&Printer::plain(Format::Table), &["NAME", "READY", "MESSAGE"], &rows), @r"
        NAME        READY   MESSAGE
        └─ä         True    x
        long-name   False
        ");
        let coloured = render(&Printer::coloured(), &["NAME", "READY", "MESSAGE"], &rows);
        assert!(coloured.contains("\u{1b}[32mTrue\u{1b}[0m    x"), "the padding has no colour: {coloured:?}");
    }

    #[rstest]
    #[case(0, "0s")]
    #[case(61, "1m1s")]
    #[case(120, "2m")]
    #[case(700, "11m")]
    #[case(7300, "2h1m")]
    #[case(90_000, "1d")]
    fn times_are_short(#[case] seconds: i64, #[case] text: &str) {
        assert_eq!(span(seconds), text);
    }

    #[rstest]
    #[case("short", "short")]
    #[case("rather long indeed", "rather lo…")]
    #[case("two\nlines", "two…")]
    fn messages_are_cut(#[case] message: &str, #[case] text: &str) {
        assert_eq!(brief(message, 10), text);
    }
}
