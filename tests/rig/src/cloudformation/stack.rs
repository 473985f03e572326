//! A stack: its state, and how creations and updates go.

use std::time::{Duration, Instant};

use super::behaviour::Behaviour;
use super::change_set::ChangeSet;
use super::template::Template;
use super::timeline::{Step, Timeline, later};

/// A stack, as a test looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackView {
    /// Its name.
    pub name: String,
    /// Its ARN, also called its id.
    pub arn: String,
    /// Its state, by CloudFormation's word.
    pub status: String,
    /// The template that it was last deployed with.
    pub template: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// How many change sets it has, executed or not.
    pub change_sets: usize,
}

#[derive(Debug)]
pub(super) struct Stack {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) status: &'static str,
    pub(super) reason: Option<String>,
    /// ARN of the change set that was executed last.
    pub(super) executed: Option<String>,
    pub(super) template: Template,
    pub(super) tags: Vec<(String, String)>,
    pub(super) outputs: Vec<(String, String)>,
    pub(super) resources: Vec<Resource>,
    /// Oldest first.
    pub(super) events: Vec<Event>,
    pub(super) change_sets: Vec<ChangeSet>,
    /// Token of the running operation; its events carry it.
    pub(super) token: Option<String>,
    pub(super) timeline: Timeline,
    pub(super) created_at: jiff::Timestamp,
}

#[derive(Debug)]
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) status: &'static str,
}

#[derive(Debug)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) logical_id: String,
    pub(super) physical_id: String,
    pub(super) kind: String,
    pub(super) status: &'static str,
    pub(super) reason: Option<String>,
    pub(super) token: Option<String>,
    pub(super) at: jiff::Timestamp,
}

/// A creation or an update.
pub(super) struct Operation {
    pub(super) template: Template,
    pub(super) tags: Vec<(String, String)>,
    pub(super) token: Option<String>,
    pub(super) create: bool,
}

impl Stack {
    /// A stack that only has a name yet.
    pub(super) fn in_review(name: &str, arn: String) -> Self {
        let mut stack = Self {
            name: name.to_owned(),
            arn,
            status: "REVIEW_IN_PROGRESS",
            reason: None,
            executed: None,
            template: Template::default(),
            tags: Vec::new(),
            outputs: Vec::new(),
            resources: Vec::new(),
            events: Vec::new(),
            change_sets: Vec::new(),
            token: None,
            timeline: Timeline::default(),
            created_at: jiff::Timestamp::now(),
        };
        stack.set_status("REVIEW_IN_PROGRESS", Some("User Initiated".to_owned()));
        stack
    }

    pub(super) fn is_busy(&self) -> bool {
        self.status.ends_with("_IN_PROGRESS") && self.status != "REVIEW_IN_PROGRESS"
    }

    pub(super) fn is_updatable(&self) -> bool {
        ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED"].contains(&self.status)
    }

    /// Lets happen what has become due.
    pub(super) fn settle(&mut self, now: Instant) {
        while let Some(step) = self.timeline.due(now) {
            self.apply(step);
        }
    }

    /// Lets happen what was to happen later.
    pub(super) fn hurry(&mut self) {
        while let Some(step) = self.timeline.next() {
            self.apply(step);
        }
    }

    /// Begins a creation or an update.
    pub(super) fn begin(&mut self, now: Instant, behaviour: &Behaviour, operation: Operation) {
        let verb = if operation.create { "CREATE" } else { "UPDATE" };
        self.token.clone_from(&operation.token);
        self.set_status(word(verb, "IN_PROGRESS"), Some("User Initiated".to_owned()));
        self.add_resources(&operation.template, behaviour);
        let ids: Vec<String> = self.resources.iter().map(|resource| resource.id.clone()).collect();
        for id in &ids {
            self.set_resource(id, word(verb, "IN_PROGRESS"), None);
        }
        let end = later(now, behaviour.duration);
        if behaviour.fail.is_some() {
            self.plan_failure(end, behaviour, operation.create);
            return;
        }
        for id in ids {
            self.timeline.add(end, Step::Resource(id, word(verb, "COMPLETE"), None));
        }
        self.plan_success(end, behaviour, operation);
    }

    fn plan_success(&mut self, end: Instant, behaviour: &Behaviour, operation: Operation) {
        let outputs = behaviour.outputs.clone().into_iter().collect();
        self.timeline.add(end, Step::Apply { template: operation.template, tags: operation.tags, outputs });
        self.timeline.add(end, Step::Execution("EXECUTE_COMPLETE"));
        if operation.create {
            self.timeline.add(end, Step::Status("CREATE_COMPLETE", None));
        } else {
            self.timeline.add(end, Step::Status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None));
            self.timeline.add(later(end, Duration::from_millis(1)), Step::Status("UPDATE_COMPLETE", None));
        }
    }

    /// The template's resources, and the failing one if the template doesn't have it.
    fn add_resources(&mut self, template: &Template, behaviour: &Behaviour) {
        let failing = behaviour.fail.iter().map(|failure| (failure.resource.clone(), "AWS::SNS::Topic".to_owned()));
        for (id, kind) in template.resources.iter().cloned().chain(failing) {
            if !self.resources.iter().any(|resource| resource.id == id) {
                self.resources.push(Resource { id, kind, status: "" });
            }
        }
    }

    fn apply(&mut self, step: Step) {
        match step {
            Step::Status(status, reason) => self.set_status(status, reason),
            Step::Resource(id, status, reason) => self.set_resource(&id, status, reason),
            Step::Execution(status) => self.end_execution(status),
            Step::Apply { template, tags, outputs } => {
                self.outputs = template.outputs(&self.name);
                self.outputs.retain(|(key, _)| !outputs.iter().any(|(other, _)| other == key));
                self.outputs.extend(outputs);
                self.resources.retain(|resource| template.resources.iter().any(|(id, _)| *id == resource.id));
                (self.template, self.tags) = (template, tags);
            }
        }
    }

    fn end_execution(&mut self, status: &'static str) {
        let executed = self.executed.as_ref();
        if let Some(change_set) = self.change_sets.iter_mut().find(|change_set| Some(&change_set.arn) == executed) {
            change_set.execution = Some(status);
        }
    }

    pub(super) fn set_status(&mut self, status: &'static str, reason: Option<String>) {
        (self.status, self.reason) = (status, reason.clone());
        let (name, arn) = (self.name.clone(), self.arn.clone());
        self.event(name, arn, "AWS::CloudFormation::Stack".to_owned(), status, reason);
    }

    pub(super) fn set_resource(&mut self, id: &str, status: &'static str, reason: Option<String>) {
        let Some(resource) = self.resources.iter_mut().find(|resource| resource.id == id) else { return };
        resource.status = status;
        let kind = resource.kind.clone();
        self.event(id.to_owned(), format!("{}-{id}", self.name), kind, status, reason);
    }

    fn event(&mut self, logical_id: String, physical_id: String, kind: String, status: &'static str, reason: Option<String>) {
        let (id, token) = (uuid::Uuid::new_v4().to_string(), self.token.clone());
        let at = jiff::Timestamp::now();
        self.events.push(Event { id, logical_id, physical_id, kind, status, reason, token, at });
    }
}

/// A state's word for an operation.
pub(super) fn word(verb: &str, rest: &str) -> &'static str {
    match (verb, rest) {
        ("CREATE", "IN_PROGRESS") => "CREATE_IN_PROGRESS",
        ("CREATE", "COMPLETE") => "CREATE_COMPLETE",
        ("CREATE", _) => "CREATE_FAILED",
        (_, "IN_PROGRESS") => "UPDATE_IN_PROGRESS",
        (_, "COMPLETE") => "UPDATE_COMPLETE",
        _ => "UPDATE_FAILED",
    }
}
