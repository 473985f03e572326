//! Requests without an SDK's types, signed by AWS's own signer: any operation, and the upload of bundles.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use proton_model::Operation;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::stage::REGION;

/// An engine's address and the keys to call it with.
#[derive(Clone, Debug)]
pub struct Raw {
    pub endpoint: String,
    pub keys: (&'static str, &'static str),
}

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The exception's name without its namespace, if the answer reports one.
    pub fn exception(&self) -> Option<&str> {
        self.body["__type"].as_str()?.rsplit('#').next()
    }
}

impl Raw {
    /// Calls an operation.
    pub async fn call(&self, operation: Operation, input: &Value) -> Answer {
        let target = format!("AwsProton20200720.{operation}");
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target.as_str())];
        self.send("POST", "/", &headers, input.to_string().into_bytes()).await
    }

    /// Uploads a bundle and gives the key that it then has in the bucket `proton-engine-bundles`.
    pub async fn upload(&self, archive: Vec<u8>) -> String {
        let digest = hex::encode(Sha256::digest(&archive));
        let answer = self.send("PUT", &format!("/_proton-engine/bundles/{digest}"), &[], archive).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        format!("{digest}.tar.gz")
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let url = format!("{}{path}", self.endpoint);
        let mut request = reqwest::Client::new().request(method.parse().unwrap(), &url);
        for (name, value) in headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())) {
            request = request.header(name, value);
        }
        for (name, value) in self.signature(method, &url, headers, &body) {
            request = request.header(name, value);
        }
        let response = request.body(body).send().await.unwrap();
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
    }

    fn signature(&self, method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<(String, String)> {
        let identity = Credentials::new(self.keys.0, self.keys.1, None, None, "test").into();
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name("proton")
            .time(SystemTime::now())
            .settings(settings);
        let signable = SignableRequest::new(method, url, headers.iter().copied(), SignableBody::Bytes(body)).unwrap();
        let (instructions, _) = sign(signable, &params.build().unwrap().into()).unwrap().into_parts();
        instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}
