//! A bundle in a local folder, checked as registration would check it.

use std::path::Path;

use anyhow::Context as _;

use crate::bundle::archive::{SCHEMA_FILE, read_folder};
use crate::bundle::{Bundle, BundleError, Fault, Files, InputKind, Schema, TemplateKind, archive, layout, schema};

/// A checked bundle, and what was assumed about its template.
pub(super) struct LocalBundle {
    pub bundle: Bundle,
    /// Whether the template would need `provisioning` or `pipelineProvisioning` `CUSTOMER_MANAGED`.
    pub customer_managed: bool,
}

/// Reads and checks the bundle in `dir`. Without a `kind` the folders decide; whether provisioning is the customer's
/// is guessed from what the bundle lacks.
pub(super) fn load(dir: &Path, kind: Option<TemplateKind>) -> anyhow::Result<LocalBundle> {
    let limits = archive::Limits::default();
    let refused = || format!("the bundle {} is refused", dir.display());
    let files = read_folder(dir, &limits).with_context(refused)?;
    let kind = kind.unwrap_or_else(|| TemplateKind::guess(&files));
    let customer_managed = lacks_provisioning(kind, &files).with_context(refused)?;
    let bundle = Bundle::check(kind, customer_managed, files).with_context(refused)?;
    Ok(LocalBundle { bundle, customer_managed })
}

fn lacks_provisioning(kind: TemplateKind, files: &Files) -> Result<bool, BundleError> {
    match kind {
        TemplateKind::Environment => Ok(!files.has_folder(layout::ENVIRONMENT) && !files.has_folder(layout::INSTANCE)),
        TemplateKind::Service => {
            let text = files.text(SCHEMA_FILE, Fault::Schema, schema::SIZE_LIMIT)?;
            let has_type = Schema::parse(text)?.inputs(InputKind::Pipeline).is_some();
            Ok(!has_type && !files.has_folder(layout::PIPELINE))
        }
    }
}
