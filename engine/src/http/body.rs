//! Reading a request's body within limits of size and time.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use http::{HeaderMap, header};

use super::wire_error::WireError;

/// The largest body of an API request. The largest documents (three specs or files of 50 KiB) are far below it.
pub(super) const API_LIMIT: usize = 1024 * 1024;

/// How long a client may take to send its body, where nothing else is set.
pub const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// What a body may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Its length.
    pub(super) bytes: usize,
    /// How long it may take to arrive.
    pub(super) time: Duration,
}

/// Reads the whole body, or says why not.
pub(super) async fn read(headers: &HeaderMap, body: Body, bounds: Bounds) -> Result<Bytes, WireError> {
    if announced_length(headers).is_some_and(|length| length > bounds.bytes) {
        return Err(WireError::too_large(bounds.bytes));
    }
    tokio::time::timeout(bounds.time, collect(body, bounds.bytes)).await.unwrap_or_else(|_| {
        let time = bounds.time;
        Err(WireError::new(408, "RequestTimeoutException", format!("the request body did not arrive within {time:?}")))
    })
}

/// Lets a body within the bounds pass by, keeping nothing: a client that is still sending would not see the answer.
pub(super) async fn discard(headers: &HeaderMap, body: Body, bounds: Bounds) {
    if announced_length(headers).is_some_and(|length| length > bounds.bytes) {
        return;
    }
    let passing = async {
        let mut left = bounds.bytes;
        let mut chunks = body.into_data_stream();
        while let Some(Ok(chunk)) = chunks.next().await {
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // Whether it ended or was cut off, what follows is the answer.
    let _ = tokio::time::timeout(bounds.time, passing).await;
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, WireError> {
    let mut chunks = body.into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk
            .map_err(|_| WireError::new(400, "MalformedHttpRequestException", "the request body broke off before its end"))?;
        if whole.len() + chunk.len() > limit {
            return Err(WireError::too_large(limit));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    const BOUNDS: Bounds = Bounds { bytes: 5, time: READ_TIMEOUT };

    #[tokio::test]
    async fn takes_what_fits() {
        let body = read(&HeaderMap::new(), Body::from("12345"), BOUNDS).await.unwrap();
        assert_eq!(body, "12345");
    }

    #[tokio::test]
    async fn refuses_what_does_not() {
        let error = read(&HeaderMap::new(), Body::from("123456"), BOUNDS).await.unwrap_err();
        assert_eq!(error.status, 413);
    }

    #[tokio::test]
    async fn refuses_what_is_announced_before_reading_it() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, "6".parse().unwrap());
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(read(&headers, never, BOUNDS).await.unwrap_err().status, 413);
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_wait_for_ever() {
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(read(&HeaderMap::new(), never, BOUNDS).await.unwrap_err().status, 408);
    }

    #[tokio::test]
    async fn a_broken_body_is_said() {
        let broken = Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("gone"))]));
        assert_eq!(read(&HeaderMap::new(), broken, BOUNDS).await.unwrap_err().status, 400);
    }

    #[tokio::test(start_paused = true)]
    async fn discarding_ends_too() {
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        discard(&HeaderMap::new(), never, BOUNDS).await;
        let endless = Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(b"123"))));
        discard(&HeaderMap::new(), endless, BOUNDS).await;
    }
}
