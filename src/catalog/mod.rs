//! Maps the words of an SDK (service, operation, parameters) to those of IAM (action, ARN). No other module does.
//!
//! The facts come from `data/catalogue.bin`, which is embedded in the program: the actions that AWS documents in the
//! [Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html),
//! the operations of every SDK service, and hand-written overrides. The index is decoded at first use, and a service's
//! block when it is first asked for. The catalogue knows nothing about traces, owners or policies.

mod access_point;
pub mod across;
mod block;
mod condition;
mod condition_keys;
mod credentials;
mod directory;
mod everything;
mod file;
mod fill;
mod filled;
mod form;
mod granular;
mod ids;
mod index;
mod names;
mod naming;
mod needs;
mod object_keys;
mod overlap;
pub mod owner;
pub mod parameters;
mod place;
mod possible;
mod reach;
mod reference;
mod resolve;
pub mod sensitive;
mod source;
mod statement;
mod table_bucket;
mod template;
mod transform;
mod universe;
pub mod untraced;
mod value;

pub use condition_keys::is_global_condition_key;
pub use credentials::gives_credentials;
pub(crate) use everything::{has_all_of, has_every_arn};
pub use file::CatalogError;
pub use form::Form;
pub use names::SdkService;
pub(crate) use naming::Naming;
pub use object_keys::ObjectKeys;
pub use parameters::{RequestMember, Shape};
pub use possible::PossibleNeed;
pub use reference::{AccessLevel, ActionEntry, Implied, ResourceType, ServiceReference};
pub use resolve::{Mapped, MappingKind, Need, Resolution, Resources};

use block::Block;
use file::{Frame, Layout};
use index::Index;
use std::sync::OnceLock;

static EMBEDDED: &[u8] = include_bytes!("../../data/catalogue.bin");

/// The service catalogue.
///
/// ```
/// use aws_least_privilege::catalog::{Catalog, Resolution};
/// use aws_least_privilege::xray::{Call, Parameters};
///
/// let mut parameters = Parameters::default();
/// parameters.insert("queue_url", "https://sqs.eu-west-1.amazonaws.com/123456789012/orders");
/// let call = Call { service: "AmazonSQS".into(), operation: "SendMessageBatch".into(), parameters, ..Call::default() };
///
/// let Resolution::Mapped(mapped) = Catalog::embedded().resolve(&call) else { panic!("not mapped") };
/// assert_eq!(mapped.needs[0].action, "sqs:SendMessage".parse()?);
/// assert!(mapped.needs[0].resources.patterns.contains("arn:aws:sqs:eu-west-1:123456789012:orders"));
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
#[derive(Debug)]
pub struct Catalog {
    layout: Layout,
    index: Index,
    blocks: Vec<OnceLock<Result<Block, CatalogError>>>,
}

impl Catalog {
    /// Returns the catalogue that is embedded in the program.
    ///
    /// # Panics
    ///
    /// Panics if the index of the embedded catalogue cannot be read. Tests make sure that it can.
    pub fn embedded() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        #[expect(
            clippy::expect_used,
            reason = "the bytes are part of the program, and a test decodes every block of them"
        )]
        CATALOG.get_or_init(|| Self::from_bytes(EMBEDDED).expect("the embedded catalogue is whole"))
    }

    /// Reads a catalogue. Its index is decoded at once, its blocks when they are asked for.
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are not a catalogue of this version, or if the index is inconsistent.
    pub fn from_bytes(bytes: &'static [u8]) -> Result<Self, CatalogError> {
        let layout = Layout::read(bytes)?;
        let index = Index::read(&layout.index()?)?;
        let blocks = index.blocks.iter().map(|_| OnceLock::new()).collect();
        Ok(Self {
            layout,
            index,
            blocks,
        })
    }

    /// Decodes every block, to check that all of them can be decoded.
    ///
    /// # Errors
    ///
    /// Returns the error of the first block, in alphabetical order, that cannot be decoded.
    pub fn verify(&self) -> Result<(), CatalogError> {
        (0..self.blocks.len()).try_for_each(|number| self.block_at(number).map(|_| ()))
    }

    /// Returns the block of an IAM prefix, in any case. A block that cannot be decoded counts as absent, and
    /// [`Catalog::verify`] says why.
    fn block(&self, prefix: &str) -> Option<&Block> {
        self.block_at(self.index.block_number(prefix)?).ok()
    }

    fn block_at(&self, number: usize) -> Result<&Block, CatalogError> {
        let (Some(row), Some(slot)) = (self.index.blocks.get(number), self.blocks.get(number))
        else {
            return Err(CatalogError::Frame {
                what: format!("block {number}"),
            });
        };
        let decode = || {
            let frame = Frame {
                offset: row.offset,
                compressed: row.compressed,
                raw: row.raw,
            };
            Block::read(row, &self.layout.block(&row.prefix, frame)?)
        };
        slot.get_or_init(decode).as_ref().map_err(Clone::clone)
    }
}

#[cfg(test)]
mod tests;
