// SPDX-License-Identifier: Apache-2.0

//! What is kept of crews, generators and spares.

pub use trimast_primitives::resource::{Details, Kind, Lending, Owned, Shift};
