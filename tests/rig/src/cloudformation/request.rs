//! Requests of the AWS Query protocol.

use std::collections::BTreeMap;

use super::answer::Refusal;

/// One request.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    members: BTreeMap<String, String>,
}

impl Request {
    pub(super) fn parse(body: &[u8]) -> Self {
        Self { members: url::form_urlencoded::parse(body).into_owned().collect() }
    }

    pub(super) fn action(&self) -> &str {
        self.get("Action").unwrap_or_default()
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.members.get(name).map(String::as_str)
    }

    /// A member that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::validation(format!("1 validation error detected: {name} must not be null")))
    }

    /// A list of texts: `Name.member.1`, `Name.member.2`, …
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|n| self.get(&format!("{name}.member.{n}"))).collect()
    }

    /// `Tags.member.N.Key` and `.Value`.
    pub(super) fn tags(&self) -> Vec<(String, String)> {
        let tag = |n: usize| {
            let part = |part| self.get(&format!("Tags.member.{n}.{part}")).map(str::to_owned);
            Some((part("Key")?, part("Value").unwrap_or_default()))
        };
        (1..).map_while(tag).collect()
    }

    /// The name of the stack that the request is about; an ARN's name.
    pub(super) fn stack_name(&self) -> &str {
        let stack = self.get("StackName").unwrap_or_default();
        stack.split(":stack/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(stack)
    }

    /// The change set's name; an ARN's name.
    pub(super) fn change_set_name(&self) -> Option<&str> {
        let name = self.get("ChangeSetName")?;
        Some(name.split(":changeSet/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(name))
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.get("ClientRequestToken").or_else(|| self.get("ClientToken"))
    }
}
