//! `make demo`: a running system on one machine, and what happens in it, shown as it happens.
//!
//! An environment that CloudFormation (moto's) really provisions; a whole platform with a service, its pipeline, instances and a
//! component; an environment whose simulated deployments are slow enough to change the spec in the middle; and taking all away again.

mod platform;
mod stage;
mod story;
mod timeline;

use std::path::Path;

use anyhow::Result;
use proton_rig::workspace;
use stage::Stage;

/// What the demo can be told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Leave the system up until it is interrupted
    #[arg(long, env = "KEEP", num_args = 0..=1, default_missing_value = "1", default_value = "", hide_default_value = true)]
    keep: String,
}

/// Runs the demo.
pub fn run(arguments: &Arguments) -> Result<()> {
    let keep = !matches!(arguments.keep.as_str(), "" | "0" | "false");
    tokio::runtime::Runtime::new()?.block_on(perform(keep))
}

async fn perform(keep: bool) -> Result<()> {
    let folder = workspace().join(".demo");
    let outcome = tokio::select! {
        outcome = play(&folder, keep) => outcome,
        _ = tokio::signal::ctrl_c() => {
            println!("\nInterrupted: everything that the demo started is stopped.");
            Ok(())
        }
    };
    if outcome.is_ok() {
        // Logs of a failed run stay, so that one can look at them.
        let _ = std::fs::remove_dir_all(&folder);
    } else {
        println!("\nThe logs are in .demo/*/*.log");
    }
    outcome
}

async fn play(folder: &Path, keep: bool) -> Result<()> {
    let stage = Stage::set_up(folder).await?;
    story::provision(&stage).await?;
    platform::come_up(&stage).await?;
    platform::outputs_arrive(&stage).await?;
    platform::pipeline_deploys(&stage).await?;
    platform::instance_goes(&stage).await?;
    story::supersede(&stage).await?;
    story::tables(&stage).await?;
    if keep {
        stage.say_how_to_use_it();
        std::future::pending::<()>().await;
    }
    story::take_away(&stage).await?;
    println!("\nThat was all of it. Next: `make demo KEEP=1` leaves the system up for you to try; README.md goes on from here.");
    Ok(())
}
