//! What parent and child tell each other.
//!
//! A request is four limits of eight bytes, then file, source and context (JSON), each after its length in four bytes. A
//! reply is one byte, `0` for a text and `1` for a failure's message, then the text.

use std::io;

use super::frame::Frame;
use super::renderer::Rendering;
use crate::render::Limits;

/// A request as the child has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) limits: Limits,
    pub(super) file: &'a str,
    pub(super) source: &'a str,
    pub(super) context: serde_json::Value,
}

/// The rendered text, or what is wrong with the template.
pub(super) type Reply = Result<String, String>;

/// The frame of a request.
pub(super) fn request(rendering: &Rendering, limits: &Limits) -> io::Result<Vec<u8>> {
    let context = serde_json::to_vec(&rendering.context)?;
    let mut frame = Frame::with_capacity(64 + rendering.source.len() + context.len());
    for limit in [limits.source_bytes, limits.output_bytes, limits.depth].map(|limit| u64::try_from(limit).unwrap_or(u64::MAX)) {
        frame.put(&limit.to_be_bytes());
    }
    frame.put(&limits.fuel.to_be_bytes());
    for part in [rendering.file.as_bytes(), rendering.source.as_bytes(), &context] {
        frame.put(&u32::try_from(part.len()).map_err(|_| malformed())?.to_be_bytes());
        frame.put(part);
    }
    frame.finish()
}

/// The frame of a reply.
pub(super) fn reply(reply: &Reply) -> io::Result<Vec<u8>> {
    let (tag, text) = match reply {
        Ok(text) => (0, text),
        Err(message) => (1, message),
    };
    let mut frame = Frame::with_capacity(1 + text.len());
    frame.put(&[tag]);
    frame.put(text.as_bytes());
    frame.finish()
}

/// Reads a request.
pub(super) fn read_request(message: &[u8]) -> io::Result<Request<'_>> {
    let mut rest = message;
    let mut limit = || take::<8>(&mut rest).map(u64::from_be_bytes);
    let (source_bytes, output_bytes, depth, fuel) = (limit()?, limit()?, limit()?, limit()?);
    let size = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
    let limits = Limits { source_bytes: size(source_bytes), output_bytes: size(output_bytes), depth: size(depth), fuel };
    let (file, source, context) = (part(&mut rest)?, part(&mut rest)?, part(&mut rest)?);
    let context = serde_json::from_slice(context)?;
    Ok(Request { limits, file: text(file)?, source: text(source)?, context })
}

/// Reads a reply.
pub(super) fn read_reply(message: Vec<u8>) -> io::Result<Reply> {
    let mut text = String::from_utf8(message).map_err(|_| malformed())?;
    let tag = if text.is_empty() { '\u{ff}' } else { text.remove(0) };
    match tag {
        '\u{0}' => Ok(Ok(text)),
        '\u{1}' => Ok(Err(text)),
        _ => Err(malformed()),
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> io::Result<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or_else(malformed)?;
    *rest = tail;
    Ok(*head)
}

fn part<'a>(rest: &mut &'a [u8]) -> io::Result<&'a [u8]> {
    let length = usize::try_from(u32::from_be_bytes(take::<4>(rest)?)).map_err(|_| malformed())?;
    let (head, tail) = rest.split_at_checked(length).ok_or_else(malformed)?;
    *rest = tail;
    Ok(head)
}

fn text(bytes: &[u8]) -> io::Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| malformed())
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a message between the engine and its renderer is malformed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_arrives_as_it_was_sent() {
        let limits = Limits { source_bytes: 1, output_bytes: 2, fuel: u64::MAX, depth: usize::MAX };
        let context = json!({"environment": {"name": "prod"}});
        let rendering = Rendering { file: "a.yaml".to_owned(), source: "{{ x }}\u{1}ü".to_owned(), context: context.clone() };
        let frame = request(&rendering, &limits).unwrap();
        let read = read_request(&frame[4..]).unwrap();
        assert_eq!(read, Request { limits, file: "a.yaml", source: "{{ x }}\u{1}ü", context });
    }

    #[test]
    fn a_reply_arrives_as_it_was_sent() {
        for sent in [Ok("text".to_owned()), Ok(String::new()), Err("t.yaml:1: ü".to_owned())] {
            assert_eq!(read_reply(reply(&sent).unwrap()[4..].to_vec()).unwrap(), sent);
        }
    }

    #[test]
    fn every_cut_or_foreign_message_is_refused() {
        let rendering = Rendering { file: "a".to_owned(), source: "b".to_owned(), context: json!({}) };
        let frame = request(&rendering, &Limits::default()).unwrap();
        for end in 4..frame.len() {
            assert!(read_request(&frame[4..end]).is_err(), "cut at {end}");
        }
        for message in [&b""[..], b"\x02x", b"\xff", b"\x00\xff"] {
            assert!(read_reply(message.to_vec()).is_err(), "{message:?}");
        }
    }
}
