//! Whole renderings: what fails and how it says so, limits, Proton's filters, rewriting.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Cause, Limits, RenderError, render};

fn context() -> Value {
    json!({
        "environment": {"name": "env-one", "inputs": {"vpc_cidr": "s3cr3t-a", "count": 7707, "on": true}, "outputs": {}},
        "service_instance": {"name": "i", "inputs": {"port": 80}, "components": {"default": {"outputs": {
            "TableName": "t-1", "TableArn": "arn:aws:iam::123456789012:policy/table", "Other": "arn:aws:iam::123456789012:role/x",
        }}}},
        "pipeline": {"inputs": {}},
        "empty": {},
        "items": [1, 2],
    })
}

fn try_render(template: &str) -> Result<String, RenderError> {
    render(template, "infrastructure/cloudformation.yaml", &context(), &Limits::default())
}

fn message(template: &str) -> String {
    try_render(template).unwrap_err().to_string()
}

#[rstest]
#[case::unknown_output("a\n{{ environment.outputs.Vpc }}", 2, &["`environment.outputs.Vpc` is undefined", "default(...)"])]
#[case::old_environment("{{ environment.vpc_cidr }}", 1, &["`environment.vpc_cidr`", "environment.inputs.vpc_cidr"])]
#[case::old_instance("\n\n{{ service_instance.port }}", 3, &["service_instance.inputs.port"])]
#[case::old_pipeline("{{ pipeline.dockerfile }}", 1, &["pipeline.inputs.dockerfile"])]
#[case::old_name("{{ service_name }}", 1, &["it is called service.name"])]
#[case::old_source("{{ source.branch }}", 1, &["service.branch_name"])]
#[case::old_spec("{{ service_instance.spec.x }}", 1, &["service_instance.inputs"])]
#[case::in_a_filter("{{ nothing | upper }}", 1, &["`nothing` is undefined"])]
#[case::in_a_condition("{% if environment.prod %}x{% endif %}", 1, &["environment.inputs.prod"])]
#[case::in_a_concatenation("{{ 'a' ~ nothing }}", 1, &["`nothing` is undefined"])]
#[case::resolve("Password: '{{resolve:ssm:x}}'", 1, &["syntax error", "{% raw %}{{resolve:...}}{% endraw %}"])]
#[case::syntax("a\n{% if x = 1 %}", 2, &["syntax error", "correct the tag"])]
#[case::unknown_filter("{{ 1 | to_yaml }}", 1, &["to_yaml", "only Jinja2's own filters"])]
#[case::unknown_test("{{ 1 is prime }}", 1, &["prime", "only Jinja2's own tests"])]
#[case::unknown_function("{{ lookup('x') }}", 1, &["lookup", "only range, dict, namespace"])]
#[case::wrong_arguments("{{ 'a' | truncate(1, 2, 3, 4, 5) }}", 1, &["`truncate` takes at most 4 arguments"])]
#[case::keyword("{{ 'a' | truncate(len=1) }}", 1, &["`truncate` has no argument `len`"])]
#[case::include("{% include 'x.yaml' %}", 1, &["stands alone"])]
#[case::append_to_a_range("{{ range(2).append(1) }}", 1, &["`append` cannot change"])]
fn a_failure_names_place_cause_and_remedy(#[case] template: &str, #[case] line: usize, #[case] parts: &[&str]) {
    let message = message(template);
    assert!(message.starts_with(&format!("infrastructure/cloudformation.yaml:{line}: ")), "{message}");
    for part in parts {
        assert!(message.contains(part), "{message}: lacks {part}");
    }
}

#[rstest]
#[case("{{ environment.inputs.count / 0 }}")]
#[case("{{ environment.inputs.count // 0 }}")]
#[case("{{ environment.inputs.count % 0 }}")]
#[case("{{ environment.inputs.vpc_cidr + 1 }}")]
#[case("{{ environment.inputs.vpc_cidr | proton_cfn_sanitize | int(0, environment.inputs.count) }}")]
#[case("{{ (environment.inputs.vpc_cidr ~ ' x') | proton_cfn_sanitize }}")]
#[case("{{ {'a': environment.inputs.vpc_cidr ~ '!'} | proton_cfn_lambda_function_formatted_env_vars(False) }}")]
#[case("{{ environment.inputs.nope[environment.inputs.vpc_cidr] }}")]
#[case("{{ environment.inputs[environment.inputs.vpc_cidr] }}")]
#[case("{% include environment.inputs.vpc_cidr %}")]
#[case("{{ environment.inputs.vpc_cidr() }}")]
#[case("{{ environment.inputs.count ** environment.inputs.count }}")]
#[case("{{ '%d' % environment.inputs.vpc_cidr }}")]
#[case("{{ [environment.inputs.vpc_cidr, 1] | sort }}")]
#[case("{{ environment.inputs.vpc_cidr | round }}")]
#[case("{{ environment.inputs.vpc_cidr | abs }}")]
#[case("{{ items[environment.inputs.vpc_cidr:] }}")]
#[case("{{ range(environment.inputs.vpc_cidr) }}")]
#[case("{{ environment.inputs.vpc_cidr is divisibleby 2 }}")]
#[case("{% for a, b in environment.inputs.vpc_cidr %}{% endfor %}")]
fn a_failure_never_shows_a_value(#[case] template: &str) {
    let error = try_render(template).unwrap_err();
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains("s3cr3t") && !shown.contains("7707"), "{template}: {shown}");
    }
}

fn chain(first: &str, link: &str, count: usize) -> String {
    format!("{{{{ {first}{} }}}}", link.repeat(count))
}

#[rstest]
#[case::attributes(chain("a", ".b", 50_000))]
#[case::concatenation(chain("'a'", " ~ 'b'", 50_000))]
#[case::additions(chain("1", " + 1", 50_000))]
#[case::filters(chain("'a'", " | upper", 50_000))]
#[case::negations(chain("", "not ", 50_000))]
#[case::minuses(chain("", "- ", 50_000))]
#[case::calls(chain("a", "()", 50_000))]
#[case::conditions(chain("1", " if 1 else 1", 50_000))]
#[case::brackets(format!("{{{{ {}1{} }}}}", "[".repeat(50_000), "]".repeat(50_000)))]
#[case::brackets_behind_commas(format!("{{{{ {}1{} }}}}", "[1,".repeat(50_000), "]".repeat(50_000)))]
#[case::dicts(format!("{{{{ {}1{} }}}}", "{'a':".repeat(50_000), "}".repeat(50_000)))]
#[case::ifs("{% if 1 %}".repeat(20_000))]
#[case::elifs(format!("{{% if 0 %}}{}{{% endif %}}", "{% elif 0 %}".repeat(20_000)))]
#[case::closed_and_open(format!("{}{{% if 1 %}}", "{% if 1 %}{% endif %}{% for x in [] %}".repeat(10_000)))]
fn nesting_that_could_use_up_the_stack_is_refused(#[case] template: String) {
    let cause = try_render(&template).unwrap_err().cause;
    assert_eq!(cause, Cause::TooDeep { limit: 200 });
}

#[test]
fn nesting_within_the_limit_renders() {
    assert_eq!(try_render(&chain("'a'", " ~ 'b'", 150)).unwrap().len(), 151);
    assert_eq!(try_render(&chain("1", " + 1", 150)).unwrap(), "151");
    let elifs = format!("{{% if 0 %}}{}{{% else %}}x{{% endif %}}", "{% elif 0 %}".repeat(150));
    assert_eq!(try_render(&elifs).unwrap(), "x");
    let many = "{% if 1 %}{{ {'a': [1, 2], 'b': [3]} }}{% endif %}".repeat(2_000);
    assert!(try_render(&many).is_ok());
}

#[rstest]
#[case::loops("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
#[case::long_text("{% set x = 'aaaaaaaaaaaaaaaa' * 9999999 %}{{ x | length }}")]
#[case::doubling("{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}")]
#[case::recursion("{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}")]
#[case::nested_lists(
    "{% set ns = namespace(x=[]) %}{% for a in range(99999) %}{% for b in range(99) %}{% set ns.x = [ns.x] %}{% endfor %}{% endfor %}"
)]
#[case::padding("{{ 'a'.ljust(9999999999) }}")]
#[case::indenting("{{ 'a' | indent(9999999999, true) }}")]
#[case::cross("{% set l = [] %}{% for i in range(9999) %}{% if l.append(l) %}{% endif %}{% endfor %}{{ l | tojson }}")]
fn work_without_end_is_stopped(#[case] template: &str) {
    let error = try_render(template).unwrap_err();
    assert!(matches!(error.cause, Cause::TooMuchWork { .. } | Cause::Refused { .. }), "{error}");
}

#[test]
fn a_namespace_that_holds_itself_cannot_be_printed() {
    let set = "{% set ns = namespace(x=1) %}{% set ns.x = ns %}";
    for print in ["{{ ns }}", "{{ 'a' ~ ns }}", "{{ ns | upper }}", "{{ ns | tojson }}", "{{ [ns] | join }}", "{{ '%s' % ns.x }}"]
    {
        assert!(matches!(try_render(&format!("{set}{print}")).unwrap_err().cause, Cause::Refused { .. }), "{print}");
    }
}

#[test]
fn sizes_are_limited() {
    let limits = Limits { source_bytes: 100, output_bytes: 50, ..Limits::default() };
    let render = |template: &str| render(template, "f", &context(), &limits);
    assert_eq!(render(&"x".repeat(101)).unwrap_err().cause, Cause::SourceTooLong { bytes: 101, limit: 100 });
    assert_eq!(render(&"x".repeat(50)).unwrap().len(), 50);
    assert_eq!(render("{{ 'x' * 51 }}").unwrap_err().cause, Cause::OutputTooLong { limit: 50 });
    assert_eq!(render("{{ 'x' * 50 }}").unwrap().len(), 50);
}

#[test]
fn the_context_must_be_a_map_and_not_too_deep() {
    let cause = |context: &Value| render("", "f", context, &Limits::default()).unwrap_err().cause;
    assert_eq!(cause(&json!([1])), Cause::ContextNotAMap);
    let mut deep = json!(1);
    for _ in 0..200 {
        deep = json!({ "a": deep });
    }
    assert_eq!(cause(&deep), Cause::ContextTooDeep { limit: 128 });
}

const OUTPUTS: &str = "service_instance.components.default.outputs";

#[test]
fn proton_filters_indent_every_line_like_the_expression() {
    let policies = format!("P:\n  - !Ref Base\n  {{{{ {OUTPUTS} |\n      proton_cfn_iam_policy_arns }}}}\nQ: 1");
    let expected = "P:\n  - !Ref Base\n  - arn:aws:iam::123456789012:policy/table\nQ: 1";
    assert_eq!(try_render(&policies).unwrap(), expected);
    let variables = format!("Environment:\n    {{{{ {OUTPUTS} | proton_cfn_ecs_task_definition_formatted_env_vars }}}}\n");
    let expected = "Environment:\n    - Name: TableName\n      Value: t-1\n    - Name: TableArn\n      Value: arn:aws:iam::123456789012:policy/table\n    - Name: Other\n      Value: arn:aws:iam::123456789012:role/x";
    assert_eq!(try_render(&variables).unwrap(), expected);
    let lambda = "V:\n  {{ {'A': 1, 'B': true} | proton_cfn_lambda_function_formatted_env_vars(raw=True) }}";
    assert_eq!(try_render(lambda).unwrap(), "V:\n  A: 1\n  B: True");
}

#[test]
fn proton_filters_work_through_set_macro_and_other_filters() {
    let map = "{'A': 1, 'B': 2} | proton_cfn_lambda_function_formatted_env_vars";
    for template in [
        format!("{{% set x %}}{{{{ {map} }}}}{{% endset %}}  {{{{ x }}}}"),
        format!("{{% set x = {map} %}}  {{{{ x }}}}"),
        format!("{{% macro m() %}}{{{{ {map} }}}}{{% endmacro %}}  {{{{ m() }}}}"),
        format!("  {{% if {map} %}}{{{{ {map} }}}}{{% endif %}}"),
        format!("{{% for i in [1] %}}  {{{{ {map} }}}}{{% endfor %}}"),
    ] {
        assert_eq!(try_render(&template).unwrap(), "  A: 1\n  B: 2", "{template}");
    }
    assert_eq!(try_render(&format!("{{{{ ({map}) | length }}}}")).unwrap(), "9");
    assert_eq!(try_render(&format!("  {{{{ {map} | replace('A', 'C') }}}}")).unwrap(), "  C: 1\nB: 2");
    assert_eq!(try_render("a\n   {{ empty | proton_cfn_iam_policy_arns }}\nb").unwrap(), "a\n\nb");
    let reversed = format!("{{% set x %}}{{{{ {map} }}}}{{% endset %}}{{{{ x | reverse }}}}");
    assert_eq!(try_render(&reversed).unwrap_err().cause, Cause::BlockChanged);
}

#[rstest]
#[case("{{ 'a-b_C9' | proton_cfn_sanitize }}", Some("a-b_C9"))]
#[case(
    "{{ 'arn:aws:some-service::123456789012:some-resource/resource-name' | proton_cfn_sanitize }}",
    Some("arn:aws:some-service::123456789012:some-resource/resource-name")
)]
#[case("{{ 'this::is::incorrect' | proton_cfn_sanitize }}", None)]
#[case("{{ 'a\n' | proton_cfn_sanitize }}", None)]
#[case("{{ {'A': 'a b'} | proton_cfn_lambda_function_formatted_env_vars(raw=False) }}", None)]
#[case("{{ {'A': 'a_b'} | proton_cfn_lambda_function_formatted_env_vars(False) }}", Some("A: a_b"))]
#[case("{{ 'text' | proton_cfn_iam_policy_arns }}", None)]
#[case("{{ nothing | proton_cfn_iam_policy_arns }}", None)]
fn proton_filters_check_their_values(#[case] template: &str, #[case] expected: Option<&str>) {
    assert_eq!(try_render(template).ok().as_deref(), expected);
}

/// Each expected text is what Python prints.
#[rstest]
#[case("{{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7.5 % 2 }} {{ true % 2 }}", "1 2 -2 1.5 1")]
#[case("{{ 2 * 7 % 4 * 3 }} {{ 17 % 10 % 4 }} {{ 1 + 7 % 4 - 1 }} {{ 20 // 3 % 4 }}", "6 3 3 2")]
#[case("{{ '%s-%s' % ('a', 1.0) }}|{{ '%02d' % 7 ~ 'x' }}|{{ ['%s' % 1, '%s' % [2]] }}", "a-1.0|07x|['1', '[2]']")]
#[case("{% if 7 % 2 == 1 and not 8 % 2 %}y{% endif %}{% set a = 9 % 5 %}{{ a }}", "y4")]
#[case("{{ '%s' % 'a' | upper }} {{ ('%s' % 'a') | upper }} {{ 5 % 3 is odd }}", "A A 0")]
#[case("{% for i in range(5 % 3) %}{{ i % 2 }}{% endfor %}", "01")]
#[case("{{ 1 ~ 2 + 3 }}", "")]
#[case(
    "{{ 1 ~ 2 is in ['12'] }} {{ 1 ~ 2 is not in ['12'] }} {{ 7 % 4 is in [4] }} {{ 1 ~ 2 in ['12'] }}",
    "1False 1True 0 True"
)]
#[case("{% for a, b in [(1, 2)] if a in [1] %}{{ a }}{{ b }}{% endfor %}{% for i in 1, 2 %}{{ i }}{% endfor %}", "1212")]
#[case("{% for i in [1, [2]] recursive %}{{ loop(i) if i is iterable else i }}{% endfor %}", "12")]
#[case("{% for i in none %}{% endfor %}", "")]
#[case("{{ 1 ~ 2 * 3 ~ -1 }} {{ 'a' ~ 5 % 3 }} {{ ('a' ~ 1)[1] }}", "16-1 a2 1")]
#[case("{{ 'a' ~ [1.0, 1e16, 'é\u{7}'] ~ {'k': none} }}", "a[1.0, 1e+16, 'é\\x07']{'k': None}")]
#[case("{{ 1, 'a' }} {{ 1, }} {{- 1, 2 -}} x", "(1, 'a') (1,)(1, 2)x")]
#[case("{{ '{% raw %}' }}{% raw %}{{ a % b ~ }}{% endraw %}{# {{ a ~ b }} #}", "{% raw %}{{ a % b ~ }}")]
#[case("{% set l = [1] %}{% set _ = l.append([2]) %}{{ l[1].append(3) }}{{ l }} {{ [1][0] }}", "None[1, [2, 3]] 1")]
#[case(
    "{% set d = {'a': 1} %}{{ d.pop('a') }}{{ d.pop('a', 'x') }}{{ d.setdefault('b', []).append(1) }}{{ d }}",
    "1xNone{'b': [1]}"
)]
#[case("{% set l = items %}{{ l.pop() }}{{ l.insert(0, 9) }}{{ items == [9, 1] }}{{ l + [1] }}", "2NoneTrue[9, 1, 1]")]
fn rewritten_operators_keep_their_strength(#[case] template: &str, #[case] expected: &str) {
    match try_render(template) {
        Ok(text) => assert_eq!(text, expected),
        Err(error) => assert_eq!("", expected, "{error}"),
    }
}

#[rstest]
#[case("{{ ('y' * 34) | truncate(29, true, 'zzz') | length }} {{ ('y' * 35) | truncate(29, true, 'zzz') | length }}", "34 29")]
#[case("{{ ('y' * 260) | truncate | length }} {{ ('y' * 261) | truncate(killwords=true) | length }}", "260 255")]
#[case("{{ 'a b c' | truncate(4, leeway=0) }}|{{ 'abcdef' | truncate(4, leeway=0) }}", "a...|a...")]
fn truncate_allows_five_more_characters_by_default(#[case] template: &str, #[case] expected: &str) {
    assert_eq!(try_render(template).unwrap(), expected);
}
