//! The kinds of deployable targets. One plan serves them all; here are the words in which they differ.

use super::decision::ActKind;

/// What is deployed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum TargetKind {
    /// An environment.
    #[default]
    Environment,
    /// A service instance.
    Instance,
    /// A service with its pipeline.
    Service,
    /// A directly defined component.
    Component,
}

impl TargetKind {
    /// The word at the beginning of a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Environment => "Environment",
            Self::Instance => "Service instance",
            Self::Service => "Service",
            Self::Component => "Component",
        }
    }

    /// Whether its Update call takes "${Proton::CURRENT_VAL}" for the deployed value of an input (AWS Proton User Guide, page ag-svc-update).
    pub fn takes_current_value(self) -> bool {
        self == Self::Instance
    }

    /// The API's name of a step.
    pub fn call(self, kind: ActKind) -> &'static str {
        use ActKind as A;
        match (self, kind) {
            (_, A::Observe) => "Reading the remote state",
            (_, A::Finalizer) => "Patching the finalizer",
            (_, A::Tag) => "TagResource",
            (_, A::Untag) => "UntagResource",
            (_, A::DeleteDeployment) => "DeleteDeployment",
            (Self::Environment, A::Create) => "CreateEnvironment",
            (Self::Environment, A::Update | A::UpdateMetadata) => "UpdateEnvironment",
            (Self::Environment, A::Cancel) => "CancelEnvironmentDeployment",
            (Self::Environment, A::Delete) => "DeleteEnvironment",
            (Self::Instance, A::Create) => "CreateServiceInstance",
            (Self::Instance, A::Update | A::UpdateMetadata) => "UpdateServiceInstance",
            (Self::Instance, A::Cancel) => "CancelServiceInstanceDeployment",
            (Self::Instance, A::Delete) => "UpdateService",
            (Self::Service, A::Create) => "CreateService",
            (Self::Service, A::Update) => "UpdateServicePipeline",
            (Self::Service, A::UpdateMetadata) => "UpdateService",
            (Self::Service, A::Cancel) => "CancelServicePipelineDeployment",
            (Self::Service, A::Delete) => "DeleteService",
            (Self::Component, A::Create) => "CreateComponent",
            (Self::Component, A::Update | A::UpdateMetadata) => "UpdateComponent",
            (Self::Component, A::Cancel) => "CancelComponentDeployment",
            (Self::Component, A::Delete) => "DeleteComponent",
        }
    }
}
