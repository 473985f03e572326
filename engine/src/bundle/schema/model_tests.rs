//! Validation and defaults of an input type, and the kinds of template.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::bundle::layout::TemplateKind;

const SCHEMA: &str = r#"
schema:
  format: {openapi: "3.0.0"}
  environment_input_type: T
  types:
    T:
      type: object
      required: [name, size]
      properties:
        name: {type: string, minLength: 2, maxLength: 4, pattern: '^[a-z]+$'}
        size: {type: string, enum: [small, large], default: small}
        count: {type: integer, minimum: 1, maximum: 9, exclusiveMaximum: true}
        ratio: {type: number, exclusiveMinimum: false, minimum: 0}
        flag: {type: boolean}
        note: {type: string, nullable: true, enum: [a]}
        cidr: {type: string, pattern: '([0-9]{1,3}\.){3}[0-9]{1,3}($|/(16|24))'}
        zones: {type: array, items: {type: string}, maxItems: 2, uniqueItems: true}
        disk: {$ref: '#/schema/types/Disk'}
        either: {oneOf: [{type: string}, {type: integer}]}
        either2: {anyOf: [{type: string}, {type: integer}]}
        not3: {not: {enum: [3]}}
        even: {multipleOf: 2}
        tags: {type: object, additionalProperties: {type: string}, maxProperties: 1}
    Disk:
      type: object
      additionalProperties: false
      properties:
        kind: {type: string, default: ssd}
        gigabytes: {type: integer, default: 10}
        a/b: {type: string}
"#;

fn input() -> InputType {
    Schema::parse(SCHEMA).unwrap().inputs(InputKind::Environment).unwrap().clone()
}

#[rstest]
#[case::least(json!({"name": "abc"}))]
#[case::unknown_inputs_are_accepted(json!({"name": "abc", "other": {"x": [1]}}))]
#[case::bounds(json!({"name": "ab", "count": 8, "ratio": 0}))]
#[case::whole_float_is_an_integer(json!({"name": "ab", "count": 1.0}))]
#[case::integer_is_a_number(json!({"name": "ab", "ratio": 3}))]
#[case::nullable(json!({"name": "ab", "note": null}))]
#[case::pattern_is_a_search(json!({"name": "ab", "cidr": "10.0.0.0/16"}))]
#[case::nested(json!({"name": "ab", "disk": {"kind": "hdd"}, "zones": ["a", "b"], "tags": {"x": "y"}}))]
#[case::alternatives(json!({"name": "ab", "either": 1, "either2": "x", "even": 4, "not3": 4}))]
fn valid(#[case] inputs: Value) {
    assert_eq!(input().validate(&inputs), Ok(()));
}

#[rstest]
#[case(json!({}), "input /name: is required and has no default; supply it")]
#[case(json!({"name": "secretsecret"}), "input /name: must have at most 4 characters")]
#[case(json!({"name": "s"}), "input /name: must have at least 2 characters")]
#[case(json!({"name": "S3C"}), "input /name: must match the pattern ^[a-z]+$")]
#[case(json!({"name": 666}), "input /name: must be of type string, not a number; put it in quotes")]
#[case(json!({"name": "ab", "size": "secret"}), r#"input /size: must be one of "small", "large""#)]
#[case(json!({"name": "ab", "count": 0}), "input /count: must be at least 1")]
#[case(json!({"name": "ab", "count": 9}), "input /count: must be less than 9")]
#[case(json!({"name": "ab", "count": 1.5}), "input /count: must be of type integer, not a number")]
#[case(json!({"name": "ab", "ratio": -1}), "input /ratio: must be at least 0")]
#[case(json!({"name": "ab", "flag": "true"}), "input /flag: must be of type boolean, not text; remove quotes around it if there are any")]
#[case(json!({"name": "ab", "flag": null}), "input /flag: must be of type boolean, not empty")]
#[case(json!({"name": "ab", "note": 1}), "input /note: must be of type null or string, not a number; put it in quotes")]
#[case(json!({"name": "ab", "zones": ["a", 666]}), "input /zones/1: must be of type string, not a number; put it in quotes")]
#[case(json!({"name": "ab", "zones": ["a", "b", "c"]}), "input /zones: must have at most 2 items")]
#[case(json!({"name": "ab", "zones": ["secret", "secret"]}), "input /zones: must not have the same item twice")]
#[case(json!({"name": "ab", "zones": "secret"}), "input /zones: must be of type array, not text; remove quotes around it if there are any")]
#[case(json!({"name": "ab", "disk": {"secret/~": 1}}), "input /disk/secret~1~0: is not known to the schema, which allows no others; remove it")]
#[case(json!({"name": "ab", "disk": {"a/b": 1}}), "input /disk/a~1b: must be of type string, not a number; put it in quotes")]
#[case(json!({"name": "ab", "either": true}), "input /either: must match one of the alternatives in the schema")]
#[case(json!({"name": "ab", "either2": true}), "input /either2: must match one of the alternatives in the schema")]
#[case(json!({"name": "ab", "not3": 3}), "input /not3: has a form that the schema rules out")]
#[case(json!({"name": "ab", "even": 667}), "input /even: must be a multiple of 2")]
#[case(json!({"name": "ab", "tags": {"a": "b", "c": "d"}}), "input /tags: must have at most 1 members")]
#[case(json!(["secret"]), "the inputs: must be of type object, not a list")]
fn invalid(#[case] inputs: Value, #[case] wanted: &str) {
    let violations = input().validate(&inputs).unwrap_err();
    let texts: Vec<String> = violations.iter().map(InputViolation::to_string).collect();
    assert!(texts.iter().any(|text| text == wanted), "{texts:?}");
    let free = |text: &String| !text.contains("666") && (wanted.contains("secret") || !text.contains("secret"));
    assert!(texts.iter().all(free), "a value is printed: {texts:?}");
}

#[test]
fn violations_are_told_together() {
    let violations = input().validate(&json!({"size": "x", "count": 0})).unwrap_err();
    assert_eq!(violations.len(), 3, "{violations:?}");
}

#[test]
fn defaults_come_in_schema_order_before_unknown_inputs() {
    let filled = input().with_defaults(json!({"zzz": 1, "disk": {"extra": 2}, "name": "ab"}));
    let wanted = r#"{"name":"ab","size":"small","disk":{"kind":"ssd","gigabytes":10,"extra":2},"zzz":1}"#;
    assert_eq!(filled.to_string(), wanted, "an absent object without its own default stays absent");
    assert_eq!(input().with_defaults(json!({"disk": null})).to_string(), r#"{"size":"small","disk":null}"#);
}

#[test]
fn defaults_reach_into_lists_maps_and_their_own_defaults() {
    let text = r#"
schema:
  format: {openapi: "3.0.0"}
  environment_input_type: T
  types:
    T:
      allOf: [{$ref: '#/schema/types/More'}]
      properties:
        disks: {type: array, items: {$ref: '#/schema/types/Disk'}}
        by_name: {type: object, additionalProperties: {$ref: '#/schema/types/Disk'}}
        main: {$ref: '#/schema/types/Made'}
        empty: {type: string, default: ""}
    Made: {type: object, default: {}, properties: {x: {default: 1}}}
    More: {properties: {also: {default: false}}}
    Disk: {type: object, properties: {kind: {default: ssd}}}
"#;
    let schema = Schema::parse(text).unwrap();
    let input = schema.inputs(InputKind::Environment).unwrap();
    let filled = input.with_defaults(json!({"disks": [{}, {"kind": "hdd"}], "by_name": {"a": {}}}));
    let wanted = json!({"disks": [{"kind": "ssd"}, {"kind": "hdd"}], "by_name": {"a": {"kind": "ssd"}}, "main": {"x": 1}, "empty": "", "also": false});
    assert_eq!(filled.to_string(), wanted.to_string());
}

#[test]
fn inputs_that_grow_beyond_the_budget_are_refused() {
    let many = (0..120).map(|index| format!("{{p{index}: {{default: 1}}}}"));
    let properties: Vec<String> = many.map(|one| one.trim_matches(['{', '}']).to_owned() + "}").collect();
    let text = format!(
        "schema:\n  format: {{openapi: 3.0.0}}\n  environment_input_type: T\n  types:\n    T: {{properties: {{l: {{type: array, items: {{properties: {{{}}}}}}}}}}}\n",
        properties.join(", ")
    );
    let schema = Schema::parse(&text).unwrap();
    let input = schema.inputs(InputKind::Environment).unwrap();
    assert_eq!(input.validate(&json!({"l": vec![json!({}); 10]})), Ok(()));
    let violations = input.validate(&json!({"l": vec![json!({}); 2000]})).unwrap_err();
    assert!(violations[0].rule.contains("too many values"), "{violations:?}");
}

#[rstest]
#[case(TemplateKind::Environment, false, "environment", None)]
#[case(TemplateKind::Environment, true, "environment", None)]
#[case(TemplateKind::Service, false, "service pipeline", None)]
#[case(TemplateKind::Service, true, "service", None)]
#[case(
    TemplateKind::Environment,
    false,
    "",
    Some("Environment template schema is not valid: Missing property [environmentInputType]")
)]
#[case(
    TemplateKind::Environment,
    false,
    "environment service",
    Some("Environment template schema is not valid: Unexpected property [serviceInputType]")
)]
#[case(
    TemplateKind::Service,
    false,
    "service",
    Some("Service template schema is not valid: Missing property [pipelineInputType]")
)]
#[case(
    TemplateKind::Service,
    true,
    "service pipeline",
    Some("Service template schema is not valid: Unexpected property [pipelineInputType]")
)]
#[case(
    TemplateKind::Service,
    false,
    "pipeline",
    Some("Service template schema is not valid: Missing property [serviceInputType]")
)]
#[case(
    TemplateKind::Service,
    true,
    "service environment",
    Some("Service template schema is not valid: Unexpected property [environmentInputType]")
)]
fn kinds(#[case] kind: TemplateKind, #[case] customer_managed: bool, #[case] inputs: &str, #[case] wanted: Option<&str>) {
    let keys: String = inputs.split_whitespace().map(|input| format!("  {input}_input_type: T\n")).collect();
    let text = format!("schema:\n  format: {{openapi: 3.0.0}}\n{keys}  types: {{T: {{type: object}}}}\n");
    let result = Schema::parse(&text).unwrap().check_kind(kind, customer_managed);
    match (result, wanted) {
        (Ok(()), None) => {}
        (Err(error), Some(wanted)) => {
            assert!(error.cause.contains(wanted), "{error}");
            assert!(error.to_string().starts_with("schema/schema.yaml:"), "{error}");
        }
        (result, wanted) => panic!("{result:?}, wanted {wanted:?}"),
    }
}

#[rstest]
#[case("{type: string}", None)]
#[case(
    "{type: number}",
    Some("schema/schema.yaml:7: schema.types.T.properties.a: in a customer managed environment template every property")
)]
#[case("{type: string, default: x}", Some("cannot have a default"))]
fn customer_managed_environments_declare_outputs(#[case] property: &str, #[case] wanted: Option<&str>) {
    let text = format!(
        "schema:\n  format: {{openapi: 3.0.0}}\n  environment_input_type: T\n  types:\n    T:\n      properties:\n        a: {property}\n"
    );
    let schema = Schema::parse(&text).unwrap();
    assert_eq!(schema.check_kind(TemplateKind::Environment, false), Ok(()));
    let result = schema.check_kind(TemplateKind::Environment, true);
    assert_eq!(result.is_err(), wanted.is_some());
    if let (Err(error), Some(wanted)) = (result, wanted) {
        assert!(error.to_string().contains(wanted), "{error}");
    }
}

#[test]
fn debug_shows_names_only() {
    let schema = Schema::parse(SCHEMA).unwrap();
    assert_eq!(format!("{schema:?}"), r#"{Environment: "T"}"#);
}
