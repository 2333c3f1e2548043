// SPDX-License-Identifier: Apache-2.0
//! A file that is another: cut, changed, of another chain.

use super::*;

#[test]
fn proof_shows_the_cell() {
	let record = checked(&world().proof).unwrap();
	let text = record.text();
	for part in [
		"1301:8321/0, NR station 1301/HE-0001",
		"3 of 4 votes of set 1, for block 4",
		"page 130, revision 7, changed in block 1, under version 1 of the catalogue (now 2)",
		"2026-11-28 14:45:00 at UTC+8",
		"Carrier One (provisional)",
		"UNLOCKED",
		"460-11",
		"0x123456",
		"0x000007",
		"-3.5 deg (-35)",
		"neighbour 3",
	] {
		assert!(text.contains(part), "{part}:\n{text}");
	}
	let json = record.to_json();
	assert_eq!(json["unsigned"], serde_json::json!([1, 2]), "the sharer and the tower company");
	let said: Vec<_> = (0..4).map(|org| json["organisations"][org]["page"].as_str().unwrap()).collect();
	assert_eq!(said, ["none", "matches", "differs", "none"]);
	assert_eq!(json["organisations"][3]["testimony"], serde_json::Value::Null);
	assert_eq!(json["values"].as_array().unwrap().len(), 5);
}

#[test]
fn proof_reads_back_what_it_wrote() {
	let proof = &world().proof;
	assert_eq!(Proof::from_bytes(&proof.to_bytes()).unwrap(), *proof);
	assert!(proof.parts().text().contains("(2 after the block)"));
}

#[test]
fn verify_fails_when_any_byte_is_another() {
	let bytes = world().proof.to_bytes();
	let passed: Vec<usize> = (0..bytes.len())
		.into_par_iter()
		.filter(|n| {
			let mut other = bytes.clone();
			other[*n] ^= 1 << (n % 8);
			verify(&other, world().genesis).is_ok()
		})
		.collect();
	assert!(passed.is_empty(), "{passed:?} of {} bytes", bytes.len());
}

/// Whoever changes the file makes the sum anew. Then all that can pass is another true statement.
#[test]
fn verify_shows_nothing_false_when_the_sum_is_made_anew() {
	let bytes = world().proof.to_bytes();
	let body = bytes.len() - 32;
	let truth = |record: &Record| record.to_json()["values"].clone();
	let of_cells: Vec<_> = (0..3)
		.map(|n| {
			let mut proof = world().proof.clone();
			proof.cell = cell(n);
			truth(&checked(&proof).unwrap())
		})
		.collect();
	let passed: Vec<usize> = (0..body)
		.into_par_iter()
		.filter(|n| {
			let mut other = bytes[..body].to_vec();
			other[*n] ^= 1 << (n % 8);
			other.extend(sp_io::hashing::blake2_256(&other));
			match verify(&other, world().genesis) {
				Ok(record) => {
					let text = record.text();
					let number = (0..3).find(|n| text.contains(&format!("8321/{n}, "))).unwrap();
					assert_eq!(truth(&record), of_cells[number], "byte {n}");
					true
				}
				Err(_) => false,
			}
		})
		.collect();
	// The number of the cell is the only byte that nobody has signed.
	assert!(passed.len() <= 1, "{passed:?}");
}

#[test]
fn verify_fails_when_the_file_is_cut_or_goes_on() {
	let bytes = world().proof.to_bytes();
	let genesis = world().genesis;
	assert!((0..bytes.len()).into_par_iter().all(|length| verify(&bytes[..length], genesis).is_err()));
	assert!(verify(&[&bytes[..], &[0]].concat(), genesis).is_err());
	let half = verify(&bytes[..bytes.len() / 2], genesis).unwrap_err().to_string();
	assert!(
		half.starts_with("encoding: the file was cut or changed") && half.contains("copy it again"),
		"{half}"
	);
}

#[test]
fn verify_fails_when_the_file_is_something_else() {
	let failure = |bytes: &[u8]| verify(bytes, world().genesis).unwrap_err().to_string();
	for (bytes, what) in [
		(&b""[..], "the file is empty"),
		(b"trimast-pr", "the file ends too soon"),
		(b"code,local_network\n", "it does not begin as one"),
	] {
		let failure = failure(bytes);
		assert!(failure.starts_with("mark: ") && failure.contains(what), "{failure}");
		assert!(failure.contains("trimast config proof"), "{failure}");
	}
	let mut later = world().proof.to_bytes();
	later[14] = 2;
	let of_version = failure(&later);
	assert!(of_version.starts_with("version: format 2; this `trimast` reads format 1"), "{of_version}");
	assert!(of_version.contains("use a `trimast` that reads it"), "{of_version}");
	let mut damaged = world().proof.to_bytes();
	*damaged.last_mut().unwrap() ^= 1;
	assert!(failure(&damaged).starts_with("sum at the end: "));
}

#[test]
fn verify_fails_when_the_chain_is_another() {
	let failure = verify(&world().proof.to_bytes(), Hash::repeat_byte(1)).unwrap_err();
	let text = failure.to_string();
	assert!(text.starts_with("block 0: the proof is of the chain with the genesis hash 0x"), "{text}");
	assert!(text.contains("compare --genesis with what `trimast chain status` shows"), "{text}");
	// Another chain's voters under the right header
	let mut start = others();
	put(&mut start, Item::voters(), list(&voters(21)));
	let failure = changed(|proof| proof.first_voters = prove(&start, &[Item::voters()]));
	assert!(failure.starts_with("block 0: the storage proof does not lead to the state root"), "{failure}");
}
