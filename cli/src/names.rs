// SPDX-License-Identifier: Apache-2.0
//! How people name things on the command line: accounts, companies, places, stations.

use crate::{
	error::{Failure, Result},
	output::quoted,
};
use sp_core::crypto::Ss58Codec;
use std::str::FromStr;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	apis::OrgView,
	cells::CellId,
	page::SiteId,
	text::escaped,
	AccountId, LocalNetworkId, OrgId, OrgSet, ProvinceId,
};

/// An account: SS58 text or 32 bytes in hexadecimal.
pub(crate) fn account(text: &str) -> Result<AccountId, String> {
	if let Some(digits) = text.strip_prefix("0x") {
		let mut bytes = [0u8; 32];
		hex::decode_to_slice(digits, &mut bytes).map_err(|e| format!("not 32 bytes in hexadecimal: {e}"))?;
		return Ok(bytes.into());
	}
	// Reading base 58 takes the square of its length.
	if text.len() > 64 {
		return Err(format!("{} is too long for an SS58 address", quoted(text)));
	}
	AccountId::from_ss58check(text)
		.map_err(|_| "neither an SS58 address nor 0x and 64 hexadecimal digits".into())
}

/// An account as people read it.
pub(crate) fn ss58(account: &AccountId) -> String {
	account.to_ss58check()
}

/// A company, by number or by name; which of the two is known once the chain has been asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum OrgName {
	/// Its number.
	Id(OrgId),
	/// Its name.
	Name(String),
}

impl FromStr for OrgName {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		match text.parse() {
			Ok(number) => Ok(Self::Id(OrgId(number))),
			Err(_) if text.is_empty() => Err("a number or a name".into()),
			Err(_) => Ok(Self::Name(text.into())),
		}
	}
}

impl OrgName {
	/// The company among those of the chain.
	pub(crate) fn find<'a>(&self, orgs: &'a [OrgView]) -> Result<&'a OrgView> {
		let mut found = orgs.iter().filter(|org| match self {
			Self::Id(id) => org.id == *id,
			Self::Name(name) => org.name == *name,
		});
		let (first, second) = (found.next(), found.next());
		if let (Some(first), Some(second)) = (first, second) {
			return Err(Failure::input(format!("several organisations are called {}", quoted(&first.name)))
				.remedy(format!("say the number: {}, {}, ...", first.id.0, second.id.0)));
		}
		first.ok_or_else(|| {
			let known: Vec<_> =
				orgs.iter().map(|org| format!("{} {}", org.id.0, escaped(&org.name))).collect();
			let asked = match self {
				Self::Id(id) => id.0.to_string(),
				Self::Name(name) => name.clone(),
			};
			Failure::input(format!("no organisation {}", quoted(&asked)))
				.remedy(format!("one of: {}", known.join(", ")))
		})
	}
}

/// Name of a company as it may stand on a terminal, its number when it is unknown.
pub(crate) fn org_name(orgs: &[OrgView], id: OrgId) -> String {
	let Some(org) = orgs.iter().find(|org| org.id == id) else { return id.0.to_string() };
	let name = escaped(&org.name);
	if orgs.iter().any(|other| other.id != id && other.name == org.name) {
		format!("{name} (number {})", id.0)
	} else {
		name
	}
}

/// Names of a set of companies.
pub(crate) fn org_names(orgs: &[OrgView], set: OrgSet) -> String {
	let names: Vec<_> = set.iter().map(|id| org_name(orgs, id)).collect();
	if names.is_empty() {
		"-".into()
	} else {
		names.join(", ")
	}
}

/// A place: `national`, `province:13`, `local:1301`.
pub(crate) fn scope(text: &str) -> Result<Scope, String> {
	let number = |digits: &str| {
		let wrong =
			|| format!("{} is no code: two digits of a province, four of a local network", quoted(digits));
		digits.parse::<u16>().map_err(|_| wrong())
	};
	match text.split_once(':') {
		None if text == "national" => Ok(Scope::National),
		Some(("province", digits)) => {
			let code = u8::try_from(number(digits)?).map_err(|_| "a province has two digits".to_string())?;
			Ok(Scope::Province(ProvinceId(code)))
		}
		Some(("local", digits)) => Ok(Scope::LocalNetwork(LocalNetworkId(number(digits)?))),
		_ => Err("one of national, province:13, local:1301".into()),
	}
}

/// A scope as [`scope`] reads it.
pub(crate) fn scope_text(scope: Scope) -> String {
	match scope {
		Scope::National => "national".into(),
		Scope::Province(province) => format!("province:{}", province.0),
		Scope::LocalNetwork(local_network) => format!("local:{}", local_network.0),
	}
}

/// Refuses a place that the territory, all local networks of the chain, does not have.
pub(crate) fn check_scope(scope: Scope, territory: &[LocalNetworkId]) -> Result<()> {
	if scope == Scope::National || territory.iter().any(|local_network| scope.covers(*local_network)) {
		return Ok(());
	}
	let failure = Failure::input("the chain's territory has no such place").at(scope_text(scope));
	Err(failure.remedy(
		"`trimast site networks` lists the local networks; the first two digits of each are its province",
	))
}

/// Roles joined by `,` or `+`.
pub(crate) fn roles(text: &str) -> Result<Roles, String> {
	let known = || Role::ALL.map(role_text).join(", ");
	text.split([',', '+'])
		.map(|name| {
			let name = name.trim();
			let found = Role::ALL.into_iter().find(|role| role_text(*role) == name);
			found.ok_or_else(|| format!("no role {}: one of {}", quoted(name), known()))
		})
		.collect()
}

/// Roles as [`roles`] reads them.
pub(crate) fn roles_text(roles: Roles) -> String {
	roles.iter().map(role_text).collect::<Vec<_>>().join("+")
}

/// A role as [`roles`] reads it.
pub(crate) fn role_text(role: Role) -> &'static str {
	match role {
		Role::Admin => "admin",
		Role::Planner => "planner",
		Role::Engineer => "engineer",
		Role::Dispatcher => "dispatcher",
		Role::Collector => "collector",
		Role::Auditor => "auditor",
		Role::Operator => "operator",
	}
}

/// A local network: its four digits.
pub(crate) fn local_network(text: &str) -> Result<LocalNetworkId, String> {
	match text.parse() {
		Ok(code @ 1000..=9999) => Ok(LocalNetworkId(code)),
		_ => Err("a local network is four digits, such as 1301: `trimast site networks` lists them".into()),
	}
}

/// A station: `1301:197` by number, `1301/HE-0001` by code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum SiteName {
	/// By number.
	Id(SiteId),
	/// By code.
	Code(LocalNetworkId, String),
}

impl FromStr for SiteName {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		if let Some((place, index)) = text.split_once(':') {
			let index = index.parse().map_err(|_| {
				format!("{} is no station's number, such as the 197 of 1301:197", quoted(index))
			})?;
			return Ok(Self::Id(SiteId { local_network: local_network(place)?, index }));
		}
		match text.split_once('/') {
			Some((place, code)) if !code.is_empty() => Ok(Self::Code(local_network(place)?, code.into())),
			_ => {
				Err("a station is LOCAL-NETWORK:NUMBER (1301:197) or LOCAL-NETWORK/CODE (1301/HE-0001)"
					.into())
			}
		}
	}
}

/// A cell: its station, and its number within it: `1301/HE-0001/2`, `1301:197/2` or `1301:197:2`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CellName {
	/// The station.
	pub(crate) site: SiteName,
	/// The cell's number within it.
	pub(crate) cell: u8,
}

impl FromStr for CellName {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		let expected =
			|| format!("{} is no cell: STATION/CELL, such as 1301/HE-0001/2 or 1301:197/2", quoted(text));
		let (site, cell) = text.rsplit_once(['/', ':']).ok_or_else(expected)?;
		Ok(Self { site: site.parse().map_err(|_| expected())?, cell: cell.parse().map_err(|_| expected())? })
	}
}

/// A cell as [`CellName`] reads it.
pub(crate) fn cell_text(cell: CellId) -> String {
	format!("{}/{}", site_text(cell.site), cell.cell)
}

/// A station's number as [`SiteName`] reads it.
pub(crate) fn site_text(id: SiteId) -> String {
	format!("{}:{}", id.local_network.0, id.index)
}

/// Bytes in hexadecimal, `0x` in front.
pub(crate) fn hex0x(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// The bytes of hexadecimal text, with or without `0x`.
pub(crate) fn unhex(text: &str) -> Result<Vec<u8>, String> {
	hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|e| format!("not hexadecimal: {e}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn scopes_and_roles_read_what_they_write() {
		for place in
			[Scope::National, Scope::Province(ProvinceId(13)), Scope::LocalNetwork(LocalNetworkId(1301))]
		{
			assert_eq!(scope(&scope_text(place)), Ok(place));
		}
		let all: Roles = Role::ALL.into_iter().collect();
		assert_eq!(roles(&roles_text(all)), Ok(all));
		assert!(roles("planer").unwrap_err().contains("planner"));
		assert!(scope("province:1301").is_err());
	}

	#[test]
	fn scope_fails_when_the_territory_does_not_have_the_place() {
		let territory = [1301, 1401].map(LocalNetworkId);
		let known = [
			Scope::National,
			Scope::Province(ProvinceId(13)),
			Scope::Province(ProvinceId(14)),
			Scope::LocalNetwork(LocalNetworkId(1401)),
		];
		assert!(known.into_iter().all(|place| check_scope(place, &territory).is_ok()));
		for (place, text) in [
			(Scope::Province(ProvinceId(15)), "province:15"),
			(Scope::Province(ProvinceId(16)), "province:16"),
			(Scope::LocalNetwork(LocalNetworkId(1302)), "local:1302"),
		] {
			let refused = check_scope(place, &territory).unwrap_err();
			assert!(refused.to_string().starts_with(text) && refused.exit_code() == 3, "{refused}");
		}
	}

	#[test]
	fn stations_are_named_by_number_or_code() {
		let id = SiteId { local_network: LocalNetworkId(1301), index: 197 };
		assert_eq!("1301:197".parse(), Ok(SiteName::Id(id)));
		assert_eq!("1301/HE-1".parse(), Ok(SiteName::Code(LocalNetworkId(1301), "HE-1".into())));
		assert!("1301".parse::<SiteName>().is_err());
		assert!("13/HE-1".parse::<SiteName>().is_err());
	}

	#[test]
	fn cells_are_named_by_their_station_and_their_number() {
		let site = SiteId { local_network: LocalNetworkId(1301), index: 197 };
		let name = CellName { site: SiteName::Id(site), cell: 2 };
		for text in ["1301:197/2", "1301:197:2"] {
			assert_eq!(text.parse(), Ok(name.clone()));
		}
		assert_eq!(cell_text(CellId { site, cell: 2 }), "1301:197/2");
		let code = SiteName::Code(LocalNetworkId(1301), "HE-1".into());
		assert_eq!("1301/HE-1/0".parse(), Ok(CellName { site: code, cell: 0 }));
		for text in ["", "1301:197", "1301/HE-1", "1301/HE-1/256", "1301/HE-1/-1"] {
			assert!(text.parse::<CellName>().is_err(), "{text}");
		}
	}

	#[test]
	fn accounts_are_read_in_both_forms() {
		let id = AccountId::from([7u8; 32]);
		assert_eq!(account(&ss58(&id)), Ok(id.clone()));
		assert_eq!(account(&hex0x([7u8; 32])), Ok(id));
		assert!(account("0x12").is_err());
	}
}
