//! Integration tests.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod generator;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod policy_semantics;
