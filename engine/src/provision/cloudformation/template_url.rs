//! Where a template goes: into the request up to 51,200 bytes, into a bucket up to 1 MiB, nowhere beyond that
//! (CloudFormation User Guide, page "Understand CloudFormation quotas").
//!
//! The engine puts it there with its own credentials; CloudFormation reads it as whoever makes the change set, so an
//! environment's role needs `s3:GetObject` on the bucket.

use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use sha2::{Digest as _, Sha256};

use super::error::{Call, classify};
use crate::aws::Aws;
use crate::failpoint::Failpoint;
use crate::provision::{Job, ProvisionError, Template};

/// The largest template that a request can carry, in bytes.
const LARGEST_BODY: usize = 51_200;
/// The largest template that CloudFormation takes at all, in bytes.
const LARGEST_TEMPLATE: usize = 1_048_576;

/// How a template reaches CloudFormation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    Body(String),
    Url(String),
}

#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    Request,
    Bucket(&'a str),
}

/// Brings the template to where CloudFormation can read it. Putting it there again is harmless: the key is its digest.
pub(super) async fn source(aws: &Aws, bucket: Option<&str>, job: &Job) -> Result<Source, ProvisionError> {
    let Some(template) = &job.template else {
        let message = "the deployment has no rendered CloudFormation template; this is a fault of the engine: report it";
        return Err(ProvisionError::permanent(message));
    };
    match place(template, bucket)? {
        Place::Request => Ok(Source::Body(template.body.clone())),
        Place::Bucket(bucket) => put(aws, bucket, job, &template.body).await.map(Source::Url),
    }
}

fn place<'a>(template: &Template, bucket: Option<&'a str>) -> Result<Place<'a>, ProvisionError> {
    let (file, size) = (&template.file, template.body.len());
    match (size, bucket) {
        (..=LARGEST_BODY, _) => Ok(Place::Request),
        (..=LARGEST_TEMPLATE, Some(bucket)) => Ok(Place::Bucket(bucket)),
        (..=LARGEST_TEMPLATE, None) => Err(ProvisionError::permanent(format!(
            "{file} has {size} bytes after rendering and CloudFormation takes at most {LARGEST_BODY} in a request. Name a \
             bucket for larger ones with --template-bucket or PROTON_ENGINE_TEMPLATE_BUCKET, then deploy again."
        ))),
        _ => Err(ProvisionError::permanent(format!(
            "{file} has {size} bytes after rendering and CloudFormation takes at most {LARGEST_TEMPLATE}. Make it smaller, \
             for example with nested stacks."
        ))),
    }
}

async fn put(aws: &Aws, bucket: &str, job: &Job, body: &str) -> Result<String, ProvisionError> {
    let config = aws_sdk_s3::config::Builder::from(&aws.config(None, &job.region).await).force_path_style(true);
    let client = aws_sdk_s3::Client::from_conf(config.build());
    let key = format!("proton-engine/templates/{}", hex::encode(Sha256::digest(body)));
    let request = client.put_object().bucket(bucket).key(&key).body(ByteStream::from(body.as_bytes().to_vec()));
    Failpoint::BeforePutTemplate.hit();
    let answer = request.send().await;
    Failpoint::AfterPutTemplate.hit();
    let call = Call { action: "s3:PutObject", resource: bucket, role: None };
    answer.map_err(|error| classify(call, &error))?;
    url(&client, bucket, &key).await
}

/// The object's plain address. A presigned request knows the endpoint, whichever it is; its signature isn't used.
async fn url(client: &aws_sdk_s3::Client, bucket: &str, key: &str) -> Result<String, ProvisionError> {
    let short = PresigningConfig::expires_in(Duration::from_secs(60))
        .map_err(|error| ProvisionError::permanent(format!("the template's address can't be made: {error}")))?;
    let call = Call { action: "s3:GetObject", resource: bucket, role: None };
    let request = client.get_object().bucket(bucket).key(key).presigned(short).await;
    let request = request.map_err(|error| classify(call, &error))?;
    Ok(request.uri().split('?').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(size: usize) -> Template {
        Template { file: "infrastructure/cloudformation.yaml".to_owned(), body: "x".repeat(size) }
    }

    #[rstest::rstest]
    #[case(51_200, None, Ok(Place::Request))]
    #[case(51_200, Some("b"), Ok(Place::Request))]
    #[case(51_201, Some("b"), Ok(Place::Bucket("b")))]
    #[case(1_048_576, Some("b"), Ok(Place::Bucket("b")))]
    #[case(51_201, None, Err("--template-bucket"))]
    #[case(1_048_577, Some("b"), Err("Make it smaller"))]
    fn sizes(#[case] size: usize, #[case] bucket: Option<&str>, #[case] expected: Result<Place<'_>, &str>) {
        match (place(&template(size), bucket), expected) {
            (Ok(place), Ok(expected)) => assert_eq!(place, expected),
            (Err(error), Err(part)) => assert!(error.message.contains(part), "{error}"),
            (place, _) => panic!("{place:?}"),
        }
    }
}
