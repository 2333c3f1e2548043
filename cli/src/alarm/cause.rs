// SPDX-License-Identifier: Apache-2.0
//! What an alarm is about, by its probable cause: the names of ITU-T M.3100 and X.733, which 3GPP TS 32.111-2 and TS 28.532 use;
//! where a cause says nothing, by the alarm's type. What a vendor calls otherwise is said on the command line (`--map`).

use crate::output::quoted;
use std::{collections::BTreeMap, str::FromStr};
use trimast_primitives::{
	order::{AlarmType, Subject},
	site::Station,
	OrgId,
};

/// What an alarm is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum About {
	/// The mains have failed: no alarm, but a failure of the grid.
	Grid,
	/// Power supply of the site.
	Power,
	/// Its room.
	Environment,
	/// A link to a carrier's network.
	Backhaul,
	/// Radio equipment.
	Equipment,
	/// That service is down, and nothing about why.
	Service,
}

const ALL: [(&str, About); 6] = [
	("grid", About::Grid),
	("power", About::Power),
	("environment", About::Environment),
	("backhaul", About::Backhaul),
	("equipment", About::Equipment),
	("service", About::Service),
];

/// Probable causes, in lower case and without spaces and signs.
const CAUSES: [(About, &[&str]); 5] = [
	(
		About::Grid,
		&["commercialpowerfailure", "mainsfailure", "mainspowerfailure", "acpowerfailure", "acmainsfailure"],
	),
	(
		About::Power,
		&[
			"batterybreakdown",
			"batterychargingfault",
			"batterydischarging",
			"batteryfailure",
			"enginefailure",
			"fusefailure",
			"generatorfailure",
			"lowbatterythreshold",
			"lowfuel",
			"powerproblem",
			"powersupplyfailure",
			"externalpowersupplyfailure",
			"rectifierfailure",
			"rectifierhighvoltage",
			"rectifierlowfvoltage",
			"rectifierlowvoltage",
		],
	),
	(
		About::Environment,
		&[
			"aircompressorfailure",
			"airconditioningfailure",
			"airdryerfailure",
			"enclosuredooropen",
			"excessivevibration",
			"explosivegas",
			"externalequipmentfailure",
			"fire",
			"firedetectorfailure",
			"flood",
			"heatingorventilationorcoolingsystemproblem",
			"highhumidity",
			"hightemperature",
			"highwind",
			"humidityunacceptable",
			"icebuildup",
			"intrusiondetection",
			"lowhumidity",
			"lowtemperature",
			"pumpfailure",
			"smoke",
			"temperatureunacceptable",
			"toxicgas",
			"toxicleakdetected",
			"ventilationssystemfailure",
		],
	),
	(
		About::Backhaul,
		&[
			"ais",
			"callestablishmenterror",
			"communicationsprotocolerror",
			"communicationssubsystemfailure",
			"connectionestablishmenterror",
			"degradedsignal",
			"dteinterfaceerror",
			"dcedteinterfaceerror",
			"excessiveber",
			"farendreceiverfailure",
			"framingerror",
			"lanerror",
			"linkfailure",
			"localnodetransmissionerror",
			"lossofframe",
			"lossofmultiframe",
			"lossofpointer",
			"lossofsignal",
			"pathtracemismatch",
			"payloadtypemismatch",
			"protectionpathfailure",
			"remotealarminterface",
			"remotenodetransmissionerror",
			"signallabelmismatch",
			"transmissionerror",
		],
	),
	(
		About::Equipment,
		&[
			"antennafailure",
			"backplanefailure",
			"coolingfanfailure",
			"cpucycleslimitexceeded",
			"equipmentmalfunction",
			"inputoutputdeviceerror",
			"linecardproblem",
			"multiplexerproblem",
			"processorproblem",
			"receiverfailure",
			"receiveantennafailure",
			"replaceableunitmissing",
			"replaceableunitproblem",
			"replaceableunittypemismatch",
			"softwareerror",
			"softwareprogramabnormallyterminated",
			"softwareprogramerror",
			"timingproblem",
			"transceiverfailure",
			"transmitterfailure",
			"transmitantennafailure",
			"trxfailure",
		],
	),
];

fn plain(text: &str) -> String {
	text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a vendor's cause is about: `CAUSE=power`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mapped(String, About);

impl FromStr for Mapped {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		let expected = || {
			let names = ALL.map(|(name, _)| name).join(", ");
			format!("{} is no CAUSE=ABOUT, with one of {names}", quoted(text))
		};
		let (cause, about) = text.rsplit_once('=').ok_or_else(expected)?;
		let about = ALL.iter().find(|(name, _)| *name == about.trim()).map(|(_, about)| *about);
		match (plain(cause), about) {
			(cause, Some(about)) if !cause.is_empty() => Ok(Self(cause, about)),
			_ => Err(expected()),
		}
	}
}

/// What causes are about: those of the command line before those of the standards.
#[derive(Clone, Debug)]
pub(crate) struct Causes(BTreeMap<String, About>);

impl Causes {
	/// With these of the command line.
	pub(crate) fn with(mapped: &[Mapped]) -> Self {
		let known =
			CAUSES.iter().flat_map(|(about, names)| names.iter().map(move |name| (name.to_string(), *about)));
		let own = mapped.iter().map(|Mapped(cause, about)| (cause.clone(), *about));
		Self(known.chain(own).collect())
	}

	/// What an alarm of this cause and type is about.
	pub(crate) fn about(&self, cause: &str, kind: AlarmType) -> About {
		let usual = match kind {
			AlarmType::Communications => About::Backhaul,
			AlarmType::Environmental => About::Environment,
			AlarmType::Equipment | AlarmType::ProcessingError => About::Equipment,
			AlarmType::QualityOfService => About::Service,
		};
		self.0.get(&plain(cause)).copied().unwrap_or(usual)
	}
}

impl About {
	/// Who is to handle it at a station.
	pub(crate) fn handler(self, station: &Station) -> OrgId {
		match self {
			Self::Grid | Self::Power | Self::Environment => {
				station.tower.as_ref().map_or(station.owner, |tower| tower.org)
			}
			Self::Backhaul => station.backhaul,
			Self::Equipment | Self::Service => station.owner,
		}
	}

	/// What an alarm says that it is about; nothing of a failure of the grid.
	pub(crate) fn subject(self, owner: OrgId, backhaul: OrgId) -> Option<Subject> {
		Some(match self {
			Self::Grid => return None,
			Self::Power => Subject::Power,
			Self::Environment => Subject::Environment,
			Self::Backhaul => Subject::Backhaul { owner: backhaul },
			Self::Equipment => Subject::Equipment { owner },
			Self::Service => Subject::Service,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::export::resolve::tests::site;
	use trimast_primitives::site::Technology;

	#[test]
	fn causes_of_the_standards_are_known_in_any_spelling() {
		let causes = Causes::with(&[]);
		for (cause, about) in [
			("commercialPowerFailure", About::Grid),
			("Mains failure", About::Grid),
			("powerProblem", About::Power),
			("BATTERY_DISCHARGING", About::Power),
			("enclosure-door-open", About::Environment),
			("lossOfSignal", About::Backhaul),
			("replaceableUnitProblem", About::Equipment),
		] {
			// Whatever the type.
			assert_eq!(causes.about(cause, AlarmType::QualityOfService), about, "{cause}");
		}
	}

	#[test]
	fn type_decides_where_the_cause_says_nothing() {
		let causes = Causes::with(&[]);
		for (kind, about) in [
			(AlarmType::Communications, About::Backhaul),
			(AlarmType::QualityOfService, About::Service),
			(AlarmType::ProcessingError, About::Equipment),
			(AlarmType::Equipment, About::Equipment),
			(AlarmType::Environmental, About::Environment),
		] {
			assert_eq!(causes.about("indeterminate", kind), about);
		}
	}

	#[test]
	fn command_line_counts_before_the_standards() {
		let mapped: Vec<Mapped> =
			["市电停电=grid", "power problem=equipment"].iter().map(|text| text.parse().unwrap()).collect();
		let causes = Causes::with(&mapped);
		assert_eq!(causes.about("市电停电", AlarmType::Equipment), About::Grid);
		assert_eq!(causes.about("powerProblem", AlarmType::Equipment), About::Equipment);
		for wrong in ["", "x", "=grid", "x=mains", "--=grid"] {
			assert!(wrong.parse::<Mapped>().unwrap_err().contains("one of grid, power"), "{wrong}");
		}
	}

	#[test]
	fn every_cause_is_about_one_thing() {
		let count: usize = CAUSES.iter().map(|(_, names)| names.len()).sum();
		assert_eq!(Causes::with(&[]).0.len(), count);
		assert!(CAUSES.iter().flat_map(|(_, names)| *names).all(|name| plain(name) == *name));
	}

	#[test]
	fn handler_is_who_answers_for_what_it_is_about() {
		let station = site(0, "A", Technology::Nr).entry.station;
		let tower = station.tower.as_ref().unwrap().org;
		assert_eq!(About::Grid.handler(&station), tower);
		assert_eq!(About::Environment.handler(&station), tower);
		assert_eq!(About::Backhaul.handler(&station), station.backhaul);
		assert_eq!(About::Service.handler(&station), station.owner);
		let alone = Station { tower: None, ..station };
		assert_eq!(About::Power.handler(&alone), alone.owner);
	}
}
