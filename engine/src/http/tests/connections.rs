//! Real sockets: slow clients, the orderly end.

use std::time::{Duration, Instant};

use axum::body::to_bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{ADMIN, router, signed};
use crate::http::listener::Listener;

async fn start(header_timeout: Duration) -> (std::net::SocketAddr, CancellationToken, JoinHandle<()>) {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap().header_timeout(header_timeout);
    let (address, stop) = (listener.address().unwrap(), CancellationToken::new());
    let task = tokio::spawn(listener.serve(router(), stop.clone()));
    (address, stop, task)
}

async fn raw(body: &[u8]) -> Vec<u8> {
    let request = signed(ADMIN, "POST", "/", Some("AwsProton20200720.GetEnvironment"), body);
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let mut text = b"POST / HTTP/1.1\r\n".to_vec();
    for (name, value) in &parts.headers {
        text.extend_from_slice(format!("{name}: {}\r\n", value.to_str().unwrap()).as_bytes());
    }
    text.extend_from_slice(format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes());
    text.extend_from_slice(&body);
    text
}

#[tokio::test]
async fn a_client_that_sends_no_headers_is_cut_off() {
    let (address, _stop, _task) = start(Duration::from_millis(200)).await;
    for opening in [&b""[..], b"POST / HTT", b"POST / HTTP/1.1\r\nhost: x\r\n"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(opening).await.unwrap();
        let began = Instant::now();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn requests_in_flight_are_finished_at_the_end() {
    let (address, stop, task) = start(Duration::from_secs(5)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&raw(b"slow").await).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.cancel();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    task.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let (address, stop, task) = start(Duration::from_secs(60)).await;
    let _idle = TcpStream::connect(address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), task).await.unwrap().unwrap();
}
