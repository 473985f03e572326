//! Jinja2's built-in filters, by family.
//!
//! Those of minijinja's own that already behave alike stay: `abs`, `first`, `last`, `round`, `safe`. Those that
//! Jinja2 does not have are removed.

mod casing;
pub(super) mod html;
mod json;
mod lists;
mod numbers;
pub(super) mod ordering;
mod selecting;
mod sorting;
pub(super) mod text;
mod wrapping;

use minijinja::Environment;

pub(super) use sorting::group_as_tuple;

/// Filters of minijinja that Jinja2 does not have.
const NOT_JINJA2: [&str; 5] = ["bool", "chain", "lines", "split", "zip"];

/// Adds and removes filters until they are Jinja2's.
pub(super) fn install(environment: &mut Environment<'_>) {
    for name in NOT_JINJA2 {
        environment.remove_filter(name);
    }
    casing::install(environment);
    text::install(environment);
    wrapping::install(environment);
    html::install(environment);
    numbers::install(environment);
    json::install(environment);
    lists::install(environment);
    selecting::install(environment);
    sorting::install(environment);
}
