// SPDX-License-Identifier: Apache-2.0

//! The calls that the testbed sends itself. Their arguments are the shared types in their one encoding.

use crate::chain::Static;
use codec::{Compact, Encode, Output};
use subxt::{
	ext::scale_encode::{EncodeAsFields, Error, FieldIter, TypeResolver},
	tx::{dynamic, DynamicPayload},
};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::{Roles, Scope},
	cells::{
		change::{Item, Terms},
		digest::Tag,
		export::Opening,
		CellId, CellValues, ParamKey,
	},
	energy::Report,
	order,
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

/// The arguments of a call, encoded already, one after the other.
#[derive(Clone, Debug)]
pub struct EncodedArguments(Vec<u8>);

impl EncodeAsFields for EncodedArguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		_: &mut dyn FieldIter<'_, R::TypeId>,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), Error> {
		out.extend_from_slice(&self.0);
		Ok(())
	}
}

/// A call whose arguments are encoded already: all such calls are of one type.
pub type EncodedCall = DynamicPayload<EncodedArguments>;

fn config_guard(call: &str, arguments: impl Encode) -> EncodedCall {
	dynamic("ConfigGuard", call, EncodedArguments(arguments.encode()))
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

/// `utility.batch_all` of calls that are encoded already: all or none.
pub fn batch_all(calls: Vec<Vec<u8>>) -> EncodedCall {
	dynamic("Utility", "batch_all", EncodedArguments(EncodedCalls(calls).encode()))
}

/// `configGuard.import`: cells of one page, as [`trimast_primitives::cells::CellTable::to_bytes`] writes them.
pub fn import_cells(local_network: LocalNetworkId, page: u16, table: &[u8]) -> EncodedCall {
	config_guard("import", (local_network, page, table))
}

/// `configGuard.anchor_export`: an export of so many rows. `observed` is in milliseconds, as the chain's clock is.
pub fn anchor_export(scope: Scope, root: Hash, leaves: u32, observed: Moment) -> EncodedCall {
	config_guard("anchor_export", (scope, root, leaves, observed))
}

/// `configGuard.open_cells`: at most 16 rows of an export with this scope.
pub fn open_cells(scope: Scope, root: Hash, openings: &[Opening]) -> EncodedCall {
	config_guard("open_cells", (scope, root, openings))
}

/// `configGuard.open_sweep`.
pub fn open_sweep(scope: Scope) -> EncodedCall {
	config_guard("open_sweep", scope)
}

/// `configGuard.attest_networks`: a tag for each of at most `MaxNetworks` local networks.
pub fn attest_networks(sweep: u32, export: Hash, tags: &[(LocalNetworkId, Tag)]) -> EncodedCall {
	config_guard("attest_networks", (sweep, export, tags))
}

/// `configGuard.attest_pages`: a tag for each of at most `MaxTags` pages in a row.
pub fn attest_pages(
	sweep: u32,
	export: Hash,
	local_network: LocalNetworkId,
	first: u16,
	tags: &[Tag],
) -> EncodedCall {
	config_guard("attest_pages", (sweep, export, local_network, first, tags))
}

/// What `configGuard.attest_cells` takes of one page: its number, its revision, and the tags of its cells.
pub type PageTags = (u16, u32, Vec<Tag>);

/// `configGuard.attest_cells`: at most `MaxPagesOfCells` pages.
pub fn attest_cells(
	sweep: u32,
	export: Hash,
	local_network: LocalNetworkId,
	pages: &[PageTags],
) -> EncodedCall {
	config_guard("attest_cells", (sweep, export, local_network, pages))
}

/// What `configGuard.attest_values` takes of one page: its number, its revision, and cells by their places in its table.
pub type PageValues = (u16, u32, Vec<(u16, CellValues)>);

/// `configGuard.attest_values`: at most `MaxPagesOfCells` pages with at most `MaxValues` cells together.
pub fn attest_values(
	sweep: u32,
	export: Hash,
	local_network: LocalNetworkId,
	pages: &[PageValues],
) -> EncodedCall {
	config_guard("attest_values", (sweep, export, local_network, pages))
}

/// `configGuard.request`: a change of values of one page.
pub fn request(local_network: LocalNetworkId, terms: Terms, page: u16, items: Vec<Item>) -> EncodedCall {
	config_guard("request", (local_network, terms, page, items))
}

/// `configGuard.consent`: to exactly this subject and revision.
pub fn consent(request: u32, subject: Hash, revision: u32) -> EncodedCall {
	config_guard("consent", (request, subject, revision))
}

/// `configGuard.execute`: one page of a request.
pub fn execute(request: u32, page: u16) -> EncodedCall {
	config_guard("execute", (request, page))
}

/// `configGuard.roll_back`: one page of a request.
pub fn roll_back(request: u32, page: u16) -> EncodedCall {
	config_guard("roll_back", (request, page))
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

/// `configGuard.notify`: changes of values in one page.
pub fn notify(local_network: LocalNetworkId, page: u16, notices: Vec<Notice>) -> EncodedCall {
	config_guard("notify", (local_network, page, notices))
}

/// `configGuard.demand_openings`: cells that another company has to open from an export.
pub fn demand_openings(org: OrgId, root: Hash, cells: Vec<CellId>) -> EncodedCall {
	config_guard("demand_openings", (org, root, cells))
}

/// A call of `dispatch`, with its arguments one after the other.
pub fn dispatch(call: &str, arguments: impl Encode) -> EncodedCall {
	dynamic("Dispatch", call, EncodedArguments(arguments.encode()))
}

/// `dispatch.open`.
pub fn open_order(opening: order::Opening) -> EncodedCall {
	dispatch("open", opening)
}

/// A call of `energy`, with its arguments one after the other.
pub fn energy(call: &str, arguments: impl Encode) -> EncodedCall {
	dynamic("Energy", call, EncodedArguments(arguments.encode()))
}

/// `energy.report`: at most `MaxReports` reports of the signer's stations in a local network.
pub fn energy_report(local_network: LocalNetworkId, reports: &[Report]) -> EncodedCall {
	energy("report", (local_network, reports))
}

/// What `energy.attest` takes of one report: its day, its page, its owner, the quarter of an hour in which it begins, its digest.
pub type SeenReport = (u16, u16, OrgId, u8, Hash);

/// `energy.attest`: at most 256 reports of others.
pub fn energy_attest(local_network: LocalNetworkId, reports: &[SeenReport]) -> EncodedCall {
	energy("attest", (local_network, reports))
}

/// `energy.contest`: what the owner has reported, and what the signer has seen.
pub fn energy_contest(
	local_network: LocalNetworkId,
	owner: OrgId,
	reported: &Report,
	seen: &Report,
) -> EncodedCall {
	energy("contest", (local_network, owner, reported, seen))
}

/// The address of an account, by itself.
fn address(account: &Keypair) -> (u8, [u8; 32]) {
	(0, account.public_key().0)
}

/// `proxy.add_proxy`: for everything, at once.
pub fn add_proxy(delegate: &Keypair) -> EncodedCall {
	dynamic("Proxy", "add_proxy", EncodedArguments((address(delegate), 0u8, 0u32).encode()))
}

/// `proxy.proxy`: a call that is encoded already, for `real`.
pub fn proxied(real: &Keypair, call: &[u8]) -> EncodedCall {
	let mut arguments = (address(real), None::<u8>).encode();
	arguments.extend_from_slice(call);
	dynamic("Proxy", "proxy", EncodedArguments(arguments))
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
