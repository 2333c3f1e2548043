// SPDX-License-Identifier: Apache-2.0
//! `trimast energy`: energy of shared stations, from the files of collectors to signed statements.
//!
//! ```text
//!   files -> read -> pack -> batches -> report | attest (compare, bodies)  -> show, dispute
//!                                    total of a month -> statement (page)  -> export (gather, record) -> recompute
//! ```
//!
//! * [`read`]: files of readings, as comma-separated values or as measurement files. [`pack`]: readings by page, day and owner.
//! * [`batches`], [`report`], [`tally`]: reports to the chain, with a result for each reading; [`again`]: also of those that stand there
//!   already. [`attest`], [`compare`], [`dispute`]:
//!   what other companies have seen, and how that ends.
//! * [`show`], [`total`], [`statement`], [`page`]: what stands, what it comes to, what is owed, and that as a file.
//! * [`windows`]: hours in which cells sleep, from plans to proven savings.
//! * [`bodies`], [`gather`], [`record`], [`export`], [`recompute`]: a month computed anew, without trusting any node.
//! * [`views`], [`said`], [`news`], [`words`]: what the chain answers and says, and how people write it.

mod again;
mod attest;
mod batches;
mod bodies;
mod commands;
mod compare;
mod dispute;
mod export;
mod gather;
pub(crate) mod news;
pub mod pack;
mod page;
pub mod read;
mod recompute;
mod record;
mod report;
mod said;
mod show;
mod statement;
mod tally;
mod total;
mod views;
mod windows;
mod words;

pub(crate) use commands::{run, EnergyCommand};
