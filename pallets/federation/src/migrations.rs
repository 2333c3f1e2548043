// SPDX-License-Identifier: Apache-2.0

//! Changes of the stored state between versions of the pallet.
//!
//! The storage starts at version 1 and has not changed since, so there is nothing to migrate. A migration
//! gets a module of its own here (`v2`, ...), is a `VersionedMigration` when it fits a block and a
//! `SteppedMigration` when it does not, and has a test that writes the old state first.
