// SPDX-License-Identifier: Apache-2.0

//! Orders have months, too: what a company has done in one is counted, and once it is over its statement is disputed and signed.

use super::{Scene, DAYS, FIRST, PLACE};
use crate::{
	cells::{of_type, wait_until},
	energy::ground::org,
};
use trimast_primitives::{
	apis::StatementView,
	calendar::{begin_of, month_of_day},
	OrgSet,
};
use trimast_testbed::{generate::parse_day, keys};

const TOWER: usize = 2;
/// The month that has just begun, and its days.
const NEXT: (&str, u16) = ("2026-07", 31);

impl Scene {
	/// The tower company's statement of a month.
	async fn work(&self, month: u16) -> StatementView {
		self.chain.runtime("DispatchApi_statement", (month, org(TOWER)), None).await.unwrap()
	}

	/// The tower company does a job for a carrier. When its month is over, the company disputes its statement first, and both sign it.
	pub(super) async fn month_of_orders_is_signed(&self) {
		let [carrier, tower] = [0, TOWER].map(|who| keys::uri(who, Some("dispatcher")));
		let (place, name) = (PLACE.0.to_string(), keys::ORGS[TOWER]);
		let first = parse_day(FIRST).unwrap() + DAYS;
		let month = month_of_day(first);
		// Given a job that is done, and of which nothing more can be said
		let open = ["order", "open", "inspection", &place, "--for", name, "--severity", "MINOR"];
		let opened = self.terminal.act(&carrier, &open).await;
		let number = of_type(&opened, "order")["order"]["id"].to_string();
		for verb in ["ack", "resolve"] {
			self.terminal.act(&tower, &["order", verb, &number]).await;
		}
		let clock = self.network.clock().unwrap();
		clock.move_to(clock.now().unwrap() + 60_000).unwrap();
		let counted = wait_until("the job is counted", || async {
			Some(self.work(month).await.scores).filter(|scores| !scores.is_empty())
		})
		.await;
		assert_eq!(counted.iter().map(|(_, score)| score.handled).sum::<u32>(), 1, "{counted:?}");
		// While its month lasts nobody signs it
		let say = |verb| ["order", "statement", verb, name, "--month", NEXT.0];
		self.terminal.fails_with_remedy(&tower, &say("sign"), 1, "Dispatch.OtherMonth").await;
		// When that is over, then it waits for both
		self.move_to(begin_of(first + NEXT.1) + 3_600_000).await;
		let waits = format!("trimast order statement sign {TOWER} --month {}", NEXT.0);
		assert!(self.terminal.waits(&carrier, &waits).await && self.terminal.waits(&tower, &waits).await);
		// When the tower company disputes it, then that stands until it signs
		let dispute = [&say("dispute")[..], &["--text", "it was two jobs"]].concat();
		self.terminal.act(&tower, &dispute).await;
		let disputed = self.work(month).await;
		assert_eq!((disputed.signed, disputed.disputed), (OrgSet::EMPTY, OrgSet::of(org(TOWER))));
		for who in [&carrier, &tower] {
			self.terminal.act(who, &say("sign")).await;
		}
		let signed = self.work(month).await;
		let both = OrgSet::of(org(0)).with(org(TOWER));
		assert_eq!((signed.signed, signed.disputed), (both, OrgSet::EMPTY));
		assert_eq!((signed.scores, signed.digest), (counted, disputed.digest));
		assert!(!self.terminal.waits(&carrier, &waits).await);
	}
}
