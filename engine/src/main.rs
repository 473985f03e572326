//! The binary `proton-engine`; everything is in the library.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    proton_engine::cli::run().await
}
