// SPDX-License-Identifier: Apache-2.0
//! `trimast energy statement`: what a carrier owes the owner of stations for a month, in a province, line by line.

use super::{
	dispute::CRITIC,
	page::{self, Format},
	windows::{
		signed_kg, signed_kg_exact, signed_kwh,
		stale::{self, Stale},
	},
	words::{
		bands, cny, day_text, extend, fourth, hundredths, kg, kg_exact, kwh, mean, mean_price, percent,
		prices_text, province, sums_json,
	},
};
use crate::{
	chain::{views::At, Chain},
	config::{
		access,
		scores::{month, month_text},
	},
	context::Context,
	error::{Failure, Result},
	files,
	names::{self, hex0x, OrgName},
	order::{open::WordsArgs, people::People},
	output::{counted, line, table},
};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use std::{collections::BTreeMap, path::PathBuf};
use trimast_primitives::{
	apis::{AccountView, EnergyLineView, EnergyTariffView},
	calendar::{day_of, first_day_of, month_of},
	energy::{statement_digest, Line, Sums},
	Hash, LocalNetworkId, OrgId, ProvinceId,
};

/// Which statement.
#[derive(Args, Clone, Debug)]
pub(crate) struct Which {
	/// The month (2026-05), UTC+8.
	#[arg(long, value_name = "MONTH", value_parser = month)]
	month: u16,
	/// Whose stations.
	#[arg(long, value_name = "ORG")]
	owner: OrgName,
	/// Who owes for their energy.
	#[arg(long, value_name = "ORG")]
	payer: OrgName,
	/// Where: the two digits of the province.
	#[arg(long, value_name = "PROVINCE", value_parser = province)]
	province: ProvinceId,
}

/// A company's statement of a month.
#[derive(Subcommand, Debug)]
pub(crate) enum StatementCommand {
	/// Shows it, with who has signed or disputes each line.
	Show {
		#[command(flatten)]
		which: Which,
	},
	/// Signs lines, exactly as they are shown: all that can be signed, or those that are named.
	#[command(
		after_help = "Example:\n  trimast energy statement sign --month 2026-05 --owner carrier-one --payer carrier-two --province 13"
	)]
	Sign {
		#[command(flatten)]
		which: Which,
		/// Only the line of this local network. May stand several times.
		#[arg(long, value_name = "LOCAL-NETWORK", value_parser = names::local_network)]
		line: Vec<LocalNetworkId>,
	},
	/// Disputes lines.
	#[command(
		after_help = "Example:\n  trimast energy statement dispute --month 2026-05 --owner carrier-one --payer carrier-two --province 13 --line 1301 --text 'no readings of May 7'"
	)]
	Dispute {
		#[command(flatten)]
		which: Which,
		/// The line of this local network. May stand several times.
		#[arg(long, value_name = "LOCAL-NETWORK", value_parser = names::local_network, required = true)]
		line: Vec<LocalNetworkId>,
		#[command(flatten)]
		reason: WordsArgs,
	},
	/// Writes it as a file.
	#[command(
		after_help = "Example:\n  trimast energy statement export --month 2026-05 --owner carrier-one --payer carrier-two --province 13 --format html --output statement.html"
	)]
	Export {
		#[command(flatten)]
		which: Which,
		/// As which form: csv, json, or html: a page to print, with plots.
		#[arg(long, value_enum, default_value_t = Format::Csv)]
		format: Format,
		/// Archive node: of its blocks the page has the daily curve, with saving and without.
		#[arg(long, value_name = "URL")]
		archive: Option<String>,
		/// A new file; standard output where none is named.
		#[arg(long, short, value_name = "FILE")]
		output: Option<PathBuf>,
	},
}

/// What each participant has of the owner's stations, by local network.
pub(super) type Shares = BTreeMap<LocalNetworkId, Vec<(OrgId, Sums)>>;

/// A statement as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Statement {
	/// The month.
	pub(super) month: u16,
	/// Whose stations.
	pub(super) owner: OrgId,
	/// Who owes.
	pub(super) payer: OrgId,
	/// Where.
	pub(super) province: ProvinceId,
	/// Its lines.
	pub(super) lines: Vec<EnergyLineView>,
	/// What each participant has in the local networks of the province.
	pub(super) shares: Shares,
	/// The versions of the province's tariff that hold in the month, as far as they are kept. The chain keeps no energy by hour.
	pub(super) tariffs: Vec<EnergyTariffView>,
	/// The final block of which it is.
	pub(super) block: u32,
}

/// What a line comes to, or several together.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Amounts {
	/// The payer's share.
	pub(super) share: Sums,
	/// What all participants have.
	pub(super) whole: Sums,
	/// What the share has emitted, 10⁻⁷ kg CO₂.
	pub(super) emitted: u64,
	/// What the payer has saved, Wh.
	pub(super) saved: i64,
	/// What all participants have saved, Wh.
	pub(super) saved_by_all: i64,
	/// What was not emitted for what the payer has saved, 10⁻⁷ kg CO₂.
	pub(super) avoided: i64,
}

impl From<&Line> for Amounts {
	fn from(line: &Line) -> Self {
		let Line { share, whole, saved, saved_by_all, .. } = *line;
		Self { share, whole, emitted: line.emitted(), saved, saved_by_all, avoided: line.avoided() }
	}
}

impl Amounts {
	fn plus(self, other: Self) -> Self {
		Self {
			share: self.share.plus(other.share),
			whole: self.whole.plus(other.whole),
			emitted: self.emitted.saturating_add(other.emitted),
			saved: self.saved.saturating_add(other.saved),
			saved_by_all: self.saved_by_all.saturating_add(other.saved_by_all),
			avoided: self.avoided.saturating_add(other.avoided),
		}
	}

	/// The cells of a table: [`COLUMNS`].
	fn cells(&self) -> [String; 9] {
		[
			kwh(self.share.energy),
			self.share.volume.to_string(),
			percent(self.share.energy, self.whole.energy),
			cny(self.share.amount),
			mean_price(&self.share),
			kg(self.emitted),
			signed_kwh(self.saved),
			signed_kwh(self.saved_by_all),
			signed_kg(self.avoided),
		]
	}

	/// For programs.
	fn to_json(self) -> Value {
		json!({
			"share": sums_json(&self.share), "whole": sums_json(&self.whole), "kg_co2": kg_exact(self.emitted),
			"share_percent": hundredths(self.share.energy, self.whole.energy), "mean_cny_a_kwh": mean(&self.share),
			"saved": self.saved, "saved_kwh": signed_kwh(self.saved), "saved_by_all": self.saved_by_all,
			"saved_by_all_kwh": signed_kwh(self.saved_by_all), "avoided_kg_co2": signed_kg_exact(self.avoided),
		})
	}
}

/// The columns of amounts in a table.
const COLUMNS: [&str; 9] = [
	"kWh",
	"Mbit",
	"share",
	"CNY",
	"mean CNY a kWh",
	"kg CO2",
	"saved kWh",
	"saved by all",
	"kg CO2 not emitted",
];

/// An object with more fields.
fn with(mut value: Value, more: Value) -> Value {
	extend(&mut value, more);
	value
}

/// Hours of one price, for programs.
fn band_json((from, until, price): (usize, usize, u32)) -> Value {
	json!({ "from_hour": from, "until_hour": until, "cny_a_kwh": fourth(price) })
}

/// How a line stands.
pub(super) fn standing(line: &EnergyLineView) -> &'static str {
	match (line.signed.len(), line.disputed.is_empty()) {
		(2, _) => "final",
		(_, false) => "disputed",
		(1, true) => "signed by one",
		(_, true) => "open",
	}
}

impl Statement {
	async fn ask(at: At<'_>, which: &Which, people: &People) -> Result<Self> {
		let (owner, payer) = (people.find(&which.owner)?, people.find(&which.payer)?);
		if owner == payer {
			return Err(Failure::usage("owner and payer are one company")
				.at("--payer")
				.remedy("name the company that shares the owner's stations"));
		}
		Self::of(at, which.month, (owner, payer), which.province).await
	}

	/// As it stands in a block. `parties`: whose stations, and who owes.
	async fn of(at: At<'_>, month: u16, parties: (OrgId, OrgId), province: ProvinceId) -> Result<Self> {
		let (owner, payer) = parties;
		let lines = at.energy_statement(month, owner, payer, province).await?;
		let totals = at.province_totals(month, province, Some(owner)).await?.totals;
		let shares = totals.into_iter().map(|of| (of.local_network, of.total.sums)).collect();
		let tariffs = at.tariffs(province, month).await?;
		Ok(Self { month, owner, payer, province, lines, shares, tariffs, block: at.number })
	}

	/// What each participant has of a local network; nothing where there is no total.
	pub(super) fn shares_of(&self, place: LocalNetworkId) -> &[(OrgId, Sums)] {
		self.shares.get(&place).map_or(&[][..], Vec::as_slice)
	}

	/// The same of several, for programs.
	fn shares_json(&self, places: impl Iterator<Item = LocalNetworkId>, people: &People) -> Value {
		let mut all: BTreeMap<OrgId, Sums> = BTreeMap::new();
		for (org, sums) in places.flat_map(|place| self.shares_of(place)) {
			let sum = all.entry(*org).or_default();
			*sum = sum.plus(*sums);
		}
		let energy = all.values().fold(0u64, |sum, sums| sum.saturating_add(sums.energy));
		let share = |(org, sums): (&OrgId, &Sums)| {
			let percent = hundredths(sums.energy, energy);
			let more = json!({ "org": org, "org_name": people.name(*org), "percent": percent });
			with(sums_json(sums), more)
		};
		all.iter().map(share).collect()
	}

	/// Of which days of the month no version of the tariff is kept any more, or none was set.
	pub(super) fn without_tariff(&self) -> Option<String> {
		match self.tariffs.first() {
			None => Some("no version of the month's tariff is kept".into()),
			Some(first) if first.from > first_day_of(self.month) => {
				Some(format!("no version of the tariff of the days before {} is kept", day_text(first.from)))
			}
			Some(_) => None,
		}
	}

	/// The versions of the tariff, for programs.
	fn tariffs_json(&self) -> Value {
		let version = |view: &EnergyTariffView| {
			let bands: Vec<Value> = bands(&view.tariff.prices).into_iter().map(band_json).collect();
			json!({ "from": day_text(view.from), "bands": bands })
		};
		self.tariffs.iter().map(version).collect()
	}

	/// The same in words.
	fn tariffs_text(&self) -> String {
		let version = |view: &EnergyTariffView| {
			format!("  from {} on: {}", day_text(view.from), prices_text(&view.tariff.prices))
		};
		let head = format!("tariff of province {}, CNY a kWh by the hour at UTC+8:", self.province.0);
		let missing = self.without_tariff().map(|what| format!("  {what}"));
		let lines = std::iter::once(head).chain(missing).chain(self.tariffs.iter().map(version));
		lines.collect::<Vec<_>>().join("\n")
	}

	/// Which one it is.
	pub(super) fn title(&self, people: &People) -> String {
		format!(
			"{} to {} for {}, province {}",
			people.name(self.payer),
			people.name(self.owner),
			month_text(self.month),
			self.province.0
		)
	}

	/// The proofs of some of its lines that rest on a report that was corrected since, or are measured against one.
	async fn stale(&self, at: At<'_>, lines: &[&EnergyLineView]) -> Result<Vec<Stale>> {
		let places: Vec<_> = lines.iter().map(|view| (view.line.local_network, self.owner)).collect();
		stale::stale(at, self.month, &places).await
	}

	/// All lines together.
	pub(super) fn sums(&self) -> Amounts {
		self.lines.iter().fold(Amounts::default(), |sum, view| sum.plus(Amounts::from(&view.line)))
	}

	/// What is signed of a line, computed here.
	fn digest(&self, genesis: Hash, view: &EnergyLineView) -> Result<Hash> {
		let own = statement_digest(genesis, self.month, self.owner, self.payer, &view.line);
		match own == view.digest {
			true => Ok(own),
			false => Err(Failure::chain("the digest is not that of the line that the node shows")
				.at(format!("line {}", view.line.local_network.0))
				.remedy("ask another node (--url)")),
		}
	}

	/// The lines that are named; all of them where none is.
	fn named(&self, names: &[LocalNetworkId]) -> Result<Vec<&EnergyLineView>> {
		let find = |name: &LocalNetworkId| {
			self.lines.iter().find(|view| view.line.local_network == *name).ok_or_else(|| {
				Failure::input(
					"the statement has no such line: the payer has no share of the owner's energy there",
				)
				.at(format!("--line {}", name.0))
				.remedy("`trimast energy statement show` has the lines")
			})
		};
		match names {
			[] => Ok(self.lines.iter().collect()),
			names => names.iter().map(find).collect(),
		}
	}

	/// A table with a line for each local network, and their sum.
	pub(super) fn text(&self, people: &People) -> String {
		let row = |name: String, amounts: Amounts, rest: [String; 4]| -> Vec<String> {
			std::iter::once(name).chain(amounts.cells()).chain(rest).collect()
		};
		let of_line = |view: &EnergyLineView| {
			let from = day_text(view.signable_from);
			let rest = [people.names(view.signed), people.names(view.disputed), standing(view).into(), from];
			row(view.line.local_network.0.to_string(), Amounts::from(&view.line), rest)
		};
		let mut rows: Vec<Vec<String>> = self.lines.iter().map(of_line).collect();
		if rows.len() > 1 {
			rows.push(row("all".into(), self.sums(), Default::default()));
		}
		let header =
			[&["where"][..], &COLUMNS, &["signed by", "disputed by", "is", "may be signed from"]].concat();
		format!("{}\n{}\n{}", self.title(people), table(&header, rows), self.tariffs_text())
	}

	/// For programs.
	pub(super) fn to_json(&self, people: &People) -> Value {
		let line = |view: &EnergyLineView| {
			let more = json!({
				"local_network": view.line.local_network, "factor": view.line.factor, "digest": view.digest,
				"signed": view.signed, "disputed": view.disputed, "is": standing(view),
				"signable_from": day_text(view.signable_from), "tariffs": self.tariffs_json(),
				"shares": self.shares_json(std::iter::once(view.line.local_network), people),
			});
			with(Amounts::from(&view.line).to_json(), more)
		};
		let more = json!({
			"type": "statement", "month": month_text(self.month), "owner": self.owner, "owner_name": people.name(self.owner),
			"payer": self.payer, "payer_name": people.name(self.payer), "province": self.province, "block": self.block,
			"lines": self.lines.iter().map(line).collect::<Vec<_>>(),
			"shares": self.shares_json(self.lines.iter().map(|view| view.line.local_network), people),
		});
		with(self.sums().to_json(), more)
	}
}

/// Why a line is not signed yet, and what to do: all companies look at what was reported.
fn review(view: &EnergyLineView, today: u16) -> Option<(String, String)> {
	let from = day_text(Some(view.signable_from).filter(|from| today < *from)?);
	let what = format!(
		"line {}: it may be signed from {from} on: until then all companies look at it",
		view.line.local_network.0
	);
	let remedy = format!(
		"sign it on {from} or later; what is wrong with it is disputed at once (`trimast energy statement dispute`)"
	);
	Some((what, remedy))
}

/// A line that may not be signed now, though nobody has named it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct LeftOut {
	local_network: LocalNetworkId,
	what: String,
	remedy: String,
}

impl LeftOut {
	/// In words.
	fn text(&self) -> String {
		format!("{}: left out\n  remedy: {}", self.what, self.remedy)
	}

	/// For programs.
	fn to_json(&self) -> Value {
		json!({
			"type": "left_out", "local_network": self.local_network, "reason": self.what, "remedy": self.remedy,
		})
	}
}

/// What is left out makes it a result in part. `taken`: how many lines are not.
fn judge(taken: usize, left_out: &[LeftOut]) -> Result<()> {
	let what = match (left_out.len(), taken) {
		(0, _) => return Ok(()),
		(left_out, 0) => format!("no line can be signed now: {} left out", counted(left_out, "line")),
		(left_out, _) => format!("{} left out", counted(left_out, "line")),
	};
	Err(Failure::partial(what)
		.remedy("what stands above says why: repeat the command once that is settled; lines that are signed are passed over"))
}

/// Somebody at work on a statement.
struct Desk<'a> {
	context: &'a Context,
	chain: &'a Chain,
	account: AccountView,
	statement: Statement,
	people: People,
	today: u16,
}

impl<'a> Desk<'a> {
	async fn on(context: &'a Context, chain: &'a Chain, which: &Which) -> Result<Self> {
		let at = chain.now().await?;
		let account = access::acting(context, at, CRITIC).await?;
		let people = People::of(&at.orgs().await?);
		let statement = Statement::ask(at, which, &people).await?;
		if ![statement.owner, statement.payer].contains(&account.org) {
			return Err(Failure::chain(format!("{} is neither owner nor payer", people.name(account.org)))
				.at(statement.title(&people))
				.remedy("owner and payer sign and dispute it"));
		}
		let now = at.moment().await?;
		if statement.month >= month_of(now) {
			return Err(Failure::chain("the month is not over")
				.at(statement.title(&people))
				.remedy("sign or dispute it once it is, at UTC+8"));
		}
		Ok(Self { context, chain, account, statement, people, today: day_of(now) })
	}

	fn ask(&self, lines: &[&EnergyLineView], question: &str) -> Result<()> {
		let shown =
			Statement { lines: lines.iter().map(|view| (*view).clone()).collect(), ..self.statement.clone() };
		self.context.output.say(&shown.text(&self.people));
		match self.context.output.confirm(question) {
			true => Ok(()),
			false => Err(Failure::declined("nothing done")),
		}
	}

	/// Tells how it stands now.
	async fn tell(&self) -> Result<()> {
		let at = self.chain.now().await?;
		let Statement { month, owner, payer, province, .. } = self.statement;
		let statement = Statement::of(at, month, (owner, payer), province).await?;
		self.context.output.answer(&statement.to_json(&self.people), || statement.text(&self.people));
		Ok(())
	}

	/// What keeps a line from being signed, and what to do: the days in which all companies look at it, or reports that are contested.
	async fn obstacle(&self, at: At<'_>, view: &EnergyLineView) -> Result<Option<(String, String)>> {
		if let Some(waits) = review(view, self.today) {
			return Ok(Some(waits));
		}
		let (place, month) = (view.line.local_network, self.statement.month);
		let contested = at.energy_total(month, place, self.statement.owner).await?.contested;
		if contested == 0 {
			return Ok(None);
		}
		let what = format!("line {}: {} contested there", place.0, counted(contested, "report"));
		let remedy = format!(
			"`trimast energy show {} --month {} --contested` shows them: have that settled first",
			place.0,
			month_text(month)
		);
		Ok(Some((what, remedy)))
	}

	/// The lines to sign, of those that are named or else of all, and those that are left out: they may not be signed now. Neither has
	/// those that the company has signed.
	async fn to_sign(&self, names: &[LocalNetworkId]) -> Result<(Vec<&EnergyLineView>, Vec<LeftOut>)> {
		let at = self.chain.now().await?;
		let mut lines = self.statement.named(names)?;
		lines.retain(|view| !view.signed.contains(self.account.org));
		let (mut open, mut left_out) = (Vec::new(), Vec::new());
		for view in lines {
			let local_network = view.line.local_network;
			access::expect_local_network(&self.account, local_network)?;
			let Some((what, remedy)) = self.obstacle(at, view).await? else {
				open.push(view);
				continue;
			};
			match names {
				[] => left_out.push(LeftOut { local_network, what, remedy }),
				_ => return Err(Failure::chain(what).remedy(remedy)),
			}
		}
		Ok((open, left_out))
	}

	async fn sign(&self, names: &[LocalNetworkId]) -> Result<()> {
		let (lines, left_out) = self.to_sign(names).await?;
		for one in &left_out {
			self.context.output.json_line(&one.to_json());
			self.context.output.say(&one.text());
		}
		if lines.is_empty() {
			if left_out.is_empty() {
				self.context.output.remark("no line waits for your company's signature: nothing is sent");
			}
			return judge(0, &left_out);
		}
		let genesis = self.chain.genesis();
		let digest = |view: &&EnergyLineView| {
			Ok::<_, Failure>((view.line.local_network, self.statement.digest(genesis, view)?))
		};
		let signed: Vec<(LocalNetworkId, Hash)> = lines.iter().map(digest).collect::<Result<_>>()?;
		// What is proven does not change any more once both have signed.
		let at = self.chain.now().await?;
		stale::tell(self.context, &self.statement.stale(at, &lines).await?);
		self.ask(&lines, "Sign that?")?;
		let Statement { month, owner, payer, .. } = self.statement;
		let spec = self.context.spec(self.chain).await?;
		// A province has no more local networks than a call takes.
		let call = spec.call("Energy", "sign_lines", (month, owner, payer, signed))?;
		let made = self.context.perform(self.chain, call).await;
		if made.map_err(|failure| failure.at(self.statement.title(&self.people)))?.is_some() {
			self.tell().await?;
		}
		judge(lines.len(), &left_out)
	}

	async fn dispute(&self, names: &[LocalNetworkId], reason: &WordsArgs) -> Result<()> {
		let reason = reason.read()?;
		let org = self.account.org;
		let mut lines = self.statement.named(names)?;
		for view in &lines {
			access::expect_local_network(&self.account, view.line.local_network)?;
			if view.signed.contains(org) {
				return Err(Failure::chain("your company has signed it, and disputes it no more")
					.at(format!("--line {}", view.line.local_network.0))
					.remedy("`trimast energy statement show` has who has signed what"));
			}
		}
		lines.retain(|view| !view.disputed.contains(org));
		if lines.is_empty() {
			self.context.output.remark("your company disputes that already: nothing is sent");
			return Ok(());
		}
		self.ask(&lines, "Dispute that?")?;
		let spec = self.context.spec(self.chain).await?;
		let Statement { month, owner, payer, .. } = self.statement;
		let mut calls = Vec::new();
		for view in lines {
			let place = view.line.local_network;
			let digest = self.statement.digest(self.chain.genesis(), view)?;
			let arguments = (month, owner, payer, place, digest, &reason);
			calls.push((format!("line {}", place.0), spec.call("Energy", "dispute_line", arguments)?));
		}
		self.context.perform_all(self.chain, calls).await
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: StatementCommand) -> Result<()> {
	let chain = context.chain().await?;
	match command {
		StatementCommand::Sign { which, line } => Desk::on(context, &chain, &which).await?.sign(&line).await,
		StatementCommand::Dispute { which, line, reason } => {
			Desk::on(context, &chain, &which).await?.dispute(&line, &reason).await
		}
		StatementCommand::Show { which } => {
			let at = chain.now().await?;
			let people = People::of(&at.orgs().await?);
			let statement = Statement::ask(at, &which, &people).await?;
			let lines: Vec<&EnergyLineView> = statement.lines.iter().collect();
			let stale = statement.stale(at, &lines).await?;
			let value = with(statement.to_json(&people), stale::to_json(&stale));
			context.output.answer(&value, || stale::below(statement.text(&people), &stale));
			Ok(())
		}
		StatementCommand::Export { which, format, archive, output } => {
			let at = chain.now().await?;
			let people = People::of(&at.orgs().await?);
			let statement = Statement::ask(at, &which, &people).await?;
			if statement.lines.is_empty() {
				return Err(Failure::input(
					"it has no line: the payer has no share of the owner's energy there",
				)
				.at(statement.title(&people))
				.remedy("`trimast energy total --month MONTH` shows whose stations have energy where"));
			}
			let text = page::write(context, &chain, &statement, &people, format, archive.as_deref()).await?;
			let Some(path) = output else {
				line(text.trim_end());
				return Ok(());
			};
			files::create(&path, text.as_bytes())?;
			let digests: Vec<String> = statement.lines.iter().map(|view| hex0x(view.digest)).collect();
			let value =
				json!({ "type": "exported", "file": path, "block": statement.block, "digests": digests });
			context.output.answer(&value, || {
				let lines = counted(statement.lines.len(), "line");
				format!(
					"{}: {}, {lines} as of block {}",
					path.display(),
					statement.title(&people),
					statement.block
				)
			});
			Ok(())
		}
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use crate::order::people::tests::people;
	use trimast_primitives::{
		energy::{EmissionFactor, Tariff, HOURS},
		OrgSet,
	};

	pub(crate) fn statement() -> Statement {
		let line = |place: u16, energy: u64| {
			let share = Sums { energy, volume: 9, amount: energy * 7_000 };
			let whole = Sums { energy: energy * 3, volume: 27, amount: energy * 21_000 };
			let line = Line {
				local_network: LocalNetworkId(place),
				share,
				whole,
				factor: EmissionFactor(5_366),
				saved: -500,
				saved_by_all: 1_200,
			};
			EnergyLineView {
				line,
				digest: statement_digest(Hash::zero(), 2026 * 12 + 4, OrgId(0), OrgId(1), &line),
				signed: OrgSet::of(OrgId(1)),
				disputed: OrgSet::EMPTY,
				// 2026-06-11
				signable_from: 20_615,
			}
		};
		let lines = vec![line(1301, 1_234_567), line(1302, 1_000)];
		// Two thirds are the owner's
		let shares = lines.iter().map(|EnergyLineView { line, .. }| {
			let of_owner = line.whole.minus(line.share);
			(line.local_network, vec![(OrgId(0), of_owner), (OrgId(1), line.share)])
		});
		let mut prices = [8_000; HOURS];
		prices[..7].fill(4_900);
		let tariffs = vec![
			EnergyTariffView { from: 20_454, tariff: Tariff { prices } },
			// 2026-05-16
			EnergyTariffView { from: 20_589, tariff: Tariff::flat(7_000) },
		];
		Statement {
			month: 2026 * 12 + 4,
			owner: OrgId(0),
			payer: OrgId(1),
			province: ProvinceId(13),
			shares: shares.collect(),
			tariffs,
			lines,
			block: 7,
		}
	}

	#[test]
	fn statement_has_a_line_for_each_local_network_and_their_sum() {
		let text = statement().text(&people());
		for part in [
			"two to one for 2026-05",
			"1234.567",
			"33.33 %",
			"864.20",
			"0.7000",
			"662.469",
			"-0.500",
			"1.200",
			"-0.268",
			"all",
			"1235.567",
			"-1.000",
			"2.400",
			"-0.537",
			"2026-06-11",
			"mean CNY",
			"from 2026-01-01 on: 00-07 h: 0.4900, 07-24 h: 0.8000\n",
			"from 2026-05-16 on: 00-24 h: 0.7000",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		let value = statement().to_json(&people());
		assert_eq!(value["lines"][0]["share"]["cny"], "864.1969000");
		assert_eq!(value["share"]["kwh"], "1235.567");
		let line = &value["lines"][1];
		assert_eq!((&line["saved"], &line["saved_by_all"]), (&json!(-500), &json!(1_200)));
		assert_eq!((&line["saved_kwh"], &line["avoided_kg_co2"]), (&json!("-0.500"), &json!("-0.2683000")));
		assert_eq!((&value["saved"], &value["saved_by_all_kwh"]), (&json!(-1_000), &json!("2.400")));
		assert_eq!((&value["avoided_kg_co2"], &line["is"]), (&json!("-0.5366000"), &json!("signed by one")));
		assert_eq!((&value["type"], &line["local_network"]), (&json!("statement"), &json!(1302)));
	}

	#[test]
	fn line_has_the_share_of_each_carrier_and_the_tariff() {
		let value = statement().to_json(&people());
		let line = &value["lines"][0];
		assert_eq!((&line["share_percent"], &line["mean_cny_a_kwh"]), (&json!("33.33"), &json!("0.7000")));
		let [owner, payer] = &line["shares"].as_array().unwrap()[..] else { panic!("{line}") };
		assert_eq!(
			(&owner["org"], &owner["org_name"], &owner["kwh"]),
			(&json!(0), &json!("one"), &json!("2469.134"))
		);
		assert_eq!((&owner["percent"], &owner["cny"]), (&json!("66.67"), &json!("1728.3938000")));
		assert_eq!((&payer["energy"], &payer["percent"]), (&json!(1_234_567), &json!("33.33")));
		let expected = json!([
			{ "from": "2026-01-01", "bands": [
				{ "from_hour": 0, "until_hour": 7, "cny_a_kwh": "0.4900" },
				{ "from_hour": 7, "until_hour": 24, "cny_a_kwh": "0.8000" },
			] },
			{ "from": "2026-05-16", "bands": [{ "from_hour": 0, "until_hour": 24, "cny_a_kwh": "0.7000" }] },
		]);
		assert_eq!(line["tariffs"], expected);
		// Of all lines together
		assert_eq!(value["shares"][1]["kwh"], "1235.567");
		assert_eq!((&value["share_percent"], &value["mean_cny_a_kwh"]), (&json!("33.33"), &json!("0.7000")));
		// Of nothing there is neither a part nor a mean
		let nothing = Amounts::default().to_json();
		assert_eq!((&nothing["share_percent"], &nothing["mean_cny_a_kwh"]), (&Value::Null, &Value::Null));
	}

	#[test]
	fn versions_of_the_tariff_that_are_not_kept_are_told() {
		let mut statement = statement();
		assert_eq!(statement.without_tariff(), None);
		statement.tariffs.remove(0);
		let what = statement.without_tariff().unwrap();
		assert!(what.contains("before 2026-05-16"), "{what}");
		assert!(statement.text(&people()).contains(&what));
		statement.tariffs.clear();
		assert!(statement.without_tariff().unwrap().starts_with("no version of the month's tariff"));
		assert_eq!(statement.to_json(&people())["lines"][0]["tariffs"], json!([]));
	}

	#[test]
	fn lines_are_signed_when_all_have_looked_at_each() {
		// Given that something was reported late of one of them
		let mut statement = statement();
		statement.lines[1].signable_from += 5;
		let text = statement.text(&people());
		assert!(text.contains("2026-06-11") && text.contains("2026-06-16"), "{text}");
		let value = statement.to_json(&people());
		let days = [&value["lines"][0]["signable_from"], &value["lines"][1]["signable_from"]];
		assert_eq!(days, ["2026-06-11", "2026-06-16"]);
		let (what, remedy) = review(&statement.lines[0], 20_614).unwrap();
		assert!(what.starts_with("line 1301: ") && what.contains("from 2026-06-11 on"), "{what}");
		assert!(remedy.contains("statement dispute"), "{remedy}");
		// The other waits while this one does no more
		let waits =
			|today| statement.lines.iter().map(|view| review(view, today).is_some()).collect::<Vec<_>>();
		assert_eq!((waits(20_615), waits(20_620)), (vec![false, true], vec![false, false]));
	}

	#[test]
	fn lines_that_are_left_out_are_told_and_make_it_a_result_in_part() {
		let left_out = [LeftOut {
			local_network: LocalNetworkId(1304),
			what: "line 1304: 1 report contested there".into(),
			remedy: "have that settled first".into(),
		}];
		assert_eq!((judge(0, &[]), judge(2, &[])), (Ok(()), Ok(())));
		let none = judge(0, &left_out).unwrap_err();
		assert_eq!(none.exit_code(), 5);
		assert!(none.to_string().starts_with("no line can be signed now: 1 line left out"), "{none}");
		let some = judge(2, &left_out).unwrap_err();
		assert_eq!(some.exit_code(), 5);
		assert!(some.to_string().starts_with("1 line left out"), "{some}");
		let value = left_out[0].to_json();
		assert_eq!((&value["type"], &value["local_network"]), (&json!("left_out"), &json!(1304)));
		assert_eq!(
			(&value["reason"], &value["remedy"]),
			(&json!("line 1304: 1 report contested there"), &json!("have that settled first"))
		);
		assert!(left_out[0].text().contains("there: left out\n  remedy: have"), "{}", left_out[0].text());
	}

	#[test]
	fn lines_are_signed_by_a_digest_of_ones_own() {
		let mut statement = statement();
		assert!(statement.digest(Hash::zero(), &statement.lines[0]).is_ok());
		statement.lines[0].line.share.amount += 1;
		let failure = statement.digest(Hash::zero(), &statement.lines[0]).unwrap_err();
		assert!(failure.to_string().starts_with("line 1301: the digest is not"), "{failure}");
	}

	#[test]
	fn lines_are_named_or_all() {
		let statement = statement();
		let places = |names: &[u16]| {
			let names: Vec<_> = names.iter().copied().map(LocalNetworkId).collect();
			let lines = statement.named(&names)?;
			Ok::<_, Failure>(lines.iter().map(|view| view.line.local_network.0).collect::<Vec<_>>())
		};
		assert_eq!((places(&[]), places(&[1302])), (Ok(vec![1301, 1302]), Ok(vec![1302])));
		assert!(places(&[1303]).unwrap_err().to_string().starts_with("--line 1303"));
	}

	#[test]
	fn lines_stand_as_their_signatures_say() {
		let mut line = statement().lines[0].clone();
		assert_eq!(standing(&line), "signed by one");
		line.disputed = OrgSet::of(OrgId(0));
		assert_eq!(standing(&line), "disputed");
		line.signed = line.signed.with(OrgId(0));
		assert_eq!(standing(&line), "final");
	}
}
