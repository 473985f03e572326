//! The decision of a round.

use std::time::Duration;

use super::record::Record;

/// What to do about the Lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Create it.
    Create,
    /// Write our name over the version that was read.
    Take,
    /// Renew our own.
    Renew,
    /// Another replica holds it.
    Wait,
}

/// Decides. `unchanged` is how long this process has seen the record in the version that it has now. Pure and total; the table is in the
/// module's documentation.
pub fn next(me: &str, record: Option<&Record>, unchanged: Duration) -> Next {
    let Some(record) = record else {
        return Next::Create;
    };
    match record.holder.as_deref() {
        None => Next::Take,
        Some(holder) if holder == me => Next::Renew,
        Some(_) if unchanged >= record.duration => Next::Take,
        Some(_) => Next::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(holder: Option<&str>) -> Record {
        Record { holder: holder.map(str::to_owned), duration: Duration::from_secs(40), transitions: 0, version: "7".to_owned() }
    }

    /// The words of the table's first column.
    fn case(row: &str) -> (Option<Record>, Duration) {
        match row {
            "absent" => (None, Duration::ZERO),
            "released" => (Some(record(None)), Duration::ZERO),
            "ours" => (Some(record(Some("me"))), Duration::from_secs(99)),
            "another's, changed within its duration" => (Some(record(Some("other"))), Duration::from_millis(39_999)),
            "another's, unchanged for its duration" => (Some(record(Some("other"))), Duration::from_secs(40)),
            other => panic!("the table has an unknown row: {other}"),
        }
    }

    fn move_of(word: &str) -> Next {
        match word {
            "create it" => Next::Create,
            "take it" => Next::Take,
            "renew it" => Next::Renew,
            "wait" => Next::Wait,
            other => panic!("the table has an unknown move: {other}"),
        }
    }

    #[test]
    fn the_table_in_the_documentation_holds() {
        let rows = include_str!("mod.rs").lines().filter_map(|line| line.strip_prefix("//! | ")).skip(1);
        let rows: Vec<_> = rows.filter_map(|row| row.trim_end_matches(" |").split_once(" | ")).collect();
        assert_eq!(rows.len(), 5);
        for (lease, expected) in rows {
            let (record, unchanged) = case(lease);
            assert_eq!(next("me", record.as_ref(), unchanged), move_of(expected), "{lease}");
        }
    }
}
