// SPDX-License-Identifier: Apache-2.0
//! Stations and inventories as CSV: one codec for both directions. What is written is read back to the same record, and
//! what is read from its own writing is written back to the same bytes.
//!
//! Columns stand in the order of [`COLUMNS`]; an inventory has [`OWN_COLUMNS`] in front.
//!
//! | column | contents |
//! |---|---|
//! | code | common station code: 1 to 24 of `A-Z 0-9 - _ .`; may be empty in an inventory |
//! | local_network | four digits of its GB/T 2260 code |
//! | technology | `LTE` or `NR` |
//! | mode | `EXCLUSIVE`, `MORAN`, `MOCN-ONE` (one cell identity), `MOCN-SEVERAL` |
//! | owner, tower, backhaul | numbers of organisations; tower may be empty |
//! | sharers | numbers joined by `+`; empty exactly when the mode is exclusive |
//! | tower_site | the tower company's site code; empty exactly when tower is |
//! | plmns | `460-11+460-01`, the digits of the MNC as they are written |
//! | latitude, longitude | degrees, WGS 84, written with six decimals |
//! | county | last two digits of the county's GB/T 2260 code |
//! | class | `ORDINARY`, `VIP`, `CASCADE`, `VIP+CASCADE` |
//! | road_distance_km | kilometres, written with one decimal |
//! | others | whole numbers; the unit stands in the name |

use crate::output::{counted, quoted};
use std::fmt;
use trimast_primitives::{
	inventory::InventoryRecord,
	site::{
		Plmn, SharingMode, Station, StationClass, StationDefect, Technology, TowerSite, MAX_CELLS, MAX_PLMNS,
	},
	territory::Position,
	text::{escaped, is_plain},
	LocalNetworkId, OrgId, OrgSet,
};

/// Columns of a station.
pub(crate) const COLUMNS: [&str; 24] = [
	"code",
	"local_network",
	"technology",
	"mode",
	"owner",
	"sharers",
	"tower",
	"tower_site",
	"plmns",
	"latitude",
	"longitude",
	"county",
	"cells",
	"vendor",
	"class",
	"tenants",
	"systems",
	"battery_ah",
	"autonomy_minutes",
	"rated_power_w",
	"generator_minutes",
	"road_distance_km",
	"road_minutes",
	"backhaul",
];

/// Columns in front of a station's in an inventory.
pub(crate) const OWN_COLUMNS: [&str; 2] = ["own_code", "name"];

/// What is wrong in a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
	/// Number of the column, from 1.
	pub(crate) position: usize,
	/// Its name.
	pub(crate) column: &'static str,
	/// What is wrong.
	pub(crate) what: String,
	/// What would be right.
	pub(crate) remedy: String,
}

impl fmt::Display for Wrong {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "column {} ({}): {} - {}", self.position, self.column, self.what, self.remedy)
	}
}

/// The fields of one line, with what was found wrong with them so far.
struct Line<'a> {
	fields: &'a csv::StringRecord,
	/// Columns in front of the station's.
	skip: usize,
	wrong: Vec<Wrong>,
}

impl<'a> Line<'a> {
	/// The text of a station's column and its number.
	fn text(&self, column: &str) -> (usize, &'static str, &'a str) {
		let at = COLUMNS.iter().position(|name| *name == column).unwrap_or(0);
		let name = COLUMNS.get(at).copied().unwrap_or_default();
		(at + self.skip + 1, name, self.fields.get(at + self.skip).unwrap_or(""))
	}

	fn object(&mut self, column: &str, what: impl Into<String>, remedy: impl Into<String>) {
		let (position, column, _) = self.text(column);
		self.wrong.push(Wrong { position, column, what: what.into(), remedy: remedy.into() });
	}

	/// Reads a column with `read`, which says what is wanted when it fails.
	fn read<T: Default>(&mut self, column: &str, read: impl FnOnce(&str) -> Result<T, String>) -> T {
		let (_, _, text) = self.text(column);
		match read(text) {
			Ok(value) => value,
			Err(remedy) => {
				let what = match text {
					"" => "empty".into(),
					text if text.contains('\u{fffd}') => "not UTF-8 and not GB18030".into(),
					text => quoted(text),
				};
				self.object(column, what, remedy);
				T::default()
			}
		}
	}

	fn number<T: std::str::FromStr + Default + fmt::Display>(&mut self, column: &str, largest: T) -> T {
		self.read(column, |text| digits(text).ok_or_else(|| format!("a whole number, 0 to {largest}")))
	}

	fn org(&mut self, column: &str) -> OrgId {
		OrgId(self.read(column, |text| org(text).map(|org| org.0)))
	}
}

/// A whole number in its only spelling: digits without a sign, no zeros in front.
fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
	let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|c| c.is_ascii_digit()));
	if plain {
		text.parse().ok()
	} else {
		None
	}
}

fn org(text: &str) -> Result<OrgId, String> {
	match digits::<u8>(text) {
		Some(number @ 0..=31) => Ok(OrgId(number)),
		_ => Err("the number of an organisation, 0 to 31 (`trimast federation orgs`)".into()),
	}
}

/// Degrees with at most `decimals` decimals, in units of the last.
fn decimal(text: &str, decimals: usize) -> Option<i64> {
	let (negative, text) = match text.strip_prefix('-') {
		Some(rest) => (true, rest),
		None => (false, text),
	};
	let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
	let numeric = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
	if whole.is_empty()
		|| whole.len() > 9
		|| fraction.len() > decimals
		|| !numeric(whole)
		|| !numeric(fraction)
	{
		return None;
	}
	let padded = format!("{whole}{fraction:0<decimals$}");
	let value: i64 = padded.parse().ok()?;
	Some(if negative { -value } else { value })
}

pub(crate) fn degrees(text: &str) -> Result<i32, String> {
	let units = decimal(text, 6).and_then(|units| i32::try_from(units).ok());
	units.ok_or_else(|| "degrees with at most six decimals, such as 38.070600".into())
}

fn plmn(text: &str) -> Result<Plmn, String> {
	let parse = || {
		let (mcc, mnc) = text.split_once('-')?;
		let numeric = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
		if mcc.len() != 3 || !(2..=3).contains(&mnc.len()) || !numeric(mcc) || !numeric(mnc) {
			return None;
		}
		Some(Plmn { mcc: mcc.parse().ok()?, mnc: mnc.parse().ok()?, three_digit_mnc: mnc.len() == 3 })
	};
	parse().ok_or_else(|| "networks as MCC-MNC joined by +, such as 460-11+460-01".into())
}

const TECHNOLOGIES: [(&str, Technology); 2] = [("LTE", Technology::Lte), ("NR", Technology::Nr)];
const MODES: [(&str, SharingMode); 4] = [
	("EXCLUSIVE", SharingMode::Exclusive),
	("MORAN", SharingMode::Moran),
	("MOCN-ONE", SharingMode::MocnOneCellId),
	("MOCN-SEVERAL", SharingMode::MocnSeveralCellIds),
];
const CLASSES: [(&str, StationClass); 4] = [
	("ORDINARY", StationClass::Ordinary),
	("VIP", StationClass::Vip),
	("CASCADE", StationClass::CascadeNode),
	("VIP+CASCADE", StationClass::VipCascadeNode),
];

fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<Option<T>, String> {
	let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| Some(*value));
	found.ok_or_else(|| {
		format!("one of {}", words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", "))
	})
}

fn word_of<T: Copy + PartialEq>(value: T, words: &[(&'static str, T)]) -> &'static str {
	words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| *word)
}

/// Reads a station from the columns of a line.
pub(crate) fn read_station(fields: &csv::StringRecord) -> Result<(LocalNetworkId, Station), Vec<Wrong>> {
	read_from(fields, 0, false)
}

/// Reads a record of a party's own books from the columns of a line.
pub(crate) fn read_inventory(
	fields: &csv::StringRecord,
) -> Result<(LocalNetworkId, InventoryRecord), Vec<Wrong>> {
	let mut wrong = Vec::new();
	let own = fields.get(0).unwrap_or("");
	let own_code = match own.as_bytes().to_vec().try_into() {
		Ok(code) if trimast_primitives::site::is_code(own.as_bytes()) => Some(code),
		_ => {
			let (what, remedy) = (quoted(own), "1 to 24 of A-Z 0-9 - _ .".into());
			wrong.push(Wrong { position: 1, column: "own_code", what, remedy });
			None
		}
	};
	let name = fields.get(1).unwrap_or("");
	let text = match name.as_bytes().to_vec().try_into() {
		Ok(text) if !name.contains('\u{fffd}') && is_plain(name.as_bytes()) => Some(text),
		_ => {
			let remedy = "at most 64 bytes of UTF-8, or GB18030, without control characters".into();
			wrong.push(Wrong { position: 2, column: "name", what: quoted(name), remedy });
			None
		}
	};
	match (read_from(fields, OWN_COLUMNS.len(), true), own_code, text) {
		(Ok((local_network, station)), Some(own_code), Some(name)) => {
			Ok((local_network, InventoryRecord { own_code, name, station }))
		}
		(station, ..) => {
			wrong.extend(station.err().unwrap_or_default());
			Err(wrong)
		}
	}
}

fn read_from(
	fields: &csv::StringRecord,
	skip: usize,
	may_lack_code: bool,
) -> Result<(LocalNetworkId, Station), Vec<Wrong>> {
	let expected = COLUMNS.len() + skip;
	if fields.len() != expected {
		let what = format!("{} instead of {expected}", counted(fields.len(), "column"));
		let remedy = "check the commas, and the quotes around text with a comma in it".into();
		return Err(vec![Wrong { position: fields.len().min(expected), column: "line", what, remedy }]);
	}
	let mut line = Line { fields, skip, wrong: Vec::new() };
	let code_rule = "1 to 24 of A-Z 0-9 - _ .";
	let code =
		line.read("code", |text| text.as_bytes().to_vec().try_into().map_err(|_| code_rule.to_string()));
	let local_network = line.read("local_network", |text| match digits::<u16>(text) {
		Some(code @ 1000..=9999) => Ok(code),
		_ => Err("four digits, such as 1301 (`trimast site networks`)".into()),
	});
	let technology = line.read("technology", |text| word(text, &TECHNOLOGIES));
	let mode = line.read("mode", |text| word(text, &MODES));
	let owner = line.org("owner");
	let sharers = OrgSet(line.read("sharers", |text| {
		if text.is_empty() {
			return Ok(0);
		}
		let orgs = text.split('+').map(org).collect::<Result<Vec<_>, _>>()?;
		let set: OrgSet = orgs.iter().copied().collect();
		if usize::try_from(set.len()) != Ok(orgs.len()) || !orgs.is_sorted() {
			return Err("each organisation once, in ascending order, joined by +".into());
		}
		Ok(set.0)
	}));
	let (_, _, tower_text) = line.text("tower");
	let (_, _, site_text) = line.text("tower_site");
	let tower = match (tower_text.is_empty(), site_text.is_empty()) {
		(true, true) => None,
		(false, false) => {
			let org = line.org("tower");
			let code = line.read("tower_site", |text| {
				text.as_bytes().to_vec().try_into().map_err(|_| code_rule.to_string())
			});
			Some(TowerSite { org, code })
		}
		(true, false) => {
			line.object(
				"tower",
				"empty beside a tower site",
				"the tower company's number, or leave both empty",
			);
			None
		}
		(false, true) => {
			line.object(
				"tower_site",
				"empty beside a tower company",
				"its code of the site, or leave both empty",
			);
			None
		}
	};
	let plmns = line.read("plmns", |text| {
		let plmns = text.split('+').map(plmn).collect::<Result<Vec<_>, _>>()?;
		plmns.try_into().map_err(|_| format!("at most {MAX_PLMNS} networks"))
	});
	let position =
		Position { latitude: line.read("latitude", degrees), longitude: line.read("longitude", degrees) };
	let county = line.read("county", |text| match (text.len(), text.parse::<u8>()) {
		(2, Ok(county)) if text.bytes().all(|c| c.is_ascii_digit()) => Ok(county),
		_ => Err("two digits, 01 to 99".into()),
	});
	let cells = line.number("cells", MAX_CELLS);
	let vendor = line.read("vendor", |text| {
		let fits = text.as_bytes().to_vec().try_into().map_err(|_| "at most 16 bytes of UTF-8".to_string());
		if text.contains('\u{fffd}') {
			Err("text in UTF-8 or GB18030, the whole file in one of them".into())
		} else if !is_plain(text.as_bytes()) {
			Err("text without line breaks and other control characters".into())
		} else {
			fits
		}
	});
	let class = line.read("class", |text| word(text, &CLASSES));
	let road_rule = || "kilometres with at most one decimal, 0 to 6553.5".to_string();
	let station = Station {
		code,
		technology: technology.unwrap_or(Technology::Lte),
		mode: mode.unwrap_or(SharingMode::Exclusive),
		owner,
		sharers,
		tower,
		plmns,
		position,
		county,
		cells,
		vendor,
		class: class.unwrap_or(StationClass::Ordinary),
		tenants: line.number("tenants", u8::MAX),
		systems: line.number("systems", u8::MAX),
		battery_ah: line.number("battery_ah", u16::MAX),
		autonomy_minutes: line.number("autonomy_minutes", u16::MAX),
		rated_power_w: line.number("rated_power_w", u16::MAX),
		generator_minutes: line.number("generator_minutes", u16::MAX),
		road_distance_hm: line.read("road_distance_km", |text| {
			decimal(text, 1).and_then(|hm| u16::try_from(hm).ok()).ok_or_else(road_rule)
		}),
		road_minutes: line.number("road_minutes", u16::MAX),
		backhaul: line.org("backhaul"),
	};
	if line.wrong.is_empty() {
		check(&mut line, &station, may_lack_code);
	}
	if line.wrong.is_empty() {
		Ok((LocalNetworkId(local_network), station))
	} else {
		Err(line.wrong)
	}
}

/// What the chain would refuse in the record, by column.
fn check(line: &mut Line<'_>, station: &Station, may_lack_code: bool) {
	let coded = if station.code.is_empty() && may_lack_code {
		let code = b"NONE".to_vec().try_into().unwrap_or_default();
		&Station { code, ..station.clone() }
	} else {
		station
	};
	let Err(defect) = coded.check() else { return };
	let code_rule = "1 to 24 of A-Z 0-9 - _ .";
	let (column, remedy) = match defect {
		StationDefect::Code => ("code", code_rule),
		StationDefect::Sharers => {
			("sharers", "sharers for every shared mode, none for EXCLUSIVE, and never the owner among them")
		}
		StationDefect::TowerSite => ("tower_site", code_rule),
		StationDefect::Plmns => ("plmns", "at least one network, each once"),
		StationDefect::Position if station.position.latitude.unsigned_abs() > 90_000_000 => {
			("latitude", "-90 to 90")
		}
		StationDefect::Position => ("longitude", "-180 to 180"),
		StationDefect::County => ("county", "01 to 99"),
		StationDefect::Cells => ("cells", "1 to 24"),
		StationDefect::Vendor => ("vendor", "at most 16 bytes of UTF-8 without control characters"),
	};
	let (_, _, text) = line.text(column);
	line.object(column, quoted(text), remedy);
}

/// The fields of a station in the order of [`COLUMNS`].
pub(crate) fn station_fields(local_network: LocalNetworkId, station: &Station) -> [String; 24] {
	let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
	let orgs = |set: OrgSet| set.iter().map(|org| org.0.to_string()).collect::<Vec<_>>().join("+");
	let plmn = |plmn: &Plmn| match plmn.three_digit_mnc {
		true => format!("{:03}-{:03}", plmn.mcc, plmn.mnc),
		false => format!("{:03}-{:02}", plmn.mcc, plmn.mnc),
	};
	[
		text(&station.code),
		local_network.0.to_string(),
		word_of(station.technology, &TECHNOLOGIES).into(),
		word_of(station.mode, &MODES).into(),
		station.owner.0.to_string(),
		orgs(station.sharers),
		station.tower.as_ref().map(|site| site.org.0.to_string()).unwrap_or_default(),
		station.tower.as_ref().map(|site| text(&site.code)).unwrap_or_default(),
		station.plmns.iter().map(plmn).collect::<Vec<_>>().join("+"),
		degrees_text(station.position.latitude),
		degrees_text(station.position.longitude),
		format!("{:02}", station.county),
		station.cells.to_string(),
		text(&station.vendor),
		word_of(station.class, &CLASSES).into(),
		station.tenants.to_string(),
		station.systems.to_string(),
		station.battery_ah.to_string(),
		station.autonomy_minutes.to_string(),
		station.rated_power_w.to_string(),
		station.generator_minutes.to_string(),
		format!("{}.{}", station.road_distance_hm / 10, station.road_distance_hm % 10),
		station.road_minutes.to_string(),
		station.backhaul.0.to_string(),
	]
}

/// The same as they may stand on a terminal.
pub(crate) fn shown_fields(local_network: LocalNetworkId, station: &Station) -> [String; 24] {
	station_fields(local_network, station).map(|text| escaped(&text))
}

pub(crate) fn degrees_text(units: i32) -> String {
	let sign = if units < 0 { "-" } else { "" };
	let units = units.unsigned_abs();
	format!("{sign}{}.{:06}", units / 1_000_000, units % 1_000_000)
}

/// A writer of the form that is read: UTF-8, LF, quotes where needed.
pub(crate) fn writer<W: std::io::Write>(out: W) -> csv::Writer<W> {
	csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out)
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use proptest::{option, prelude::*, sample};

	const CODE: &str = "[A-Z0-9._-]{1,24}";

	prop_compose! {
		fn any_position()(latitude in -90_000_000i32..=90_000_000, longitude in -180_000_000i32..=180_000_000) -> Position {
			Position { latitude, longitude }
		}
	}

	prop_compose! {
		fn any_plmn()(mcc in 0u16..=999, three_digit_mnc: bool, mnc in 0u16..=999) -> Plmn {
			Plmn { mcc, mnc: if three_digit_mnc { mnc } else { mnc % 100 }, three_digit_mnc }
		}
	}

	prop_compose! {
		/// Any station that the chain would take.
		pub(crate) fn any_station()(
			(code, technology, mode, owner, sharers, tower) in (
				CODE,
				sample::select(&TECHNOLOGIES[..]),
				sample::select(&MODES[..]),
				0u8..32,
				1u32..,
				option::of((0u8..32, CODE)),
			),
			(plmns, position, county, cells, vendor, class) in (
				proptest::collection::hash_set((0u16..=999, 0u16..=99), 1..=12),
				any_position(),
				1u8..=99,
				1u8..=24,
				"[ -~]{0,16}|[一-龥]{1,5}",
				sample::select(&CLASSES[..]),
			),
			(tenants, systems, battery_ah, autonomy_minutes, rated_power_w) in any::<(u8, u8, u16, u16, u16)>(),
			(generator_minutes, road_distance_hm, road_minutes) in any::<(u16, u16, u16)>(),
			backhaul in 0u8..32,
			one in any_plmn(),
		) -> Station {
			let bytes = |text: String| text.into_bytes();
			let owner = OrgId(owner);
			let sharers = match mode.1 {
				SharingMode::Exclusive => OrgSet::EMPTY,
				_ => match OrgSet(sharers).without(owner) {
					OrgSet::EMPTY => OrgSet::of(OrgId((owner.0 + 1) % 32)),
					set => set,
				},
			};
			let mut plmns: Vec<Plmn> =
				plmns.into_iter().map(|(mcc, mnc)| Plmn { mcc, mnc, three_digit_mnc: false }).collect();
			if one.three_digit_mnc {
				plmns[0] = one;
			}
			Station {
				code: bytes(code).try_into().unwrap(),
				technology: technology.1,
				mode: mode.1,
				owner,
				sharers,
				tower: tower.map(|(org, code)| TowerSite { org: OrgId(org), code: bytes(code).try_into().unwrap() }),
				plmns: plmns.try_into().unwrap(),
				position,
				county,
				cells,
				vendor: bytes(vendor).try_into().unwrap(),
				class: class.1,
				tenants,
				systems,
				battery_ah,
				autonomy_minutes,
				rated_power_w,
				generator_minutes,
				road_distance_hm,
				road_minutes,
				backhaul: OrgId(backhaul),
			}
		}
	}

	fn line(station: &Station) -> Vec<u8> {
		let mut out = writer(Vec::new());
		out.write_record(station_fields(LocalNetworkId(1301), station)).unwrap();
		out.into_inner().unwrap()
	}

	fn record(bytes: &[u8]) -> csv::StringRecord {
		let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
		reader.records().next().unwrap().unwrap()
	}

	/// A line of fields as in the documentation.
	pub(crate) fn sample() -> csv::StringRecord {
		record(
			b"HE-0001,1301,NR,MOCN-SEVERAL,0,1,2,T-77,460-11+460-01,38.070600,114.440300,02,3,V1,ORDINARY,2,3,500,180,\
			3700,120,12.3,25,0\n",
		)
	}

	fn changed(column: &str, text: &str) -> Vec<Wrong> {
		let at = COLUMNS.iter().position(|name| *name == column).unwrap();
		let fields: csv::StringRecord =
			sample().iter().enumerate().map(|(n, old)| if n == at { text } else { old }).collect();
		read_station(&fields).unwrap_err()
	}

	#[test]
	fn sample_reads_and_writes_back_the_same_bytes() {
		let (local_network, station) = read_station(&sample()).unwrap();
		assert_eq!(local_network, LocalNetworkId(1301));
		assert_eq!(csv::StringRecord::from(station_fields(local_network, &station).to_vec()), sample());
	}

	#[test]
	fn read_fails_with_the_column_when_a_field_is_wrong() {
		for (column, text) in [
			("code", "he 1"),
			("code", ""),
			("local_network", "13010"),
			("technology", "5G"),
			("mode", "MOCN"),
			("owner", "32"),
			("owner", "00"),
			("sharers", "1+1"),
			("sharers", "1+0"),
			("sharers", "0"),
			("sharers", ""),
			("tower", ""),
			("tower_site", ""),
			("plmns", "46011"),
			("plmns", "460-1"),
			("plmns", "460-01+460-01"),
			("plmns", ""),
			("latitude", "91.000000"),
			("latitude", "38.0706001"),
			("longitude", "-180.000001"),
			("longitude", "+1"),
			("county", "2"),
			("county", "00"),
			("cells", "25"),
			("cells", "0"),
			("vendor", "seventeen bytes.."),
			("vendor", "\u{fffd}"),
			("vendor", "V1\nclass  VIP"),
			("vendor", "V1\u{1b}[2J"),
			("vendor", "\u{202e}1V"),
			("class", "vip"),
			("tenants", "256"),
			("battery_ah", "-1"),
			("rated_power_w", "3.7"),
			("road_distance_km", "6553.6"),
			("backhaul", "x"),
		] {
			let wrong = changed(column, text);
			assert_eq!(wrong.len(), 1, "{column}={text}: {wrong:?}");
			assert_eq!(wrong[0].column, column, "{column}={text}: {wrong:?}");
			assert_eq!(wrong[0].position, COLUMNS.iter().position(|name| *name == column).unwrap() + 1);
			assert!(is_plain(wrong[0].to_string().as_bytes()), "{wrong:?}");
		}
	}

	#[test]
	fn read_fails_with_every_wrong_column_of_a_line() {
		let fields: csv::StringRecord = sample().iter().map(|_| "?").collect();
		assert!(read_station(&fields).unwrap_err().len() > 15);
		assert!(read_station(&record(b"a,b\n")).unwrap_err()[0].what.contains("2 columns"));
	}

	#[test]
	fn inventory_may_lack_the_common_code_and_nothing_else() {
		let mut fields = vec!["OWN-1", "石家庄一号"];
		let sample = sample();
		fields.extend(sample.iter());
		fields[2] = "";
		let (_, record) = read_inventory(&fields.iter().collect::<csv::StringRecord>()).unwrap();
		assert!(record.station.code.is_empty());
		assert_eq!(record.name.as_slice(), "石家庄一号".as_bytes());
		fields[0] = "";
		fields[1] = "one\u{1b}[1A\ntwo";
		let wrong = read_inventory(&fields.iter().collect::<csv::StringRecord>()).unwrap_err();
		assert_eq!((wrong[0].position, wrong[0].column), (1, "own_code"));
		assert_eq!((wrong[1].position, wrong[1].column), (2, "name"));
		assert_eq!(wrong[1].what, "`one\\u{1b}[1A\\u{a}two`");
	}

	#[test]
	fn degrees_near_zero_keep_their_sign() {
		for units in [-1, 0, 1, -999_999, 1_000_000, -90_000_000] {
			assert_eq!(degrees(&degrees_text(units)), Ok(units));
		}
		assert_eq!(degrees("38.5"), Ok(38_500_000));
	}

	proptest! {
		#[test]
		fn any_station_reads_what_it_writes(station in any_station()) {
			let bytes = line(&station);
			let (local_network, again) = read_station(&record(&bytes)).map_err(|w| TestCaseError::fail(format!("{w:?}")))?;
			prop_assert_eq!(local_network, LocalNetworkId(1301));
			prop_assert_eq!(line(&again), bytes);
			prop_assert_eq!(again, station);
		}

		#[test]
		fn any_line_reads_without_panic(fields in proptest::collection::vec(".{0,20}", 0..30)) {
			let fields: csv::StringRecord = fields.iter().collect();
			let _ = read_station(&fields);
			let _ = read_inventory(&fields);
		}
	}
}
