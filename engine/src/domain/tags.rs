//! Tags of resources (AWS Proton User Guide, page resources).
//!
//! Customers set up to 50 tags on a resource. AWS-managed tags, `aws:proton:…`, are made with the resource, cannot be
//! set or removed, and do not count; without their `aws:` they go to what is provisioned. Customer tags do not.

use super::arn::Arns;
use super::refusal::Refusal;

/// Customer tags on one resource.
const LIMIT: usize = 50;
/// The prefix that customers may not use.
const RESERVED: &str = "aws:";

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// 1 to 128 characters.
    pub key: String,
    /// Up to 256 characters, may be empty.
    pub value: String,
}

impl Tag {
    /// Whether the tag is AWS-managed.
    pub fn is_managed(&self) -> bool {
        is_reserved(&self.key)
    }
}

fn tag(key: &str, value: &str) -> Tag {
    Tag { key: key.to_owned(), value: value.to_owned() }
}

fn is_reserved(key: &str) -> bool {
    key.get(..RESERVED.len()).is_some_and(|head| head.eq_ignore_ascii_case(RESERVED))
}

/// The AWS-managed tags of an environment.
pub fn of_environment(arns: &Arns, template_name: &str, name: &str) -> Vec<Tag> {
    vec![
        tag("aws:proton:account", arns.account_id()),
        tag("aws:proton:template", &arns.environment_template(template_name)),
        tag("aws:proton:environment", &arns.environment(name)),
    ]
}

/// The AWS-managed tags of a service and of its pipeline.
pub fn of_service(arns: &Arns, template_name: &str, name: &str) -> Vec<Tag> {
    vec![
        tag("aws:proton:account", arns.account_id()),
        tag("aws:proton:template", &arns.service_template(template_name)),
        tag("aws:proton:service", &arns.service(name)),
    ]
}

/// The AWS-managed tags of a service instance.
pub fn of_service_instance(arns: &Arns, template_name: &str, service: &str, name: &str, environment: &str) -> Vec<Tag> {
    vec![
        tag("aws:proton:account", arns.account_id()),
        tag("aws:proton:template", &arns.service_template(template_name)),
        tag("aws:proton:environment", &arns.environment(environment)),
        tag("aws:proton:service", &arns.service(service)),
        tag("aws:proton:service-instance", &arns.service_instance(service, name)),
    ]
}

/// The AWS-managed tags of a component; `attachment` is the service and its instance that it is attached to.
pub fn of_component(arns: &Arns, name: &str, environment: &str, attachment: Option<(&str, &str)>) -> Vec<Tag> {
    let mut tags = vec![
        tag("aws:proton:account", arns.account_id()),
        tag("aws:proton:environment", &arns.environment(environment)),
        tag("aws:proton:component", &arns.component(name)),
    ];
    if let Some((service, instance)) = attachment {
        tags.push(tag("aws:proton:service", &arns.service(service)));
        tags.push(tag("aws:proton:service-instance", &arns.service_instance(service, instance)));
    }
    tags
}

/// The AWS-managed tags of what belongs to the account and to no template, such as a linked repository.
pub fn of_account(arns: &Arns) -> Vec<Tag> {
    vec![tag("aws:proton:account", arns.account_id())]
}

/// The AWS-managed tags of an environment template and its versions.
pub fn of_environment_template(arns: &Arns, name: &str) -> Vec<Tag> {
    vec![tag("aws:proton:account", arns.account_id()), tag("aws:proton:template", &arns.environment_template(name))]
}

/// The tags of what is provisioned: the managed ones, without `aws:`.
pub fn of_provisioned(managed: &[Tag]) -> Vec<(String, String)> {
    managed.iter().filter_map(|tag| Some((tag.key.strip_prefix(RESERVED)?.to_owned(), tag.value.clone()))).collect()
}

/// The customer tags after `given` ones are set; a key that is there already gets the new value in its place.
pub fn merged(present: &[Tag], given: &[Tag]) -> Result<Vec<Tag>, Refusal> {
    check_keys(given.iter().map(|tag| tag.key.as_str()))?;
    let mut tags = present.to_vec();
    for new in given {
        match tags.iter_mut().find(|tag| tag.key == new.key) {
            Some(tag) => tag.value.clone_from(&new.value),
            None => tags.push(new.clone()),
        }
    }
    let count = tags.iter().filter(|tag| !tag.is_managed()).count();
    if count > LIMIT {
        return Err(Refusal::Invalid(format!("A resource has at most {LIMIT} tags; this would make {count}.")));
    }
    Ok(tags)
}

/// The tags after those with `keys` are removed. Keys that no tag has are ignored.
pub fn without(present: &[Tag], keys: &[String]) -> Result<Vec<Tag>, Refusal> {
    check_keys(keys.iter().map(String::as_str))?;
    Ok(present.iter().filter(|tag| !keys.contains(&tag.key)).cloned().collect())
}

fn check_keys<'a>(mut keys: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
    match keys.find(|key| is_reserved(key)) {
        Some(key) => Err(Refusal::Invalid(format!("The tag key '{key}' is reserved: keys must not begin with 'aws:'."))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_tagged_with_its_account_template_and_itself() {
        let managed = of_environment(&Arns::new("123456789012", "us-east-1"), "vpc", "prod");
        let provisioned = of_provisioned(&managed);
        assert_eq!(provisioned[0], ("proton:account".to_owned(), "123456789012".to_owned()));
        assert_eq!(
            provisioned[1],
            ("proton:template".to_owned(), "arn:aws:proton:us-east-1:123456789012:environment-template/vpc".to_owned())
        );
        assert_eq!(provisioned[2].0, "proton:environment");
        assert!(managed.iter().all(Tag::is_managed));
    }

    #[test]
    fn a_key_is_replaced_in_its_place() {
        let tags = merged(&[tag("a", "1"), tag("b", "2")], &[tag("a", "3"), tag("c", "")]).unwrap();
        assert_eq!(tags, [tag("a", "3"), tag("b", "2"), tag("c", "")]);
        assert_eq!(without(&tags, &["b".to_owned(), "z".to_owned()]).unwrap(), [tag("a", "3"), tag("c", "")]);
    }

    #[test]
    fn reserved_keys_are_refused_in_any_case_and_managed_tags_do_not_count() {
        assert!(merged(&[], &[tag("AWS:x", "1")]).is_err());
        assert!(without(&[], &["aws:proton:account".to_owned()]).is_err());
        let mut present: Vec<Tag> = (0..50).map(|n| tag(&format!("k{n}"), "")).collect();
        present.push(tag("aws:proton:account", "1"));
        assert!(merged(&present, &[tag("k1", "new")]).is_ok());
        assert!(matches!(merged(&present, &[tag("k50", "")]), Err(Refusal::Invalid(_))));
    }

    #[test]
    fn short_keys_and_keys_of_other_scripts_are_no_trouble() {
        assert!(merged(&[], &[tag("aw", ""), tag("äöü", "")]).is_ok());
    }
}
