//! Templates that would end the engine, or never end, fail their own deployment and nothing else.

mod deployments;
mod pool;
mod stage;
