// SPDX-License-Identifier: Apache-2.0

//! National data, networks of real nodes on one machine, and measurements.
//!
//! # What is here
//!
//! * [`generate`]: a country's stations, three parties' books of them, its cells and an outage, from a seed.
//! * [`network`]: starts, kills and stops real nodes on loopback.
//! * [`demo`]: the network of three companies, running, with a national inventory in it.
//! * [`bench`]: what the chain takes, in tables.
//! * [`mass_outage`]: what companies do in one, from the first alarm until routes are out.
//! * [`torture`]: nodes and importers killed at random, until the time is over.
//! * [`chain`], [`calls`], [`keys`], [`views`]: a small client of the testbed's own, so that what the `trimast` command says
//!   is checked by something else.
//! * [`trimast`]: runs that command as a company would.
//!
//! # What it guarantees
//!
//! * **Real**: nodes, binaries and files are those that a user has; nothing is mocked.
//! * **Nothing left behind**: every process started here is ended by its id, also when this one is killed ([`network`]).
//! * **Independent**: the generator shares no code with what reads and matches its files ([`generate`]).

pub mod bench;
pub mod binaries;
pub mod calls;
pub mod chain;
pub mod demo;
pub mod generate;
pub mod keys;
pub mod mass_outage;
pub mod network;
pub mod territory;
pub mod time;
pub mod torture;
pub mod trimast;
pub mod views;
