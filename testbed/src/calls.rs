// SPDX-License-Identifier: Apache-2.0

//! The calls that the testbed sends itself. Their arguments are the shared types in their one encoding.

use crate::chain::Static;
use codec::{Compact, Encode, Output};
use subxt::tx::{dynamic, DynamicPayload};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::{Roles, Scope},
	cells::{
		change::{Item, Terms},
		digest::Tag,
		CellId, ParamKey,
	},
	page::SiteId,
	site::Station,
	Hash, LocalNetworkId, Moment, OrgId,
};

/// Calls that are encoded already, as one argument.
#[derive(Clone, Debug)]
pub struct EncodedCalls(Vec<Vec<u8>>);

impl Encode for EncodedCalls {
	fn size_hint(&self) -> usize {
		5 + self.0.iter().map(Vec::len).sum::<usize>()
	}

	fn encode_to<T: Output + ?Sized>(&self, out: &mut T) {
		Compact(self.0.len() as u32).encode_to(out);
		for call in &self.0 {
			out.write(call);
		}
	}
}

/// `sites.import`: a batch of at most 256 stations of one local network.
pub fn import(
	local_network: LocalNetworkId,
	stations: Vec<Station>,
) -> DynamicPayload<(Static<LocalNetworkId>, Static<Vec<Station>>)> {
	dynamic("Sites", "import", (Static(local_network), Static(stations)))
}

/// `sites.register`: one station.
pub fn register(
	local_network: LocalNetworkId,
	station: Station,
) -> DynamicPayload<(Static<LocalNetworkId>, Static<Station>)> {
	dynamic("Sites", "register", (Static(local_network), Static(station)))
}

/// `sites.amend`: the record as it shall be.
pub fn amend(id: SiteId, station: Station) -> DynamicPayload<(Static<SiteId>, Static<Station>)> {
	dynamic("Sites", "amend", (Static(id), Static(station)))
}

/// The arguments of [`add_account`].
pub type NewAccount = (Static<[u8; 32]>, Static<Roles>, Static<Scope>, Static<Option<u16>>);

/// `federation.add_account`: an account without a branch.
pub fn add_account(account: &Keypair, roles: Roles, scope: Scope) -> DynamicPayload<NewAccount> {
	let account = account.public_key().0;
	dynamic("Federation", "add_account", (Static(account), Static(roles), Static(scope), Static(None)))
}

/// `federation.remove_account`.
pub fn remove_account(account: &Keypair) -> DynamicPayload<(Static<[u8; 32]>,)> {
	dynamic("Federation", "remove_account", (Static(account.public_key().0),))
}

/// The arguments of [`request`].
pub type NewRequest = (Static<LocalNetworkId>, Static<Terms>, Static<u16>, Static<Vec<Item>>);

/// `config_guard.request`: a change of values of one page.
pub fn request(
	local_network: LocalNetworkId,
	terms: Terms,
	page: u16,
	items: Vec<Item>,
) -> DynamicPayload<NewRequest> {
	let arguments = (Static(local_network), Static(terms), Static(page), Static(items));
	dynamic("ConfigGuard", "request", arguments)
}

/// `config_guard.consent`: to exactly this subject and revision.
pub fn consent(
	request: u32,
	subject: Hash,
	revision: u32,
) -> DynamicPayload<(Static<u32>, Static<Hash>, Static<u32>)> {
	dynamic("ConfigGuard", "consent", (Static(request), Static(subject), Static(revision)))
}

/// `config_guard.execute`: one page of a request.
pub fn execute(request: u32, page: u16) -> DynamicPayload<(Static<u32>, Static<u16>)> {
	dynamic("ConfigGuard", "execute", (Static(request), Static(page)))
}

/// Who has changed a value: sourceIndicator of TS 28.532, in the order in which the chain counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub enum Source {
	/// RESOURCE_OPERATION.
	Resource,
	/// MANAGEMENT_OPERATION.
	Management,
	/// SON_OPERATION.
	Son,
	/// UNKNOWN.
	Unknown,
}

/// A change of a value, as the network reports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub struct Notice {
	/// Slot of the station in the page.
	pub slot: u8,
	/// The cell.
	pub cell: u8,
	/// The parameter.
	pub key: ParamKey,
	/// The value before.
	pub old: Option<i64>,
	/// The new value.
	pub new: i64,
	/// Who has changed it.
	pub source: Source,
	/// When.
	pub at: Moment,
}

/// `config_guard.notify`: changes of values in one page.
pub fn notify(
	local_network: LocalNetworkId,
	page: u16,
	notices: Vec<Notice>,
) -> DynamicPayload<(Static<LocalNetworkId>, Static<u16>, Static<Vec<Notice>>)> {
	dynamic("ConfigGuard", "notify", (Static(local_network), Static(page), Static(notices)))
}

/// The arguments of [`anchor_export`].
pub type NewExport = (Static<Scope>, Static<Hash>, Static<u32>, Static<Moment>);

/// `config_guard.anchor_export`: the root of an export with so many rows.
pub fn anchor_export(scope: Scope, root: Hash, leaves: u32, observed: Moment) -> DynamicPayload<NewExport> {
	let arguments = (Static(scope), Static(root), Static(leaves), Static(observed));
	dynamic("ConfigGuard", "anchor_export", arguments)
}

/// `config_guard.open_sweep`.
pub fn open_sweep(scope: Scope) -> DynamicPayload<(Static<Scope>,)> {
	dynamic("ConfigGuard", "open_sweep", (Static(scope),))
}

/// The arguments of [`attest_networks`].
pub type NetworkTags = (Static<u32>, Static<Hash>, Static<Vec<(LocalNetworkId, Tag)>>);

/// `config_guard.attest_networks`: whole local networks by their tags.
pub fn attest_networks(
	sweep: u32,
	export: Hash,
	tags: Vec<(LocalNetworkId, Tag)>,
) -> DynamicPayload<NetworkTags> {
	dynamic("ConfigGuard", "attest_networks", (Static(sweep), Static(export), Static(tags)))
}

/// The arguments of [`attest_pages`].
pub type PageTags = (Static<u32>, Static<Hash>, Static<LocalNetworkId>, Static<u16>, Static<Vec<Tag>>);

/// `config_guard.attest_pages`: pages in a row by their tags.
pub fn attest_pages(
	sweep: u32,
	export: Hash,
	local_network: LocalNetworkId,
	first: u16,
	tags: Vec<Tag>,
) -> DynamicPayload<PageTags> {
	let arguments = (Static(sweep), Static(export), Static(local_network), Static(first), Static(tags));
	dynamic("ConfigGuard", "attest_pages", arguments)
}

/// The arguments of [`demand_openings`].
pub type NamedCells = (Static<OrgId>, Static<Hash>, Static<Vec<CellId>>);

/// `config_guard.demand_openings`: cells that another company has to open from an export.
pub fn demand_openings(org: OrgId, root: Hash, cells: Vec<CellId>) -> DynamicPayload<NamedCells> {
	dynamic("ConfigGuard", "demand_openings", (Static(org), Static(root), Static(cells)))
}

/// `utility.batch_all` of calls that are encoded already: all or none.
pub fn batch_all(calls: Vec<Vec<u8>>) -> DynamicPayload<(Static<EncodedCalls>,)> {
	dynamic("Utility", "batch_all", (Static(EncodedCalls(calls)),))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn encoded_calls_are_a_list_of_calls() {
		assert_eq!(EncodedCalls(vec![vec![1, 2], vec![3]]).encode(), [8, 1, 2, 3]);
		assert_eq!(EncodedCalls(vec![vec![1, 2], vec![3]]).encode().len() + 4, 5 + 3);
	}
}
