// SPDX-License-Identifier: Apache-2.0
//! The presets from which a chain starts: `dev`, `local` and `consortium`.

mod catalogue;
mod energy;
mod keys;
mod orders;
mod policy;
mod presets;
mod territory;

pub use keys::{DevKeys, DEV_ORGS};
pub use presets::{get_preset, preset_names, CONSORTIUM};
