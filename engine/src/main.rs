//! The binary `proton-engine`; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    proton_engine::cli::run()
}
