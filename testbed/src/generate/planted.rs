// SPDX-License-Identifier: Apache-2.0

//! Changes that a sweep has to find, and changes that it must not find.
//!
//! At most one is made in a cell. What a sweep sees is the network after all of them; what the chain approves is the
//! baseline after the actions among them that it agrees to. The two differ in what [`Unauthorised`] lists, and in changes
//! whose window is open.
//!
//! Unauthorised:
//!
//! | kind | what was done | submitted before |
//! |---|---|---|
//! | `no-request` | a value was changed; the element manager reported it | `notice` |
//! | `not-as-approved` | another value was set than the one that was approved and executed | `execute` |
//! | `outside-window` | an approved value was set before its window | `approve` with the window `later` |
//! | `rule-broken` | a value outside of its domain, or one that breaks a rule inside the cell: the ratios of operators, a sharer's PLMN on the list, a carrier in the participants' spectrum | |
//! | `silent-rollback` | an approved and executed change was undone | `execute` |
//! | `son-beyond-bound` | self-organisation set a value outside of its envelope, and reported it | `notice` |
//! | `hidden` | a value was changed and nothing reported | |
//! | `plmns-differ` | a cell with one identity for all PLMNs got two for two of them | |
//! | `unratified` | an emergency was executed and the others never ratified it | `emergency` |
//!
//! Legitimate:
//!
//! | kind | what was done | submitted before |
//! |---|---|---|
//! | `approved` | an approved change | `execute` |
//! | `in-window` | an approved change, its window open, not reported as executed yet | `approve` with the window `now` |
//! | `emergency-ratified` | an emergency that all have ratified | `ratify` |
//! | `inside-envelope` | the owner changed a value of class N inside its envelope | `change` |
//! | `son-inside-bound` | self-organisation set a value inside its envelope, and reported it | `notice` |
//!
//! What an action asks a test to submit:
//!
//! | action | calls |
//! |---|---|
//! | `execute` | a request by `party` from `before` to `after`, the consents of `consents`, its execution |
//! | `approve` | the same without the execution; what takes nobody's consent the chain may execute by itself in its window |
//! | `emergency` | an emergency request, which is executed at once |
//! | `ratify` | the same, and the consents of `consents` |
//! | `change` | a request of class N, which is executed at once |
//! | `notice` | a notification of a changed value (TS 28.532 notifyMOIAttributeValueChanges) with `source` |
//!
//! Its window is `now` where it is open when the exports are made, `past` where it was open and is over then, and `later`
//! where it has not begun. Inside a window the old and the new value both match, so an undone change is none before its
//! window is over.
//!
//! The rules that are broken need to be in force: the ratios of operators, sharers' PLMNs on the list, and carriers in
//! [`SPECTRUM`](super::SPECTRUM).

use super::{
	catalogue::{Class, Domain, Parameter},
	cells::{Columns, Row, ABSENT},
	network::{Network, OPERATORS},
};
use rand::{seq::SliceRandom, Rng};
use std::collections::BTreeMap;
use trimast_primitives::{
	site::{SharingMode, Station, Technology},
	OrgId, OrgSet,
};

/// A kind of unauthorised change (DOMAIN, 'Unauthorised change').
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Unauthorised {
	/// Nobody had asked for it.
	NoRequest,
	/// Another value than the approved one.
	NotAsApproved,
	/// Approved, but not for this time.
	OutsideWindow,
	/// A value that no approval could allow.
	RuleBroken,
	/// An approved change was undone.
	SilentRollback,
	/// Self-organisation went beyond its bound.
	SonBeyondBound,
	/// Nothing was asked for and nothing reported.
	Hidden,
	/// A parameter that PLMNs share differs between two of them.
	PlmnsDiffer,
	/// An emergency that was not ratified.
	Unratified,
}

impl Unauthorised {
	/// Every kind.
	pub const ALL: [Self; 9] = [
		Self::NoRequest,
		Self::NotAsApproved,
		Self::OutsideWindow,
		Self::RuleBroken,
		Self::SilentRollback,
		Self::SonBeyondBound,
		Self::Hidden,
		Self::PlmnsDiffer,
		Self::Unratified,
	];

	/// How the files call it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::NoRequest => "no-request",
			Self::NotAsApproved => "not-as-approved",
			Self::OutsideWindow => "outside-window",
			Self::RuleBroken => "rule-broken",
			Self::SilentRollback => "silent-rollback",
			Self::SonBeyondBound => "son-beyond-bound",
			Self::Hidden => "hidden",
			Self::PlmnsDiffer => "plmns-differ",
			Self::Unratified => "unratified",
		}
	}
}

/// A kind of legitimate change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Legitimate {
	/// Approved and executed.
	Approved,
	/// Approved, in its window, not executed on the chain yet.
	InWindow,
	/// An emergency that was ratified.
	EmergencyRatified,
	/// Class N inside its envelope.
	InsideEnvelope,
	/// Self-organisation inside its bound, with a notice.
	SonInsideBound,
}

impl Legitimate {
	/// Every kind.
	pub const ALL: [Self; 5] =
		[Self::Approved, Self::InWindow, Self::EmergencyRatified, Self::InsideEnvelope, Self::SonInsideBound];

	/// How the files call it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Approved => "approved",
			Self::InWindow => "in-window",
			Self::EmergencyRatified => "emergency-ratified",
			Self::InsideEnvelope => "inside-envelope",
			Self::SonInsideBound => "son-inside-bound",
		}
	}
}

/// What a change is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
	/// A sweep has to find it.
	Unauthorised(Unauthorised),
	/// It must not.
	Legitimate(Legitimate),
}

impl Kind {
	pub(super) const fn name(self) -> &'static str {
		match self {
			Self::Unauthorised(kind) => kind.name(),
			Self::Legitimate(kind) => kind.name(),
		}
	}
}

/// What has to be submitted before a sweep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Action {
	/// Which calls.
	pub(super) name: &'static str,
	/// The value that is asked for, or reported.
	pub(super) after: i64,
	/// `past`, `now`, `later`, or nothing where it has no window.
	pub(super) window: &'static str,
	/// Who changed it, for a notice.
	pub(super) source: &'static str,
}

/// A change in one cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Change {
	/// What it is.
	pub(super) kind: Kind,
	/// The value's column.
	pub(super) column: usize,
	/// The value in the baseline.
	pub(super) baseline: i64,
	/// The value that is approved when the sweep comes.
	pub(super) approved: i64,
	/// The value in the network then.
	pub(super) observed: i64,
	/// What has to be submitted before.
	pub(super) action: Option<Action>,
	/// Who changes it.
	pub(super) party: OrgId,
	/// Whose consent it takes beside that.
	pub(super) consents: OrgSet,
}

impl Change {
	/// Who answers for it: the station's owner, whose equipment it is, but for a value that who changes it has itself asked for or
	/// made known.
	pub(super) fn answers(&self, owner: OrgId) -> OrgId {
		match self.action {
			Some(action) if action.after == self.observed => self.party,
			_ => owner,
		}
	}
}

/// The changes of a local network, by cell.
pub(super) type Changes = BTreeMap<usize, Change>;

/// Values that people tune: what is asked for, approved, forgotten or hidden.
const TUNED: [&str; 14] = [
	"a3-Offset",
	"hysteresis",
	"timeToTrigger",
	"a5-Threshold1",
	"a5-Threshold2",
	"qRxLevMin",
	"ssPBCHBlockPower",
	"referenceSignalPower",
	"digitalTilt",
	"mechanicalTilt",
	"loadThreshold",
	"cellReselectionPriority",
	"NROperatorCellDU.administrativeState",
	"cellReservedForOperatorUse",
];
/// Of class N, with an envelope that leaves something to choose.
const ENVELOPED: [&str; 6] = [
	"cellIndividualOffset",
	"threshXHighP",
	"threshXLowP",
	"qHyst",
	"preambleReceivedTargetPower",
	"maximumDeviationHoTrigger",
];
/// What self-organisation sets.
const SELF_ORGANISED: [&str; 3] = ["cellIndividualOffset", "threshXHighP", "maximumDeviationHoTrigger"];
/// What is hidden beside that which is tuned.
const HIDDEN: [&str; 6] = [
	"nRPCI",
	"physicalLayerCellId",
	"cellIndividualOffset",
	"configuredMaxTxPower",
	"cellBarred",
	"dl-UL-TransmissionPeriodicity",
];
/// What one identity for all PLMNs makes common.
const IDENTITY: [&str; 4] = ["nRTAC", "nCI", "tac", "eCI"];
/// Ranges that are overstepped.
const OVERSTEPPED: [&str; 4] = ["hysteresis", "a5-Threshold1", "pMax", "zeroCorrelationZoneConfig"];
/// Outside of everybody's spectrum: 3300 MHz, and 2630 MHz.
const STRANGE_CARRIERS: [(&str, i64); 2] = [("arfcnDL", 620_000), ("earfcnDL", 2_850)];

/// Plans changes.
pub(super) struct Planner<'a> {
	columns: &'a Columns,
	tuned: Vec<usize>,
	enveloped: Vec<usize>,
	self_organised: Vec<usize>,
	hidden: Vec<usize>,
	identity: Vec<usize>,
	overstepped: Vec<usize>,
}

/// A cell that may be changed.
struct Candidate<'a> {
	station: &'a Station,
	row: &'a Row,
}

/// Values beside `value`, the nearest first; whether the domain has them is looked at later.
fn beside(domain: &Domain, value: i64) -> Vec<i64> {
	match domain {
		Domain::Range(_, _, every) => (1..=4).flat_map(|n| [value + n * every, value - n * every]).collect(),
		Domain::OneOf(values) => {
			let mut others: Vec<i64> = values.iter().copied().filter(|other| *other != value).collect();
			others.sort_by_key(|other| (other.abs_diff(value), *other));
			others.truncate(4);
			others
		}
		Domain::Choice(words) => (0..words.len() as i64).collect(),
		Domain::Bool => vec![1 - value],
		Domain::Bits(_) => (1..=3).map(|bits| value ^ bits).collect(),
		Domain::Plmns | Domain::HalfHours | Domain::Cell => Vec::new(),
	}
}

impl Parameter {
	/// A value that one change may make of `value`, and that is none of `not`.
	fn another(&self, rng: &mut impl Rng, value: i64, not: &[i64]) -> Option<i64> {
		let is_near = |other: i64| self.step.is_none_or(|step| value.abs_diff(other) <= step.unsigned_abs());
		let others: Vec<i64> = beside(&self.domain, value)
			.into_iter()
			.filter(|other| {
				self.domain.admits(*other) && is_near(*other) && *other != value && !not.contains(other)
			})
			.collect();
		others.choose(rng).copied()
	}

	/// Another value inside of the envelope.
	fn another_agreed(&self, rng: &mut impl Rng, value: i64) -> Option<i64> {
		let outside: Vec<i64> =
			beside(&self.domain, value).into_iter().filter(|other| !self.is_agreed(*other)).collect();
		self.another(rng, value, &outside)
	}

	/// A value outside of the envelope, and in the domain.
	fn beyond(&self, rng: &mut impl Rng) -> Option<i64> {
		let (least, most) = self.envelope?;
		let ends = [least, most].into_iter().flat_map(|end| beside(&self.domain, end));
		let others: Vec<i64> =
			ends.filter(|other| self.domain.admits(*other) && !(least..=most).contains(other)).collect();
		others.choose(rng).copied()
	}
}

impl<'a> Planner<'a> {
	/// Knows which columns can be changed in which way.
	pub(super) fn new(columns: &'a Columns) -> Self {
		let of = |names: &[&str]| -> Vec<usize> {
			let is_named = |column: &usize| names.contains(&columns.parameter(*column).name.as_str());
			(0..columns.list.len()).filter(is_named).collect()
		};
		Self {
			columns,
			tuned: of(&TUNED),
			enveloped: of(&ENVELOPED),
			self_organised: of(&SELF_ORGANISED),
			hidden: of(&[TUNED.as_slice(), &HIDDEN].concat()),
			identity: of(&IDENTITY),
			overstepped: of(&OVERSTEPPED),
		}
	}

	/// The changes of a local network: about so many of a thousand cells are changed without authority, and as many
	/// legitimately. `before`: an estimate of how many were changed in the local networks before, so that the kinds come
	/// evenly.
	pub(super) fn plan(
		&self,
		rng: &mut impl Rng,
		network: &Network,
		per_mille: u32,
		before: usize,
	) -> Changes {
		let mut changes = Changes::new();
		let thousandths = network.cells.len() as u64 * u64::from(per_mille);
		let count = thousandths / 1_000 + u64::from(rng.gen_range(0..1_000) < thousandths % 1_000);
		let unauthorised = Unauthorised::ALL.map(Kind::Unauthorised);
		let legitimate = Legitimate::ALL.map(Kind::Legitimate);
		for kinds in [unauthorised.as_slice(), &legitimate] {
			for n in 0..count as usize {
				// Where the cells allow no change of this kind, one of the next.
				for m in 0..kinds.len() {
					if self.add(rng, network, kinds[(before + n + m) % kinds.len()], &mut changes) {
						break;
					}
				}
			}
		}
		changes
	}

	/// Adds one change of a kind in some cell; `false` when no cell allows one.
	fn add(&self, rng: &mut impl Rng, network: &Network, kind: Kind, changes: &mut Changes) -> bool {
		let total = network.cells.len();
		let start = rng.gen_range(0..total.max(1));
		let mut row = Row::new();
		for cell in (0..total).map(|n| (start + n) % total) {
			if changes.contains_key(&cell) {
				continue;
			}
			let radio = &network.cells[cell];
			let station = network.station(radio);
			if kind == Kind::Unauthorised(Unauthorised::PlmnsDiffer)
				&& station.mode != SharingMode::MocnOneCellId
			{
				continue;
			}
			self.columns.fill(network, radio, &mut row);
			let candidate = Candidate { station, row: &row };
			if let Some(change) = self.change(rng, &candidate, kind) {
				changes.insert(cell, change);
				return true;
			}
		}
		false
	}

	/// A column among `columns` that the cell has a value of.
	fn column(&self, rng: &mut impl Rng, at: &Candidate, columns: &[usize]) -> Option<usize> {
		let present: Vec<usize> =
			columns.iter().copied().filter(|column| at.row[*column] != ABSENT).collect();
		present.choose(rng).copied()
	}

	/// Who may change a value to `value`, and whose consent that takes.
	fn parties(&self, station: &Station, column: usize, value: i64) -> (OrgId, OrgSet) {
		let parameter = self.columns.parameter(column);
		let is_common = parameter.identity && station.mode == SharingMode::MocnOneCellId;
		let tower = station.tower.as_ref().map_or(OrgSet::EMPTY, |tower| OrgSet::of(tower.org));
		match parameter.class {
			Class::Operator if !is_common => (OPERATORS[self.columns.list[column].place], OrgSet::EMPTY),
			Class::Notified if parameter.is_agreed(value) => (station.owner, OrgSet::EMPTY),
			Class::Tower => (station.owner, station.sharers.union(tower)),
			Class::Operator | Class::Notified | Class::Joint => (station.owner, station.sharers),
		}
	}

	/// A change of a kind in a cell, where the cell allows one.
	fn change(&self, rng: &mut impl Rng, at: &Candidate, kind: Kind) -> Option<Change> {
		use Kind::{Legitimate as L, Unauthorised as U};
		let now = |name, after| Action { name, after, window: "now", source: "" };
		let executed = |after| Action { window: "past", ..now("execute", after) };
		let notice = |after, source| Action { name: "notice", after, window: "", source };
		let column = match kind {
			U(Unauthorised::RuleBroken) => return self.break_rule(rng, at),
			U(Unauthorised::SonBeyondBound) | L(Legitimate::SonInsideBound) => {
				self.column(rng, at, &self.self_organised)?
			}
			U(Unauthorised::Hidden) => self.column(rng, at, &self.hidden)?,
			U(Unauthorised::PlmnsDiffer) => self.column(rng, at, &self.identity)?,
			L(Legitimate::InsideEnvelope) => self.column(rng, at, &self.enveloped)?,
			_ => self.column(rng, at, &self.tuned)?,
		};
		let (parameter, baseline) = (self.columns.parameter(column), at.row[column]);
		let value = match kind {
			U(Unauthorised::SonBeyondBound) => parameter.beyond(rng)?,
			L(Legitimate::InsideEnvelope | Legitimate::SonInsideBound) => {
				parameter.another_agreed(rng, baseline)?
			}
			_ => parameter.another(rng, baseline, &[])?,
		};
		let (approved, observed, action) = match kind {
			U(Unauthorised::NoRequest) => (baseline, value, Some(notice(value, "MANAGEMENT_OPERATION"))),
			U(Unauthorised::NotAsApproved) => {
				let third = parameter.another(rng, value, &[baseline])?;
				(value, third, Some(executed(value)))
			}
			U(Unauthorised::OutsideWindow) => {
				(baseline, value, Some(Action { window: "later", ..now("approve", value) }))
			}
			U(Unauthorised::SilentRollback) => (value, baseline, Some(executed(value))),
			U(Unauthorised::SonBeyondBound) => (baseline, value, Some(notice(value, "SON_OPERATION"))),
			U(Unauthorised::Hidden | Unauthorised::PlmnsDiffer | Unauthorised::RuleBroken) => {
				(baseline, value, None)
			}
			U(Unauthorised::Unratified) => (baseline, value, Some(now("emergency", value))),
			L(Legitimate::Approved) => (value, value, Some(executed(value))),
			L(Legitimate::InWindow) => (baseline, value, Some(now("approve", value))),
			L(Legitimate::EmergencyRatified) => (value, value, Some(now("ratify", value))),
			L(Legitimate::InsideEnvelope) => (value, value, Some(now("change", value))),
			L(Legitimate::SonInsideBound) => (baseline, value, Some(notice(value, "SON_OPERATION"))),
		};
		let (party, consents) = self.parties(at.station, column, value);
		// What nobody else has to agree to, nobody has to ratify.
		let is_emergency = matches!(kind, U(Unauthorised::Unratified) | L(Legitimate::EmergencyRatified));
		if is_emergency && consents.is_empty() {
			return None;
		}
		Some(Change { kind, column, baseline, approved, observed, action, party, consents })
	}

	/// A value that no approval could allow.
	fn break_rule(&self, rng: &mut impl Rng, at: &Candidate) -> Option<Change> {
		let first = |name: &str| {
			let mut columns = 0..self.columns.list.len();
			columns.find(|column| self.columns.parameter(*column).name == name)
		};
		let is_listed = at.station.sharers.iter().count() > 0 && at.station.mode != SharingMode::Moran;
		let (column, observed) = match rng.gen_range(0..4) {
			// Guaranteed more than both operators have together, or more than the operator is given at least.
			0 if at.station.technology == Technology::Nr && is_listed => {
				let place = rng.gen_range(0..OPERATORS.len());
				if rng.gen_bool(0.5) {
					let [own, other] = [place, 1 - place].map(|place| {
						first("rRMPolicyMinRatio").map(|column| (column + place, at.row[column + place]))
					});
					let ((column, _), (_, other)) = (own?, other?);
					(column, 101 - other)
				} else {
					let min = at.row[first("rRMPolicyMinRatio")? + place];
					(first("rRMPolicyDedicatedRatio")? + place, min + rng.gen_range(1..=10))
				}
			}
			1 if is_listed => (first("plmnInfoList")?, at.row[first("plmnInfoList")?] & 15),
			2 => {
				let (name, carrier) = STRANGE_CARRIERS[usize::from(at.station.technology == Technology::Lte)];
				(first(name)?, carrier)
			}
			_ => {
				let column = self.column(rng, at, &self.overstepped)?;
				match self.columns.parameter(column).domain {
					Domain::Range(_, most, _) => (column, most + rng.gen_range(1..=5)),
					_ => return None,
				}
			}
		};
		let baseline = at.row[column];
		let (party, consents) = self.parties(at.station, column, observed);
		let kind = Kind::Unauthorised(Unauthorised::RuleBroken);
		let is_change = baseline != ABSENT && baseline != observed;
		is_change.then_some(Change {
			kind,
			column,
			baseline,
			approved: baseline,
			observed,
			action: None,
			party,
			consents,
		})
	}
}
