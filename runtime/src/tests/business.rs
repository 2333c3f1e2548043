// SPDX-License-Identifier: Apache-2.0
//! What the companies' pallets are told of the chain.

use super::*;
use crate::{configs::business::AuthorOfBlock, Federation, Session};
use frame_support::traits::Get;

#[test]
fn author_of_a_block_is_the_company_of_its_validator() {
	local().execute_with(|| {
		let mut authors = OrgSet::EMPTY;
		for _ in 0..Session::validators().len() {
			let validators = Session::validators();
			// Slots are numbered as blocks are in these tests, and validators take turns
			let turn = usize::try_from(System::block_number()).unwrap() % validators.len();
			let author = Federation::account(validators[turn].clone()).unwrap().org;
			assert_eq!(AuthorOfBlock::get(), Some(author));
			authors = authors.with(author);
			pass(1);
		}
		assert_eq!(authors.len(), 4, "each validator is another company's");
	});
}
