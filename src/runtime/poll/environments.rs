//! Environments that are waited for, listed or asked for by name.

use std::collections::{HashMap, HashSet};

use super::{Awaited, Seen};
use crate::proton::error::optional;
use crate::proton::{Proton, Result};

type States = HashMap<Awaited, Seen>;

/// Lists, unless fewer calls do: a single waiting environment among thousands is asked for by name. Gives the number of pages, if it is known anew.
pub(super) async fn look(proton: &dyn Proton, names: &HashSet<&str>, pages: usize) -> Result<(States, Option<usize>)> {
    match names.len() {
        0 => Ok((States::new(), None)),
        few if few < pages => Ok((one_by_one(proton, names).await?, None)),
        _ => list(proton, names, pages).await,
    }
}

async fn one_by_one(proton: &dyn Proton, names: &HashSet<&str>) -> Result<States> {
    let mut states = States::new();
    for name in names {
        if let Some(view) = optional(proton.get_environment(name).await)? {
            states.insert(Awaited::Environment((*name).to_owned()), Seen::from(&view));
        }
    }
    Ok(states)
}

async fn list(proton: &dyn Proton, names: &HashSet<&str>, known: usize) -> Result<(States, Option<usize>)> {
    let (mut states, mut token, mut pages) = (States::new(), None::<String>, 0);
    loop {
        let page = proton.list_environments(token.as_deref()).await?;
        pages += 1;
        let rows = page.items.iter().filter(|row| names.contains(row.name.as_str()));
        states.extend(rows.map(|row| (Awaited::Environment(row.name.clone()), Seen::from(row))));
        token = page.next_token;
        if token.is_none() {
            return Ok((states, Some(pages)));
        }
        if states.len() == names.len() {
            return Ok((states, Some(pages.max(known))));
        }
    }
}
