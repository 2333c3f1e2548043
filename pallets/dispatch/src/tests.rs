// SPDX-License-Identifier: Apache-2.0

//! One module a call or a matter. Every test runs in `mock::run`, which ends in `try_state`.

mod agenda;
mod appeal;
mod body;
mod deadlines;
mod docs;
mod fact;
mod governed;
mod jobs;
mod model;
mod notes;
mod open;
mod outages;
mod past;
mod plans;
mod remedies;
mod resources;
mod rounds;
mod routes;
mod silence;
mod statement;
mod step;
mod summary;
mod try_state;
mod verdict;
mod views;
