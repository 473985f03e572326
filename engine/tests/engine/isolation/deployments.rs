//! Through the API: hostile templates beside harmless ones, and children that are stopped and killed.

use aws_sdk_proton::types::DeploymentStatus;

use super::stage::{Stage, signal};

/// Every template that is known to be dangerous somewhere, within the 50 KB that a component may have.
fn hostile() -> Vec<(&'static str, String)> {
    vec![
        ("attributes", format!("{{{{ a{} }}}}", ".b".repeat(20_000))),
        ("concatenation", format!("{{{{ 1{} }}}}", "~1".repeat(20_000))),
        ("negation", format!("{{{{ {}true }}}}", "not ".repeat(10_000))),
        ("minus", format!("{{{{ {}1 }}}}", "-".repeat(40_000))),
        ("branches", format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(4_000))),
        ("lists", format!("{{{{ {}{} }}}}", "[".repeat(20_000), "]".repeat(20_000))),
        ("loops", format!("{}{}", "{% for a in [1] %}".repeat(1_000), "{% endfor %}".repeat(1_000))),
        ("filters", format!("{{{{ 1{} }}}}", "|abs".repeat(10_000))),
        ("itself", "{% set n = namespace() %}{% set n.n = n %}{{ n }}".to_owned()),
        ("itself-in-a-list", "{% set l = [] %}{% set _ = l.append(l) %}{{ l }}{{ l | tojson }}".to_owned()),
        ("recursion", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}".to_owned()),
        ("work", "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}".to_owned()),
        ("output", "{% for a in range(1000) %}{{ 'x' * 100000 }}{% endfor %}".to_owned()),
        ("value", "{{ ('x' * 1000000000) * 1000000000 }}".to_owned()),
        ("doubling", "{% set n = namespace(s='xxxxxxxx') %}{% for a in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}{{ n.s | length }}".to_owned()),
    ]
}

#[tokio::test]
async fn hostile_templates_fail_alone_and_say_why() {
    let mut stage = Stage::start(&[]).await;
    let engine = stage.engine();
    for (name, template) in hostile() {
        stage.create(name, &template).await;
    }
    for name in ["one", "two", "three"] {
        stage.deploys(name).await;
    }
    for (name, _) in hostile() {
        let (status, message) = stage.ended(name).await;
        assert_eq!(status, DeploymentStatus::Failed, "{name}");
        assert!(message.starts_with("cloudformation.yaml:"), "{name}: {message}");
    }
    stage.deploys("after").await;
    assert_eq!(stage.engine(), engine);
    assert!(!stage.log().contains("xxxxxxxx"), "the log holds nothing of a template");
}

#[tokio::test]
async fn a_child_that_is_killed_costs_nobody_anything() {
    let mut stage = Stage::start(&["--render-timeout", "100s"]).await;
    stage.deploys("first").await;
    let [child] = stage.children()[..] else { panic!("one child is warm: {:?}", stage.children()) };
    let of_child = |file: &str| std::fs::read_to_string(format!("/proc/{child}/{file}")).unwrap();
    assert_eq!(of_child("environ"), "", "it inherits no variables");
    let limits = of_child("limits");
    let limited = |name: &str| limits.lines().any(|line| line.starts_with(name) && !line.contains("unlimited"));
    assert!(limited("Max core file size") && limited("Max address space") && limited("Max file size"), "{limits}");
    // A child that stands still is in the middle of a rendering for as long as it takes.
    signal("STOP", child);
    for name in ["one", "other"] {
        stage.create(name, "Resources: {}\n").await;
    }
    tokio::select! {
        _ = stage.ended("one") => {}
        _ = stage.ended("other") => {}
    }
    assert_eq!(stage.children().len(), 2, "the one that ended had a child of its own");
    signal("KILL", child);
    for name in ["one", "other"] {
        let (status, message) = stage.ended(name).await;
        assert_eq!(status, DeploymentStatus::Succeeded, "{message}");
    }
    assert!(!stage.children().contains(&child));
}

#[tokio::test]
async fn a_rendering_that_does_not_end_is_stopped() {
    let mut stage = Stage::start(&["--render-timeout", "5s"]).await;
    stage.deploys("first").await;
    let child = stage.children()[0];
    signal("STOP", child);
    stage.create("late", "Resources: {}\n").await;
    let (status, message) = stage.ended("late").await;
    assert_eq!(status, DeploymentStatus::Failed);
    assert!(message.contains("cloudformation.yaml: rendering did not end within 5s"), "{message}");
    assert!(!stage.children().contains(&child), "it was killed");
    stage.deploys("after").await;
}

#[tokio::test]
async fn children_end_with_the_engine() {
    let mut stage = Stage::start(&[]).await;
    stage.deploys("first").await;
    let child = stage.children()[0];
    let engine = stage.engine();
    signal("KILL", engine);
    let gone = || async { (!std::path::Path::new(&format!("/proc/{child}/exe")).exists()).then_some(()) };
    proton_rig::until("the end of the child", std::time::Duration::from_secs(30), gone).await.unwrap();
}
