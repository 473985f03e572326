//! Every pattern and length, against good and bad text.

use crate::{TextRule, constraints::*};

const ROLE: &str = "arn:aws:iam::123456789012:role/service-role/ProtonRole";
const UUID: &str = "0f7a3b1c-1234-4abc-9def-0123456789ab";

#[rstest::rstest]
#[case(&ARN, &["arn:aws:proton:us-east-1:123456789012:environment/a", "arn:aws:proton:eu-west-1:123456789012:service-template/web:1.0",
    "arn:aws-cn:iam::123456789012:role/x", "arn:aws:proton:us-east-1:123456789012:service/a/service-instance/b", "arn:aws:sns:us-east-1:123456789012:topic"],
    &["", "arn:aws:proton:us-east-1:12345678901:environment/a", "arn:azure:proton:us-east-1:123456789012:environment/a",
    "arn:aws:proton:us-east-1:123456789012:environment/", "arn:aws:proton:us-east-1:123456789012:environment/a b", " arn:aws:iam::123456789012:role/x",
    "arn:aws:proton:us-east-1:123456789012:environment/a\n", "arn:aws:iam::١٢٣٤٥٦٧٨٩٠١٢:role/x", "arn:aws:iam::123456789012:role/é"])]
#[case(&AWS_ACCOUNT_ID, &["123456789012", "000000000000"], &["", "12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢", "123456789012\n"])]
#[case(&CLIENT_TOKEN, &["", "a", "!~", "0f7a3b1c-1234"], &["a b", "é", "\t", "a\n"])]
#[case(&DEPLOYMENT_ID, &[UUID], &["", "0F7A3B1C-1234-4ABC-9DEF-0123456789AB", "0f7a3b1c12344abc9def0123456789ab", "{0f7a3b1c-1234-4abc-9def-0123456789ab}"])]
#[case(&ENVIRONMENT_ACCOUNT_CONNECTION_ID, &[UUID], &["", "0f7a3b1c-1234-4abc-9def-0123456789ag"])]
#[case(&FULL_TEMPLATE_VERSION_NUMBER, &["1.0", "0.0", "12.345"], &["", "1", "1.", ".1", "01.1", "1.01", "1.0.0", "123456.7890"])]
#[case(&NEXT_TOKEN, &["a", "Zm9v+/=="], &["", "a_b", "a-b", "a b"])]
#[case(&REPOSITORY_NAME, &["acme/infra", "a.b-c_d/e.f", "group/sub/project"], &["", "acme", "/infra", "acme/", "acme/!x", " a/b", "a/b\n"])]
#[case(&RESOURCE_NAME, &["a", "A9", "my-env_1", "0-"], &["", "-a", "_a", "a.b", "a b", "é", "a\n"])]
#[case(&RESOURCE_NAME_OR_EMPTY, &["", "a", "my-env"], &["-a", " ", "a b", "\n"])]
#[case(&ROLE_ARN, &[ROLE, "arn:aws-us-gov:iam::123456789012:role/x"],
    &["", "arn:aws:iam::123456789012:user/x", "arn:aws:iam:us-east-1:123456789012:role/x", "arn:aws:iam::123456789012:role/"])]
#[case(&ROLE_ARN_OR_EMPTY_STRING, &["", ROLE], &[" ", "role", "arn:aws:iam::123456789012:role/a b"])]
#[case(&S3_BUCKET, &["abc", "proton-engine-bundles", "a.b-c"], &["", "ab", "Abc", "a_bc", "-abc", "abc-", "a b c"])]
#[case(&TEMPLATE_VERSION_PART, &["0", "1", "10", "12345678901234567890"], &["", "01", "-1", "1.0", "a", "١", "123456789012345678901"])]
fn patterns(#[case] rule: &TextRule, #[case] good: &[&str], #[case] bad: &[&str]) {
    for text in good {
        assert_eq!(rule.broken(text), Vec::<String>::new(), "{text:?}");
    }
    for text in bad {
        assert!(!rule.accepts(text), "{text:?}");
    }
}

#[rstest::rstest]
#[case(&ARN, 1, 200)]
#[case(&CLIENT_TOKEN, 0, 64)]
#[case(&DESCRIPTION, 0, 500)]
#[case(&DISPLAY_NAME, 1, 100)]
#[case(&EMPTY_NEXT_TOKEN, 0, 0)]
#[case(&FULL_TEMPLATE_VERSION_NUMBER, 1, 10)]
#[case(&GIT_BRANCH_NAME, 1, 200)]
#[case(&NOTIFY_RESOURCE_DEPLOYMENT_STATUS_CHANGE_INPUT_STATUS_MESSAGE_STRING, 0, 5000)]
#[case(&OPS_FILE_PATH, 1, 4096)]
#[case(&OUTPUT_KEY, 1, 1024)]
#[case(&OUTPUT_VALUE_STRING, 1, 1024)]
#[case(&PROVISIONED_RESOURCE_IDENTIFIER, 1, 200)]
#[case(&PROVISIONED_RESOURCE_NAME, 1, 200)]
#[case(&REPOSITORY_ID, 1, 200)]
#[case(&REPOSITORY_NAME, 1, 100)]
#[case(&RESOURCE_NAME, 1, 100)]
#[case(&RESOURCE_NAME_OR_EMPTY, 0, 100)]
#[case(&ROLE_ARN, 1, 2048)]
#[case(&ROLE_ARN_OR_EMPTY_STRING, 0, 2048)]
#[case(&S3_BUCKET, 3, 63)]
#[case(&S3_KEY, 1, 1024)]
#[case(&SHA, 1, 255)]
#[case(&SPEC_CONTENTS, 1, 51200)]
#[case(&SUBDIRECTORY, 1, 4096)]
#[case(&TAG_KEY, 1, 128)]
#[case(&TAG_VALUE, 0, 256)]
#[case(&TEMPLATE_FILE_CONTENTS, 1, 51200)]
#[case(&TEMPLATE_MANIFEST_CONTENTS, 1, 1024)]
#[case(&TEMPLATE_SCHEMA, 1, 51200)]
#[case(&TEMPLATE_VERSION_PART, 1, 20)]
fn lengths(#[case] rule: &TextRule, #[case] min: usize, #[case] max: usize) {
    let breaks = |length: usize, words: &str| {
        let text = "1".repeat(length);
        rule.broken(&text).iter().any(|broken| broken.starts_with(&format!("Member must have length {words}")))
    };
    assert!(!breaks(max, "less") && breaks(max + 1, "less"), "at most {max}");
    assert!(!breaks(min, "greater"), "at least {min}");
    assert!(min == 0 || breaks(min - 1, "greater"), "at least {min}");
}

#[test]
fn hostile_text_is_refused_in_linear_time() {
    let text = format!("arn:aws:iam::123456789012:role/{}!", "a/".repeat(1000));
    let start = std::time::Instant::now();
    assert!(!ROLE_ARN.accepts(&text));
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
