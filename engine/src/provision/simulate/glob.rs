//! Glob patterns on ARNs: `*` is any run of characters (also none, also `/`), `?` any one; all else is literal.

/// True when the whole of `text` matches `pattern`.
///
/// Remembers only the last `*`, so the time is at most the product of the two lengths.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(q) if *q == '?' || q == c => (p, t) = (p + 1, t + 1),
            // A mismatch: let the last `*` take one character more, if there is one.
            _ => match star.as_mut() {
                Some((at, from)) => {
                    *from += 1;
                    (p, t) = (*at + 1, *from);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[rstest::rstest]
    #[case("arn:aws:proton:*:environment/slow-*", "arn:aws:proton:eu-west-1:123456789012:environment/slow-1", true)]
    #[case("arn:aws:proton:*:environment/slow-*", "arn:aws:proton:eu-west-1:123456789012:environment/fast", false)]
    #[case("*", "", true)]
    #[case("", "", true)]
    #[case("", "a", false)]
    #[case("a?c", "abc", true)]
    #[case("a?c", "ac", false)]
    #[case("*a*b", "xaxxbxb", true)]
    #[case("*a*b", "xaxxbx", false)]
    #[case("a*", "a/b/c", true)]
    #[case("a", "ab", false)]
    #[case("ä*", "äö", true)]
    fn table(#[case] pattern: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(matches(pattern, text), expected);
    }

    #[test]
    fn many_stars_stay_quick() {
        let pattern = "*a".repeat(200) + "b";
        assert!(!matches(&pattern, &"a".repeat(5_000)));
    }
}
