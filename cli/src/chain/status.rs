// SPDX-License-Identifier: Apache-2.0
//! `trimast chain`: how the chain and its network stand.

use super::{
	events,
	finalized::{Heads, Standstill},
	storage, Chain,
};
use crate::{
	context::Context,
	error::{Failure, Result},
	files::create,
	names::{self, ss58},
	output::{counted, facts, is_closed, table},
	vote::read_call,
};
use clap::Subcommand;
use codec::Encode;
use serde::Serialize;
use serde_json::{json, Value};
use std::{
	path::PathBuf,
	time::{Duration, Instant},
};
use subxt::rpcs::client::rpc_params;
use trimast_primitives::{
	apis::{OrgView, PauseView},
	org::OrgStatus,
	text::escaped,
	AccountId, Hash, Header, Moment,
};

/// How the chain and its network stand.
#[derive(Subcommand, Debug)]
pub(crate) enum ChainCommand {
	/// The chain, its runtime, the node, best and final block.
	Status,
	/// The latest final blocks.
	Blocks {
		/// How many.
		#[arg(long, default_value_t = 10)]
		count: u32,
		/// Go on with new ones as they become final.
		#[arg(long)]
		follow: bool,
	},
	/// The node's peers.
	Peers,
	/// How long blocks take to become final, measured as they come.
	Finality {
		/// How many blocks to measure.
		#[arg(long, default_value_t = 10)]
		count: u32,
	},
	/// Makes any call that the chain offers and no other command makes: naming a proxy, applying authorised code.
	Call {
		/// `Pallet.call`, or the encoded call as 0x...
		call: String,
		/// Arguments as JSON: an object by name or a list; `@FILE` reads them from a file.
		#[arg(default_value = "null")]
		arguments: String,
	},
	/// Writes the runtime's metadata to a file, for the machine that signs offline.
	Metadata {
		/// Where to, a new file.
		#[arg(long, short)]
		output: PathBuf,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ChainCommand) -> Result<()> {
	let chain = context.chain().await?;
	match command {
		ChainCommand::Status => status(context, &chain).await,
		ChainCommand::Blocks { count, follow } => blocks(context, &chain, count, follow).await,
		ChainCommand::Peers => peers(context, &chain).await,
		ChainCommand::Finality { count } => finality(context, &chain, count).await,
		ChainCommand::Call { call, arguments } => {
			let call = read_call(&*context.spec(&chain).await?, &call, &arguments)?;
			context.perform(&chain, call).await.map(|_| ())
		}
		ChainCommand::Metadata { output } => {
			let spec = context.spec(&chain).await?;
			create(&output, &spec.raw)?;
			let value = json!({ "file": output, "spec_version": spec.version, "genesis": names::hex0x(spec.genesis) });
			context.output.answer(&value, || {
				format!("metadata of runtime version {} written to {}", spec.version, output.display())
			});
			Ok(())
		}
	}
}

async fn status(context: &Context, chain: &Chain) -> Result<()> {
	let (finalized, hash) = chain.finalized().await?;
	let best: Header = chain.request("chain_getHeader", rpc_params![]).await?;
	let health = chain.ask(|| chain.rpc().system_health()).await?;
	let name = chain.ask(|| chain.rpc().system_chain()).await?;
	let version = chain.ask(|| chain.rpc().system_version()).await?;
	let spec = chain.spec(hash).await?;
	let validators: Vec<AccountId> =
		storage::get(chain, &storage::plain("Session", "Validators"), hash).await?.unwrap_or_default();
	let session: u32 =
		storage::get(chain, &storage::plain("Session", "CurrentIndex"), hash).await?.unwrap_or_default();
	let at = chain.at(finalized, hash);
	let (orgs, pause) = (at.orgs().await?, at.pause().await?);
	let of = |account: &AccountId| company(&orgs, account);
	let suspended: Vec<(&OrgView, u32)> = orgs
		.iter()
		.filter(|org| org.status == OrgStatus::Suspended)
		.filter_map(|org| Some((org, org.suspended_until?)))
		.collect();
	let value = json!({
		"url": chain.url(), "chain": name, "node": version, "genesis": names::hex0x(chain.genesis()),
		"spec_version": spec.version, "transaction_version": spec.transaction_version,
		"best": best.number, "finalized": finalized, "finalized_hash": names::hex0x(hash), "peers": health.peers,
		"syncing": health.is_syncing, "session": session, "paused": pause,
		"suspended": suspended.iter().map(|(org, until)| json!({ "org": org.id, "until": until })).collect::<Vec<_>>(),
		"validators": validators.iter().map(|account| json!({ "account": ss58(account), "org": of(account) })).collect::<Vec<_>>(),
	});
	context.output.answer(&value, || {
		let mut pairs = vec![
			("node", format!("{} ({})", chain.url(), escaped(&version))),
			("chain", escaped(&name)),
			("genesis", names::hex0x(chain.genesis())),
			("runtime", format!("version {}", spec.version)),
			("best block", best.number.to_string()),
			("final block", format!("{finalized} {}", names::hex0x(hash))),
			("peers", format!("{}{}", health.peers, if health.is_syncing { ", syncing" } else { "" })),
			("session", session.to_string()),
			("paused", pause_text(&pause).unwrap_or_else(|| "nothing".into())),
		];
		pairs.extend(
			suspended
				.iter()
				.map(|(org, until)| ("suspended", format!("{} until block {until}", escaped(&org.name)))),
		);
		pairs.extend(
			validators
				.iter()
				.map(|account| ("validator", format!("{} of {}", ss58(account), escaped(&of(account))))),
		);
		facts(&pairs)
	});
	Ok(())
}

/// Whose validator an account is.
fn company(orgs: &[OrgView], validator: &AccountId) -> String {
	let org = orgs.iter().find(|org| org.validators.iter().any(|(account, _)| account == validator));
	org.map_or_else(|| "?".to_string(), |org| org.name.clone())
}

/// What is paused, and until when; none when nothing is.
pub(crate) fn pause_text(pause: &PauseView) -> Option<String> {
	if pause.kinds.is_empty() {
		return None;
	}
	let until = match pause.until {
		Some(block) => format!("until block {block}"),
		None => "until it is lifted (`trimast federation lift-pause`)".into(),
	};
	Some(format!("{} {until}", escaped(&pause.kinds.join(", "))))
}

/// What a block holds: its time, its transactions, what is not System's own in its events.
async fn block(chain: &Chain, hash: Hash) -> Result<Value> {
	let block = chain.block(hash).await?;
	let bytes: usize = block.extrinsics.iter().map(Vec::len).sum();
	let time: Option<Moment> = storage::get(chain, &storage::plain("Timestamp", "Now"), hash).await?;
	let (_, all) = events::fetch_after(chain, hash, block.header.parent_hash).await?;
	let own = all.iter().filter(|event| event.pallet != "System").count();
	Ok(json!({
		"block": block.header.number, "hash": names::hex0x(hash), "time": time, "extrinsics": block.extrinsics.len(),
		"bytes": bytes, "events": own,
	}))
}

fn block_row(value: &Value) -> Vec<String> {
	let text = |name: &str| super::json::short(value.get(name).unwrap_or(&Value::Null));
	let time = value.get("time").and_then(Value::as_u64).map_or_else(|| "-".into(), clock);
	vec![text("block"), text("hash"), time, text("extrinsics"), text("bytes"), text("events")]
}

/// Time of day at UTC+8, which the federation keeps.
fn clock(milliseconds: u64) -> String {
	let seconds = (milliseconds / 1000).saturating_add(8 * 3600) % 86_400;
	format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, milliseconds % 1000)
}

const BLOCK_COLUMNS: [&str; 6] = ["block", "hash", "time (UTC+8)", "transactions", "bytes", "events"];

async fn blocks(context: &Context, chain: &Chain, count: u32, follow: bool) -> Result<()> {
	let (last, _) = chain.finalized().await?;
	let mut found = Vec::new();
	for number in last.saturating_add(1).saturating_sub(count)..=last {
		found.push(block(chain, chain.hash_of(number).await?).await?);
	}
	if !follow {
		context.output.answer(&json!(found), || table(&BLOCK_COLUMNS, found.iter().map(block_row)));
		return Ok(());
	}
	let tell = |value: &Value| {
		context.output.json_line(value);
		context.output.say(&block_row(value).join("  "));
	};
	found.iter().for_each(tell);
	let (mut heads, mut next) = (Heads::new(chain), last.saturating_add(1));
	let mut still = Standstill::new(last, Instant::now());
	// Who only prints ends with its reader.
	while !is_closed() {
		let head = heads.next().await?;
		for number in next..=head.number {
			tell(&block(chain, chain.hash_of(number).await?).await?);
		}
		next = next.max(head.number.saturating_add(1));
		still.note(head.number, Instant::now());
		if still.is_due(Instant::now()) {
			context.output.remark(&format!("waiting: {}", still.text(Instant::now())));
		}
	}
	Ok(())
}

async fn peers(context: &Context, chain: &Chain) -> Result<()> {
	let at = chain.now().await?;
	let (registered, orgs) = (at.nodes().await?, at.orgs().await?);
	let own: String = chain.request("system_localPeerId", rpc_params![]).await?;
	// Only nodes that trust their caller tell their peers; the number of them everybody is told.
	let peers: Option<Value> = match chain.request("system_peers", rpc_params![]).await {
		Ok(peers) => Some(peers),
		Err(_) => {
			context
				.output
				.remark("the node names its peers to nobody but who runs it (--rpc-methods unsafe)");
			None
		}
	};
	let health = chain.ask(|| chain.rpc().system_health()).await?;
	let value = json!({ "peer_id": own, "count": health.peers, "peers": peers });
	context.output.answer(&value, || {
		let count = format!("this node is {own}, {}", counted(health.peers, "peer"));
		let Some(peers) = &peers else { return count };
		let rows = peers.as_array().into_iter().flatten().map(|peer| {
			let text = |name: &str| peer.get(name).map(super::json::short).unwrap_or_default();
			let id = text("peerId");
			let owner = registered.iter().find(|node| node.peer_id == id).map_or_else(
				|| "not registered".into(),
				|node| format!("{} {}", names::org_name(&orgs, node.org), node.kind),
			);
			vec![id, text("roles"), text("bestNumber"), owner]
		});
		format!("{count}\n{}", table(&["peer id", "roles", "best block", "registered"], rows))
	});
	Ok(())
}

/// Measures, for each block, the time from hearing of it as best to hearing of it as final.
async fn finality(context: &Context, chain: &Chain, count: u32) -> Result<()> {
	let mut best = chain.ask(|| chain.rpc().chain_subscribe_new_heads()).await?;
	let mut heads = Heads::new(chain);
	let mut still = Standstill::new(chain.finalized().await?.0, Instant::now());
	let mut heard: Vec<(u32, Instant)> = Vec::new();
	let mut measured: Vec<(u32, f64)> = Vec::new();
	let wanted = usize::try_from(count.max(1)).unwrap_or(1);
	while measured.len() < wanted {
		tokio::select! {
			header = best.next() => match header {
				Some(Ok(header)) => heard.push((header.number, Instant::now())),
				_ => best = chain.ask(|| chain.rpc().chain_subscribe_new_heads()).await?,
			},
			head = heads.next() => {
				let head = head?;
				still.note(head.number, Instant::now());
				let (done, open): (Vec<_>, Vec<_>) = heard.drain(..).partition(|(number, _)| *number <= head.number);
				heard = open;
				measured.extend(done.into_iter().map(|(number, at)| (number, at.elapsed().as_secs_f64())));
			},
		}
		let now = Instant::now();
		let (is_due, is_over) = (still.is_due(now), still.is_over(chain.patience(), now));
		if is_due || is_over {
			let text =
				format!("{}; {}", still.text(now), silent_text(&silent(chain).await.unwrap_or_default()));
			if is_over {
				return Err(Failure::connection(format!("gave up waiting: {text}"))
					.remedy("more than two thirds of the validators have to run and reach one another"));
			}
			context.output.remark(&format!("waiting: {text}"));
		}
	}
	let mut times: Vec<f64> = measured.iter().map(|(_, seconds)| *seconds).collect();
	times.sort_by(f64::total_cmp);
	// By nearest rank.
	let rank = |per_cent: usize| times.len().saturating_mul(per_cent).div_ceil(100).max(1) - 1;
	let quantile = |per_cent: usize| times.get(rank(per_cent)).copied().unwrap_or(0.0);
	let silent = silent(chain).await?;
	let value = json!({
		"blocks": measured.iter().map(|(number, seconds)| json!({ "block": number, "seconds": seconds })).collect::<Vec<_>>(),
		"p50": quantile(50), "p99": quantile(99), "not_heard": silent,
	});
	context.output.answer(&value, || {
		let rows =
			measured.iter().map(|(number, seconds)| vec![number.to_string(), format!("{seconds:.3} s")]);
		format!(
			"{}\nhalf of them within {:.3} s, 99 of 100 within {:.3} s; {}",
			table(&["block", "best to final"], rows),
			quantile(50),
			quantile(99),
			silent_text(&silent)
		)
	});
	Ok(())
}

/// How often the round of finality is looked at, and the time between two looks: together longer than a round takes.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// A validator that the node has not heard in any of several looks at the round of finality. In one that has just begun
/// nobody is heard.
#[derive(Serialize, Debug)]
struct Silent {
	/// The key it votes with.
	key: String,
	/// Its account.
	account: Option<String>,
	/// Whose it is.
	org: Option<String>,
}

async fn silent(chain: &Chain) -> Result<Vec<Silent>> {
	let mut keys: Option<Vec<String>> = None;
	for look in 0..LOOKS {
		if keys.as_ref().is_some_and(Vec::is_empty) {
			break;
		}
		if look > 0 {
			tokio::time::sleep(BETWEEN_LOOKS).await;
		}
		let state: Value = chain.request("grandpa_roundState", rpc_params![]).await?;
		let missing = state.pointer("/best/prevotes/missing").and_then(Value::as_array);
		let missing: Vec<String> =
			missing.into_iter().flatten().filter_map(Value::as_str).map(String::from).collect();
		keys = Some(match keys {
			None => missing,
			Some(before) => before.into_iter().filter(|key| missing.contains(key)).collect(),
		});
	}
	let keys = keys.unwrap_or_default();
	let at = chain.now().await?;
	let orgs = at.orgs().await?;
	let mut silent = Vec::with_capacity(keys.len());
	for key in keys.iter().map(String::as_str) {
		let account = match names::account(key) {
			Ok(public) => {
				let owner = (*b"gran", AsRef::<[u8]>::as_ref(&public)).encode();
				storage::get(chain, &storage::twox_concat("Session", "KeyOwner", &[&owner]), at.hash).await?
			}
			Err(_) => None,
		};
		silent.push(Silent {
			key: escaped(key),
			account: account.as_ref().map(ss58),
			org: account.as_ref().map(|account| escaped(&company(&orgs, account))),
		});
	}
	Ok(silent)
}

fn silent_text(silent: &[Silent]) -> String {
	let names: Vec<_> = silent
		.iter()
		.map(|one| match (&one.account, &one.org) {
			(Some(account), Some(org)) => format!("{account} of {org}"),
			_ => format!("the key {}", one.key),
		})
		.collect();
	match &names[..] {
		[] => "every validator votes".into(),
		names => format!("no vote heard of {}", names.join(", ")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn silent_validators_are_named_with_their_company() {
		let one = |account: Option<&str>| Silent {
			key: "5key".into(),
			account: account.map(String::from),
			org: account.map(|_| "Tower".into()),
		};
		assert_eq!(silent_text(&[]), "every validator votes");
		assert_eq!(
			silent_text(&[one(Some("5account")), one(None)]),
			"no vote heard of 5account of Tower, the key 5key"
		);
	}

	#[test]
	fn pause_is_told_with_its_kinds_and_its_end() {
		let pause = |kinds: &[&str], until| {
			let kinds = kinds.iter().copied().map(String::from).collect();
			pause_text(&PauseView { kinds, until, again_from: Some(99) })
		};
		assert_eq!(pause(&[], None), None);
		assert_eq!(pause(&["sites", "accounts"], Some(12)).unwrap(), "sites, accounts until block 12");
		assert!(pause(&["sites"], None).unwrap().contains("lift-pause"));
	}

	#[test]
	fn clock_shows_utc_plus_eight() {
		assert_eq!(clock(0), "08:00:00.000");
		assert_eq!(clock(16 * 3_600_000 + 61_005), "00:01:01.005");
	}
}
