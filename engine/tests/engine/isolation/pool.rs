//! The pool itself, with the built program as its children and with the renderer's own limits lifted, so that templates
//! reach what nothing inside a process can stop.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

use std::num::NonZeroUsize;
use std::time::Duration;

use proton_engine::render::Limits;
use proton_engine::render_pool::{PoolSettings, RenderPool, Renderer as _, Rendering, RenderingError};
use rstest::rstest;
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(60);

fn settings() -> PoolSettings {
    PoolSettings {
        program: env!("CARGO_BIN_EXE_proton-engine").into(),
        children: NonZeroUsize::new(2).unwrap(),
        deadline: PATIENCE,
        ..PoolSettings::default()
    }
}

/// No limits but those of the process.
fn lifted() -> PoolSettings {
    let limits = Limits { source_bytes: 16 << 20, output_bytes: usize::MAX, fuel: u64::MAX, depth: usize::MAX };
    PoolSettings { limits, ..settings() }
}

fn template(source: &str) -> Rendering {
    Rendering { file: "t.yaml".to_owned(), source: source.to_owned(), context: json!({"name": "prod"}) }
}

async fn works(pool: &RenderPool) {
    assert_eq!(pool.render(template("{{ name }}")).await.as_deref(), Ok("prod"));
}

/// Takes more memory at once than a child may have.
const GREEDY: &str = "{{ 'x' | center(4000000000) }}";

/// Uses up the stack.
fn overflow() -> String {
    format!("{{{{ {}1 }}}}", "-".repeat(700_000))
}

const ENDLESS: &str =
    "{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{% endfor %}{% endfor %}{% endfor %}";

#[rstest]
#[case::stack(overflow())]
#[case::memory(GREEDY.to_owned())]
#[tokio::test]
async fn what_ends_a_child_is_an_error_that_names_the_file(#[case] source: String) {
    let pool = RenderPool::new(lifted());
    works(&pool).await;
    let error = pool.render(template(&source)).await.unwrap_err();
    assert!(matches!(error, RenderingError::Abnormal { .. }), "{error:?}");
    assert!(error.to_string().starts_with("t.yaml: rendering ended abnormally (it used up its stack or its memory"), "{error}");
    works(&pool).await;
}

#[tokio::test]
async fn others_in_the_queue_are_not_affected() {
    let pool = RenderPool::new(lifted());
    let (bad, good) = (template(GREEDY), template("{{ name }}"));
    let renderings = (0..30).map(|number| pool.render(if number % 10 == 0 { bad.clone() } else { good.clone() }));
    let results = futures::future::join_all(renderings).await;
    for (number, result) in results.into_iter().enumerate() {
        match result {
            Ok(text) => assert_eq!(text, "prod"),
            Err(error) => assert!(number % 10 == 0 && matches!(error, RenderingError::Abnormal { .. }), "{number}: {error}"),
        }
    }
}

#[tokio::test]
async fn what_does_not_end_is_stopped_at_the_deadline() {
    let limit = Duration::from_secs(3);
    let pool = RenderPool::new(PoolSettings { deadline: limit, ..lifted() });
    let endless = pool.render(template(ENDLESS));
    let (endless, ()) = tokio::join!(endless, works(&pool));
    assert_eq!(endless, Err(RenderingError::OutOfTime { file: "t.yaml".to_owned(), limit }));
    works(&pool).await;
}

#[tokio::test]
async fn a_template_that_is_wrong_says_where() {
    let pool = RenderPool::new(settings());
    let error = pool.render(template("a\n{{ nobody }}")).await.unwrap_err();
    assert!(matches!(&error, RenderingError::Template(message) if message.starts_with("t.yaml:2: ")), "{error:?}");
    let deep = pool.render(template(&format!("{{{{ {}1 }}}}", "-".repeat(10_000)))).await.unwrap_err();
    assert!(matches!(&deep, RenderingError::Template(_)), "the renderer's own limits come first: {deep:?}");
}

#[tokio::test]
async fn children_are_replaced_after_their_share_of_work() {
    let pool = RenderPool::new(PoolSettings { renderings_per_child: 2, ..settings() });
    for _ in 0..5 {
        works(&pool).await;
    }
}

#[rstest]
#[case::no_program("/nonexistent/proton-engine", true)]
#[case::another_program("/bin/false", false)]
#[tokio::test]
async fn a_program_that_does_not_render_is_said(#[case] program: &str, #[case] unavailable: bool) {
    let pool = RenderPool::new(PoolSettings { program: program.into(), ..settings() });
    let error = pool.render(template("x")).await.unwrap_err();
    assert_eq!(matches!(error, RenderingError::Unavailable(_)), unavailable, "{error:?}");
    assert_eq!(matches!(error, RenderingError::Abnormal { .. }), !unavailable, "{error:?}");
}

#[tokio::test]
async fn a_result_of_many_megabytes_passes() {
    let pool = RenderPool::new(settings());
    let text = pool.render(template("{% for a in range(30) %}{{ 'x' * 100000 }}{% endfor %}")).await;
    assert_eq!(text.map(|text| text.len()), Ok(3_000_000));
}
