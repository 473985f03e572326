//! From columns to values, and back.

use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;

use super::error::StoreError;
use super::sqlite::Backend;

/// A row of the backend.
pub(super) type Row = <Backend as sqlx::Database>::Row;

/// A text column.
pub(super) fn text(row: &Row, column: &'static str) -> Result<String, StoreError> {
    Ok(row.try_get(column)?)
}

/// A text column that may be NULL.
pub(super) fn text_or_null(row: &Row, column: &'static str) -> Result<Option<String>, StoreError> {
    Ok(row.try_get(column)?)
}

/// An integer column.
pub(super) fn number(row: &Row, column: &'static str) -> Result<i64, StoreError> {
    Ok(row.try_get(column)?)
}

/// An integer column that may be NULL.
pub(super) fn number_or_null(row: &Row, column: &'static str) -> Result<Option<i64>, StoreError> {
    Ok(row.try_get(column)?)
}

/// A flag.
pub(super) fn flag(row: &Row, column: &'static str) -> Result<bool, StoreError> {
    Ok(number(row, column)? != 0)
}

/// A column of milliseconds.
pub(super) fn time(row: &Row, column: &'static str) -> Result<Timestamp, StoreError> {
    instant(number(row, column)?, column)
}

/// A column of milliseconds that may be NULL.
pub(super) fn time_or_null(row: &Row, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
    number_or_null(row, column)?.map(|number| instant(number, column)).transpose()
}

fn instant(milliseconds: i64, column: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| StoreError::Corrupt { column, cause: error.to_string() })
}

/// A column with one word of an enumeration.
pub(super) fn word<T: FromStr>(row: &Row, column: &'static str) -> Result<T, StoreError> {
    let text = text(row, column)?;
    T::from_str(&text).map_err(|_| StoreError::Corrupt { column, cause: "not a known word".to_owned() })
}

/// A column of JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row, column: &'static str) -> Result<T, StoreError> {
    parse(&text(row, column)?, column)
}

/// A column of JSON that may be NULL.
pub(super) fn json_or_null<T: DeserializeOwned>(row: &Row, column: &'static str) -> Result<Option<T>, StoreError> {
    text_or_null(row, column)?.map(|text| parse(&text, column)).transpose()
}

fn parse<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt {
        column,
        // serde_json's own text may repeat values.
        cause: format!("not the expected JSON at column {}", error.column()),
    })
}

/// The JSON text of a value.
pub(super) fn to_json<T: Serialize>(value: &T, column: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt { column, cause: error.to_string() })
}

/// The JSON text of a value that may be missing.
pub(super) fn to_json_or_null<T: Serialize>(value: Option<&T>, column: &'static str) -> Result<Option<String>, StoreError> {
    value.map(|value| to_json(value, column)).transpose()
}
