//! Reading the table.

/// A combination and what was decided.
pub struct Cell {
    /// kind, remote, started by, change, lifecycle.
    pub place: [String; 5],
    /// The step.
    pub act: &'static str,
    /// The reason of `Ready`.
    pub reason: &'static str,
}

/// One row: a pattern for each of the five columns, and what is expected.
struct Row {
    line: String,
    patterns: Vec<Vec<String>>,
    act: String,
    reason: String,
    hit: bool,
}

impl Row {
    fn read(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
        let [places @ .., act, reason] = cells.as_slice() else { return None };
        if places.len() != 5 || places[0] == "kind" || places[0].starts_with('-') {
            return None;
        }
        let alternatives = |cell: &&str| cell.split('/').map(|word| word.trim().to_owned()).collect();
        let patterns = places.iter().map(alternatives).collect();
        Some(Self { line: line.to_owned(), patterns, act: (*act).to_owned(), reason: (*reason).to_owned(), hit: false })
    }

    fn matches(&self, place: &[String; 5]) -> bool {
        let fits = |(pattern, word): (&Vec<String>, &String)| pattern.iter().any(|one| one == "any" || one == word);
        self.patterns.iter().zip(place).all(fits)
    }
}

/// The table of a document.
pub struct Table(Vec<Row>);

impl Table {
    /// Every row with seven columns.
    pub fn read(document: &str) -> Self {
        Self(document.lines().filter_map(Row::read).collect())
    }

    /// What is wrong with a combination, if anything.
    pub fn check(&mut self, cell: &Cell) -> Option<String> {
        let place = cell.place.join(" | ");
        let Some(row) = self.0.iter_mut().find(|row| row.matches(&cell.place)) else {
            return Some(format!("{place}: no row; the plan says {} {}", cell.act, cell.reason));
        };
        row.hit = true;
        let right = row.act == cell.act && row.reason == cell.reason;
        (!right).then(|| format!("{place}: the plan says {} {}, and the row is {}", cell.act, cell.reason, row.line))
    }

    /// Rows that no combination reached.
    pub fn unused(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter(|row| !row.hit).map(|row| format!("never reached: {}", row.line))
    }
}

#[test]
fn a_wrong_a_missing_and_a_needless_row_are_found() {
    let mut table = Table::read("| a / b | any | any | any | any | – | Deployed |\n| c | any | any | any | any | – | Deployed |");
    let cell = |kind: &str, reason| Cell { place: [kind, "", "", "", ""].map(String::from), act: "–", reason };
    assert_eq!(table.check(&cell("b", "Deployed")), None);
    assert!(table.check(&cell("a", "Failed")).is_some_and(|text| text.contains("the row is")));
    assert!(table.check(&cell("d", "Deployed")).is_some_and(|text| text.contains("no row")));
    assert_eq!(table.unused().count(), 1);
}
