// SPDX-License-Identifier: Apache-2.0
//! Reports with all that their sums follow from: their bodies, and the records of stations, the holders of networks and the rules
//! by which the chain has accounted them, from an archive node.

use super::{
	bodies::{self, Wanted},
	show::Standing,
	words::ReportId,
};
use crate::{
	chain::Chain,
	error::{Failure, Result},
};
use std::{
	borrow::Cow,
	collections::{hash_map::Entry as MapEntry, BTreeMap, HashMap},
};
use trimast_primitives::{
	apis::{EnergyReportView, PolicyView},
	energy::{account, Accounted, Report, Rules},
	site::{Plmn, StationEntry},
	BlockNumber, Hash, LocalNetworkId, OrgId,
};

/// A report with all that its sums follow from.
#[derive(Clone, Debug)]
pub(super) struct Gathered {
	/// Which.
	pub(super) id: ReportId,
	/// How it stands.
	pub(super) view: EnergyReportView,
	/// What it says.
	pub(super) body: Report,
	/// What another company has seen, while it contests it.
	pub(super) seen: Option<Report>,
	/// The stations of its page, by slot.
	pub(super) stations: Vec<StationEntry>,
	/// Who holds which network.
	pub(super) holders: Vec<(Plmn, OrgId)>,
	/// The rules of its day.
	pub(super) rules: Rules,
}

impl Gathered {
	/// The report whose sums stand, and what it comes to: while it is contested the lower reading of both, unless that comes to more.
	pub(super) fn standing(&self) -> Result<(Cow<'_, Report>, Accounted)> {
		let comes_to = |report: &Report| {
			account(self.id.owner, report, &self.stations, &self.holders, &self.rules)
				.map_err(|_| self.unreadable())
		};
		let own = comes_to(&self.body)?;
		let Some(seen) = &self.seen else { return Ok((Cow::Borrowed(&self.body), own)) };
		let lower = self.body.lower(seen).ok_or_else(|| self.unreadable())?;
		let of_lower = comes_to(&lower)?;
		// A reading may count by it that did not: nobody makes others owe more by contesting.
		Ok(if of_lower.energy() > own.energy() {
			(Cow::Borrowed(&self.body), own)
		} else {
			(Cow::Owned(lower), of_lower)
		})
	}

	/// That it cannot be read.
	pub(super) fn unreadable(&self) -> Failure {
		Failure::input("the report cannot be read").at(self.id).remedy("ask another archive node (--archive)")
	}

	/// What it comes to.
	pub(super) fn account(&self) -> Result<Accounted> {
		Ok(self.standing()?.1)
	}

	/// Whether it comes to what the chain has.
	fn is_equal(&self) -> bool {
		self.account().is_ok_and(|own| own.sums[..] == self.view.sums[..] && own.counted == self.view.counted)
	}
}

/// Who holds which network, by the policy.
pub(super) fn holders_of(policy: PolicyView) -> Vec<(Plmn, OrgId)> {
	let of = |(org, plmns, _): (OrgId, Vec<Plmn>, _)| plmns.into_iter().map(move |plmn| (plmn, org));
	policy.holdings.into_iter().flat_map(of).collect()
}

/// Asks an archive node, and what holds for many reports once.
pub(super) struct Gatherer<'a> {
	archive: &'a Chain,
	hashes: HashMap<BlockNumber, Hash>,
	holders: HashMap<BlockNumber, Vec<(Plmn, OrgId)>>,
	rules: HashMap<(BlockNumber, LocalNetworkId, u16), Rules>,
}

impl<'a> Gatherer<'a> {
	/// Of this node.
	pub(super) fn new(archive: &'a Chain) -> Self {
		Self { archive, hashes: HashMap::new(), holders: HashMap::new(), rules: HashMap::new() }
	}

	/// Gathers each of these, block by block.
	pub(super) async fn each(
		&mut self,
		reports: Vec<Standing>,
		mut take: impl FnMut(Gathered) -> Result<()>,
	) -> Result<()> {
		let mut by_block: BTreeMap<BlockNumber, Vec<Standing>> = BTreeMap::new();
		for report in reports {
			by_block.entry(report.1.block).or_default().push(report);
		}
		for (block, reports) in by_block {
			let wanted: Vec<Wanted> =
				reports.iter().map(|(id, view)| (id.local_network, id.owner, view.digest)).collect();
			let bodies = bodies::ask(self.archive, block, &wanted).await?;
			for (id, view) in reports {
				let body = bodies.get(&view.digest).ok_or_else(|| bodies::missing(block).at(id))?.clone();
				let one = self.one(id, view, body).await;
				take(one.map_err(|failure| failure.naming("--archive").at(id))?)?;
			}
		}
		Ok(())
	}

	async fn one(&mut self, id: ReportId, view: EnergyReportView, body: Report) -> Result<Gathered> {
		let (block, seen) = match &view.dispute {
			None => (view.block, None),
			Some(dispute) => {
				let wanted = (id.local_network, id.owner, dispute.seen);
				(dispute.block, Some(bodies::ask_one(self.archive, dispute.block, wanted).await?))
			}
		};
		let at_once = self.accounted_in(block, id, &view, &body, seen.as_ref()).await?;
		if at_once.is_equal() {
			return Ok(at_once);
		}
		// What was accounted by may have changed later in that block; and what is contested may stand as it was accounted before.
		let others = [block.saturating_sub(1), view.block, view.block.saturating_sub(1)];
		let count = if seen.is_some() { others.len() } else { 1 };
		for block in others.into_iter().take(count) {
			let other = self.accounted_in(block, id, &view, &body, seen.as_ref()).await?;
			if other.is_equal() {
				return Ok(other);
			}
		}
		Ok(at_once)
	}

	/// The report with what holds as of a block.
	pub(super) async fn accounted_in(
		&mut self,
		block: BlockNumber,
		id: ReportId,
		view: &EnergyReportView,
		body: &Report,
		seen: Option<&Report>,
	) -> Result<Gathered> {
		let hash = match self.hashes.entry(block) {
			MapEntry::Occupied(known) => *known.get(),
			MapEntry::Vacant(place) => *place.insert(self.archive.hash_of(block).await?),
		};
		let at = self.archive.at(block, hash);
		let holders = match self.holders.entry(block) {
			MapEntry::Occupied(known) => known.get().clone(),
			MapEntry::Vacant(place) => place.insert(holders_of(at.policy().await?)).clone(),
		};
		let rules = match self.rules.entry((block, id.local_network, id.day)) {
			MapEntry::Occupied(known) => known.get().clone(),
			MapEntry::Vacant(place) => {
				let of = at.energy_rules(id.local_network, id.day).await?;
				let rules = Rules { sharing: of.sharing, tariff: of.tariff, tolerance: of.tolerance };
				place.insert(rules).clone()
			}
		};
		let stations = at.page_stations(id.local_network, id.page).await?;
		let (view, body, seen) = (view.clone(), body.clone(), seen.cloned());
		Ok(Gathered { id, view, body, seen, stations, holders, rules })
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::{
		super::{
			batches::tests::{report, NETWORKS},
			said::tests::ID,
			show::tests::standing_report,
		},
		*,
	};
	use crate::site::csv::{read_station, tests::sample};
	use trimast_primitives::{
		energy::{report_digest, SharingRule, StationColumns, Tariff},
		site::StationState,
		OrgSet,
	};

	pub(crate) const GENESIS: Hash = Hash::repeat_byte(5);

	/// A report of two stations of company 0 that 1 shares, with one reading that does not count; as the chain has it.
	pub(crate) fn gathered() -> Gathered {
		let (_, mut station) = read_station(&sample()).unwrap();
		station.owner = ID.owner;
		station.sharers = OrgSet::of(OrgId(1));
		station.plmns = NETWORKS.to_vec().try_into().unwrap();
		station.rated_power_w = 3_700;
		let entry = StationEntry {
			station,
			state: StationState::OnAir,
			revision: 0,
			signed: [OrgId(0), OrgId(1)].into_iter().collect(),
		};
		let mut stations: Vec<StationColumns> = report(0, 0, 24, &[0, 1]).columns().unwrap().to_stations();
		stations[1].readings[5].energy = Some(4_100);
		let whole = report(0, 0, 24, &[0, 1]);
		let body = Report::new(0, whole.span, 0, whole.networks.clone(), &stations).unwrap();
		let rules = Rules { sharing: SharingRule::default(), tariff: Tariff::flat(7_000), tolerance: 100 };
		let (id, view) = standing_report();
		let mut one = Gathered {
			id,
			view: EnergyReportView { span: body.span, number: 0, stations: body.stations, ..view },
			body,
			seen: None,
			stations: vec![entry.clone(), entry],
			holders: vec![(NETWORKS[0], OrgId(0)), (NETWORKS[1], OrgId(1))],
			rules,
		};
		one.view.digest = report_digest(GENESIS, id.local_network, id.owner, &one.body);
		let accounted = one.account().unwrap();
		one.view.counted = accounted.counted;
		one.view.sums = accounted.sums.into_inner();
		one
	}

	/// The same, contested by company 1, which has seen less in one hour.
	pub(crate) fn contested() -> Gathered {
		contested_with(0, 3, 500)
	}

	/// The same, contested by company 1, which has seen what counts where the owner's meter has jumped: more would be owed, and so the
	/// chain has the report as it was.
	pub(crate) fn contested_in_vain() -> Gathered {
		let (one, EnergyReportView { sums, counted, .. }) = (contested_with(1, 5, 1_000), gathered().view);
		Gathered { view: EnergyReportView { sums, counted, ..one.view }, ..one }
	}

	/// Contested by company 1, which has seen so much of a station in one hour.
	fn contested_with(station: usize, hour: usize, energy: i32) -> Gathered {
		let mut one = gathered();
		let mut stations = one.body.columns().unwrap().to_stations();
		stations[station].readings[hour].energy = Some(energy);
		let seen = Report::new(0, one.body.span, 0, one.body.networks.clone(), &stations).unwrap();
		one.view.dispute = Some(trimast_primitives::apis::EnergyDisputeView {
			by: OrgId(1),
			seen: report_digest(GENESIS, ID.local_network, ID.owner, &seen),
			block: 12,
			until: 9,
		});
		one.seen = Some(seen);
		let accounted = one.account().unwrap();
		one.view.counted = accounted.counted;
		one.view.sums = accounted.sums.into_inner();
		one
	}

	#[test]
	fn what_stands_of_a_contested_report_is_the_lower_reading() {
		let (one, other) = (gathered(), contested());
		let energy = |of: &Gathered| of.view.sums.iter().map(|(_, sums)| sums.energy).sum::<u64>();
		assert_eq!(energy(&one) - energy(&other), 1_003 - 500);
		assert!(one.is_equal() && other.is_equal());
		let mut wrong = other;
		wrong.rules.tolerance = 1_000;
		assert!(!wrong.is_equal(), "the reading above the rated power would count");
	}

	#[test]
	fn what_is_contested_stands_as_reported_where_the_lower_reading_comes_to_more() {
		let one = contested_in_vain();
		assert_ne!(one.seen, None);
		assert!(one.is_equal());
		assert_eq!(*one.standing().unwrap().0, one.body);
	}
}
