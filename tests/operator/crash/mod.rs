//! The crash matrix: the engine and the operator are killed at every named point of every effect and commit, started
//! again, and the story has to end as if nothing had happened, with no second stack and no second deployment.
//!
//! Each scenario runs once undisturbed and tells which points it passes; then once for each point, with the process
//! killed there. A point that no scenario passes fails the test.

mod plot;
mod scenario;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use futures::{StreamExt as _, stream};
use plot::{Kill, Process, play};
use scenario::Scenario;
use strum::VariantArray as _;

/// How many systems run at the same time.
const ABREAST: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_point_changes_nothing() -> Result<()> {
    let visits = visits().await?;
    let kills = kills(&visits)?;
    let total = kills.len();
    let results: Vec<(String, Result<()>)> = stream::iter(kills)
        .map(|(scenario, kill)| async move {
            let outcome = play(scenario, Some(&kill)).await.map(|_| ());
            (format!("{scenario:?}, {} killed at {}:{}", kill.process.name(), kill.point, kill.visit), outcome)
        })
        .buffer_unordered(ABREAST)
        .collect()
        .await;
    let failed: Vec<String> =
        results.into_iter().filter_map(|(name, outcome)| outcome.err().map(|error| format!("{name}: {error:#}"))).collect();
    println!("crash matrix: {} of {total} kills changed nothing", total - failed.len());
    if !failed.is_empty() {
        bail!("{}", failed.join("\n\n"));
    }
    Ok(())
}

/// The points that each scenario passes when nothing is killed, with the number of visits.
type Visits = BTreeMap<(Process, String), (Scenario, u32)>;

async fn visits() -> Result<Visits> {
    let passed: Vec<Result<_>> = stream::iter(Scenario::ALL)
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
            visits.entry(point).or_insert((scenario, count));
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
    for ((process, point), (scenario, count)) in visits {
        for visit in chosen(*count) {
            kills.push((*scenario, Kill { process: *process, point: point.clone(), visit }));
        }
    }
    Ok(kills)
}

/// The visits at which a point that was passed `count` times is killed: the first, and up to five more, spread over the
/// first two thirds. How often a point is passed depends on polling, so the last visits may not come in another run.
fn chosen(count: u32) -> BTreeSet<u32> {
    let latest = (count * 2 / 3).max(1);
    (0..6).map(|part| 1 + (latest - 1) * part / 5).collect()
}

fn known_points() -> BTreeSet<(Process, String)> {
    let engine = proton_engine::failpoint::Failpoint::VARIANTS.iter().map(|point| (Process::Engine, point.name().to_owned()));
    let operator =
        proton_operator::failpoint::Failpoint::VARIANTS.iter().map(|point| (Process::Operator, point.name().to_owned()));
    engine.chain(operator).collect()
}
