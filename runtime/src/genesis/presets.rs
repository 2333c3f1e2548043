// SPDX-License-Identifier: Apache-2.0
//! The named presets.
//!
//! | preset | validators | keys | delays |
//! |---|---|---|---|
//! | `dev` | one | public | seconds |
//! | `local` | one a company and the witness: 4 votes, finality needs 3 | public | seconds |
//! | `consortium` | three a company and the witness: 10 votes, finality needs 7 | to be filled in | as agreed, with floors |

use super::{catalogue, energy, keys::DevKeys, orders, policy, territory, DEV_ORGS};
use crate::{
	AccountId, ConfigGuardConfig, DispatchConfig, EnergyConfig, FederationConfig, MembershipConfig,
	RuntimeGenesisConfig, SessionConfig, SessionKeys, SitesConfig,
};
use alloc::{format, string::String, vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_config_guard::GenesisHolding;
use pallet_federation::GenesisOrg;
use serde_json::Value;
use sp_core::{ed25519, sr25519};
use sp_genesis_builder::PresetId;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	org::OrgKind,
	params::{ParameterBounds, Parameters},
};

/// Three validators a company and one witness; its keys are placeholders that nobody holds.
pub const CONSORTIUM: &str = "consortium";

/// One validator with public keys.
const DEV: &str = "dev";

/// One validator a company and the witness, with public keys.
const LOCAL: &str = "local";

/// What each number of [`DEV_ORGS`] is.
const KINDS: [OrgKind; 4] = [OrgKind::Carrier, OrgKind::Carrier, OrgKind::TowerCompany, OrgKind::Witness];

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	[DEV, LOCAL, CONSORTIUM].map(PresetId::from).to_vec()
}

/// The preset `id` as JSON.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEV => development(&DEV_ORGS[..1]),
		LOCAL => development(&DEV_ORGS),
		CONSORTIUM => consortium(),
		_ => return None,
	};
	serde_json::to_vec(&patch).ok()
}

/// All four organisations with public keys, of which `validating` run a validator.
fn development(validating: &[&DevKeys]) -> Value {
	let runs = |org: &DevKeys| validating.iter().any(|other| other.name == org.name);
	let orgs = DEV_ORGS.into_iter().zip(KINDS).map(|(keys, kind)| {
		let account = |key: [u8; 32], role| (AccountId::from(key), Roles::of(role), Scope::National);
		GenesisOrg {
			kind,
			name: String::from(keys.name),
			principal: keys.principal.into(),
			recovery: keys.recovery.into(),
			validators: if runs(keys) { vec![keys.validator_account()] } else { vec![] },
			accounts: vec![
				account(keys.planner, Role::Planner),
				account(keys.engineer, Role::Engineer),
				account(keys.dispatcher, Role::Dispatcher),
				account(keys.collector, Role::Collector),
				account(keys.auditor, Role::Auditor),
				account(keys.operator, Role::Operator),
				account(keys.validator, Role::Operator),
			],
		}
	});
	let sessions = validating.iter().map(|keys| (keys.validator_account(), keys.session_keys()));
	genesis(
		orgs.collect(),
		sessions.collect(),
		Parameters::SECONDS,
		ParameterBounds::LOCAL,
		policy::holdings(),
		orders::in_seconds(),
		energy::in_seconds(),
	)
}

/// The shape of the consortium's chain. Each placeholder key says what belongs there: organisation, what, number.
fn consortium() -> Value {
	let placeholder = |org: u8, what: u8, n: u8| {
		let mut key = [0u8; 32];
		let label = [b'F', b'I', b'L', b'L', b'-', b'I', b'N', org, what, n];
		key.iter_mut().zip(label).for_each(|(byte, label)| *byte = label);
		key
	};
	let seats = |kind| {
		let p = Parameters::PRODUCTION;
		let seats = if kind == OrgKind::Witness { p.seats_of_witness } else { p.seats_per_company };
		0..u8::try_from(seats).unwrap_or(0)
	};
	let numbered = || (0u8..).zip(KINDS);
	let orgs = numbered().map(|(org, kind)| GenesisOrg {
		kind,
		name: format!("organisation {org}"),
		principal: placeholder(org, b'P', 0).into(),
		recovery: placeholder(org, b'R', 0).into(),
		validators: seats(kind).map(|n| placeholder(org, b'V', n).into()).collect(),
		accounts: seats(kind)
			.map(|n| (placeholder(org, b'V', n).into(), Roles::of(Role::Operator), Scope::National))
			.collect(),
	});
	let sessions = numbered().flat_map(|(org, kind)| {
		seats(kind).map(move |n| {
			let keys = SessionKeys {
				aura: sr25519::Public::from_raw(placeholder(org, b'A', n)).into(),
				grandpa: ed25519::Public::from_raw(placeholder(org, b'G', n)).into(),
			};
			(AccountId::from(placeholder(org, b'V', n)), keys)
		})
	});
	genesis(
		orgs.collect(),
		sessions.collect(),
		Parameters::PRODUCTION,
		ParameterBounds::PRODUCTION,
		vec![],
		orders::agreed(),
		energy::agreed(),
	)
}

fn genesis(
	orgs: Vec<GenesisOrg>,
	sessions: Vec<(AccountId, SessionKeys)>,
	parameters: Parameters,
	bounds: ParameterBounds,
	holdings: Vec<GenesisHolding>,
	dispatch: DispatchConfig,
	energy: EnergyConfig,
) -> Value {
	let principals = orgs.iter().filter(|org| org.kind.has_council_seat()).map(|org| org.principal.clone());
	let mut seats: Vec<AccountId> = principals.collect();
	seats.sort();
	build_struct_json_patch!(RuntimeGenesisConfig {
		membership: MembershipConfig { members: seats.try_into().unwrap_or_default() },
		session: SessionConfig {
			keys: sessions.into_iter().map(|(account, keys)| (account.clone(), account, keys)).collect(),
		},
		federation: FederationConfig { orgs, parameters, bounds },
		sites: SitesConfig { local_networks: territory::local_networks() },
		config_guard: ConfigGuardConfig {
			parameters: catalogue::parameters(),
			rules: policy::rules(),
			holdings
		},
		dispatch: dispatch,
		energy: energy,
	})
}
