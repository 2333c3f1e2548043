// SPDX-License-Identifier: Apache-2.0
//! Who bids for every round: a dispatcher's account, and the chain that it talks to. The connection, keys and transactions are
//! those of the command. A node that goes away is waited for.

use super::{
	solve::{frozen, judge, solved},
	words::score_text,
};
use crate::{
	chain::{finalized::Heads, views::At, Chain, Patience},
	config::{access, export::time},
	error::{Failure, Kind, Result},
	keys::{KeySource, Signer},
	names::{self, scope_text},
	order::{about::About, desk::DISPATCHER},
	output::Output,
	submit,
};
use clap::Args;
use serde_json::Value;
use std::{path::PathBuf, time::Duration};
use trimast_primitives::{
	access::Scope,
	apis::{BidderView, RoundView},
	plan::{Plan, Score},
	LocalNetworkId, Moment, OrgId,
};
use trimast_solver::{bid, Settings, Solved};

/// How long to wait before a node that is not there is asked again.
const PAUSE: Duration = Duration::from_secs(3);

/// Where the chain is, and who signs.
#[derive(Args, Clone, Debug)]
pub struct Options {
	/// Node to talk to.
	#[arg(long, env = "TRIMAST_URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
	/// File with the secret that signs: a mnemonic, a seed (0x...) or a derivation. Nobody else may be able to read it.
	#[arg(long, env = "TRIMAST_KEY_FILE", value_name = "FILE")]
	pub key_file: Option<PathBuf>,
	/// Keystore file with the key that signs (`trimast key generate`).
	#[arg(long, env = "TRIMAST_KEYSTORE", value_name = "FILE")]
	pub keystore: Option<PathBuf>,
	/// File with the keystore's password; asked for at the terminal otherwise.
	#[arg(long, env = "TRIMAST_PASSWORD_FILE", value_name = "FILE")]
	pub password_file: Option<PathBuf>,
	/// The secret itself. Development only: other processes and the shell's history see it.
	#[arg(long, value_name = "SECRET")]
	pub suri: Option<String>,
	/// Only rounds there: national, province:13, local:1301. May stand several times; the account's scope otherwise.
	#[arg(long = "in", value_name = "SCOPE", value_parser = names::scope)]
	pub places: Vec<Scope>,
	/// JSON lines.
	#[arg(long)]
	pub json: bool,
	/// No remarks.
	#[arg(long, short)]
	pub quiet: bool,
}

/// A dispatcher's account that bids.
pub struct Bidder {
	chain: Chain,
	signer: Signer,
	output: Output,
	places: Vec<Scope>,
	org: OrgId,
}

impl Bidder {
	/// Reads the key, waits for the node, and looks whether the account may bid there.
	///
	/// # Errors
	/// There is no key, or the account is no dispatcher's of a carrier or tower company, or not there.
	pub async fn connect(options: Options) -> Result<Self> {
		let keys = KeySource {
			file: options.key_file,
			keystore: options.keystore,
			password_file: options.password_file,
			suri: options.suri,
			quiet: options.quiet,
		};
		let signer = keys.require()?;
		let output = Output { json: options.json, quiet: options.quiet, yes: true };
		let chain = loop {
			match Chain::connect(&options.url, Patience(Duration::from_secs(u64::from(u32::MAX)))).await {
				Err(failure) if failure.kind() == Kind::Connection => {
					output.remark(&failure.to_string());
					tokio::time::sleep(PAUSE).await;
				}
				chain => break chain?,
			}
		};
		let at = chain.now().await?;
		let account = at.known_account(signer.account()).await?;
		access::expect_role(&account, DISPATCHER)?;
		let orgs = at.orgs().await?;
		if !orgs.iter().any(|org| org.id == account.org && org.kind.has_council_seat()) {
			return Err(Failure::chain("only carriers and tower companies bid")
				.at(names::ss58(&account.account))
				.remedy("use the account of a dispatcher of one (`trimast account show`)"));
		}
		for place in &options.places {
			at.check_scope(*place).await?;
			access::expect_place(&account, *place)?;
		}
		let places = if options.places.is_empty() { vec![account.scope] } else { options.places };
		let text: Vec<String> = places.iter().map(|place| scope_text(*place)).collect();
		let who = names::ss58(signer.account());
		output.remark(&format!("{who} bids for company {} in {}", account.org.0, text.join(", ")));
		Ok(Self { chain, signer, output, places, org: account.org })
	}

	/// Says of each final block that it is there, for ever. Blocks that came while `each` was at work are one.
	///
	/// # Errors
	/// The node gives answers that cannot be read.
	pub async fn follow(&self, mut each: impl AsyncFnMut() -> Result<()>) -> Result<()> {
		let (mut heads, mut last) = (Heads::new(&self.chain), 0);
		loop {
			let announced = heads.next().await?.number;
			if announced <= last {
				continue;
			}
			let (number, _) = self.chain.finalized().await?;
			last = number.max(announced);
			each().await?;
		}
	}

	/// The rounds of its places that take bids, and the clock of the node's best block.
	///
	/// # Errors
	/// The node gives no answer that can be read.
	pub async fn rounds(&self) -> Result<(Vec<RoundView>, Moment)> {
		let (at, now) = (self.chain.now().await?, self.now().await?);
		let is_there = |id: LocalNetworkId| self.places.iter().any(|place| place.covers(id));
		let found = match self.places[..] {
			[Scope::LocalNetwork(id)] => at.planned_network(id).await?.into_iter().collect(),
			_ => at.planned_networks().await?,
		};
		let open = found.into_iter().filter(|view| is_there(view.local_network)).filter_map(|view| view.open);
		Ok((open.filter(|view| bid::until(view, now).is_some()).collect(), now))
	}

	/// The clock of the best block: what is final is some seconds old.
	async fn now(&self) -> Result<Moment> {
		let best = self.chain.best().await?;
		self.chain.at(best.number, best.hash()).moment().await
	}

	/// How the company stands that would bid.
	///
	/// # Errors
	/// The round is forgotten.
	pub async fn standing(&self, round: u32) -> Result<BidderView> {
		self.chain.now().await?.bidder(round, self.org).await
	}

	/// Solves a round on threads of their own, and checks the plan by the code that the chain uses.
	///
	/// # Errors
	/// The round is not the one of which the chain has the digest, or the plan is refused.
	pub async fn solve(&self, view: &RoundView, settings: Settings) -> Result<Solved> {
		let round = frozen(self.chain.now().await?, view).await?;
		Ok(solved(round, view.digest, settings).await?.1)
	}

	/// Whether a plan is worth a bid now. `floor` is what the greedy plan is worth.
	///
	/// # Errors
	/// The round is forgotten.
	pub async fn worth(&self, round: u32, floor: Score, score: Score) -> Result<Result<(), bid::NoBid>> {
		let best = self.chain.best().await?;
		let at: At<'_> = self.chain.at(best.number, best.hash());
		let (view, now) = (at.round(round).await?, at.moment().await?);
		let standing = at.bidder(round, self.org).await?;
		Ok(bid::may(&view, &standing, now).and_then(|()| bid::worth(&view, Some(floor), score)))
	}

	/// Bids a plan, and waits until that is final.
	///
	/// # Errors
	/// The bid is refused.
	pub async fn bid(&self, round: u32, plan: Plan) -> Result<()> {
		let spec = self.chain.spec(self.chain.now().await?.hash).await?;
		let call = spec.call("Dispatch", "bid", (round, plan))?;
		let made = submit::one(&self.chain, &self.signer, call, self.output).await;
		let inclusion = About::Round(round).told(made)?;
		match &inclusion.failure {
			Some(failure) => About::Round(round).told(Err(failure.clone())),
			None => judge(&inclusion, round),
		}
	}

	/// Writes a line: for programs `value`, for people `text` behind the time.
	pub fn tell(&self, now: Moment, value: &Value, text: &str) {
		self.output.answer(value, || format!("{} {text}", time::text(now)));
	}

	/// A score in words.
	pub fn score_text(score: Score) -> String {
		score_text(score)
	}
}
