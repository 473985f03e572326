//! What `serve` tells a person once it serves.

use std::net::SocketAddr;
use std::path::Path;

use super::serve_options::{ProvisionerChoice, ServeOptions};

/// What was found out while starting.
pub(super) struct Started<'a> {
    pub(super) address: SocketAddr,
    pub(super) metrics: Option<SocketAddr>,
    pub(super) data_dir: &'a Path,
    pub(super) credentials: &'a Path,
    pub(super) created: bool,
}

/// The lines, in order. No secret is among them.
pub(super) fn lines(options: &ServeOptions, started: &Started<'_>) -> Vec<String> {
    let ServeOptions { account_id, region, .. } = options;
    let scheme = if options.tls_cert.is_some() { "https" } else { "http" };
    let made = if started.created { " (made just now, with one admin)" } else { "" };
    let mut lines = vec![
        format!("proton-engine {} serves account {account_id} in region {region}", env!("CARGO_PKG_VERSION")),
        format!("  API          {scheme}://{}", started.address),
        format!("  data         {}", started.data_dir.display()),
        format!("  credentials  {}{made}", started.credentials.display()),
        format!("  provisioner  {}", provisioner(options)),
    ];
    if let Some(metrics) = started.metrics {
        lines.push(format!("  metrics      http://{metrics}/metrics"));
    }
    if options.tls_cert.is_none() && !started.address.ip().is_loopback() {
        lines.push("  note         requests are signed but not encrypted: put TLS in front of this address, or give --tls-cert and --tls-key".to_owned());
    }
    lines.push("Point a client at it, with a key pair of the credentials file:".to_owned());
    lines.push(format!("  export AWS_ENDPOINT_URL_PROTON={scheme}://{} AWS_REGION={region}", started.address));
    lines.push("  export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...".to_owned());
    lines.push("  aws proton list-environments".to_owned());
    lines
}

fn provisioner(options: &ServeOptions) -> String {
    let script = options.simulate_script.as_ref().map(|path| format!(", script {}", path.display()));
    let choice = match options.provisioner {
        ProvisionerChoice::Auto => "auto: by the manifest of each template",
        ProvisionerChoice::Simulate => "simulate: nothing is really provisioned",
    };
    format!("{choice}{}", script.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Serve {
        #[command(flatten)]
        options: ServeOptions,
    }

    #[test]
    fn says_where_everything_is() {
        let options = Serve::parse_from(["serve", "--region", "eu-west-1"]).options;
        let started = Started {
            address: "127.0.0.1:8210".parse().unwrap(),
            metrics: Some("127.0.0.1:9000".parse().unwrap()),
            data_dir: Path::new("/data"),
            credentials: Path::new("/data/credentials.yaml"),
            created: true,
        };
        let text = lines(&options, &started).join("\n");
        for part in [
            "account 123456789012 in region eu-west-1",
            "API          http://127.0.0.1:8210",
            "/data/credentials.yaml (made just now, with one admin)",
            "metrics      http://127.0.0.1:9000/metrics",
            "AWS_ENDPOINT_URL_PROTON=http://127.0.0.1:8210 AWS_REGION=eu-west-1",
        ] {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
        assert!(!text.contains("not encrypted"));
    }
}
