//! The child's side: reads requests from standard input and answers on standard output until its parent is gone.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use super::{frame, message, sandbox};
use crate::render::{STACK, render_here};

/// Runs the command `render-worker`: everything on one thread with a large stack.
pub fn serve_standard_streams() -> ExitCode {
    sandbox::enter();
    let work = || serve(&mut io::BufReader::with_capacity(1 << 16, io::stdin().lock()), &mut io::stdout().lock());
    let thread = std::thread::Builder::new().name("render".to_owned()).stack_size(STACK).spawn(work);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn serve(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    while let Some(bytes) = frame::read(from)? {
        let request = message::read_request(&bytes)?;
        let rendered = render_here(request.source, request.file, &request.context, &request.limits);
        frame::write(to, &message::reply(&rendered.map_err(|error| error.to_string()))?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Limits;
    use crate::render_pool::Rendering;
    use serde_json::json;

    #[test]
    fn answers_one_request_after_the_other_and_ends_with_its_input() {
        let mut input = Vec::new();
        for source in ["a {{ x }}", "{{ y }}"] {
            let rendering = Rendering { file: "t.yaml".to_owned(), source: source.to_owned(), context: json!({"x": 1}) };
            input.extend(message::request(&rendering, &Limits::default()).unwrap());
        }
        let mut output = Vec::new();
        serve(&mut input.as_slice(), &mut output).unwrap();
        let mut from = output.as_slice();
        let mut next = || message::read_reply(frame::read(&mut from).unwrap().unwrap()).unwrap();
        assert_eq!(next(), Ok("a 1".to_owned()));
        assert!(next().unwrap_err().starts_with("t.yaml:1: "));
    }

    #[test]
    fn nonsense_ends_it() {
        let mut output = Vec::new();
        assert!(serve(&mut &[0, 0, 0, 1, 7][..], &mut output).is_err());
        assert!(output.is_empty());
    }
}
