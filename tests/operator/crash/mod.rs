//! The crash matrix: the engine and the operator are killed at every named point of every effect and commit, started
//! again, and the story has to end as if nothing had happened, with no second stack and no second deployment.
//!
//! Each scenario runs once undisturbed and tells which points it passes; then once for each point, with the process
//! killed there. A point that no scenario passes fails the test. `CRASH_ONLY="Platform create-service"` leaves only kills whose
//! name has these words.

mod attached;
mod bundles;
mod early_cancel;
mod environment;
mod extras;
mod failures;
mod ledger;
mod life;
mod platform;
mod plot;
mod policies;
mod repairs;
mod scenario;
mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use futures::{StreamExt as _, stream};
use plot::{Kill, Process, play};
use scenario::Scenario;
use strum::VariantArray as _;

/// At how many visits a point is killed, in the first scenario about the same kinds of objects that passes it.
const MOST: u32 = 3;
/// In each further scenario there is one kill for so many visits.
const OFTEN: u32 = 40;
/// How many systems run at the same time.
const ABREAST: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_point_changes_nothing() -> Result<()> {
    let visits = visits().await?;
    let mut kills = kills(&visits)?;
    let only = std::env::var("CRASH_ONLY").unwrap_or_default();
    kills.retain(|(scenario, kill)| only.split_whitespace().all(|word| name(*scenario, kill).contains(word)));
    let total = kills.len();
    println!("{total} kills");
    let failed: Vec<String> = stream::iter(kills)
        .map(|(scenario, kill)| async move {
            let name = name(scenario, &kill);
            let error = play(scenario, Some(&kill)).await.err()?;
            println!("{name}: {error:#}");
            Some(name)
        })
        .buffer_unordered(ABREAST)
        .filter_map(|failed| async { failed })
        .collect()
        .await;
    println!("crash matrix: {} of {total} kills changed nothing", total - failed.len());
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

fn name(scenario: Scenario, kill: &Kill) -> String {
    format!("{scenario:?}, {} killed at {}:{}", kill.process.name(), kill.point, kill.visit)
}

/// The scenarios that pass a point when nothing is killed, with the number of visits.
type Visits = BTreeMap<(Process, String), Vec<(Scenario, u32)>>;

async fn visits() -> Result<Visits> {
    let passed: Vec<Result<_>> = stream::iter(Scenario::VARIANTS)
        .map(|scenario| async move {
            let start = Instant::now();
            let passed = play(*scenario, None).await.with_context(|| format!("{scenario:?}, undisturbed"))?;
            println!("{scenario:?}: {} points in {:.1} s", passed.len(), start.elapsed().as_secs_f64());
            anyhow::Ok((*scenario, passed))
        })
        .buffered(ABREAST)
        .collect()
        .await;
    let mut visits = Visits::new();
    for run in passed {
        let (scenario, passed) = run?;
        for (point, count) in passed {
            visits.entry(point).or_default().push((scenario, count));
        }
    }
    Ok(visits)
}

/// Kills at the first visit of each point and at later ones, see [`chosen`].
fn kills(visits: &Visits) -> Result<Vec<(Scenario, Kill)>> {
    let known = known_points();
    let passed: BTreeSet<_> = visits.keys().cloned().collect();
    let unvisited: Vec<_> = known.difference(&passed).collect();
    if !unvisited.is_empty() {
        bail!("no scenario passes {unvisited:?}");
    }
    let mut kills = Vec::new();
    for ((process, point), scenarios) in visits {
        let mut seen = BTreeSet::new();
        for (scenario, count) in scenarios {
            let first = seen.insert(scenario.with_services());
            for visit in chosen(*count, if first { MOST } else { (count / OFTEN).min(MOST) }) {
                kills.push((*scenario, Kill { process: *process, point: point.clone(), visit }));
            }
        }
    }
    Ok(kills)
}

/// The visits at which a point that was passed `count` times is killed: one in the middle, or the first and others, spread over
/// the first two thirds. How often a point is passed depends on polling, so the last visits may not come in another run.
fn chosen(count: u32, kills: u32) -> BTreeSet<u32> {
    let latest = (count * 2 / 3).max(1);
    match kills {
        0 => BTreeSet::new(),
        1 => [latest.div_ceil(2)].into(),
        kills => (0..kills).map(|part| 1 + (latest - 1) * part / (kills - 1)).collect(),
    }
}

fn known_points() -> BTreeSet<(Process, String)> {
    let engine = proton_engine::failpoint::Failpoint::VARIANTS.iter().map(|point| (Process::Engine, point.name().to_owned()));
    let operator =
        proton_operator::failpoint::Failpoint::VARIANTS.iter().map(|point| (Process::Operator, point.name().to_owned()));
    engine.chain(operator).collect()
}
