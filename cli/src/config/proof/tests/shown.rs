// SPDX-License-Identifier: Apache-2.0
//! What a proof shows of the state, and what it does not.

use super::*;

#[test]
fn verify_fails_when_the_state_is_proven_in_part() {
	let all = all_items();
	let whole = checked(&world().proof).unwrap();
	for left_out in 0..all.len() {
		let mut some = all.clone();
		let item = some.remove(left_out);
		let mut proof = world().proof.clone();
		proof.state = prove(&world().entries, &some);
		// Short values and what is absent may stand on the way to others: they are proven all the same.
		let value = world().entries.iter().find(|(key, _)| *key == item.key).map(|(_, value)| value);
		let is_long = value.is_some_and(|value| value.len() > 32);
		match checked(&proof) {
			Ok(record) => assert!(record == whole && !is_long, "{item:?}"),
			Err(failure) => {
				let reason = "the proof does not reach it";
				assert!(failure.starts_with("state of block 2: ") && failure.contains(reason), "{failure}");
			}
		}
	}
	// For another page, in which the cell is not
	let failure = changed(|proof| proof.cell.site = SiteId::new(PLACE, 3, SLOT));
	assert!(failure.starts_with("state of block 2: Sites.Pages: "), "{failure}");
	let failure = changed(|proof| proof.state.encoded_nodes.push(vec![0]));
	assert!(failure.contains("the storage proof does not lead to the state root of the header"), "{failure}");
}

#[test]
fn verify_fails_when_values_and_digest_do_not_agree() {
	assert!(with_state(|_| {}).is_ok());
	let mut other = table();
	other.set(0, ParamKey::of(TILT), Some(0)).unwrap();
	let failure =
		with_state(|state| put(state, Item::table(PLACE, PAGE), other.to_bytes().unwrap())).unwrap_err();
	assert!(failure.starts_with("state of block 2: digest of page 130: 0x"), "{failure}");
	let head = head(8, Vec::new(), Vec::new());
	let failure = with_state(|state| put(state, Item::head(PLACE, PAGE), head)).unwrap_err();
	assert!(failure.contains("digest of page 130"), "{failure}");
}

#[test]
fn verify_fails_when_the_layout_is_unknown() {
	let layout = items(cell(0), PAGE, &[], 0, &[]).remove(0);
	let failure = with_state(|state| put(state, layout, 2u16)).unwrap_err();
	assert!(failure.contains("ConfigGuard: storage version 2; this `trimast` reads version 1"), "{failure}");
	let failure = with_state(|state| put(state, Item::now(), 1u8)).unwrap_err();
	assert!(failure.contains("Timestamp.Now: cannot be read"), "{failure}");
}

#[test]
fn verify_fails_when_the_cell_has_no_baseline() {
	for (number, slot) in [(3, SLOT), (1, 0), (0, 2)] {
		let failure =
			changed(|proof| proof.cell = CellId { site: SiteId::new(PLACE, PAGE, slot), cell: number });
		assert!(failure.starts_with("state of block 2: 1301:83"), "{failure}");
	}
}

#[test]
fn testimony_that_is_not_there_is_shown_as_none() {
	let record = with_state(|state| {
		let key = Item::testimony(PLACE, OrgId(1)).key;
		state.retain(|(other, _)| *other != key);
	})
	.unwrap();
	assert_eq!(record.to_json()["organisations"][1]["page"], "none");
}

#[test]
fn words_that_do_not_count_are_told_from_others() {
	let said = |record: &Record, org: usize| record.to_json()["organisations"][org].clone();
	// As it was read in time by who shares the station, with all rows that were asked for
	let whole = with_state(|_| {}).unwrap();
	let word = said(&whole, 1);
	assert_eq!((&word["page"], &word["party"]), (&"matches".into(), &true.into()));
	assert_eq!(word["testimony"]["marks"]["opened"], 12);
	assert_eq!(
		(&word["testimony"]["doubted"], &word["testimony"]["expired"]),
		(&false.into(), &false.into())
	);
	assert!(whole.text().contains("12 opened"), "{}", whole.text());
	// A row was not opened in time, or the chain does not keep the export any more
	let missing = Marks { opened: 11, missing: 1, ..Marks::default() };
	let record = with_state(|state| put(state, Item::export(OrgId(1), EXPORT), export(missing))).unwrap();
	assert_eq!(said(&record, 1)["page"], "matches (doubted)");
	assert!(record.text().contains("11 opened, 1 missing"), "{}", record.text());
	let gone = |state: &mut Entries| state.retain(|(key, _)| *key != Item::export(OrgId(1), EXPORT).key);
	let record = with_state(gone).unwrap();
	assert_eq!(
		(&said(&record, 1)["page"], said(&record, 2)["page"].as_str()),
		(&"matches (doubted)".into(), said(&whole, 2)["page"].as_str())
	);
	assert!(record.text().contains("export not kept"), "{}", record.text());
	// Read longer ago than a testimony holds
	let term = u64::from(Parameters::SECONDS.attestation_term) * 1_000;
	let at = |time: u64| with_state(|state| put(state, Item::now(), OBSERVED + time)).unwrap();
	assert_eq!(said(&at(term), 1)["page"], "matches");
	assert_eq!(said(&at(term + 1), 1)["page"], "matches (expired)");
	// By who is no party to the station
	let record = with_state(|state| {
		let mut other = entry();
		other.station.sharers = OrgSet::EMPTY;
		put(state, Item::stations(PLACE, PAGE), vec![other.clone(), other]);
	})
	.unwrap();
	assert_eq!(
		(&said(&record, 1)["page"], &said(&record, 1)["party"]),
		(&"matches (no party)".into(), &false.into())
	);
	// By who has left, or is suspended in block 2
	for (stage, until, page, member) in [
		(Stage::Left, None, "matches (left)", false),
		(Stage::Left, Some(3), "matches (left)", false),
		(Stage::Member, Some(3), "matches (suspended)", true),
		(Stage::Member, Some(2), "matches", true),
	] {
		let org = organisation("Carrier Two", stage, until);
		let record = with_state(|state| put_bytes(state, Item::org(OrgId(1)), org)).unwrap();
		assert_eq!((&said(&record, 1)["page"], &said(&record, 1)["member"]), (&page.into(), &member.into()));
	}
	// By who shares it no more, and has signed its baseline
	let record = with_state(|state| {
		let mut other = entry();
		other.station.sharers = OrgSet::EMPTY;
		put(state, Item::stations(PLACE, PAGE), vec![other.clone(), other]);
		let signed = vec![OrgSet::EMPTY, OrgSet(0b11)];
		put(state, Item::head(PLACE, PAGE), head(7, signed, table().counts().to_vec()));
	})
	.unwrap();
	assert_eq!((&said(&record, 1)["page"], &said(&record, 1)["party"]), (&"matches".into(), &true.into()));
}

#[test]
fn proof_fails_when_the_marks_are_left_out() {
	let mut proof = world().proof.clone();
	// Without what stands around it: a value that is short may stand on the way to others
	let some: Vec<Item> =
		all_items().into_iter().filter(|item| *item != Item::export(OrgId(1), EXPORT)).collect();
	proof.state = prove(&world().entries, &some);
	let failure = checked(&proof).unwrap_err();
	assert!(failure.contains("ConfigGuard.Exports: the proof does not reach it"), "{failure}");
}

proptest! {
	#[test]
	fn any_bytes_are_refused(bytes: Vec<u8>) {
		let genesis = world().genesis;
		prop_assert!(verify(&bytes, genesis).is_err());
		let behind_the_mark = [&world().proof.to_bytes()[..16], &bytes[..]].concat();
		prop_assert!(verify(&behind_the_mark, genesis).is_err());
	}

	#[test]
	fn any_changed_bits_are_refused(changes in proptest::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..4)) {
		let mut bytes = world().proof.to_bytes();
		let original = bytes.clone();
		for (at, bits) in changes {
			let place = at.index(bytes.len());
			bytes[place] ^= bits;
		}
		prop_assume!(bytes != original);
		prop_assert!(verify(&bytes, world().genesis).is_err());
	}
}

/// Bytes and time of proofs in a state as large as the national one. `cargo test --bin trimast -- --ignored --nocapture
/// national`: a table to read, nothing that is asserted.
#[test]
#[ignore = "prints a table"]
fn national_proofs_in_bytes_and_milliseconds() {
	let single = |n: u16, cell: i64| (ParamKey::of(ParamId(100 + n)), cell.wrapping_mul(i64::from(n)) % 90);
	let own = |slot: i64, number: i64| {
		let cell = slot * 3 + number;
		let mut values: Vec<(ParamKey, i64)> = (0..40).map(|n| single(n, cell)).collect();
		for place in 0..2 {
			let of_plmn =
				|n: u16| (ParamKey { param: ParamId(200 + n), place }, cell << 8 | i64::from(place));
			values.extend((0..6).map(of_plmn));
		}
		for place in 0..8 {
			let neighbour = CellId { site: SiteId::new(PLACE, PAGE, 7 * u32::from(place)), cell: 1 };
			values.push((ParamKey { param: NEIGHBOUR, place }, cell_value(neighbour)));
			values.extend((0..5).map(|n| (ParamKey { param: ParamId(300 + n), place }, cell % 7)));
		}
		values.sort_unstable();
		values
	};
	let stations: Vec<_> = (0..64).map(|slot| (0..3).map(|number| own(slot, number)).collect()).collect();
	let table = CellTable::new(&stations).unwrap();
	let parameters: Vec<ParamId> = {
		let mut all: Vec<_> = table.keys().map(|key| key.param).collect();
		all.dedup();
		all
	};
	let world = world();
	let mut entries = world.entries.clone();
	let entry = entry();
	put(&mut entries, Item::stations(PLACE, PAGE), vec![entry; 64]);
	let mut catalogue = vec![(NEIGHBOUR, parameter(ParamScope::CellRelation, Domain::Cell))];
	catalogue.extend(parameters.iter().filter(|id| **id != NEIGHBOUR).map(|id| {
		(*id, parameter(ParamScope::Cell, Domain::Range { least: -100_000_000, most: 100_000_000, every: 1 }))
	}));
	catalogue.sort_unstable_by_key(|(id, _)| *id);
	put(&mut entries, Item::catalogue(), Catalogue { version: 2, parameters: catalogue });
	for id in &parameters {
		put(&mut entries, Item::text(*id), text("someParameterOfThisLength", "dBm", &[]));
	}
	let place =
		PagePlace { genesis: world.genesis, local_network: PLACE, page: PAGE, revision: 7, catalogue: 1 };
	let mut digests = vec![Hash::repeat_byte(3); 128];
	digests[2] = page_digest(&place, table.counts(), &cell_digests(&table));
	put(&mut entries, Item::digests(PLACE, PAGE).0, digests);
	let bytes = table.to_bytes().unwrap();
	println!("a page of 192 cells with {} values each: {} bytes", own(0, 0).len(), bytes.len());
	put(&mut entries, Item::table(PLACE, PAGE), bytes);
	let keep: std::collections::HashSet<Vec<u8>> = entries.iter().map(|(key, _)| key.clone()).collect();
	for network in 0..342u16 {
		let other = LocalNetworkId(1300 + network);
		for page in 0..100 {
			for item in [Item::table(other, page), Item::head(other, page), Item::stations(other, page)] {
				if !keep.contains(&item.key) {
					let value = (&item.key, [0u8; 40]).encode();
					entries.push((item.key, value));
				}
			}
		}
	}
	let block = Header { state_root: root(&entries), ..world.proof.block.clone() };
	let state =
		prove(&entries, &items(cell(0), PAGE, &parameters, ORGS, &[(OrgId(1), EXPORT), (OrgId(2), EXPORT)]));
	// With the seal and the slot of a real header.
	let sealed = |number: u32, parent: &Header, root: Hash| {
		let mut one = header(number, parent, root, None);
		one.digest.logs.push(DigestItem::PreRuntime(*b"aura", vec![0; 8]));
		one.digest.logs.push(DigestItem::Seal(*b"aura", vec![0; 64]));
		one
	};
	let ten: Vec<Pair> = (100..110).map(|n| Pair::from_seed(&[n; 32])).collect();
	let change = header(1, &world.proof.genesis, Hash::zero(), Some(hand_over(&ten, 0)));
	let first = Justified { justification: plain_votes(0, &change, &voters(1)), header: change };
	println!("changes | headers after | bytes | parts | ms to verify");
	for (changes, after) in [(1u32, 0u32), (1, 31), (1, 511), (20, 31), (1_000, 31)] {
		let mut handed: Vec<Justified> = vec![first.clone()];
		for number in 2..=changes {
			let before = &handed.last().unwrap().header;
			let header = header(number, before, Hash::zero(), Some(hand_over(&ten, 0)));
			let justification = plain_votes(u64::from(number) - 1, &header, &ten[..7]);
			handed.push(Justified { header, justification });
		}
		let block = sealed(changes + 100, &block, block.state_root);
		let mut later: Vec<Header> = Vec::new();
		for number in block.number + 1..=block.number + after {
			let next = sealed(number, later.last().unwrap_or(&block), Hash::repeat_byte(4));
			later.push(next);
		}
		let justification = plain_votes(u64::from(changes), later.last().unwrap_or(&block), &ten[..7]);
		let proof = Proof {
			changes: handed,
			block,
			later,
			justification,
			state: state.clone(),
			..world.proof.clone()
		};
		let bytes = proof.to_bytes();
		let start = std::time::Instant::now();
		verify(&bytes, world.genesis).unwrap();
		let took = start.elapsed();
		println!(
			"{changes} | {after} | {} | {} | {:.1}",
			bytes.len(),
			proof.parts().text(),
			took.as_secs_f64() * 1e3
		);
	}
}
