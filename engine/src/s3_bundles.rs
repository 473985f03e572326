//! Bundles from Amazon S3, read with the engine's own credentials.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata as _, SdkError};
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};

use crate::aws::Aws;
use crate::worker::{FetchBundle, FetchError};

/// Reads objects of any bucket that the engine's credentials may read.
pub struct S3Bundles {
    aws: Arc<Aws>,
    region: String,
}

impl S3Bundles {
    /// Reads through `aws`, from buckets of `region`.
    pub fn new(aws: Arc<Aws>, region: &str) -> Self {
        Self { aws, region: region.to_owned() }
    }

    async fn client(&self) -> Client {
        let config = self.aws.config(None, &self.region).await;
        // Names with dots, and endpoints that are a host and a port, work in this form only.
        let config = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        Client::from_conf(config)
    }
}

#[async_trait]
impl FetchBundle for S3Bundles {
    async fn fetch(&self, bucket: &str, key: &str, limit: usize) -> Result<Vec<u8>, FetchError> {
        let sent = self.client().await.get_object().bucket(bucket).key(key).send().await;
        let object = sent.map_err(|error| classify(&error, bucket, key))?;
        let announced = object.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(too_large(bucket, key, limit));
        }
        read(object, bucket, key, limit).await
    }
}

/// Reads the body without ever holding more than the limit and one chunk.
async fn read(mut object: GetObjectOutput, bucket: &str, key: &str, limit: usize) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    loop {
        let chunk = object.body.try_next().await.map_err(|error| {
            FetchError::Transient(format!("reading s3://{bucket}/{key} broke off: {}", DisplayErrorContext(&error)))
        })?;
        match chunk {
            None => return Ok(bytes),
            Some(chunk) if bytes.len() + chunk.len() > limit => return Err(too_large(bucket, key, limit)),
            Some(chunk) => bytes.extend_from_slice(&chunk),
        }
    }
}

fn too_large(bucket: &str, key: &str, limit: usize) -> FetchError {
    FetchError::Refused(format!("s3://{bucket}/{key} is larger than {limit} bytes, the most that a bundle may have"))
}

fn classify(error: &SdkError<GetObjectError>, bucket: &str, key: &str) -> FetchError {
    let status = error.raw_response().map(|response| response.status().as_u16());
    let code = error.code().unwrap_or_default();
    refusal(code, status, bucket, key).unwrap_or_else(|| {
        FetchError::Transient(format!("s3://{bucket}/{key} cannot be read now: {}", DisplayErrorContext(error)))
    })
}

/// The answers that repeating cannot change.
fn refusal(code: &str, status: Option<u16>, bucket: &str, key: &str) -> Option<FetchError> {
    let place = format!("s3://{bucket}/{key}");
    let text = match (code, status) {
        ("NoSuchBucket", _) => format!("the bucket {bucket} does not exist. Check source.s3.bucket"),
        ("NoSuchKey", _) | (_, Some(404)) => format!("{place} does not exist. Check source.s3.key"),
        ("PermanentRedirect" | "AuthorizationHeaderMalformed", _) | (_, Some(301)) => {
            format!("{place} is in another region than the engine. Copy it to a bucket of the engine's region")
        }
        ("SlowDown" | "RequestTimeout" | "RequestTimeTooSkewed", _) | (_, Some(429 | 500..)) | (_, None) => return None,
        (code, _) => format!("{place} cannot be read ({code}). The engine's own AWS credentials need s3:GetObject on it"),
    };
    Some(FetchError::Refused(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("NoSuchBucket", Some(404), Some("bucket bundles does not exist"))]
    #[case("NoSuchKey", Some(404), Some("source.s3.key"))]
    #[case("", Some(404), Some("source.s3.key"))]
    #[case("AccessDenied", Some(403), Some("s3:GetObject"))]
    #[case("PermanentRedirect", Some(301), Some("another region"))]
    #[case("SlowDown", Some(503), None)]
    #[case("InternalError", Some(500), None)]
    #[case("", None, None)]
    fn what_repeating_cannot_change(#[case] code: &str, #[case] status: Option<u16>, #[case] says: Option<&str>) {
        let refused = refusal(code, status, "bundles", "vpc.tar.gz").map(|error| error.to_string());
        match says {
            None => assert_eq!(refused, None),
            Some(says) => assert!(refused.as_ref().is_some_and(|text| text.contains(says)), "{refused:?}"),
        }
    }
}
