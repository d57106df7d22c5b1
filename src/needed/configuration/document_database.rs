//! A `DocumentDB` cluster as event source: Lambda finds it and signs in with the role.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html>.

use super::{ConfigurationNeeds, kafka, network};
use crate::lambda::EventSource;

const ACTIONS: &[&str] = &[
    "rds:DescribeDBClusters",
    "rds:DescribeDBClusterParameters",
    "rds:DescribeDBSubnetGroups",
];

pub(super) fn needs(source: &EventSource, setting: &str, needs: &mut ConfigurationNeeds) {
    // The parameter and subnet groups are the cluster's; which those are is not in the mapping.
    needs.add(setting, ACTIONS, "*", source.enabled, false);
    network::of_poller(setting, needs);
    kafka::read_secrets(source, setting, needs);
}
