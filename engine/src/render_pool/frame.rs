//! Messages on a pipe: their length in four bytes, most significant first, then the bytes.

use std::io::{self, Read, Write};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The longest message: the longest template, its values and its result are far below.
const LONGEST: usize = 32 << 20;

/// A message that is being written, with room for its length at the start.
pub(super) struct Frame(Vec<u8>);

impl Frame {
    /// An empty one.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let mut frame = Vec::with_capacity(bytes + 4);
        frame.extend_from_slice(&[0; 4]);
        Self(frame)
    }

    /// Adds bytes.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The whole frame, length included. Fails if it is too long.
    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        let length = check(self.0.len() - 4)?;
        if let Some(place) = self.0.first_chunk_mut::<4>() {
            *place = u32::try_from(length).map_err(|_| too_long())?.to_be_bytes();
        }
        Ok(self.0)
    }
}

/// Reads one message; `None` at the end of the stream.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut message = vec![0; announced(length)?];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}

/// Reads one message; the end of the stream is an error.
pub(super) async fn receive(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length).await?;
    let mut message = vec![0; announced(length)?];
    from.read_exact(&mut message).await?;
    Ok(message)
}

/// Writes a finished frame.
pub(super) fn write(to: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    to.write_all(frame)?;
    to.flush()
}

fn announced(length: [u8; 4]) -> io::Result<usize> {
    check(usize::try_from(u32::from_be_bytes(length)).map_err(|_| too_long())?)
}

fn check(length: usize) -> io::Result<usize> {
    if length > LONGEST { Err(too_long()) } else { Ok(length) }
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a message between the engine and its renderer is too long")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(bytes: &[u8]) -> Vec<u8> {
        let mut frame = Frame::with_capacity(0);
        frame.put(bytes);
        frame.finish().unwrap()
    }

    #[tokio::test]
    async fn what_is_written_is_read_message_by_message() {
        let mut stream = framed(b"one");
        stream.extend(framed(b""));
        let mut from = stream.as_slice();
        assert_eq!(read(&mut from).unwrap().as_deref(), Some(&b"one"[..]));
        assert_eq!(read(&mut from).unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(read(&mut from).unwrap(), None);
        let mut from = stream.as_slice();
        assert_eq!(receive(&mut from).await.unwrap(), b"one");
        assert_eq!(receive(&mut from).await.unwrap(), b"");
        assert!(receive(&mut from).await.is_err());
    }

    #[tokio::test]
    async fn a_length_that_is_a_lie_costs_nothing() {
        let mut from = &[0xff, 0xff, 0xff, 0xff, 1][..];
        assert_eq!(read(&mut from).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(receive(&mut &[0xff, 0xff, 0xff, 0xff, 1][..]).await.is_err());
        let mut cut = &framed(b"three")[..6];
        assert!(read(&mut cut).is_err());
        assert!(Frame(vec![0; LONGEST + 5]).finish().is_err());
    }
}
