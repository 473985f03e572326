//! ServiceQuotaExceededException, on an engine whose quotas are one of each.

use proton_model::ErrorKind;

use super::bundle::SPEC;
use super::record::Record;
use super::stage::{Stage, TEMPLATE};

/// The flags that make every second resource one too many.
const ONE_OF_EACH: [&str; 6] = ["--quota", "environments=1", "--quota", "templates=1", "--quota", "template-versions=1"];

pub async fn run(record: &Record) {
    let stage = Stage::with_template(&ONE_OF_EACH).await;
    let client = stage.admin();
    let says = |message: String| assert!(message.contains('1') && message.contains("quota"), "{message}");

    says(record.refusal(ErrorKind::ServiceQuotaExceeded, client.create_environment_template().name("second").send().await));

    let version = client.create_environment_template_version().template_name(TEMPLATE).source(stage.source().await);
    says(record.refusal(ErrorKind::ServiceQuotaExceeded, version.send().await));

    stage.deploy("first").await;
    let second = client.create_environment().name("second").template_name(TEMPLATE).template_major_version("1").spec(SPEC);
    says(record.refusal(ErrorKind::ServiceQuotaExceeded, second.send().await));
}
