//! Components: what is taken over by an update, and what is refused.

use rstest::rstest;

use super::*;

fn attachment(instance: &str) -> Attachment {
    Attachment { service: "shop".to_owned(), instance: instance.to_owned() }
}

fn component(attached: Option<Attachment>) -> Component {
    Component {
        name: "table".to_owned(),
        environment: "prod".to_owned(),
        attachment: attached,
        description: None,
        manifest: String::new(),
        last_client_token: None,
        modified_at: Timestamp::UNIX_EPOCH,
        target: absent_target("arn".to_owned(), "stack".to_owned(), Timestamp::UNIX_EPOCH),
        deployed: None,
    }
}

fn state(attached: Option<Attachment>, spec: Option<&str>) -> ComponentState {
    ComponentState { attachment: attached, service_spec: spec.map(str::to_owned), template_file: "old".to_owned() }
}

#[rstest]
#[case::kept(Some("one"), Some("one"), Some("old"), None, Some("old"))]
#[case::replaced(Some("one"), Some("one"), Some("old"), Some("new"), Some("new"))]
#[case::of_another(Some("one"), Some("two"), Some("old"), None, None)]
#[case::detached(Some("one"), None, Some("old"), None, None)]
#[case::attached_anew(None, Some("one"), None, Some("new"), Some("new"))]
fn the_spec_goes_with_the_attachment(
    #[case] before: Option<&str>,
    #[case] now: Option<&str>,
    #[case] spec: Option<&str>,
    #[case] given: Option<&str>,
    #[case] expected: Option<&str>,
) {
    let given = Given { service_spec: given.map(str::to_owned), template_file: None };
    let wanted = component(now.map(attachment)).wanted(state(before.map(attachment), spec), given);
    assert_eq!(wanted.service_spec.as_deref(), expected);
    assert_eq!(wanted.attachment, now.map(attachment));
    assert_eq!(wanted.template_file, "old");
}

#[test]
fn a_deployment_names_what_it_is_attached_to() {
    let table = component(Some(attachment("one")));
    let wanted = state(table.attachment.clone(), None);
    let change = table.begin(Operation::Create, Some(wanted), "id".to_owned(), Timestamp::UNIX_EPOCH).unwrap().unwrap();
    let names = change.deployment.names;
    assert_eq!((names.environment.as_str(), names.component.as_deref()), ("prod", Some("table")));
    assert_eq!((names.service.as_deref(), names.service_instance.as_deref()), (Some("shop"), Some("one")));
    assert_eq!(change.target.state, State::Creating);
}

#[test]
fn attached_components_stay_and_specs_need_an_attachment() {
    assert!(
        matches!(component(Some(attachment("one"))).check_deletable(), Err(Refusal::Conflict(why)) if why.contains("Detach"))
    );
    assert_eq!(component(None).check_deletable(), Ok(()));
    assert!(matches!(check_spec(None, Some("spec")), Err(Refusal::Invalid(_))));
    assert_eq!(check_spec(Some(&attachment("one")), Some("spec")), Ok(()));
}

#[test]
fn debug_shows_no_texts() {
    let mut table = component(None);
    table.manifest = "secret".to_owned();
    assert!(!format!("{table:?} {:?}", state(None, Some("secret"))).contains("secret"));
}
