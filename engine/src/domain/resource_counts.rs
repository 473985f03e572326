//! How many resources there are, how many of them failed, and how old what is deployed is (API model, shape
//! ResourceCountsSummary).

use super::service_instance_list::{Staleness, age};
use super::version::VersionNumber;

/// The counts of one kind of resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub total: i64,
    /// Those whose last deployment, or whose last request for services, failed.
    pub failed: i64,
    /// Those deployed from the recommended version, or a higher one.
    pub up_to_date: i64,
    /// Those deployed from a lower minor version of the recommended major.
    pub behind_minor: i64,
    /// Those deployed from a lower major version.
    pub behind_major: i64,
}

impl Counts {
    /// Adds `count` resources in the status; `deployed` is the version that they are deployed from, where they are.
    pub fn add(&mut self, count: i64, status: &str, deployed: Option<VersionNumber>, recommended: Option<VersionNumber>) {
        self.total = self.total.saturating_add(count);
        if status.contains("FAILED") {
            self.failed = self.failed.saturating_add(count);
        }
        let place = match deployed.map(|deployed| age(deployed, recommended)) {
            None => return,
            Some(Staleness::UpToDate) => &mut self.up_to_date,
            Some(Staleness::BehindMinor) => &mut self.behind_minor,
            Some(Staleness::BehindMajor) => &mut self.behind_major,
        };
        *place = place.saturating_add(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_resource_is_counted_by_its_status_and_its_version() {
        let version = |major, minor| Some(VersionNumber { major, minor });
        let mut counts = Counts::default();
        counts.add(3, "SUCCEEDED", version(2, 1), version(2, 1));
        counts.add(2, "FAILED", version(2, 0), version(2, 1));
        counts.add(1, "DELETE_FAILED", version(1, 9), version(2, 1));
        counts.add(4, "IN_PROGRESS", None, version(2, 1));
        let expected = Counts { total: 10, failed: 3, up_to_date: 3, behind_minor: 2, behind_major: 1 };
        assert_eq!(counts, expected);
    }
}
