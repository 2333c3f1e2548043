// SPDX-License-Identifier: Apache-2.0

//! Types that every part of Trimast shares, so that a thing has one name and one encoding everywhere.
//!
//! # Terminology
//!
//! * **Organisation**: a member of the federation: a carrier, a tower company or the witness ([`org`]).
//! * **Local network**: a prefecture-level division, the unit in which networks are run; its number is the
//!   GB/T 2260 code and its first two digits name the province ([`territory`]).
//! * **Scope**: the part of the territory an account may act in ([`access`]).
//! * **Consents**: the record that named parties must countersign one exact subject ([`consents`]).
//! * **Page**: the unit in which mass data is stored and read: the stations of a local network whose codes
//!   fall into one bucket ([`page`]).
//! * **Reading**: energy and data volumes of a station in one interval ([`energy`]).
//! * **Key parameter**: a setting of a cell that the federation watches; its values stand in tables, one a page
//!   ([`cells`]).
//!
//! # What it guarantees
//!
//! * **One encoding**: what is signed, stored and sent is the SCALE encoding of these types.
//! * **Bounded**: every list carries its limit in its type.
//! * **No company's name**: organisations are numbers; names are data of the chain.
#![cfg_attr(not(feature = "std"), no_std)]
// What runs in WASM must neither panic nor wrap. (Truncating casts would be on the list, but the derives of SCALE have
// one for every enum.)
#![cfg_attr(
	not(test),
	warn(
		clippy::unwrap_used,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects,
		clippy::cast_possible_wrap,
		clippy::cast_sign_loss
	)
)]

extern crate alloc;

pub mod access;
pub mod admission;
pub mod apis;
pub mod calendar;
pub mod cells;
pub mod consents;
pub mod energy;
pub mod interlock;
pub mod inventory;
pub mod json;
pub mod matter;
pub mod order;
pub mod org;
pub mod page;
pub mod params;
pub mod plan;
pub mod resource;
pub mod site;
pub mod territory;
pub mod text;

use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};

pub use consents::Consents;
pub use org::{OrgId, OrgSet};
pub use territory::{LocalNetworkId, ProvinceId};

/// A signature over a transaction: sr25519, ed25519 or ECDSA.
pub type Signature = MultiSignature;
/// An account: the identifier of a public key, of a multisig or of a proxied account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// How a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// Number of a block.
pub type BlockNumber = u32;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// Hash of blocks, calls and digests: BLAKE2b, 256 bit.
pub type Hash = sp_core::H256;
/// Milliseconds since 1970-01-01 00:00 UTC, as the chain's timestamp counts.
pub type Moment = u64;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// Human text of at most `N` bytes, UTF-8 ([`text`]).
pub type Text<N> = sp_runtime::BoundedVec<u8, N>;
