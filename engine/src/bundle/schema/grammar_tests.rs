//! The grammar of the schema file, case by case.

use rstest::rstest;

use super::*;

const HEAD: &str = "schema:\n  format:\n    openapi: \"3.0.0\"\n  environment_input_type: T\n  types:\n";

fn of_types(types: &str) -> Result<(Schema, Vec<String>), DocumentError> {
    parse(&format!("{HEAD}{types}"))
}

#[rstest]
#[case::no_properties("    T: {type: object}\n")]
#[case::empty_properties("    T:\n      type: object\n      properties: {}\n")]
#[case::null_properties("    T:\n      type: object\n      properties:\n")]
#[case::without_type("    T:\n      properties: {a: {type: string}}\n")]
#[case::through_a_reference("    T: {$ref: '#/schema/types/U'}\n    U: {type: object}\n")]
#[case::recursive("    T:\n      type: object\n      properties:\n        child: {$ref: '#/schema/types/T'}\n")]
#[case::broken_default("    T:\n      type: object\n      properties:\n        a: {type: string, default: x, minLength: 5}\n")]
#[case::look_ahead("    T:\n      properties:\n        a: {type: string, pattern: '^(?!aws).*$'}\n")]
#[case::odd_names("    \"a/b ~c\": {type: object}\n    T:\n      properties: {x: {$ref: '#/schema/types/a~1b ~0c'}}\n")]
fn accepted(#[case] types: &str) {
    of_types(types).unwrap();
}

#[rstest]
#[case::no_schema("a: 1\n", 1, "`schema` is missing")]
#[case::no_format("schema:\n  types: {}\n", 1, "schema: `format` is missing: write `format:`")]
#[case::version("schema:\n  format: {openapi: \"3.1.0\"}\n  types: {}\n", 2, "schema.format.openapi: this version")]
#[case::version_number("schema:\n  format: {openapi: 3.0}\n  types: {}\n", 2, "must be text, not a number")]
#[case::no_types("schema:\n  format: {openapi: 3.0.0}\n", 1, "schema: `types` is missing")]
#[case::types_list("schema:\n  format: {openapi: 3.0.0}\n  types: []\n", 3, "schema.types: must be a mapping, not a list")]
#[case::unknown_type(
    "schema:\n  format: {openapi: 3.0.0}\n  service_input_type: X\n  types: {}\n",
    3,
    "schema.service_input_type: there is no type `X`"
)]
fn file_refused(#[case] text: &str, #[case] line: usize, #[case] cause: &str) {
    let error = parse(text).unwrap_err();
    assert!(error.text().contains(cause), "{error}");
    assert_eq!(error.line, Some(line), "{error}");
}

#[rstest]
#[case::not_object("    T: {type: string}\n", 6, "schema.types.T: an input type must have `type: object`")]
#[case::bad_type(
    "    T:\n      properties:\n        a:\n          type: str\n",
    9,
    "schema.types.T.properties.a.type: must be one of array,"
)]
#[case::type_list("    T:\n      properties:\n        a: {type: [string, 'null']}\n", 8, "must be one of")]
#[case::bound("    T:\n      properties:\n        a: {minimum: '1'}\n", 8, "a.minimum: must be a number, without quotes")]
#[case::length("    T:\n      properties:\n        a: {minLength: -1}\n", 8, "must be a whole number")]
#[case::exclusive("    T:\n      properties:\n        a: {exclusiveMinimum: 1}\n", 8, "must be true or false")]
#[case::pattern("    T:\n      properties:\n        a:\n          pattern: '(['\n", 9, "not a valid regular expression")]
#[case::far_reference(
    "    T:\n      properties:\n        a: {$ref: 'https://example.com/x'}\n",
    8,
    "this reference is not supported"
)]
#[case::other_reference(
    "    T:\n      properties:\n        a: {$ref: '#/components/schemas/X'}\n",
    8,
    "this reference is not supported"
)]
#[case::lost_reference("    T:\n      properties:\n        a: {$ref: '#/schema/types/X'}\n", 8, "there is no such type")]
#[case::lost_in_items(
    "    T:\n      properties:\n        a: {type: array, items: {$ref: '#/schema/types/X'}}\n",
    8,
    "there is no such type"
)]
#[case::circle("    T: {$ref: '#/schema/types/U'}\n    U: {$ref: '#/schema/types/T'}\n", 6, "contains itself")]
#[case::all_of_circle("    T: {allOf: [{$ref: '#/schema/types/T'}]}\n", 6, "contains itself")]
#[case::endless_default(
    "    T:\n      properties:\n        a: {$ref: '#/schema/types/U'}\n    U:\n      default: {}\n      properties:\n        b: {$ref: '#/schema/types/U'}\n",
    6,
    "without end"
)]
#[case::property_text("    T:\n      properties:\n        a: string\n", 8, "a: must be a mapping, not text")]
#[case::required_text("    T:\n      required: a\n", 7, "T.required: must be a list, not text")]
fn types_refused(#[case] types: &str, #[case] line: usize, #[case] cause: &str) {
    let error = of_types(types).unwrap_err();
    assert!(error.text().contains(cause), "{error}");
    assert_eq!(error.line, Some(line), "{error}");
}

#[test]
fn long_names_are_refused() {
    let name = "x".repeat(101);
    let error = of_types(&format!("    T:\n      properties:\n        {name}: {{type: string}}\n")).unwrap_err();
    assert!(error.cause.contains("at most 100 characters"), "{error}");
}

#[test]
fn combination_bombs_are_refused() {
    let mut types = String::from("    T: {$ref: '#/schema/types/t0'}\n    t40: {type: object}\n");
    for level in 0..40 {
        let next = format!("{{$ref: '#/schema/types/t{}'}}", level + 1);
        types.push_str(&format!("    t{level}: {{allOf: [{next}, {next}]}}\n"));
    }
    assert!(of_types(&types).unwrap_err().cause.contains("more than 1000 schemas"));
}

#[test]
fn doubtful_schemas_are_accepted_with_warnings() {
    let types = "    T:\n      properties:\n        a: {type: string, default: 1, required: true, patern: x, x-note: y}\n        b: {type: string, default: yes, enum: ['no']}\n";
    let warnings = of_types(types).unwrap().1;
    let wanted = [
        "a.required: has no effect",
        "a.patern: this keyword",
        "default of /a must be of type string",
        "default of /b must be one of",
    ];
    assert_eq!(warnings.len(), wanted.len(), "{warnings:?}");
    for (warning, part) in warnings.iter().zip(wanted) {
        assert!(warning.contains(part), "{warning}");
    }
}
