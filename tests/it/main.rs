//! Integration tests.

#[cfg(test)]
mod catalog;
#[cfg(test)]
mod live;
#[cfg(test)]
mod policy_semantics;
