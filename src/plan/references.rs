//! References between objects: a plain name needs no object, a ref waits for its object and says for which.
//!
//! | written | object | gives |
//! |---|---|---|
//! | name | any | known |
//! | ref | absent | waiting; its own name is taken for the remote one at deletion |
//! | ref | there, not Ready | waiting, remote name known; says why it is Stalled, if it is |
//! | ref | there, being deleted | waiting, remote name known |
//! | ref | there and Ready | known |

use crate::api::LocalRef;

/// What is known of a referred object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referred {
    /// Its remote name.
    pub remote: String,
    /// Whether it is Ready for its newest generation.
    pub ready: bool,
    /// Whether it is being deleted.
    pub deleting: bool,
    /// Why it is Stalled, if it is: somebody has to act there. What passes by itself is not told, so that waiting writes nothing.
    pub stalled: Option<&'static str>,
}

/// A remote name, and what keeps it from being used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// The remote name, as far as it is known.
    pub name: String,
    /// What is waited for, as a sentence.
    pub waits: Option<String>,
}

impl Dependency {
    /// A plain name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), waits: None }
    }

    /// Resolves a name or a ref of objects of this kind; `None` if neither is written.
    pub fn resolve(
        kind: &str,
        name: Option<&String>,
        reference: Option<&LocalRef>,
        find: impl Fn(&str) -> Option<Referred>,
    ) -> Option<Self> {
        match (name, reference) {
            (Some(name), _) => Some(Self::named(name)),
            (None, Some(reference)) => Some(Self::referred(kind, &reference.name, find(&reference.name))),
            (None, None) => None,
        }
    }

    fn referred(kind: &str, object: &str, found: Option<Referred>) -> Self {
        match found {
            None => Self { name: object.to_owned(), waits: Some(format!("{kind} {object} does not exist in this namespace.")) },
            Some(found) if found.deleting => {
                Self { name: found.remote, waits: Some(format!("{kind} {object} is being deleted.")) }
            }
            Some(found) if !found.ready => {
                let waits = match found.stalled {
                    Some(reason) => format!("{kind} {object} is Stalled: {reason}."),
                    None => format!("{kind} {object} is not Ready yet."),
                };
                Self { name: found.remote, waits: Some(waits) }
            }
            Some(found) => Self::named(found.remote),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::absent(None, "shop", "does not exist")]
    #[case::unready(Some((false, false, None)), "remote", "is not Ready yet.")]
    #[case::stalled(Some((false, false, Some("DeploymentFailed"))), "remote", "is Stalled: DeploymentFailed.")]
    #[case::going(Some((true, true, None)), "remote", "is being deleted")]
    #[case::ready(Some((true, false, None)), "remote", "")]
    fn a_ref_waits_and_says_for_what(
        #[case] found: Option<(bool, bool, Option<&'static str>)>,
        #[case] name: &str,
        #[case] says: &str,
    ) {
        let found =
            |_: &str| found.map(|(ready, deleting, stalled)| Referred { remote: "remote".into(), ready, deleting, stalled });
        let reference = LocalRef { name: "shop".into() };
        let dependency = Dependency::resolve("ProtonService", None, Some(&reference), found).unwrap();
        assert_eq!(dependency.name, name);
        assert!(dependency.waits.clone().unwrap_or_default().contains(says), "{dependency:?}");
        assert_eq!(dependency.waits.is_some(), !says.is_empty());
    }

    #[test]
    fn a_name_needs_no_object() {
        let dependency = Dependency::resolve("ProtonService", Some(&"shop".to_owned()), None, |_| None);
        assert_eq!(dependency, Some(Dependency::named("shop")));
        assert_eq!(Dependency::resolve("ProtonService", None, None, |_| None), None);
    }
}
