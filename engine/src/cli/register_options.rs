//! The flags of `register`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::bundle::TemplateKind;

/// Packs a bundle folder, uploads it to a running engine and registers it as a template version
#[derive(Args, Clone, Debug)]
pub struct RegisterOptions {
    /// Folder with the bundle (schema/schema.yaml and the infrastructure folders)
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,

    /// Name of the template; it is created if there is none
    #[arg(long, value_name = "NAME")]
    pub template: String,

    /// Kind of the template
    #[arg(long, value_enum)]
    pub kind: TemplateKind,

    /// Register the next minor version of this major version; without it, a new major version
    #[arg(long, value_name = "N")]
    pub major: Option<u32>,

    /// Environment template and major version that a service template works with, as in `vpc:1`; may be repeated
    #[arg(long, value_name = "TEMPLATE:MAJOR")]
    pub compatible: Vec<Compatible>,

    /// Let components be attached to instances of this service template version
    #[arg(long)]
    pub component_sources: bool,

    /// Publish the version once it is registered
    #[arg(long)]
    pub publish: bool,

    /// URL of the engine
    #[arg(long, value_name = "URL", env = "AWS_ENDPOINT_URL_PROTON", default_value = "http://127.0.0.1:8210")]
    pub endpoint: String,

    /// PEM file of the certificates to trust when the URL is https://; without it, the system's
    #[arg(long, value_name = "FILE", env = "AWS_CA_BUNDLE")]
    pub ca: Option<PathBuf>,

    /// Region that the engine serves
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1")]
    pub region: String,

    /// The engine's credentials file; its first admin signs. Without it AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY do
    #[arg(long, value_name = "FILE", env = "PROTON_ENGINE_CREDENTIALS")]
    pub credentials: Option<PathBuf>,
}

/// An environment template's major version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compatible {
    /// The template's name.
    pub template: String,
    /// Its major version.
    pub major: u32,
}

impl FromStr for Compatible {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (template, major) = text.rsplit_once(':').unwrap_or((text, ""));
        match (template, major.parse()) {
            (template, Ok(major)) if !template.is_empty() => Ok(Self { template: template.to_owned(), major }),
            _ => Err("write it as the template's name, a colon and the major version, as in vpc:1".to_owned()),
        }
    }
}

impl RegisterOptions {
    /// Refuses flags that do not go together.
    pub fn check(&self) -> anyhow::Result<()> {
        match self.kind {
            TemplateKind::Service if self.compatible.is_empty() => {
                anyhow::bail!("a service template version needs at least one --compatible ENVIRONMENT-TEMPLATE:MAJOR")
            }
            TemplateKind::Environment if !self.compatible.is_empty() || self.component_sources => {
                anyhow::bail!("--compatible and --component-sources are for service templates (--kind service)")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("vpc:1", Some(("vpc", 1)))]
    #[case("my-vpc_2:12", Some(("my-vpc_2", 12)))]
    #[case("vpc", None)]
    #[case(":1", None)]
    #[case("vpc:", None)]
    #[case("vpc:1.0", None)]
    fn compatible(#[case] text: &str, #[case] expected: Option<(&str, u32)>) {
        let expected = expected.map(|(template, major)| Compatible { template: template.to_owned(), major });
        assert_eq!(text.parse().ok(), expected);
    }
}
