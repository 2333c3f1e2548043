// SPDX-License-Identifier: Apache-2.0

//! A new company joins, keeps its own house, loses the key of its principal, and leaves. What it does, it does alone; what
//! the others decide about it, they all decide.

use super::{
	desk::{address, PRINCIPALS},
	shared::Shared,
};
use serde_json::{json, Value};
use std::{fs, time::Duration};
use subxt::dynamic::Value as Dynamic;

const NAME: &str = "carrier-three";
const PRINCIPAL: &str = "//carrier-three";
const RECOVERY: &str = "//carrier-three//recovery";
const PLANNER: &str = "//carrier-three//planner";
const OPERATOR: &str = "//carrier-three//operator";
/// Of one province, 13.
const PROVINCIAL_ADMIN: &str = "//carrier-three//provincial-admin";
const PROVINCIAL_OPERATOR: &str = "//carrier-three//provincial-operator";
/// Who becomes the principal when the first one's key is lost.
const SUCCESSOR: &str = "//carrier-three//successor";
/// To whom that one hands over.
const DEPUTY: &str = "//carrier-three//deputy";

/// A peer id of nobody's node.
const PEER: &str = "12D3KooWGnRrLXHT7aSRqgCEbZ7sVyZ6nJXR8iMVBgA7vJ7RqjYz";

pub(crate) async fn joins_recovers_and_leaves(shared: &Shared) {
	joins(shared).await;
	let (recovered_at, ()) = tokio::join!(others_recover_its_key(shared), keeps_its_house(shared));
	leaves(shared, recovered_at).await;
}

/// What the chain says of the company.
async fn company(shared: &Shared) -> Value {
	shared.ask(&["federation", "show", NAME]).await
}

/// How many seats the council has.
async fn seats(shared: &Shared) -> usize {
	let chain = shared.chain(0).await;
	let at = chain.api().await.unwrap().at_current_block().await.unwrap();
	let members = subxt::dynamic::storage::<Vec<Dynamic>, Vec<[u8; 32]>>("Council", "Members");
	at.storage().fetch(members, vec![]).await.unwrap().decode().unwrap().len()
}

async fn joins(shared: &Shared) {
	// Given an invitation by all
	let principal = address(PRINCIPAL);
	let invite =
		["federation", "invite", "--kind", "carrier", "--name", NAME, "--principal", &principal, "--all"];
	let invited = shared.decide(&PRINCIPALS, &invite).await;
	assert_eq!(invited.event("Federation.Invited")["principal"], json!(principal));
	assert_eq!(company(shared).await["status"], "Invited");
	let inbox = shared.command(Some(PRINCIPAL), &["inbox"]).await.ok().unwrap().json().unwrap();
	assert_eq!(inbox["items"][0]["kind"], "invitation");

	// Then the invited may accept and do nothing else, and nobody accepts for it
	let recovery = address(RECOVERY);
	let accept = ["federation", "accept", "--recovery", &recovery];
	let add = ["account", "add", &address(PLANNER), "--roles", "planner", "--scope", "national"];
	tokio::join!(
		shared.refused(PRINCIPAL, &add, "not a member"),
		shared.refused(RECOVERY, &accept, "belongs to no member"),
		shared.refused(PRINCIPALS[0], &accept, "Federation.NotInvited"),
	);
	shared.carry_out(PRINCIPAL, &accept).await.event("Federation.Accepted");

	// And when all have confirmed it, it is a member with a seat
	let confirmed = shared.decide(&PRINCIPALS, &["federation", "confirm", NAME, "--all"]).await;
	confirmed.event("Federation.Confirmed");
	let company = company(shared).await;
	assert_eq!((&company["status"], &company["recovery"]), (&json!("Active"), &json!(recovery)));
	assert_eq!(seats(shared).await, 4);
}

/// The others give it a new principal: the first time its recovery account vetoes, the second time the delay runs out.
/// Gives the block in which that is.
async fn others_recover_its_key(shared: &Shared) -> u64 {
	let (veto, _) = others_decide(shared).await;
	let veto = ["federation", "veto", &veto];
	shared.refused("//carrier-one//recovery", &veto, "Federation.NotAuthorized").await;
	shared.carry_out(RECOVERY, &veto).await.event("Federation.RecoveryVetoed");
	let again = shared.command(Some(RECOVERY), &veto).await;
	assert!(again.code == Some(3) && again.stderr.contains("no such motion"), "{again:?}");

	let (_, at) = others_decide(shared).await;
	// The principal is the first one until then
	assert_eq!(company(shared).await["principal"], json!(address(PRINCIPAL)));
	at
}

/// All other companies vote for a new principal; gives the motion and the block in which it takes effect.
async fn others_decide(shared: &Shared) -> (String, u64) {
	let [first, second, third] = PRINCIPALS;
	let recover = ["federation", "recover", NAME, "--principal", &address(SUCCESSOR)];
	let proposed = shared.carry_out(first, &recover).await;
	let id = format!("s{}", proposed.event("Federation.SubjectProposed")["id"]);
	let aye = ["vote", "aye", id.as_str()];
	// Nobody else has a vote, and two of the three others do not decide
	let (one_more, ..) = tokio::join!(
		shared.carry_out(second, &aye),
		shared.refused("//witness", &aye, "Federation.NoCouncilSeat"),
		shared.refused(RECOVERY, &aye, "Federation.NotPrincipal"),
	);
	one_more.event("Federation.SubjectVoted");
	let decided = shared.carry_out(third, &aye).await;
	let at = decided.event("Federation.SubjectDecided")["at"].as_u64().unwrap();
	(id, at)
}

/// Branches, accounts, nodes and an exit that is thought over: the company's own business.
async fn keeps_its_house(shared: &Shared) {
	shared.carry_out(PRINCIPAL, &add_branch("1", "province:13")).await.event("Federation.BranchAdded");
	let accounts = [
		format!("{},planner,national,", address(PLANNER)),
		format!("{},operator,national,", address(OPERATOR)),
		format!("{},admin,national,", address(DEPUTY)),
		format!("{},admin,province:13,1", address(PROVINCIAL_ADMIN)),
		format!("{},operator,province:13,1", address(PROVINCIAL_OPERATOR)),
	];
	let file = shared.data().join("accounts.csv");
	fs::write(&file, format!("account,roles,scope,branch\n{}\n", accounts.join("\n"))).unwrap();
	shared.carry_out(PRINCIPAL, &["account", "import", file.to_str().unwrap()]).await;
	// Nobody signs in two of these at once: the nonces of one account follow one another.
	tokio::join!(branches(shared), nodes(shared), thinks_an_exit_over(shared));
}

const fn add_branch<'a>(id: &'a str, scope: &'a str) -> [&'a str; 8] {
	["federation", "branches", "add", id, "--name", "a branch", "--scope", scope]
}

async fn branches(shared: &Shared) {
	let remove = |id: &'static str| ["federation", "branches", "remove", id];
	// An admin's scope bounds its branches, and a planner has none to add or remove
	tokio::join!(
		async {
			shared.refused(PLANNER, &add_branch("2", "local:1301"), "Federation.NotAuthorized").await;
			shared.refused(PLANNER, &remove("1"), "Federation.NotAuthorized").await;
		},
		async {
			let outside = add_branch("2", "province:14");
			shared.refused(PROVINCIAL_ADMIN, &outside, "Federation.OutsideScope").await;
			let again = add_branch("1", "local:1301");
			shared.refused(PROVINCIAL_ADMIN, &again, "Federation.AlreadyExists").await;
		},
	);
	shared.carry_out(PROVINCIAL_ADMIN, &add_branch("2", "local:1301")).await;
	let removed = shared.carry_out(PROVINCIAL_ADMIN, &remove("1")).await;
	assert_eq!(removed.event("Federation.BranchRemoved")["branch"], 1);
	let listed = shared.ask(&["federation", "branches", "list", NAME]).await;
	assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
	assert_eq!((&listed[0]["id"], &listed[0]["name"]), (&json!(2), &json!("a branch")));
	// An account of the branch that is gone belongs to none
	let account = shared.ask(&["account", "show", &address(PROVINCIAL_ADMIN)]).await;
	assert_eq!(account["branch"], Value::Null);
}

async fn nodes(shared: &Shared) {
	let register = ["federation", "nodes", "register", PEER, "--kind", "archive", "--province", "13"];
	let national = &register[..6];
	let retire = ["federation", "nodes", "retire", PEER];
	let owner = |nodes: Value| {
		let nodes = nodes.as_array().unwrap().clone();
		nodes.into_iter().find(|node| node["peer_id"] == PEER).map(|node| node["org"].clone())
	};
	// Wrong role, wrong scope, no peer id
	tokio::join!(
		shared.refused("//tower//planner", &register, "Federation.NotAuthorized"),
		shared.refused(PROVINCIAL_OPERATOR, national, "Federation.OutsideScope"),
		async {
			let nobody = ["federation", "nodes", "register", "12D3KooW", "--kind", "full"];
			shared.refused(OPERATOR, &nobody, "Federation.InvalidPeerId").await;
			shared.carry_out(OPERATOR, &register).await.event("Federation.NodeRegistered");
		},
	);
	assert_eq!(
		owner(shared.ask(&["federation", "nodes", "list"]).await),
		Some(company(shared).await["id"].clone())
	);
	// Wrong company: neither taken over nor retired by another
	shared.refused("//tower//operator", &register, "Federation.AlreadyExists").await;
	shared.refused("//tower//operator", &retire, "Federation.NotAuthorized").await;
	// Whose scope covers the province retires it
	shared.carry_out(PROVINCIAL_OPERATOR, &retire).await.event("Federation.NodeRetired");
	assert_eq!(owner(shared.ask(&["federation", "nodes", "list"]).await), None);
	// And one stays until the company leaves
	shared.carry_out(OPERATOR, national).await;
}

async fn thinks_an_exit_over(shared: &Shared) {
	let exit = |step: &'static str| ["federation", "exit", step];
	shared.carry_out(PRINCIPAL, &exit("declare")).await.event("Federation.ExitDeclared");
	assert_eq!(company(shared).await["status"], "Leaving");
	shared.refused(PRINCIPAL, &exit("complete"), "Federation.TooEarly").await;
	shared.carry_out(PRINCIPAL, &exit("withdraw")).await.event("Federation.ExitWithdrawn");
	assert_eq!(company(shared).await["status"], "Active");
	shared.refused(PRINCIPAL, &exit("complete"), "Federation.NotLeaving").await;
}

/// It declares its exit, which takes its notice, and has another principal by then.
async fn leaves(shared: &Shared, recovered_at: u64) {
	let chain = shared.chain(0).await;
	let patience = Duration::from_secs(90);
	let complete = ["federation", "exit", "complete"];
	let declared = shared.carry_out(PRINCIPAL, &["federation", "exit", "declare"]).await;
	let leaves_at = declared.event("Federation.ExitDeclared")["at"].as_u64().unwrap();
	// When the delay of the recovery is over, another account speaks for the company
	chain.wait_finalized(recovered_at, patience).await.unwrap();
	assert_eq!(company(shared).await["principal"], json!(address(SUCCESSOR)));
	// The former one has neither voice nor seat, and the new one decides about it
	let propose = ["federation", "lift-pause"];
	tokio::join!(
		shared.refused(PRINCIPAL, &complete, "Federation.NotPrincipal"),
		shared.refused(PRINCIPAL, &propose, "holds a seat"),
	);
	shared.carry_out(SUCCESSOR, &["account", "remove", &address(PRINCIPAL)]).await;
	shared.refused(PRINCIPAL, &complete, "was removed by its company").await;
	// It may hand over itself, as the recovery account may its right to veto
	let (deputy, planner) = (address(DEPUTY), address(PLANNER));
	let (hand_over, pass_on) = (["federation", "principal", &deputy], ["federation", "recovery", &planner]);
	tokio::join!(shared.carry_out(SUCCESSOR, &hand_over), shared.carry_out(RECOVERY, &pass_on));
	let handed_over = company(shared).await;
	assert_eq!((&handed_over["principal"], &handed_over["recovery"]), (&json!(deputy), &json!(planner)));
	// A recovery account that is to be replaced sees it, and may refuse
	let replace = ["federation", "replace-recovery", &address(OPERATOR)];
	let keep = ["federation", "keep-recovery"];
	shared.refused(PLANNER, &replace, "Federation.NotPrincipal").await;
	shared.carry_out(DEPUTY, &replace).await.event("Federation.RecoveryWanted");
	shared.refused(DEPUTY, &replace, "Federation.TooEarly").await;
	let inbox = shared.command(Some(PLANNER), &["inbox"]).await.ok().unwrap().json().unwrap();
	let waits = |item: &Value| item["command"] == json!("trimast federation keep-recovery");
	assert!(inbox["items"].as_array().unwrap().iter().any(waits), "{inbox}");
	shared.refused(DEPUTY, &keep, "Federation.NotRecovery").await;
	shared.carry_out(PLANNER, &keep).await.event("Federation.RecoveryKept");
	assert_eq!(company(shared).await["next_recovery"], Value::Null);

	// And when the notice is over, it leaves with its seat, its nodes and its accounts
	chain.wait_finalized(leaves_at, patience).await.unwrap();
	shared.carry_out(DEPUTY, &complete).await.event("Federation.Left");
	assert_eq!(company(shared).await["status"], "Left");
	assert_eq!(seats(shared).await, 3);
	let nodes = shared.ask(&["federation", "nodes", "list"]).await;
	assert!(nodes.as_array().unwrap().iter().all(|node| node["peer_id"] != PEER), "{nodes}");
	tokio::join!(
		shared.refused(DEPUTY, &complete, "not a member"),
		shared.refused(PLANNER, &["site", "retire", "1301:0"], "not a member"),
	);
}
