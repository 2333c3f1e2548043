// SPDX-License-Identifier: Apache-2.0

//! One module a call. Every test runs in `mock::run`, which ends in `try_state`.

mod add;
mod agenda;
mod anchor_export;
mod answers;
mod attest_cells;
mod attest_elsewhere;
mod attest_networks;
mod attest_pages;
mod attest_values;
mod changes_model;
mod consent;
mod coverage;
mod demand_openings;
mod denials;
mod draws;
mod dry_run;
mod execute;
mod import;
mod interlock;
mod kinds;
mod model;
mod neighbours;
mod network_model;
mod new_cells;
mod notify;
mod object;
mod open_cells;
mod open_sweep;
mod policy;
mod relations;
mod request;
mod roll_back;
mod scores;
mod set_parameter;
mod sign;
mod summary;
mod take_away;
mod try_state;
mod violations;
