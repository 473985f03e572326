//! Events about objects, sent only for what a plan noticed, and the same as lines of the log. Notes never quote the API.

use k8s_openapi::api::core::v1::ObjectReference;
use kube::Client;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};

use crate::failpoint::Failpoint;
use crate::plan::{Notice, NoticeType};
use crate::runtime::metrics::Metrics;

/// The name under which events are sent.
const CONTROLLER: &str = "proton-operator";

/// Sends events.
#[derive(Clone)]
pub struct Events {
    client: Client,
    reporter: Reporter,
    metrics: Metrics,
}

impl Events {
    /// Sends them as this process.
    pub fn new(client: Client, metrics: Metrics) -> Self {
        let instance = std::env::var("POD_NAME").or_else(|_| std::env::var("HOSTNAME")).ok();
        Self { client, reporter: Reporter { controller: CONTROLLER.to_owned(), instance }, metrics }
    }

    /// Sends one event for each notice. A failure is logged and nothing else: an event is no record.
    pub async fn publish(&self, about: &ObjectReference, notices: &[Notice]) {
        for notice in notices {
            let type_ = match notice.type_ {
                NoticeType::Normal => EventType::Normal,
                NoticeType::Warning => EventType::Warning,
            };
            self.send(about, type_, notice.reason.name(), notice.action, &notice.note).await;
        }
    }

    /// Sends one event that no plan knows of.
    pub async fn warn(&self, about: &ObjectReference, reason: &str, action: &str, note: &str) {
        self.send(about, EventType::Warning, reason, action, note).await;
    }

    /// Each event stands alone: a recorder that lives longer folds events with the same reason into the first one and drops the
    /// text of the others, the deployment's id with it.
    async fn send(&self, about: &ObjectReference, type_: EventType, reason: &str, action: &str, note: &str) {
        let event = Event {
            type_,
            reason: reason.to_owned(),
            action: action.to_owned(),
            note: Some(crate::api::status::cut(note, 1024)),
            secondary: None,
        };
        let (kind, namespace, name) = (&about.kind, &about.namespace, &about.name);
        match type_ {
            EventType::Normal => tracing::info!(kind, namespace, name, reason, note),
            EventType::Warning => tracing::warn!(kind, namespace, name, reason, note),
        }
        Failpoint::BeforePublishEvent.hit();
        let sent = Recorder::new(self.client.clone(), self.reporter.clone()).publish(&event, about).await;
        Failpoint::AfterPublishEvent.hit();
        match sent {
            Ok(()) => self.metrics.wrote("event"),
            Err(error) => tracing::warn!(kind, namespace, name, reason, %error, "cannot send an event"),
        }
    }
}
