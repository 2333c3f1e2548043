// SPDX-License-Identifier: Apache-2.0
//! Savings of an exported month, computed anew from what stands in the file, by the code that the chain uses.
//!
//! * **Plans**: what all have agreed to is the hash of the plan and of what was found of its pages.
//! * **Proofs**: the reports have their digests; those of weeks before are the ones that were agreed on; what was saved follows from them.
//! * **Savings**: they are the sums of the proofs, and what was not emitted is that by the factor of the month.

use super::{
	super::{
		record::{body, PlanEntry, ProofEntry},
		words::{day_text, kwh},
	},
	evidence::Saved,
	stale::{known_by, Cause, Stale, Standing},
	stations::Stations,
	words::{signed_kg_exact, signed_kwh},
};
use crate::{
	error::{Failure, Result},
	names::hex0x,
	order::people::People,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use trimast_primitives::{
	apis::EnergySavingsView,
	calendar::month_of_day,
	energy::{
		examination_hash, frozen_hash, plan_hash, prove, report_digest, window_subject, Compensation,
		EmissionFactor, FrozenReport, PageCells, Report, Rules, Source,
	},
	site::{Plmn, StationEntry},
	Hash, LocalNetworkId, OrgId,
};

/// What stands in front of proofs, and of what month and chain they are.
pub(in crate::energy) struct Known<'a> {
	/// Hash of the chain's first block.
	pub(in crate::energy) genesis: Hash,
	/// The month.
	pub(in crate::energy) month: u16,
	/// Records of stations, by number.
	pub(in crate::energy) stations: &'a HashMap<u32, Vec<StationEntry>>,
	/// Rules, by number.
	pub(in crate::energy) rules: &'a HashMap<u32, Rules>,
	/// Names of companies.
	pub(in crate::energy) people: &'a People,
}

/// A report that proofs are made of.
struct OfPage {
	report: Report,
	holders: Vec<(Plmn, OrgId)>,
	rules: u32,
}

/// The page that is at work.
struct Page {
	plan: u32,
	page: u16,
	/// What its baseline is read from, by weekday.
	frozen: Vec<Hash>,
	/// Those of its reports that were corrected since.
	corrected: Vec<Hash>,
	sources: HashMap<Hash, OfPage>,
}

/// By what a proof was made.
struct Made {
	/// Which it is.
	proof: Stale,
	/// The reports of its day, by their hash.
	reports: Hash,
	/// The first quarter of its window, and the one behind the last.
	window: (u8, u8),
	/// Its stations: bit `n` stands for slot `n`.
	mask: u64,
	/// Whether a report that it is measured against was corrected since.
	is_past_corrected: bool,
}

/// Savings as they are computed anew. What each step gives back is what differs.
#[derive(Default)]
pub(in crate::energy) struct Savings {
	plans: HashMap<u32, PlanEntry>,
	page: Option<Page>,
	seen: BTreeSet<(u32, u16, u16)>,
	totals: BTreeMap<(LocalNetworkId, OrgId), Saved>,
	told: BTreeSet<(LocalNetworkId, OrgId)>,
	/// The reports of the month that stand, by local network, owner, page and day.
	standing: HashMap<(LocalNetworkId, OrgId, u16, u16), Vec<Standing>>,
	/// By what proofs were made, in the order of the file.
	made: Vec<Made>,
	/// Of which a line is final.
	closed: BTreeSet<(LocalNetworkId, OrgId)>,
	/// Where it is asked for: of a month of the country they are many.
	stations: Option<Stations>,
}

/// That something does not stand in front of what needs it.
fn missing(what: &str, name: &str) -> Failure {
	Failure::input(format!("it stands there without {what} in front of it")).at(name)
}

/// Two hashes that should be one.
fn other(name: &str, file: Hash, own: Hash) -> String {
	format!("{name}: {} by the file, {} as computed here", hex0x(file), hex0x(own))
}

/// What of a saving the file has otherwise.
fn compare(name: &str, file: &Saved, own: &Saved, people: &People) -> Vec<String> {
	let mut all = vec![
		("expected".to_string(), kwh(file.expected), kwh(own.expected), " kWh"),
		("metered".to_string(), kwh(file.metered), kwh(own.metered), " kWh"),
		("saved".to_string(), signed_kwh(file.saved), signed_kwh(own.saved), " kWh"),
		("quarters compared".to_string(), file.compared.to_string(), own.compared.to_string(), ""),
		("quarters left out".to_string(), file.left_out.to_string(), own.left_out.to_string(), ""),
	];
	let orgs: BTreeSet<OrgId> = file.shares.keys().chain(own.shares.keys()).copied().collect();
	for org in orgs {
		let of = |saved: &Saved| signed_kwh(saved.shares.get(&org).copied().unwrap_or(0));
		all.push((format!("share of {}", people.name(org)), of(file), of(own), " kWh"));
	}
	let differing = all.into_iter().filter(|(_, file, own, _)| file != own);
	differing
		.map(|(what, file, own, unit)| {
			format!("{name}: {what}: {file}{unit} by the file, {own}{unit} as computed here")
		})
		.collect()
}

impl Savings {
	/// Such that also what each station has saved is kept.
	pub(in crate::energy) fn by_station() -> Self {
		Self { stations: Some(Stations::default()), ..Self::default() }
	}

	/// What each station has saved, where that is kept.
	pub(in crate::energy) const fn stations(&self) -> Option<&Stations> {
		self.stations.as_ref()
	}

	/// How many days of pages there are.
	pub(in crate::energy) fn proofs(&self) -> u64 {
		u64::try_from(self.seen.len()).unwrap_or(u64::MAX)
	}

	/// What all of it comes to.
	pub(in crate::energy) fn whole(&self) -> Saved {
		self.totals.values().fold(Saved::default(), Saved::plus)
	}

	/// What the proofs of an owner's stations of a local network come to.
	pub(in crate::energy) fn of(&self, key: (LocalNetworkId, OrgId)) -> Saved {
		self.totals.get(&key).cloned().unwrap_or_default()
	}

	/// Takes a report that stands.
	pub(in crate::energy) fn stands(
		&mut self,
		(local_network, owner): (LocalNetworkId, OrgId),
		page: u16,
		report: Standing,
	) {
		let key = (local_network, owner, page, report.span.day);
		self.standing.entry(key).or_default().push(report);
	}

	/// Takes that a line is final.
	pub(in crate::energy) fn close(&mut self, key: (LocalNetworkId, OrgId)) {
		self.closed.insert(key);
	}

	/// The proofs that do not rest on the reports that stand.
	pub(in crate::energy) fn stale(&self) -> Vec<Stale> {
		let is_stale = |made: &&Made| {
			let Stale { local_network, owner, page, day, .. } = made.proof;
			let standing = self.standing.get(&(local_network, owner, page, day));
			let now = standing.and_then(|all| known_by(all, made.window, made.mask));
			now.is_some_and(|now| now != made.reports)
		};
		let of_day = self.made.iter().filter(is_stale).map(|made| made.proof);
		let corrected = self.made.iter().filter(|made| made.is_past_corrected);
		let of_baseline = corrected.map(|made| Stale { cause: Cause::Baseline, ..made.proof });
		of_day
			.chain(of_baseline)
			.map(|one| Stale { is_final: self.closed.contains(&(one.local_network, one.owner)), ..one })
			.collect()
	}

	/// Takes a plan.
	pub(in crate::energy) fn plan(&mut self, known: &Known<'_>, entry: PlanEntry) -> Result<Vec<String>> {
		let name = format!("plan {}", entry.number);
		if let Err(defect) = entry.plan.check() {
			return Err(Failure::input(format!("it is none ({defect:?})")).at(name));
		}
		let own = plan_hash(known.genesis, entry.number, entry.by, &entry.plan);
		let own = window_subject(own, &entry.pages);
		let told = (own != entry.subject).then(|| other(&format!("{name}: agreed"), entry.subject, own));
		if self.plans.insert(entry.number, entry).is_some() {
			return Err(Failure::input("it stands there twice").at(name));
		}
		Ok(told.into_iter().collect())
	}

	/// Turns to a page. `corrected`: which of the reports that are frozen with it stand no more, as the node says.
	pub(in crate::energy) fn page(
		&mut self,
		plan: u32,
		page: u16,
		compensations: &[Compensation],
		(frozen, corrected): (Vec<Hash>, Vec<Hash>),
	) -> Result<Vec<String>> {
		let name = format!("plan {plan}, page {page}");
		let of_plan = self.plans.get(&plan).ok_or_else(|| missing("its plan", &name))?;
		let file = of_plan.pages.iter().find(|(of, _)| *of == page).map(|(_, hash)| *hash);
		let file = file.ok_or_else(|| missing("a plan that has it", &name))?;
		let own = examination_hash(page, compensations, &frozen);
		self.page = Some(Page { plan, page, frozen, corrected, sources: HashMap::new() });
		let told = (own != file).then(|| other(&format!("{name}: found"), file, own));
		Ok(told.into_iter().collect())
	}

	/// Takes a report of the page.
	pub(in crate::energy) fn source(
		&mut self,
		known: &Known<'_>,
		digest: Hash,
		(holders, rules): (Vec<(Plmn, OrgId)>, u32),
		text: &str,
	) -> Result<Vec<String>> {
		let name = format!("report {}", hex0x(digest));
		let page = self.page.as_mut().ok_or_else(|| missing("its page", &name))?;
		let plan = self.plans.get(&page.plan).ok_or_else(|| missing("its plan", &name))?;
		let report = body(text).map_err(|failure| failure.at(&name))?;
		let own = report_digest(known.genesis, plan.plan.local_network, plan.by, &report);
		page.sources.insert(digest, OfPage { report, holders, rules });
		let told = (own != digest).then(|| other(&format!("{name}: digest"), digest, own));
		Ok(told.into_iter().collect())
	}

	/// Takes a day of the page.
	pub(in crate::energy) fn proof(&mut self, known: &Known<'_>, entry: &ProofEntry) -> Result<Vec<String>> {
		let day = entry.proof.day;
		let name = format!("proof of plan {}, page {}, {}", entry.plan, entry.page, day_text(day));
		if !self.seen.insert((entry.plan, entry.page, day)) {
			return Err(Failure::input("it stands there twice").at(name));
		}
		if month_of_day(day) != known.month {
			return Err(Failure::input("it is of another month").at(name));
		}
		let is_it = |page: &&Page| (page.plan, page.page) == (entry.plan, entry.page);
		let page = self.page.as_ref().filter(is_it).ok_or_else(|| missing("its page", &name))?;
		let plan = self.plans.get(&entry.plan).ok_or_else(|| missing("its plan", &name))?;
		let stations = known.stations.get(&entry.stations);
		let stations = stations.ok_or_else(|| missing("stations of this number", &name))?;
		let read = |digests: &[Hash]| -> Result<Vec<(&OfPage, &Rules)>> {
			let one = |digest: &Hash| -> Result<(&OfPage, &Rules)> {
				let of = page.sources.get(digest).ok_or_else(|| missing("one of its reports", &name))?;
				let rules = known.rules.get(&of.rules);
				Ok((of, rules.ok_or_else(|| missing("rules of this number", &name))?))
			};
			digests.iter().map(one).collect()
		};
		let (today, past) = (read(&entry.today)?, read(&entry.past)?);
		let mut told = Vec::new();
		let frozen = in_order(&past, &entry.past);
		let weekday = plan.plan.weekday(day).and_then(|weekday| page.frozen.get(usize::from(weekday)));
		if weekday != Some(&frozen_hash(&frozen)) {
			told.push(format!("{name}: the reports of weeks before are not those that were agreed on"));
		}
		self.made.push(Made {
			proof: Stale {
				local_network: plan.plan.local_network,
				owner: plan.by,
				plan: entry.plan,
				page: entry.page,
				day,
				cause: Cause::Day,
				is_final: false,
			},
			is_past_corrected: entry.past.iter().any(|digest| page.corrected.contains(digest)),
			reports: frozen_hash(&in_order(&today, &entry.today)),
			window: (plan.plan.from, plan.plan.until),
			mask: plan.plan.cells_of(entry.page).map_or(0, PageCells::mask),
		});
		let (today, past) = (sources(&today, stations), sources(&past, stations));
		let own = match prove(plan.by, &plan.plan, entry.page, day, &today, &past) {
			Ok(savings) => {
				if let Some(all) = &mut self.stations {
					all.add(plan, (entry.page, day), &savings, stations);
				}
				Saved::of(&savings)
			}
			Err(defect) => {
				told.push(format!("{name}: these reports prove nothing ({defect:?})"));
				return Ok(told);
			}
		};
		told.extend(compare(&name, &Saved::from(&entry.proof), &own, known.people));
		let total = self.totals.entry((plan.plan.local_network, plan.by)).or_default();
		*total = std::mem::take(total).plus(&own);
		Ok(told)
	}

	/// Takes what an owner's stations have saved. `factor`: what a kilowatt-hour emits there by the file.
	pub(in crate::energy) fn savings(
		&mut self,
		known: &Known<'_>,
		(local_network, owner): (LocalNetworkId, OrgId),
		view: &EnergySavingsView,
		factor: Option<EmissionFactor>,
	) -> Vec<String> {
		self.told.insert((local_network, owner));
		let name = format!("savings of {} in {}", known.people.name(owner), local_network.0);
		let own = self.of((local_network, owner));
		let mut told = compare(&name, &Saved::from(view), &own, known.people);
		if factor != Some(view.factor) {
			let by_file = factor.map_or_else(|| "none".into(), |factor| factor.0.to_string());
			told.push(format!("{name}: the factor is {} by them, {by_file} by the file", view.factor.0));
		}
		let avoided = own.saved.saturating_mul(view.factor.0.into());
		if avoided != view.avoided {
			told.push(format!(
				"{name}: not emitted: {} kg CO2 by the file, {} kg CO2 as computed here",
				signed_kg_exact(view.avoided),
				signed_kg_exact(avoided)
			));
		}
		told
	}

	/// That savings are missing though there are proofs.
	pub(in crate::energy) fn untold(&self, people: &People) -> Vec<String> {
		let untold = self.totals.keys().filter(|key| !self.told.contains(key));
		untold
			.map(|(place, owner)| {
				let name = people.name(*owner);
				format!("savings of {name} in {}: they are missing, though there are proofs", place.0)
			})
			.collect()
	}
}

/// Reports as the chain knows them, in ascending order of their time.
fn in_order(all: &[(&OfPage, &Rules)], digests: &[Hash]) -> Vec<FrozenReport> {
	let each = all.iter().zip(digests);
	let mut frozen: Vec<FrozenReport> = each
		.map(|((of, _), digest)| FrozenReport {
			day: of.report.span.day,
			first: of.report.span.first,
			digest: *digest,
			// No hash is over it.
			block: 0,
		})
		.collect();
	frozen.sort_unstable_by_key(|report| (report.day, report.first));
	frozen
}

/// Reports with what they are read by.
fn sources<'a>(all: &[(&'a OfPage, &'a Rules)], stations: &'a [StationEntry]) -> Vec<Source<'a>> {
	let source = |&(of, rules): &(&'a OfPage, &'a Rules)| -> Source<'a> {
		Source { report: &of.report, stations, holders: &of.holders, rules }
	};
	all.iter().map(source).collect()
}

#[cfg(test)]
pub(in crate::energy) mod tests {
	use super::{
		super::{
			super::{
				batches::tests::NETWORKS,
				gather::{
					tests::{gathered, GENESIS},
					Gathered,
				},
				record::{tests::factors, Entry, Head, Writer},
			},
			evidence::{Evidence, Facts, ProvenDay},
		},
		*,
	};
	use std::path::Path;
	use trimast_primitives::{
		apis::{EnergyPlanPageView, EnergyProofView},
		cells::CellId,
		energy::{statement_digest, BaselineMethod, Line, SavingMethod, SavingPlan, Span, Sums},
		page::SiteId,
		OrgSet,
	};

	pub(in crate::energy) const MONTH: u16 = 2026 * 12 + 10;
	const PLACE: LocalNetworkId = LocalNetworkId(1301);
	const OWNER: OrgId = OrgId(0);

	/// A plan of one cell of a station that company 1 shares, from one to five; the page as it was examined; and what it has saved
	/// on its day, measured against the week before, in which 100 Wh more an hour were drawn.
	fn proven() -> (PlanEntry, EnergyPlanPageView, ProvenDay) {
		let one = gathered();
		let (day, today) = (one.id.day, one.body.clone());
		let mut stations = today.columns().unwrap().to_stations();
		for reading in stations.iter_mut().flat_map(|station| &mut station.readings) {
			reading.energy = reading.energy.map(|energy| energy + 100);
		}
		let span = Span { day: day - 7, ..today.span };
		let past = Report::new(0, span, 0, today.networks.clone(), &stations).unwrap();
		let cells = PageCells { page: 0, stations: vec![(0, 0b1000)].try_into().unwrap() };
		let plan = SavingPlan {
			local_network: PLACE,
			pages: vec![cells.clone()].try_into().unwrap(),
			first_day: day,
			days: 1,
			from: 4,
			until: 20,
			method: SavingMethod::Carrier,
			baseline: BaselineMethod { weeks: 1, elasticity: 200 },
		};
		let by = CellId { site: SiteId::new(PLACE, 0, 0), cell: 0 };
		let compensations = vec![Compensation { slot: 0, cell: 3, by }];
		let digest = report_digest(GENESIS, PLACE, OWNER, &past);
		let frozen = vec![frozen_hash(&[FrozenReport { day: day - 7, first: 0, digest, block: 3 }])];
		let found = examination_hash(0, &compensations, &frozen);
		let agreed = window_subject(plan_hash(GENESIS, 7, OWNER, &plan), &[(0, found)]);
		let evidence = Evidence { page: 0, day, today: vec![today], past: vec![past] };
		let holders = vec![(NETWORKS[0], OrgId(0)), (NETWORKS[1], OrgId(1))];
		let rules = [(day, one.rules.clone()), (day - 7, one.rules)].into();
		let facts = Facts { stations: one.stations, holders, rules };
		let saved = facts.savings(OWNER, &plan, &evidence).unwrap();
		let Saved { expected, metered, saved, compared, left_out, shares } = saved;
		let shares = shares.into_iter().collect();
		let proof = EnergyProofView { day, expected, metered, saved, compared, left_out, shares };
		let page = EnergyPlanPageView {
			cells,
			hash: Some(found),
			examined: Some(5),
			expires: None,
			is_approved: true,
			compensations,
			frozen,
			woken: vec![],
			proven: vec![proof.clone()],
		};
		let entry = PlanEntry { number: 7, by: OWNER, plan, pages: vec![(0, found)], subject: agreed };
		(entry, page, ProvenDay { evidence, facts, proof })
	}

	/// Whose stations they are, the plan, and what is proven of its day.
	pub(in crate::energy) fn proven_day() -> (OrgId, SavingPlan, ProvenDay) {
		let (entry, _, day) = proven();
		(entry.by, entry.plan, day)
	}

	/// What that comes to, as the chain has it.
	pub(in crate::energy) fn savings() -> EnergySavingsView {
		let EnergyProofView { expected, metered, saved, compared, left_out, shares, .. } = proven().2.proof;
		let (factor, avoided) = (EmissionFactor(5_366), saved * 5_366);
		EnergySavingsView { expected, metered, saved, compared, left_out, shares, factor, avoided }
	}

	/// The line of company 1 by the sums of reports: where there is none it has drawn nothing. On the chain it would have one only with
	/// a share of the energy.
	fn line(savings: &EnergySavingsView, sums: &[(OrgId, Sums)], signed: OrgSet) -> Entry {
		let (_, saved) = savings.shares[1];
		let (payer, none) = (OrgId(1), OrgSet::EMPTY);
		let of_payer = sums.iter().filter(|(org, _)| *org == payer);
		let add = |all: Sums, (_, sums): &(OrgId, Sums)| all.plus(*sums);
		let line = Line {
			local_network: PLACE,
			share: of_payer.fold(Sums::default(), add),
			whole: sums.iter().fold(Sums::default(), add),
			factor: savings.factor,
			saved,
			saved_by_all: savings.saved,
		};
		let digest = statement_digest(GENESIS, MONTH, OWNER, payer, &line);
		Entry::Line { owner: OWNER, payer, line, digest, signed, disputed: none }
	}

	/// A month with nothing but a proof and a line, as `energy export` writes it.
	pub(in crate::energy) fn file() -> String {
		file_with(None, OrgSet::EMPTY)
	}

	/// The same with a report of the proof's day that stands, and by whom the line is signed.
	pub(in crate::energy) fn file_with(report: Option<&Gathered>, signed: OrgSet) -> String {
		file_of(report, signed, false)
	}

	/// The same, and whether what it is measured against was corrected since.
	pub(in crate::energy) fn file_of(
		report: Option<&Gathered>,
		signed: OrgSet,
		is_past_corrected: bool,
	) -> String {
		let (plan, page, day) = proven();
		let past = &day.evidence.past[0];
		let corrected = is_past_corrected.then(|| report_digest(GENESIS, PLACE, OWNER, past));
		let head = Head::new(GENESIS, 20, MONTH, vec![(0, "one".into()), (1, "two".into())]);
		let mut writer = Writer::begin(Vec::new(), Path::new("month"), head).unwrap();
		let (province, savings) = (PLACE.province(), savings());
		writer.put(&Entry::Factor { province, versions: factors(savings.factor) }).unwrap();
		let sums = report.map(|one| one.view.sums.clone()).unwrap_or_default();
		if let Some(one) = report {
			writer.report(one).unwrap();
			let (sums, counted) = (sums.clone(), one.view.counted.into());
			let (local_network, owner, contested) = (PLACE, OWNER, 0);
			writer.put(&Entry::Total { local_network, owner, sums, counted, contested }).unwrap();
		}
		writer.put(&Entry::Plan(plan.clone())).unwrap();
		writer.page(plan.number, &page, corrected.into_iter().collect()).unwrap();
		writer.proof(GENESIS, &plan, &day).unwrap();
		writer.put(&Entry::Savings { local_network: PLACE, owner: OWNER, savings: savings.clone() }).unwrap();
		writer.put(&line(&savings, &sums, signed)).unwrap();
		let (out, written) = writer.end().unwrap();
		assert_eq!((written.reports, written.proofs), (u64::from(report.is_some()), 1));
		String::from_utf8(out).unwrap()
	}

	/// The report of the proof's day, corrected: less was drawn in one hour.
	pub(in crate::energy) fn corrected() -> Gathered {
		let mut one = gathered();
		let mut stations = one.body.columns().unwrap().to_stations();
		stations[0].readings[3].energy = Some(500);
		one.body = Report::new(0, one.body.span, 1, one.body.networks.clone(), &stations).unwrap();
		one.view.number = 1;
		one.view.digest = report_digest(GENESIS, PLACE, OWNER, &one.body);
		let accounted = one.account().unwrap();
		one.view.counted = accounted.counted;
		one.view.sums = accounted.sums.into_inner();
		one
	}

	#[test]
	fn proof_was_made_by_the_reports_that_stood_though_others_come_to_the_same() {
		let (entry, _, day) = proven();
		let made = |one: &ProvenDay, of: &ProvenDay| {
			let of = &of.evidence.today[0];
			let digest = report_digest(GENESIS, PLACE, OWNER, of);
			let known = FrozenReport { day: of.span.day, first: of.span.first, digest, block: 0 };
			one.is_made_by(GENESIS, OWNER, &entry.plan, frozen_hash(&[known]))
		};
		// When an hour behind the window is corrected
		let mut corrected = day.clone();
		let report = &mut corrected.evidence.today[0];
		let mut stations = report.columns().unwrap().to_stations();
		stations[0].readings[20].energy = Some(500);
		*report = Report::new(0, report.span, 1, report.networks.clone(), &stations).unwrap();
		// Then the numbers are the same, and the proof is of the first report all the same
		assert!(day.is_equal(OWNER, &entry.plan) && corrected.is_equal(OWNER, &entry.plan));
		assert!(made(&day, &day) && made(&corrected, &corrected));
		assert!(!made(&corrected, &day) && !made(&day, &corrected));
	}

	#[test]
	fn proof_has_something_to_show() {
		let (_, _, day) = proven();
		let proof = &day.proof;
		assert_eq!((proof.saved, proof.compared, proof.left_out), (400, 16, 0));
		assert_eq!(proof.shares.iter().map(|(_, share)| share).sum::<i64>(), 400);
		assert!(proof.shares.len() == 2, "{proof:?}");
	}
}
