//! The Proton API's side: with the connection of the object, or with the AWS SDK's usual settings.

use crate::proton::aws::AwsProton;
use crate::proton::connection::{AwsConnector, ConnectionSettings};
use crate::proton::types::{Deployment, DeploymentSummary};
use crate::proton::{Proton as _, ProtonError, Services as _, TargetName};

use super::args::Global;
use super::cluster::Cluster;
use super::failure::Failure;
use super::item::{self, Item, Link};
use super::resource::Kind;

/// The most pages of a list that are read.
const PAGES: usize = 100;

/// An endpoint, and the name of one object's target on it.
pub(super) struct Endpoint {
    client: AwsProton,
    target: Target,
}

/// What is deployed for an object.
enum Target {
    Environment(String),
    Other(TargetName),
}

impl Endpoint {
    /// The endpoint of an object.
    ///
    /// # Errors
    /// When the connection's Secret cannot be read or used.
    pub(super) async fn of(cluster: &Cluster, item: &Item, global: &Global) -> Result<Self, Failure> {
        let connector = AwsConnector::load().await;
        let reference = item.lifecycle.connection_ref.as_ref().filter(|_| !global.sdk_connection);
        let client = match reference {
            None => connector.client(),
            Some(reference) => {
                let secret = cluster.secret(&item.id.namespace, &reference.name).await?;
                let settings = ConnectionSettings::parse(&secret.data.unwrap_or_default());
                let settings = settings.map_err(|problem| Failure::Refused(format!("Secret {}: {problem}", reference.name)))?;
                connector.client_of(&settings, &format!("{}/{}", global.cluster_name, item.id.namespace)).await
            }
        };
        Ok(Self { client, target: target(cluster, item).await? })
    }

    /// A deployment of the object's target.
    ///
    /// # Errors
    /// When there is none with this id, or it belongs to something else.
    pub(super) async fn deployment(&self, item: &Item, id: &str) -> Result<Deployment, Failure> {
        let found = self.client.get_deployment(id).await?;
        let arn = item.status.target.arn.as_deref().unwrap_or_default();
        let own = match item.id.kind {
            // The status holds the service's ARN, under which its pipeline and its instances have theirs.
            Kind::Service => found.target_arn.starts_with(arn) && !found.target_arn.contains("/service-instance/"),
            _ => found.target_arn == arn,
        };
        if own {
            Ok(found)
        } else {
            Err(Failure::NotFound(format!("deployment {id} is not one of {} but of {}", item.id, found.target_arn)))
        }
    }

    /// The newest deployments of the object's target, at most `limit`.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub(super) async fn deployments(&self, limit: usize) -> Result<Vec<DeploymentSummary>, Failure> {
        let arn = self.arn().await?;
        let (mut rows, mut token) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let page = match &self.target {
                Target::Environment(name) => self.client.list_environment_deployments(name, token.as_deref()).await?,
                Target::Other(name) => self.client.list_target_deployments(name, token.as_deref()).await?,
            };
            rows.extend(page.items.into_iter().filter(|row| row.target_arn == arn));
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
        rows.truncate(limit);
        Ok(rows)
    }

    /// Forgets the record of a deployment.
    ///
    /// # Errors
    /// When the endpoint refuses.
    pub(super) async fn forget(&self, id: &str) -> Result<(), ProtonError> {
        self.client.delete_deployment(id).await
    }

    /// Identifiers of what the target was provisioned as: ARNs of stacks.
    ///
    /// # Errors
    /// When the endpoint refuses.
    pub(super) async fn provisioned(&self) -> Result<Vec<String>, ProtonError> {
        match &self.target {
            Target::Environment(name) => self.client.provisioned_for_environment(name).await,
            Target::Other(name) => self.client.provisioned_for(name).await,
        }
    }

    /// ARN of the target.
    async fn arn(&self) -> Result<String, ProtonError> {
        Ok(match &self.target {
            Target::Environment(name) => self.client.get_environment(name).await?.arn,
            Target::Other(TargetName::Instance { service, name }) => self.client.get_service_instance(service, name).await?.arn,
            Target::Other(TargetName::Component { name }) => self.client.get_component(name).await?.arn,
            Target::Other(TargetName::Pipeline { service }) => {
                self.client.get_service(service).await?.pipeline.map(|pipeline| pipeline.arn).unwrap_or_default()
            }
        })
    }
}

async fn target(cluster: &Cluster, item: &Item) -> Result<Target, Failure> {
    let name = item.remote.clone();
    Ok(match item.id.kind {
        Kind::Environment => Target::Environment(name),
        Kind::Service => Target::Other(TargetName::Pipeline { service: name }),
        Kind::Component => Target::Other(TargetName::Component { name }),
        Kind::Instance => Target::Other(TargetName::Instance { service: service(cluster, item).await?, name }),
    })
}

/// The remote name of an instance's service; only a reference has to be read.
async fn service(cluster: &Cluster, item: &Item) -> Result<String, Failure> {
    let Some(link) = &item.links.service else { return Ok(String::new()) };
    match link {
        Link::Remote(name) => Ok(name.clone()),
        Link::Object(_) => {
            let services = cluster.list_kind(Kind::Service, Some(&item.id.namespace)).await?;
            Ok(item::remote(&services, item, link))
        }
    }
}
