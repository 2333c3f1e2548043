// SPDX-License-Identifier: Apache-2.0
//! `trimast config notify`: what a network has made known of its own changes goes onto the chain: notifications
//! `notifyMOIAttributeValueChanges` of TS 28.532, as JSON.
//!
//! ```text
//!   { "notificationType": "notifyMOIAttributeValueChanges",
//!     "objectInstance": "SubNetwork=1301,ManagedElement=HE-0001,GNBDUFunction=1,NRCellDU=2",
//!     "eventTime": "2026-05-07T12:00:00+08:00",
//!     "sourceIndicator": "SON_OPERATION",
//!     "attributeListValueChanges": [ { "nRPCI": 17 }, { "nRPCI": 16 } ] }      new values, and the old ones if known
//! ```
//!
//! The object is named by its distinguished name (TS 32.300), in `objectInstance` or as the path of `href`. A file has one
//! notification, a list of them, or one behind the other; each may stand in the event that a collector hands on (VES,
//! `event.stndDefinedFields.data`).

use super::{
	access,
	export::{
		objects::{with_attributes, Class},
		resolve::{codes, Names},
		stations::{Directory, Stations},
		time, Columns, RawCell, RawNetwork, Report, Wrong,
	},
	words::Words,
};
use crate::{
	chain::{storage, Call, Chain},
	context::Context,
	error::{Failure, Result},
	files::read_text,
	names,
	output::{counted, facts, quoted},
};
use clap::Args;
use codec::{Decode, Encode};
use serde_json::{json, Map, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	path::PathBuf,
};
use trimast_primitives::{
	cells::{catalogue::ParamScope, CellId, ParamKey},
	page::SiteId,
	site::{is_code, Technology, MAX_CELLS},
	BlockNumber, LocalNetworkId, Moment, OrgId,
};

/// Notices that one call may carry (`MAX_SENT` of the pallet).
const MOST: usize = 64;

/// Report what a network has made known of its changes.
#[derive(Args, Debug)]
pub(crate) struct NotifyCommand {
	/// JSON file with notifications notifyMOIAttributeValueChanges of TS 28.532.
	file: PathBuf,
	/// Read the file and send nothing.
	#[arg(long)]
	check: bool,
	/// Send the right ones though others are wrong.
	#[arg(long)]
	skip_invalid: bool,
}

/// Who has changed a value: sourceIndicator of TS 28.532. As the chain numbers them.
#[derive(Encode, Decode, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Source {
	/// The network element itself.
	Resource,
	/// People or systems through the management.
	Management,
	/// The network's own optimisation.
	Son,
	/// Nobody says.
	Unknown,
}

impl Source {
	fn read(text: Option<&str>) -> Result<Self, String> {
		Ok(match text {
			Some("RESOURCE_OPERATION") => Self::Resource,
			Some("MANAGEMENT_OPERATION") => Self::Management,
			Some("SON_OPERATION") => Self::Son,
			Some("UNKNOWN") | None => Self::Unknown,
			Some(other) => return Err(format!("{} is no sourceIndicator", quoted(other))),
		})
	}
}

/// A change of a value, as the chain takes it.
#[derive(Encode, Decode, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Notice {
	slot: u8,
	cell: u8,
	key: ParamKey,
	old: Option<i64>,
	new: i64,
	source: Source,
	at: Moment,
}

/// A cell that an object belongs to, and whose values of it are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Object {
	local_network: LocalNetworkId,
	station: String,
	/// None for what belongs to the station as a whole: each of its cells.
	cell: Option<u8>,
	/// The technology of the cell, or of the cells.
	technology: Option<Technology>,
	/// The object's own class.
	class: String,
	/// The operator, the neighbour or the frequency whose values they are.
	part: Option<String>,
	/// What the values are of; none of an object that is no cell, nothing of one and no station, such as a neighbour that
	/// the station knows.
	scope: Option<ParamScope>,
}

impl Object {
	/// From a distinguished name, or from a path with one.
	fn read(name: &str) -> Result<Self, String> {
		let (mut local_network, mut station, mut cell, mut part) = (None, None, None, None);
		let (mut technology, mut scope, mut class) = (None, None, String::new());
		let (mut is_foreign, mut is_outside) = (false, false);
		for (name, id) in name.split([',', '/']).filter_map(|part| part.trim().split_once('=')) {
			match (name, Class::of(name)) {
				("SubNetwork", _) => local_network = names::local_network(id).ok().or(local_network),
				("ManagedElement", _) => {
					station = Some(id.to_string()).filter(|id| is_code(id.as_bytes()));
					scope = Some(ParamScope::Station);
				}
				(_, Class::Function(of)) => technology = Some(of),
				(_, Class::Cell(of)) => {
					let number: Option<u8> = id.parse().ok().filter(|cell| *cell < MAX_CELLS);
					cell = Some(number.ok_or_else(|| format!("{} is no number of a cell", quoted(id)))?);
					(technology, scope, is_outside) = (Some(of), Some(ParamScope::Cell), false);
				}
				(_, Class::Operator) if cell.is_some() => {
					(part, scope) = (Some(id.to_string()), Some(ParamScope::Plmn));
				}
				(_, Class::Neighbour(of)) if cell.is_some() && technology == Some(of) => {
					(part, scope) = (Some(id.to_string()), Some(ParamScope::CellRelation));
				}
				(_, Class::Frequency(of)) if cell.is_some() && technology == Some(of) => {
					(part, scope) = (Some(id.to_string()), Some(ParamScope::FrequencyRelation));
				}
				(_, Class::Carrier | Class::Operator) => {
					return Err(format!("{} does not say which cell's values it has", quoted(name)));
				}
				(_, Class::Container) => {}
				(_, Class::Other) => is_outside |= station.is_some() && cell.is_none(),
				(_, Class::Foreign | Class::Neighbour(_) | Class::Frequency(_) | Class::OtherRelation) => {
					is_foreign = true;
				}
			}
			class = name.to_string();
		}
		let scope = scope.filter(|_| !is_foreign && !is_outside);
		match (local_network, station) {
			(Some(local_network), Some(station)) => {
				Ok(Self { local_network, station, cell, technology, class, part, scope })
			}
			_ => Err(
				"it names no SubNetwork with a local network's code, or no ManagedElement with a station's"
					.into(),
			),
		}
	}

	/// The column that an attribute of it is, as files of cells have it.
	fn column(&self, attribute: &str, is_known: impl Fn(&str) -> bool) -> String {
		let of_class = format!("{}.{attribute}", with_attributes(&self.class));
		let name = if is_known(&of_class) { of_class } else { attribute.to_string() };
		match &self.part {
			Some(part) => format!("{name}[{part}]"),
			None => name,
		}
	}
}

/// A notification.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Notification {
	object: Object,
	at: Moment,
	source: Source,
	new: Map<String, Value>,
	old: Map<String, Value>,
}

impl Notification {
	fn read(value: &Value) -> Result<Self, String> {
		let value = value.pointer("/event/stndDefinedFields/data").unwrap_or(value);
		let text = |name: &str| value.get(name).and_then(Value::as_str);
		match text("notificationType") {
			Some("notifyMOIAttributeValueChanges") => {}
			other => return Err(format!("{} is another notification", quoted(other.unwrap_or("none")))),
		}
		let name =
			text("objectInstance").or_else(|| text("href")).ok_or("it has no objectInstance and no href")?;
		let at = time::read(text("eventTime").ok_or("it has no eventTime")?)?;
		let source = Source::read(text("sourceIndicator"))?;
		let lists = value.get("attributeListValueChanges").and_then(Value::as_array);
		let list = |n: usize| lists.and_then(|lists| lists.get(n)?.as_object()).cloned().unwrap_or_default();
		let (new, old) = (list(0), list(1));
		if new.is_empty() {
			return Err("it has no attributeListValueChanges with new values".into());
		}
		Ok(Self { object: Object::read(name)?, at, source, new, old })
	}
}

/// What to do about a notification that cannot be read.
const FORM: &str = "docs/trimast.md has the form";

/// All notifications of a text, each by its number from 1, or what is wrong with it.
fn notifications(text: &str) -> Result<Vec<(u64, Result<Notification, String>)>> {
	let mut found = Vec::new();
	let mut read = |value: &Value| {
		let number = u64::try_from(found.len()).unwrap_or(u64::MAX).saturating_add(1);
		found.push((number, Notification::read(value)));
	};
	for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
		match document.map_err(|e| Failure::input(format!("not JSON: {e}")).remedy(FORM))? {
			Value::Array(list) => list.iter().for_each(&mut read),
			value => read(&value),
		}
	}
	if found.is_empty() {
		return Err(Failure::input("there is no notification in it").remedy(FORM));
	}
	Ok(found)
}

/// A value of JSON as files of cells have it.
fn value_text(value: &Value) -> Option<String> {
	Some(match value {
		Value::String(text) => text.clone(),
		Value::Number(number) => number.to_string(),
		Value::Bool(value) => value.to_string(),
		Value::Array(items) => {
			let texts: Option<Vec<String>> = items.iter().map(value_text).collect();
			let mut texts = texts?;
			// A PLMN stands in a list once for each of its slices.
			if items.iter().all(Value::is_object) {
				let mut seen = BTreeSet::new();
				texts.retain(|text| seen.insert(text.clone()));
			}
			texts.join(" ")
		}
		// A PLMN of TS 28.541, alone or in a PLMNInfo.
		Value::Object(map) => match map.get("plmnId").or_else(|| map.get("pLMNId")) {
			Some(plmn) => value_text(plmn)?,
			None => value_text(map.get("mcc")?)? + &value_text(map.get("mnc")?)?,
		},
		Value::Null => return None,
	})
}

/// A value to look up: which notification, which cell, and whether it is the old one.
struct Sought {
	number: u64,
	is_old: bool,
	raw: RawCell,
}

/// The values of notifications, each in a cell of its own. What is wrong is named by the number of its notification.
fn sought(
	notifications: &[(u64, Notification)],
	columns: &mut Columns,
	words: &Words,
	cells_of: impl Fn(&Object) -> u8,
	wrong: &mut Vec<Wrong>,
) -> Result<Vec<Sought>> {
	let mut all = Vec::new();
	for (number, notification) in notifications {
		let object = &notification.object;
		let cells: Vec<u8> = match object.cell {
			Some(cell) => vec![cell],
			None => (0..cells_of(object)).collect(),
		};
		let Some(scope) = object.scope else { continue };
		for (attribute, value) in &notification.new {
			let column = object.column(attribute, |name| !words.catalogue.named(name).is_empty());
			let id = columns.number(&words.catalogue, &column)?;
			let name = column.split('[').next().unwrap_or_default();
			let view = words.catalogue.named(name).first().and_then(|id| words.catalogue.get(*id));
			// What the federation does not watch is no matter of the chain. Another object than a cell may have an attribute
			// that is called as one of a cell's. An operator's in a cell is told as wrong: nobody knows whose it is.
			let is_others = |of: ParamScope| scope != ParamScope::Cell && scope != of;
			if view.is_none_or(|view| is_others(view.parameter.scope)) {
				continue;
			}
			let Some(text) = value_text(value) else {
				let what = "it has no value that can be read".to_string();
				let remedy = "only changes of values are reported".to_string();
				let cell = format!("{}/{}", object.local_network.0, object.station);
				wrong.push(Wrong { line: *number, cell, column, what, remedy });
				continue;
			};
			let old = notification.old.get(attribute).and_then(value_text);
			for cell in &cells {
				let mut one = |text: &str, is_old| {
					let mut raw = RawCell::new(*number, object.local_network, &object.station, *cell);
					raw.technology = object.technology;
					raw.push(id, text);
					all.push(Sought { number: *number, is_old, raw });
				};
				one(&text, false);
				if let Some(old) = &old {
					one(old, true);
				}
			}
		}
	}
	Ok(all)
}

/// By local network and page: what is reported.
type Notices = BTreeMap<(LocalNetworkId, u16), BTreeSet<Notice>>;

/// Looks values up and puts old and new ones together. An old value that cannot be read is left out.
fn put_together(
	notifications: &BTreeMap<u64, Notification>,
	sought: &[Sought],
	names: &Names<'_>,
	notices: &mut Notices,
	wrong: &mut Vec<Wrong>,
) {
	let mut old = BTreeMap::new();
	for one in sought.iter().filter(|one| one.is_old) {
		if let Ok(cell) = names.cell(&one.raw) {
			old.extend(cell.values.into_iter().map(|(key, value)| ((one.number, cell.id, key), value)));
		}
	}
	for one in sought.iter().filter(|one| !one.is_old) {
		let cell = match names.cell(&one.raw) {
			Ok(cell) => cell,
			Err(more) => {
				wrong.extend(more);
				continue;
			}
		};
		let Some((page, notification)) = cell.id.site.page().zip(notifications.get(&one.number)) else {
			continue;
		};
		for (key, value) in cell.values {
			let notice = Notice {
				// A page has 64 slots.
				slot: u8::try_from(cell.id.site.slot()).unwrap_or(u8::MAX),
				cell: cell.id.cell,
				key,
				old: old.get(&(one.number, cell.id, key)).copied(),
				new: value,
				source: notification.source,
				at: notification.at,
			};
			notices.entry((cell.id.site.local_network, page)).or_default().insert(notice);
		}
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: NotifyCommand) -> Result<()> {
	let place = |failure: Failure| failure.at(command.file.display());
	let read = notifications(&read_text(&command.file)?).map_err(place)?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let mut words = Words::ask(at).await?;
	let count = read.len();
	let (mut right, mut wrong) = (BTreeMap::new(), Vec::new());
	for (number, result) in read {
		match result {
			Ok(notification) => {
				right.insert(number, notification);
			}
			Err(what) => {
				let remedy = FORM.into();
				wrong.push(Wrong { line: number, cell: String::new(), column: String::new(), what, remedy });
			}
		}
	}
	if !command.check {
		let account = access::acting(context, at, access::REPORTER).await?;
		for (number, notification) in &right {
			access::expect_local_network(&account, notification.object.local_network)
				.map_err(|failure| place(failure.at(format!("notification {number}"))))?;
		}
	}
	let notices = look_up(&chain, &words, &right, &mut wrong).await?;
	let mut report = Report::new(context.output);
	wrong.sort_by_key(|wrong| wrong.line);
	report.all(&wrong);
	let total: usize = notices.values().map(BTreeSet::len).sum();
	if command.check {
		let value =
			json!({ "type": "checked", "notifications": count, "notices": total, "invalid": report.count });
		context.output.answer(&value, || {
			format!(
				"{} with {}, {} wrong; nothing was sent",
				counted(count, "notification"),
				counted(total, "value"),
				report.count
			)
		});
	}
	if report.count > 0 && !command.skip_invalid {
		return Err(place(
			Failure::input(format!("{} notifications or values are wrong, nothing was sent", report.count))
				.remedy("correct them, or say --skip-invalid to leave them out (what is called a line is the notification's number)"),
		));
	}
	if command.check {
		return Ok(());
	}
	send(context, &chain, &mut words, notices).await
}

/// Looks up all that notifications name, a local network at a time.
async fn look_up(
	chain: &Chain,
	words: &Words,
	right: &BTreeMap<u64, Notification>,
	wrong: &mut Vec<Wrong>,
) -> Result<Notices> {
	let directory = Directory::new(chain).await?;
	let mut notices = Notices::new();
	let networks: BTreeSet<LocalNetworkId> =
		right.values().map(|notification| notification.object.local_network).collect();
	for id in networks {
		let own = right.iter().filter(|(_, notification)| notification.object.local_network == id);
		let own: Vec<(u64, Notification)> = own.map(|(number, one)| (*number, one.clone())).collect();
		let stations = match directory.knows(id) {
			true => directory.stations(id).await?,
			false => Stations::default(),
		};
		let cells_of = |object: &Object| {
			// Where there is no such station, looking up its first cell says so.
			stations.find(object.station.as_bytes()).map_or(1, |(_, entry)| entry.station.cells)
		};
		let mut columns = Columns::default();
		let sought = sought(&own, &mut columns, words, cells_of, wrong)?;
		let network = RawNetwork { id, cells: sought.iter().map(|one| one.raw.clone()).collect() };
		let codes = codes(&network, &columns, &words.catalogue, &directory).await?;
		let names =
			Names { columns: &columns, catalogue: &words.catalogue, stations: &stations, codes: &codes };
		put_together(right, &sought, &names, &mut notices, wrong);
	}
	Ok(notices)
}

/// Sends them, and tells which are not kept.
async fn send(context: &Context, chain: &Chain, words: &mut Words, notices: Notices) -> Result<()> {
	let spec = context.spec(chain).await?;
	let mut calls: Vec<(String, Call)> = Vec::new();
	for ((local_network, page), notices) in &notices {
		let mut notices: Vec<Notice> = notices.iter().copied().collect();
		// The oldest first, as they came about.
		notices.sort_by_key(|notice| notice.at);
		for notices in notices.chunks(MOST) {
			let label = format!("local network {}, page {page}", local_network.0);
			let call = spec.call("ConfigGuard", "notify", (*local_network, *page, notices))?;
			calls.push((label, call));
		}
	}
	let before = kept(chain, &notices).await?;
	match calls.len() {
		0 => {
			context.output.remark("nothing that the federation watches has changed");
			return Ok(());
		}
		1 => {
			let Some((label, call)) = calls.pop() else { return Ok(()) };
			let made = context.perform(chain, call).await.map_err(|failure| failure.at(label))?;
			let mut events = made.iter().flat_map(|inclusion| &inclusion.events);
			// A transaction that is only written down, or signed by one of several, has reported nothing yet.
			if !events.any(|event| event.is("ConfigGuard", "Notified")) {
				return Ok(());
			}
		}
		_ => context.perform_all(chain, calls).await?,
	}
	let at = chain.now().await?;
	let (org, now) = (context.acting_org(at).await?, at.moment().await?);
	let refused = not_kept(&notices, (&before, &kept(chain, &notices).await?), org, now);
	words.learn(at, refused.iter().map(|(cell, notice, _)| (*cell, notice.key, Some(notice.new)))).await?;
	tell(context, words, notices.values().map(BTreeSet::len).sum(), &refused)
}

/// The notices that the chain keeps of a page: who has sent each, in which block.
type Kept = BTreeMap<(LocalNetworkId, u16), Vec<(OrgId, BlockNumber, Notice)>>;

/// Those of the pages of some notices.
async fn kept(chain: &Chain, notices: &Notices) -> Result<Kept> {
	let at = chain.now().await?;
	let mut all = Kept::new();
	for place in notices.keys() {
		let (network, page) = (place.0 .0.to_le_bytes(), place.1.to_le_bytes());
		let key = storage::twox_concat("ConfigGuard", "Notices", &[&network, &page]);
		all.insert(*place, storage::get(chain, &key, at.hash).await?.unwrap_or_default());
	}
	Ok(all)
}

/// Of what a company has sent what the chain did not keep, and why; by what it kept before and after, `now` at the latest.
fn not_kept(
	sent: &Notices,
	(before, after): (&Kept, &Kept),
	org: OrgId,
	now: Moment,
) -> Vec<(CellId, Notice, &'static str)> {
	let has = |kept: &Kept, place: &(LocalNetworkId, u16), notice: &Notice| {
		let kept = kept.get(place).map(Vec::as_slice).unwrap_or_default();
		kept.iter().any(|(by, _, known)| (by, known) == (&org, notice))
	};
	let why = |place: &(LocalNetworkId, u16), notice: &Notice| {
		if has(before, place, notice) {
			return Some("it was known already");
		}
		(!has(after, place, notice)).then_some(match notice.at > now {
			true => "it lies in the future by the chain's clock",
			false => "another company changes the value",
		})
	};
	let all = sent.iter().flat_map(|(place, notices)| notices.iter().map(move |notice| (place, notice)));
	all.filter_map(|(place, notice)| {
		let site = SiteId::new(place.0, place.1, notice.slot.into());
		Some((CellId { site, cell: notice.cell }, *notice, why(place, notice)?))
	})
	.collect()
}

fn tell(
	context: &Context,
	words: &Words,
	sent: usize,
	refused: &[(CellId, Notice, &'static str)],
) -> Result<()> {
	let kept = sent.saturating_sub(refused.len());
	let list: Vec<Value> = refused
		.iter()
		.map(|(cell, notice, reason)| {
			json!({
				"cell": words.cell(*cell), "id": cell, "parameter": words.key(*cell, notice.key), "key": notice.key,
				"value": notice.new, "at": notice.at, "reason": reason,
			})
		})
		.collect();
	context.output.json_line(&json!({ "type": "notified", "kept": kept, "not_kept": list }));
	context.output.say(&facts(&[("kept", kept.to_string()), ("not kept", refused.len().to_string())]));
	for (cell, notice, reason) in refused {
		let (name, value) =
			(words.key_words(*cell, notice.key), words.value(*cell, notice.key, Some(notice.new)));
		let of = time::text(notice.at);
		context.output.say(&format!("not kept: {} {name} {value} of {of}: {reason}", words.cell(*cell)));
	}
	match refused.len() {
		0 => Ok(()),
		count => Err(Failure::partial(format!("{} not kept", counted(count, "notice")))
			.remedy("each is told above with the reason")),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::words::tests::words, *};
	use crate::config::export::resolve::tests::{stations, PLACE};
	use std::{collections::HashMap, sync::Arc};

	fn notification(object: &str, changes: Value) -> Value {
		json!({
			"notificationType": "notifyMOIAttributeValueChanges", "objectInstance": object,
			"eventTime": "1970-01-01T08:00:01+08:00", "sourceIndicator": "SON_OPERATION", "attributeListValueChanges": changes,
		})
	}

	/// What a text reports, and what is wrong in it.
	fn reported(text: &str) -> (Vec<Notice>, Vec<Wrong>) {
		let read = notifications(text).unwrap();
		let right: BTreeMap<u64, Notification> =
			read.into_iter().map(|(number, read)| (number, read.unwrap())).collect();
		let (words, stations, mut columns, mut wrong) = (words(), stations(), Columns::default(), Vec::new());
		let own: Vec<_> = right.iter().map(|(number, one)| (*number, one.clone())).collect();
		let sought = sought(&own, &mut columns, &words, |_| 2, &mut wrong).unwrap();
		let codes: HashMap<_, _> = [(PLACE, Arc::new(stations.codes()))].into();
		let names =
			Names { columns: &columns, catalogue: &words.catalogue, stations: &stations, codes: &codes };
		let mut notices = Notices::new();
		put_together(&right, &sought, &names, &mut notices, &mut wrong);
		(notices.into_values().flatten().collect(), wrong)
	}

	#[test]
	fn notifications_give_values_with_their_old_ones() {
		let cell = "SubNetwork=1301,ManagedElement=A,GNBDUFunction=1,NRCellDU=1";
		let one = notification(cell, json!([{ "nRPCI": 17, "unwatched": 3 }, { "nRPCI": 16 }]));
		let (notices, wrong) = reported(&one.to_string());
		assert_eq!(wrong, []);
		let key = ParamKey::of(trimast_primitives::cells::ParamId(11));
		let expected =
			Notice { slot: 0, cell: 1, key, old: Some(16), new: 17, source: Source::Son, at: 1_000 };
		assert_eq!(notices, [expected]);
		// One behind the other, in a list, and as a collector hands them on
		let handed_on = json!({ "event": { "stndDefinedFields": { "data": one } } });
		for text in [format!("{one}\n{handed_on}"), json!([one, handed_on]).to_string()] {
			assert_eq!(reported(&text).0, [expected], "the same twice is one");
		}
	}

	#[test]
	fn what_is_not_kept_is_named_with_the_reason() {
		let notice = |cell, at| {
			let key = ParamKey::of(trimast_primitives::cells::ParamId(11));
			Notice { slot: 3, cell, key, old: None, new: 17, source: Source::Son, at }
		};
		let place = (PLACE, 2);
		let sent: Notices = [(place, (0..4).map(|cell| notice(cell, 5 + u64::from(cell))).collect())].into();
		let kept = |list: &[(u8, u8)]| -> Kept {
			let own = list.iter().map(|(by, cell)| (OrgId(*by), 9, notice(*cell, 5 + u64::from(*cell))));
			[(place, own.collect())].into()
		};
		let refused =
			not_kept(&sent, (&kept(&[(1, 0), (2, 1)]), &kept(&[(1, 0), (2, 1), (1, 2)])), OrgId(1), 7);
		let found: Vec<_> = refused.iter().map(|(cell, _, why)| (cell.site.index, cell.cell, *why)).collect();
		assert_eq!(
			found,
			[
				(2 * 64 + 3, 0, "it was known already"),
				(2 * 64 + 3, 1, "another company changes the value"),
				(2 * 64 + 3, 3, "it lies in the future by the chain's clock"),
			]
		);
		assert!(
			not_kept(&sent, (&Kept::new(), &kept(&[(1, 0), (1, 1), (1, 2), (1, 3)])), OrgId(1), 7).is_empty()
		);
	}

	#[test]
	fn objects_below_and_above_a_cell_say_whose_values_they_are() {
		let operator = notification(
			"SubNetwork=1301,ManagedElement=A,GNBDUFunction=1,NRCellDU=0,NROperatorCellDU=46001",
			json!([{ "administrativeState": "LOCKED", "nRTAC": "0x10" }]),
		);
		let (notices, wrong) = reported(&operator.to_string());
		assert_eq!(wrong, []);
		let keys: Vec<_> =
			notices.iter().map(|notice| (notice.key.param.0, notice.key.place, notice.new)).collect();
		assert_eq!(keys, [(2, 1, 0), (4, 1, 16)]);
		// What belongs to the station is reported of each of its cells
		let station =
			notification("SubNetwork=1301,ManagedElement=A,GNBDUFunction=1", json!([{ "gNBIdLength": 24 }]));
		let cells: Vec<_> = reported(&station.to_string()).0.iter().map(|notice| notice.cell).collect();
		assert_eq!(cells, [0, 1]);
		let mut by_path =
			notification("", json!([{ "plmnInfoList": [{ "plmnId": { "mcc": "460", "mnc": "01" } }] }]));
		by_path["objectInstance"] = Value::Null;
		by_path["href"] = json!("http://a:1/SubNetwork=1301/ManagedElement=A/GNBDUFunction=1/NRCellDU=0");
		assert_eq!(reported(&by_path.to_string()).0.iter().map(|notice| notice.new).collect::<Vec<_>>(), [2]);
	}

	#[test]
	fn objects_that_are_no_cells_report_nothing_of_them() {
		let notices = |object: &str, changes: Value| {
			let name = format!("SubNetwork=1301,ManagedElement=A,{object}");
			reported(&notification(&name, json!([changes])).to_string())
		};
		for (object, changes) in [
			("GNBCUCPFunction=1,ExternalGNBCUCPFunction=2,ExternalNRCellCU=1", json!({ "nRPCI": 17 })),
			("GNBCUCPFunction=1,ExternalGNBCUCPFunction=2", json!({ "gNBIdLength": 24 })),
			("GNBCUCPFunction=1,NRFrequency=1", json!({ "arfcnDL": 630_000 })),
			("GNBDUFunction=1,DESManagementFunction=1", json!({ "desSwitch": true })),
			("GNBCUUPFunction=1", json!({ "plmnInfoList": [{ "mcc": "460", "mnc": "01" }] })),
			("GNBCUCPFunction=1,NRCellCU=1,EUtranFreqRelation=0", json!({ "cellReselectionPriority": 3 })),
			("GNBCUCPFunction=1,NRCellCU=1,NRCellRelation=0", json!({ "cellReselectionPriority": 3 })),
		] {
			assert_eq!(notices(object, changes), (vec![], vec![]), "{object}");
		}
		// A vendor's function between is none; nor is a cell of another technology one of the station's
		let (read, _) = notices("VendorFunction=1,NRCellDU=1", json!({ "nRPCI": 17 }));
		assert_eq!(read.len(), 1);
		let (read, wrong) = notices("ENBFunction=1,EUtranCellFDD=1", json!({ "a3-Offset": 3 }));
		assert!(read.is_empty() && wrong[0].what.contains("an LTE cell"), "{wrong:?}");
		let carrier =
			notification("SubNetwork=1301,ManagedElement=A,NRSectorCarrier=1", json!([{ "arfcnDL": 1 }]));
		assert!(Notification::read(&carrier).unwrap_err().contains("which cell's"));
		// A PLMN with two slices is one
		let slices = json!([
			{ "plmnId": { "mcc": "460", "mnc": "01" }, "snssai": { "sst": 1 } },
			{ "plmnId": { "mcc": "460", "mnc": "01" }, "snssai": { "sst": 2 } },
		]);
		assert_eq!(value_text(&slices).unwrap(), "46001");
	}

	#[test]
	fn wrong_notifications_are_named() {
		let good = notification("SubNetwork=1301,ManagedElement=A,NRCellDU=1", json!([{ "nRPCI": 17 }]));
		let changed = |name: &str, value: Value| {
			let mut one = good.clone();
			one[name] = value;
			Notification::read(&one).unwrap_err()
		};
		for (name, value, part) in [
			("notificationType", json!("notifyMOICreation"), "another notification"),
			("objectInstance", json!("ManagedElement=A,NRCellDU=1"), "no SubNetwork"),
			("objectInstance", json!("SubNetwork=1301,ManagedElement=A,NRCellDU=x"), "no number of a cell"),
			("objectInstance", Value::Null, "no href"),
			("eventTime", json!("yesterday"), "written as"),
			("sourceIndicator", json!("GHOST"), "no sourceIndicator"),
			("attributeListValueChanges", json!([]), "new values"),
		] {
			let what = changed(name, value);
			assert!(what.contains(part), "{name}: {what}");
		}
		for (text, what) in
			[("{", "not JSON"), ("", "no notification in it"), (" [] ", "no notification in it")]
		{
			let failure = notifications(text).unwrap_err().to_string();
			assert!(failure.contains(what) && failure.contains("docs/trimast.md"), "{failure}");
		}
		let (notices, wrong) = reported(
			&notification(
				"SubNetwork=1301,ManagedElement=A,NRCellDU=1",
				json!([{ "nRPCI": 1008, "arfcnDL": null }]),
			)
			.to_string(),
		);
		assert!(notices.is_empty() && wrong.len() == 2, "{wrong:?}");
	}
}
