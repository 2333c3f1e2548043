// SPDX-License-Identifier: Apache-2.0
//! The configuration of every pallet, a file a group.

pub mod business;
pub mod chain;
pub mod council;
pub mod signing;
