//! Resources as they are written on a command line.

use std::fmt;

use kube::core::ApiResource;

use super::failure::Failure;
use crate::api::{Component, ProtonEnvironment, ProtonService, ServiceInstance};

/// The kinds, in the order in which a tree shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, strum::VariantArray)]
pub(super) enum Kind {
    Environment,
    Service,
    Instance,
    Component,
}

impl Kind {
    /// Kind, plural, singular and short name: the CRD's `names`.
    fn names(self) -> [&'static str; 4] {
        match self {
            Self::Environment => ["ProtonEnvironment", "protonenvironments", "protonenvironment", "penv"],
            Self::Service => ["ProtonService", "protonservices", "protonservice", "psvc"],
            Self::Instance => ["ServiceInstance", "serviceinstances", "serviceinstance", "psi"],
            Self::Component => ["Component", "components", "component", "pcomp"],
        }
    }

    /// Name in manifests.
    pub(super) fn name(self) -> &'static str {
        let [name, ..] = self.names();
        name
    }

    /// Name in URLs.
    pub(super) fn plural(self) -> &'static str {
        let [_, plural, ..] = self.names();
        plural
    }

    /// The short name.
    pub(super) fn short(self) -> &'static str {
        let [.., short] = self.names();
        short
    }

    /// A word as kubectl takes it: any of the names, with or without the group, in any case.
    pub(super) fn parse(word: &str) -> Option<Self> {
        use strum::VariantArray as _;
        let lower = word.to_ascii_lowercase();
        let bare = match lower.split_once('.') {
            Some((bare, "proton-operator.dev" | "v1alpha1.proton-operator.dev")) => bare,
            Some(_) => return None,
            None => lower.as_str(),
        };
        Self::VARIANTS.iter().copied().find(|kind| kind.names().iter().any(|name| name.eq_ignore_ascii_case(bare)))
    }

    /// What a dynamic client needs to know.
    pub(super) fn api(self) -> ApiResource {
        match self {
            Self::Environment => ApiResource::erase::<ProtonEnvironment>(&()),
            Self::Service => ApiResource::erase::<ProtonService>(&()),
            Self::Instance => ApiResource::erase::<ServiceInstance>(&()),
            Self::Component => ApiResource::erase::<Component>(&()),
        }
    }
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id {
    pub(super) namespace: String,
    pub(super) kind: Kind,
    pub(super) name: String,
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.short(), self.name)
    }
}

/// A kind, perhaps with a name, and the words behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words<'a> {
    pub(super) kind: Kind,
    pub(super) name: Option<&'a str>,
    pub(super) rest: Vec<&'a str>,
}

/// Reads `KIND/NAME REST…` or `KIND NAME REST…`.
///
/// # Errors
/// When the kind is none of ours, or the name is empty.
pub(super) fn words(words: &[String]) -> Result<Option<Words<'_>>, Failure> {
    let mut words = words.iter().map(String::as_str);
    let Some(first) = words.next() else { return Ok(None) };
    let (kind, name) = match first.split_once('/') {
        Some((kind, name)) => (kind, Some(name)),
        None => (first, words.next()),
    };
    if name.is_some_and(|name| name.is_empty() || name.contains('/')) {
        return Err(Failure::Usage(format!("'{first}' is not a resource: write penv/NAME")));
    }
    let known = "penv (protonenvironments), psvc (protonservices), psi (serviceinstances), pcomp (components)";
    let kind =
        Kind::parse(kind).ok_or_else(|| Failure::Usage(format!("'{kind}' is not a kind of resource here; there are {known}")))?;
    Ok(Some(Words { kind, name, rest: words.collect() }))
}

/// The same with a name, and at most `rest` words behind.
///
/// # Errors
/// Also when the name is missing or there are more words.
pub(super) fn named<'a>(given: &'a [String], namespace: &str, rest: usize) -> Result<(Id, Vec<&'a str>), Failure> {
    let found = words(given)?.ok_or_else(|| Failure::Usage("name a resource: penv/NAME".to_owned()))?;
    let short = found.kind.short();
    let name = found.name.ok_or_else(|| Failure::Usage(format!("which one? Write {short}/NAME")))?;
    if let Some(extra) = found.rest.get(rest) {
        return Err(Failure::Usage(format!("'{extra}' is one word too many")));
    }
    Ok((Id { namespace: namespace.to_owned(), kind: found.kind, name: name.to_owned() }, found.rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::crd::crds;
    use rstest::rstest;
    use strum::VariantArray as _;

    fn given(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn names_are_those_of_the_crds() {
        for kind in Kind::VARIANTS {
            let names = crds().into_iter().map(|crd| crd.spec.names).find(|names| names.kind == kind.name()).unwrap();
            let written = [Some(names.plural), names.singular, names.short_names.and_then(|mut all| all.pop())];
            assert_eq!(written.map(Option::unwrap), [kind.names()[1], kind.names()[2], kind.names()[3]]);
        }
    }

    #[rstest]
    #[case(&["penv/a"], "penv/a", &[])]
    #[case(&["ProtonEnvironment", "a", "0123"], "penv/a", &["0123"])]
    #[case(&["components.proton-operator.dev/c", "x"], "pcomp/c", &["x"])]
    #[case(&["serviceinstances.v1alpha1.proton-operator.dev", "i"], "psi/i", &[])]
    fn resources_are_written_as_for_kubectl(#[case] words: &[&str], #[case] id: &str, #[case] rest: &[&str]) {
        let given = given(words);
        let (found, behind) = named(&given, "ns", 1).unwrap();
        assert_eq!((found.to_string().as_str(), behind.as_slice()), (id, rest));
    }

    #[rstest]
    #[case(&[], "name a resource")]
    #[case(&["penv"], "penv/NAME")]
    #[case(&["penv/"], "not a resource")]
    #[case(&["pods/a"], "'pods' is not a kind")]
    #[case(&["components.apps", "a"], "'components.apps' is not a kind")]
    #[case(&["penv/a", "b", "c"], "'c' is one word too many")]
    fn other_words_are_usage_errors(#[case] words: &[&str], #[case] says: &str) {
        let failure = named(&given(words), "ns", 1).unwrap_err();
        assert!(failure.code() == 2 && failure.to_string().contains(says), "{failure}");
    }
}
