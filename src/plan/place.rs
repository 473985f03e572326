//! The environment that an instance or a component is in. The API fixes it at creation, so a wish for another one is neither sent nor called done.
//!
//! | remote resource | its environment | step |
//! |---|---|---|
//! | absent, or someone else's | any | as any target's plan decides |
//! | ours, observed, or to be adopted | the wanted one, or none is wanted | as any target's plan decides |
//! | ours, observed, or to be adopted | another one | Stalled, NotChangeable |

use crate::api::{AdoptionPolicy, Reason};

use super::conditions::Phase;
use super::decision::{Decision, Step};
use super::desired::Desired;
use super::memory::Memory;
use super::observed::Observed;
use super::ownership::{self, Relation};
use super::references::Dependency;
use super::{environment, mirror};

/// The decision for a resource that is in another environment (`is`) than the wanted one; `None` where any target's plan decides.
pub fn elsewhere(
    core: &Desired,
    observed: &Observed,
    memory: &Memory,
    wanted: Option<&Dependency>,
    is: Option<&str>,
) -> Option<Decision> {
    let wanted = wanted.filter(|wanted| wanted.waits.is_none() && !wanted.name.is_empty())?;
    let is = is.filter(|is| *is != wanted.name && !core.deleting)?;
    let relation = ownership::relation(core, observed, memory.status.target.arn.as_deref());
    let concerns_us = match relation {
        Relation::Ours(_) | Relation::Observed(_) => true,
        Relation::Unowned(_) => core.policy.adoption != AdoptionPolicy::CreateOnly,
        _ => false,
    };
    concerns_us.then(|| {
        let message = format!(
            "{} {} is in environment {is} and the spec names {}, and the API cannot move it. Name {is}, or create another object for {}.",
            core.resource.noun(),
            core.name,
            wanted.name,
            wanted.name
        );
        let step = Step::rest(Phase::refused(Reason::NotChangeable, message), core.policy.interval);
        let status = mirror::status(core, observed, &memory.status, &relation);
        environment::finish(core, observed.now, memory, status, step)
    })
}
