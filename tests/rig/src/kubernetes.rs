//! A real control plane: etcd and kube-apiserver, with RBAC, one administrator and no controllers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::clients::Kubectl;
use crate::paths::tool;
use crate::process::{Process, free_port};

const TOKEN: &str = "rig-administrator";

/// A running API server and its store.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    kubeconfig: PathBuf,
    url: String,
    _apiserver: Process,
    _etcd: Process,
}

impl Cluster {
    /// Starts both in `folder` and waits until the API server answers.
    pub async fn start(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (client, mut etcd) = start_etcd(folder)?;
        let health = format!("http://127.0.0.1:{client}/health");
        let http = reqwest::Client::new();
        etcd.ready(Duration::from_secs(30), || answers(&http, &health)).await?;
        let port = free_port()?;
        let mut apiserver = start_apiserver(folder, client, port)?;
        let url = format!("https://127.0.0.1:{port}");
        let kubeconfig = folder.join("kubeconfig");
        write_kubeconfig(&kubeconfig, &url, TOKEN, &folder.join("certs/apiserver.crt"))?;
        let probe = Kubectl::new(&kubeconfig);
        apiserver.ready(Duration::from_secs(60), || async { probe.run(&["get", "--raw", "/readyz"]).await.is_ok() }).await?;
        let cluster = Self { folder: folder.to_path_buf(), kubeconfig, url, _apiserver: apiserver, _etcd: etcd };
        cluster.kubectl().run(&["get", "namespace", "default"]).await.context("the API server has no default namespace")?;
        Ok(cluster)
    }

    /// The administrator's kubeconfig.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Stock kubectl as the administrator.
    pub fn kubectl(&self) -> Kubectl {
        Kubectl::new(&self.kubeconfig)
    }

    /// A kubeconfig for another bearer token, such as a ServiceAccount's.
    pub fn kubeconfig_for(&self, name: &str, token: &str) -> Result<PathBuf> {
        let path = self.folder.join(format!("kubeconfig-{name}"));
        write_kubeconfig(&path, &self.url, token, &self.folder.join("certs/apiserver.crt"))?;
        Ok(path)
    }
}

fn start_etcd(folder: &Path) -> Result<(u16, Process)> {
    let (client, peer) = (free_port()?, free_port()?);
    let args = [
        format!("--data-dir={}", folder.join("etcd").display()),
        format!("--listen-client-urls=http://127.0.0.1:{client}"),
        format!("--advertise-client-urls=http://127.0.0.1:{client}"),
        format!("--listen-peer-urls=http://127.0.0.1:{peer}"),
        format!("--initial-advertise-peer-urls=http://127.0.0.1:{peer}"),
        format!("--initial-cluster=default=http://127.0.0.1:{peer}"),
        "--unsafe-no-fsync".to_owned(),
        "--log-level=warn".to_owned(),
    ];
    Ok((client, Process::start("etcd", folder, &tool("etcd"), &args, &[])?))
}

fn start_apiserver(folder: &Path, etcd: u16, port: u16) -> Result<Process> {
    let key = folder.join("service-account.key");
    if !key.exists() {
        let made = Command::new("openssl").args(["genrsa", "-out"]).arg(&key).arg("2048").output();
        if !made.context("openssl is missing")?.status.success() {
            bail!("openssl could not make a key for service accounts");
        }
    }
    let tokens = folder.join("tokens.csv");
    std::fs::write(&tokens, format!("{TOKEN},admin,admin,system:masters\n"))?;
    let args = [
        format!("--etcd-servers=http://127.0.0.1:{etcd}"),
        format!("--secure-port={port}"),
        "--bind-address=127.0.0.1".to_owned(),
        format!("--cert-dir={}", folder.join("certs").display()),
        format!("--service-account-key-file={}", key.display()),
        format!("--service-account-signing-key-file={}", key.display()),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
        format!("--token-auth-file={}", tokens.display()),
        "--authorization-mode=RBAC".to_owned(),
        "--disable-admission-plugins=ServiceAccount".to_owned(),
        "--allow-privileged".to_owned(),
    ];
    Process::start("kube-apiserver", folder, &tool("kube-apiserver"), &args, &[])
}

fn write_kubeconfig(path: &Path, url: &str, token: &str, certificate: &Path) -> Result<()> {
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: rig\nclusters:\n- name: rig\n  cluster:\n    server: {url}\n    \
         certificate-authority: {}\nusers:\n- name: rig\n  user: {{token: {token}}}\ncontexts:\n- name: rig\n  \
         context: {{cluster: rig, user: rig}}\n",
        certificate.display()
    );
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}

async fn answers(http: &reqwest::Client, url: &str) -> bool {
    http.get(url).send().await.is_ok_and(|answer| answer.status().is_success())
}
