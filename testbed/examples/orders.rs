// SPDX-License-Identifier: Apache-2.0

//! Connects a company's own dispatch system by subxt: shows the orders that wait for the tower company, follows the final blocks,
//! and takes up and completes the inspection that it is given. So that there is one, the first carrier opens it here.
//!
//! ```text
//! source scripts/env && build
//! $bin/examples/orders                          # asks ws://127.0.0.1:9944, where scripts/demo listens
//! $bin/examples/orders ws://node.example:9944
//! ```
//!
//! It signs with keys of the presets for networks on one machine, which everybody can derive. On the consortium's chain a
//! company has its own key alone; its admin adds the account with the role of a dispatcher (`trimast account add`).
//! Beside `subxt`, `tokio` and `trimast-primitives` it needs `parity-scale-codec`, to read events by the shared types.

use codec::Decode;
use std::{env, error::Error};
use subxt::{
	config::PolkadotConfig,
	dynamic::{runtime_api_call, transaction, Value},
	tx::Payload,
	utils::Static,
	OnlineClient,
};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	apis::OrderView,
	order::{Opening, Order, OrderKind, Place, Severity, State, Work},
	LocalNetworkId, OrgId,
};

type Api = OnlineClient<PolkadotConfig>;
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The tower company of the presets: whose system this is.
const OWN: OrgId = OrgId(2);
/// What its books call this sort of work. It leaves other orders to others.
const SORT: u16 = 4_711;
/// Orders in one answer. The chain gives at most 1,000.
const PAGE: u32 = 100;

#[tokio::main]
async fn main() -> Result<()> {
	let url = env::args().nth(1).unwrap_or_else(|| "ws://127.0.0.1:9944".into());
	// The chain hashes, signs and addresses as Polkadot does. It has no blocks from before metadata described types.
	let config = PolkadotConfig::builder().use_historic_types(false).build();
	let api: Api = OnlineClient::from_insecure_url_with_config(config, url).await?;
	let own = Keypair::from_uri(&"//tower//dispatcher".parse()?)?;

	// What is told from here on is not missed.
	let mut blocks = api.stream_blocks().await?;
	// What was there before. The list is in the order in which it is stored; the next page begins after the last one's number.
	println!("orders of organisation {} that wait for an answer", OWN.0);
	let mut after: Option<u32> = None;
	loop {
		let arguments = (Static(OWN), after, PAGE);
		let ask = runtime_api_call::<_, Static<Vec<(u32, Order)>>>("DispatchApi", "open_orders", arguments);
		let page = api.at_current_block().await?.runtime_apis().call(ask).await?;
		let waits = |order: &Order| order.handler == OWN && order.state == State::Acknowledged;
		for (id, order) in page.iter().filter(|(_, order)| waits(order)) {
			println!("  {id}: {:?} at {:?} of organisation {}", order.kind, order.place, order.raiser.0);
		}
		after = page.last().map(|(id, _)| *id);
		if after.is_none() {
			break;
		}
	}

	open_one(&api).await?;
	loop {
		let block = blocks.next().await.ok_or("the node tells of no more blocks")??;
		let at = block.at().await?;
		for event in at.events().fetch().await?.iter() {
			let event = event?;
			if (event.pallet_name(), event.event_name()) != ("Dispatch", "OrderOpened") {
				continue;
			}
			// The first of its fields; all are in the metadata.
			let fields = &mut event.field_bytes();
			let (id, raiser, handler, kind) = <(u32, OrgId, OrgId, OrderKind)>::decode(fields)?;
			if (handler, kind) != (OWN, OrderKind::Inspection) {
				continue;
			}
			let ask = runtime_api_call::<_, Static<Option<OrderView>>>("DispatchApi", "order", (id,));
			let found = at.runtime_apis().call(ask).await?;
			if found.as_ref().is_some_and(|view| view.order.work.kind == SORT) {
				println!("order {id} is given by organisation {}", raiser.0);
				return work_off(&api, &own, id).await;
			}
		}
	}
}

/// The other side: the carrier wants something looked at in Shijiazhuang. At a station of its own it would say
/// `Place::Station`.
async fn open_one(api: &Api) -> Result<()> {
	let carrier = Keypair::from_uri(&"//carrier-one//dispatcher".parse()?)?;
	let opening = Opening {
		kind: OrderKind::Inspection,
		handler: OWN,
		place: Place::LocalNetwork(LocalNetworkId(1301)),
		severity: Severity::Minor,
		work: Work { kind: SORT, planned: 1_800, ..Work::default() },
		parent: None,
		violation: None,
	};
	carry_out(api, &carrier, &transaction("Dispatch", "open", (Static(opening),))).await
}

/// Takes an order up, and says that it is done. Between the two people are sent out.
async fn work_off(api: &Api, own: &Keypair, id: u32) -> Result<()> {
	for state in [State::InProgress, State::Completed] {
		println!("order {id} becomes {state:?}");
		carry_out(api, own, &transaction("Dispatch", "step", (id, Static(state)))).await?;
	}
	let ask = runtime_api_call::<_, Static<Option<OrderView>>>("DispatchApi", "order", (id,));
	let view = api.at_current_block().await?.runtime_apis().call(ask).await?;
	let view = view.as_ref().ok_or("the order is gone")?;
	println!("order {id} has taken {} ms", view.clock.run());
	for change in view.changes.iter() {
		println!("  {:?} since {} ms", change.state, change.at);
	}
	Ok(())
}

/// Signs a call, waits until it is final and shows what happened. A call that fails is an error with its reason.
async fn carry_out(api: &Api, signer: &Keypair, call: &impl Payload) -> Result<()> {
	// Without other parameters subxt takes the account's next nonce and lets the transaction live for 32 blocks. It has
	// to die: the chain refuses what has no expiry.
	let progress = api.transactions().await?.sign_and_submit_then_watch_default(call, signer).await?;
	let block = progress.wait_for_finalized().await?;
	let events = block.wait_for_success().await?;
	for event in events.iter() {
		let event = event?;
		if event.pallet_name() == "Dispatch" {
			let fields: Value = event.decode_fields_unchecked_as()?;
			println!("  {}.{} {fields}", event.pallet_name(), event.event_name());
		}
	}
	Ok(())
}
