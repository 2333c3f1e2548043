// SPDX-License-Identifier: Apache-2.0
//! The way to the chain: a connection that survives a restarted node, calls looked up by name in the metadata,
//! runtime APIs, events and errors in words.

pub(crate) mod call;
pub(crate) mod errors;
pub(crate) mod events;
pub(crate) mod extrinsic;
#[cfg(test)]
pub(crate) mod fake;
pub(crate) mod finalized;
pub(crate) mod json;
pub(crate) mod operations;
pub(crate) mod remedies;
pub(crate) mod rpc;
pub(crate) mod spec;
pub(crate) mod status;
pub(crate) mod storage;
pub(crate) mod views;
pub(crate) mod wrap;

pub(crate) use call::Call;
pub(crate) use rpc::{Chain, Patience};
pub(crate) use spec::Spec;
