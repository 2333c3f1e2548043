// SPDX-License-Identifier: Apache-2.0

//! What lies around the cells of a page: their stations, the cells that may stand in for them, outages, changes and other plans.
//! Each page and each station is asked about once, and no more pages than a call may.

use super::{
	covering,
	types::{CellRefusal, Hold, Window},
};
use crate::{Config, Held, Windows};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::marker::PhantomData;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::CellId,
	energy::{has_cell, Compensation, PlanPhase, SavingPlan},
	interlock::{Cover, Coverage, OpenChanges, Outages},
	page::SiteId,
	site::{SiteRegistry, StationEntry, StationState},
	LocalNetworkId, OrgSet,
};

/// Most pages beside the one of the plan that are looked at for it: cells that stand in for others mostly stand at the same mast.
pub(crate) const MAX_PAGES_LOOKED: u32 = 32;
/// Of how many neighbours with an outage it is looked at whether a cell of the plan covers them.
const MAX_NEIGHBOURS_LOOKED: u32 = 32;

/// A neighbour, and how far it covers the cell.
type Neighbour = (CellId, Option<Cover>);

/// A page of a local network.
pub(super) type Page = (LocalNetworkId, u16);

/// Where a station stands: its page and its slot in it.
pub(super) fn place(site: SiteId) -> Option<(Page, u8)> {
	let slot = u8::try_from(site.slot()).ok()?;
	Some(((site.local_network, site.page()?), slot))
}

/// What is known of a page.
struct Facts {
	stations: Vec<StationEntry>,
	holds: Vec<Hold>,
	/// Those of the cells that are asked about of which a change is open, and those that are locked.
	changing: BTreeSet<(u8, u8)>,
	locked: BTreeSet<(u8, u8)>,
	/// Of the plan's page, those that may not sleep at that time.
	not_allowed: BTreeSet<(u8, u8)>,
}

impl Facts {
	/// A station in service.
	fn station(&self, slot: u8) -> Option<&StationEntry> {
		self.stations.get(usize::from(slot)).filter(|entry| entry.state == StationState::OnAir)
	}
}

/// What lies around.
pub(super) struct Around<'a, T> {
	number: u32,
	window: Window,
	plan: &'a SavingPlan,
	/// The page of the plan.
	page: u16,
	/// Of which cells of each page it is asked whether they change, and whether they are locked.
	wanted: BTreeMap<Page, BTreeSet<(u8, u8)>>,
	pages: BTreeMap<Page, Facts>,
	outages: BTreeMap<SiteId, bool>,
	windows: BTreeMap<u32, Option<Window>>,
	/// What covers neighbours that have an outage.
	covered: BTreeMap<CellId, Vec<CellId>>,
	/// Which cells of stations with an outage those of the plan's page cover, as far as that is entered; none where it was not asked.
	entered: Option<Result<BTreeMap<(u8, u8), Vec<CellId>>, CellRefusal>>,
	_config: PhantomData<T>,
}

impl<'a, T: Config> Around<'a, T> {
	/// Around a page of a plan. Of its own cells, and of these others, it is asked whether they change, and whether they are locked.
	pub(super) fn new(
		number: u32,
		window: Window,
		plan: &'a SavingPlan,
		page: u16,
		cells: &[(u8, u8)],
		others: impl Iterator<Item = CellId>,
	) -> Self {
		let mut wanted: BTreeMap<Page, BTreeSet<(u8, u8)>> = BTreeMap::new();
		wanted.entry((plan.local_network, page)).or_default().extend(cells);
		for other in others {
			if let Some((page, slot)) = place(other.site) {
				wanted.entry(page).or_default().insert((slot, other.cell));
			}
		}
		let mut around = Self {
			number,
			window,
			plan,
			page,
			wanted,
			pages: BTreeMap::new(),
			outages: BTreeMap::new(),
			windows: BTreeMap::new(),
			covered: BTreeMap::new(),
			entered: None,
			_config: PhantomData,
		};
		// The plan's own page is read whatever else is.
		around.facts((plan.local_network, page));
		around
	}

	/// How many pages were looked at.
	pub(super) fn looked(&self) -> u32 {
		self.pages.len().saturated_into()
	}

	/// What is known of a page. `None` when as many are looked at as may be.
	fn facts(&mut self, page: Page) -> Option<&Facts> {
		let is_known = self.pages.contains_key(&page);
		if !is_known {
			if self.looked() > MAX_PAGES_LOOKED {
				return None;
			}
			let (local_network, number) = page;
			let cells: Vec<(u8, u8)> = self.wanted.get(&page).into_iter().flatten().copied().collect();
			let changing = T::Changes::open_changes(local_network, number, &cells);
			let mut not_allowed = BTreeSet::new();
			if page == (self.plan.local_network, self.page) {
				let (all, touched) =
					(T::Coverage::not_allowed(local_network, number, &cells), self.window.half_hours());
				let those = cells.iter().zip(all).filter(|(_, half_hours)| half_hours & touched != 0);
				not_allowed.extend(those.map(|(cell, _)| *cell));
			}
			let facts = Facts {
				stations: T::Sites::stations(local_network, number),
				holds: Held::<T>::get(local_network, number).into_inner(),
				changing: changing.into_iter().collect(),
				locked: T::Coverage::locked(local_network, number, &cells).into_iter().collect(),
				not_allowed,
			};
			self.pages.insert(page, facts);
		}
		self.pages.get(&page)
	}

	fn has_outage(&mut self, site: SiteId) -> bool {
		*self.outages.entry(site).or_insert_with(|| T::Outages::at_station(site))
	}

	/// Whether another plan is on its way, in force, or ended in a window of which all may be proven, and its windows overlap with this
	/// one's.
	fn meets(&mut self, plan: u32) -> bool {
		let (own, number) = (self.window, self.number);
		let other = *self.windows.entry(plan).or_insert_with(|| Windows::<T>::get(plan));
		plan != number
			&& other.is_some_and(|other| {
				use PlanPhase::{Agreed, Approved, Over, Proposed};
				matches!(other.phase, Proposed | Agreed | Approved | Over) && other.meets(&own)
			})
	}

	/// A cell of the plan's page.
	fn cell(&self, slot: u8, cell: u8) -> CellId {
		CellId { site: SiteId::new(self.plan.local_network, self.page, slot.into()), cell }
	}

	/// Whether a cell of the plan may sleep as far as itself and its own station go. Says who shares it.
	fn own(&mut self, slot: u8, cell: u8) -> Result<OrgSet, CellRefusal> {
		let by = self.window.by;
		let page = (self.plan.local_network, self.page);
		let facts = self.facts(page).ok_or(CellRefusal::NoSuchStation)?;
		let StationEntry { station, signed, .. } = facts.station(slot).ok_or(CellRefusal::NoSuchStation)?;
		if station.owner != by {
			return Err(CellRefusal::NotOwner);
		}
		if cell >= station.cells {
			return Err(CellRefusal::NoSuchCell);
		}
		if !signed.is_superset(station.sharers) {
			return Err(CellRefusal::Unconfirmed);
		}
		if facts.not_allowed.contains(&(slot, cell)) {
			return Err(CellRefusal::NotAllowed);
		}
		let (orgs, is_changing) = (station.sharers.with(by), facts.changing.contains(&(slot, cell)));
		if self.has_outage(self.cell(slot, cell).site) {
			return Err(CellRefusal::Outage);
		}
		if is_changing {
			return Err(CellRefusal::ChangeOpen);
		}
		Ok(orgs)
	}

	/// Refuses a cell that another plan holds at that time, or whose station it measures: savings are measured by station, and two
	/// plans would both have what it saves.
	fn held(&mut self, slot: u8, cell: u8) -> Result<(), CellRefusal> {
		let page = (self.plan.local_network, self.page);
		let of_station = |hold: &&Hold| hold.slot == slot && (hold.sleeping != 0 || hold.has(slot, cell));
		let facts = self.facts(page);
		let holds: Vec<Hold> =
			facts.map_or(Vec::new(), |facts| facts.holds.iter().filter(of_station).copied().collect());
		for Hold { plan, compensating, .. } in holds {
			if self.meets(plan) {
				return Err(match has_cell(compensating, cell) {
					true => CellRefusal::Compensates { plan },
					false => CellRefusal::Overlaps { plan },
				});
			}
		}
		Ok(())
	}

	/// Refuses a cell that covers one with an outage: a neighbour of its own list, or one that is entered, whose list alone has it.
	fn covers_no_outage(
		&mut self,
		slot: u8,
		number: u8,
		neighbours: &[Neighbour],
	) -> Result<(), CellRefusal> {
		let cell = self.cell(slot, number);
		for (neighbour, _) in neighbours {
			if !self.has_outage(neighbour.site) {
				continue;
			}
			let count: u32 = self.covered.len().saturated_into();
			let is_known = self.covered.contains_key(neighbour);
			if !is_known && count >= MAX_NEIGHBOURS_LOOKED {
				return Err(CellRefusal::TooManyNeighbours);
			}
			let covered = self.covered.entry(*neighbour).or_insert_with(|| {
				T::Coverage::covered_by(*neighbour).into_iter().map(|(by, _)| by).collect()
			});
			if covered.contains(&cell) {
				return Err(CellRefusal::CoversOutage { cell: *neighbour });
			}
		}
		let page = (self.plan.local_network, self.page);
		let cells = self.wanted.get(&page);
		let entered = self.entered.get_or_insert_with(|| covering::in_page::<T>(page, cells));
		let entered = entered.as_ref().map_err(|refusal| *refusal)?;
		let covered = entered.get(&(slot, number)).cloned().unwrap_or_default();
		// What is entered of an outage that is over stays until the chain looks at it.
		match covered.into_iter().find(|covered| self.has_outage(covered.site)) {
			Some(cell) => Err(CellRefusal::CoversOutage { cell }),
			None => Ok(()),
		}
	}

	/// Whether a cell stands in for one that these companies share. Says who shares it: from the last consent on it is kept from the
	/// changes of all of them.
	fn stands_in(&mut self, by: CellId, orgs: OrgSet) -> Result<OrgSet, CellRefusal> {
		let (page, slot) = place(by.site).ok_or(CellRefusal::CoverOutOfService { by })?;
		let facts = self.facts(page).ok_or(CellRefusal::TooManyNeighbours)?;
		let entry = facts.station(slot).filter(|entry| by.cell < entry.station.cells);
		let StationEntry { station, signed, .. } = entry.ok_or(CellRefusal::CoverOutOfService { by })?;
		let sharers = station.sharers.with(station.owner);
		// Whom a station serves is the word of who has signed its record.
		let serves = station.sharers.intersection(*signed).with(station.owner);
		let is_changing = facts.changing.contains(&(slot, by.cell));
		let is_locked = facts.locked.contains(&(slot, by.cell));
		let sleeps = |hold: &&Hold| hold.slot == slot && has_cell(hold.sleeping, by.cell);
		let plans: Vec<u32> = facts.holds.iter().filter(sleeps).map(|hold| hold.plan).collect();
		if !serves.is_superset(orgs) {
			return Err(CellRefusal::CoverNotForAll { by });
		}
		if self.plan.puts_to_sleep(by) || plans.into_iter().any(|plan| self.meets(plan)) {
			return Err(CellRefusal::CoverSleeps { by });
		}
		if is_locked {
			return Err(CellRefusal::CoverLocked { by });
		}
		if self.has_outage(by.site) {
			return Err(CellRefusal::CoverOutage { by });
		}
		if is_changing {
			return Err(CellRefusal::CoverChanges { by });
		}
		Ok(sharers)
	}

	/// Finds who stands in for a cell with these neighbours, and who has to consent to that. Where nobody does, the first that covers
	/// it in full says why.
	pub(super) fn find(
		&mut self,
		slot: u8,
		cell: u8,
		neighbours: &[Neighbour],
	) -> Result<(Compensation, OrgSet), CellRefusal> {
		let orgs = self.own(slot, cell)?;
		self.held(slot, cell)?;
		self.covers_no_outage(slot, cell, neighbours)?;
		let mut first = None;
		for (by, _) in neighbours.iter().filter(|(_, cover)| *cover == Some(Cover::Full)) {
			match self.stands_in(*by, orgs) {
				Ok(sharers) => return Ok((Compensation { slot, cell, by: *by }, orgs.union(sharers))),
				Err(refusal) => first = first.or(Some(refusal)),
			}
		}
		Err(first.unwrap_or(CellRefusal::NotCovered))
	}

	/// Whether a cell with these neighbours may still sleep, and who has to have consented to that. `asks_outages`: whether it is asked
	/// if it covers an outage by now.
	pub(super) fn again(
		&mut self,
		compensation: &Compensation,
		neighbours: &[Neighbour],
		asks_outages: bool,
	) -> Result<OrgSet, CellRefusal> {
		let Compensation { slot, cell, by } = *compensation;
		let orgs = self.own(slot, cell)?;
		if asks_outages {
			self.covers_no_outage(slot, cell, neighbours)?;
		}
		// A change that was closed meanwhile may have made another relation of it.
		if !neighbours.contains(&(by, Some(Cover::Full))) {
			return Err(CellRefusal::NotCovered);
		}
		Ok(orgs.union(self.stands_in(by, orgs)?))
	}
}
