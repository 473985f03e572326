//! What a component is attached to, and what a request makes of that (AWS Proton User Guide, page ag-components; API
//! model, UpdateComponent).
//!
//! | serviceName and serviceInstanceName | detached now | attached now |
//! |---|---|---|
//! | both absent | detached | attached as now |
//! | both empty | detached | detached |
//! | both a name, the same as now | - | attached as now |
//! | both a name, another | attached | ConflictException: detach first |
//! | anything else | ValidationException | ValidationException |

use super::component_state::Attachment;
use super::refusal::Refusal;

/// `supportedComponentSources` that lets components be attached (API model,
/// ServiceTemplateSupportedComponentSourceType).
pub const DIRECTLY_DEFINED: &str = "DIRECTLY_DEFINED";

/// What a component is attached to after an update.
pub fn next(now: Option<&Attachment>, service: Option<&str>, instance: Option<&str>) -> Result<Option<Attachment>, Refusal> {
    match (service, instance) {
        (None, None) => Ok(now.cloned()),
        (Some(""), Some("")) => Ok(None),
        (Some(service), Some(instance)) if !service.is_empty() && !instance.is_empty() => {
            let wanted = Attachment { service: service.to_owned(), instance: instance.to_owned() };
            match now {
                Some(now) if *now != wanted => Err(Refusal::Conflict(format!(
                    "The component is attached to the instance {} of the service {}. Detach it first: update it with an empty serviceName and serviceInstanceName.",
                    now.instance, now.service
                ))),
                _ => Ok(Some(wanted)),
            }
        }
        _ => Err(Refusal::Invalid(
            "serviceName and serviceInstanceName must be given together: both names to attach, both empty to detach.".to_owned(),
        )),
    }
}

/// What a component's attachment to an instance depends on.
#[derive(Clone, Copy, Debug)]
pub struct Instance<'a> {
    /// The environment it runs in.
    pub environment: &'a str,
    /// `supportedComponentSources` of its template version.
    pub component_sources: &'a [String],
    /// Whether a deployment of it is in progress.
    pub running: bool,
    /// Whether it is being removed from its service, or its removal failed.
    pub leaving: bool,
    /// The component that is attached to it.
    pub occupant: Option<&'a str>,
}

/// Whether the component `name` of `environment` may be deployed while it is, or becomes, attached to `instance`. What
/// the template version supports counts only for a new attachment (AWS Proton User Guide, page ag-components).
pub fn check(
    name: &str,
    environment: &str,
    attachment: &Attachment,
    is_new: bool,
    instance: Instance<'_>,
) -> Result<(), Refusal> {
    let Attachment { service, instance: own } = attachment;
    let what = format!("instance {own} of the service {service}");
    if instance.environment != environment {
        return Err(Refusal::Invalid(format!(
            "The component {name} belongs to the environment {environment}, but the {what} runs in {}. A component can only be attached in its own environment.",
            instance.environment
        )));
    }
    if let Some(other) = instance.occupant.filter(|other| *other != name) {
        return Err(Refusal::Conflict(format!(
            "The component {other} is attached to the {what}, which can have one component only. Detach that first."
        )));
    }
    if is_new && !instance.component_sources.iter().any(|source| source == DIRECTLY_DEFINED) {
        return Err(Refusal::Invalid(format!(
            "The template version of the {what} does not support components: its supportedComponentSources do not contain {DIRECTLY_DEFINED}. Update the version, or the instance to one that does."
        )));
    }
    if is_new && instance.leaving {
        return Err(Refusal::Conflict(format!("The {what} is being removed, so no component can be attached to it.")));
    }
    if instance.running {
        return Err(Refusal::Conflict(format!(
            "A deployment of the {what} is in progress. Wait until it has ended, or cancel it if it is an update."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn attachment(text: &str) -> Attachment {
        let (service, instance) = text.split_once('/').unwrap();
        Attachment { service: service.to_owned(), instance: instance.to_owned() }
    }

    #[rstest]
    #[case(None, None, None, "detached")]
    #[case(None, Some(""), Some(""), "detached")]
    #[case(None, Some("a"), Some("b"), "a/b")]
    #[case(Some("a/b"), None, None, "a/b")]
    #[case(Some("a/b"), Some(""), Some(""), "detached")]
    #[case(Some("a/b"), Some("a"), Some("b"), "a/b")]
    #[case(Some("a/b"), Some("a"), Some("c"), "conflict")]
    #[case(Some("a/b"), Some("c"), Some("b"), "conflict")]
    #[case(None, Some("a"), None, "invalid")]
    #[case(None, None, Some("b"), "invalid")]
    #[case(None, Some("a"), Some(""), "invalid")]
    #[case(Some("a/b"), Some(""), Some("b"), "invalid")]
    #[case(Some("a/b"), Some(""), None, "invalid")]
    fn the_table(
        #[case] now: Option<&str>,
        #[case] service: Option<&str>,
        #[case] instance: Option<&str>,
        #[case] expected: &str,
    ) {
        let now = now.map(attachment);
        let shown = match next(now.as_ref(), service, instance) {
            Ok(None) => "detached".to_owned(),
            Ok(Some(next)) => format!("{}/{}", next.service, next.instance),
            Err(Refusal::Conflict(message)) => {
                assert!(message.contains("Detach"), "{message}");
                "conflict".to_owned()
            }
            Err(Refusal::Invalid(_)) => "invalid".to_owned(),
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(shown, expected);
    }

    #[rstest]
    #[case::fits("prod", &[DIRECTLY_DEFINED], true, "", None, "")]
    #[case::itself("prod", &[DIRECTLY_DEFINED], true, "", Some("table"), "")]
    #[case::support_withdrawn_later("prod", &[], false, "", Some("table"), "")]
    #[case::elsewhere("beta", &[DIRECTLY_DEFINED], true, "", None, "runs in beta")]
    #[case::unsupported("prod", &[], true, "", None, "supportedComponentSources")]
    #[case::occupied("prod", &[DIRECTLY_DEFINED], true, "", Some("bucket"), "The component bucket is attached")]
    #[case::running("prod", &[DIRECTLY_DEFINED], true, "running", None, "in progress")]
    #[case::running_later("prod", &[DIRECTLY_DEFINED], false, "running", None, "in progress")]
    #[case::leaving("prod", &[DIRECTLY_DEFINED], true, "leaving", None, "being removed")]
    #[case::leaving_and_detached("prod", &[DIRECTLY_DEFINED], false, "leaving", Some("table"), "")]
    fn what_an_instance_must_be(
        #[case] environment: &str,
        #[case] sources: &[&str],
        #[case] is_new: bool,
        #[case] what: &str,
        #[case] occupant: Option<&str>,
        #[case] says: &str,
    ) {
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        let (running, leaving) = (what == "running", what == "leaving");
        let instance = Instance { environment, component_sources: &sources, running, leaving, occupant };
        match check("table", "prod", &attachment("shop/one"), is_new, instance) {
            Ok(()) => assert_eq!(says, ""),
            Err(refusal) => assert!(!says.is_empty() && refusal.to_string().contains(says), "{refusal}"),
        }
    }
}
