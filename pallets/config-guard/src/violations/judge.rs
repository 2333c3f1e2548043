// SPDX-License-Identifier: Apache-2.0

//! Judging a value that was seen: whether a change explains it, and if not who answers for it and of which kind the
//! violation is.

use super::kinds::{kind_of, overtakes, trace, waited, Facts, Kind, Sight};
use crate::{
	baseline::check_value,
	changes::{
		check::{changes_it, local_defect, Decides},
		network::{Elsewhere, View},
		types::Change,
	},
	exports::Export,
	notices::{Notice, NoticeList, Source},
	policy::Policy,
	sweeps::Open,
	types::{PageHead, StationImports},
	Config, Notices,
};
use alloc::{collections::BTreeMap, vec::Vec};
use trimast_primitives::{
	access::Authority,
	cells::{
		catalogue::{ApprovalClass, ParamScope, Parameter},
		CellTable, ParamId, ParamKey,
	},
	site::{SharingMode, StationEntry, StationState},
	Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Who has seen values of a page, and what stands there.
pub(crate) struct Sighting<'a, T> {
	pub(crate) org: OrgId,
	pub(crate) sweep: &'a Open,
	pub(crate) local_network: LocalNetworkId,
	pub(crate) page: u16,
	pub(crate) head: &'a PageHead,
	pub(crate) table: &'a CellTable,
	pub(crate) entries: &'a [StationEntry],
	/// When imports have changed the station in each slot.
	pub(crate) imported: &'a [StationImports],
	/// The first bytes of the digests of all values that are given of cells.
	pub(crate) given: &'a BTreeMap<(u8, u8), [u8; 8]>,
	/// What is looked at to judge it.
	pub(crate) elsewhere: &'a Elsewhere<T>,
}

/// A value that is not the approved one.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
	pub(crate) slot: u8,
	pub(crate) cell: u8,
	pub(crate) key: ParamKey,
	pub(crate) approved: Option<i64>,
	pub(crate) observed: Option<i64>,
}

impl Seen {
	pub(crate) const fn place(&self) -> (u8, u8, ParamKey) {
		(self.slot, self.cell, self.key)
	}
}

/// What was found of a value.
pub(super) struct Finding {
	pub(super) seen: Seen,
	pub(super) kind: Kind,
	pub(super) request: Option<u32>,
	pub(super) against: OrgId,
	pub(super) since: Moment,
	/// The export that it was seen in, where it was seen in one, and what was given of all values of the cell.
	pub(super) export: Option<(Hash, [u8; 8])>,
}

/// What is known of a page when values of it are judged.
pub(super) struct Judge<'a, T> {
	view: View<'a>,
	/// Who has signed the baselines.
	head: &'a PageHead,
	policy: &'a Policy,
	members: OrgSet,
	/// Whether a freeze held when the network was read.
	is_frozen: bool,
	notices: NoticeList,
	imported: &'a [StationImports],
	given: &'a BTreeMap<(u8, u8), [u8; 8]>,
	seen: BTreeMap<(u8, u8, ParamKey), Option<i64>>,
	elsewhere: &'a Elsewhere<T>,
	/// What they were seen in. A notice that has come after it was anchored says nothing of it: who sends it may know what
	/// will be seen.
	export: &'a Export,
}

/// What companies have said of a value, found once.
struct Known<'a> {
	/// The changes of it that were asked for.
	changes: Vec<&'a Change>,
	/// Of each company the last notice of it from before it was seen, where that says what was seen and holds still.
	notices: BTreeMap<OrgId, &'a Notice>,
}

impl<'a, T: Config> Judge<'a, T> {
	/// What is known now, of a sighting of these values. `changes` are those of the page.
	pub(super) fn of(sighting: &Sighting<'a, T>, changes: &'a [Change], seen: &[Seen]) -> Self {
		let Sighting { sweep, local_network, page, head, table, entries, imported, given, elsewhere, .. } =
			*sighting;
		let (policy, at) = (elsewhere.policy(), sweep.export.observed);
		Self {
			view: View { local_network, page, table, entries, changes },
			head,
			policy,
			members: T::Authority::members(),
			is_frozen: policy.frozen(local_network, (at, at)).is_some(),
			notices: Notices::<T>::get(local_network, page),
			imported,
			given,
			seen: seen.iter().map(|one| (one.place(), one.observed)).collect(),
			elsewhere,
			export: &sweep.export,
		}
	}

	/// How many notices of values of the page are kept.
	pub(super) fn notices(&self) -> usize {
		self.notices.len()
	}

	/// Those of the values that no change explains.
	pub(super) fn findings(&self, seen: &[Seen]) -> Vec<Finding> {
		seen.iter().filter_map(|one| self.finding(one)).collect()
	}

	fn finding(&self, seen: &Seen) -> Option<Finding> {
		// What is out of service is not looked at, whatever the baseline still says.
		let entry = self.view.entries.get(usize::from(seen.slot))?;
		if entry.state != StationState::OnAir {
			return None;
		}
		let at = self.export.observed;
		let known = self.known(seen, at);
		let against = self.against(entry, seen, at, &known);
		let (facts, request) = self.facts(entry, seen, at, &known, against);
		let kind = kind_of(&facts)?;
		let given = self.given.get(&(seen.slot, seen.cell));
		let export = given.map(|given| (self.export.root, *given));
		Some(Finding { seen: *seen, kind, request, against, since: at, export })
	}

	fn known(&self, seen: &Seen, at: Moment) -> Known<'_> {
		let place = seen.place();
		let changes: Vec<_> = self.view.changes.iter().filter(|change| change.place() == place).collect();
		let mut notices: BTreeMap<OrgId, &Notice> = BTreeMap::new();
		for (by, came, notice) in &self.notices {
			let is_before = *came < self.export.anchored && notice.at <= at;
			let is_of_it = (notice.slot, notice.cell, notice.key) == place;
			// Of those of one moment the one that has come last.
			if is_before && is_of_it && notices.get(by).is_none_or(|other| other.at <= notice.at) {
				notices.insert(*by, notice);
			}
		}
		notices.retain(|_, notice| {
			Some(notice.new) == seen.observed && !self.is_overtaken(notice, at, &changes)
		});
		Known { changes, notices }
	}

	/// Whether the value was changed, or its cell by an import, since a notice of it.
	fn is_overtaken(&self, notice: &Notice, at: Moment, changes: &[&Change]) -> bool {
		let station = self.imported.get(usize::from(notice.slot));
		let imported = station.map_or(0, |station| station.of(notice.cell));
		let overtakes = |change: &&Change| {
			let request = || self.elsewhere.request(change.request);
			overtakes(change, request, notice.at, at)
		};
		imported > notice.at || changes.iter().any(overtakes)
	}

	/// Who answers for a value: the owner, whose equipment it is, but for what an operator that decides alone has asked for
	/// in a change that waited when it was seen, or has made known last.
	fn against(&self, entry: &StationEntry, seen: &Seen, at: Moment, known: &Known<'_>) -> OrgId {
		let Self { policy: Policy { catalogue, holdings, .. }, members, .. } = self;
		let (owner, by) = (entry.station.owner, changes_it(catalogue, holdings, *members, entry, seen.key));
		let has_asked = || {
			let mut own = known.changes.iter().filter(|one| one.by == by && one.after == seen.observed);
			own.any(|one| waited(one, || self.elsewhere.request(one.request), at, self.export.anchored))
		};
		if by == owner || known.notices.contains_key(&by) || has_asked() {
			by
		} else {
			owner
		}
	}

	/// Who could set what was seen by now, and whose consent that needs.
	fn decides(&self, entry: &StationEntry, seen: &Seen) -> Option<(OrgId, OrgSet)> {
		let Self { view, head, policy: Policy { catalogue, holdings, .. }, members, .. } = self;
		let has_baseline = view.table.position(seen.slot.into(), seen.cell).is_some();
		let decides = Decides::of(
			(holdings, *members),
			(entry, head.signed(seen.slot.into())),
			(catalogue.get(seen.key.param)?, seen.key),
			seen.observed.or(seen.approved)?,
			has_baseline,
		);
		Some((decides.asks, decides.required.intersection(*members)))
	}

	/// What the kind of a violation depends on, and the request that has to do with it.
	fn facts(
		&self,
		entry: &StationEntry,
		seen: &Seen,
		at: Moment,
		known: &Known<'_>,
		against: OrgId,
	) -> (Facts, Option<u32>) {
		let of_value = known.changes.iter().copied();
		let sight = Sight {
			observed: seen.observed,
			at,
			is_frozen: self.is_frozen,
			anchored: self.export.anchored,
			decides: self.decides(entry, seen),
		};
		let traced = trace(of_value, |number| self.elsewhere.request(number), &sight);
		let notice = known.notices.get(&against);
		let parameter = self.policy.catalogue.get(seen.key.param);
		let notified =
			parameter.filter(|parameter| parameter.class == ApprovalClass::Notified && entry.is_confirmed());
		// Where no envelope is agreed, it is all that the domain has.
		let is_inside = |value: i64| {
			notified.is_some_and(|parameter| {
				parameter.envelope.is_none_or(|(least, most)| (least..=most).contains(&value))
			})
		};
		let facts = Facts {
			breaks_rule: seen.observed.is_some_and(|value| self.breaks_rule(entry, seen, value)),
			plmns_differ: parameter.is_some_and(|parameter| self.plmns_differ(entry, parameter, seen)),
			son: notice.filter(|notice| notice.source == Source::Son).map(|notice| is_inside(notice.new)),
			trace: traced.map(|(_, trace)| trace),
			is_noticed: notice.is_some(),
		};
		(facts, traced.map(|(request, _)| request))
	}

	fn breaks_rule(&self, entry: &StationEntry, seen: &Seen, value: i64) -> bool {
		let Seen { slot, cell, key, .. } = *seen;
		let Policy { catalogue, rules, holdings, .. } = self.policy;
		let outside = check_value(catalogue, &entry.station, key, None, value).is_err();
		let last = ParamKey { param: ParamId(u16::MAX), place: u8::MAX };
		let of_cell = self.seen.range((slot, cell, ParamKey::of(ParamId(0)))..=(slot, cell, last));
		let values: Vec<_> = of_cell.map(|((.., key), value)| (*key, *value)).collect();
		outside
			|| local_defect(&self.view, rules, holdings, self.elsewhere, (slot, cell), key, &values).is_some()
	}

	/// Whether a value that the PLMNs share is not the same for all of them.
	fn plmns_differ(&self, entry: &StationEntry, parameter: &Parameter, seen: &Seen) -> bool {
		let Seen { slot, cell, key: ParamKey { param, .. }, .. } = *seen;
		let is_shared = parameter.identity
			&& parameter.scope == ParamScope::Plmn
			&& entry.station.mode == SharingMode::MocnOneCellId;
		if !is_shared {
			return false;
		}
		let position = self.view.table.position(slot.into(), cell);
		let value = |place| {
			let key = ParamKey { param, place };
			let approved = || position.and_then(|n| self.view.table.get(n, key));
			self.seen.get(&(slot, cell, key)).copied().unwrap_or_else(approved)
		};
		(0..parameter.places(&entry.station)).any(|place| value(place) != seen.observed)
	}
}
