//! Instances of one service come, change and go by their objects, in parallel and at random, while a script updates them and adds
//! others. What was not asked to go is there all the time.
//!
//! `PROTON_SEED` chooses another course; the seed is printed.
#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use proton_operator::api::ServiceInstance;
use proton_rig::until;
use serde_json::{Value, json};

use super::script::{Script, client};
use super::shop::{PATIENCE, Shop, inputs};
use super::watch::{Asked, watch};
use crate::system::Setup;

/// Instances that objects ask for.
const SLOTS: u64 = 20;
/// What each of them goes through.
const ROUNDS: u64 = 5;

const SCRIPT: &str = "- {target: '*service-instance/*', operation: update, duration: 200ms}\n\
                      - {target: '*service-instance/*', duration: 100ms}\n";

/// Numbers that look random and are the same for the same seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Numbers of one participant.
    pub fn of(seed: u64, participant: u64) -> Self {
        Self(seed.wrapping_mul(0x1000_0001).wrapping_add(participant))
    }

    /// A number below `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides.max(1)
    }

    /// Lets up to so many milliseconds pass.
    pub async fn pause(&mut self, longest: u64) {
        tokio::time::sleep(Duration::from_millis(self.below(longest))).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_dropped_that_no_object_asked_to_remove() -> Result<()> {
    let seed = std::env::var("PROTON_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    println!("PROTON_SEED={seed}");
    let engine_args = ["--quota", "service-instances=60"].map(str::to_owned).to_vec();
    // Much happens in little time here.
    let operator_args = ["--call-rate", "1000"].map(str::to_owned).to_vec();
    let setup = Setup { script: SCRIPT, engine_args, operator_args, ..Setup::default() };
    let shop = Arc::new(Shop::open(setup, false).await?);
    let (asked, stop) = (Arc::new(Asked::default()), Arc::new(AtomicBool::new(false)));
    let proton = client(&shop.system.engine);
    until("the service", PATIENCE, || async { proton.get_service().name("shop").send().await.ok() }).await?;
    let watcher = tokio::spawn(watch(proton.clone(), asked.clone(), stop.clone()));
    let script = tokio::spawn(Script::new(proton.clone(), Dice::of(seed, SLOTS)).run(stop.clone()));
    let slots = (0..SLOTS).map(|n| tokio::spawn(slot(shop.clone(), asked.clone(), n, Dice::of(seed, n))));
    let mut wanted = Vec::new();
    for slot in futures::future::join_all(slots).await {
        wanted.push(slot??);
    }
    stop.store(true, Ordering::SeqCst);
    let script = script.await??;
    let listings = watcher.await??;
    println!(
        "{} removals, {listings} listings, {} updates and {} instances by the script",
        asked.count(),
        script.started.len(),
        script.added.len()
    );
    ensure!(asked.count() >= 5 && listings >= 20 && script.started.len() >= 5 && script.added.len() >= 3, "too little happened");
    none_was_cancelled(&script).await?;
    ends_as_the_objects_say(&shop, &script, &wanted).await
}

/// One object's life. Returns its name and, if it is there in the end, its size.
async fn slot(shop: Arc<Shop>, asked: Arc<Asked>, n: u64, mut dice: Dice) -> Result<(String, Option<u64>)> {
    let (name, mut size) = (format!("i{n:02}"), None);
    for round in 0..ROUNDS {
        dice.pause(600).await;
        if size.is_some() && dice.below(4) == 0 {
            asked.removal(&name);
            shop.gone::<ServiceInstance>(&name).await?;
            asked.gone(&name);
            size = None;
        } else {
            let next = 1 + n * ROUNDS + round;
            apply(&shop, &name, next).await?;
            size = Some(next);
            // Now and then it is deployed before the next change, more often not.
            if dice.below(3) == 0 {
                shop.ready::<ServiceInstance>(&name).await?;
            }
        }
    }
    Ok((name, size))
}

/// The image is the script's; what it sends of the size may be old, and is put right.
async fn apply(shop: &Shop, name: &str, size: u64) -> Result<()> {
    let more = json!({"externalInputs": ["image"], "driftPolicy": "Correct", "interval": "10s"});
    shop.instance(name, json!({"size": size}), more).await
}

async fn none_was_cancelled(script: &Script) -> Result<()> {
    for (name, id) in &script.started {
        // Records go with their instance.
        let Ok(found) = script.proton.get_deployment().id(id).send().await else { continue };
        let status = found.deployment.context("a deployment")?.deployment_status;
        ensure!(status.as_str() == "SUCCEEDED" || status.as_str() == "IN_PROGRESS", "{id} of {name} is {status}");
    }
    Ok(())
}

/// The set is what objects and script made of it; sizes are the objects', images the script's, also after one more edit.
async fn ends_as_the_objects_say(shop: &Shop, script: &Script, wanted: &[(String, Option<u64>)]) -> Result<()> {
    let kept: Vec<(&String, u64)> = wanted.iter().filter_map(|(name, size)| Some((name, (*size)?))).collect();
    futures::future::try_join_all(kept.iter().map(|(name, size)| ends_well(shop, script, name, *size))).await?;
    let mut names: Vec<String> = script.added.iter().chain(kept.iter().map(|(name, _)| *name)).cloned().collect();
    names.sort();
    ensure!(script.names().await? == names, "{:?} instead of {names:?}", script.names().await?);
    Ok(())
}

async fn ends_well(shop: &Shop, script: &Script, name: &str, size: u64) -> Result<()> {
    settled(shop, script, name, size, None).await?;
    let image = format!("last:{size}");
    until("an accepted image", PATIENCE, || async { script.update(name, &image).await.ok() }).await?;
    apply(shop, name, size + 1000).await?;
    settled(shop, script, name, size + 1000, Some(&image)).await
}

async fn settled(shop: &Shop, script: &Script, name: &str, size: u64, image: Option<&str>) -> Result<()> {
    shop.ready::<ServiceInstance>(name).await?;
    let right =
        |is: &Value| is.get("size") == Some(&json!(size)) && image.is_none_or(|image| is.get("image") == Some(&json!(image)));
    let deployed = || async {
        let found = script.proton.get_service_instance().service_name("shop").name(name).send().await.ok()?;
        inputs(found.service_instance?.spec.as_deref()?, name).ok()
    };
    let reached =
        until(&format!("{name}: size {size}, image {image:?}"), PATIENCE, || async { deployed().await.filter(right) }).await;
    match reached {
        Ok(_) => Ok(()),
        Err(error) => Err(error.context(format!("{:?}: {:?}", deployed().await, shop.object::<ServiceInstance>(name).await?))),
    }
}
