//! The custom resources beside people's pipelines and scripts: what each deploys stays, and nobody's work is cancelled or dropped.

mod moves;
mod pipeline;
mod races;
mod random;
mod script;
mod shop;
mod watch;
