//! What a provisioner is asked to do: one deployment of one target.

use std::fmt;

/// One deployment, as a provisioner sees it.
///
/// `deployment_id` must be new for every deployment **and every deletion**: it names the change set and the request
/// tokens, which is how a repeated pass recognises its own work.
#[derive(Clone, Debug)]
pub struct Job {
    /// Id of the deployment (API model: `DeploymentId`), or of the deletion.
    pub deployment_id: String,
    /// What is wanted.
    pub operation: JobOperation,
    /// The user asked to cancel this deployment. Ignored by deletions.
    pub cancel_requested: bool,
    /// ARN of the environment, instance, pipeline or component that is deployed.
    pub target_arn: String,
    /// Name of its stack, the same for the life of the target.
    pub stack_name: String,
    /// What the manifest asks to be provisioned with.
    pub method: Method,
    /// The rendered template; absent for deletions and for methods other than CloudFormation.
    pub template: Option<Template>,
    /// Tags of the stack, in order.
    pub tags: Vec<(String, String)>,
    /// Role to assume for all calls; absent: the engine's own credentials.
    pub role_arn: Option<String>,
    /// Account that owns the target.
    pub account_id: String,
    /// Region that the stack lives in.
    pub region: String,
}

/// What a [`Job`] wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobOperation {
    /// The first deployment of a target, or the next one after a failed first.
    Create,
    /// A later deployment.
    Update,
    /// The end of the target.
    Delete,
}

/// The provisioning method, by the manifest's rendering engine and template language
/// (AWS Proton User Guide, page "How AWS Proton provisions infrastructure").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `rendering_engine: jinja`, `template_language: cloudformation`.
    CloudFormation,
    /// `rendering_engine: hcl`, `template_language: terraform`.
    Terraform,
    /// `rendering_engine: codebuild`.
    CodeBuild,
}

impl Method {
    /// The name that messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudFormation => "CloudFormation",
            Self::Terraform => "Terraform",
            Self::CodeBuild => "CodeBuild",
        }
    }
}

/// A template after rendering.
#[derive(Clone)]
pub struct Template {
    /// Its path in the bundle, for messages.
    pub file: String,
    /// Its text (sensitive: it can hold any input).
    pub body: String,
}

impl fmt::Debug for Template {
    /// Shows the file and the size: a rendered template can hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({}, {} bytes)", self.file, self.body.len())
    }
}
