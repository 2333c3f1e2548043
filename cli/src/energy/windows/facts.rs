// SPDX-License-Identifier: Apache-2.0
//! What the solver has to know of stations, from inventory and baseline: who covers whom and is not locked, which networks a cell
//! carries, how much it transmits, and when it may not sleep. And from approved plans, when they have slept.

use crate::{
	chain::views::At,
	config::catalogue::Catalogue,
	error::{Failure, Result},
	output::Output,
};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	apis::{EnergySleptView, SiteView},
	cells::{
		catalogue::{plmn_places, value_cell},
		CellId, CellTable, ParamId, ParamKey, MAX_NEIGHBOURS,
	},
	interlock::Cover,
	page::SiteId,
	site::{Station, StationState},
	LocalNetworkId,
};
use trimast_solver::windows::{CellFacts, Slept, StationFacts};

/// The states of cells of NR and of LTE, and the word for one that is in use.
const STATES: [&str; 2] = ["NRCellDU.administrativeState", "EUtranGenericCell.administrativeState"];
const UNLOCKED: &[u8] = b"UNLOCKED";

/// The parameters that say it, by number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Parameters {
	covered_by: ParamId,
	partial: i64,
	full: i64,
	neighbour: ParamId,
	networks: ParamId,
	power: ParamId,
	not_allowed: ParamId,
	/// Those of [`STATES`] that there are, with the value of a cell that is in use.
	states: Vec<(ParamId, i64)>,
}

impl Parameters {
	/// Those of the chain's catalogue, by their names in TS 28.541.
	pub(super) fn of(catalogue: &Catalogue) -> Result<Self> {
		let of = |name: &str| {
			catalogue.named(name).first().copied().ok_or_else(|| {
				Failure::chain(format!(
					"the catalogue has no parameter `{name}`, which saving windows are made by"
				))
				.remedy("`trimast config catalogue list` lists those that there are")
			})
		};
		let covered_by = of("isESCoveredBy")?;
		let words = catalogue.get(covered_by).map_or(&[][..], |view| &view.text.words[..]);
		let value = |word: &str| {
			let place = words.iter().position(|known| known.as_slice() == word.as_bytes());
			place.and_then(|place| i64::try_from(place).ok()).ok_or_else(|| {
				Failure::chain(format!("`isESCoveredBy` is never {word} by the catalogue"))
					.remedy("`trimast config catalogue show isESCoveredBy` shows its words")
			})
		};
		let state = |name: &str| {
			let param = *catalogue.named(name).first()?;
			let mut words = catalogue.get(param)?.text.words.iter();
			let unlocked = words.position(|known| known.as_slice() == UNLOCKED)?;
			Some((param, i64::try_from(unlocked).ok()?))
		};
		Ok(Self {
			covered_by,
			partial: value("PARTIAL")?,
			full: value("FULL")?,
			neighbour: of("adjacentNRCellRef")?,
			networks: of("plmnInfoList")?,
			power: of("configuredMaxTxPower")?,
			not_allowed: of("esNotAllowedTimePeriod")?,
			states: STATES.into_iter().filter_map(state).collect(),
		})
	}

	/// A cell of a station, which is the `n`-th of a table; of one without a baseline what the station's record says.
	fn cell(&self, table: &CellTable, n: Option<usize>, station: &Station) -> CellFacts {
		let get = |param, place| n.and_then(|n| table.get(n, ParamKey { param, place }));
		let whole = |param| get(param, 0);
		let listed = whole(self.networks).and_then(plmn_places).map(|places| {
			places.filter_map(|place| station.plmns.get(usize::from(place)).copied()).collect::<Vec<_>>()
		});
		let relation = |place: u8| {
			let cover = match get(self.covered_by, place)? {
				value if value == self.full => Cover::Full,
				value if value == self.partial => Cover::Partial,
				_ => return None,
			};
			Some((value_cell(get(self.neighbour, place)?)?, cover))
		};
		CellFacts {
			networks: listed.filter(|listed| !listed.is_empty()).unwrap_or_else(|| station.plmns.to_vec()),
			power_mw: whole(self.power).and_then(|value| u32::try_from(value).ok()).unwrap_or(0),
			not_allowed: whole(self.not_allowed).and_then(|value| u64::try_from(value).ok()).unwrap_or(0),
			covered_by: (0..MAX_NEIGHBOURS).filter_map(relation).collect(),
		}
	}

	/// Whether a cell of one of these pages is locked, or about to be: it covers nothing.
	fn is_locked(&self, tables: &BTreeMap<u16, CellTable>, cell: CellId) -> bool {
		let Some(table) = cell.site.page().and_then(|page| tables.get(&page)) else { return false };
		let Some(n) = table.position(cell.site.slot(), cell.cell) else { return false };
		let mut states = self.states.iter();
		states.any(|(param, unlocked)| {
			table.get(n, ParamKey::of(*param)).is_some_and(|state| state != *unlocked)
		})
	}

	/// A station in service, by the baseline of the pages of its local network, and by what is known of when those of its page have slept.
	pub(super) fn station(
		&self,
		view: &SiteView,
		tables: &BTreeMap<u16, CellTable>,
		slept: &[EnergySleptView],
	) -> StationFacts {
		let (site, station) = (view.id, &view.entry.station);
		let empty = CellTable::default();
		let table = site.page().and_then(|page| tables.get(&page)).unwrap_or(&empty);
		let is_here = |by: &CellId| by.site.local_network == site.local_network;
		let cell = |number: u8| {
			let mut facts = self.cell(table, table.position(site.slot(), number), station);
			facts.covered_by.retain(|(by, _)| !(is_here(by) && self.is_locked(tables, *by)));
			facts
		};
		StationFacts {
			site,
			owner: station.owner,
			sharers: station.sharers,
			rated_power_w: station.rated_power_w,
			cells: (0..station.cells).map(cell).collect(),
			slept: slept.iter().filter(|of| is_of(of, site)).map(slept_of).collect(),
		}
	}
}

/// Whether a station is one of those that have slept.
fn is_of(slept: &EnergySleptView, site: SiteId) -> bool {
	slept.stations.checked_shr(site.slot()).is_some_and(|bits| bits & 1 == 1)
}

/// When that was.
fn slept_of(view: &EnergySleptView) -> Slept {
	let EnergySleptView { first_day, last_day, from, until, .. } = *view;
	Slept { first_day, last_day, from, until }
}

/// The stations of a local network that are in service.
pub(super) async fn stations(
	at: At<'_>,
	parameters: &Parameters,
	id: LocalNetworkId,
	output: Output,
) -> Result<Vec<StationFacts>> {
	let bar = output.progress(3, &format!("of inventory, baseline and plans of {}", id.0));
	let mut tables: BTreeMap<u16, CellTable> = BTreeMap::new();
	let mut from = 0;
	while let Some((pages, next)) = at.baseline_from(id, from).await? {
		for page in &pages {
			tables.insert(page.page, page.cells()?);
		}
		from = next;
	}
	bar.inc(1);
	let (mut all, mut from) = (Vec::new(), 0);
	while let Some((views, next)) = at.stations_from(id, from).await? {
		all.extend(views.into_iter().filter(|view| view.entry.state == StationState::OnAir));
		from = next;
	}
	bar.inc(1);
	let mut slept: BTreeMap<u16, Vec<EnergySleptView>> = BTreeMap::new();
	for page in all.iter().filter_map(|view| view.id.page()).collect::<BTreeSet<_>>() {
		slept.insert(page, at.slept_in(id, page).await?);
	}
	bar.finish_and_clear();
	let station = |view: &SiteView| {
		let of_page = view.id.page().and_then(|page| slept.get(&page));
		parameters.station(view, &tables, of_page.map_or(&[][..], Vec::as_slice))
	};
	Ok(all.iter().map(station).collect())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::export::resolve::tests::site;
	use trimast_primitives::{
		apis::ParameterView,
		cells::catalogue::{
			cell_value, plmns_value, ApprovalClass, Domain, NameSource, ParamName, ParamScope, ParamText,
			Parameter,
		},
		site::Technology,
	};

	fn parameter(
		number: u16,
		name: &str,
		scope: ParamScope,
		domain: Domain,
		words: &[&str],
	) -> ParameterView {
		let parameter = Parameter {
			technology: None,
			scope,
			domain,
			class: ApprovalClass::Joint,
			identity: false,
			step: None,
			envelope: None,
		};
		let text = |text: &str| text.as_bytes().to_vec();
		let name = ParamName { source: NameSource::Nrm, since: 16, name: text(name).try_into().unwrap() };
		let words: Vec<_> = words.iter().map(|word| text(word).try_into().unwrap()).collect();
		let text = ParamText {
			names: vec![name].try_into().unwrap(),
			unit: Default::default(),
			words: words.try_into().unwrap(),
		};
		ParameterView { id: ParamId(number), parameter, text }
	}

	fn catalogue() -> Catalogue {
		let range = || Domain::Range { least: 0, most: 2_000_000, every: 1 };
		Catalogue::new(vec![
			parameter(
				57,
				"isESCoveredBy",
				ParamScope::CellRelation,
				Domain::Choice(3),
				&["NO", "PARTIAL", "FULL"],
			),
			parameter(65, "adjacentNRCellRef", ParamScope::CellRelation, Domain::Cell, &[]),
			parameter(3, "plmnInfoList", ParamScope::Cell, Domain::Plmns, &[]),
			parameter(22, "configuredMaxTxPower", ParamScope::Cell, range(), &[]),
			parameter(56, "esNotAllowedTimePeriod", ParamScope::Cell, Domain::HalfHours, &[]),
			parameter(
				1,
				"NRCellDU.administrativeState",
				ParamScope::Cell,
				Domain::Choice(3),
				&["LOCKED", "SHUTTINGDOWN", "UNLOCKED"],
			),
		])
	}

	#[test]
	fn baseline_says_who_covers_whom() {
		let parameters = Parameters::of(&catalogue()).unwrap();
		let view = site(0, "A", Technology::Nr);
		let neighbour = |n: u8| CellId { site: SiteId { index: 64 + u32::from(n), ..view.id }, cell: n };
		let key = |param: u16, place: u8| ParamKey { param: ParamId(param), place };
		let mut values = vec![
			(key(3, 0), plmns_value(&[1]).unwrap()),
			(key(22, 0), 80_000),
			(key(56, 0), 0b1100),
			(key(57, 0), 0),
			(key(57, 1), 2),
			(key(57, 3), 1),
			// Of a neighbour that is not known
			(key(57, 4), 2),
			(key(65, 0), cell_value(neighbour(0))),
			(key(65, 1), cell_value(neighbour(1))),
			(key(65, 3), cell_value(neighbour(3))),
		];
		values.sort_unstable();
		let table = CellTable::new(&[vec![values, vec![]]]).unwrap();
		let mut tables = BTreeMap::from([(0, table)]);
		let slept = |stations| EnergySleptView { first_day: 10, last_day: 12, from: 4, until: 20, stations };
		let facts = parameters.station(&view, &tables, &[slept(0b10), slept(0b11)]);
		assert_eq!(facts.slept, [Slept { first_day: 10, last_day: 12, from: 4, until: 20 }]);
		assert_eq!((facts.site, facts.owner, facts.cells.len()), (view.id, view.entry.station.owner, 2));
		let expected = CellFacts {
			networks: vec![view.entry.station.plmns[1]],
			power_mw: 80_000,
			not_allowed: 0b1100,
			covered_by: vec![(neighbour(1), Cover::Full), (neighbour(3), Cover::Partial)],
		};
		assert_eq!(facts.cells[0], expected);
		let bare = CellFacts { networks: view.entry.station.plmns.to_vec(), ..CellFacts::default() };
		assert_eq!(facts.cells[1], bare);
		assert_eq!(parameters.station(&view, &BTreeMap::new(), &[]).cells, [bare.clone(), bare]);
		// Where one that covers it is locked, or about to be, it covers nothing
		let of = |state| vec![vec![], vec![], vec![], vec![(key(1, 0), state)]];
		for (state, covers) in [(0, 1), (1, 1), (2, 2)] {
			tables.insert(1, CellTable::new(&[vec![], vec![], vec![], of(state)]).unwrap());
			let covered_by = parameters.station(&view, &tables, &[]).cells[0].covered_by.clone();
			assert_eq!(covered_by, expected.covered_by[..covers], "{state}");
		}
	}

	#[test]
	fn parameters_fail_when_the_catalogue_does_not_have_them() {
		let all: Vec<ParameterView> = catalogue().iter().cloned().collect();
		let with = |all: Vec<ParameterView>| Parameters::of(&Catalogue::new(all)).unwrap_err().to_string();
		let without = with(all.iter().filter(|view| view.id != ParamId(57)).cloned().collect());
		assert!(without.contains("isESCoveredBy") && without.contains("catalogue list"), "{without}");
		let mut renamed = all;
		let words = &["NO", "PARTIAL", "ALL"];
		renamed[4] = parameter(57, "isESCoveredBy", ParamScope::CellRelation, Domain::Choice(3), words);
		assert!(with(renamed).contains("never FULL"));
	}
}
