// SPDX-License-Identifier: Apache-2.0

//! End-to-end tests: real nodes, real binaries, real files.
//!
//! # Turns
//!
//! Two cores carry two networks, and one thing happening in each. So scenes take turns, in any order, in two lanes beside one
//! another:
//!
//! | lane | a scene begins with | and has | scenes |
//! |---|---|---|---|
//! | shared | `shared().await` | the shared network: four validators and an archive node, with 10,000 stations imported through the `trimast` command | all that are not apart |
//! | | `shared_with_cells().await` | the same, with the baseline of all cells | of the configuration guard |
//! | apart | `turn().await` | no network until it calls `turn.start(&options).await` | of [`apart`]: nodes, importers and observers are killed, the clock is moved, a whole month of meters is accounted, a database is taken to pieces |
//! | apart | `alone().await` | the same, and the shared network stands idle | rounds in a mass outage: the only scene that asserts a time |
//!
//! Networks start between the scenes of the shared one: five nodes that start take both cores for many seconds, and
//! scenes have deadlines and windows of seconds to meet. Whoever waits for a turn keeps a thread of the harness, so it needs more
//! threads than there are scenes apart: `scripts/env` sets `RUST_TEST_THREADS`. With fewer the same happens in more time.
//!
//! The scenes of the configuration guard need the baseline of all cells, which the first of them brings in: a run of one of
//! them alone takes four minutes. `TRIMAST_STATIONS=34000`, as in `scripts/torture`, gives a country of more than 100,000
//! cells in the place of some 30,000. `TRIMAST_METERED` says how many stations have meters in the month of its own, in
//! the place of 500; `scripts/torture` has 20,000.
//!
//! The binaries are those beside this test, or those that `TRIMAST_NODE`, `TRIMAST` and `TRIMAST_SOLVER` name. What the
//! nodes wrote stays in the target folder's `tmp/`.

mod apart;
mod archive;
mod cells;
mod command;
mod company;
mod config_baseline;
mod config_change;
mod config_metrics;
mod config_proof;
mod config_sweep;
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
mod rpc;
mod rpc_config;
mod rpc_dispatch;
mod session_keys;
mod shared;
mod signers;
mod station;
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
