// SPDX-License-Identifier: Apache-2.0
//! Ways to sign: batches, proxies, multisigs. Their deposits are bytes of state on the company's quota.

use crate::{weights, AccountId, OriginCaller, Proxy, Runtime, RuntimeCall, RuntimeEvent};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{ConstU32, Get, InstanceFilter, ReservableCurrency};
use pallet_federation::quota::BytesOfState;
use scale_info::TypeInfo;
use sp_runtime::traits::{BlakeTwo256, SaturatedConversion};

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = weights::pallet_utility::WeightInfo<Runtime>;
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
	/// The configuration guard alone.
	Configuration,
	/// Work orders alone.
	Orders,
	/// Energy alone.
	Energy,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		use pallet_federation::Call as Federation;
		let inventory = matches!(call, RuntimeCall::Sites(_));
		let configuration = matches!(call, RuntimeCall::ConfigGuard(_));
		let orders = matches!(call, RuntimeCall::Dispatch(_));
		let energy = matches!(call, RuntimeCall::Energy(_));
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
			Self::Business => inventory || configuration || orders || energy || batch,
			Self::Inventory => inventory || batch,
			Self::Configuration => configuration || batch,
			Self::Orders => orders || batch,
			Self::Energy => energy || batch,
			Self::Nodes => nodes || batch,
			Self::Governance => {
				batch
					|| matches!(call, RuntimeCall::Council(_) | RuntimeCall::Preimage(_))
					|| (matches!(call, RuntimeCall::Federation(_)) && !nodes)
			}
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		self == other
			|| matches!(
				(self, other),
				(Self::Any, _)
					| (Self::Business, Self::Inventory | Self::Configuration | Self::Orders | Self::Energy)
			)
	}
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = BytesOfState<Runtime>;
	type ProxyType = ProxyType;
	// The key, a length and the deposit itself; for each proxy its account, type and delay.
	type ProxyDepositBase = ConstU32<77>;
	type ProxyDepositFactor = ConstU32<37>;
	type MaxProxies = ConstU32<16>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<16>;
	type CallHasher = BlakeTwo256;
	// As above; for each announcement an account, a hash and a block.
	type AnnouncementDepositBase = ConstU32<77>;
	type AnnouncementDepositFactor = ConstU32<68>;
	type BlockNumberProvider = frame_system::Pallet<Runtime>;
}

/// Proxies and announcements. They end with their account's time in its company.
pub struct Delegations;

impl pallet_federation::Delegations<AccountId> for Delegations {
	fn clear(who: &AccountId) {
		let (proxies, _) = pallet_proxy::Proxies::<Runtime>::get(who);
		for proxy in proxies {
			forget(&proxy.delegate, |real| real == who);
		}
		Proxy::remove_all_proxy_delegates(who);
		forget(who, |_| true);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill(who: &AccountId) {
		let most: u32 = <Runtime as pallet_proxy::Config>::MaxProxies::get();
		for n in 0..most {
			let delegate: AccountId = frame_benchmarking::account("delegate", n, 0);
			let any = ProxyType::Any;
			Proxy::add_proxy_delegate(who, delegate.clone(), any, n).expect("its company has room");
			announce(&delegate, who);
		}
		announce(who, who);
	}
}

/// As many announcements of `delegate` for `real` as there may be.
#[cfg(feature = "runtime-benchmarks")]
fn announce(delegate: &AccountId, real: &AccountId) {
	let most: u32 = <Runtime as pallet_proxy::Config>::MaxPending::get();
	let pending: alloc::vec::Vec<_> = (0..most).map(|n| (real, crate::Hash::default(), n)).collect();
	// The fields are private; the encoding is not.
	pallet_proxy::Announcements::<Runtime>::mutate(delegate, |entry| {
		*entry =
			Decode::decode(&mut (pending, 0u32).encode().as_slice()).expect("has just been encoded; qed");
	});
}

/// Drops the announcements of `delegate` for whomever `forgotten` says.
fn forget(delegate: &AccountId, forgotten: impl Fn(&AccountId) -> bool) {
	pallet_proxy::Announcements::<Runtime>::mutate_exists(delegate, |entry| {
		let Some((mut pending, held)) = entry.take() else { return };
		// The fields are private; the encoding, which begins with the account, is not.
		pending.retain(|one| {
			!AccountId::decode(&mut one.encode().as_slice()).is_ok_and(|real| forgotten(&real))
		});
		let each: u32 = <Runtime as pallet_proxy::Config>::AnnouncementDepositFactor::get();
		let base: u32 = <Runtime as pallet_proxy::Config>::AnnouncementDepositBase::get();
		let needed = if pending.is_empty() {
			0
		} else {
			held.min(base.saturating_add(each.saturating_mul(pending.len().saturated_into())))
		};
		BytesOfState::<Runtime>::unreserve(delegate, held.saturating_sub(needed));
		if !pending.is_empty() {
			*entry = Some((pending, needed));
		}
	});
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = BytesOfState<Runtime>;
	// An operation's key and header, and 32 bytes for each signatory.
	type DepositBase = ConstU32<165>;
	type DepositFactor = ConstU32<32>;
	type MaxSignatories = ConstU32<16>;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
	type BlockNumberProvider = frame_system::Pallet<Runtime>;
}
