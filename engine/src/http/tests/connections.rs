//! Real sockets: slow and half-open clients, the places that they take, the orderly end.
//!
//! Every bound is a setting, so that a test waits for what it bounds and not for its default.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use rstest::rstest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{ADMIN, router, routes, signed};
use crate::http::listener::{Bounds, Listener};

/// Far more than anything here takes, so that only what never happens fails.
const PATIENCE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(200);

struct Started {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

async fn start(bounds: Bounds, router: Router) -> Started {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap().bounds(bounds);
    let (address, stop) = (listener.address().unwrap(), CancellationToken::new());
    let task = tokio::spawn(listener.serve(router, stop.clone()));
    Started { address, stop, task }
}

fn with_headers(headers: Duration) -> Bounds {
    Bounds { headers, ..Bounds::default() }
}

fn head(body: &[u8], framing: &str) -> Vec<u8> {
    let (parts, _) = signed(ADMIN, "POST", "/", Some("AwsProton20200720.GetEnvironment"), body).into_parts();
    let mut text = b"POST / HTTP/1.1\r\n".to_vec();
    for (name, value) in &parts.headers {
        text.extend_from_slice(format!("{name}: {}\r\n", value.to_str().unwrap()).as_bytes());
    }
    text.extend_from_slice(format!("{framing}\r\n\r\n").as_bytes());
    text
}

fn raw(body: &[u8]) -> Vec<u8> {
    let mut text = head(body, &format!("content-length: {}", body.len()));
    text.extend_from_slice(body);
    text
}

/// Everything that comes until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection stays open");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn connected(address: SocketAddr, first: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(first).await.unwrap();
    stream
}

/// Reads one answer and leaves the connection open.
async fn one_answer(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    while !answer.contains("\r\n\r\n") || !answer.ends_with('}') {
        let mut piece = [0; 1024];
        let read = tokio::time::timeout(PATIENCE, stream.read(&mut piece)).await.unwrap().unwrap();
        assert_ne!(read, 0, "closed after: {answer}");
        answer.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
    answer
}

#[rstest]
#[case::nothing(b"")]
#[case::half_a_line(b"POST / HTT")]
#[case::no_end_of_the_headers(b"POST / HTTP/1.1\r\nhost: x\r\n")]
#[tokio::test]
async fn a_client_that_sends_no_headers_is_cut_off(#[case] opening: &[u8]) {
    let started = start(with_headers(SHORT), router()).await;
    rest(&mut connected(started.address, opening).await).await;
}

#[tokio::test]
async fn a_header_that_drips_in_does_not_buy_time() {
    let started = start(with_headers(SHORT), router()).await;
    let (mut reader, mut writer) = connected(started.address, b"GET /healthz HTTP/1.1\r\nx: ").await.into_split();
    let drip = tokio::spawn(async move {
        while writer.write_all(b"a").await.is_ok() {
            tokio::time::sleep(SHORT / 10).await;
        }
    });
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, reader.read_to_end(&mut answer)).await.expect("dripping keeps it open");
    drip.abort();
}

#[tokio::test]
async fn headers_without_end_are_refused() {
    let started = start(Bounds::default(), router()).await;
    let mut stream = connected(started.address, b"GET /healthz HTTP/1.1\r\nx: ").await;
    let piece = vec![b'a'; 1 << 16];
    for _ in 0..64 {
        if stream.write_all(&piece).await.is_err() {
            break;
        }
    }
    let answer = rest(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let started = start(with_headers(SHORT), router()).await;
    let mut stream = connected(started.address, &raw(b"{}")).await;
    assert!(one_answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    assert_eq!(rest(&mut stream).await, "");
}

#[rstest]
#[case::announced("content-length: 2", b"{")]
#[case::chunked("transfer-encoding: chunked", b"1\r\n{\r\n")]
#[case::no_byte("content-length: 2", b"")]
#[tokio::test]
async fn a_body_that_does_not_come_is_a_timeout(#[case] framing: &str, #[case] part: &[u8]) {
    let started = start(Bounds::default(), routes(None, SHORT)).await;
    let mut stream = connected(started.address, &head(b"{}", framing)).await;
    stream.write_all(part).await.unwrap();
    let answer = one_answer(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("RequestTimeoutException"), "{answer}");
    rest(&mut stream).await;
}

#[rstest]
#[case::announced("content-length: 1048577", b"")]
#[case::lying("content-length: 99999999999999999999999", b"")]
#[case::chunked("transfer-encoding: chunked", b"")]
#[tokio::test]
async fn a_body_that_is_too_large_is_not_read(#[case] framing: &str, #[case] part: &[u8]) {
    let started = start(Bounds::default(), router()).await;
    let mut stream = connected(started.address, &head(b"{}", framing)).await;
    let _ = stream.write_all(part).await;
    if framing.contains("chunked") {
        // One byte more than is taken, in two chunks.
        for size in [1_usize << 20, 1] {
            let _ = stream.write_all(format!("{size:x}\r\n").as_bytes()).await;
            let _ = stream.write_all(&vec![b' '; size]).await;
            if size > 1 {
                let _ = stream.write_all(b"\r\n").await;
            }
        }
    }
    let answer = rest(&mut stream).await;
    let status = answer.get(..12).unwrap_or_default();
    assert!(["HTTP/1.1 413", "HTTP/1.1 400"].contains(&status), "{answer}");
}

#[tokio::test]
async fn two_lengths_are_one_too_many() {
    let started = start(Bounds::default(), router()).await;
    for framing in ["content-length: 2\r\ncontent-length: 3", "content-length: 2\r\ntransfer-encoding: chunked"] {
        let mut request = head(b"{}", framing);
        request.extend_from_slice(b"{}GET /healthz HTTP/1.1\r\nhost: smuggled\r\n\r\n");
        let mut stream = connected(started.address, &request).await;
        let answer = rest(&mut stream).await;
        assert!(!answer.contains("ok\n"), "the rest of a body became a request: {answer}");
        assert!(!answer.contains("HTTP/1.1 200"), "{answer}");
    }
}

#[tokio::test]
async fn slow_clients_hold_no_more_than_the_places_and_not_for_long() {
    let bounds = Bounds { connections: 2, headers: SHORT, ..Bounds::default() };
    let started = start(bounds, router()).await;
    let _slow = [connected(started.address, b"POST").await, connected(started.address, b"").await];
    // It waits in the system's queue until a place is free.
    let mut stream = connected(started.address, &raw(b"{}")).await;
    assert!(one_answer(&mut stream).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_client_that_vanishes_in_the_middle_frees_its_place() {
    let bounds = Bounds { connections: 1, ..Bounds::default() };
    let started = start(bounds, router()).await;
    for part in [&b"POST / HT"[..], &head(b"{}", "content-length: 2")] {
        drop(connected(started.address, part).await);
        let mut stream = connected(started.address, &raw(b"{}")).await;
        assert!(one_answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_client_that_reads_no_answer_is_cut_off() {
    let bounds = Bounds { connections: 1, write: SHORT, ..Bounds::default() };
    let endless = || async { Body::from_stream(futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1 << 16]))) };
    let started = start(bounds, Router::new().route("/endless", get(endless)).route("/ok", get(|| async { "{}" }))).await;
    let _deaf = connected(started.address, b"GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut stream = connected(started.address, b"GET /ok HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(one_answer(&mut stream).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn requests_in_flight_are_finished_at_the_end() {
    let Started { address, stop, task } = start(Bounds::default(), router()).await;
    let mut stream = connected(address, &raw(b"slow")).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.cancel();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    task.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let Started { address, stop, task } = start(Bounds::default(), router()).await;
    let _idle = TcpStream::connect(address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.cancel();
    tokio::time::timeout(PATIENCE, task).await.unwrap().unwrap();
}
