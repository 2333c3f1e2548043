// SPDX-License-Identifier: Apache-2.0
//! Ways to sign: batches, proxies, multisigs. Their deposits are bytes of state on the company's quota.

use crate::{OriginCaller, Runtime, RuntimeCall, RuntimeEvent};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{ConstU32, InstanceFilter};
use pallet_federation::quota::BytesOfState;
use scale_info::TypeInfo;
use sp_runtime::traits::BlakeTwo256;

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

/// What a proxy may do for the account that named it.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Default,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	Any,
	/// The trade: everything but ruling, accounts and keys.
	Business,
	/// The inventory alone.
	Inventory,
	/// Ruling: the council, motions, the company's own accounts.
	Governance,
	/// Nodes: session keys, validator seats, the node registry.
	Nodes,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		use pallet_federation::Call as Federation;
		let inventory = matches!(call, RuntimeCall::Sites(_));
		let nodes = matches!(
			call,
			RuntimeCall::Session(_)
				| RuntimeCall::Federation(
					Federation::set_validators { .. }
						| Federation::register_node { .. }
						| Federation::retire_node { .. }
				)
		);
		// A batch is judged call by call, since its calls are dispatched through the same filter.
		let batch = matches!(call, RuntimeCall::Utility(_));
		match self {
			Self::Any => true,
			Self::Business | Self::Inventory => inventory || batch,
			Self::Nodes => nodes || batch,
			Self::Governance => {
				batch
					|| matches!(call, RuntimeCall::Council(_) | RuntimeCall::Preimage(_))
					|| (matches!(call, RuntimeCall::Federation(_)) && !nodes)
			}
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		self == other || matches!((self, other), (Self::Any, _) | (Self::Business, Self::Inventory))
	}
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	// No deposit: what an account may hold is bounded by MaxProxies and MaxPending.
	type Currency = BytesOfState<Runtime>;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ConstU32<0>;
	type ProxyDepositFactor = ConstU32<0>;
	type MaxProxies = ConstU32<16>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<16>;
	type CallHasher = BlakeTwo256;
	type AnnouncementDepositBase = ConstU32<0>;
	type AnnouncementDepositFactor = ConstU32<0>;
	type BlockNumberProvider = frame_system::Pallet<Runtime>;
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = BytesOfState<Runtime>;
	// An operation's key and header, and 32 bytes for each signatory.
	type DepositBase = ConstU32<152>;
	type DepositFactor = ConstU32<32>;
	type MaxSignatories = ConstU32<16>;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
	type BlockNumberProvider = frame_system::Pallet<Runtime>;
}
