// SPDX-License-Identifier: Apache-2.0
//! Notifications of the fault supervision of TS 28.532, as JSON:
//!
//! ```text
//!   { "notificationType": "notifyNewAlarm",
//!     "objectInstance": "SubNetwork=1301,ManagedElement=HE-0001,GNBDUFunction=1",
//!     "eventTime": "2026-05-07T08:00:00+08:00",
//!     "alarmId": "A-17", "alarmType": "EQUIPMENT_ALARM",
//!     "probableCause": "powerProblem", "perceivedSeverity": "CRITICAL" }
//! ```
//!
//! The object is named by its distinguished name (TS 32.300), in `objectInstance` or as the path of `href`. Fields stand in the
//! notification itself, in its `header` and `body` (as the first issues have it), or in the event that a collector hands on
//! (VES, `event.stndDefinedFields.data`).

use super::cause::{About, Causes};
use crate::{
	config::{catalogue::read_plmn, export::time},
	names,
	order::{evidence::alarm_type, words::severity},
	output::quoted,
};
use codec::Encode;
use serde_json::Value;
use trimast_primitives::{
	order::{AlarmType, Severity},
	site::{is_code, Plmn},
	LocalNetworkId, Moment,
};

/// Notifications that say nothing of an alarm's begin, change or end.
const OTHERS: [&str; 8] = [
	"notifyComments",
	"notifyPotentialFaultyAlarmList",
	"notifyAlarmListRebuilt",
	"notifyAlarmListRebuilt2",
	"notifyCorrelatedNotificationChanged",
	"notifyChangedAlarmGeneral",
	"notifyHeartbeat",
	"notifyThresholdCrossing",
];

/// Types of alarms about security: no outage follows from them by the responsibility table.
const SECURITY: [&str; 5] = [
	"INTEGRITY_VIOLATION",
	"OPERATIONAL_VIOLATION",
	"PHYSICAL_VIOLATION",
	"SECURITY_SERVICE_OR_MECHANISM_VIOLATION",
	"TIME_DOMAIN_VIOLATION",
];

/// What an alarm is.
#[derive(Encode, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Kind {
	/// Its type.
	pub(crate) kind: AlarmType,
	/// Its severity.
	pub(crate) severity: Severity,
	/// What it is about, as [`About`] numbers it.
	#[codec(skip)]
	pub(crate) about: Option<About>,
	/// The network that is down, where it names one.
	pub(crate) plmn: Option<Plmn>,
}

/// What has become of it.
#[derive(Encode, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum News {
	/// It has begun.
	New(Kind),
	/// It goes on with another severity.
	Changed(Kind),
	/// It is over.
	Cleared(Kind),
	/// Somebody at the network's management has taken notice of it.
	Acknowledged,
}

/// A notification about an alarm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Notification {
	/// The station: local network and code.
	pub(crate) station: (LocalNetworkId, String),
	/// alarmId.
	pub(crate) alarm: String,
	/// eventTime.
	pub(crate) at: Moment,
	/// What has become of it.
	pub(crate) news: News,
}

impl Notification {
	/// By what it is known again.
	pub(crate) fn key(&self) -> String {
		let (network, code) = &self.station;
		crate::checkpoint::key((b"trimast/alarm", network, code, &self.alarm, self.at, &self.news))
	}
}

/// A notification, or one of no concern here with its type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Read {
	/// About an alarm.
	Alarm(Notification),
	/// Another one.
	Other(String),
}

/// What is wrong, and what to do.
pub(crate) type Wrong = (String, &'static str);

const FORM: &str = "docs/trimast.md has the form";

/// The fields of a notification, wherever they stand.
struct Fields<'v>(Vec<&'v Value>);

impl<'v> Fields<'v> {
	fn of(value: &'v Value) -> Self {
		let value = value.pointer("/event/stndDefinedFields/data").unwrap_or(value);
		let parts = ["header", "body", "notificationHeader", "notificationBody"];
		Self([value].into_iter().chain(parts.iter().filter_map(|part| value.get(part))).collect())
	}

	fn get(&self, name: &str) -> Option<&'v Value> {
		self.0.iter().find_map(|part| part.get(name))
	}

	fn text(&self, name: &str) -> Option<&'v str> {
		self.get(name)?.as_str()
	}

	fn need(&self, name: &str) -> Result<&'v str, Wrong> {
		self.text(name).ok_or_else(|| (format!("it has no {name}"), FORM))
	}
}

/// Reads a notification.
pub(crate) fn read(value: &Value, causes: &Causes) -> Result<Read, Wrong> {
	let fields = Fields::of(value);
	let what = fields.need("notificationType")?;
	if OTHERS.contains(&what) {
		return Ok(Read::Other(what.into()));
	}
	if !["notifyNewAlarm", "notifyChangedAlarm", "notifyClearedAlarm", "notifyAckStateChanged"]
		.contains(&what)
	{
		let what = format!("{} is no notification about alarms", quoted(what));
		return Err((what, "changes of configuration are reported with `trimast config notify`"));
	}
	if let Some(kind) = fields.text("alarmType").filter(|kind| SECURITY.contains(kind)) {
		return Ok(Read::Other(format!("{what} of {kind}")));
	}
	let object = fields
		.text("objectInstance")
		.or_else(|| fields.text("href"))
		.or_else(|| fields.text("uri"))
		.ok_or(("it has no objectInstance and no href".to_string(), FORM))?;
	let station = station_of(object).map_err(|what| (what, NAME))?;
	let at = time::read(fields.need("eventTime")?).map_err(|what| {
		(format!("eventTime: {what}"), "RFC 3339 with seconds; without an offset it is UTC+8")
	})?;
	let alarm = alarm_id(&fields)?;
	let news = match what {
		"notifyAckStateChanged" => match fields.need("ackState")? {
			"ACKNOWLEDGED" => News::Acknowledged,
			other => return Ok(Read::Other(format!("{what} to {}", quoted(other)))),
		},
		_ => about_alarm(what, &fields, causes)?,
	};
	Ok(Read::Alarm(Notification { station, alarm, at, news }))
}

fn about_alarm(what: &str, fields: &Fields<'_>, causes: &Causes) -> Result<News, Wrong> {
	let form = |what: String| (what, FORM);
	let is_cleared = what == "notifyClearedAlarm";
	let severity = match fields.text("perceivedSeverity") {
		None if is_cleared => Severity::Cleared,
		None => return Err(form("it has no perceivedSeverity".into())),
		Some(text) => severity(text).map_err(form)?,
	};
	// What clears an alarm need not say again what it was.
	let kind = match fields.text("alarmType") {
		None if is_cleared => AlarmType::Equipment,
		None => return Err(form("it has no alarmType".into())),
		Some(text) => alarm_type(text).map_err(form)?,
	};
	let cause = match fields.get("probableCause") {
		Some(Value::Number(number)) => number.to_string(),
		Some(Value::String(text)) => text.clone(),
		_ => String::new(),
	};
	let plmn = plmn(fields).map_err(form)?;
	let one = Kind { kind, severity, about: Some(causes.about(&cause, kind)), plmn };
	match (what, severity) {
		("notifyNewAlarm", Severity::Cleared) => {
			Err(form("a new alarm with perceivedSeverity CLEARED says nothing".into()))
		}
		("notifyClearedAlarm", _) | (_, Severity::Cleared) => {
			Ok(News::Cleared(Kind { severity: Severity::Cleared, ..one }))
		}
		("notifyChangedAlarm", _) => Ok(News::Changed(one)),
		_ => Ok(News::New(one)),
	}
}

fn alarm_id(fields: &Fields<'_>) -> Result<String, Wrong> {
	match fields.get("alarmId") {
		Some(Value::String(text)) if !text.is_empty() && text.len() <= 512 => Ok(text.clone()),
		Some(Value::Number(number)) => Ok(number.to_string()),
		_ => Err(("it has no alarmId, or one longer than 512 bytes".into(), FORM)),
	}
}

/// The network that an alarm names (`additionalInformation`), where it does.
fn plmn(fields: &Fields<'_>) -> Result<Option<Plmn>, String> {
	let more = fields.get("additionalInformation");
	let found = ["plmn", "plmnId", "pLMNId"].iter().find_map(|name| more?.get(name));
	let text = match found {
		None => return Ok(None),
		Some(Value::String(text)) => text.clone(),
		Some(value) => {
			let part = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
			format!("{}-{}", part("mcc"), part("mnc"))
		}
	};
	let wrong = || format!("{} is no PLMN: the digits of MCC and MNC", quoted(&text));
	read_plmn(&text).map(Some).ok_or_else(wrong)
}

const NAME: &str = "a SubNetwork with a local network's code and a ManagedElement with a station's name it: \
	SubNetwork=1301,ManagedElement=HE-0001";

/// The station of a distinguished name, or of a path with one.
fn station_of(name: &str) -> Result<(LocalNetworkId, String), String> {
	let (mut network, mut station) = (None, None);
	for (class, id) in name.split([',', '/']).filter_map(|part| part.trim().split_once('=')) {
		match class {
			"SubNetwork" => network = names::local_network(id).ok().or(network),
			"ManagedElement" => station = Some(id.to_string()).filter(|id| is_code(id.as_bytes())),
			_ => {}
		}
	}
	network.zip(station).ok_or_else(|| format!("{} names no station", quoted(name)))
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use serde_json::json;

	/// A notification as a network's management sends it.
	pub(crate) fn sample(what: &str, alarm: &str, severity: &str, cause: &str, minute: u32) -> Value {
		json!({
			"href": "https://oss.example/3GPPManagement/fmr/v1/SubNetwork=1301/ManagedElement=A/GNBDUFunction=1",
			"notificationId": 4711,
			"notificationType": what,
			"eventTime": format!("1970-01-01T{:02}:{:02}:00Z", minute / 60, minute % 60),
			"systemDN": "SubNetwork=1301,ManagementNode=1",
			"alarmId": alarm,
			"alarmType": "EQUIPMENT_ALARM",
			"probableCause": cause,
			"perceivedSeverity": severity,
			"rootCauseIndicator": true,
		})
	}

	fn one(value: &Value) -> Notification {
		match read(value, &Causes::with(&[])) {
			Ok(Read::Alarm(notification)) => notification,
			other => panic!("{other:?}"),
		}
	}

	#[test]
	fn new_changed_and_cleared_alarms_are_read() {
		let new = one(&sample("notifyNewAlarm", "A-17", "CRITICAL", "powerProblem", 10));
		assert_eq!(new.station, (LocalNetworkId(1301), "A".into()));
		assert_eq!((new.alarm.as_str(), new.at), ("A-17", 600_000));
		let News::New(kind) = new.news else { panic!("{new:?}") };
		assert_eq!((kind.about, kind.severity), (Some(About::Power), Severity::Critical));
		let changed = one(&sample("notifyChangedAlarm", "A-17", "MINOR", "powerProblem", 11));
		assert!(matches!(changed.news, News::Changed(Kind { severity: Severity::Minor, .. })));
		let cleared = one(&sample("notifyClearedAlarm", "A-17", "CLEARED", "powerProblem", 12));
		assert!(matches!(cleared.news, News::Cleared(_)));
		// Some networks change an alarm to CLEARED.
		let changed = one(&sample("notifyChangedAlarm", "A-17", "CLEARED", "powerProblem", 12));
		assert_eq!(changed.news, cleared.news);
	}

	#[test]
	fn fields_are_read_wherever_the_issues_of_the_standard_have_them() {
		let plain = json!({
			"notificationType": "notifyNewAlarm", "objectInstance": "DC=a,SubNetwork=CN,SubNetwork=1301,ManagedElement=A",
			"eventTime": "1970-01-01T08:10:00", "alarmId": 17, "alarmType": "ENVIRONMENTAL", "probableCause": 600,
			"perceivedSeverity": "MAJOR",
		});
		let (header, body) = (plain.clone(), plain.clone());
		let parted = json!({ "header": header, "body": body });
		let event = json!({ "event": { "stndDefinedFields": { "data": plain } } });
		let expected = one(&plain);
		assert_eq!((one(&parted), one(&event)), (expected.clone(), expected.clone()));
		assert_eq!((expected.alarm.as_str(), expected.at), ("17", 600_000));
		let short = json!({
			"notificationType": "notifyClearedAlarm", "objectInstance": "SubNetwork=1301,ManagedElement=A",
			"eventTime": "1970-01-01T08:11:00", "alarmId": "17",
		});
		assert!(matches!(one(&short).news, News::Cleared(_)));
	}

	#[test]
	fn network_that_is_down_is_read_where_it_is_named() {
		let mut value = sample("notifyNewAlarm", "A", "MAJOR", "x", 1);
		for named in [json!({ "plmn": "46011" }), json!({ "plmnId": { "mcc": "460", "mnc": "11" } })] {
			value["additionalInformation"] = named;
			let News::New(kind) = one(&value).news else { panic!("{value}") };
			assert_eq!(kind.plmn, Some(Plmn { mcc: 460, mnc: 11, three_digit_mnc: false }));
		}
		value["additionalInformation"] = json!({ "plmn": "operator" });
		assert!(read(&value, &Causes::with(&[])).unwrap_err().0.contains("no PLMN"));
	}

	#[test]
	fn acknowledgements_and_other_notifications_are_told_apart() {
		let mut value = sample("notifyAckStateChanged", "A", "MAJOR", "x", 1);
		value["ackState"] = json!("ACKNOWLEDGED");
		assert_eq!(one(&value).news, News::Acknowledged);
		value["ackState"] = json!("UNACKNOWLEDGED");
		assert!(matches!(read(&value, &Causes::with(&[])), Ok(Read::Other(_))));
		let comment = json!({ "notificationType": "notifyComments" });
		assert_eq!(read(&comment, &Causes::with(&[])), Ok(Read::Other("notifyComments".into())));
		let mut security = sample("notifyNewAlarm", "A", "MAJOR", "x", 1);
		security["alarmType"] = json!("OPERATIONAL_VIOLATION");
		assert!(matches!(read(&security, &Causes::with(&[])), Ok(Read::Other(_))));
	}

	#[test]
	fn notification_fails_with_what_is_missing_and_what_to_do() {
		let good = sample("notifyNewAlarm", "A", "MAJOR", "x", 1);
		for (field, value, part) in [
			("notificationType", json!(null), "no notificationType"),
			("notificationType", json!("notifyMOIAttributeValueChanges"), "no notification about alarms"),
			("href", json!(null), "no objectInstance"),
			("href", json!("SubNetwork=1301,ManagedElement=a b"), "names no station"),
			("href", json!("ManagedElement=A"), "names no station"),
			("eventTime", json!("yesterday"), "eventTime: a time is written"),
			("alarmId", json!(""), "no alarmId"),
			("alarmType", json!("POWER"), "alarmType of TS 28.532"),
			("perceivedSeverity", json!(null), "no perceivedSeverity"),
			("perceivedSeverity", json!("GRAVE"), "no severity"),
			("perceivedSeverity", json!("CLEARED"), "says nothing"),
		] {
			let mut wrong = good.clone();
			wrong[field] = value;
			let (what, remedy) = read(&wrong, &Causes::with(&[])).unwrap_err();
			assert!(what.contains(part) && !remedy.is_empty(), "{field}: {what}");
		}
	}

	#[test]
	fn notifications_are_known_again_by_what_they_say() {
		let key = |value: &Value| one(value).key();
		let new = sample("notifyNewAlarm", "A", "MAJOR", "x", 1);
		let mut again = new.clone();
		again["notificationId"] = json!(5);
		assert_eq!(key(&new), key(&again));
		for other in [
			sample("notifyNewAlarm", "B", "MAJOR", "x", 1),
			sample("notifyNewAlarm", "A", "MAJOR", "x", 2),
			sample("notifyChangedAlarm", "A", "MAJOR", "x", 1),
		] {
			assert_ne!(key(&new), key(&other));
		}
	}
}
