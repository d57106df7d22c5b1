//! The X-Ray SDK for Python. Services are spelled as the endpoint prefix (`states`), operations and members as in the
//! API.
//!
//! `aws-xray-sdk` 2.15 (`aws_xray_sdk/ext/boto_utils.py`) has no function to set a whitelist. It reads the module's
//! variable at every call, so it is enough to set that variable, which replaces what the SDK records by default.
//! Services with the same endpoint prefix (SES 1 and 2) share an entry.

use super::defaults::Column;
use super::dialect::{Dialect, as_in_the_api, of_s3};
use super::document::Recorded;
use crate::catalog::{RequestMember, SdkService};

pub(super) const LOADING: &str = "\
Python (aws-xray-sdk; boto3, botocore or aiobotocore patched as usual):
  from aws_xray_sdk.ext import boto_utils
  own = json.load(open('whitelist.json'))
  # other services stay as the SDK has them
  boto_utils.whitelist['services'].update(own['services'])
  # or: these services and no others
  boto_utils.whitelist = own";

pub(super) const DIALECT: Dialect = Dialect {
    defaults: Column::Python,
    services: |service: SdkService<'_>| vec![service.endpoint_prefix().to_owned()],
    operation: str::to_owned,
    has_request_classes: false,
    members,
};

fn members(service: &str, members: &[RequestMember]) -> Vec<Recorded> {
    if service == "s3" {
        of_s3(members)
    } else {
        members.iter().map(as_in_the_api).collect()
    }
}
