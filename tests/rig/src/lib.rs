//! Starts the real parts that the tests and the demo run against, and nothing pretends: a kube-apiserver with
//! etcd, moto for CloudFormation, S3 and STS, this project's own engine and operator, the stock `kubectl`,
//! `aws` and Python clients. The one double is [`cloudformation`], for what moto cannot do.
//!
//! Every process ends when its handle is dropped, and also when the process that holds the handle dies.

mod clients;
pub mod cloudformation;
mod engine;
mod forwarder;
mod kubernetes;
mod moto;
mod operator;
mod paths;
mod process;
mod service;

pub use clients::{Aws, Finished, Kubectl};
pub use engine::{Engine, EngineOptions};
pub use forwarder::{Forwarder, Held};
pub use kubernetes::Cluster;
pub use moto::Moto;
pub use operator::{Operator, OperatorOptions};
pub use paths::{program, python, shared, target, tool, workspace};
pub use process::{Process, free_port, until};
