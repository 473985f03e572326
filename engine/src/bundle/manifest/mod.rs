//! `manifest.yaml`: how a folder of a bundle is provisioned.
//!
//! Source: AWS Proton User Guide, pages "Wrap up template files into a bundle", "CodeBuild provisioning template
//! bundle" and "Infrastructure as code files".
//!
//! | rendering_engine | template_language | file | settings |
//! |---|---|---|---|
//! | `jinja` | `cloudformation` | one name, one entry | – |
//! | `hcl` | `terraform` | `"*"`, or names ending in `.tf`, one per entry | – |
//! | `codebuild` | – | – | image, runtimes, provision, deprovision, … |

mod codebuild;
mod engine;
mod grammar;
mod listed;

pub use codebuild::{CodeBuildSettings, InputFormat};
pub use engine::{EngineKind, Manifest, TerraformFiles};
pub use listed::read;

/// Largest manifest in bytes (AWS Proton User Guide, page "AWS Proton quotas": 50 KB).
pub const SIZE_LIMIT: usize = 50 << 10;
/// Largest listed infrastructure-as-code file in bytes (the same page: 200 KB).
pub const TEMPLATE_SIZE_LIMIT: usize = 200 << 10;
/// Most listed files per folder (the same page: 10 template files).
pub const TEMPLATE_COUNT_LIMIT: usize = 10;
