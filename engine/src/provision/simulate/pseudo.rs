//! CloudFormation's pseudo parameters (`AWS::Region` and the like), as a simulated stack has them.

use sha2::{Digest as _, Sha256};

use crate::provision::Job;

/// The value of a pseudo parameter; `None` if `name` is none, or has none (`AWS::NoValue`).
pub(super) fn value(name: &str, job: &Job) -> Option<String> {
    let value = match name {
        "AWS::AccountId" => job.account_id.clone(),
        "AWS::Region" => job.region.clone(),
        "AWS::StackName" => job.stack_name.clone(),
        "AWS::StackId" => stack_id(job),
        "AWS::Partition" => partition(&job.region).to_owned(),
        "AWS::URLSuffix" => url_suffix(&job.region).to_owned(),
        "AWS::NotificationARNs" => String::new(),
        _ => return None,
    };
    Some(value)
}

/// The partition that a region belongs to.
pub(super) fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Eight hexadecimal digits that are the same for the same words: what makes a simulated identifier look like one.
pub(super) fn digits(words: &[&str]) -> String {
    let mut digits = hex::encode(Sha256::digest(words.join("\n")));
    digits.truncate(8);
    digits
}

fn stack_id(job: &Job) -> String {
    let Job { region, account_id, stack_name, .. } = job;
    let tail = digits(&[account_id, region, stack_name]);
    format!("arn:{}:cloudformation:{region}:{account_id}:stack/{stack_name}/simulated-{tail}", partition(region))
}

fn url_suffix(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}
