//! The settings of `proton-operator run`: flags, and environment variables of the same names.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::{Serialize, Serializer};

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// Every setting. Endpoint, region and keys of Proton are not among them: they are the AWS SDK's standard variables, such as
/// `AWS_ENDPOINT_URL_PROTON`, `AWS_REGION` and `AWS_ACCESS_KEY_ID`.
#[derive(Args, Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Namespaces to watch, separated by commas; none means all of them
    #[arg(long, env = "PROTON_OPERATOR_WATCH_NAMESPACES", value_delimiter = ',', value_name = "NAMES")]
    pub watch_namespaces: Vec<String>,
    /// Namespaces whose objects may use the operator's own connection, separated by commas; `*` means all of them, and an
    /// empty value none, so that every object needs a connectionRef
    #[arg(
        long,
        env = "PROTON_OPERATOR_DEFAULT_CONNECTION_NAMESPACES",
        value_delimiter = ',',
        value_name = "NAMES",
        default_value = "*"
    )]
    pub default_connection_namespaces: Vec<String>,
    /// Name of this cluster: part of the owner's tag and of the external id of assumed roles. Two clusters that share an
    /// account must not share it
    #[arg(long, env = "PROTON_OPERATOR_CLUSTER_NAME", default_value = "default", value_parser = cluster_name)]
    pub cluster_name: String,
    /// Passes at the same time
    #[arg(long, env = "PROTON_OPERATOR_CONCURRENCY", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=512))]
    pub concurrency: u16,
    /// How often an object is looked at when nothing happens; spec.interval overrides it
    #[arg(long, env = "PROTON_OPERATOR_RESYNC", default_value = "10m", value_parser = duration, value_name = "DURATION")]
    #[serde(serialize_with = "as_text")]
    pub resync: Duration,
    /// How often running deployments are looked at
    #[arg(long, env = "PROTON_OPERATOR_POLL_INTERVAL", default_value = "2s", value_parser = duration, value_name = "DURATION")]
    #[serde(serialize_with = "as_text")]
    pub poll_interval: Duration,
    /// Calls per second to each Proton endpoint, averaged; more wait for their turn
    #[arg(long, env = "PROTON_OPERATOR_CALL_RATE", default_value_t = 50.0, value_parser = call_rate, value_name = "PER_SECOND")]
    pub call_rate: f64,
    /// Act only while holding a lease, so that several replicas can run
    #[arg(long, env = "PROTON_OPERATOR_LEADER_ELECT")]
    pub leader_elect: bool,
    /// Namespace of that lease; default: the pod's own
    #[arg(long, env = "PROTON_OPERATOR_LEASE_NAMESPACE", value_name = "NAME")]
    pub lease_namespace: Option<String>,
    /// Address of /metrics, /healthz and /readyz
    #[arg(long, env = "PROTON_OPERATOR_METRICS_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub metrics_listen: SocketAddr,
    /// How the log is written
    #[arg(long, env = "PROTON_OPERATOR_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

impl Settings {
    /// The namespaces to watch; `None` for all. Empty names, as an empty variable gives them, do not count.
    pub fn namespaces(&self) -> Option<BTreeSet<String>> {
        let named = names(&self.watch_namespaces);
        Some(named).filter(|named| !named.is_empty() && !named.contains("*"))
    }

    /// Whether objects of `namespace` may use the operator's own connection.
    pub fn default_connection_allowed(&self, namespace: &str) -> bool {
        let named = names(&self.default_connection_namespaces);
        named.contains("*") || named.contains(namespace)
    }
}

fn names(list: &[String]) -> BTreeSet<String> {
    list.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Reads `10m`, `2s`, `1h30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|parsed| Duration::try_from(parsed).ok());
    parsed
        .filter(|parsed| *parsed >= Duration::from_millis(100))
        .ok_or_else(|| format!("'{text}' is no duration of at least 100ms; write for example 2s, 10m or 1h30m"))
}

fn call_rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate >= 0.1);
    rate.ok_or_else(|| format!("'{text}' is no rate; write a number of calls per second, at least 0.1"))
}

fn cluster_name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if (1..=63).contains(&text.len()) && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    Err(format!("'{text}' is no cluster name; use up to 63 letters, digits, '-', '_' and '.'"))
}

fn as_text<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    let signed = jiff::SignedDuration::try_from(*duration).unwrap_or(jiff::SignedDuration::MAX);
    to.collect_str(&format_args!("{signed:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: Settings,
    }

    fn read(args: &[&str]) -> Result<Settings, clap::Error> {
        Line::try_parse_from(std::iter::once(&"x").chain(args)).map(|line| line.settings)
    }

    #[test]
    fn defaults_are_those_of_the_contract() {
        let shown = serde_yaml::to_string(&read(&[]).unwrap()).unwrap();
        insta::assert_snapshot!(shown, @"
        watchNamespaces: []
        defaultConnectionNamespaces:
        - '*'
        clusterName: default
        concurrency: 16
        resync: 10m
        pollInterval: 2s
        callRate: 50.0
        leaderElect: false
        leaseNamespace: null
        metricsListen: 127.0.0.1:8080
        logFormat: text
        ");
    }

    #[test]
    fn namespaces_narrow_the_watch_and_the_default_connection() {
        let settings = read(&["--watch-namespaces", "a,b", "--default-connection-namespaces", "a"]).unwrap();
        assert_eq!(settings.namespaces().map(|all| all.len()), Some(2));
        assert!(settings.default_connection_allowed("a") && !settings.default_connection_allowed("b"));
        let none = read(&["--default-connection-namespaces", ""]).unwrap();
        assert!(!none.default_connection_allowed("a"));
        assert!(read(&[]).unwrap().default_connection_allowed("any"));
    }

    #[test]
    fn wrong_values_are_named() {
        for (flag, value) in [
            ("--resync", "soon"),
            ("--poll-interval", "0s"),
            ("--call-rate", "0"),
            ("--cluster-name", "a/b"),
            ("--concurrency", "0"),
        ] {
            let error = read(&[flag, value]).unwrap_err().to_string();
            assert!(error.contains(value) && error.contains(flag), "{error}");
        }
    }
}
