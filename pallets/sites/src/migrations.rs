// SPDX-License-Identifier: Apache-2.0

//! Migrations of this pallet's storage. The storage version is 1, the first: there are none yet.
//!
//! The next change of a stored type adds a module `v2` here, a `VersionedMigration<1, 2, ..>` (or a stepped one when it
//! has to touch every page) and its test against a state written by version 1.
