// SPDX-License-Identifier: Apache-2.0
//! From files of readings to calls: the reports of files one after the other, and batches of them that one call takes.
//!
//! Files are read twice: once for the local networks whose stations have to be known, and once for the readings.

use super::{
	pack::{Counts, Packed, Packer},
	read::{self, Item, Records, Wrong},
};
use crate::{
	chain::views::At,
	config::access,
	error::{Failure, Result},
	output::Output,
};
use codec::Encode;
use std::{
	cell::Cell,
	collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
	io::Read,
	path::PathBuf,
	rc::Rc,
};
use trimast_primitives::{
	apis::{AccountView, SiteView},
	calendar::quarter_of,
	energy::Report,
	page::SiteId,
	site::Plmn,
	Hash, LocalNetworkId, OrgId, OrgSet,
};

/// Most bytes of a call's reports.
const MOST_BYTES: usize = 400_000;

/// What files are about.
pub(super) struct Survey {
	/// The local networks that they name.
	networks: BTreeSet<LocalNetworkId>,
	/// Whether each record names its own.
	is_named: bool,
	/// How many readings they have.
	pub(super) readings: u64,
	/// Their hashes.
	pub(super) fingerprints: Vec<Hash>,
}

impl Survey {
	/// Of these files.
	///
	/// # Errors
	/// One of them cannot be read on, or none has a reading.
	pub(super) fn of(files: &[PathBuf]) -> Result<Self> {
		let mut survey =
			Self { networks: BTreeSet::new(), is_named: true, readings: 0, fingerprints: Vec::new() };
		for path in files {
			let mut records = read::open(path)?;
			while let Some(item) = records.item()? {
				let Item::Record(record) = item else { continue };
				survey.readings = survey.readings.saturating_add(1);
				survey.is_named &= record.local_network.is_some();
				survey.networks.extend(record.local_network);
			}
			survey.fingerprints.push(records.fingerprint());
		}
		match (survey.readings, files.first()) {
			(0, Some(first)) => Err(Failure::input("there is no reading in it")
				.at(first.display())
				.remedy("docs/trimast.md has the forms (energy)")),
			_ => Ok(survey),
		}
	}

	/// The local networks whose stations have to be known: those that are named, or where a record names none all in the
	/// account's scope.
	async fn needed(&self, at: At<'_>, account: &AccountView) -> Result<Vec<LocalNetworkId>> {
		for id in &self.networks {
			access::expect_local_network(account, *id)?;
		}
		if self.is_named {
			return Ok(self.networks.iter().copied().collect());
		}
		let territory = at.territory().await?;
		Ok(territory.into_iter().filter(|id| account.scope.covers(*id)).collect())
	}

	/// Asks for the stations.
	pub(super) async fn stations(
		&self,
		at: At<'_>,
		account: &AccountView,
		output: Output,
	) -> Result<(Directory, Packer)> {
		let needed = self.needed(at, account).await?;
		let bar = output.progress(needed.len().try_into().unwrap_or(u64::MAX), "local networks looked at");
		let (mut sites, mut directory) = (Vec::new(), Directory::default());
		for id in needed {
			let mut from = 0;
			while let Some((page, next)) = at.stations_from(id, from).await? {
				for site in page {
					directory.add(&site);
					sites.push(site);
				}
				from = next;
			}
			bar.inc(1);
		}
		bar.finish_and_clear();
		// The chain takes nothing of a time that is not over.
		let over = quarter_of(at.moment().await?);
		Ok((directory, Packer::new(sites).until(over)))
	}
}

/// Who has a say in a station's readings, and which networks it lists.
#[derive(Debug)]
struct Concern {
	/// Who has a say.
	orgs: OrgSet,
	/// Who shares it, and so its energy.
	sharers: OrgSet,
	networks: Vec<Plmn>,
}

/// The codes of stations, and who has a say in them.
#[derive(Default, Debug)]
pub(super) struct Directory {
	codes: HashMap<SiteId, String>,
	concerns: HashMap<SiteId, Concern>,
}

impl Directory {
	/// Of these, of which nothing but the codes is known.
	pub(super) fn of(codes: impl IntoIterator<Item = (SiteId, String)>) -> Self {
		Self { codes: codes.into_iter().collect(), concerns: HashMap::new() }
	}

	fn add(&mut self, site: &SiteView) {
		let station = &site.entry.station;
		self.codes.insert(site.id, String::from_utf8_lossy(&station.code).into_owned());
		let (orgs, networks) = (station.signatories(), station.plmns.to_vec());
		self.concerns.insert(site.id, Concern { orgs, sharers: station.sharers, networks });
	}

	/// Of which networks a company has to have seen what they have carried at a station, before it says that it has seen the same: all that
	/// the station lists where the company shares it, and none where it stands on the company's site. `None` where it has no say in it.
	pub(super) fn asked(&self, id: SiteId, org: OrgId) -> Option<&[Plmn]> {
		let of = self.concerns.get(&id).filter(|of| of.orgs.contains(org))?;
		Some(match of.sharers.contains(org) {
			true => &of.networks[..],
			false => &[][..],
		})
	}

	/// A station as people name it: by its code, or by its number where that is not known.
	pub(super) fn name(&self, id: SiteId) -> String {
		match self.codes.get(&id) {
			Some(code) => format!("{}/{}", id.local_network.0, trimast_primitives::text::escaped(code)),
			None => crate::names::site_text(id),
		}
	}
}

/// What has been read so far.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Seen {
	/// What has become of the records.
	pub(super) counts: Counts,
	/// Readings that an element manager itself holds unreliable.
	pub(super) suspect: u64,
}

/// The reports of files, one after the other, in bounded memory.
pub(super) struct Reports<'a> {
	files: VecDeque<Records<Box<dyn Read>>>,
	packer: Packer,
	tell: Box<dyn FnMut(Wrong) -> Result<()> + 'a>,
	seen: Rc<Cell<Seen>>,
	is_over: bool,
}

impl<'a> Reports<'a> {
	/// Of these files. `tell` hears of what is wrong; what has been read is noted in `seen`.
	pub(super) fn of(
		files: &[PathBuf],
		packer: Packer,
		seen: Rc<Cell<Seen>>,
		tell: impl FnMut(Wrong) -> Result<()> + 'a,
	) -> Result<Self> {
		let files = files.iter().map(|path| read::open(path)).collect::<Result<_>>()?;
		Ok(Self { files, packer, tell: Box::new(tell), seen, is_over: false })
	}

	fn go_on(&mut self) -> Result<()> {
		let Self { files, packer, tell, seen, is_over } = self;
		match files.front_mut() {
			None => {
				*is_over = true;
				packer.finish()?;
				seen.set(Seen { counts: packer.counts(), ..seen.get() });
			}
			Some(records) => match records.item()? {
				Some(Item::Record(record)) => packer.push(records.path(), record)?,
				Some(Item::Wrong(wrong)) => tell(wrong)?,
				None => {
					let suspect = seen.get().suspect.saturating_add(records.suspect());
					seen.set(Seen { suspect, counts: packer.counts() });
					files.pop_front();
				}
			},
		}
		std::iter::from_fn(|| packer.told()).try_for_each(tell)
	}
}

impl Iterator for Reports<'_> {
	type Item = Result<Packed>;

	fn next(&mut self) -> Option<Self::Item> {
		loop {
			if let Some(packed) = self.packer.ready() {
				return Some(Ok(packed));
			}
			if self.is_over {
				return None;
			}
			if let Err(failure) = self.go_on() {
				self.is_over = true;
				return Some(Err(failure));
			}
		}
	}
}

/// Reports of a local network that travel together.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Batch {
	/// Where their stations stand.
	pub(super) local_network: LocalNetworkId,
	/// The reports.
	pub(super) reports: Vec<Report>,
	bytes: usize,
}

/// Cuts reports into batches, each of one local network, in the order in which they come there.
pub(super) struct Batches<I> {
	reports: I,
	most: usize,
	open: BTreeMap<LocalNetworkId, Batch>,
	ready: VecDeque<Batch>,
}

impl<I: Iterator<Item = Result<(LocalNetworkId, Report)>>> Batches<I> {
	/// With at most so many reports each.
	pub(super) fn new(reports: I, most: usize) -> Self {
		Self { reports, most: most.max(1), open: BTreeMap::new(), ready: VecDeque::new() }
	}

	fn put(&mut self, local_network: LocalNetworkId, report: Report) {
		let bytes = report.encoded_size();
		let batch =
			self.open.entry(local_network).or_insert_with(|| Batch { local_network, ..Batch::default() });
		let is_full = batch.reports.len() >= self.most || batch.bytes.saturating_add(bytes) > MOST_BYTES;
		if is_full && !batch.reports.is_empty() {
			let full = std::mem::replace(batch, Batch { local_network, ..Batch::default() });
			self.ready.push_back(full);
		}
		batch.bytes = batch.bytes.saturating_add(bytes);
		batch.reports.push(report);
	}
}

impl<I: Iterator<Item = Result<(LocalNetworkId, Report)>>> Iterator for Batches<I> {
	type Item = Result<Batch>;

	fn next(&mut self) -> Option<Self::Item> {
		loop {
			if let Some(batch) = self.ready.pop_front() {
				return Some(Ok(batch));
			}
			match self.reports.next() {
				Some(Ok((local_network, report))) => self.put(local_network, report),
				Some(Err(failure)) => return Some(Err(failure)),
				None => return self.open.pop_first().map(|(_, batch)| Ok(batch)),
			}
		}
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use crate::config::export::resolve::tests::site;
	use trimast_primitives::{
		energy::{Interval, Reading, Span, StationColumns},
		site::{Plmn, Technology},
	};

	pub(crate) const NETWORKS: [Plmn; 2] = [
		Plmn { mcc: 460, mnc: 1, three_digit_mnc: false },
		Plmn { mcc: 460, mnc: 11, three_digit_mnc: false },
	];

	/// A report of hours of 2026-11-28, from the first one on, with 1,000 Wh and one more each.
	pub(crate) fn report(page: u16, first: u8, count: u8, slots: &[u8]) -> Report {
		let span = Span { day: 20_785, first: first * 4, interval: Interval::Hour, count };
		let reading = |n: u8| Reading {
			energy: Some(1_000 + i32::from(n)),
			volumes: [Some(200), Some(100), None, None],
		};
		let station = |slot: &u8| StationColumns {
			slot: *slot,
			register: 1_000_000,
			readings: (first..first + count).map(reading).collect(),
		};
		let stations: Vec<_> = slots.iter().map(station).collect();
		Report::new(page, span, 0, NETWORKS.to_vec().try_into().unwrap(), &stations).unwrap()
	}

	#[test]
	fn batches_are_of_one_local_network_in_the_order_of_its_reports() {
		let [here, there] = [1301, 1302].map(LocalNetworkId);
		let pages = [(here, 0), (there, 9), (here, 1), (here, 2), (there, 8)];
		let reports = pages.map(|(place, page)| Ok((place, report(page, 0, 1, &[0]))));
		let all: Vec<Batch> = Batches::new(reports.into_iter(), 2).map(Result::unwrap).collect();
		let shape: Vec<(u16, Vec<u16>)> = all
			.iter()
			.map(|batch| (batch.local_network.0, batch.reports.iter().map(|report| report.page).collect()))
			.collect();
		assert_eq!(shape, [(1301, vec![0, 1]), (1301, vec![2]), (1302, vec![9, 8])]);
	}

	#[test]
	fn batches_end_before_they_are_too_long() {
		let long = report(0, 0, 24, &(0..64).collect::<Vec<u8>>());
		let each = long.encoded_size();
		let reports = (0..100).map(|_| Ok((LocalNetworkId(1301), long.clone())));
		let all: Vec<Batch> = Batches::new(reports, 1_000).map(Result::unwrap).collect();
		assert_eq!(all.iter().map(|batch| batch.reports.len()).sum::<usize>(), 100);
		assert!(all.len() > 1 && all.iter().all(|batch| batch.reports.len() * each <= MOST_BYTES));
		assert_eq!(all[0].reports.len(), MOST_BYTES / each);
	}

	#[test]
	fn files_become_reports_and_what_is_wrong_is_told_once_by_its_line() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("readings.csv");
		let line = |station: &str, hour: u8, kwh: &str| {
			format!("1301/{station},2026-11-28T{hour:02}:00:00+08:00,60,{kwh},5,6\n")
		};
		let text = format!(
			"station,start,interval_min,energy_wh,46001_dl_mbit,46011_dl_mbit\n{}{}{}{}",
			line("A", 0, "1000"),
			line("A", 1, "x"),
			line("A", 2, "1002"),
			line("C", 2, "1002"),
		);
		std::fs::write(&path, text).unwrap();
		let files = [path];
		let survey = Survey::of(&files).unwrap();
		assert!(survey.is_named && survey.networks == [LocalNetworkId(1301)].into());
		let seen = Rc::new(Cell::new(Seen::default()));
		let wrong = std::cell::RefCell::new(Vec::new());
		let packer = Packer::new([site(0, "A", Technology::Nr)]);
		let tell = |one| {
			wrong.borrow_mut().push(one);
			Ok(())
		};
		let all: Vec<Packed> =
			Reports::of(&files, packer, seen.clone(), tell).unwrap().map(Result::unwrap).collect();
		assert_eq!(all.len(), 1);
		assert_eq!((all[0].report.span.first, all[0].report.span.count), (0, 3));
		let lines: Vec<u64> = wrong.borrow().iter().map(|one| one.line).collect();
		assert_eq!(lines, [3, 5]);
		assert_eq!((seen.get().counts.readings, seen.get().counts.unknown), (2, 1));
	}

	#[test]
	fn who_shares_a_station_is_asked_for_volumes_and_whose_site_it_is_for_energy() {
		let mut site = site(7, "A", Technology::Nr);
		let station = &mut site.entry.station;
		(station.owner, station.sharers) = (OrgId(0), OrgSet::of(OrgId(1)));
		let (id, networks) = (site.id, site.entry.station.plmns.to_vec());
		let mut directory = Directory::default();
		directory.add(&site);
		// It stands on a site of the tower company.
		assert_eq!(directory.asked(id, OrgId(1)), Some(&networks[..]));
		assert_eq!(directory.asked(id, OrgId(2)), Some(&[][..]));
		assert_eq!(directory.asked(id, OrgId(3)), None);
		assert_eq!(directory.asked(SiteId { index: 8, ..id }, OrgId(1)), None);
	}

	#[test]
	fn stations_are_named_by_their_code() {
		let id = SiteId { local_network: LocalNetworkId(1301), index: 7 };
		let directory = Directory::of([(id, "HE-1".into())]);
		assert_eq!(directory.name(id), "1301/HE-1");
		assert_eq!(directory.name(SiteId { index: 8, ..id }), "1301:8");
	}
}
