//! Pages of List operations.
//!
//! A page token is base64 over the operation, a hash of its filter and the sort key of the last row that was served;
//! the next page starts behind that key, so rows that appear or go meanwhile neither repeat nor hide others. A token
//! of another operation or filter, or one that is not of ours, is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::idempotency::fingerprint;
use super::refusal::Refusal;

/// Rows on a page when the client names no number. The API allows 1 to 100 (API model, shape MaxPageResults).
const DEFAULT_SIZE: i64 = 100;

/// Where a page starts and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    operation: &'static str,
    filter: String,
    /// The sort key of the last row of the page before; none for the first page.
    pub after: Option<String>,
    /// The most rows of the page, 1 to 100.
    pub size: i64,
}

#[derive(Serialize, Deserialize)]
struct Token {
    o: String,
    f: String,
    k: String,
}

impl Page {
    /// Reads `nextToken` and `maxResults` of a List request. `filter` holds the request's other members.
    pub fn new(
        operation: &'static str,
        filter: &serde_json::Value,
        next_token: Option<&str>,
        max_results: Option<i64>,
    ) -> Result<Self, Refusal> {
        let filter = fingerprint(filter).chars().take(16).collect();
        let mut page = Self { operation, filter, after: None, size: max_results.unwrap_or(DEFAULT_SIZE).clamp(1, 100) };
        if let Some(text) = next_token {
            page.after = Some(page.open(text)?);
        }
        Ok(page)
    }

    /// How many rows to read: one more than the page holds tells whether there is another page.
    pub fn limit(&self) -> i64 {
        self.size.saturating_add(1)
    }

    /// Cuts the rows that were read with [`Page::limit`] to the page, and gives the token of the next one.
    pub fn cut<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        if rows.len() <= size {
            return (rows, None);
        }
        rows.truncate(size);
        let token = rows.last().map(|row| self.seal(key(row)));
        (rows, token)
    }

    fn seal(&self, key: String) -> String {
        let token = serde_json::json!({"o": self.operation, "f": self.filter, "k": key});
        STANDARD.encode(token.to_string())
    }

    fn open(&self, text: &str) -> Result<String, Refusal> {
        STANDARD
            .decode(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Token>(&bytes).ok())
            .filter(|token| token.o == self.operation && token.f == self.filter)
            .map(|token| token.k)
            .ok_or_else(|| {
                Refusal::Invalid(format!(
                    "nextToken is not a token of {} with these filters. Start again without nextToken.",
                    self.operation
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn page(filter: &serde_json::Value, token: Option<&str>, size: i64) -> Result<Page, Refusal> {
        Page::new("ListEnvironments", filter, token, Some(size))
    }

    proptest! {
        /// Walking all pages gives every row once, whatever the page size.
        #[test]
        fn pages_cover_the_list(rows in prop::collection::btree_set("[a-z0-9-]{1,12}", 0..40), size in 1i64..12) {
            let all: Vec<String> = rows.into_iter().collect();
            let (mut seen, mut token) = (Vec::new(), None::<String>);
            loop {
                let page = page(&json!({}), token.as_deref(), size).unwrap();
                let rest: Vec<String> = all.iter()
                    .filter(|row| page.after.as_ref().is_none_or(|after| *row > after))
                    .take(usize::try_from(page.limit()).unwrap()).cloned().collect();
                let (rows, next) = page.cut(rest, Clone::clone);
                seen.extend(rows);
                match next { Some(next) => token = Some(next), None => break }
            }
            prop_assert_eq!(seen, all);
        }

        #[test]
        fn a_token_uses_the_alphabet_of_the_api(key in ".{0,40}") {
            let page = page(&json!({}), None, 1).unwrap();
            let (_, token) = page.cut(vec![1, 2], |_| key.clone());
            prop_assert!(token.unwrap().chars().all(|c| c.is_ascii_alphanumeric() || "+=/".contains(c)));
        }
    }

    #[test]
    fn a_token_of_another_filter_operation_or_origin_is_refused() {
        let (_, token) = page(&json!({"a": 1}), None, 1).unwrap().cut(vec!["x", "y"], ToString::to_string);
        let token = token.unwrap();
        assert_eq!(page(&json!({"a": 1}), Some(&token), 1).unwrap().after.as_deref(), Some("x"));
        assert!(matches!(page(&json!({"a": 2}), Some(&token), 1), Err(Refusal::Invalid(_))));
        assert!(Page::new("ListDeployments", &json!({"a": 1}), Some(&token), None).is_err());
        assert!(page(&json!({}), Some("AAAA"), 1).is_err());
        assert!(page(&json!({}), Some("="), 1).is_err());
    }
}
