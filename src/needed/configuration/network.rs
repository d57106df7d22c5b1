//! Network interfaces: Lambda creates them with the function's role, for a function in a VPC and for polling a source
//! in a VPC.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>. Actions that a policy can grant more
//! narrowly than on `*` are not marked as required on `*`.

use super::ConfigurationNeeds;
use crate::lambda::VersionSettings;

pub(super) const ACTIONS: &[&str] = &[
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcs",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
];

pub(super) fn of_function(version: &VersionSettings, needs: &mut ConfigurationNeeds) {
    if !version.in_vpc {
        return;
    }
    let setting = version.named("VpcConfig");
    let required = [
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
    ];
    needs.need(&setting, &required, "*", true);
    let narrower = [
        "ec2:CreateNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ];
    needs.need(&setting, &narrower, "*", false);
}

/// Adds the actions that polling a source in a VPC needs. None is required: a source outside a VPC needs no interfaces,
/// and no setting says where the source is.
pub(super) fn of_poller(setting: &str, needs: &mut ConfigurationNeeds) {
    let actions = [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeVpcs",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeSubnets",
        "ec2:DescribeSecurityGroups",
    ];
    needs.need(setting, &actions, "*", false);
}
