//! ARNs of the engine's resources (AWS Proton User Guide, page resources).

use super::version::VersionNumber;

/// Makes the ARNs of one account and region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arns {
    prefix: String,
    account_id: String,
    region: String,
}

impl Arns {
    /// `region` decides the partition: `cn-…` is aws-cn, `us-gov-…` is aws-us-gov, everything else aws.
    pub fn new(account_id: &str, region: &str) -> Self {
        let partition = match region {
            cn if cn.starts_with("cn-") => "aws-cn",
            gov if gov.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        Self {
            prefix: format!("arn:{partition}:proton:{region}:{account_id}:"),
            account_id: account_id.to_owned(),
            region: region.to_owned(),
        }
    }

    /// The twelve digits.
    pub fn account_id(&self) -> &str {
        &self.account_id
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Of an environment.
    pub fn environment(&self, name: &str) -> String {
        self.with(&format!("environment/{name}"))
    }

    /// Of a service.
    pub fn service(&self, name: &str) -> String {
        self.with(&format!("service/{name}"))
    }

    /// Of an instance of a service.
    pub fn service_instance(&self, service: &str, name: &str) -> String {
        self.with(&format!("service/{service}/service-instance/{name}"))
    }

    /// Of a service's pipeline.
    pub fn service_pipeline(&self, service: &str) -> String {
        self.with(&format!("service/{service}/pipeline"))
    }

    /// Of a component.
    pub fn component(&self, name: &str) -> String {
        self.with(&format!("component/{name}"))
    }

    /// Of a deployment.
    pub fn deployment(&self, id: &str) -> String {
        self.with(&format!("deployment/{id}"))
    }

    /// Of an environment template.
    pub fn environment_template(&self, name: &str) -> String {
        self.with(&format!("environment-template/{name}"))
    }

    /// Of a version of an environment template.
    pub fn environment_template_version(&self, name: &str, number: VersionNumber) -> String {
        self.with(&format!("environment-template/{name}:{number}"))
    }

    /// Of a service template.
    pub fn service_template(&self, name: &str) -> String {
        self.with(&format!("service-template/{name}"))
    }

    /// Of a version of a service template.
    pub fn service_template_version(&self, name: &str, number: VersionNumber) -> String {
        self.with(&format!("service-template/{name}:{number}"))
    }

    /// Of a linked repository. `provider` is the API's word, e.g. GITHUB; `name` is `owner/repository`.
    pub fn repository(&self, provider: &str, name: &str) -> String {
        self.with(&format!("repository/{}:{name}", provider.to_lowercase()))
    }

    /// Of an environment account connection, which belongs to the account that the environment is provisioned in.
    pub fn account_connection(&self, environment_account_id: &str, id: &str) -> String {
        let tail = format!("environment-account-connection/{id}");
        Self::new(environment_account_id, &self.region).with(&tail)
    }

    /// What follows the account in one of this account's Proton ARNs, e.g. `environment/prod`. None for ARNs of
    /// another account, region or service.
    pub fn tail<'a>(&self, arn: &'a str) -> Option<&'a str> {
        arn.strip_prefix(&self.prefix)
    }

    fn with(&self, tail: &str) -> String {
        format!("{}{tail}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("eu-west-1", "arn:aws:proton:eu-west-1:123456789012:environment/prod")]
    #[case("cn-north-1", "arn:aws-cn:proton:cn-north-1:123456789012:environment/prod")]
    #[case("us-gov-west-1", "arn:aws-us-gov:proton:us-gov-west-1:123456789012:environment/prod")]
    fn the_partition_follows_the_region(#[case] region: &str, #[case] arn: &str) {
        let arns = Arns::new("123456789012", region);
        assert_eq!(arns.environment("prod"), arn);
        assert_eq!(arns.tail(arn), Some("environment/prod"));
        assert_eq!(arns.tail("arn:aws:proton:eu-west-1:999999999999:environment/prod"), None);
    }

    #[test]
    fn each_kind_has_its_own_tail() {
        let arns = Arns::new("123456789012", "us-east-1");
        let number = VersionNumber { major: 2, minor: 10 };
        let tail = |arn: String| arns.tail(&arn).unwrap().to_owned();
        assert_eq!(tail(arns.environment_template_version("vpc", number)), "environment-template/vpc:2.10");
        assert_eq!(tail(arns.service_template_version("web", number)), "service-template/web:2.10");
        assert_eq!(tail(arns.repository("GITHUB", "acme/infra")), "repository/github:acme/infra");
        assert_eq!(tail(arns.deployment("d")), "deployment/d");
        let connection = "arn:aws:proton:us-east-1:210987654321:environment-account-connection/c";
        assert_eq!(arns.account_connection("210987654321", "c"), connection);
    }
}
