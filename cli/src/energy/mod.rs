// SPDX-License-Identifier: Apache-2.0
//! Energy of stations: what collectors have read of meters and counters, made into the reports that the chain takes.
//!
//! * [`read`]: files of readings, as comma-separated values or as measurement files.
//! * [`pack`]: readings by page, day and owner.

pub mod pack;
pub mod read;
