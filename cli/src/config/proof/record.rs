// SPDX-License-Identifier: Apache-2.0
//! What a proof proves of a cell, in words and in JSON.

use super::{
	finality::Votes,
	state::{Catalogue, Item, Marks, Org, PageHead, State, Testimony},
	words,
};
use crate::{
	config::{
		sweep::is_party,
		words::{value_words, with_number},
	},
	error::{Failure, Result},
	names::{cell_text, hex0x, site_text},
	output::{facts, table},
	site::ledger::code_text,
};
use serde_json::{json, Value};
use sp_runtime::{traits::ConstU32, BoundedVec};
use trimast_primitives::{
	cells::{
		digest::{cell_digests, page_digest, PagePlace},
		CellId, CellTable, ParamKey,
	},
	org::MAX_ORGS,
	page::PAGE_SLOTS,
	site::{Station, StationEntry, StationState, Technology},
	text::escaped,
	BlockNumber, Hash, Moment, OrgId, OrgSet,
};

/// Which state it is, and who made it final.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Final {
	/// Hash of block 0.
	pub(crate) genesis: Hash,
	/// The block whose state it is.
	pub(crate) block: BlockNumber,
	/// Its hash.
	pub(crate) hash: Hash,
	/// The block at or after it that has the votes.
	pub(crate) justified: BlockNumber,
	/// The votes.
	pub(crate) votes: Votes,
}

/// A value of the cell.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Shown {
	key: ParamKey,
	name: String,
	/// Whose value it is, where the cell has several.
	place: Option<String>,
	value: i64,
	words: String,
	/// The words, with the number that is written for them where they show another one.
	text: String,
}

/// What an organisation has said of the cell's page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
	/// It is as the baseline says.
	Matches,
	/// It was not when the company has last spoken of it.
	Differs,
	/// Nothing.
	Silent,
}

impl Verdict {
	const fn text(self) -> &'static str {
		match self {
			Self::Matches => "matches",
			Self::Differs => "differs",
			Self::Silent => "none",
		}
	}
}

/// The latest word of an organisation on the cell's local network.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Word {
	sweep: u32,
	export: Hash,
	observed: Moment,
	at: BlockNumber,
	/// What became of the rows of its export that others have asked for; none where the chain does not keep the export any
	/// more.
	marks: Option<Marks>,
	/// Whether the network was read too long before the block to say anything about it.
	is_expired: bool,
}

impl Word {
	/// Whether the chain lets it count for nothing: a row was wrong or missing, or nobody can ask for rows any more.
	fn is_doubted(&self) -> bool {
		self.marks.is_none_or(|marks| marks.wrong > 0 || marks.missing > 0)
	}

	/// The rows that others have asked for, in words.
	fn rows(&self) -> String {
		let Some(Marks { opened, wrong, missing, differing }) = self.marks else {
			return "export not kept".into();
		};
		let mut rows = vec![format!("{opened} opened")];
		let others =
			[(wrong, "wrong"), (missing, "missing"), (differing, "with other fields than another's")];
		rows.extend(
			others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")),
		);
		rows.join(", ")
	}
}

/// An organisation, and what it has said.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Party {
	id: OrgId,
	name: String,
	has_signed: bool,
	/// Whether it owns or shares the station, has it on its tower or has signed its baseline: nobody else's word counts.
	is_party: bool,
	/// Whether it is no member: its word counts nowhere, since nobody draws rows of its exports.
	is_outside: bool,
	/// Whether it is suspended.
	is_suspended: bool,
	verdict: Verdict,
	word: Option<Word>,
}

impl Party {
	/// What it has said, and why that does not count, or cannot be said anew.
	fn said(&self) -> String {
		let Some(word) = self.word.as_ref().filter(|_| self.verdict != Verdict::Silent) else {
			return self.verdict.text().into();
		};
		let reasons = [
			(word.is_doubted(), "doubted"),
			(word.is_expired, "expired"),
			(!self.is_party, "no party"),
			(self.is_outside, "left"),
			(self.is_suspended, "suspended"),
		];
		let reasons: Vec<&str> =
			reasons.iter().filter(|(holds, _)| *holds).map(|(_, reason)| *reason).collect();
		if reasons.is_empty() {
			return self.verdict.text().into();
		}
		format!("{} ({})", self.verdict.text(), reasons.join(", "))
	}
}

/// What is proven of a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record {
	chain: Final,
	time: Moment,
	cell: CellId,
	page: u16,
	entry: StationEntry,
	revision: u32,
	changed: BlockNumber,
	/// Version of the catalogue when the page was written, and the one in force.
	catalogue: (u32, u32),
	digest: Hash,
	values: Vec<Shown>,
	parties: Vec<Party>,
}

impl Record {
	/// Reads it out of a proven state.
	pub(crate) fn read(state: &State, cell: CellId, chain: Final) -> Result<Self> {
		let no_cell = |what: &str| Failure::input(format!("{}: {what}", cell_text(cell)));
		let place = cell.site.local_network;
		let page = cell.site.page().ok_or_else(|| no_cell("a number that no station has"))?;
		state.check_layouts()?;

		let stations: BoundedVec<StationEntry, ConstU32<PAGE_SLOTS>> =
			state.get(&Item::stations(place, page))?;
		let slot = usize::try_from(cell.site.slot()).unwrap_or(usize::MAX);
		let entry = stations.get(slot).cloned().ok_or_else(|| no_cell("no such station"))?;

		let cells = table_of(state, cell, page)?;
		let head: PageHead = state.get(&Item::head(place, page))?;
		let digest = check_digest(state, cell, page, (&head, &cells), chain.genesis)?;
		let n = cells
			.position(cell.site.slot(), cell.cell)
			.ok_or_else(|| no_cell("no baseline stands for it"))?;

		let catalogue: Catalogue = state.get(&Item::catalogue())?;
		let values = cells
			.values(n)
			.into_iter()
			.map(|(key, value)| shown(state, &catalogue, &entry, key, value))
			.collect::<Result<_>>()?;
		let signed = head.signed.get(slot).copied().unwrap_or_default();
		let orgs: u8 = state.get(&Item::next_org())?;
		let time: Moment = state.get(&Item::now())?;
		let term = Moment::from(state.parameters()?.attestation_term).saturating_mul(1_000);
		let (station, oldest, block) = (&entry.station, time.saturating_sub(term), chain.block);
		let of_page = OfPage { cell, page, station, signed, oldest, block };
		let parties =
			(0..orgs.min(MAX_ORGS)).map(|org| party(state, &of_page, OrgId(org))).collect::<Result<_>>()?;
		Ok(Self {
			chain,
			time,
			cell,
			page,
			entry,
			revision: head.revision,
			changed: head.changed,
			catalogue: (head.catalogue, catalogue.version),
			digest,
			values,
			parties,
		})
	}

	/// Who would have to sign and has not.
	fn unsigned(&self) -> OrgSet {
		let station = &self.entry.station;
		let signed: OrgSet =
			self.parties.iter().filter(|party| party.has_signed).map(|party| party.id).collect();
		station.signatories().difference(signed)
	}

	fn names(&self, of: impl Fn(&Party) -> bool) -> String {
		let names: Vec<_> =
			self.parties.iter().filter(|party| of(party)).map(|party| escaped(&party.name)).collect();
		if names.is_empty() {
			"-".into()
		} else {
			names.join(", ")
		}
	}

	/// For people.
	pub(crate) fn text(&self) -> String {
		let (chain, unsigned) = (&self.chain, self.unsigned());
		let votes = chain.votes;
		let provisional = if unsigned.is_empty() { "" } else { " (provisional)" };
		let pairs = [
			("cell", format!("{}, {}", cell_text(self.cell), self.station_text())),
			("chain", hex0x(chain.genesis)),
			("state of", format!("block {} {}", chain.block, hex0x(chain.hash))),
			("time", format!("{} at UTC+8", words::time(self.time))),
			(
				"final by",
				format!(
					"{} of {} votes of set {}, for block {}",
					votes.given, votes.voters, votes.set, chain.justified
				),
			),
			(
				"baseline",
				format!(
					"page {}, revision {}, changed in block {}, under version {} of the catalogue (now {})",
					self.page, self.revision, self.changed, self.catalogue.0, self.catalogue.1
				),
			),
			("digest", hex0x(self.digest)),
			("signed by", format!("{}{provisional}", self.names(|party| party.has_signed))),
			("not signed by", self.names(|party| unsigned.contains(party.id))),
		];
		let values = table(
			&["number", "parameter", "of", "value"],
			self.values.iter().map(|shown| {
				let place = shown.place.clone().unwrap_or_default();
				vec![shown.key.param.0.to_string(), shown.name.clone(), place, shown.text.clone()]
			}),
		);
		let parties = table(
			&[
				"organisation",
				"of the page",
				"sweep",
				"network read (UTC+8)",
				"said in block",
				"rows asked for",
			],
			self.parties.iter().map(|party| {
				let word = |of: fn(&Word) -> String| party.word.as_ref().map_or_else(|| "-".into(), of);
				vec![
					escaped(&party.name),
					party.said(),
					word(|word| word.sweep.to_string()),
					word(|word| words::time(word.observed)),
					word(|word| word.at.to_string()),
					word(Word::rows),
				]
			}),
		);
		format!("{}\n{values}\nlatest testimony\n{parties}", facts(&pairs))
	}

	fn station_text(&self) -> String {
		let station = &self.entry.station;
		let technology = match station.technology {
			Technology::Lte => "LTE",
			Technology::Nr => "NR",
		};
		let retired = match self.entry.state {
			StationState::OnAir => "",
			StationState::Retired => ", retired",
		};
		let place = self.cell.site.local_network.0;
		format!("{technology} station {place}/{}{retired}", code_text(station))
	}

	/// For programs.
	pub(crate) fn to_json(&self) -> Value {
		let chain = &self.chain;
		json!({
			"cell": cell_text(self.cell), "site": site_text(self.cell.site), "code": code_text(&self.entry.station),
			"page": self.page, "retired": self.entry.state == StationState::Retired,
			"genesis": hex0x(chain.genesis), "block": chain.block, "hash": hex0x(chain.hash), "time": self.time,
			"justified": chain.justified,
			"votes": { "set": chain.votes.set, "given": chain.votes.given, "voters": chain.votes.voters },
			"revision": self.revision, "changed": self.changed, "digest": hex0x(self.digest),
			"catalogue": self.catalogue.0, "catalogue_in_force": self.catalogue.1,
			"unsigned": self.unsigned().iter().map(|org| org.0).collect::<Vec<_>>(),
			"values": self.values.iter().map(|shown| json!({
				"parameter": shown.key.param.0, "place": shown.key.place, "name": shown.name, "of": shown.place,
				"value": shown.value, "words": shown.words,
			})).collect::<Vec<_>>(),
			"organisations": self.parties.iter().map(|party| json!({
				"org": party.id.0, "name": party.name, "signed": party.has_signed, "party": party.is_party,
				"member": !party.is_outside, "suspended": party.is_suspended, "page": party.said(),
				"testimony": party.word.as_ref().map(|word| json!({
					"sweep": word.sweep, "export": hex0x(word.export), "observed": word.observed, "block": word.at,
					"doubted": word.is_doubted(), "expired": word.is_expired,
					"marks": word.marks.map(|marks| json!({
						"opened": marks.opened, "wrong": marks.wrong, "missing": marks.missing,
						"differing": marks.differing,
					})),
				})),
			})).collect::<Vec<_>>(),
		})
	}
}

/// The values of the cell's page.
pub(crate) fn table_of(state: &State, cell: CellId, page: u16) -> Result<CellTable> {
	let item = Item::table(cell.site.local_network, page);
	let bytes: Vec<u8> = state.get(&item)?;
	CellTable::from_bytes(&bytes)
		.map_err(|defect| Failure::input(format!("no table: {defect:?}")).at("ConfigGuard.Tables"))
}

/// The digest of the page, when it is the one that its values have.
fn check_digest(
	state: &State,
	cell: CellId,
	page: u16,
	(head, cells): (&PageHead, &CellTable),
	genesis: Hash,
) -> Result<Hash> {
	let local_network = cell.site.local_network;
	let (item, place) = Item::digests(local_network, page);
	let digests: Vec<Hash> = state.get(&item)?;
	let stands = digests.get(place).copied().unwrap_or_default();
	let page_place =
		PagePlace { genesis, local_network, page, revision: head.revision, catalogue: head.catalogue };
	let expected = page_digest(&page_place, cells.counts(), &cell_digests(cells));
	if stands == expected {
		return Ok(stands);
	}
	let what = format!("{}; the values have {}", hex0x(stands), hex0x(expected));
	Err(Failure::input(what).at(format!("digest of page {page}")))
}

fn shown(
	state: &State,
	catalogue: &Catalogue,
	entry: &StationEntry,
	key: ParamKey,
	value: i64,
) -> Result<Shown> {
	let text = state.find(&Item::text(key.param))?;
	let found = catalogue.parameters.iter().find(|(id, _)| *id == key.param);
	// Without an entry in the catalogue, which none has that was written by the chain's rules, the number is shown.
	let (Some((_, parameter)), Some(text)) = (found, text) else {
		let name = format!("parameter {}", key.param.0);
		let words = value.to_string();
		return Ok(Shown { key, name, place: None, value, text: words.clone(), words });
	};
	let (station, domain) = (&entry.station, &parameter.domain);
	let words = value_words(domain, &text, value, &station.plmns, cell_text);
	Ok(Shown {
		key,
		name: words::name(&text),
		place: words::place(parameter.scope, key, station),
		value,
		text: with_number(domain, words.clone(), value),
		words,
	})
}

/// What parties are asked about.
struct OfPage<'a> {
	cell: CellId,
	page: u16,
	station: &'a Station,
	signed: OrgSet,
	/// What was read before has expired.
	oldest: Moment,
	/// The block whose state it is.
	block: BlockNumber,
}

fn party(state: &State, of: &OfPage<'_>, id: OrgId) -> Result<Party> {
	let org = state.org(id)?;
	let name = org.as_ref().map_or_else(|| id.0.to_string(), Org::name);
	let testimony: Option<Testimony> = state.find(&Item::testimony(of.cell.site.local_network, id))?;
	let verdict = match &testimony {
		Some(word) if word.matching.contains(of.page) => Verdict::Matches,
		Some(word) if word.differing.contains(of.page) => Verdict::Differs,
		_ => Verdict::Silent,
	};
	let word = match testimony {
		Some(word) => Some(Word {
			sweep: word.sweep,
			export: word.export,
			observed: word.observed,
			at: word.at,
			marks: state.export(id, word.export)?.map(|export| export.marks),
			is_expired: word.observed < of.oldest,
		}),
		None => None,
	};
	let is_party = is_party(of.station, of.signed, id);
	let is_outside = !org.as_ref().is_some_and(Org::is_member);
	let is_suspended = org.is_some_and(|org| org.is_suspended(of.block));
	let has_signed = of.signed.contains(id);
	Ok(Party { id, name, has_signed, is_party, is_outside, is_suspended, verdict, word })
}
