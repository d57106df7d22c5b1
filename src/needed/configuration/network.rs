//! Lambda makes network interfaces with the role, for a function in a VPC and for the pollers of sources in one.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>. What may be granted more narrowly than on `*`
//! is not required there.

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

/// For a source whose servers stand in a VPC. Those that are reached otherwise need none of it, and no setting tells.
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
