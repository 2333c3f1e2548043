// SPDX-License-Identifier: Apache-2.0

//! End-to-end tests: real nodes, real binaries, real files.
//!
//! One network of four validators and an archive node, with 10,000 stations imported through the `trimast` command, serves
//! all scenes but six: where nodes, importers and observers are killed in the middle, where a whole county loses the
//! mains, where cells sleep at night and the clock is moved, and where a whole month of meters is accounted, networks of their own
//! are used; and where a database is taken apart by the node's subcommands, a node of its own.
//! The scenes take turns, in any order: two cores carry five nodes and one thing happening.
//!
//! The scenes of the configuration guard need the baseline of all cells, which the first of them brings in: a run of one of
//! them alone takes four minutes. `TRIMAST_STATIONS=34000`, as in `scripts/torture`, gives a country of more than 100,000
//! cells in the place of some 30,000. `TRIMAST_METERED` says how many stations have meters in the month of its own, in
//! the place of 500; `scripts/torture` has 20,000.
//!
//! The binaries are those beside this test, or those that `TRIMAST_NODE`, `TRIMAST` and `TRIMAST_SOLVER` name. What the
//! nodes wrote stays in the target folder's `tmp/`.

mod archive;
mod cells;
mod command;
mod company;
mod config_baseline;
mod config_change;
mod config_metrics;
mod config_proof;
mod config_sweep;
mod crash;
mod desk;
mod dispatch;
mod energy;
mod examples;
mod import;
mod order_desk;
mod pause;
mod plan;
mod polkadot_js;
mod reconcile;
mod refusals;
mod resource_lend;
mod rounds;
mod rpc;
mod rpc_config;
mod rpc_dispatch;
mod saving;
mod session_keys;
mod shared;
mod signers;
mod station;
mod subcommands;
mod watch;

/// A company's life and a change of session keys go on beside one another: both spend their time waiting for blocks, and
/// neither touches what the other does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn company_joins_recovers_and_leaves_while_a_validator_changes_its_keys() {
	let shared = shared::shared().await;
	tokio::join!(
		company::joins_recovers_and_leaves(&shared),
		session_keys::rotated_keys_act_in_the_session_after_next(&shared),
	);
}
