//! Starts the parts of the demo, saying what each one is.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use proton_rig::{Aws, Cluster, Engine, EngineOptions, Kubectl, Moto, Operator, OperatorOptions, workspace};

/// Everything that runs during the demo; dropping it stops all of it.
pub struct Stage {
    /// etcd and kube-apiserver.
    pub cluster: Cluster,
    /// CloudFormation, S3 and STS without an account.
    pub moto: Moto,
    /// The Proton API.
    pub engine: Engine,
    _operator: Operator,
}

impl Stage {
    /// Starts all parts in their order and registers the example's template.
    pub async fn set_up(folder: &Path) -> Result<Self> {
        title("Starting the system");
        let _ = std::fs::remove_dir_all(folder);
        let cluster = timed("kube-apiserver, etcd", Cluster::start(&folder.join("cluster"))).await?;
        let moto = timed("moto (CloudFormation, S3, STS)", Moto::start(&folder.join("moto"))).await?;
        let engine = timed("proton-engine (SQLite)", start_engine(folder, &moto)).await?;
        apply(&cluster.kubectl(), "crds").await?;
        let operator = timed("proton-operator", start_operator(folder, &cluster, &engine)).await?;
        let stage = Self { cluster, moto, engine, _operator: operator };
        stage.register().await?;
        Ok(stage)
    }

    async fn register(&self) -> Result<()> {
        title("Registering templates with the engine");
        let environment = ["--kind", "environment"].as_slice();
        let service = ["--kind", "service", "--compatible", "fargate-environment:1", "--component-sources"].as_slice();
        for (name, options) in
            [("team-environment", environment), ("fargate-environment", environment), ("fargate-service", service)]
        {
            let bundle = format!("examples/bundles/{name}");
            println!("  $ proton-engine register {bundle} --template {name} {} --publish", options.join(" "));
            let folder = workspace().join(&bundle).display().to_string();
            let args = [["register", &folder, "--template", name].as_slice(), options, &["--publish"]].concat();
            let printed = self.engine.command(&args).await?.ok()?;
            indent(printed.out.lines().find(|line| line.contains("PUBLISHED")).unwrap_or_default());
        }
        Ok(())
    }

    /// Runs a script of the workspace with the stock `aws` in its path, as a client of the engine; gives what it printed.
    pub async fn script(&self, script: &str, args: &[&str]) -> Result<String> {
        let tools = workspace().join("target/tools/python/bin");
        let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = tokio::process::Command::new(workspace().join(script));
        command.args(args).envs(self.engine.client_env()).env("PATH", path).env_remove("AWS_PROFILE").kill_on_drop(true);
        let ended = command.output().await.with_context(|| format!("starting {script}"))?;
        if !ended.status.success() {
            bail!("{script} failed: {}", String::from_utf8_lossy(&ended.stderr));
        }
        Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
    }

    /// Stock kubectl.
    pub fn kubectl(&self) -> Kubectl {
        self.cluster.kubectl()
    }

    /// The stock `aws` command for CloudFormation, which talks to moto.
    pub fn cloudformation(&self) -> Aws {
        let mut env = self.moto.env();
        env.push(("AWS_DEFAULT_REGION".to_owned(), "us-east-1".to_owned()));
        Aws::new(env)
    }

    /// What a person needs to go on by hand.
    pub fn say_how_to_use_it(&self) {
        title("The system stays up until you press Ctrl-C. In another terminal:");
        println!("  export KUBECONFIG={}", self.cluster.kubeconfig().display());
        for (name, value) in self.engine.client_env() {
            println!("  export {name}={value}");
        }
        println!(
            "  export PATH={}:{}:{}:$PATH",
            workspace().join("target/debug").display(),
            workspace().join("target/tools").display(),
            workspace().join("target/tools/python/bin").display()
        );
        println!("\n  kubectl proton get --watch");
        println!("  kubectl edit penv slow-search          # change spec.inputs twice, quickly");
        println!("  examples/pipeline/deploy.sh shop shop-staging IMAGE");
        println!("  aws proton list-deployments --environment-name slow-search");
        println!("  kubectl delete -f examples/platform/ -f examples/environments/ --ignore-not-found");
    }
}

async fn start_engine(folder: &Path, moto: &Moto) -> Result<Engine> {
    let script = workspace().join("examples/simulate.yaml").display().to_string();
    let options = EngineOptions { args: vec!["--simulate-script".to_owned(), script], env: moto.env() };
    Engine::start(&folder.join("engine"), options).await
}

async fn start_operator(folder: &Path, cluster: &Cluster, engine: &Engine) -> Result<Operator> {
    let args = ["--poll-interval", "500ms"].map(str::to_owned).to_vec();
    let options = OperatorOptions { args, env: engine.client_env() };
    Operator::start(&folder.join("operator"), cluster.kubeconfig(), options).await
}

/// `kubectl apply` of a file or folder of the workspace, shown as the user would type it.
pub async fn apply(kubectl: &Kubectl, path: &str) -> Result<()> {
    println!("  $ kubectl apply -f {path}");
    let full = workspace().join(path).display().to_string();
    indent(&kubectl.run(&["apply", "-f", &full]).await.with_context(|| format!("applying {path}"))?);
    Ok(())
}

/// Prints a heading.
pub fn title(text: &str) {
    println!("\n\u{1b}[1m==> {text}\u{1b}[0m");
}

/// Prints a command's output under its command.
pub fn indent(text: &str) {
    for line in text.trim_end().lines() {
        println!("    {line}");
    }
}

async fn timed<T>(what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let start = Instant::now();
    let done = work.await.with_context(|| format!("starting {what}"))?;
    println!("  {what:<32} ready in {:.1} s", start.elapsed().as_secs_f64());
    Ok(done)
}
