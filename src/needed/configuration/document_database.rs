//! A `DocumentDB` cluster as event source: Lambda describes the cluster and reads its credentials with the function's
//! role.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html>.

use super::{ConfigurationNeeds, kafka, network};
use crate::lambda::EventSource;

pub(super) const ACTIONS: &[&str] = &[
    "rds:DescribeDBClusters",
    "rds:DescribeDBClusterParameters",
    "rds:DescribeDBSubnetGroups",
];

pub(super) fn needs(source: &EventSource, setting: &str, needs: &mut ConfigurationNeeds) {
    // The actions are also on the cluster's parameter group and subnet group, and the mapping does not name those.
    needs.add(setting, ACTIONS, "*", source.enabled, false);
    network::of_poller(setting, needs);
    kafka::read_secrets(source, setting, needs);
}
