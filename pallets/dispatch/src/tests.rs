// SPDX-License-Identifier: Apache-2.0

//! One module a call or a matter. Every test runs in `mock::run`, which ends in `try_state`.

mod open;
