// SPDX-License-Identifier: Apache-2.0
//! What each call weighs, as `scripts/weights` has measured it on the machine that each file names.

// The files are generated.
#![allow(missing_docs, unused_imports, unused_parens, clippy::all)]

pub mod frame_system;
pub mod frame_system_extensions;
pub mod pallet_collective;
pub mod pallet_config_guard;
pub mod pallet_dispatch;
pub mod pallet_energy;
pub mod pallet_federation;
pub mod pallet_sites;
pub mod pallet_timestamp;
pub mod pallet_utility;
