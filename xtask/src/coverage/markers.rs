//! The place on the page that is generated.

use anyhow::{Context as _, Result};

const BEGIN: &str = "<!-- coverage:begin -->";
const END: &str = "<!-- coverage:end -->";

/// The page with `table` between the markers, and nothing else changed.
pub fn replace(page: &str, table: &str) -> Result<String> {
    let missing = || format!("it needs a line {BEGIN} and after it a line {END}");
    let (before, rest) = page.split_once(BEGIN).with_context(missing)?;
    let (_, after) = rest.split_once(END).with_context(missing)?;
    Ok(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_changes() {
        let page = format!("# A\n{BEGIN}\nold\n{END}\n# B\n");
        let next = replace(&page, "new\n").unwrap();
        assert_eq!(next, format!("# A\n{BEGIN}\nnew\n{END}\n# B\n"));
        assert_eq!(replace(&next, "new\n").unwrap(), next, "again changes nothing");
    }

    #[test]
    fn a_page_without_markers_is_refused() {
        for page in ["", BEGIN, END, &format!("{END}\n{BEGIN}")] {
            assert!(replace(page, "new\n").unwrap_err().to_string().contains("coverage:begin"), "{page}");
        }
    }
}
