//! Whether a template version may be deleted (AWS Proton User Guide, page template-delete).
//!
//! | the version | delete |
//! |---|---|
//! | is being registered | ConflictException |
//! | is deployed, or is being deployed | ConflictException |
//! | is the recommended minor of its major, which has others | ConflictException |
//! | is the last one of the recommended major, and there are other majors | ConflictException |
//! | anything else | yes; with the last minor its major goes |
//!
//! What is remembered of past deployments does not keep a version: their bundles are kept.

use super::refusal::Refusal;
use super::version::{Offer, VersionNumber, VersionStatus, recommended, recommended_in};

/// Decides. `versions` are all of the template, `users` the ARNs of what is deployed from this one.
pub fn check(arn: &str, number: VersionNumber, versions: &[Offer], users: &[String]) -> Result<(), Refusal> {
    let conflict = |why: String| Err(Refusal::Conflict(format!("The template version {arn} cannot be deleted: {why}")));
    let in_progress = |offer: &Offer| offer.number == number && offer.status == VersionStatus::RegistrationInProgress;
    if versions.iter().any(in_progress) {
        return conflict("it is being registered. Wait until that has ended.".to_owned());
    }
    if !users.is_empty() {
        return conflict(format!("it is deployed by {}. Deploy another version there, or delete that.", users.join(", ")));
    }
    let alone_in_major = versions.iter().all(|offer| offer.number == number || offer.number.major != number.major);
    if recommended_in(versions, number.major) == Some(number) && !alone_in_major {
        return conflict(format!(
            "it is the recommended version of major version {}, which has others. Delete those first, or publish a higher one.",
            number.major
        ));
    }
    let only_major = versions.iter().all(|offer| offer.number.major == number.major);
    if recommended(versions) == Some(number) && !only_major {
        return conflict(
            "it is the recommended version of the template, which has other major versions. Delete those first, or publish a higher one."
                .to_owned(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const P: VersionStatus = VersionStatus::Published;
    const D: VersionStatus = VersionStatus::Draft;
    const F: VersionStatus = VersionStatus::RegistrationFailed;
    const R: VersionStatus = VersionStatus::RegistrationInProgress;

    #[rstest]
    #[case::the_only_one((1, 0), &[(1, 0, P)], &[], "")]
    #[case::deployed((1, 0), &[(1, 0, P)], &["arn:env"], "arn:env")]
    #[case::being_registered((1, 0), &[(1, 0, R)], &[], "being registered")]
    #[case::failed((1, 1), &[(1, 0, P), (1, 1, F)], &[], "")]
    #[case::older_minor((1, 0), &[(1, 0, P), (1, 1, P)], &[], "")]
    #[case::recommended_minor((1, 1), &[(1, 0, P), (1, 1, P)], &[], "recommended version of major version 1")]
    #[case::recommended_minor_beside_a_draft((1, 0), &[(1, 0, P), (1, 1, D)], &[], "major version 1")]
    #[case::draft_above((1, 1), &[(1, 0, P), (1, 1, D)], &[], "")]
    #[case::recommended_major((2, 0), &[(1, 0, P), (2, 0, P)], &[], "recommended version of the template")]
    #[case::older_major((1, 0), &[(1, 0, P), (2, 0, P)], &[], "")]
    #[case::draft_major((2, 0), &[(1, 0, P), (2, 0, D)], &[], "")]
    #[case::only_drafts((1, 0), &[(1, 0, D), (1, 1, D)], &[], "")]
    fn the_table(
        #[case] number: (i64, i64),
        #[case] versions: &[(i64, i64, VersionStatus)],
        #[case] users: &[&str],
        #[case] says: &str,
    ) {
        let number_of = |major, minor| VersionNumber { major, minor };
        let offer =
            |(major, minor, status): &(i64, i64, VersionStatus)| Offer { number: number_of(*major, *minor), status: *status };
        let versions: Vec<Offer> = versions.iter().map(offer).collect();
        let users: Vec<String> = users.iter().map(|user| (*user).to_owned()).collect();
        match check("arn", number_of(number.0, number.1), &versions, &users) {
            Ok(()) => assert_eq!(says, ""),
            Err(refusal) => assert!(!says.is_empty() && refusal.to_string().contains(says), "{refusal}"),
        }
    }
}
