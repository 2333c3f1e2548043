// SPDX-License-Identifier: Apache-2.0

//! Who may not act on orders and statements: wrong signers, bare, in a batch and through a proxy.

use super::{key, org, words, Scene, TOWER, WITNESS};
use crate::{
	cells::{just_now, now},
	signers::are_refused,
};
use codec::Decode;
use trimast_primitives::{
	access::Scope,
	calendar::month_of,
	order::{
		Evidence, Limits, Opening, OrderKind, OutageRules, Phase, Place, Quantity, Relation,
		ResponsibilityTable, Ruling, Severity, SlaTable, State, Work,
	},
	page::SiteId,
	Hash, OrgId,
};
use trimast_testbed::calls::{self, dispatch, EncodedCall};

/// An order about which the other carrier has nothing to say, with a body that the tower company asks for.
async fn order_of_two(scene: &Scene<'_>) -> u32 {
	let (chain, second) = (&scene.chain, key(scene.owner, "second"));
	let block = chain.carry_out(&second, &calls::open_order(fault(scene.alone.id, TOWER))).await.unwrap();
	let told = chain.events("Dispatch", block.number - 1, block.number).await.unwrap();
	let opened = told.iter().filter(|event| event.name == "OrderOpened");
	let opened =
		opened.map(|event| <(u32, OrgId, OrgId, OrderKind, Place)>::decode(&mut &event.fields[..]).unwrap());
	let order = opened.into_iter().find(|(.., place)| *place == Place::Station(scene.alone.id)).unwrap().0;
	let anchor = dispatch("anchor_fact", (order, just_now(), reading(), Some(Hash::repeat_byte(7))));
	chain.carry_out(&second, &anchor).await.unwrap();
	chain.carry_out(&key(TOWER, "second"), &dispatch("ask_body", (order, 0u8))).await.unwrap();
	order
}

fn fault(site: SiteId, handler: usize) -> Opening {
	Opening {
		kind: OrderKind::Fault,
		handler: org(handler),
		place: Place::Station(site),
		severity: Severity::Minor,
		work: Work::default(),
		parent: None,
		violation: None,
	}
}

const fn reading() -> Evidence {
	Evidence::Reading { quantity: Quantity::Power, value: 1 }
}

/// A call, and how it is refused to another company; nothing where that is a matter of the order's state.
type Row = (EncodedCall, Option<&'static str>);

/// Calls of companies about orders and statements. The runtime's own tests have every call.
fn business(order: u32, site: SiteId) -> Vec<Row> {
	const NOT_CONCERNED: Option<&str> = Some("NotConcerned");
	const NOT_PARTY: Option<&str> = Some("NotParty");
	let (month, subject, digest) = (month_of(now()), org(TOWER), Hash::zero());
	vec![
		(calls::open_order(fault(site, TOWER)), NOT_CONCERNED),
		(dispatch("step", (order, State::InProgress)), NOT_PARTY),
		(dispatch("sign_hold", (order, 0u8)), NOT_PARTY),
		(dispatch("update", (order, Work::default())), NOT_PARTY),
		(dispatch("note", (order, words())), NOT_CONCERNED),
		(dispatch("relate", (order, Relation::DependsOn, 0u32)), NOT_PARTY),
		(dispatch("anchor_fact", (order, just_now(), reading(), None::<Hash>)), NOT_CONCERNED),
		(dispatch("countersign_fact", (order, 0u8, digest)), NOT_CONCERNED),
		(dispatch("ask_body", (order, 0u8)), NOT_CONCERNED),
		(dispatch("deliver_body", (order, 0u8, b"body".to_vec())), Some("NotAuthor")),
		(dispatch("acknowledge_body", (order, 0u8)), Some("NotAsked")),
		// The story has these two where there is a verdict
		(dispatch("appeal", (order, words())), None),
		(dispatch("rule", (order, Ruling::default(), words())), None),
		(dispatch("sign_statement", (month, subject, digest)), None),
		(dispatch("dispute_statement", (month, subject, digest, words())), None),
	]
}

/// What of orders the council alone decides.
fn of_the_council() -> [EncodedCall; 4] {
	[
		dispatch("set_table", ResponsibilityTable::default()),
		dispatch("set_service_level", (Scope::National, OrderKind::Remedial, None::<SlaTable>)),
		dispatch("set_limits", Limits::default()),
		dispatch("set_outage_rules", OutageRules::default()),
	]
}

/// These calls by another role, for another province and by another company; bare, in a batch and through a proxy.
pub(super) async fn wrong_signers_are_refused(scene: &Scene<'_>) {
	let order = order_of_two(scene).await;
	let rows = || business(order, scene.alone.id);
	let all = |error: &'static str| -> Vec<(EncodedCall, &'static str)> {
		let council = of_the_council().map(|call| (call, "Bad origin"));
		rows().into_iter().map(|(call, _)| (call, error)).chain(council).collect()
	};
	let of_other = rows().into_iter().filter_map(|(call, error)| Some((call, error?))).collect();
	// It has no seat, and no statement is its business
	let of_witness = rows().into_iter().rev().take(2).map(|(call, _)| (call, "NotMember")).collect();
	// A carrier's own dispatcher, with what cannot be
	let (at, later) = (just_now(), now() + 86_400_000);
	let autonomy = |contracted| Evidence::BatteryAutonomy { contracted, measured: 1 };
	let contracted = scene.alone.entry.station.autonomy_minutes;
	let impossible = vec![
		(dispatch("anchor_fact", (order, later, reading(), None::<Hash>)), "Impossible"),
		(dispatch("anchor_fact", (order, at, autonomy(contracted + 1), None::<Hash>)), "OtherContract"),
		(
			dispatch("anchor_fact", (order, at, Evidence::Arrival { of: org(scene.sharer) }, None::<Hash>)),
			"NotConcerned",
		),
		(
			dispatch(
				"anchor_fact",
				(order, at, Evidence::GridFailure { phase: Phase::Changed }, None::<Hash>),
			),
			"Impossible",
		),
	];
	let signers = [
		(key(scene.owner, "role"), all("MissingRole")),
		(key(scene.owner, "place"), all("OutsideScope")),
		(key(scene.sharer, "other"), of_other),
		(key(WITNESS, "other"), of_witness),
		(key(scene.owner, "second"), impossible),
	];
	are_refused(&scene.chain, &signers).await;
	// Nothing has come of it
	let view = scene.order(order).await;
	assert_eq!((view.order.state, view.facts, view.notes.len()), (State::Acknowledged, 1, 0));
}
