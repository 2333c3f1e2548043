// SPDX-License-Identifier: Apache-2.0

//! A station as the inventory knows it.

use crate::{
	page::{page_digest, SiteId},
	territory::Position,
	text::is_plain,
	Hash, LocalNetworkId, OrgId, OrgSet,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// The station code that all parties use for one station: 1 to 24 of `A-Z 0-9 - _ .`.
pub type StationCode = BoundedVec<u8, ConstU32<24>>;
/// The tower company's own code of a site; several stations may stand on one site.
pub type TowerSiteCode = BoundedVec<u8, ConstU32<24>>;
/// Name of the equipment's vendor as the owner writes it: UTF-8 without control characters.
pub type Vendor = BoundedVec<u8, ConstU32<16>>;

/// Most PLMNs on one station (TS 38.331 allows twelve; DOMAIN's fixtures use two).
pub const MAX_PLMNS: u32 = 12;
/// Most cells of one station.
pub const MAX_CELLS: u8 = 24;

/// Radio technology of a station.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
)]
pub enum Technology {
	/// 4G: an eNB.
	Lte,
	/// 5G: a gNB.
	Nr,
}

/// What other pallets ask of the inventory.
pub trait SiteRegistry {
	/// The stations of a page, by slot; none when there is no such page.
	fn stations(local_network: LocalNetworkId, page: u16) -> Vec<StationEntry>;
	/// How many pages a local network has at most: none has this number or a greater one. `None` when the territory has no
	/// such local network.
	fn pages(local_network: LocalNetworkId) -> Option<u16>;
	/// The local network of the territory with the next number after this one, or the first. `None` behind the last.
	fn next(after: Option<LocalNetworkId>) -> Option<LocalNetworkId>;
	/// One station.
	fn station(id: SiteId) -> Option<StationEntry> {
		let slot = usize::try_from(id.slot()).ok()?;
		Self::stations(id.local_network, id.page()?).into_iter().nth(slot)
	}
}

/// What other pallets ask of whoever keeps who holds which network.
pub trait PlmnHolders {
	/// All networks that somebody holds, each once, with the carrier.
	fn holders() -> Vec<(Plmn, OrgId)>;

	/// The carrier whose network it is.
	fn holder(plmn: Plmn) -> Option<OrgId> {
		Self::holders().into_iter().find(|(held, _)| *held == plmn).map(|(_, org)| org)
	}
}

/// How a station is shared (3GPP TS 32.130). It decides the approval class of parameters.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
)]
pub enum SharingMode {
	/// Used by its owner alone.
	Exclusive,
	/// Shared equipment, a carrier frequency for each operator.
	Moran,
	/// Shared carrier frequency; one cell identity for all PLMNs, so TAC and NCI are shared too.
	MocnOneCellId,
	/// Shared carrier frequency; a cell identity for each PLMN.
	MocnSeveralCellIds,
}

/// How much depends on a station.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
)]
pub enum StationClass {
	/// Nothing beyond its own cells.
	Ordinary,
	/// Serves a place of importance.
	Vip,
	/// Other stations' transmission passes through it.
	CascadeNode,
	/// Both.
	VipCascadeNode,
}

/// A public land mobile network: three digits of MCC, two or three of MNC (TS 23.003).
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
)]
#[serde(deny_unknown_fields)]
pub struct Plmn {
	/// Mobile country code, 0 to 999.
	pub mcc: u16,
	/// Mobile network code, 0 to 999.
	pub mnc: u16,
	/// Whether the MNC is written with three digits: 01 and 001 are different networks.
	pub three_digit_mnc: bool,
}

impl Plmn {
	/// Whether both codes are in range.
	pub const fn is_valid(self) -> bool {
		self.mcc <= 999 && self.mnc <= if self.three_digit_mnc { 999 } else { 99 }
	}
}

/// The site a station stands on, in the tower company's books.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct TowerSite {
	/// The tower company.
	pub org: OrgId,
	/// Its code of the site.
	#[serde(with = "crate::json::text")]
	pub code: TowerSiteCode,
}

/// A station's record in the inventory.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Station {
	/// The common station code.
	#[serde(with = "crate::json::text")]
	pub code: StationCode,
	/// Radio technology.
	pub technology: Technology,
	/// How it is shared.
	pub mode: SharingMode,
	/// The carrier that builds, maintains and pays for it (承建方).
	pub owner: OrgId,
	/// The carriers that share it; empty exactly when `mode` is exclusive; never with the owner.
	pub sharers: OrgSet,
	/// The tower company's site, when it stands on one.
	pub tower: Option<TowerSite>,
	/// Networks on air, the first forms the CGI.
	pub plmns: BoundedVec<Plmn, ConstU32<MAX_PLMNS>>,
	/// Where it stands.
	pub position: Position,
	/// County: the last two digits of its GB/T 2260 code (the first four are the local network).
	pub county: u8,
	/// Number of cells, 1 to [`MAX_CELLS`].
	pub cells: u8,
	/// Vendor of the radio equipment.
	#[serde(with = "crate::json::text")]
	pub vendor: Vendor,
	/// How much depends on it.
	pub class: StationClass,
	/// Tenants on the tower company's site.
	pub tenants: u8,
	/// Systems (radio units of any tenant) on the site.
	pub systems: u8,
	/// Capacity of the batteries, Ah.
	pub battery_ah: u16,
	/// Contracted battery autonomy, minutes.
	pub autonomy_minutes: u16,
	/// Rated power draw, W.
	pub rated_power_w: u16,
	/// Contracted time until a generator arrives, minutes.
	pub generator_minutes: u16,
	/// Road distance from the maintenance base, units of 100 m.
	pub road_distance_hm: u16,
	/// Road time from the maintenance base, minutes.
	pub road_minutes: u16,
	/// Owner of the backhaul link.
	pub backhaul: OrgId,
}

/// What is wrong with a station's record, whoever looks at it.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum StationDefect {
	/// The code is empty or has a character other than `A-Z 0-9 - _ .`.
	Code,
	/// The owner stands among the sharers, or there are sharers exactly when the mode is exclusive.
	Sharers,
	/// The tower company's site code is empty or has a character other than `A-Z 0-9 - _ .`.
	TowerSite,
	/// No PLMN, one twice, or a code out of range.
	Plmns,
	/// The position is not on Earth.
	Position,
	/// The county is not 1 to 99.
	County,
	/// The number of cells is not 1 to [`MAX_CELLS`].
	Cells,
	/// The vendor is not UTF-8, or has a control character.
	Vendor,
}

impl Station {
	/// Checks what can be known from the record alone.
	pub fn check(&self) -> Result<(), StationDefect> {
		let ensure = |ok: bool, defect| if ok { Ok(()) } else { Err(defect) };
		ensure(is_code(&self.code), StationDefect::Code)?;
		ensure(
			!self.sharers.contains(self.owner)
				&& self.sharers.is_empty() == (self.mode == SharingMode::Exclusive),
			StationDefect::Sharers,
		)?;
		ensure(self.tower.as_ref().is_none_or(|site| is_code(&site.code)), StationDefect::TowerSite)?;
		let distinct =
			|(n, plmn): (usize, &Plmn)| plmn.is_valid() && !self.plmns.iter().take(n).any(|p| p == plmn);
		ensure(!self.plmns.is_empty() && self.plmns.iter().enumerate().all(distinct), StationDefect::Plmns)?;
		ensure(self.position.is_valid(), StationDefect::Position)?;
		ensure((1..=99).contains(&self.county), StationDefect::County)?;
		ensure((1..=MAX_CELLS).contains(&self.cells), StationDefect::Cells)?;
		ensure(is_plain(&self.vendor), StationDefect::Vendor)
	}

	/// Who stands behind the baseline of its cells once everybody does: its owner, its sharers, and the tower company on whose
	/// site it stands, which some of the values are a matter of.
	pub fn signatories(&self) -> OrgSet {
		self.sharers.with(self.owner).union(self.towers())
	}

	/// The tower company on whose site it stands, where it stands on one.
	pub fn towers(&self) -> OrgSet {
		self.tower.as_ref().map_or(OrgSet::EMPTY, |site| OrgSet::of(site.org))
	}

	/// Of who has signed the baseline of its cells, those who stand behind it. What a single company has signed whom the record
	/// does not name any more, nobody has agreed to: the station is another company's since.
	pub fn standing(&self, signed: OrgSet) -> OrgSet {
		let is_left_over = signed.len() == 1 && signed.intersection(self.signatories()).is_empty();
		if is_left_over {
			OrgSet::EMPTY
		} else {
			signed
		}
	}

	/// Whose word counts for its cells: that of who owns or shares it, of its tower company, and of who stands behind their
	/// baseline.
	pub fn witnesses(&self, signed: OrgSet) -> OrgSet {
		self.signatories().union(self.standing(signed))
	}

	/// The companies that the record names: owner, sharers, tower company and owner of the backhaul.
	pub fn named(&self) -> OrgSet {
		self.signatories().with(self.backhaul)
	}

	/// Whether the fields that decide consents, deadlines and verdicts are the same in both records. The rest
	/// (position, county, cells, vendor, tenants, systems) the owner amends alone.
	pub fn decides_alike(&self, other: &Self) -> bool {
		self.deciding() == other.deciding()
	}

	/// The code and the fields that decide, in the order in which they stand in the record.
	fn deciding(&self) -> impl Encode + PartialEq + '_ {
		(
			(&self.code, self.technology, self.mode, self.owner, self.sharers, &self.tower, &self.plmns),
			(self.class, self.battery_ah, self.autonomy_minutes, self.rated_power_w),
			(self.generator_minutes, self.road_distance_hm, self.road_minutes, self.backhaul),
		)
	}
}

/// Whether `code` is one to 24 of `A-Z 0-9 - _ .`, the alphabet of codes.
pub fn is_code(code: &[u8]) -> bool {
	!code.is_empty()
		&& code.len() <= 24
		&& code.iter().all(|c| matches!(c, b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
}

/// Whether a station is in service.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum StationState {
	/// In service.
	OnAir,
	/// Taken out of service with everybody's consent; keeps its number and its history.
	Retired,
}

/// A station on the chain.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct StationEntry {
	/// The record.
	pub station: Station,
	/// Whether it is in service.
	pub state: StationState,
	/// Counts the amendments.
	#[codec(compact)]
	pub revision: u32,
	/// Who stands behind the fields that decide as they are: the owner, and whoever countersigned them.
	pub signed: OrgSet,
}

impl StationEntry {
	/// Whether every company that the record names stands behind it. An unconfirmed station is treated as the
	/// strictest class throughout.
	pub fn is_confirmed(&self) -> bool {
		self.signed.is_superset(self.station.named())
	}
}

/// What became of one record of a batch.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum ImportResult {
	/// A new station.
	Added,
	/// Exactly what stood there already.
	Unchanged,
	/// Fields that the owner decides alone were brought up to date.
	Amended,
	/// Refused, the rest of the batch went in.
	Refused(ImportRefusal),
}

/// Why a record of a batch was refused.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum ImportRefusal {
	/// The record itself is wrong.
	Defect(StationDefect),
	/// The signer's company is not the owner that the record names.
	NotOwner,
	/// Another company owns the station that stands under this code.
	OwnedByAnother,
	/// Fields that decide consents and verdicts differ from what stands: propose an amendment.
	NeedsConsent,
	/// The station is retired: propose its return.
	Retired,
	/// An amendment of this station waits for consents.
	AmendmentOpen,
	/// A company it names is not a member, or not of the kind its part needs.
	UnknownOrg,
	/// The bucket is full: only another code falls into another one.
	BucketFull,
	/// The code appears twice in the batch with different contents: neither is taken.
	DuplicateInBatch,
	/// The batch touches more pages than one call may: send it again in smaller batches or sorted by bucket.
	BatchTooWide,
	/// The owner has as many stations in this bucket as one owner may register, so that none can shut it for the
	/// others: only another code falls into another one.
	TooManyInBucket,
	/// More cells of the station have a baseline.
	FewerCells,
	/// A baseline of the station stands, whose values follow the order of the PLMNs: they may be added to, no more.
	PlmnsFixed,
}

/// What a signature of a station is for: its code, the fields that decide, and its state.
fn signed_content(entry: &StationEntry) -> impl Encode + '_ {
	(entry.station.deciding(), entry.state)
}

/// The digest of a page of stations, as companies countersign it: over the code, the fields that decide and the state
/// of every station in it.
///
/// What decides nothing is left out, or its owner, who changes it alone and as often as it likes, could keep the
/// signatures of the whole page out. So is the revision: a page that has changed and changed back is what was signed.
/// And so is who has signed, or the first signature would void those that are on their way.
pub fn stations_digest(
	genesis: Hash,
	local_network: LocalNetworkId,
	page: u16,
	entries: &[StationEntry],
) -> Hash {
	let stations: Vec<_> = entries.iter().map(signed_content).collect();
	page_digest(genesis, local_network, page, &stations)
}

/// The digest of one station, as companies countersign it on its own: over what [`stations_digest`] covers of it, bound
/// to this chain and this number.
pub fn station_digest(genesis: Hash, id: SiteId, entry: &StationEntry) -> Hash {
	(b"trimast/station", genesis, id, signed_content(entry)).using_encoded(sp_io::hashing::blake2_256).into()
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;

	fn entry() -> StationEntry {
		let signed = OrgSet::of(OrgId(0));
		StationEntry { station: station(), state: StationState::OnAir, revision: 0, signed }
	}

	fn changed(change: impl Fn(&mut StationEntry)) -> StationEntry {
		let mut entry = entry();
		change(&mut entry);
		entry
	}

	/// Every change of one field that a signature is for.
	fn deciding_changes() -> Vec<StationEntry> {
		let text = |text: &[u8]| text.to_vec().try_into().unwrap();
		[
			changed(|e| e.state = StationState::Retired),
			changed(|e| e.station.code = text(b"HE-0002")),
			changed(|e| e.station.technology = Technology::Lte),
			changed(|e| e.station.mode = SharingMode::Moran),
			changed(|e| e.station.owner = OrgId(3)),
			changed(|e| e.station.sharers = OrgSet::of(OrgId(3))),
			changed(|e| e.station.tower = None),
			changed(|e| e.station.tower = Some(TowerSite { org: OrgId(2), code: text(b"T-78") })),
			changed(|e| e.station.plmns[0].mnc = 2),
			changed(|e| e.station.class = StationClass::Vip),
			changed(|e| e.station.battery_ah += 1),
			changed(|e| e.station.autonomy_minutes += 1),
			changed(|e| e.station.rated_power_w += 1),
			changed(|e| e.station.generator_minutes += 1),
			changed(|e| e.station.road_distance_hm += 1),
			changed(|e| e.station.road_minutes += 1),
			changed(|e| e.station.backhaul = OrgId(1)),
		]
		.into()
	}

	/// Every change of one field that leaves signatures as they are.
	fn idle_changes() -> Vec<StationEntry> {
		[
			changed(|e| e.signed = OrgSet(0b111)),
			changed(|e| e.revision = 1),
			changed(|e| e.station.position.latitude += 1),
			changed(|e| e.station.position.longitude += 1),
			changed(|e| e.station.county += 1),
			changed(|e| e.station.cells += 1),
			changed(|e| e.station.vendor = b"V2".to_vec().try_into().unwrap()),
			changed(|e| e.station.tenants += 1),
			changed(|e| e.station.systems += 1),
		]
		.into()
	}

	#[test]
	fn digests_cover_what_decides_and_nothing_else() {
		let chain = Hash::repeat_byte(1);
		let place = LocalNetworkId(1301);
		let page = |entry: &StationEntry| stations_digest(chain, place, 0, core::slice::from_ref(entry));
		let one = |entry: &StationEntry| station_digest(chain, SiteId::new(place, 0, 0), entry);
		for entry in deciding_changes() {
			assert_ne!(page(&entry), page(&self::entry()), "{entry:?}");
			assert_ne!(one(&entry), one(&self::entry()), "{entry:?}");
		}
		for entry in idle_changes() {
			assert_eq!(page(&entry), page(&self::entry()), "{entry:?}");
			assert_eq!(one(&entry), one(&self::entry()), "{entry:?}");
		}
	}

	#[test]
	fn station_digest_binds_chain_and_number() {
		let (chain, id) = (Hash::repeat_byte(1), SiteId::new(LocalNetworkId(1301), 0, 0));
		let digest = station_digest(chain, id, &entry());
		assert_ne!(digest, station_digest(Hash::repeat_byte(2), id, &entry()));
		assert_ne!(digest, station_digest(chain, SiteId { index: 1, ..id }, &entry()));
		assert_ne!(
			digest,
			station_digest(chain, SiteId { local_network: LocalNetworkId(1302), ..id }, &entry())
		);
	}

	pub(crate) fn station() -> Station {
		Station {
			code: b"HE-0001".to_vec().try_into().unwrap(),
			technology: Technology::Nr,
			mode: SharingMode::MocnSeveralCellIds,
			owner: OrgId(0),
			sharers: OrgSet::of(OrgId(1)),
			tower: Some(TowerSite { org: OrgId(2), code: b"T-77".to_vec().try_into().unwrap() }),
			plmns: [11, 1]
				.map(|mnc| Plmn { mcc: 460, mnc, three_digit_mnc: false })
				.to_vec()
				.try_into()
				.unwrap(),
			position: Position { latitude: 38_070_600, longitude: 114_440_300 },
			county: 2,
			cells: 3,
			vendor: b"V1".to_vec().try_into().unwrap(),
			class: StationClass::Ordinary,
			tenants: 2,
			systems: 3,
			battery_ah: 500,
			autonomy_minutes: 180,
			rated_power_w: 3_700,
			generator_minutes: 120,
			road_distance_hm: 123,
			road_minutes: 25,
			backhaul: OrgId(0),
		}
	}

	#[test]
	fn check_names_the_defect() {
		let broken = |change: fn(&mut Station)| {
			let mut station = station();
			change(&mut station);
			station.check()
		};
		assert_eq!(station().check(), Ok(()));
		assert_eq!(broken(|s| s.code = b"he 1".to_vec().try_into().unwrap()), Err(StationDefect::Code));
		assert_eq!(broken(|s| s.sharers = OrgSet::of(OrgId(0))), Err(StationDefect::Sharers));
		assert_eq!(broken(|s| s.mode = SharingMode::Exclusive), Err(StationDefect::Sharers));
		assert_eq!(broken(|s| s.plmns[1] = s.plmns[0]), Err(StationDefect::Plmns));
		assert_eq!(broken(|s| s.plmns[0].mnc = 100), Err(StationDefect::Plmns));
		assert_eq!(broken(|s| s.position.latitude = 90_000_001), Err(StationDefect::Position));
		assert_eq!(broken(|s| s.county = 0), Err(StationDefect::County));
		assert_eq!(broken(|s| s.cells = 0), Err(StationDefect::Cells));
		assert_eq!(broken(|s| s.vendor = alloc::vec![0xff].try_into().unwrap()), Err(StationDefect::Vendor));
		for forged in ["V1\nstate on-air", "\u{1b}[2J", "\u{202e}1V"] {
			let vendor = forged.as_bytes().to_vec().try_into().unwrap();
			assert_eq!(Station { vendor, ..station() }.check(), Err(StationDefect::Vendor), "{forged:?}");
		}
	}

	#[test]
	fn owner_alone_amends_what_decides_nothing() {
		assert!(idle_changes().iter().all(|entry| entry.station.decides_alike(&station())));
		let decided = deciding_changes().into_iter().filter(|entry| entry.state == StationState::OnAir);
		assert!(decided.map(|entry| entry.station).all(|after| !after.decides_alike(&station())));
	}

	#[test]
	fn confirmed_means_everybody_named_signed() {
		let mut entry = entry();
		assert!(!entry.is_confirmed());
		entry.signed = OrgSet(0b111);
		assert!(entry.is_confirmed());
	}
}
