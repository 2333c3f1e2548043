// SPDX-License-Identifier: Apache-2.0

//! The chain's own JSON-RPC methods over the wire, each beside another way of asking: the runtime's interface, the same
//! record found otherwise, a digest worked out here. And what Prometheus learns of the chain, beside what the methods say.
//!
//! How a pause stands (`federation_pause`) is asked in the scene of the pause too, and what a reconciliation leaves
//! (`sites_revealedDigests`, `sites_differences`) in the scene of the reconciliation. The configuration guard's methods
//! (`configGuard_*`) and its metrics have scenes of their own, and those of work orders and rounds (`dispatch_*`) too.

use super::{
	rpc_dispatch::samples_of_orders,
	shared::{shared, Shared},
	watch::add_branch,
};
use codec::{Decode, Encode};
use futures::future::join_all;
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt::Debug,
	net::Ipv4Addr,
	time::{Duration, Instant},
};
use subxt::{
	rpcs::client::RpcParams,
	tx::{dynamic, Payload},
	utils::{Static, H256},
};
use subxt_signer::sr25519::Keypair;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	apis::{
		AccountView, AmendmentView, BranchView, EnactmentView, LocalNetworkView, MotionView, NodeView,
		OrgView, PauseView, ReconciliationView, SiteView, SubjectMotionView, MAX_PAGE,
	},
	matter::{Matter, MotionDefect},
	page::SiteId,
	params::{ParameterBounds, Parameters},
	site::{station_digest, stations_digest, Station, StationEntry},
	AccountId, Hash, LocalNetworkId, OrgId, OrgSet, ProvinceId,
};
use trimast_testbed::{
	calls,
	chain::{hash_of, rpc_params, to_hex, unhex, BlockId, Chain},
	keys, views,
};

/// The organisation whose house the scene changes. Nobody else's scene does, and it has no vote.
const WITNESS: OrgId = OrgId(3);
/// Branches that it has meanwhile.
const BRANCHES: [u16; 3] = [9_101, 9_102, 9_103];
/// Where its account of the scene may act.
const SCOPE: Scope = Scope::LocalNetwork(LocalNetworkId(1302));
/// Kind and province of the nodes that the three companies register.
const NODES: [(&str, u8); 3] = [("validator", 11), ("archive", 12), ("full", 13)];

/// A block, as a node knows it.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
	/// Who is asked.
	pub(crate) chain: &'a Chain,
	/// About which block.
	pub(crate) at: H256,
}

impl Asked<'_> {
	/// What a method answers. The block stands behind its other arguments.
	pub(crate) async fn ask<T: DeserializeOwned>(
		&self,
		method: &str,
		arguments: &Value,
	) -> anyhow::Result<T> {
		let mut params = RpcParams::new();
		for argument in arguments.as_array().expect("arguments are a list") {
			params.push(argument)?;
		}
		params.push(self.at)?;
		self.chain.ask(method, params).await
	}

	/// What a method answers, which is what the runtime's function answers to these encoded arguments. Of a block that
	/// nobody has, the method answers nothing.
	pub(crate) async fn same<T>(
		&self,
		method: &str,
		arguments: Value,
		function: &str,
		encoded: &impl Encode,
	) -> T
	where
		T: DeserializeOwned + Decode + PartialEq + Debug,
	{
		let answer: T = self.ask(method, &arguments).await.unwrap();
		let asked = rpc_params![function, to_hex(&encoded.encode()), self.at];
		let of_runtime: String = self.chain.ask("state_call", asked).await.unwrap();
		let of_runtime = T::decode(&mut &unhex(&of_runtime).unwrap()[..]).unwrap();
		assert_eq!(answer, of_runtime, "{method} {arguments}");

		let nowhere = Asked { chain: self.chain, at: H256::repeat_byte(7) };
		let refused = nowhere.ask::<T>(method, &arguments).await.unwrap_err().to_string();
		assert!(refused.contains("cannot answer"), "{method} {arguments}: {refused}");
		answer
	}

	/// Asks for a list page by page. None is longer than `limit`, each begins after the one before, and together they are
	/// the whole. `about` stands before the place to go on from, which `next` makes of the last item of a page.
	pub(crate) async fn paged<T>(
		&self,
		whole: &[T],
		method: &str,
		about: &[Value],
		limit: usize,
		next: impl Fn(&T) -> Value,
	) where
		T: DeserializeOwned + PartialEq + Debug,
	{
		assert!(whole.len() > limit, "{method}: more than one page is expected: {whole:?}");
		let mut found: Vec<T> = Vec::new();
		while found.len() <= whole.len() {
			let from = found.last().map_or(Value::Null, &next);
			let mut arguments = about.to_vec();
			arguments.extend([from, Value::from(limit)]);
			let page: Vec<T> = self.ask(method, &Value::Array(arguments)).await.unwrap();
			assert!(page.len() <= limit, "{method}: {} items, {limit} asked for", page.len());
			if page.is_empty() {
				break;
			}
			found.extend(page);
		}
		assert_eq!(found, whole, "{method}");
	}

	/// What a pallet's view function answers to these encoded arguments, by the one runtime function for all of them.
	async fn view_function<T: Decode>(&self, pallet: &str, function: &str, encoded: &impl Encode) -> T {
		let at = self.chain.api().await.unwrap().at_block(self.at).await.unwrap();
		let pallet = at.metadata_ref().pallet_by_name(pallet).expect("the runtime has this pallet");
		let function = pallet.view_function_by_name(function).expect("the pallet has this function");
		let asked = (*function.query_id(), encoded.encode()).encode();
		let asked = rpc_params!["RuntimeViewFunction_execute_view_function", to_hex(&asked), self.at];
		let answer: String = self.chain.ask("state_call", asked).await.unwrap();
		let answer = Result::<Vec<u8>, ()>::decode(&mut &unhex(&answer).unwrap()[..]).unwrap();
		T::decode(&mut &answer.expect("the function answers")[..]).unwrap()
	}
}

fn newcomer() -> Keypair {
	keys::key("//witness//newcomer").unwrap()
}

/// Carries out several calls of the witness's principal, all or none.
async fn witness_makes(chain: &Chain, all: Vec<Vec<u8>>) {
	chain.carry_out(&keys::principal(3).unwrap(), &calls::batch_all(all)).await.unwrap();
}

/// Branches and an account that are new.
async fn add_branches_and_account(chain: &Chain) {
	let signing = chain.signing().await.unwrap();
	let mut all: Vec<Vec<u8>> =
		BRANCHES.iter().map(|id| signing.call_data(&add_branch(*id)).unwrap()).collect();
	let add = calls::add_account(&newcomer(), Roles::of(Role::Planner), SCOPE);
	all.push(signing.call_data(&add).unwrap());
	witness_makes(chain, all).await;
}

async fn remove_branches_and_account(chain: &Chain) {
	let signing = chain.signing().await.unwrap();
	let remove = |id: u16| signing.call_data(&dynamic("Federation", "remove_branch", (Static(id),))).unwrap();
	let mut all: Vec<Vec<u8>> = BRANCHES.into_iter().map(remove).collect();
	all.push(signing.call_data(&calls::remove_account(&newcomer())).unwrap());
	witness_makes(chain, all).await;
}

/// The nodes that the three companies register: the first ones of this network, under their own peer ids.
fn nodes(shared: &Shared) -> Vec<NodeView> {
	let all = shared.network.nodes().iter().zip(NODES).zip(0..);
	all.map(|((node, (kind, province)), org)| NodeView {
		peer_id: node.identity.peer_id.clone(),
		org: OrgId(org),
		kind: kind.to_owned(),
		province: Some(ProvinceId(province)),
	})
	.collect()
}

async fn register(shared: &Shared, node: &NodeView) {
	let operator = keys::uri(node.org.0.into(), Some("operator"));
	let province = node.province.map(|province| province.0.to_string()).unwrap_or_default();
	let register = ["federation", "nodes", "register", &node.peer_id, "--kind", &node.kind];
	let register = [&register[..], &["--province", &province]].concat();
	shared.carry_out(&operator, &register).await.event("Federation.NodeRegistered");
}

async fn retire(shared: &Shared, node: &NodeView) {
	let operator = keys::uri(node.org.0.into(), Some("operator"));
	let retire = ["federation", "nodes", "retire", &node.peer_id];
	shared.carry_out(&operator, &retire).await.event("Federation.NodeRetired");
}

/// A station of each carrier that names another company too and that all have signed: what its owner changes in it takes
/// consents. The largest local network is left as it is, for the scene that countersigns there.
async fn two_stations(shared: &Shared) -> [SiteView; 2] {
	let largest = shared.largest();
	let sites = [OrgId(0), OrgId(1)].map(|owner| {
		let is_shared = |station: &Station| station.owner == owner && station.named().len() > 1;
		let mut all =
			shared.said[0].stations.iter().filter(|(id, _)| **id != largest).flat_map(|(_, all)| all);
		all.find(|site| is_shared(&site.entry.station)).expect("each carrier shares a station").clone()
	});
	for site in &sites {
		let place = format!("{:04}", site.id.local_network.0);
		let countersign = ["site", "countersign", &place];
		let sign = |org: OrgId| {
			let planner = keys::uri(org.0.into(), Some("planner"));
			async move { shared.command(Some(&planner), &countersign).await.ok().unwrap() }
		};
		join_all(site.entry.station.named().iter().map(sign)).await;
	}
	sites
}

/// The record as its owner wants it.
fn amended(site: &SiteView) -> Station {
	Station { battery_ah: site.entry.station.battery_ah + 1, ..site.entry.station.clone() }
}

/// The two carriers' planners make a call each.
async fn planners_make(chain: &Chain, both: &[impl Payload]) {
	let planners = [0, 1].map(|org| keys::planner(org).unwrap());
	let made = planners.iter().zip(both).map(|(planner, call)| chain.carry_out(planner, call));
	for done in join_all(made).await {
		done.unwrap();
	}
}

async fn amend(chain: &Chain, sites: &[SiteView]) {
	let both: Vec<_> = sites.iter().map(|site| calls::amend(site.id, amended(site))).collect();
	planners_make(chain, &both).await;
}

async fn withdraw(chain: &Chain, sites: &[SiteView]) {
	let both: Vec<_> = sites.iter().map(|site| dynamic("Sites", "withdraw", (Static(site.id),))).collect();
	planners_make(chain, &both).await;
}

fn number(of: &Value) -> u32 {
	of.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_else(|| panic!("no number: {of}"))
}

/// The two carriers propose what changes nothing: the parameters as they are, bare and in a batch. Gives the motions.
async fn propose(shared: &Shared, chain: &Chain) -> [u32; 2] {
	let parameters: Parameters = chain.ask("federation_parameters", rpc_params![]).await.unwrap();
	let bare = json!({ "parameters": parameters });
	let batched = json!({ "calls": [{ "Federation": { "set_parameters": bare } }] }).to_string();
	let bare = bare.to_string();
	let bare = ["vote", "propose", "Federation.set_parameters", &bare];
	let batched = ["vote", "propose", "Utility.batch_all", &batched];
	let (one, two) =
		tokio::join!(shared.carry_out("//carrier-one", &bare), shared.carry_out("//carrier-two", &batched));
	[one, two].map(|proposed| number(&proposed.event("Council.Proposed")["proposal_index"]))
}

/// Two of three vote for each motion, which then waits for the long delay. Gives the enactments, and a block in which both
/// wait.
async fn decide(shared: &Shared, chain: &Chain, motions: [u32; 2]) -> ([u32; 2], BlockId) {
	let [one, two] = motions.map(|index| format!("m{index}"));
	let (aye_one, aye_two) = (["vote", "aye", one.as_str()], ["vote", "aye", two.as_str()]);
	tokio::join!(shared.carry_out("//tower", &aye_one), shared.carry_out("//carrier-one", &aye_two));
	let (close_one, close_two) = (["vote", "close", one.as_str()], ["vote", "close", two.as_str()]);
	let (one, two) = tokio::join!(
		shared.carry_out("//carrier-one", &close_one),
		shared.carry_out("//carrier-two", &close_two),
	);
	let enactments = [one, two].map(|closed| number(&closed.event("Federation.Enacted")["id"]));
	(enactments, chain.finalized().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn methods_say_of_every_block_what_the_runtime_and_the_metrics_say() {
	let shared = shared().await;
	let chain = shared.chain(0).await;
	let archive = Chain::connect(&shared.network.archive().unwrap().url()).await.unwrap();
	let genesis = chain.block_hash(0).await.unwrap().unwrap();
	let (sites, nodes) = (two_stations(&shared).await, nodes(&shared));
	let start = chain.finalized().await.unwrap();

	// Given two motions, two amendments, three branches, three nodes and an account that were not there before
	let (motions, ..) = tokio::join!(
		propose(&shared, &chain),
		amend(&chain, &sites),
		add_branches_and_account(&chain),
		join_all(nodes.iter().map(|node| register(&shared, node))),
	);
	let open = chain.finalized().await.unwrap();
	// When the motions are decided and everything else is taken back
	let ((enactments, decided), ..) = tokio::join!(
		decide(&shared, &chain, motions),
		withdraw(&chain, &sites),
		remove_branches_and_account(&chain),
		join_all(nodes.iter().map(|node| retire(&shared, node))),
		// Meanwhile the metrics are those of a block
		metrics_are_those_of_their_block(&shared, &archive, open),
	);
	let end = chain.finalized().await.unwrap();

	// Then a node that keeps every state says of each block how it was
	archive.wait_finalized(end.number, Duration::from_secs(60)).await.unwrap();
	let [start, open, decided, end, empty] =
		[start, open, decided, end, shared.before].map(|block| Asked { chain: &archive, at: block.hash });
	says_who_is_there(start, open, &nodes).await;
	says_what_is_proposed(start, open, motions).await;
	says_what_is_decided(open, decided, motions, enactments).await;
	says_what_is_governed(end).await;
	says_what_is_in_the_inventory(empty, open, genesis).await;
	says_what_waits_for_consents(open, end, &sites).await;
}

/// Organisations, accounts, branches and nodes.
async fn says_who_is_there(before: Asked<'_>, open: Asked<'_>, registered: &[NodeView]) {
	let orgs: Vec<OrgView> = open.same("federation_orgs", json!([]), "FederationApi_orgs", &()).await;
	let names: Vec<&str> = orgs.iter().map(|org| org.name.as_str()).collect();
	assert_eq!(names[..keys::ORGS.len()], keys::ORGS);

	let (method, function) = ("federation_accounts", "FederationApi_accounts");
	let (arguments, encoded) = (json!([WITNESS, null, MAX_PAGE]), (WITNESS, None::<AccountId>, MAX_PAGE));
	let accounts: Vec<AccountView> = open.same(method, arguments, function, &encoded).await;
	open.paged(&accounts, method, &[json!(WITNESS)], 2, |view| json!(view.account)).await;
	let by_view: Vec<AccountView> =
		open.view_function("Federation", "accounts", &(WITNESS, None::<AccountId>, 2u32)).await;
	assert_eq!(by_view, accounts[..2]);
	let (method, function) = ("federation_account", "FederationApi_account");
	for view in &accounts {
		let found: Option<AccountView> =
			open.same(method, json!([view.account]), function, &view.account).await;
		assert_eq!((found.as_ref(), view.org), (Some(view), WITNESS));
	}
	let newcomer = AccountId::new(newcomer().public_key().0);
	let found = accounts.iter().find(|view| view.account == newcomer);
	assert_eq!(found.map(|view| (view.roles, view.scope)), Some((Roles::of(Role::Planner), SCOPE)));
	let found: Option<AccountView> = before.same(method, json!([newcomer]), function, &newcomer).await;
	assert_eq!(found, None);

	let (method, function) = ("federation_branches", "FederationApi_branches");
	let (arguments, encoded) = (json!([WITNESS, null, MAX_PAGE]), (WITNESS, None::<u16>, MAX_PAGE));
	let branches: Vec<BranchView> = open.same(method, arguments.clone(), function, &encoded).await;
	assert_eq!(branches.iter().map(|branch| branch.id).collect::<Vec<_>>(), BRANCHES);
	open.paged(&branches, method, &[json!(WITNESS)], 1, |branch| json!(branch.id)).await;
	let branches: Vec<BranchView> = before.same(method, arguments, function, &encoded).await;
	assert_eq!(branches, []);

	let (method, function) = ("federation_nodes", "FederationApi_nodes");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<String>, MAX_PAGE));
	let nodes: Vec<NodeView> = open.same(method, arguments.clone(), function, &encoded).await;
	assert!(registered.len() == 3 && registered.iter().all(|node| nodes.contains(node)), "{nodes:?}");
	open.paged(&nodes, method, &[], 1, |node| json!(node.peer_id)).await;
	let nodes: Vec<NodeView> = before.same(method, arguments, function, &encoded).await;
	assert!(!registered.iter().any(|node| nodes.contains(node)), "{nodes:?}");
}

/// Motions, and what can be said against them.
async fn says_what_is_proposed(before: Asked<'_>, open: Asked<'_>, proposed: [u32; 2]) {
	let (method, function) = ("federation_motions", "FederationApi_motions");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<u32>, MAX_PAGE));
	let motions: Vec<MotionView> = before.same(method, arguments.clone(), function, &encoded).await;
	assert!(motions.iter().all(|motion| !proposed.contains(&motion.index)), "{motions:?}");
	let motions: Vec<MotionView> = open.same(method, arguments, function, &encoded).await;
	open.paged(&motions, method, &[], 1, |motion| json!(motion.index)).await;
	for (index, proposer) in proposed.into_iter().zip([OrgId(0), OrgId(1)]) {
		let motion = motions.iter().find(|motion| motion.index == index).unwrap();
		assert_eq!((motion.threshold, motion.ayes, motion.nays), (2, OrgSet::of(proposer), OrgSet::EMPTY));
		assert_eq!(motion.hash, hash_of(&motion.call));
	}

	let call = &motions.iter().find(|motion| motion.index == proposed[0]).unwrap().call;
	let (nothing, too_few) = (vec![0xff], MotionDefect::Ayes { needed: 2, seats: 3 });
	let (method, function) = ("federation_motionDefect", "FederationApi_motion_defect");
	for (call, ayes, expected) in [
		(call, 2u32, None),
		(call, 1, Some(too_few)),
		(call, 4, Some(too_few)),
		(&nothing, 2, Some(MotionDefect::UnknownCall)),
	] {
		let arguments = json!([to_hex(call), ayes]);
		let defect: Option<MotionDefect> = open.same(method, arguments, function, &(call, ayes)).await;
		assert_eq!(defect, expected, "{ayes} ayes for {}", to_hex(call));
	}
	// The call that is to be enacted is no motion by itself
	let inner = call[2..].to_vec();
	let arguments = json!([to_hex(&inner), 2]);
	let defect: Option<MotionDefect> = open.same(method, arguments, function, &(&inner, 2u32)).await;
	assert!(matches!(defect, Some(MotionDefect::Refused(_))), "{defect:?}");
}

/// What is decided and waits for its delay.
async fn says_what_is_decided(open: Asked<'_>, decided: Asked<'_>, motions: [u32; 2], ids: [u32; 2]) {
	let (method, function) = ("federation_enactments", "FederationApi_enactments");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<u32>, MAX_PAGE));
	let enactments: Vec<EnactmentView> = open.same(method, arguments.clone(), function, &encoded).await;
	assert!(enactments.iter().all(|enactment| !ids.contains(&enactment.id)), "{enactments:?}");
	let enactments: Vec<EnactmentView> = decided.same(method, arguments.clone(), function, &encoded).await;
	decided.paged(&enactments, method, &[], 1, |enactment| json!(enactment.id)).await;

	let proposed: Vec<MotionView> = open.ask("federation_motions", &arguments).await.unwrap();
	for ((index, id), ayes) in motions.into_iter().zip(ids).zip([[0, 2], [0, 1]]) {
		let motion = proposed.iter().find(|motion| motion.index == index).unwrap();
		let enactment = enactments.iter().find(|enactment| enactment.id == id).unwrap();
		// Behind the two bytes that ask the federation to enact it
		assert_eq!(enactment.call, motion.call[2..]);
		assert_eq!(enactment.call_hash, hash_of(&enactment.call));
		let ayes: OrgSet = ayes.into_iter().map(OrgId).collect();
		let found = (enactment.matter, enactment.ayes, enactment.objections);
		assert_eq!(found, (Matter::Constitution, ayes, OrgSet::EMPTY));
	}
	let left: Vec<MotionView> = decided.ask("federation_motions", &arguments).await.unwrap();
	assert!(left.iter().all(|motion| !motions.contains(&motion.index)), "{left:?}");
}

/// Motions about one company, the pause, and the parameters, which are those of the preset.
async fn says_what_is_governed(now: Asked<'_>) {
	let nothing = json!([]);
	let (method, function) = ("federation_subjectMotions", "FederationApi_subject_motions");
	let _: Vec<SubjectMotionView> = now.same(method, nothing.clone(), function, &()).await;
	let pause: PauseView = now.same("federation_pause", nothing.clone(), "FederationApi_pause", &()).await;
	assert!(pause.kinds.is_empty(), "{pause:?}");
	let (method, function) = ("federation_parameters", "FederationApi_parameters");
	let parameters: Parameters = now.same(method, nothing.clone(), function, &()).await;
	assert_eq!(parameters, Parameters::SECONDS);
	let (method, function) = ("federation_parameterBounds", "FederationApi_parameter_bounds");
	let bounds: ParameterBounds = now.same(method, nothing, function, &()).await;
	assert_eq!(bounds, ParameterBounds::LOCAL);
}

/// Local networks, their stations and the digests, and nothing of them before the import.
async fn says_what_is_in_the_inventory(empty: Asked<'_>, open: Asked<'_>, genesis: H256) {
	let (method, function) = ("sites_localNetworks", "SitesApi_local_networks");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<LocalNetworkId>, MAX_PAGE));
	let networks: Vec<LocalNetworkView> = empty.same(method, arguments.clone(), function, &encoded).await;
	assert!(networks.iter().all(|network| network.stations == 0), "{networks:?}");
	let networks: Vec<LocalNetworkView> = open.same(method, arguments, function, &encoded).await;
	assert_eq!(networks, views::local_networks(open.chain, Some(open.at)).await.unwrap());
	open.paged(&networks, method, &[], 100, |network| json!(network.id)).await;

	let largest = networks.iter().max_by_key(|network| network.stations).unwrap();
	let place = largest.id;
	let stations = views::stations(open.chain, place, Some(open.at)).await.unwrap();
	assert_eq!(stations.len(), (largest.stations + largest.retired) as usize);
	let (method, function) = ("sites_stations", "SitesApi_stations");
	let (arguments, encoded) = (json!([place, 0, MAX_PAGE]), (place, 0u32, MAX_PAGE));
	let page: Vec<SiteView> = open.same(method, arguments.clone(), function, &encoded).await;
	assert_eq!(page, stations[..page.len()]);
	open.paged(&stations, method, &[json!(place)], 20, |site| json!(site.id.index + 1)).await;
	let page: Vec<SiteView> = empty.same(method, arguments, function, &encoded).await;
	assert_eq!(page, []);

	// One of them by its number and by its code, and what is signed of it
	let site = stations.last().unwrap();
	let (page, code) = (site.id.page().unwrap(), &site.entry.station.code);
	let of_page = stations.iter().filter(|site| site.id.page() == Some(page));
	let entries: Vec<StationEntry> = of_page.map(|site| site.entry.clone()).collect();
	let text = String::from_utf8(code.to_vec()).unwrap();
	for (block, expected) in [(open, Some(site)), (empty, None)] {
		let (arguments, function) = (json!([place, site.id.index]), "SitesApi_station");
		let found: Option<SiteView> =
			block.same("sites_station", arguments.clone(), function, &site.id).await;
		assert_eq!(found.as_ref(), expected);
		let (arguments_of_find, encoded) = (json!([place, text]), (place, code));
		let found: Option<SiteView> =
			block.same("sites_find", arguments_of_find, "SitesApi_find", &encoded).await;
		assert_eq!(found.as_ref(), expected);
		let found: Option<SiteView> = block.view_function("Sites", "find", &encoded).await;
		assert_eq!(found.as_ref(), expected);
		let function = "SitesApi_station_digest";
		let digest: Option<Hash> = block.same("sites_stationDigest", arguments, function, &site.id).await;
		assert_eq!(digest, expected.map(|site| station_digest(genesis, site.id, &site.entry)));
		let (arguments, function) = (json!([place, page]), "SitesApi_page_digest");
		let digest: Option<Hash> = block.same("sites_pageDigest", arguments, function, &(place, page)).await;
		assert_eq!(digest, expected.map(|_| stations_digest(genesis, place, page, &entries)));
	}
	let long = json!([place, "X".repeat(25)]);
	let refused = open.ask::<Option<SiteView>>("sites_find", &long).await.unwrap_err().to_string();
	assert!(refused.contains("at most 24 bytes"), "{refused}");

	let (arguments, function) = (json!([place]), "SitesApi_reconciliation");
	let round: Option<ReconciliationView> =
		open.same("sites_reconciliation", arguments, function, &place).await;
	assert_eq!(round, views::reconciliation(open.chain, place, Some(open.at)).await.unwrap());
}

/// Amendments, while they wait and when they are withdrawn.
async fn says_what_waits_for_consents(open: Asked<'_>, end: Asked<'_>, sites: &[SiteView]) {
	let (method, function) = ("sites_amendments", "SitesApi_amendments");
	let (arguments, encoded) = (json!([null, MAX_PAGE]), (None::<SiteId>, MAX_PAGE));
	let amendments: Vec<AmendmentView> = open.same(method, arguments.clone(), function, &encoded).await;
	open.paged(&amendments, method, &[], 1, |amendment| json!(amendment.id)).await;
	for site in sites {
		let amendment = amendments.iter().find(|amendment| amendment.id == site.id).unwrap();
		assert_eq!(amendment.proposed.station, amended(site));
		assert_eq!(amendment.proposer, site.entry.station.owner);
	}
	let left: Vec<AmendmentView> = end.same(method, arguments, function, &encoded).await;
	assert!(!left.iter().any(|amendment| sites.iter().any(|site| site.id == amendment.id)), "{left:?}");
}

/// Samples of Prometheus: name and labels, and the number.
pub(crate) type Samples = BTreeMap<(String, BTreeSet<String>), u64>;

/// What the endpoint of a node's metrics shows of the chain's own business. The label that all of a node's samples have,
/// its chain, is left out.
pub(crate) async fn scrape(port: u16) -> Samples {
	let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
	// By HTTP 1.0 the answer comes in one piece and ends with the connection.
	stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").await.unwrap();
	let mut answer = String::new();
	stream.read_to_string(&mut answer).await.unwrap();
	assert!(answer.lines().next().is_some_and(|line| line.contains(" 200 ")), "{answer:.200}");
	let samples = answer.lines().filter(|line| line.starts_with("trimast_"));
	samples
		.map(|line| {
			let (sample, value) = line.rsplit_once(' ').unwrap();
			let (name, labels) = sample.split_once('{').unwrap_or((sample, ""));
			let labels = labels.trim_end_matches('}').split(',').filter(|label| !label.is_empty());
			let labels = labels.filter(|label| !label.starts_with("chain="));
			let labels: BTreeSet<String> = labels.map(str::to_owned).collect();
			let value: u64 = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
			((name.to_owned(), labels), value)
		})
		.collect()
}

/// Adds to a sample.
pub(crate) fn add(samples: &mut Samples, name: &str, labels: &[(&str, &str)], number: u64) {
	let labels = labels.iter().map(|(label, value)| format!("{label}=\"{value}\""));
	*samples.entry((format!("trimast_{name}"), labels.collect())).or_default() += number;
}

/// The samples that go with a block, but for those of the configuration guard.
async fn expected(block: Asked<'_>) -> Samples {
	let (none, all) = (json!([]), json!([null, MAX_PAGE]));
	let orgs: Vec<OrgView> = block.ask("federation_orgs", &none).await.unwrap();
	let pause: PauseView = block.ask("federation_pause", &none).await.unwrap();
	let subject_motions: Vec<Value> = block.ask("federation_subjectMotions", &none).await.unwrap();
	let motions: Vec<Value> = block.ask("federation_motions", &all).await.unwrap();
	let enactments: Vec<Value> = block.ask("federation_enactments", &all).await.unwrap();
	let amendments: Vec<Value> = block.ask("sites_amendments", &all).await.unwrap();
	let networks = views::local_networks(block.chain, Some(block.at)).await.unwrap();

	let mut samples = samples_of_orders(block, &orgs).await;
	let mut add = |name: &str, labels: &[(&str, &str)], number: u64| add(&mut samples, name, labels, number);
	for org in &orgs {
		let (number, kind, status) =
			(org.id.0.to_string(), format!("{:?}", org.kind), format!("{:?}", org.status));
		let (id, name) = (("org", number.as_str()), ("name", org.name.as_str()));
		add("orgs", &[("kind", kind.as_str()), ("status", status.as_str())], 1);
		add("accounts", &[id, name], org.accounts.into());
		add("state_bytes", &[id, name], org.state_used.into());
		for (keys, have) in [("yes", true), ("no", false)] {
			let validators = org.validators.iter().filter(|(_, has)| *has == have).count();
			add("validators", &[id, name, ("keys", keys)], validators as u64);
		}
	}
	for network in &networks {
		let province = network.id.province().0.to_string();
		for (state, stations) in [
			("confirmed", network.confirmed),
			("unconfirmed", network.stations - network.confirmed),
			("retired", network.retired),
		] {
			add("stations", &[("province", province.as_str()), ("state", state)], stations.into());
		}
	}
	for (name, number) in [
		("motions", motions.len()),
		("enactments", enactments.len()),
		("subject_motions", subject_motions.len()),
		("paused", pause.kinds.len()),
		("amendments", amendments.len()),
		("metrics_failures_total", 0),
	] {
		add(name, &[], number as u64);
	}
	samples
}

/// A node shows the chain's business as of a block that it names, this one or a later one.
pub(crate) async fn metrics_are_those_of_their_block(shared: &Shared, archive: &Chain, from: BlockId) {
	let port = shared.network.archive().unwrap().ports.metrics;
	let limit = Instant::now() + Duration::from_secs(60);
	loop {
		let mut shown = scrape(port).await;
		shown.retain(|(name, _), _| !name.starts_with("trimast_config_"));
		let block = shown.remove(&("trimast_block".to_owned(), BTreeSet::<String>::new())).unwrap();
		if block >= from.number {
			let at = archive.block_hash(block).await.unwrap().unwrap();
			let expected = expected(Asked { chain: archive, at }).await;
			if shown == expected {
				return;
			}
			// It may have been on its way from one block to another.
			assert!(Instant::now() < limit, "block {block}: {shown:?} are not {expected:?}");
		}
		assert!(Instant::now() < limit, "block {block} is shown, {} is final", from.number);
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
}
