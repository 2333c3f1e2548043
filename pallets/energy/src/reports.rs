// SPDX-License-Identifier: Apache-2.0

//! Reports: what owners say their meters show.
//!
//! A report is accounted when it comes in: its sums go into the total of its month, and what it says stays in its block. A
//! correction brings the whole report anew under a greater number; its sums take the place of the old ones.
//!
//! ```text
//!   two reports of a span                    which one stands
//!   of the same stations                     the one with the greater number
//!   one has more, and all of the other's     that one, whatever their numbers
//!   each has some that the other lacks       the one that came first, until one comes that has those of both
//!   with the same number                     the one that came first
//! ```
//!
//! # What it guarantees
//!
//! * **Nothing dropped**: what supersedes a report has its stations, as far as they are the owner's and in service.
//! * **Any order**: of reports with numbers of their own, some of which have the stations of all, the one of these with the greatest
//!   number stands, however they arrive; and so do meters.
//! * **Never silent**: each report has an outcome, and each of its readings a result ([`Event::Reported`]).
//! * **Totals are the sums of what stands**, at any time.
//! * **An end**: what is reported late begins the review of its month anew ([`statements`]), so a month is reported for so many days
//!   after its end as three reviews have, and not behind that.

use crate::{
	forgetting, governed, statements,
	types::{Breaks, Entry, Outcome, Records, ReportId, Settings, Settlement, Standing, Total, Unreadable},
	Config, DaysFrom, Event, Meters, MonthsFrom, Pallet, Reports, SettingsInForce, Totals,
};
use alloc::vec::Vec;
use trimast_primitives::{
	calendar::{day_of, month_of_day, quarter_of},
	energy::{account, add, report_digest, Accounted, ReadingFault, Record, Report, Rules},
	order::Words,
	site::{Plmn, PlmnHolders, SiteRegistry, StationEntry, StationState},
	Hash, LocalNetworkId, OrgId,
};

/// What the reports of a call have in common: whose they are, and what is read once for all of them.
pub(crate) struct Desk<T> {
	owner: OrgId,
	local_network: LocalNetworkId,
	genesis: Hash,
	/// The first quarter of an hour that is not over.
	now: u32,
	/// The first day of which reports are taken.
	first_day: u16,
	/// How many reports of a page a day may have.
	most: usize,
	/// How many days a review has.
	review: u8,
	/// Who holds which network.
	pub(crate) holders: Vec<(Plmn, OrgId)>,
	rules: Vec<(u16, Rules)>,
	_config: core::marker::PhantomData<T>,
}

impl<T: Config> Desk<T> {
	/// The desk of an owner in a local network.
	pub(crate) fn new(owner: OrgId, local_network: LocalNetworkId) -> Self {
		let now = Pallet::<T>::moment();
		let Settings { days, reports, review, .. } = SettingsInForce::<T>::get();
		Self {
			owner,
			local_network,
			genesis: Pallet::<T>::genesis_hash(),
			now: quarter_of(now),
			first_day: forgetting::first_day::<T>(days),
			most: reports.into(),
			review,
			holders: T::Holders::holders(),
			rules: Vec::new(),
			_config: core::marker::PhantomData,
		}
	}

	/// Takes a report, and tells what became of it.
	pub(crate) fn take(&mut self, report: &Report) {
		let digest = report_digest(self.genesis, self.local_network, self.owner, report);
		let (outcome, accounted, breaks) = match self.enter(report, digest) {
			Ok(taken) => taken,
			Err(outcome) => (outcome, None, Breaks::default()),
		};
		let (counted, records) = accounted.map_or((0, Vec::new()), |all| (all.counted, all.records));
		Pallet::<T>::deposit_event(Event::Reported {
			report: self.id(report),
			number: report.number,
			digest,
			outcome,
			counted,
			// There are no more runs than readings.
			records: Records::truncate_from(records),
			breaks,
		});
	}

	fn id(&self, report: &Report) -> ReportId {
		ReportId {
			day: report.span.day,
			local_network: self.local_network,
			page: report.page,
			owner: self.owner,
			first: report.span.first,
		}
	}

	fn enter(
		&mut self,
		report: &Report,
		digest: Hash,
	) -> Result<(Outcome, Option<Accounted>, Breaks), Outcome> {
		let span = &report.span;
		if !span.is_valid() {
			return Err(Outcome::Unreadable(Unreadable::Span));
		}
		if span.end_of_all() > self.now {
			return Err(Outcome::TooEarly);
		}
		if span.day < self.first_day {
			return Err(Outcome::TooLate);
		}
		let key = (span.day, self.local_network, report.page, self.owner);
		let mut day = Reports::<T>::get(key);
		let place = day.iter().position(|entry| entry.span.overlaps(span));
		let old = place.and_then(|place| day.get(place));
		let stations = T::Sites::stations(self.local_network, report.page);
		let outcome = match old {
			Some(old) => second(old, report, digest, own_slots(&stations, self.owner))?,
			None if day.len() >= self.most => return Err(Outcome::TooMany),
			None => Outcome::Accepted,
		};
		let month = month_of_day(span.day);
		let mut total = Totals::<T>::get((month, self.local_network, self.owner));
		if total.is_closed {
			return Err(Outcome::MonthClosed);
		}
		let today = day_of(Pallet::<T>::moment());
		if !statements::is_reported(month, today, self.review) {
			return Err(Outcome::Reviewed);
		}
		let accounted = self.account_by(report, &stations)?;
		if accounted.meters.is_empty() {
			// What its owner can put right is what it is told.
			let is_unconfirmed = |record: &Record| record.fault == ReadingFault::Unconfirmed;
			let outcome = match accounted.records.iter().any(is_unconfirmed) {
				true => Outcome::Unconfirmed,
				false => Outcome::NoneOwned,
			};
			return Ok((outcome, Some(accounted), Breaks::default()));
		}
		if let Some(old) = old {
			total.take_out(old);
		}
		let entry = Entry {
			span: *span,
			number: report.number,
			stations: report.stations,
			digest,
			block: Pallet::<T>::block(),
			standing: Standing { counted: accounted.counted, sums: accounted.sums.clone() },
			concerned: accounted.concerned,
			attested: Default::default(),
			contested: Default::default(),
			dispute: None,
			settlement: None,
		};
		// A local network has no more carriers than a total has places for, nor a day more spans than quarters.
		total.put_in(&entry).ok_or(Outcome::Unreadable(Unreadable::Participants))?;
		total.last_report = today;
		match place.and_then(|place| day.get_mut(place)) {
			Some(old) => {
				if old.dispute.is_some() {
					settled::<T>(self.id(report), Settlement::Corrected, self.owner, None);
				}
				*old = entry;
			}
			None => {
				let place = day.iter().position(|other| other.span.first > span.first).unwrap_or(day.len());
				day.try_insert(place, entry).map_err(|_| Outcome::Overlapping)?;
			}
		}
		Reports::<T>::insert(key, day);
		Totals::<T>::insert((month, self.local_network, self.owner), total);
		begin::<T>(span.day, month);
		let breaks = self.read_meters(report, &accounted);
		Ok((outcome, Some(accounted), breaks))
	}

	/// What a report comes to.
	pub(crate) fn account(&mut self, report: &Report) -> Result<Accounted, Outcome> {
		self.account_by(report, &T::Sites::stations(self.local_network, report.page))
	}

	/// The same by these records of its page.
	fn account_by(&mut self, report: &Report, stations: &[StationEntry]) -> Result<Accounted, Outcome> {
		if stations.is_empty() {
			return Err(Outcome::NoSuchPage);
		}
		let rules = self.rules(report.span.day).clone();
		Ok(account(self.owner, report, stations, &self.holders, &rules)?)
	}

	pub(crate) fn rules(&mut self, day: u16) -> &Rules {
		let place = self.rules.iter().position(|(of, _)| *of == day).unwrap_or_else(|| {
			self.rules.push((day, governed::rules::<T>(self.local_network, day)));
			self.rules.len().saturating_sub(1)
		});
		// It stands there by now.
		#[allow(clippy::indexing_slicing)]
		&self.rules[place].1
	}

	/// Notes what the meters show, where the report ends behind what is known of them.
	fn read_meters(&self, report: &Report, accounted: &Accounted) -> Breaks {
		let mut breaks = Breaks::default();
		Meters::<T>::mutate((self.local_network, report.page, self.owner), |meters| {
			for (slot, register, limit, end) in &accounted.meters {
				match meters.binary_search_by_key(slot, |(of, _)| *of) {
					Ok(place) => {
						let Some((_, known)) = meters.get_mut(place) else { continue };
						if let Some(broken) = known.is_broken_by(&report.span, *register, *limit) {
							// There are no more meters than slots.
							let _ = breaks.try_push((*slot, broken));
						}
						if end.at >= known.at {
							*known = *end;
						}
					}
					Err(place) => {
						let _ = meters.try_insert(place, (*slot, *end));
					}
				}
			}
		});
		breaks
	}
}

/// The slots of a page with a station of an owner's that is in service: bit `n` stands for slot `n`.
fn own_slots(stations: &[StationEntry], owner: OrgId) -> u64 {
	let all = (0u32..).zip(stations);
	let own = all.filter(|(_, entry)| entry.state == StationState::OnAir && entry.station.owner == owner);
	own.filter_map(|(slot, _)| 1u64.checked_shl(slot)).fold(0, |slots, bit| slots | bit)
}

/// What becomes of a report for a time for which there is one. `own`: the slots whose stations are the owner's. Others count for
/// nothing in either of the two, and need not be in a correction.
fn second(old: &Entry, report: &Report, digest: Hash, own: u64) -> Result<Outcome, Outcome> {
	if old.span != report.span {
		return Err(Outcome::Overlapping);
	}
	if old.digest == digest {
		return Err(Outcome::Repeated);
	}
	let missing = old.stations & !report.stations & own;
	let more = report.stations & !old.stations & own;
	let outcome = match (report.number > old.number, missing) {
		(true, 0) => Outcome::Corrected,
		(true, _) => return Err(Outcome::StationsMissing(missing)),
		(false, 0) if report.number < old.number && more != 0 => Outcome::Completed,
		(false, _) => return Err(Outcome::Superseded),
	};
	if old.settlement.is_some_and(Settlement::is_ruling) {
		return Err(Outcome::Ruled);
	}
	Ok(outcome)
}

/// Notes from which day and month on there is something to forget.
fn begin<T: Config>(day: u16, month: u16) {
	let from = DaysFrom::<T>::get();
	if from == 0 || day < from {
		DaysFrom::<T>::put(day);
	}
	let from = MonthsFrom::<T>::get();
	if from == 0 || month < from {
		MonthsFrom::<T>::put(month);
	}
}

/// Tells that a dispute is over.
pub(crate) fn settled<T: Config>(report: ReportId, settlement: Settlement, by: OrgId, reason: Option<Words>) {
	Pallet::<T>::deposit_event(Event::Settled { report, settlement, by, reason });
}

impl Total {
	/// Without what a report has added.
	pub(crate) fn take_out(&mut self, entry: &Entry) {
		for (org, sums) in &entry.standing.sums {
			if let Some((_, all)) = self.sums.iter_mut().find(|(of, _)| of == org) {
				*all = all.minus(*sums);
			}
		}
		self.sums.retain(|(_, sums)| *sums != Default::default());
		self.counted = self.counted.saturating_sub(entry.standing.counted.into());
		self.contested = self.contested.saturating_sub(entry.dispute.is_some().into());
	}

	/// With what a report adds. `None` when there are too many participants.
	pub(crate) fn put_in(&mut self, entry: &Entry) -> Option<()> {
		for (org, sums) in entry.standing.sums.iter().filter(|(_, sums)| *sums != Default::default()) {
			add(&mut self.sums, *org, *sums)?;
		}
		self.counted = self.counted.saturating_add(entry.standing.counted.into());
		self.contested = self.contested.saturating_add(entry.dispute.is_some().into());
		Some(())
	}
}
