//! What a minor version may change.

use rstest::rstest;

use super::*;

fn schema(body: &str) -> Schema {
    let text = format!(
        "schema:\n  format: {{openapi: 3.0.0}}\n  environment_input_type: T\n  types:\n    T: {body}\n    U: {{properties: {{child: {{$ref: '#/schema/types/U'}}, n: {{type: integer}}}}}}\n"
    );
    Schema::parse(&text).unwrap()
}

#[rstest]
#[case::same("{properties: {a: {type: string}}}", "{properties: {a: {type: string}}}")]
#[case::new_optional("{properties: {a: {}}}", "{properties: {a: {}, b: {type: string}}}")]
#[case::new_required_with_default("{properties: {a: {}}}", "{required: [b], properties: {a: {}, b: {default: 1}}}")]
#[case::required_dropped("{required: [a], properties: {a: {}}}", "{properties: {a: {}}}")]
#[case::enum_value_added("{properties: {a: {enum: [x]}}}", "{properties: {a: {enum: [x, y]}}}")]
#[case::enum_dropped("{properties: {a: {enum: [x]}}}", "{properties: {a: {}}}")]
#[case::looser_bounds("{properties: {a: {minimum: 2, maximum: 3}}}", "{properties: {a: {minimum: 1}}}")]
#[case::pattern_dropped("{properties: {a: {pattern: x}}}", "{properties: {a: {}}}")]
#[case::other_default("{properties: {a: {default: 1, title: A}}}", "{properties: {a: {default: 2, title: B}}}")]
#[case::type_dropped("{properties: {a: {type: string}}}", "{properties: {a: {}}}")]
#[case::recursive("{properties: {a: {$ref: '#/schema/types/U'}}}", "{properties: {a: {$ref: '#/schema/types/U'}, b: {}}}")]
fn allowed(#[case] old: &str, #[case] new: &str) {
    assert_eq!(compatible(&schema(old), &schema(new)), Ok(()));
}

#[rstest]
#[case("{properties: {a: {}}}", "{required: [b], properties: {a: {}, b: {}}}", "T.b: it became required and has no default")]
#[case("{properties: {a: {}}}", "{required: [a], properties: {a: {}}}", "T.a: it became required")]
#[case("{required: [a], properties: {a: {default: 1}}}", "{required: [a], properties: {a: {}}}", "T.a: it became required")]
#[case("{properties: {a: {}, b: {}}}", "{properties: {a: {}}}", "T.b: the input was removed")]
#[case("{properties: {a: {type: string}}}", "{properties: {a: {type: number}}}", "T.a: its type was changed")]
#[case("{properties: {a: {}}}", "{properties: {a: {type: number}}}", "T.a: its type was changed")]
#[case("{properties: {a: {enum: [x, y]}}}", "{properties: {a: {enum: [x]}}}", "T.a: a value was removed from its enum")]
#[case("{properties: {a: {}}}", "{properties: {a: {enum: [x]}}}", "T.a: an enum was added")]
#[case("{properties: {a: {minimum: 1}}}", "{properties: {a: {minimum: 2}}}", "T.a: its minimum was raised")]
#[case("{properties: {a: {}}}", "{properties: {a: {maxLength: 2}}}", "T.a: its maxLength was lowered")]
#[case("{properties: {a: {pattern: x}}}", "{properties: {a: {pattern: y}}}", "T.a: its pattern was changed")]
#[case(
    "{properties: {a: {minimum: 1}}}",
    "{properties: {a: {minimum: 1, exclusiveMinimum: true}}}",
    "T.a: exclusiveMinimum was added"
)]
#[case("{properties: {a: {type: string, nullable: true}}}", "{properties: {a: {type: string}}}", "T.a: it is no longer nullable")]
#[case("{properties: {}}", "{properties: {}, additionalProperties: false}", "T: additionalProperties became false")]
#[case("{properties: {a: {items: {type: string}}}}", "{properties: {a: {items: {type: number}}}}", "T.a[]: its type was changed")]
#[case("{properties: {a: {properties: {b: {}}}}}", "{properties: {a: {properties: {}}}}", "T.a.b: the input was removed")]
fn refused(#[case] old: &str, #[case] new: &str, #[case] wanted: &str) {
    let complaints = compatible(&schema(old), &schema(new)).unwrap_err();
    assert!(complaints[0].starts_with(wanted), "{complaints:?}");
    assert!(complaints[0].ends_with("keep it, or register a new major version"));
    assert_eq!(complaints.len(), 1, "{complaints:?}");
}

#[test]
fn an_input_type_must_not_go() {
    let old = schema("{properties: {a: {}}}");
    let next = Schema::parse("schema:\n  format: {openapi: 3.0.0}\n  types: {}\n").unwrap();
    assert_eq!(
        compatible(&old, &next).unwrap_err()[0],
        "environment_input_type was removed; keep it, or register a new major version"
    );
    assert_eq!(compatible(&next, &old), Ok(()));
}
