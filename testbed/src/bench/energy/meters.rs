// SPDX-License-Identifier: Apache-2.0

//! Meters of the stations that stand on the chain, and the reports of what they show.
//!
//! What a meter shows follows from its station and the hour: a share of the rated power that changes with the time of day, every day
//! alike, so that its register is known of any day. Volumes follow the energy. This is enough to be accounted; it has none of the
//! faults of real meters.

use crate::{
	calls::{self, EncodedCall},
	chain::Chain,
	generate::{Country, CARRIER_ONE, CARRIER_TWO},
	views,
};
use anyhow::{Context, Result};
use futures::{stream, StreamExt, TryStreamExt};
use std::collections::BTreeMap;
use trimast_primitives::{
	apis::SiteView,
	energy::{Reading, Report, Span, StationColumns, MAX_NETWORKS},
	site::Plmn,
	LocalNetworkId, OrgId, OrgSet,
};

/// Local networks whose stations are read at the same time.
const AT_ONCE: usize = 4;
/// Bytes of columns after which a call takes no more reports.
const CALL_BYTES: usize = 400 * 1_000;
/// What a station draws by the hour of the day, per cent of its rated power.
const DRAW: [u64; 24] =
	[52, 48, 45, 44, 44, 46, 52, 60, 66, 70, 72, 74, 75, 73, 72, 72, 74, 77, 80, 84, 86, 82, 72, 60];

/// A meter, and the station behind it.
#[derive(Clone, Debug)]
struct Meter {
	/// The station's place in its page.
	slot: u8,
	/// Rated power, W.
	rated: u16,
	/// The networks on air: bit `n` stands for the `n`-th of the page.
	networks: u8,
	/// Everything that is not the same for all meters follows from it.
	seed: u64,
}

impl Meter {
	/// What the station draws in an hour of any day, Wh: within the rated power.
	fn energy(&self, hour: u8) -> u64 {
		let draw = DRAW.get(usize::from(hour)).copied().unwrap_or_default();
		u64::from(self.rated) * (draw * 10 + mixed(self.seed ^ u64::from(hour)) % 100) / 1_000
	}

	/// What a network carries in that hour, Mbit. `None` where it is none of the station's.
	fn volume(&self, network: u8, hour: u8) -> Option<u32> {
		let factor = 5 + mixed(self.seed ^ (u64::from(network) << 8) ^ u64::from(hour)) % 20;
		if self.networks >> network & 1 == 0 {
			return None;
		}
		u32::try_from(self.energy(hour) * factor).ok()
	}

	/// What it reports of a span of hours.
	fn columns(&self, span: Span) -> StationColumns {
		let up_to = |end: u8| (0..end).map(|hour| self.energy(hour)).sum::<u64>();
		let first = span.hour(0);
		let reading = |hour: u8| Reading {
			energy: i32::try_from(self.energy(hour)).ok(),
			volumes: std::array::from_fn(|network| self.volume(network as u8, hour)),
		};
		StationColumns {
			slot: self.slot,
			register: up_to(24) * u64::from(span.day) + up_to(first),
			readings: (first..first + span.count).map(reading).collect(),
		}
	}
}

/// A number that shows nothing of the one it was made of (SplitMix64).
const fn mixed(number: u64) -> u64 {
	let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
	let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
	let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
	number ^ (number >> 31)
}

/// The meters of one owner's stations of a page.
#[derive(Clone, Debug)]
pub(super) struct MeterPage {
	/// Where it is.
	pub(super) local_network: LocalNetworkId,
	/// Its number.
	pub(super) page: u16,
	/// Whose stations.
	pub(super) owner: OrgId,
	/// Who shares them.
	pub(super) sharers: OrgSet,
	networks: Vec<Plmn>,
	meters: Vec<Meter>,
}

impl MeterPage {
	fn new(local_network: LocalNetworkId, page: u16, owner: OrgId) -> Self {
		Self { local_network, page, owner, sharers: OrgSet::EMPTY, networks: Vec::new(), meters: Vec::new() }
	}

	fn add(&mut self, view: &SiteView) {
		let station = &view.entry.station;
		for plmn in &station.plmns {
			self.place_of(*plmn);
		}
		let networks = station.plmns.iter().fold(0, |all, plmn| all | 1 << self.place_of(*plmn));
		self.sharers = self.sharers.union(station.sharers);
		self.meters.push(Meter {
			slot: view.id.slot() as u8,
			rated: station.rated_power_w,
			networks,
			seed: mixed(u64::from(view.id.local_network.0) << 32 | u64::from(view.id.index)),
		});
	}

	/// The place of a network among the page's, which are in ascending order: those behind a new one move, in all meters.
	fn place_of(&mut self, plmn: Plmn) -> usize {
		self.networks.binary_search(&plmn).unwrap_or_else(|place| {
			self.networks.insert(place, plmn);
			let before = (1u8 << place) - 1;
			for meter in &mut self.meters {
				meter.networks = meter.networks & before | (meter.networks & !before) << 1;
			}
			place
		})
	}

	/// How many meters.
	pub(super) fn len(&self) -> usize {
		self.meters.len()
	}

	/// The report of a span of hours.
	pub(super) fn report(&self, span: Span) -> Result<Report> {
		self.written(span, |_| {})
	}

	/// What another company has seen of it: a watt-hour less in the first reading.
	pub(super) fn seen(&self, span: Span) -> Result<Report> {
		self.written(span, |stations| {
			let energy = stations.first_mut().and_then(|of| of.readings.first_mut()?.energy.as_mut());
			if let Some(energy) = energy {
				*energy -= 1;
			}
		})
	}

	fn written(&self, span: Span, change: impl FnOnce(&mut [StationColumns])) -> Result<Report> {
		let networks = self.networks.iter().copied().take(MAX_NETWORKS as usize).collect::<Vec<_>>();
		let mut stations: Vec<_> = self.meters.iter().map(|meter| meter.columns(span)).collect();
		change(&mut stations);
		let networks = networks.try_into().ok().context("too many networks")?;
		Report::new(self.page, span, 0, networks, &stations).context("columns that cannot be written")
	}
}

/// The pages of a local network by owner, the first carrier's and the second's.
fn pages(local_network: LocalNetworkId, stations: &[SiteView]) -> [Vec<MeterPage>; 2] {
	[CARRIER_ONE, CARRIER_TWO].map(|owner| {
		let mut pages = BTreeMap::new();
		for view in stations.iter().filter(|view| view.entry.station.owner == owner) {
			let Some(page) = view.id.page() else { continue };
			pages.entry(page).or_insert_with(|| MeterPage::new(local_network, page, owner)).add(view);
		}
		pages.into_values().collect()
	})
}

/// The meters of every station on the chain by owner; the pages of a local network stand together.
pub(super) async fn read(chain: &Chain, country: &Country) -> Result<[Vec<MeterPage>; 2]> {
	let read = |id: LocalNetworkId| {
		let chain = chain.clone();
		let read = async move { anyhow::Ok(pages(id, &views::stations(&chain, id, None).await?)) };
		async move { tokio::spawn(read).await.context("a task panicked")? }
	};
	let mut all = [Vec::new(), Vec::new()];
	let mut networks = stream::iter(country.codes().map(read)).buffered(AT_ONCE);
	while let Some(pages) = networks.try_next().await? {
		for (all, pages) in all.iter_mut().zip(pages) {
			all.extend(pages);
		}
	}
	Ok(all)
}

/// The calls that report a span of some pages: each has at most `most` of one local network, and is not too long.
pub(super) fn batches<'a>(
	pages: impl IntoIterator<Item = &'a MeterPage> + 'a,
	span: Span,
	most: usize,
) -> impl Iterator<Item = Result<EncodedCall>> + 'a {
	let mut pages = pages.into_iter().peekable();
	std::iter::from_fn(move || {
		let local_network = pages.peek()?.local_network;
		let (mut reports, mut bytes) = (Vec::new(), 0);
		while reports.len() < most && bytes < CALL_BYTES {
			let Some(page) = pages.next_if(|page| page.local_network == local_network) else { break };
			match page.report(span) {
				Ok(report) => {
					bytes += report.columns.len();
					reports.push(report);
				}
				Err(error) => return Some(Err(error)),
			}
		}
		Some(Ok(calls::energy_report(local_network, &reports)))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generate::{Named, Plan};
	use trimast_primitives::{
		energy::{account, Interval, Meter as Ended, Rules, SharingRule, Tariff},
		page::SiteId,
		site::{StationEntry, StationState},
	};

	/// The stations of one local network, forty to a page, as a node shows them.
	fn views() -> (LocalNetworkId, Vec<SiteView>) {
		let country = Country::dense(Plan::of(1_000)).unwrap();
		let local_network = country.local_network(0).unwrap();
		let view = |(n, named): (u32, Named)| SiteView {
			id: SiteId::new(local_network.id, (n / 40) as u16, n % 40),
			entry: StationEntry {
				station: named.station,
				state: StationState::OnAir,
				revision: 0,
				// By all: who has not signed a record pays nothing for it.
				signed: OrgSet(u32::MAX),
			},
		};
		(local_network.id, (0..).zip(local_network.stations).map(view).collect())
	}

	fn holder(plmn: &Plmn) -> OrgId {
		if plmn.mnc == 11 {
			CARRIER_ONE
		} else {
			CARRIER_TWO
		}
	}

	#[test]
	fn every_reading_counts_and_meters_go_on_from_day_to_day() {
		let (local_network, views) = views();
		let rules = Rules { sharing: SharingRule::default(), tariff: Tariff::flat(7_000), tolerance: 100 };
		let mut meters = 0;
		for page in pages(local_network, &views).iter().flatten() {
			let stations: Vec<StationEntry> = views
				.iter()
				.filter(|view| view.id.page() == Some(page.page))
				.map(|view| view.entry.clone())
				.collect();
			let holders: Vec<_> = page.networks.iter().map(|plmn| (*plmn, holder(plmn))).collect();
			let accounted = |span: Span| {
				let report = page.report(span).unwrap();
				assert_eq!(report.len() as usize, page.len());
				let accounted = account(page.owner, &report, &stations, &holders, &rules).unwrap();
				assert_eq!((accounted.counted, accounted.records.len()), (report.size(), 0));
				accounted
			};
			let day = |day| Span::of_day(day, Interval::Hour);
			let evening = Span { first: 23 * 4, count: 1, ..day(20_000) };
			let ended: [Vec<Ended>; 2] = [day(20_000), evening]
				.map(|span| accounted(span).meters.into_iter().map(|(.., end)| end).collect());
			assert_eq!(ended[0], ended[1]);
			for ((_, register, limit, _), end) in accounted(day(20_001)).meters.into_iter().zip(&ended[0]) {
				assert_eq!((register, end.is_broken_by(&day(20_001), register, limit)), (end.register, None));
				meters += 1;
			}
		}
		assert_eq!(meters, views.len());
	}

	#[test]
	fn batches_hold_every_page_once_and_keep_to_their_limits() {
		let (local_network, views) = views();
		let [one, _] = pages(local_network, &views);
		let mut other = one.clone();
		other.iter_mut().for_each(|page| page.local_network = LocalNetworkId(local_network.0 + 1));
		let span = Span::of_day(20_000, Interval::Hour);
		let count = |most: usize| {
			let both = one.iter().chain(&other);
			batches(both, span, most).collect::<Result<Vec<_>>>().unwrap().len()
		};
		assert!(one.len() > 8, "{} pages", one.len());
		assert_eq!([1, 7].map(count), [2 * one.len(), 2 * one.len().div_ceil(7)]);
	}

	#[test]
	fn what_another_has_seen_is_of_the_same_readings_and_lower() {
		let (local_network, views) = views();
		let page = &pages(local_network, &views)[0][0];
		let span = Span::of_day(20_000, Interval::Hour);
		let (reported, seen) = (page.report(span).unwrap(), page.seen(span).unwrap());
		assert_ne!(reported, seen);
		assert_eq!(reported.lower(&seen).unwrap(), seen);
	}
}
