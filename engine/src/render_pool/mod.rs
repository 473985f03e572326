//! Rendering in child processes.
//!
//! A template of a stranger can overflow the stack, take all memory or never end, and inside a process none of that can be
//! caught. So `serve` renders in children: this very program with the hidden command `render-worker`, kept warm, one
//! rendering at a time each. The parent gives every rendering a deadline; the child lowers its own limits of memory and has
//! no environment variables, so that a template finds nothing but its parameters. What kills a child fails its own
//! rendering only.
//!
//! | What became of an exchange | On the first child  | Once more, on a fresh child |
//! |----------------------------|---------------------|-----------------------------|
//! | answered                   | done                | done                        |
//! | out of time                | fails: too long     | fails: too long             |
//! | the child ended            | again               | fails: ended abnormally     |
//! | no child can be started    | unavailable         | unavailable                 |
//!
//! A child that was killed by something else than its template (the system was out of memory, an operator) costs one
//! repetition, and a rendering has no effects that a repetition could double.

mod child;
mod frame;
mod in_process;
mod message;
mod pool;
mod renderer;
mod sandbox;
mod verdict;
mod worker;

pub use in_process::InProcess;
pub use pool::{PoolSettings, RenderPool};
pub use renderer::{Renderer, Rendering, RenderingError};
pub use worker::serve_standard_streams;
