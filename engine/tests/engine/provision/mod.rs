//! The CloudFormation provisioner against the double, over the real wire protocol.
//!
//! Every scenario runs in three ways: plainly; with every pass made twice, as after a crash between an effect and its
//! record; and with a new provisioner for every pass, as after a restart. The call log must look the same.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod cancel;
mod deploy;
mod failures;
mod rig;
mod role;
mod selection;
