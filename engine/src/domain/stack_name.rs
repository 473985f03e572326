//! Names of CloudFormation stacks.
//!
//! AWS Proton's stacks were named `AWSProton-env-<environment>-cloudformation-yaml-<15 letters>` (seen in public
//! repositories; the role policies of the AWS Proton User Guide are scoped to `stack/AWSProton-*`). The letters stay
//! for the life of the stack, so that an environment that is deleted and created again gets a stack of its own.

/// CloudFormation's limit on the length of a stack name.
const LIMIT: usize = 128;
/// Letters at the end of the name.
const LETTERS: usize = 15;
/// Characters of a service's and an instance's name that are used.
const HEAD: usize = 15;

/// The stack name of an environment. `entropy` is fresh randomness, e.g. a random UUID.
pub fn environment(name: &str, entropy: u128) -> String {
    let tail = format!("-cloudformation-yaml-{}", letters(entropy));
    let head = format!("AWSProton-env-{}", name.replace('_', "-"));
    let kept: String = head.chars().take(LIMIT - tail.len()).collect();
    format!("{kept}{tail}")
}

/// The stack name of a service instance. The letters at the end keep names apart that are cut here.
pub fn service_instance(service: &str, name: &str, entropy: u128) -> String {
    let head = |text: &str| text.replace('_', "-").chars().take(HEAD).collect::<String>();
    format!("AWSProton-{}-{}-cloudformation-yaml-{}", head(service), head(name), letters(entropy))
}

/// The stack name of a service's pipeline.
pub fn service_pipeline(service: &str, entropy: u128) -> String {
    let head: String = service.replace('_', "-").chars().take(HEAD).collect();
    format!("AWSProton-{head}-pipeline-cloudformation-yaml-{}", letters(entropy))
}

/// The stack name of a component.
pub fn component(name: &str, entropy: u128) -> String {
    let tail = format!("-cloudformation-yaml-{}", letters(entropy));
    let head = format!("AWSProton-component-{}", name.replace('_', "-"));
    let kept: String = head.chars().take(LIMIT - tail.len()).collect();
    format!("{kept}{tail}")
}

/// Fifteen mixed-case letters out of a number.
fn letters(entropy: u128) -> String {
    let mut rest = entropy;
    let mut out = String::with_capacity(LETTERS);
    for _ in 0..LETTERS {
        out.push(letter(rest % 52));
        rest /= 52;
    }
    out
}

fn letter(digit: u128) -> char {
    let digit = u8::try_from(digit).unwrap_or(0);
    if digit < 26 { char::from(b'a' + digit) } else { char::from(b'A' + digit.saturating_sub(26).min(25)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cloudformation_accepts_every_name(name in "[0-9A-Za-z][0-9A-Za-z_-]{0,99}", entropy: u128) {
            let stack = environment(&name, entropy);
            prop_assert!(stack.len() <= LIMIT);
            prop_assert!(stack.starts_with("AWSProton-env-"));
            prop_assert!(stack.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        }
    }

    #[test]
    fn services_have_names_of_their_own() {
        let one = service_instance("my_very_long_service", "front-end", 7);
        assert!(one.starts_with("AWSProton-my-very-long-se-front-end-cloudformation-yaml-"), "{one}");
        assert!(service_pipeline("shop", 7).starts_with("AWSProton-shop-pipeline-cloudformation-yaml-"));
    }

    #[test]
    fn components_have_their_own_names_within_the_limit() {
        let stack = component(&"my_table".repeat(12), 7);
        assert!(stack.starts_with("AWSProton-component-my-table") && stack.len() <= LIMIT, "{stack}");
    }

    #[test]
    fn the_tail_depends_on_the_entropy() {
        assert_ne!(environment("prod", 1), environment("prod", 2));
        assert!(environment("prod", 77).starts_with("AWSProton-env-prod-cloudformation-yaml-"));
    }
}
