// SPDX-License-Identifier: Apache-2.0

//! Scenes with networks of their own, apart from the shared one: they kill nodes, move the clock, take a database to pieces, or need
//! another country. Each begins with `turn().await`, or with `alone().await` where it asserts a time.
//!
//! The harness begins with the first names of the alphabet, and these are to begin at once: they take nearly as long as all others.

mod crash;
mod month;
mod rounds;
mod saving;
mod subcommands;
