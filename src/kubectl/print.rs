//! Standard output: the format that was asked for, and colours where a person looks.

use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;

use super::args::{Colour, Format, Global};
use super::failure::Failure;

/// How a text looks, where colours are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Good,
    Working,
    Bad,
    Faint,
    Strong,
}

impl Tone {
    /// The text in the tone's ANSI colour.
    fn paint(self, text: &str) -> String {
        let code = match self {
            Self::Plain => return text.to_owned(),
            Self::Good => "32",
            Self::Working => "33",
            Self::Bad => "31",
            Self::Faint => "2",
            Self::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Writes to standard output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printer {
    pub(super) format: Format,
    colours: bool,
    /// Whether a person looks, who sees the screen and not a stream.
    pub(super) terminal: bool,
}

impl Printer {
    /// As the options say.
    pub(super) fn new(global: &Global) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colours = match global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && !refused,
        };
        Self { format: global.output, colours, terminal }
    }

    /// Whether a document is asked for and not a text.
    pub(super) fn structured(&self) -> bool {
        matches!(self.format, Format::Json | Format::Yaml)
    }

    /// A text in a tone.
    pub(super) fn paint(&self, tone: Tone, text: &str) -> String {
        if self.colours { tone.paint(text) } else { text.to_owned() }
    }

    /// Prints a document in the format that was asked for.
    ///
    /// # Errors
    /// When standard output is broken.
    pub(super) fn document(&self, value: &Value) -> Result<(), Failure> {
        let failed = |error: String| Failure::Print(error);
        let text = match self.format {
            Format::Yaml => serde_yaml::to_string(value).map_err(|error| failed(error.to_string()))?,
            _ => format!("{value:#}\n"),
        };
        self.text(&text)
    }

    /// Prints a text.
    ///
    /// # Errors
    /// When standard output is closed, which ends a watch, or broken.
    pub(super) fn text(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Failure::Unread),
            Err(error) => Err(Failure::Print(error.to_string())),
            Ok(()) => Ok(()),
        }
    }

    /// Without colours, for tests.
    #[cfg(test)]
    pub(super) fn plain(format: Format) -> Self {
        Self { format, colours: false, terminal: false }
    }

    /// With colours, for tests.
    #[cfg(test)]
    pub(super) fn coloured() -> Self {
        Self { colours: true, ..Self::plain(Format::Table) }
    }
}
