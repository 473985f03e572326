//! What one pass of a provisioner gives.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Journal;

/// The result of one pass.
#[derive(Debug)]
pub enum Step {
    /// Not finished: record `journal` and make the next pass after `after`.
    Waiting {
        /// What the next pass is to be given.
        journal: Journal,
        /// How long to wait for it; zero means at once.
        after: Duration,
    },
    /// Finished.
    Finished(Outcome),
}

/// How a deployment ended.
#[derive(Clone, PartialEq)]
pub enum Outcome {
    /// The wanted state is provisioned (or, for a deletion, gone).
    Succeeded {
        /// Outputs as key and value, in the template's order where it is known.
        outputs: Vec<(String, String)>,
        /// What was provisioned.
        resources: Vec<ProvisionedResource>,
        /// A remark for the deployment's status message.
        message: Option<String>,
    },
    /// It failed; what was there before is restored as far as the provisioner could.
    Failed {
        /// Why, and what to do, for the deployment's status message.
        message: String,
        /// What exists nevertheless.
        resources: Vec<ProvisionedResource>,
    },
    /// The user's cancellation was carried out and the previous state restored.
    Cancelled {
        /// A remark for the deployment's status message.
        message: Option<String>,
    },
}

impl fmt::Debug for Outcome {
    /// Shows kind and counts: outputs and messages are sensitive.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded { outputs, resources, .. } => {
                write!(f, "Succeeded({} outputs, {} resources)", outputs.len(), resources.len())
            }
            Self::Failed { resources, .. } => write!(f, "Failed({} resources)", resources.len()),
            Self::Cancelled { .. } => write!(f, "Cancelled"),
        }
    }
}

/// Something that was provisioned (API model: `ProvisionedResource`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionedResource {
    /// Its name: the stack's name.
    pub name: String,
    /// Its identifier: the stack's ARN.
    pub identifier: String,
    /// What provisioned it.
    pub engine: ResourceEngine,
}

/// What provisioned a resource (API model: `ProvisionedResourceEngine`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceEngine {
    /// A CloudFormation stack.
    #[serde(rename = "CLOUDFORMATION")]
    CloudFormation,
    /// A Terraform run.
    #[serde(rename = "TERRAFORM")]
    Terraform,
}

impl ResourceEngine {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CloudFormation => "CLOUDFORMATION",
            Self::Terraform => "TERRAFORM",
        }
    }
}
