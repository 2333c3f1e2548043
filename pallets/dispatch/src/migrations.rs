// SPDX-License-Identifier: Apache-2.0

//! Migrations of this pallet's storage. The storage version is 1, the first: there are none yet.
