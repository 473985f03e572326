//! `kubectl proton`: every verb with its real effect, called through stock kubectl as a user calls it.

use std::os::unix::fs::PermissionsExt as _;

use anyhow::{Context as _, Result, ensure};
use proton_rig::cloudformation::{Behaviour, Double, Failure};
use proton_rig::{Finished, Kubectl, program, workspace};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::system::{PATIENCE, Setup, System, condition, team, text};

const SLOW_UPDATE: &str = "- target: \"*environment/slow*\"\n  operation: update\n  duration: 60s\n  cancelDuration: 1s\n";

/// The plugin in a test's namespace.
struct Plugin<'a> {
    system: &'a System,
    kubectl: Kubectl,
}

impl<'a> Plugin<'a> {
    /// With the engine's keys, as diff and prune need them.
    fn with_keys(system: &'a System) -> Self {
        Self { system, kubectl: system.cluster.kubectl().with(system.engine.client_env()) }
    }

    /// With a kubeconfig only, and an endpoint that is not there.
    fn without_keys(system: &'a System) -> Self {
        let env = [("AWS_ENDPOINT_URL_PROTON", "http://127.0.0.1:9"), ("AWS_EC2_METADATA_DISABLED", "true")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { system, kubectl: system.cluster.kubectl().with(env) }
    }

    async fn run(&self, line: &str) -> Result<Finished> {
        let words = ["proton"].into_iter().chain(line.split_whitespace());
        let all: Vec<&str> = words.chain(["-n", &self.system.namespace]).collect();
        self.kubectl.try_run(&all).await
    }

    /// Runs it and expects an exit code; gives what was printed on both.
    async fn code(&self, line: &str, code: i32) -> Result<String> {
        let finished = self.run(line).await?;
        ensure!(finished.code == code, "`{line}` ended with {}: {}{}", finished.code, finished.out, finished.err);
        Ok(finished.out + &finished.err)
    }

    async fn ok(&self, line: &str) -> Result<String> {
        Ok(self.run(line).await?.ok().with_context(|| line.to_owned())?.out)
    }

    async fn json(&self, line: &str) -> Result<Value> {
        let out = self.ok(&format!("{line} -o json")).await?;
        serde_json::from_str(&out).with_context(|| out)
    }
}

/// An environment that was deployed with one queue, then with two.
async fn twice(system: &System) -> Result<()> {
    system.apply("plain", &team("  queues: [a]\n")).await?.ok()?;
    system.wait_ready("plain").await?;
    system.patch("plain", "spec: {inputs: {queues: [b, c]}}").await?;
    system.status_until("plain", "two queues", |status| queues(status) == "2").await?;
    system.wait_ready("plain").await
}

fn queues(status: &Value) -> &str {
    text(status, "/outputs/values/QueueCount")
}

#[tokio::test(flavor = "multi_thread")]
async fn verbs_that_show_need_a_kubeconfig_only() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    twice(&system).await?;
    let plugin = Plugin::without_keys(&system);

    let table = plugin.ok("get").await?;
    let row = table.lines().nth(1).unwrap_or_default();
    ensure!(["penv/plain", "True", "Deployed", "1.0"].iter().all(|word| row.contains(word)), "{table}");
    ensure!(!table.contains('\u{1b}'), "no colours but on a terminal: {table:?}");
    let tree = plugin.json("get penv plain").await?;
    assert_eq!(tree["items"][0]["ready"], "True");
    let yaml = plugin.ok("get protonenvironments.proton-operator.dev/plain -o yaml").await?;
    ensure!(yaml.contains("remoteName: plain"), "{yaml}");

    let history = plugin.json("history penv/plain").await?;
    let deployments = history["deployments"].as_array().cloned().unwrap_or_default();
    assert_eq!(deployments.len(), 2);
    assert_eq!(deployments[0]["id"], history["lastSucceededDeploymentId"]);
    assert_eq!(plugin.json("history penv/plain --limit 1").await?["deployments"].as_array().map(Vec::len), Some(1));
    ensure!(plugin.ok("history penv/plain").await?.lines().nth(1).is_some_and(|line| line.starts_with('*')), "the deployed one");

    assert_eq!(plugin.ok("outputs penv/plain QueueCount").await?, "2\n");
    assert_eq!(plugin.json("outputs penv/plain").await?["outputs"]["QueueCount"], "2");
    let why = plugin.ok("why penv/plain").await?;
    ensure!(why.starts_with("penv/plain is ready: Deployed"), "{why}");

    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_completes_names_of_resources() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("plain", &team("")).await?.ok()?;
    let plugin = Plugin::without_keys(&system);
    for shell in ["bash", "zsh", "fish"] {
        ensure!(plugin.ok(&format!("completion {shell}")).await?.contains("rollback"), "{shell}");
    }
    let script = system.folder.path().join("kubectl_complete-proton");
    std::fs::write(&script, plugin.ok("completion kubectl").await?)?;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    let plugins = program("kubectl-proton").parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let path = format!("{}:{plugins}:{}", system.folder.path().display(), std::env::var("PATH")?);
    let kubectl = system.cluster.kubectl().with(vec![("PATH".to_owned(), path)]);
    let completed = kubectl.run(&["__complete", "proton", "why", "-n", &system.namespace, "penv/pl"]).await?;
    ensure!(completed.starts_with("penv/plain\n:4"), "{completed}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_words_have_their_exit_codes() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("plain", &team("")).await?.ok()?;
    system.wait_ready("plain").await?;
    let plugin = Plugin::without_keys(&system);
    for (line, code, says) in [
        ("history pods/a", 2, "'pods' is not a kind"),
        ("why penv", 2, "penv/NAME"),
        ("sing", 2, "unrecognized subcommand"),
        ("get penv/nobody", 3, "there is no penv/nobody"),
        ("why penv/nobody", 3, "there is no penv/nobody"),
        ("retry psi/nobody", 3, "there is no psi/nobody"),
        ("outputs penv/plain Nothing", 3, "it has "),
        ("rollback penv/plain 9999", 3, "begins with '9999'"),
        ("rollback penv/plain", 1, "no earlier succeeded deployment"),
        ("rollback penv/plain --clear", 1, "no rollbackTo"),
        ("cancel penv/plain", 1, "does not run any more: it is SUCCEEDED"),
        ("diff penv/plain", 1, "the Proton API"),
        ("get --kubeconfig /nowhere", 1, "no cluster"),
    ] {
        let said = plugin.code(line, code).await?;
        ensure!(said.contains(says), "`{line}` says: {said}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn diff_compares_values_and_prune_deletes_old_records() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    twice(&system).await?;
    let plugin = Plugin::with_keys(&system);
    let ids: Vec<String> = system.deployments("plain").await?.iter().map(|row| text(row, "/id").to_owned()).collect();
    let [second, first] = ids.as_slice() else { anyhow::bail!("two deployments: {ids:?}") };

    let changed = plugin.json(&format!("diff penv/plain {second}")).await?;
    let expected = json!([{"path": "inputs.queues[0]", "from": "a", "to": "b"}, {"path": "inputs.queues[1]", "to": "c"}]);
    assert_eq!(changed["changes"], expected);
    let back = plugin.ok(&format!("diff penv/plain {second} {}", first.get(..8).unwrap_or(first))).await?;
    ensure!(back.contains("inputs.queues[0]: \"b\" → \"a\"\n") && back.contains("inputs.queues[1]: \"c\" → (none)\n"), "{back}");
    plugin.code("diff penv/plain --exit-code", 0).await?;

    plugin.ok("suspend penv/plain --wait").await?;
    system.patch("plain", "spec: {inputs: {queues: [b, c, d]}}").await?;
    let wanted = plugin.code("diff penv/plain --exit-code", 5).await?;
    ensure!(wanted.contains("inputs.queues[2]: (none) → \"d\""), "{wanted}");
    plugin.ok("resume penv/plain --wait").await?;
    assert_eq!(queues(&system.status("plain").await?), "3");

    ensure!(plugin.ok("history prune penv/plain --keep 2 --dry-run").await?.contains(first.as_str()));
    assert_eq!(system.deployments("plain").await?.len(), 3);
    plugin.ok("history prune penv/plain --keep 2").await?;
    let left = system.deployments("plain").await?;
    assert_eq!(left.len(), 2);
    ensure!(left.iter().all(|row| text(row, "/id") != first), "{left:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_really_cancels_and_retry_deploys() -> Result<()> {
    let system = System::start(Setup { script: SLOW_UPDATE, ..Setup::default() }).await?;
    system.apply("slow", &team("  queues: [a]\n")).await?.ok()?;
    system.wait_ready("slow").await?;
    let plugin = Plugin::without_keys(&system);
    system.patch("slow", "spec: {inputs: {queues: [b, c]}}").await?;
    let running = system.status_until("slow", "an update", |status| status["deploymentStatus"] == "IN_PROGRESS").await?;
    let id = text(&running, "/lastAttemptedDeploymentId").to_owned();
    plugin.code("retry penv/slow", 1).await?;
    let late = plugin.code("resume penv/slow --wait --timeout 1s", 4).await?;
    ensure!(late.contains("is not there after 1 s"), "{late}");

    let said = plugin.ok("cancel penv/slow --wait").await?;
    ensure!(said.contains(&format!("Deployment {id} is cancelled.")), "{said}");
    let rows = system.deployments("slow").await?;
    assert_eq!((text(&rows[0], "/id"), text(&rows[0], "/deploymentStatus")), (id.as_str(), "CANCELLED"));
    system.condition_until("slow", "Stalled", "True", "DeploymentCancelled").await?;
    let why = plugin.ok("why penv/slow").await?;
    ensure!(why.contains("is stalled: DeploymentCancelled") && why.contains("What to do"), "{why}");

    std::fs::write(system.folder.path().join("simulate.yaml"), "[]")?;
    plugin.ok("retry penv/slow --wait").await?;
    assert_eq!(queues(&system.status("slow").await?), "2");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_deploys_the_old_state_until_it_is_cleared() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    twice(&system).await?;
    let plugin = Plugin::without_keys(&system);
    let asked = plugin.json("rollback penv/plain --wait").await?;
    assert_eq!(asked["reached"], true);
    assert_eq!(queues(&system.status("plain").await?), "1");
    let spec = system.object("plain").await?;
    ensure!(text(&spec, "/spec/rollbackTo").len() == 36, "{spec}");
    ensure!(spec.to_string().contains("\"manager\":\"kubectl-proton\""), "its own field manager: {spec}");
    plugin.ok("rollback penv/plain --clear --wait").await?;
    assert_eq!(queues(&system.status("plain").await?), "2");

    let before = system.deployments("plain").await?.len();
    plugin.ok("redeploy penv/plain --wait").await?;
    assert_eq!(system.deployments("plain").await?.len(), before + 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn reconcile_waits_for_the_operator() -> Result<()> {
    let mut system = System::start(Setup::default()).await?;
    system.apply("plain", &team("")).await?.ok()?;
    system.apply("lost", &team("connectionRef: {name: none}\n")).await?.ok()?;
    system.wait_ready("plain").await?;
    let plugin = Plugin::without_keys(&system);
    for name in ["plain", "lost"] {
        let said = plugin.ok(&format!("reconcile penv/{name} --wait")).await?;
        ensure!(said.contains("The operator has looked"), "{said}");
        let object = system.object(name).await?;
        let asked = &object["metadata"]["annotations"]["proton-operator.dev/reconcile-requested-at"];
        ensure!(asked.is_string() && *asked == object["status"]["lastHandledReconcileAt"], "{object}");
    }
    let status = system.status("lost").await?;
    assert_eq!(condition(&status, "Stalled").map(|found| text(found, "/reason")), Some("ConnectionInvalid"));
    plugin.code("retry penv/lost --wait", 4).await?;

    system.operator.kill();
    let plugin = Plugin::without_keys(&system);
    let said = plugin.code("reconcile penv/plain --wait --timeout 1s", 4).await?;
    ensure!(said.contains("does it run"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn why_leads_to_the_failed_resource_of_the_stack() -> Result<()> {
    let double = Double::start().await?;
    let failure = Failure::new("Queue", "the name is taken");
    double.set_behaviour("AWSProton-env-broken-*", Behaviour { fail: Some(failure), ..Behaviour::default() });
    let system = System::start(Setup { aws: double.env(), ..Setup::default() }).await?;
    system.apply("broken", &team("")).await?.ok()?;
    system.status_until("broken", "the failure", |status| status["deploymentStatus"] == "FAILED").await?;
    system.condition_until("broken", "Stalled", "True", "DeploymentFailed").await?;
    let told = Plugin::with_keys(&system).json("why penv/broken").await?;
    assert_eq!(
        (&told["failedResource"]["logicalId"], &told["failedResource"]["reason"]),
        (&json!("Queue"), &json!("the name is taken."))
    );
    let stack = told["stacks"][0].as_str().unwrap_or_default();
    ensure!(double.stacks().iter().any(|known| known.arn == stack), "{told}");
    let without = Plugin::without_keys(&system).json("why penv/broken").await?;
    assert_eq!(without["failedResource"], told["failedResource"], "the status holds it as well");
    ensure!(without["notAsked"].is_string(), "{without}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_tells_what_changes() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let kubectl = system.cluster.kubectl();
    let mut child = kubectl.stream(&["proton", "get", "--watch", "-o", "json", "-n", &system.namespace])?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    system.apply("plain", &team("")).await?.ok()?;
    let ready = tokio::time::timeout(PATIENCE, async {
        while let Some(line) = lines.next_line().await? {
            let object: Value = serde_json::from_str(&line)?;
            if object["name"] == "plain" && object["ready"] == "True" {
                return Ok(());
            }
        }
        anyhow::bail!("the watch ended")
    });
    ready.await??;
    drop(lines);
    system.patch("plain", "spec: {suspend: true}").await?;
    let ended = tokio::time::timeout(PATIENCE, child.wait()).await??;
    ensure!(ended.success(), "a watch that nobody reads ends: {ended}");
    Ok(())
}

/// The example's platform, simulated.
async fn platform(system: &System) -> Result<()> {
    let bundles = workspace().join("examples/bundles");
    system.engine.register(&bundles.join("fargate-environment"), "fargate-environment").await?.ok()?;
    let bundle = bundles.join("fargate-service").display().to_string();
    let register = ["register", &bundle, "--template", "fargate-service", "--kind", "service", "--publish"];
    let more = ["--compatible", "fargate-environment:1", "--component-sources"];
    system.engine.command(&[register.as_slice(), more.as_slice()].concat()).await?.ok()?;
    let folder = workspace().join("examples/platform").display().to_string();
    system.kubectl(&["apply", "-f", &folder]).await?;
    let limit = format!("--timeout={}s", PATIENCE.as_secs());
    system.kubectl(&["wait", "--for=condition=Ready", "-f", &folder, &limit]).await?;
    let attached = "--for=jsonpath={.status.usedDeployments.components[0]}";
    system.kubectl(&["wait", attached, "psi/shop-staging", &limit]).await?;
    system.kubectl(&["wait", "--for=condition=Ready", "psi/shop-staging", &limit]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_shown_compared_and_deployed_again() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    platform(&system).await?;
    let plugin = Plugin::with_keys(&system);
    let tree = plugin.ok("get").await?;
    let names: Vec<&str> = tree.lines().skip(1).filter_map(|line| line.split(" True").next()).map(str::trim_end).collect();
    let expected = [
        "penv/production",
        "└─psvc/shop",
        "  └─psi/shop-production",
        "penv/staging",
        "└─psvc/shop",
        "  └─psi/shop-staging",
        "    └─pcomp/shop-sessions",
    ];
    assert_eq!(names, expected, "{tree}");
    for (resource, changed) in [
        ("penv/production", "vpc_cidr"),
        ("psvc/shop", "proton_endpoint"),
        ("psi/shop-production", "desired_count"),
        ("pcomp/shop-sessions", "templateFile"),
    ] {
        let history = plugin.json(&format!("history {resource}")).await?;
        let first = history["deployments"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
        let made = plugin.json(&format!("diff {resource} {}", text(&first, "/id"))).await?;
        ensure!(made["changes"].to_string().contains(changed), "{made}");
        let same = plugin.code(&format!("diff {resource} --exit-code"), 0).await?;
        ensure!(same.contains("no differences"), "{same}");
        plugin.ok(&format!("why {resource}")).await?;
        let before = plugin.json(&format!("history prune {resource} --keep 100 --dry-run")).await?["kept"].as_u64();
        plugin.ok(&format!("redeploy {resource} --wait")).await?;
        let after = plugin.json(&format!("history prune {resource} --keep 100 --dry-run")).await?["kept"].as_u64();
        ensure!(after > before, "{resource} was deployed again: {before:?}, {after:?}");
    }
    Ok(())
}
