// SPDX-License-Identifier: Apache-2.0

//! A station without power: an alarm becomes a fault, and the fault a verdict, each step by a command that one could type.

use super::{heading, scenes};
use crate::{chain::Chain, generate::TOWER_COMPANY, keys, time::rfc3339, trimast::Trimast, views};
use anyhow::{Context, Result};
use serde_json::json;
use std::{
	fs,
	path::{Path, PathBuf},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use trimast_primitives::{
	apis::{OrderFilter, OrderView, OrdersView, SiteView, VerdictView, MAX_PAGE},
	order::{Order, OrderKind, State},
	LocalNetworkId, OrgId,
};

/// How long a verdict is waited for at most.
const JUDGED: Duration = Duration::from_secs(90);
/// How long an alarm has happened before it is reported, ms: the chain's clock has passed it.
const REPORTED: u64 = 5_000;
/// How long power is away for the order, ms.
const AWAY: u64 = 10_000;

fn dispatcher(org: OrgId) -> String {
	keys::uri(usize::from(org.0), Some("dispatcher"))
}

/// The first fault in a local network, as it stands.
async fn fault_in(chain: &Chain, place: LocalNetworkId) -> Result<Option<(u32, Order)>> {
	let filter =
		OrderFilter { kind: Some(OrderKind::Fault), local_network: Some(place), ..OrderFilter::default() };
	let found: OrdersView =
		chain.runtime("DispatchApi_orders", (filter, None::<u32>, MAX_PAGE), None).await?;
	Ok(found.orders.into_iter().next())
}

/// A file in which an element manager reports alarms of a station.
struct Alarms {
	file: PathBuf,
	object: String,
}

impl Alarms {
	/// Of a station, so far without any.
	fn of(data: &Path, view: &SiteView) -> Self {
		let code = String::from_utf8_lossy(&view.entry.station.code);
		let object = format!("SubNetwork={:04},ManagedElement={code}", view.id.local_network.0);
		Self { file: data.join("alarms.jsonl"), object }
	}

	/// Adds a notification (3GPP TS 28.532) of [`REPORTED`] ago.
	fn add(&self, what: &str, severity: &str) -> Result<()> {
		let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64;
		let notification = json!({
			"notificationType": what,
			"objectInstance": self.object,
			"notificationId": now / 1_000,
			"eventTime": rfc3339(now - REPORTED),
			"alarmId": format!("{}-power", self.object),
			"alarmType": "EQUIPMENT_ALARM",
			"probableCause": "powerProblem",
			"perceivedSeverity": severity,
		});
		let text = fs::read_to_string(&self.file).unwrap_or_default();
		fs::write(&self.file, format!("{text}{notification}\n"))
			.with_context(|| self.file.display().to_string())
	}

	async fn import(&self, trimast: &Trimast, owner: OrgId) -> Result<()> {
		let file = self.file.to_str().context("the folder's name is not UTF-8")?;
		trimast.show(Some(&dispatcher(owner)), &["--yes", "alarm", "import", file]).await
	}
}

/// From the alarm to the raiser's word that all is well.
///
/// # Errors
///
/// A command fails that should not, or one goes through that should not.
pub(super) async fn show(trimast: &Trimast, chain: &Chain, data: &Path, place: LocalNetworkId) -> Result<()> {
	heading("A station loses power: the owner's alarm opens a fault, and the tower company has to answer");
	let stations = views::stations(chain, place, None).await?;
	let found = fault_in(chain, place).await?;
	let is_its =
		|view: &&SiteView| found.as_ref().is_some_and(|(_, order)| order.place.station() == Some(view.id));
	let view = stations.iter().find(is_its).or_else(|| stations.iter().find(|view| scenes::is_shared(view)));
	let view = view.context("no station in service names all companies")?;
	let (owner, alarms) = (view.entry.station.owner, Alarms::of(data, view));
	let (owner_key, tower_key) = (dispatcher(owner), dispatcher(TOWER_COMPANY));
	let order = match found {
		Some((order, _)) => {
			println!("  order {order}, which an earlier start has opened");
			order
		}
		None => {
			let _ = fs::remove_file(&alarms.file);
			alarms.add("notifyNewAlarm", "CRITICAL")?;
			alarms.import(trimast, owner).await?;
			fault_in(chain, place).await?.context("no fault was opened")?.0
		}
	};
	let id = order.to_string();
	if state(chain, order).await? == State::Acknowledged {
		trimast.show(Some(&tower_key), &["inbox"]).await?;
		trimast.show_refused(Some(&owner_key), &["order", "ack", &id]).await?;
		trimast.show(Some(&tower_key), &["--yes", "order", "ack", &id]).await?;
	}
	if state(chain, order).await? == State::InProgress {
		let arrival = format!("by={}", keys::ORGS[usize::from(TOWER_COMPANY.0)]);
		trimast.show(Some(&tower_key), &["--yes", "order", "fact", &id, "arrival", &arrival]).await?;
		println!("  power is away for {} s", AWAY / 1_000);
		while view_of(chain, order).await?.clock.run() < AWAY + REPORTED {
			tokio::time::sleep(Duration::from_secs(1)).await;
		}
		alarms.add("notifyClearedAlarm", "CLEARED")?;
		alarms.import(trimast, owner).await?;
		trimast.show(Some(&tower_key), &["--yes", "order", "resolve", &id]).await?;
	}
	if state(chain, order).await? == State::Resolved {
		trimast.show(Some(&owner_key), &["--yes", "order", "close", &id]).await?;
	}
	Ok(())
}

async fn view_of(chain: &Chain, order: u32) -> Result<OrderView> {
	let view: Option<OrderView> = chain.runtime("DispatchApi_order", order, None).await?;
	view.context("the order is gone")
}

async fn state(chain: &Chain, order: u32) -> Result<State> {
	Ok(view_of(chain, order).await?.order.state)
}

/// Who answers, and what it would be if the alarm had not been reported: computed here, from a file.
///
/// # Errors
///
/// A command fails that should not.
pub(super) async fn verdict(
	trimast: &Trimast,
	chain: &Chain,
	data: &Path,
	place: LocalNetworkId,
) -> Result<()> {
	heading("The time for evidence is over: who answers follows from the table and the facts");
	let (order, _) = fault_in(chain, place).await?.context("no fault was opened")?;
	let start = Instant::now();
	loop {
		let given: Option<VerdictView> = chain.runtime("DispatchApi_verdict", order, None).await?;
		if given.is_some() || start.elapsed() > JUDGED {
			break;
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
	let id = order.to_string();
	trimast.show(None, &["order", "explain", &id]).await?;
	let file = data.join(format!("order-{id}.json"));
	let _ = fs::remove_file(&file);
	let file = file.to_str().context("the folder's name is not UTF-8")?;
	trimast.show(None, &["order", "export", &id, "--output", file]).await?;
	trimast.show(None, &["order", "replay", "--from", file, "--what-if", "0=drop"]).await
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generate::{Country, Plan};
	use serde_json::Value;
	use trimast_primitives::{
		page::SiteId,
		site::{Station, StationEntry, StationState},
		OrgSet,
	};

	fn view(station: Station) -> SiteView {
		let entry = StationEntry {
			signed: OrgSet::of(station.owner),
			station,
			state: StationState::OnAir,
			revision: 0,
		};
		SiteView { id: SiteId { local_network: LocalNetworkId(1301), index: 7 }, entry }
	}

	#[test]
	fn alarms_are_added_in_their_order() {
		let folder = tempfile::tempdir().unwrap();
		let country = Country::new(Plan::of(1_000)).unwrap();
		let station = country.local_network(0).unwrap().stations.remove(0).station;
		let code = String::from_utf8(station.code.to_vec()).unwrap();
		let alarms = Alarms::of(folder.path(), &view(station));
		alarms.add("notifyNewAlarm", "CRITICAL").unwrap();
		alarms.add("notifyClearedAlarm", "CLEARED").unwrap();
		let text = fs::read_to_string(&alarms.file).unwrap();
		let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
		let types: Vec<_> = lines.iter().map(|line| line["notificationType"].as_str().unwrap()).collect();
		assert_eq!(types, ["notifyNewAlarm", "notifyClearedAlarm"]);
		assert_eq!(lines[0]["alarmId"], lines[1]["alarmId"]);
		assert_eq!(lines[0]["objectInstance"], format!("SubNetwork=1301,ManagedElement={code}"));
	}
}
