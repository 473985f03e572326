//! The engine from outside: its library's data tests, and the built program through real clients.

mod bombs;
mod bundle;
mod conformance;
mod corpora;
mod files;
mod isolation;
mod jinja;
mod protocol;
mod provision;
mod sensitive_logs;
mod service_registration;
mod signatures;
mod started;
mod templates;
mod tls;
