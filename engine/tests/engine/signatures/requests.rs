//! Requests that are signed here and spoiled on purpose, written to a socket byte by byte.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests, which clippy does not take for tests")]

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use proton_engine::http::sigv4::{ClientKeys, RequestParts, sign};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::started::{ADMIN, REGION, SECRET, Started};

/// How the base request is signed.
pub struct Signing<'a> {
    pub id: &'a str,
    pub secret: &'a str,
    pub region: &'a str,
    pub skew: SignedDuration,
    pub operation: &'a str,
    pub body: &'a [u8],
    /// Headers beside the usual ones, signed as well.
    pub extra: &'a [(&'static str, &'a str)],
}

impl Default for Signing<'_> {
    fn default() -> Self {
        let (id, secret, region, operation) = (ADMIN, SECRET, REGION, "ListEnvironments");
        Self { id, secret, region, skew: SignedDuration::ZERO, operation, body: b"{}", extra: &[] }
    }
}

/// A request as it goes over the wire.
#[derive(Clone)]
pub struct Sent {
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Status and exception of an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub exception: Option<String>,
    pub text: String,
}

impl Sent {
    /// A request to this engine.
    pub fn signed(engine: &Started, signing: &Signing<'_>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", engine.address().to_string().parse().unwrap());
        headers.insert("content-type", "application/x-amz-json-1.0".parse().unwrap());
        headers.insert("x-amz-target", format!("AwsProton20200720.{}", signing.operation).parse().unwrap());
        for (name, value) in signing.extra {
            headers.insert(*name, value.parse().unwrap());
        }
        let keys = ClientKeys { access_key_id: signing.id, secret_access_key: signing.secret, session_token: None };
        let parts = RequestParts { method: "POST", path: "/", query: None, headers: &headers, body: signing.body };
        let headers = sign(&parts, keys, signing.region, Timestamp::now() + signing.skew).unwrap();
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        Self { target: "/".to_owned(), headers, body: signing.body.to_vec() }
    }

    pub fn get(&self, name: &str) -> &str {
        &self.headers.iter().find(|(have, _)| have == name).unwrap().1
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(have, _)| have != name);
    }

    pub fn add(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Sends a header once more as it is.
    pub fn repeat(&mut self, name: &str) {
        let value = self.get(name).to_owned();
        self.add(name, &value);
    }

    /// Changes the Authorization header.
    pub fn authorization(&mut self, change: impl FnOnce(String) -> String) {
        let value = change(self.get("authorization").to_owned());
        self.set("authorization", &value);
    }

    /// Sends it, and gives the answer.
    pub async fn send(&self, engine: &Started) -> Answer {
        let mut text = format!("POST {} HTTP/1.1\r\n", self.target);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", self.body.len()));
        let mut stream = TcpStream::connect(engine.address()).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream.write_all(&self.body).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        read(&String::from_utf8_lossy(&answer))
    }
}

fn read(text: &str) -> Answer {
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let exception = text.lines().find_map(|line| line.strip_prefix("x-amzn-errortype: ")).map(str::to_owned);
    Answer { status, exception, text: text.to_owned() }
}
