// SPDX-License-Identifier: Apache-2.0

//! Reads and changes the inventory by subxt: shows some stations of a local network, registers one as a planner of the
//! first carrier, waits until that is final, shows the event, and takes the station out of service again.
//!
//! ```text
//! source scripts/env && build
//! $bin/examples/sites                           # asks ws://127.0.0.1:9944, where scripts/demo listens
//! $bin/examples/sites ws://node.example:9944
//! ```
//!
//! It signs with a key of the presets for networks on one machine, which everybody can derive. On the consortium's chain
//! read the key from where you keep it; your company's admin adds its account with the role of a planner
//! (`trimast account add`).

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
	apis::SiteView,
	page::SiteId,
	site::{Plmn, SharingMode, Station, StationClass, StationCode, Technology, Vendor},
	territory::Position,
	LocalNetworkId, OrgId, OrgSet,
};

type Api = OnlineClient<PolkadotConfig>;
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Shijiazhuang.
const LOCAL_NETWORK: LocalNetworkId = LocalNetworkId(1301);
/// The first carrier of the presets.
const CARRIER_ONE: OrgId = OrgId(0);

#[tokio::main]
async fn main() -> Result<()> {
	let url = env::args().nth(1).unwrap_or_else(|| "ws://127.0.0.1:9944".into());
	// The chain hashes, signs and addresses as Polkadot does. It has no blocks from before metadata described types.
	let config = PolkadotConfig::builder().use_historic_types(false).build();
	let api: Api = OnlineClient::from_insecure_url_with_config(config, url).await?;
	let at = api.at_current_block().await?;

	// The runtime API of the inventory: the first five stations. The next page begins at the last one's index + 1.
	let arguments = (Static(LOCAL_NETWORK), 0u32, 5u32);
	let ask = runtime_api_call::<_, Static<Vec<SiteView>>>("SitesApi", "stations", arguments);
	println!("local network {} as of final block {}", LOCAL_NETWORK.0, at.block_number());
	for SiteView { id, entry } in at.runtime_apis().call(ask).await?.iter() {
		let confirmed = if entry.is_confirmed() { "confirmed" } else { "unconfirmed" };
		println!("  {}:{} {} {confirmed}", id.local_network.0, id.index, text(&entry.station.code));
	}

	// Registering the same again changes nothing, so every run takes a code of its own.
	let planner = Keypair::from_uri(&"//carrier-one//planner".parse()?)?;
	let station = station(&format!("EXAMPLE-{}", at.block_number()))?;
	let code = station.code.clone();
	println!("registering {}", text(&code));
	let register = transaction("Sites", "register", (Static(LOCAL_NETWORK), Static(station)));
	carry_out(&api, &planner, &register).await?;

	// Asked by its code, the chain says which number it has given.
	let arguments = (Static(LOCAL_NETWORK), Static(code.clone()));
	let ask = runtime_api_call::<_, Static<Option<SiteView>>>("SitesApi", "find", arguments);
	let found = api.at_current_block().await?.runtime_apis().call(ask).await?;
	let id: SiteId = found.as_ref().ok_or("the station is not there")?.id;

	// Nobody but its owner stands in this record, so it is retired at once. With others in it, that would be proposed to
	// them: see docs/sites.md, 'Amendments and consents'.
	println!("retiring {}:{}", id.local_network.0, id.index);
	carry_out(&api, &planner, &transaction("Sites", "retire", (Static(id),))).await
}

/// Signs a call, waits until it is final and shows what happened. A call that fails is an error with its reason.
async fn carry_out(api: &Api, signer: &Keypair, call: &impl Payload) -> Result<()> {
	// Without other parameters subxt takes the account's next nonce and lets the transaction live for 32 blocks. It has
	// to die: the chain refuses what has no expiry.
	let progress = api.transactions().await?.sign_and_submit_then_watch_default(call, signer).await?;
	let block = progress.wait_for_finalized().await?;
	let events = block.wait_for_success().await?;
	println!("final in block {:?}", block.block_hash());
	for event in events.iter() {
		let event = event?;
		if event.pallet_name() == "Sites" {
			let fields: Value = event.decode_fields_unchecked_as()?;
			println!("  {}.{} {fields}", event.pallet_name(), event.event_name());
		}
	}
	Ok(())
}

/// A 5G station that the carrier has for itself, on its own mast.
fn station(code: &str) -> Result<Station> {
	Ok(Station {
		code: StationCode::try_from(code.as_bytes().to_vec())
			.map_err(|_| "a code has at most 24 characters")?,
		technology: Technology::Nr,
		mode: SharingMode::Exclusive,
		owner: CARRIER_ONE,
		sharers: OrgSet::EMPTY,
		tower: None,
		plmns: vec![Plmn { mcc: 460, mnc: 11, three_digit_mnc: false }].try_into().map_err(|_| "PLMNs")?,
		// Millionths of a degree, WGS 84.
		position: Position { latitude: 38_042_000, longitude: 114_515_000 },
		county: 2,
		cells: 3,
		vendor: Vendor::try_from(b"VENDOR-A".to_vec()).map_err(|_| "vendor")?,
		class: StationClass::Ordinary,
		tenants: 1,
		systems: 1,
		battery_ah: 500,
		autonomy_minutes: 180,
		rated_power_w: 3_700,
		generator_minutes: 120,
		road_distance_hm: 123,
		road_minutes: 30,
		backhaul: CARRIER_ONE,
	})
}

fn text(code: &[u8]) -> String {
	String::from_utf8_lossy(code).into_owned()
}
