// SPDX-License-Identifier: Apache-2.0

//! One module a call. Every test runs in `mock::run`, which ends in `try_state`.

mod amend;
mod commit;
mod consent;
mod countersign;
mod countersign_stations;
mod genesis;
mod import;
mod model;
mod open_reconciliation;
mod publish;
mod reassign;
mod register;
mod remove_local_network;
mod restore;
mod retire;
mod reveal;
mod set_local_network;
mod transfer;
mod views;
mod withdraw;
