// SPDX-License-Identifier: Apache-2.0

//! Who may not act on the running network, and how it is told.

use super::{
	desk::{address, PRINCIPALS},
	shared::{shared, Shared},
};
use std::time::Duration;
use subxt::{
	dynamic::Value,
	tx::{dynamic, Payload},
	utils::Static,
};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	admission::Refusal,
	org::OrgStatus,
	site::{Station, StationCode},
	LocalNetworkId, OrgId,
};
use trimast_testbed::{
	calls,
	chain::{rpc_params, to_hex, unhex, BlockId, Chain},
	generate::{Country, CARRIER_ONE},
	keys,
};

/// A shared station of the first carrier that is not on the chain, and the local network that it would stand in.
fn newcomer(local_network: u16) -> (LocalNetworkId, Station) {
	let country = Country::new(*super::shared::PLAN).unwrap();
	let mut station = country
		.local_networks()
		.flat_map(|local_network| local_network.stations)
		.map(|named| named.station)
		.find(|station| station.owner == CARRIER_ONE && !station.sharers.is_empty())
		.unwrap();
	station.code = StationCode::truncate_from(b"REFUSED-1".to_vec());
	(LocalNetworkId(local_network), station)
}

fn register(local_network: u16) -> impl Payload {
	let (local_network, station) = newcomer(local_network);
	calls::register(local_network, station)
}

/// Why the pool or the call refuses.
async fn refused(chain: &Chain, key: &Keypair, call: &impl Payload) -> String {
	let done: anyhow::Result<BlockId> = chain.carry_out(key, call).await;
	format!("{:#}", done.expect_err("this must be refused"))
}

/// How the pool words a refusal of admission.
fn custom(refusal: Refusal) -> String {
	format!("Custom error: {}", refusal.code())
}

fn assert_says(said: &str, reason: &str) {
	assert!(said.contains(reason), "'{reason}' is expected: {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stranger_is_refused_by_admission() {
	let shared = shared().await;
	let chain = shared.chain(0).await;
	let stranger = keys::key("//nobody//planner").unwrap();
	assert_says(&refused(&chain, &stranger, &register(1301)).await, &custom(Refusal::UnknownAccount));
	// Whatever the call: it is about who signs.
	assert_says(
		&refused(&chain, &stranger, &calls::batch_all(vec![])).await,
		&custom(Refusal::UnknownAccount),
	);

	// The command puts it into words
	let file = shared.data().join("stations-0.csv");
	let arguments = ["--quiet", "site", "import", "--no-checkpoint", file.to_str().unwrap()];
	let output = shared.trimast().run(Some("//nobody//planner"), &arguments).await.unwrap();
	assert!(output.code.is_some_and(|code| code != 0), "{output:?}");
	assert_says(&output.stderr, "trimast account add");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transaction_without_end_is_refused_by_admission() {
	let shared = shared().await;
	let chain = shared.chain(0).await;
	let planner = keys::planner(0).unwrap();
	let signing = chain.signing().await.unwrap();
	let nonce = chain.nonce(&planner).await.unwrap();
	let immortal = signing.sign_immortal(&register(1301), &planner, nonce).unwrap();
	let said = format!("{:#}", chain.submit(&immortal).await.unwrap_err());
	assert_says(&said, &custom(Refusal::Immortal));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_role_company_and_scope_are_refused() {
	let shared = shared().await;
	let chain = shared.chain(0).await;

	// Wrong role: an auditor reads
	let auditor = keys::key(&keys::uri(0, Some("auditor"))).unwrap();
	assert_says(&refused(&chain, &auditor, &register(1301)).await, "MissingRole");
	// Wrong company: a planner of another one
	assert_says(&refused(&chain, &keys::planner(1).unwrap(), &register(1301)).await, "NotOwner");
	// Another company's admin adds no accounts to this one, and no planner adds any: it is the signer's own company
	let planner = keys::planner(0).unwrap();
	let someone = keys::key("//carrier-one//someone").unwrap();
	let add = calls::add_account(&someone, Roles::of(Role::Planner), Scope::National);
	assert_says(&refused(&chain, &planner, &add).await, "NotAuthorized");

	// Wrong scope: a planner of one local network, in its neighbour
	let local = keys::key("//carrier-one//local-planner").unwrap();
	let scope = Scope::LocalNetwork(LocalNetworkId(1302));
	let add = calls::add_account(&local, Roles::of(Role::Planner), scope);
	chain.carry_out(&keys::principal(0).unwrap(), &add).await.unwrap();
	assert_says(&refused(&chain, &local, &register(1301)).await, "OutsideScope");
	// And in a batch just the same
	let signing = chain.signing().await.unwrap();
	let inner = signing.call_data(&register(1301)).unwrap();
	assert_says(&refused(&chain, &local, &calls::batch_all(vec![inner])).await, "OutsideScope");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removed_account_is_refused_and_its_old_signature_stays_dead() {
	let shared = shared().await;
	let chain = shared.chain(0).await;
	let admin = keys::principal(1).unwrap();
	let account = keys::key("//carrier-two//leaver").unwrap();
	let call = dynamic("System", "remark", (Static(b"signed before".to_vec()),));

	// Given an account that has signed something and not sent it
	let add = calls::add_account(&account, Roles::of(Role::Planner), Scope::National);
	chain.carry_out(&admin, &add).await.unwrap();
	let signing = chain.signing().await.unwrap();
	let old = signing.sign(&call, &account, chain.nonce(&account).await.unwrap()).unwrap();

	// When it is removed
	chain.carry_out(&admin, &calls::remove_account(&account)).await.unwrap();
	// Then nothing of it is taken
	assert_says(&refused(&chain, &account, &call).await, &custom(Refusal::AccountRemoved));

	// And when it is added again, the old signature is not taken either
	chain.carry_out(&admin, &add).await.unwrap();
	let said = format!("{:#}", chain.submit(&old).await.unwrap_err());
	assert_says(&said, &custom(Refusal::SignedBeforeAdmission));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrapping_a_call_gives_nobody_more_rights() {
	let shared = shared().await;
	let chain = shared.chain(0).await;
	let signing = chain.signing().await.unwrap();
	// A station of the first carrier in local network 1301
	let register = to_hex(&signing.call_data(&register(1301)).unwrap());
	let call = ["chain", "call", &register];
	let [one, two] = ["//carrier-one//planner", "//carrier-two//planner"];

	// Given a proxy of the owner's planner for governance, one of another company's planner for everything, and a multisig
	// that is a planner of the owner in a neighbouring local network
	let [first, second] = ["//carrier-one//auditor", "//carrier-one//dispatcher"];
	let [with_second, with_first] = [second, first].map(|other| format!("2+{}", address(other)));
	let name = |delegate: &str, proxy_type: &str| {
		format!(r#"{{"delegate":"{}","proxy_type":"{proxy_type}","delay":0}}"#, address(delegate))
	};
	let governance = name("//carrier-one//engineer", "Governance");
	let governance = ["chain", "call", "Proxy.add_proxy", &governance];
	let anything = name("//carrier-two//engineer", "Any");
	let anything = ["chain", "call", "Proxy.add_proxy", &anything];
	let inbox = shared.command(Some(first), &["inbox", "--multisig", &with_second]).await.ok().unwrap();
	let multisig = inbox.json().unwrap()["account"].as_str().unwrap().to_owned();
	let add = ["account", "add", &multisig, "--roles", "planner", "--scope", "local:1302"];
	tokio::join!(
		shared.carry_out(one, &governance),
		shared.carry_out(two, &anything),
		shared.carry_out("//carrier-one", &add),
	);

	// Then each is refused as if it had signed alone
	let (real_one, real_two) = (address(one), address(two));
	let [by_one, by_two] = [&real_one, &real_two].map(|real| [&call[..], &["--proxy", real]].concat());
	let nobody = format!("1+{}", address("//carrier-one//operator"));
	let by_nobody = [&call[..], &["--multisig", &nobody]].concat();
	let schedule =
		r#"{"when":100000,"maybe_periodic":null,"priority":0,"call":{"Federation":{"lift_pause":null}}}"#;
	let schedule = ["chain", "call", "Scheduler.schedule", schedule];
	let batched = calls::batch_all(vec![unhex(&register).unwrap()]);
	tokio::join!(
		shared.refused("//carrier-one//engineer", &by_one, "System.CallFiltered"),
		shared.refused("//carrier-two//engineer", &by_two, "Sites.NotOwner"),
		async {
			shared.carry_out(first, &[&call[..], &["--multisig", &with_second]].concat()).await;
			let last = [&call[..], &["--multisig", &with_first]].concat();
			shared.refused(second, &last, "Sites.OutsideScope").await;
		},
		// Together they are an account that no company has
		shared.refused("//carrier-one//collector", &by_nobody, "Sites.UnknownAccount"),
		async {
			assert_says(&refused(&chain, &keys::planner(2).unwrap(), &batched).await, "NotOwner");
		},
		// Nobody schedules
		shared.refused("//witness", &schedule, "System.CallFiltered"),
		// And all companies together do not decide what one of them has to do itself: nobody is asked to vote on it
		async {
			let propose = ["vote", "propose", &register, "--all"];
			shared.refused(PRINCIPALS[0], &propose, "Federation.NotEnactable").await;
			let pause = ["vote", "propose", "Federation.pause", r#"{"kinds":1}"#, "--all"];
			shared.refused(PRINCIPALS[0], &pause, "Federation.NotEnactable").await;
			let witness =
				["federation", "invite", "--kind", "witness", "--name", "w", "--principal", &real_one];
			let found = shared.command(Some(PRINCIPALS[0]), &witness).await;
			assert!(found.code == Some(2) && found.stderr.contains("--all"), "{found:?}");
		},
	);
}

async fn status(chain: &Chain, org: OrgId) -> OrgStatus {
	let orgs: Vec<trimast_primitives::apis::OrgView> =
		chain.ask("federation_orgs", rpc_params![]).await.unwrap();
	orgs.into_iter().find(|view| view.id == org).unwrap().status
}

async fn wait_status(chain: &Chain, org: OrgId, wanted: OrgStatus) {
	for _ in 0..120 {
		if status(chain, org).await == wanted {
			return;
		}
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
	panic!("{org:?} is {:?}, not {wanted:?}, after a minute", status(chain, org).await);
}

/// The two other companies decide something about the second carrier.
async fn decide(shared: &Shared, matter: &str) {
	let chain = shared.chain(0).await;
	let subject = OrgId(1);
	let matter = Value::unnamed_variant(matter, []);
	let propose = dynamic("Federation", "propose_subject", (Static(subject), matter));
	chain.carry_out(&keys::principal(0).unwrap(), &propose).await.unwrap();
	let motions: Vec<trimast_primitives::apis::SubjectMotionView> =
		chain.ask("federation_subjectMotions", rpc_params![]).await.unwrap();
	let open = motions.iter().filter(|motion| motion.subject == subject && motion.effective.is_none());
	let id = open.map(|motion| motion.id).max().unwrap_or_else(|| panic!("{motions:?}"));
	let vote = dynamic("Federation", "vote_subject", (Static(id),));
	// It has no voice in its own matter
	assert_says(&refused(&chain, &keys::principal(1).unwrap(), &vote).await, "OwnMotion");
	chain.carry_out(&keys::principal(2).unwrap(), &vote).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suspended_companys_business_is_refused_until_it_is_readmitted() {
	let shared = shared().await;
	let chain = shared.chain(0).await;
	let planner = keys::planner(1).unwrap();
	let (_, station) = newcomer(1301);
	let import = calls::import(LocalNetworkId(1301), vec![Station { owner: OrgId(1), ..station }]);

	// Given a company that the others have suspended, after the notice, in which its planner has named another company's
	// engineer as proxy
	decide(&shared, "Suspend").await;
	let proxy = "//tower//engineer";
	let name = format!(r#"{{"delegate":"{}","proxy_type":"Any","delay":0}}"#, address(proxy));
	shared.carry_out("//carrier-two//planner", &["chain", "call", "Proxy.add_proxy", &name]).await;
	wait_status(&chain, OrgId(1), OrgStatus::Suspended).await;

	// Then its business is refused, bare, in a batch and by the proxy
	assert_says(&refused(&chain, &planner, &import).await, "OrgNotActive");
	let inner = chain.signing().await.unwrap().call_data(&import).unwrap();
	let proxied = ["chain", "call", &to_hex(&inner), "--proxy", &address("//carrier-two//planner")];
	let batched = calls::batch_all(vec![inner]);
	tokio::join!(shared.refused(proxy, &proxied, "Sites.OrgNotActive"), async {
		assert_says(&refused(&chain, &planner, &batched).await, "OrgNotActive");
	});
	// And it still objects, votes and reads: its principal is heard
	let vote = dynamic("Federation", "withdraw_exit", ());
	assert_says(&refused(&chain, &keys::principal(1).unwrap(), &vote).await, "NotLeaving");

	// And when it is readmitted, it is in business at once
	decide(&shared, "Readmit").await;
	wait_status(&chain, OrgId(1), OrgStatus::Active).await;
	// The record itself is wrong (it names its owner as sharer), so nothing is added: the call goes through.
	chain.carry_out(&planner, &import).await.unwrap();
}
