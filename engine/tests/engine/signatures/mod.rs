//! Authentication over the real listener: as the AWS SDK meets it, every way to be wrong, and what each role may do.

mod requests;
mod roles;
mod sdk;
mod wrong;
