// SPDX-License-Identifier: Apache-2.0

//! One module a call. Every test runs in `mock::run`, which ends in `try_state`.

mod anchor_export;
mod attest_cells;
mod attest_networks;
mod attest_pages;
mod attest_values;
mod coverage;
mod demand_openings;
mod draws;
mod import;
mod model;
mod open_cells;
mod open_sweep;
mod scores;
mod set_parameter;
mod sign;
mod violations;
