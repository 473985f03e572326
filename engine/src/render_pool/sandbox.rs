//! The limits that a rendering child sets itself before it reads anything.

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::render::STACK;

/// All memory of a child, in bytes: its stack, and half a gigabyte for the program, the template and its values.
const MEMORY: u64 = (STACK as u64) + (512 << 20);

/// Bounds the memory of this process, forbids it to write files and to leave a core dump, which would hold the values of
/// inputs, and lets it end with its parent.
///
/// A limit that the system does not have is left out: the parent's deadline and the renderer's own limits remain.
pub(super) fn enter() {
    for (resource, limit) in [(Resource::As, MEMORY), (Resource::Core, 0), (Resource::Fsize, 0)] {
        let _ = setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) });
    }
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}
