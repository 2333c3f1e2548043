// SPDX-License-Identifier: Apache-2.0

//! The pages against a model that knows nothing of pages: a map from code to record.

use crate::mock::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use trimast_primitives::site::{ImportRefusal, ImportResult, Station};

/// A code and a county, which decides nothing and may change.
fn record() -> impl Strategy<Value = (u8, u8)> {
	(0u8..40, 1u8..4)
}

fn made_of((code, county): (u8, u8)) -> Station {
	Station { county, ..exclusive(&format!("S{code}")) }
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn import_does_what_a_map_does(batches in proptest::collection::vec(proptest::collection::vec(record(), 0..30), 0..6)) {
		run(|| {
			let mut model: BTreeMap<u8, u8> = BTreeMap::new();
			for batch in batches {
				let results = import(NEARBY, batch.iter().map(|it| made_of(*it)).collect());
				prop_assert_eq!(results.len(), batch.len());
				for ((code, county), result) in batch.iter().zip(&results) {
					let contradicted = batch.iter().any(|(other, theirs)| other == code && theirs != county);
					let expected = if contradicted {
						ImportResult::Refused(ImportRefusal::DuplicateInBatch)
					} else {
						match model.insert(*code, *county) {
							None => ImportResult::Added,
							Some(before) if before == *county => ImportResult::Unchanged,
							Some(_) => ImportResult::Amended,
						}
					};
					prop_assert_eq!(*result, expected);
				}
				let again = import(NEARBY, batch.iter().map(|it| made_of(*it)).collect());
				let idle = |result: &ImportResult| {
					matches!(result, ImportResult::Unchanged | ImportResult::Refused(_))
				};
				prop_assert!(again.iter().all(idle));
			}
			let kept: BTreeMap<String, u8> = Sites::stations(NEARBY, 0, 1_000)
				.into_iter()
				.map(|it| (String::from_utf8(it.entry.station.code.into_inner()).unwrap(), it.entry.station.county))
				.collect();
			let expected: BTreeMap<String, u8> =
				model.iter().map(|(code, county)| (format!("S{code}"), *county)).collect();
			prop_assert_eq!(kept, expected);
			Ok(())
		})?;
	}
}
