//! `render` for services: instances and the pipeline.

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::render::{RenderOptions, RenderedFile, inputs, one, read};
use crate::bundle::document::{Cursor, Document, DocumentLimits};
use crate::bundle::spec::{InstanceEntry, ServiceSpec};
use crate::bundle::{Bundle, InputKind};
use crate::render::namespace::{self, EnvironmentView, InstanceView, Output, RepositoryView, ServiceView};

/// Outputs that the templates refer to; offline they come from a file.
#[derive(Default)]
struct Outputs {
    environment: Vec<Output>,
    service: Vec<Output>,
}

pub(super) fn service(bundle: &Bundle, spec: &str, options: &RenderOptions) -> anyhow::Result<Vec<RenderedFile>> {
    let spec = ServiceSpec::parse(spec).with_context(|| options.spec.display().to_string())?;
    let outputs = outputs(options)?;
    let repository =
        RepositoryView { id: &options.repository_id, connection_arn: &options.connection_arn, branch: &options.branch };
    let view = ServiceView { name: &options.name, repository: bundle.pipeline.is_some().then_some(repository) };
    let part = bundle.infrastructure.as_ref().context("the bundle has no instance_infrastructure/")?;
    let mut files = Vec::new();
    for entry in chosen(&spec, options)? {
        let environment = environment(entry, options, &outputs);
        let inputs = instance_inputs(bundle, entry)?;
        let context = namespace::service_instance(&entry.name, inputs, view, environment, None);
        files.push(one(bundle, part, &context, &entry.name)?);
    }
    if let Some(part) = bundle.pipeline.as_ref().filter(|_| options.instance.is_none()) {
        let supplied = Value::Object(spec.pipeline.clone().unwrap_or_default());
        let inputs = inputs(bundle, InputKind::Pipeline, "pipeline", supplied)?;
        let instances = instances(bundle, &spec, options, &outputs)?;
        files.push(one(bundle, part, &namespace::pipeline(inputs, view, instances), "")?);
    }
    Ok(files)
}

fn chosen<'s>(spec: &'s ServiceSpec, options: &RenderOptions) -> anyhow::Result<Vec<&'s InstanceEntry>> {
    let Some(name) = &options.instance else {
        return Ok(spec.instances.iter().collect());
    };
    match spec.instance(name) {
        Some(entry) => Ok(vec![entry]),
        None => bail!("the spec has no instance `{name}`; name one of its instances"),
    }
}

fn instances<'a>(
    bundle: &Bundle,
    spec: &'a ServiceSpec,
    options: &'a RenderOptions,
    outputs: &'a Outputs,
) -> anyhow::Result<Vec<InstanceView<'a>>> {
    let view = |entry: &'a InstanceEntry| {
        let inputs = instance_inputs(bundle, entry)?;
        let environment = environment(entry, options, outputs);
        Ok(InstanceView { name: &entry.name, inputs, outputs: &outputs.service, environment })
    };
    spec.instances.iter().map(view).collect()
}

fn instance_inputs(bundle: &Bundle, entry: &InstanceEntry) -> anyhow::Result<Value> {
    let place = format!("the instance {}", entry.name);
    inputs(bundle, InputKind::Service, &place, Value::Object(entry.inputs.clone()))
}

fn environment<'a>(entry: &'a InstanceEntry, options: &'a RenderOptions, outputs: &'a Outputs) -> EnvironmentView<'a> {
    EnvironmentView { name: &entry.environment, account_id: &options.account_id, outputs: &outputs.environment }
}

fn outputs(options: &RenderOptions) -> anyhow::Result<Outputs> {
    let Some(path) = &options.outputs else {
        return Ok(Outputs::default());
    };
    let text = read(path)?;
    let group = |key: &str| {
        let document = Document::parse(&text, DocumentLimits::default())?;
        document.root().member(key).map_or(Ok(Vec::new()), |group| pairs(&group))
    };
    let read = || Ok::<_, anyhow::Error>(Outputs { environment: group("environment")?, service: group("service")? });
    read().with_context(|| path.display().to_string())
}

fn pairs(group: &Cursor<'_>) -> Result<Vec<Output>, crate::bundle::document::DocumentError> {
    group.mapping("write one `key: value` per output")?;
    let pair = |(key, value): (&str, Cursor<'_>)| {
        let text = value.text("outputs are text; put it in quotes")?;
        Ok((key.to_owned(), text.to_owned()))
    };
    group.members().map(pair).collect()
}
