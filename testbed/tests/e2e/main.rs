// SPDX-License-Identifier: Apache-2.0

//! End-to-end tests: real nodes, real binaries, real files.
//!
//! One network of four validators and an archive node, with 20,000 stations imported through the `trimast` command, serves
//! all scenes but one: where nodes and importer are killed in the middle of an import, a network of its own is used. The
//! scenes take turns, in any order: two cores carry five nodes and one thing happening.
//!
//! The binaries are those beside this test, or those that `TRIMAST_NODE` and `TRIMAST` name. What the nodes wrote stays in
//! the target folder's `tmp/`.

mod archive;
mod crash;
mod import;
mod polkadot_js;
mod reconcile;
mod refusals;
mod shared;
mod watch;
