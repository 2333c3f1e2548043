// SPDX-License-Identifier: Apache-2.0
//! Cutting a stream of records into batches of one local network each, in bucket order, so that a batch touches few
//! pages. The same file gives the same batches as long as its local networks have as many buckets.
//!
//! Records are gathered up to [`GATHER`], sorted by local network and bucket, and cut. A file that is sorted by local
//! network gives full batches; one in any order gives batches of what one gathering has of a local network.

use crate::error::{Failure, Result};
use std::collections::BTreeMap;
use trimast_primitives::{page::bucket_of, site::Station, LocalNetworkId};

/// Records gathered before they are cut: about 25 MiB.
pub(crate) const GATHER: usize = 65_536;

/// Records of one local network that travel together.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
	/// Where its stations are.
	pub(crate) local_network: LocalNetworkId,
	/// The records.
	pub(crate) stations: Vec<Station>,
	/// Their lines in the file.
	pub(crate) lines: Vec<u64>,
}

/// Cuts a stream of records into batches.
pub(crate) struct Batches<'a, I> {
	records: I,
	buckets: &'a BTreeMap<LocalNetworkId, u16>,
	size: usize,
	ready: std::vec::IntoIter<Batch>,
	ended: bool,
}

impl<'a, I> Batches<'a, I>
where
	I: Iterator<Item = Result<(u64, LocalNetworkId, Station)>>,
{
	/// Of `records` (line, place, station), at most `size` a batch.
	pub(crate) fn new(records: I, buckets: &'a BTreeMap<LocalNetworkId, u16>, size: usize) -> Self {
		Self { records, buckets, size: size.max(1), ready: Vec::new().into_iter(), ended: false }
	}

	fn gather(&mut self) -> Result<()> {
		let mut gathered: Vec<(LocalNetworkId, u16, u64, Station)> = Vec::with_capacity(GATHER);
		while gathered.len() < GATHER {
			let Some(record) = self.records.next() else {
				self.ended = true;
				break;
			};
			let (line, local_network, station) = record?;
			let buckets = self.buckets.get(&local_network).copied().ok_or_else(|| {
				Failure::input(format!("the chain has no local network {}", local_network.0))
					.at(format!("line {line}"))
					.remedy("`trimast site networks` lists them")
			})?;
			gathered.push((local_network, bucket_of(&station.code, buckets), line, station));
		}
		gathered.sort_by_key(|(local_network, bucket, line, _)| (*local_network, *bucket, *line));
		let mut batches: Vec<Batch> = Vec::new();
		for (local_network, _, line, station) in gathered {
			match batches.last_mut() {
				Some(batch) if batch.local_network == local_network && batch.stations.len() < self.size => {
					batch.stations.push(station);
					batch.lines.push(line);
				}
				_ => batches.push(Batch { local_network, stations: vec![station], lines: vec![line] }),
			}
		}
		self.ready = batches.into_iter();
		Ok(())
	}
}

impl<I> Iterator for Batches<'_, I>
where
	I: Iterator<Item = Result<(u64, LocalNetworkId, Station)>>,
{
	type Item = Result<Batch>;

	fn next(&mut self) -> Option<Self::Item> {
		loop {
			if let Some(batch) = self.ready.next() {
				return Some(Ok(batch));
			}
			if self.ended {
				return None;
			}
			if let Err(failure) = self.gather() {
				self.ended = true;
				return Some(Err(failure));
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::{super::csv::tests::any_station, *};
	use proptest::prelude::*;

	fn buckets() -> BTreeMap<LocalNetworkId, u16> {
		(1301..1304).map(|code| (LocalNetworkId(code), 8)).collect()
	}

	#[test]
	fn batches_fail_when_a_local_network_is_unknown() {
		let station = super::super::csv::read_station(&super::super::csv::tests::sample()).unwrap().1;
		let buckets = buckets();
		let mut batches = Batches::new([Ok((7, LocalNetworkId(9999), station))].into_iter(), &buckets, 4);
		assert!(batches.next().unwrap().unwrap_err().to_string().contains("line 7"));
		assert!(batches.next().is_none());
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(32))]
		#[test]
		fn every_record_stands_in_one_batch_of_its_place(
			records in proptest::collection::vec((1301u16..1304, any_station()), 0..60), size in 1usize..9,
		) {
			let buckets = buckets();
			let stream = || (2u64..).zip(&records).map(|(line, (place, station))| Ok((line, LocalNetworkId(*place), station.clone())));
			let batches: Vec<Batch> = Batches::new(stream(), &buckets, size).collect::<Result<_>>().unwrap();
			let mut lines: Vec<u64> = batches.iter().flat_map(|batch| batch.lines.clone()).collect();
			lines.sort_unstable();
			prop_assert_eq!(lines, (2..2 + records.len() as u64).collect::<Vec<_>>());
			for batch in &batches {
				prop_assert!((1..=size).contains(&batch.stations.len()));
				let of: Vec<u16> = batch.stations.iter().map(|station| bucket_of(&station.code, 8)).collect();
				prop_assert!(of.is_sorted());
				for (line, station) in batch.lines.iter().zip(&batch.stations) {
					let (place, given) = &records[usize::try_from(line - 2).unwrap()];
					prop_assert_eq!(LocalNetworkId(*place), batch.local_network);
					prop_assert_eq!(given, station);
				}
			}
		}
	}
}
