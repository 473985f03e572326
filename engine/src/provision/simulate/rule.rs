//! One rule of a simulate script, and how a script's text is read.
//!
//! ```yaml
//! - target: "arn:aws:proton:*:environment/slow-*"   # glob on the target's ARN; required
//!   operation: update        # create | update | delete; absent: any
//!   duration: 5s             # also 500ms, 1m 30s; absent: 0s
//!   fail: "no more addresses in the subnet"         # absent: succeeds
//!   cancel: honoured         # honoured | too-late (goes on to its end) | fails (ends FAILED); absent: honoured
//!   cancelDuration: 1s       # how long a cancellation takes; absent: 0s
//!   outputs: {VpcId: vpc-123}                       # in place of, or beside, the template's own
//! ```

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::glob;
use crate::provision::{Job, JobOperation};

/// How deployments of matching targets go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Glob on the target's ARN.
    pub target: String,
    /// The only operation that the rule is for; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// How long a deployment takes.
    #[serde(default, deserialize_with = "read_duration", serialize_with = "write_duration")]
    pub duration: Duration,
    /// The failure's text; absent: the deployment succeeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<String>,
    /// What a cancellation does.
    #[serde(default)]
    pub cancel: Cancel,
    /// How long it takes until a cancellation that comes in time has its end.
    #[serde(default, rename = "cancelDuration", deserialize_with = "read_duration", serialize_with = "write_duration")]
    pub cancel_duration: Duration,
    /// Outputs that replace the template's own of the same name, or stand beside them.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub outputs: serde_json::Map<String, serde_json::Value>,
}

/// The operations by the names that a script uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// A first deployment.
    Create,
    /// A later one.
    Update,
    /// A deletion.
    Delete,
}

/// What a cancellation does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cancel {
    /// The deployment ends CANCELLED.
    #[default]
    Honoured,
    /// It comes too late: the deployment goes on to its end.
    TooLate,
    /// It fails, and the deployment ends FAILED.
    Fails,
}

impl Rule {
    /// True when the rule is for this job.
    pub fn is_for(&self, job: &Job) -> bool {
        self.operation.is_none_or(|wanted| wanted == Operation::from(job.operation))
            && glob::matches(&self.target, &job.target_arn)
    }
}

impl From<JobOperation> for Operation {
    fn from(operation: JobOperation) -> Self {
        match operation {
            JobOperation::Create => Self::Create,
            JobOperation::Update => Self::Update,
            JobOperation::Delete => Self::Delete,
        }
    }
}

/// Reads a script's text. An empty one has no rules.
///
/// # Errors
/// The text isn't a list of rules: the message has line and column and names what is wrong.
pub fn parse(text: &str) -> Result<Vec<Rule>, serde_yaml::Error> {
    Ok(serde_yaml::from_str::<Option<Vec<Rule>>>(text)?.unwrap_or_default())
}

/// A duration as people write it: a number with a unit (`500ms`, `5s`, `1m 30s`). A bare number is refused, because
/// it doesn't say of what.
fn read_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parsed: jiff::SignedDuration = text
        .parse()
        .map_err(|error| D::Error::custom(format!("duration {text:?} is not one such as 500ms, 5s or 2m: {error}")))?;
    Duration::try_from(parsed).map_err(|_| D::Error::custom(format!("duration {text:?} is negative")))
}

/// The same duration in milliseconds, for the journal.
fn write_duration<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("{}ms", duration.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::simulate::testing::job;

    const EXAMPLE: &str = r#"
- target: "arn:aws:proton:*:environment/slow-*"
  operation: update
  duration: 5s
  fail: "no more addresses in the subnet"
  cancel: too-late
  cancelDuration: 2s
  outputs: {VpcId: vpc-123}
- target: "*"
"#;

    #[test]
    fn reads_every_member_and_its_default() {
        let rules = parse(EXAMPLE).unwrap();
        assert_eq!(rules[0].operation, Some(Operation::Update));
        assert_eq!(rules[0].duration, Duration::from_secs(5));
        assert_eq!(rules[0].fail.as_deref(), Some("no more addresses in the subnet"));
        assert_eq!(rules[0].cancel, Cancel::TooLate);
        assert_eq!(rules[0].cancel_duration, Duration::from_secs(2));
        assert_eq!(rules[0].outputs["VpcId"], "vpc-123");
        assert_eq!(rules[1], Rule { target: "*".to_owned(), ..Rule::default() });
        assert_eq!(parse("").unwrap(), []);
    }

    #[rstest::rstest]
    #[case("- target: '*'\n  operation: updat\n", "unknown variant `updat`")]
    #[case("- target: '*'\n  duraton: 5s\n", "unknown field `duraton`")]
    #[case("- target: '*'\n  duration: 5\n", "duration \"5\" is not one such as")]
    #[case("- target: '*'\n  duration: soon\n", "is not one such as 500ms")]
    #[case("- target: '*'\n  duration: -5s\n", "is negative")]
    #[case("- duration: 5s\n", "missing field `target`")]
    fn refuses_and_says_where(#[case] text: &str, #[case] expected: &str) {
        let message = parse(text).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
        assert!(message.contains("line"), "{message}");
    }

    #[test]
    fn a_rule_alone_is_no_list() {
        assert!(parse("target: '*'\n").unwrap_err().to_string().contains("expected a sequence"));
    }

    #[test]
    fn survives_the_journal() {
        for rule in parse(EXAMPLE).unwrap() {
            let written = serde_json::to_value(&rule).unwrap();
            assert_eq!(serde_json::from_value::<Rule>(written).unwrap(), rule);
        }
    }

    #[rstest::rstest]
    #[case(JobOperation::Update, "arn:aws:proton:eu-west-1:123456789012:environment/slow-1", Some(0))]
    #[case(JobOperation::Create, "arn:aws:proton:eu-west-1:123456789012:environment/slow-1", Some(1))]
    #[case(JobOperation::Update, "arn:aws:proton:eu-west-1:123456789012:environment/quick", Some(1))]
    fn the_first_match_decides(#[case] operation: JobOperation, #[case] arn: &str, #[case] expected: Option<usize>) {
        let job = Job { operation, target_arn: arn.to_owned(), ..job() };
        assert_eq!(parse(EXAMPLE).unwrap().iter().position(|rule| rule.is_for(&job)), expected);
    }
}
