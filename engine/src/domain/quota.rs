//! Quotas: how many resources of a kind there may be (AWS Proton User Guide, page ag-limits).

use super::refusal::Refusal;

/// Refuses one more where there are `count` already. `what` names them in the plural, `kind` is the word of `--quota`.
pub fn check(count: i64, quota: i64, what: &str, kind: &str) -> Result<(), Refusal> {
    if count < quota {
        return Ok(());
    }
    Err(Refusal::Quota(format!(
        "There are {count} {what} already, and the quota is {quota}. Delete one first, or raise it with --quota {kind}=N."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_the_quota_is_refused_and_the_setting_named() {
        assert_eq!(check(1, 2, "services", "services"), Ok(()));
        let refused = check(2, 2, "linked repositories", "repositories").unwrap_err();
        assert!(matches!(&refused, Refusal::Quota(why) if why.contains("2 linked repositories")), "{refused}");
        assert!(refused.to_string().contains("--quota repositories=N"));
        assert!(check(0, 0, "services", "services").is_err());
    }
}
