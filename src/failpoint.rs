//! Named points at which a test can kill the process, before and after everything that it changes outside of itself.
//!
//! Compiled into debug builds only. `PROTON_OPERATOR_FAILPOINT=name` or `name:3` aborts the process at the first
//! or third visit, as a power failure would; `PROTON_OPERATOR_FAILPOINT_LOG=FILE` appends the name of every point
//! that is passed, so that a test can prove that each was visited.

use strum::{IntoStaticStr, VariantArray};

/// Every point of the operator at which it may be killed: before and after each call that changes something, at the API
/// server and at Proton.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Failpoint {
    /// The status (the attempt written ahead among it) is about to be applied.
    BeforeRecordStatus,
    /// It is applied; nothing after it has happened yet.
    AfterRecordStatus,
    /// The finalizer is about to be added.
    BeforeAddFinalizer,
    /// It is added; nothing exists remotely yet.
    AfterAddFinalizer,
    /// The finalizer is about to be removed.
    BeforeRemoveFinalizer,
    /// It is removed; the object may be gone.
    AfterRemoveFinalizer,
    /// An event is about to be published.
    BeforePublishEvent,
    /// It is published.
    AfterPublishEvent,
    /// A ConfigMap or Secret with outputs is about to be applied.
    BeforeWriteOutputs,
    /// It is applied.
    AfterWriteOutputs,
    /// A ConfigMap or Secret with outputs is about to be deleted.
    BeforeDeleteOutputs,
    /// It is deleted.
    AfterDeleteOutputs,
    /// A connection Secret is about to get its finalizer.
    BeforeMarkSecret,
    /// It has it.
    AfterMarkSecret,
    /// A connection Secret is about to lose its finalizer.
    BeforeReleaseSecret,
    /// It has lost it.
    AfterReleaseSecret,
    /// CreateEnvironment is about to be called.
    BeforeCreateEnvironment,
    /// It was accepted; nothing of it is recorded.
    AfterCreateEnvironment,
    /// UpdateEnvironment is about to be called.
    BeforeUpdateEnvironment,
    /// It was accepted; nothing of it is recorded.
    AfterUpdateEnvironment,
    /// CancelEnvironmentDeployment is about to be called.
    BeforeCancelEnvironment,
    /// It was accepted; nothing of it is recorded.
    AfterCancelEnvironment,
    /// DeleteEnvironment is about to be called.
    BeforeDeleteEnvironment,
    /// It was accepted; nothing of it is recorded.
    AfterDeleteEnvironment,
    /// CreateService is about to be called.
    BeforeCreateService,
    /// It was accepted; nothing of it is recorded.
    AfterCreateService,
    /// UpdateService is about to be called for the description.
    BeforeUpdateService,
    /// It was accepted; nothing of it is recorded.
    AfterUpdateService,
    /// UpdateService is about to be called, to complete a creation that failed.
    BeforeCompleteService,
    /// It was accepted; nothing of it is recorded.
    AfterCompleteService,
    /// UpdateService is about to be called with a document that lacks an instance.
    BeforeRemoveInstance,
    /// It was accepted; nothing of it is recorded.
    AfterRemoveInstance,
    /// DeleteService is about to be called.
    BeforeDeleteService,
    /// It was accepted; nothing of it is recorded.
    AfterDeleteService,
    /// UpdateServicePipeline is about to be called.
    BeforeUpdatePipeline,
    /// It was accepted; nothing of it is recorded.
    AfterUpdatePipeline,
    /// CancelServicePipelineDeployment is about to be called.
    BeforeCancelPipeline,
    /// It was accepted; nothing of it is recorded.
    AfterCancelPipeline,
    /// CreateServiceInstance is about to be called.
    BeforeCreateInstance,
    /// It was accepted; nothing of it is recorded.
    AfterCreateInstance,
    /// UpdateServiceInstance is about to be called.
    BeforeUpdateInstance,
    /// It was accepted; nothing of it is recorded.
    AfterUpdateInstance,
    /// CancelServiceInstanceDeployment is about to be called.
    BeforeCancelInstance,
    /// It was accepted; nothing of it is recorded.
    AfterCancelInstance,
    /// CreateComponent is about to be called.
    BeforeCreateComponent,
    /// It was accepted; nothing of it is recorded.
    AfterCreateComponent,
    /// UpdateComponent is about to be called.
    BeforeUpdateComponent,
    /// It was accepted; nothing of it is recorded.
    AfterUpdateComponent,
    /// UpdateComponent is about to be called, to detach before a deletion.
    BeforeDetachComponent,
    /// It was accepted; nothing of it is recorded.
    AfterDetachComponent,
    /// CancelComponentDeployment is about to be called.
    BeforeCancelComponent,
    /// It was accepted; nothing of it is recorded.
    AfterCancelComponent,
    /// DeleteComponent is about to be called.
    BeforeDeleteComponent,
    /// It was accepted; nothing of it is recorded.
    AfterDeleteComponent,
    /// DeleteDeployment is about to be called.
    BeforeDeleteDeployment,
    /// The record is gone.
    AfterDeleteDeployment,
    /// TagResource is about to be called.
    BeforeTagResource,
    /// The tags are set.
    AfterTagResource,
    /// UntagResource is about to be called.
    BeforeUntagResource,
    /// The tags are gone.
    AfterUntagResource,
}

impl Failpoint {
    /// The name that the environment variables use.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Passes the point: records the visit, and ends the process here if a test asked for it.
    pub fn hit(self) {
        #[cfg(debug_assertions)]
        armed::visit(self.name());
    }
}

#[cfg(debug_assertions)]
mod armed {
    use std::io::Write as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static TRIGGER: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static VISITS: AtomicU32 = AtomicU32::new(0);

    pub(super) fn visit(name: &str) {
        if let Ok(path) = std::env::var("PROTON_OPERATOR_FAILPOINT_LOG") {
            log(&path, name);
        }
        let Some((wanted, nth)) = TRIGGER.get_or_init(trigger) else {
            return;
        };
        if wanted == name && VISITS.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
            std::process::abort();
        }
    }

    fn trigger() -> Option<(String, u32)> {
        let text = std::env::var("PROTON_OPERATOR_FAILPOINT").ok()?;
        let (name, nth) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), nth.parse().unwrap_or(1)))
    }

    fn log(path: &str, name: &str) {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        if let Ok(mut file) = file {
            // A lost line makes the test that reads the log fail, which is what it is for.
            let _ = writeln!(file, "{name}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_passed_somewhere() {
        let users = [
            include_str!("reconcile/act.rs"),
            include_str!("reconcile/component.rs"),
            include_str!("reconcile/events.rs"),
            include_str!("reconcile/instance.rs"),
            include_str!("reconcile/objects.rs"),
            include_str!("reconcile/outputs.rs"),
            include_str!("reconcile/service.rs"),
            include_str!("proton/connection/secrets.rs"),
        ];
        for point in Failpoint::VARIANTS {
            let passed = users.iter().any(|text| text.contains(&format!("::{point:?}")));
            assert!(passed, "{} is never passed", point.name());
        }
    }
}
