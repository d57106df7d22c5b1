//! Decodes the catalogue's index: the services, their names, and the positions of their blocks.

use super::file::CatalogError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The index as it is stored.
#[derive(Debug, Deserialize)]
pub(super) struct Index {
    pub(super) blocks: Vec<BlockRow>,
    pub(super) services: Vec<ServiceRow>,
    /// For each normalised name, the services that have it, by their index in `services`.
    pub(super) aliases: BTreeMap<String, Vec<usize>>,
    /// The number of the first action of each block. Actions are numbered over the whole catalogue.
    #[serde(skip)]
    pub(super) first_actions: Vec<u32>,
    #[serde(skip)]
    pub(super) action_count: u32,
}

/// One block: `[iam_prefix, offset, compressed_len, raw_len, action_count]`.
#[derive(Debug, Deserialize)]
pub(super) struct BlockRow {
    pub(super) prefix: String,
    pub(super) offset: usize,
    pub(super) compressed: usize,
    pub(super) raw: usize,
    pub(super) action_count: u32,
}

/// One service of the SDKs: `[botocore_name, block_index, service_id, endpoint_prefix, java_v1_name, dotnet_name]`.
#[derive(Debug, Deserialize)]
pub(super) struct ServiceRow {
    pub(super) name: String,
    pub(super) block: usize,
    pub(super) service_id: String,
    pub(super) endpoint_prefix: String,
    pub(super) java_v1: String,
    pub(super) dotnet: String,
}

impl Index {
    pub(super) fn read(raw: &[u8]) -> Result<Self, CatalogError> {
        let mut index: Self =
            serde_json::from_slice(raw).map_err(|error| CatalogError::content("index", error))?;
        if !index
            .blocks
            .is_sorted_by(|one, next| one.prefix < next.prefix)
        {
            return Err(CatalogError::content(
                "index",
                "its blocks are not sorted by prefix",
            ));
        }
        let services = index.services.len();
        let blocks = index.blocks.len();
        if index.services.iter().any(|service| service.block >= blocks)
            || index
                .aliases
                .values()
                .flatten()
                .any(|place| *place >= services)
        {
            return Err(CatalogError::content(
                "index",
                "it points at what is not there",
            ));
        }
        let mut next = 0_u32;
        for row in &index.blocks {
            index.first_actions.push(next);
            next = next
                .checked_add(row.action_count)
                .ok_or_else(|| CatalogError::content("index", "it counts too many actions"))?;
        }
        index.action_count = next;
        Ok(index)
    }

    /// Returns the index of an IAM prefix's block. The prefix may be in any case.
    pub(super) fn block_number(&self, prefix: &str) -> Option<usize> {
        let exact = self
            .blocks
            .binary_search_by(|row| row.prefix.as_str().cmp(prefix));
        exact.ok().or_else(|| {
            self.blocks
                .iter()
                .position(|row| row.prefix.eq_ignore_ascii_case(prefix))
        })
    }
}
