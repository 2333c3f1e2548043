// SPDX-License-Identifier: Apache-2.0

//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// The pallet's events.
#[pallet_section]
mod events {
	/// What has happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// The catalogue has a parameter that is new or has changed.
		ParameterSet {
			/// The parameter.
			id: ParamId,
			/// The catalogue's version since.
			version: u32,
		},
		/// Cells of a page were taken.
		BaselineImported {
			/// Where.
			local_network: LocalNetworkId,
			/// In which page.
			page: u16,
			/// The company that has sent them.
			org: OrgId,
			/// What became of the cells of each station, by its slot.
			results: BoundedVec<(u8, BaselineResult), ConstU32<PAGE_SLOTS>>,
		},
		/// A company stands behind the values of pages.
		BaselineSigned {
			/// Where.
			local_network: LocalNetworkId,
			/// The company.
			org: OrgId,
			/// What became of each page.
			results: BoundedVec<(u16, SignResult), T::MaxSign>,
		},
		/// A company has bound itself to the contents of an export.
		ExportAnchored {
			/// The company.
			org: OrgId,
			/// The export's root.
			root: Hash,
			/// How many rows it has.
			leaves: u32,
			/// When the network was read, as the company says.
			observed: Moment,
		},
		/// Observations of a territory are called for.
		SweepOpened {
			/// The sweep's number.
			sweep: u32,
			/// Who has opened it.
			opener: OrgId,
			/// The territory.
			scope: Scope,
			/// Last block that takes observations.
			closes: BlockNumber,
		},
		/// A sweep has its salt: tags can be made.
		SweepSalted {
			/// The sweep.
			sweep: u32,
			/// The salt.
			salt: Hash,
		},
		/// Tags of whole local networks were taken.
		NetworksAttested {
			/// In which sweep.
			sweep: u32,
			/// By whom.
			org: OrgId,
			/// What became of each.
			results: BoundedVec<(LocalNetworkId, NetworkResult), T::MaxNetworks>,
		},
		/// Tags of pages were taken.
		PagesAttested {
			/// In which sweep.
			sweep: u32,
			/// By whom.
			org: OrgId,
			/// Where.
			local_network: LocalNetworkId,
			/// The first page.
			first: u16,
			/// How many pages.
			count: u16,
			/// Which of them are not as the baseline says.
			differing: BoundedVec<u16, T::MaxTags>,
		},
		/// Tags of the cells of pages were taken.
		CellsAttested {
			/// In which sweep.
			sweep: u32,
			/// By whom.
			org: OrgId,
			/// Where.
			local_network: LocalNetworkId,
			/// What became of each page.
			results: BoundedVec<(u16, CellsResult), T::MaxPagesOfCells>,
		},
		/// Values of cells were taken.
		ValuesAttested {
			/// In which sweep.
			sweep: u32,
			/// By whom.
			org: OrgId,
			/// Where.
			local_network: LocalNetworkId,
			/// What became of each page.
			results: BoundedVec<(u16, ValuesResult), T::MaxPagesOfCells>,
		},
		/// A block of another company has drawn rows of an export.
		OpeningsDrawn {
			/// The export's company.
			org: OrgId,
			/// Its root.
			root: Hash,
			/// The company whose author has made the block.
			by: OrgId,
			/// The rows, by their places.
			leaves: BoundedVec<u32, ConstU32<DRAWN>>,
			/// Last block in which they can be opened.
			due: BlockNumber,
		},
		/// A company has named cells of another one's export.
		OpeningsDemanded {
			/// The export's company.
			org: OrgId,
			/// Its root.
			root: Hash,
			/// Who has named them.
			by: OrgId,
			/// The cells.
			cells: BoundedVec<CellId, ConstU32<MAX_NAMED>>,
			/// Last block in which they can be opened.
			due: BlockNumber,
		},
		/// A company has opened rows of its export.
		CellsOpened {
			/// The company.
			org: OrgId,
			/// The export's root.
			root: Hash,
			/// What became of each opening, in the order of the call.
			results: BoundedVec<OpeningResult, ConstU32<MAX_OPENINGS>>,
		},
		/// An opening is wrong.
		OpeningWrong {
			/// The export's company.
			org: OrgId,
			/// Its root.
			root: Hash,
			/// The place of the row, if there is one.
			leaf: Option<u32>,
			/// The cell, if the row can be read.
			cell: Option<CellId>,
			/// What is wrong with it.
			wrong: Wrong,
		},
		/// A cell that was asked for is not in the export, and its company has said nothing about it.
		CellAbsent {
			/// The export's company.
			org: OrgId,
			/// Its root.
			root: Hash,
			/// The cell.
			cell: CellId,
		},
		/// Rows that were asked for were not opened in time.
		OpeningsMissing {
			/// The export's company.
			org: OrgId,
			/// Its root.
			root: Hash,
			/// How many.
			count: u32,
		},
		/// Two companies have opened the same cell from exports of about the same time, with other texts of the same field.
		WitnessesDiffer {
			/// The cell.
			cell: CellId,
			/// A company and the root of its export.
			first: (OrgId, Hash),
			/// The other one.
			second: (OrgId, Hash),
		},
		/// What is found about the pages of a local network is another than before.
		FindingsChanged {
			/// The local network.
			local_network: LocalNetworkId,
			/// How many pages nobody has attested in time.
			unattested: u32,
			/// How many pages differ and were not explained in time.
			unexplained: u32,
		},
		/// A value is not the approved one.
		ViolationOpened {
			/// The violation's number.
			id: u32,
			/// The cell.
			cell: CellId,
			/// The parameter.
			key: ParamKey,
			/// The approved value, if there is one.
			approved: Option<i64>,
			/// The value that was seen.
			observed: Option<i64>,
			/// Who answers for it.
			against: OrgId,
			/// Who has seen it.
			accuser: OrgId,
		},
		/// A violation was seen again.
		ViolationSeen {
			/// The violation.
			id: u32,
			/// By whom.
			org: OrgId,
			/// The value that was seen.
			observed: Option<i64>,
		},
		/// A violation is believed more, or less.
		ViolationStands {
			/// The violation.
			id: u32,
			/// How far.
			standing: Standing,
		},
		/// A violation is over.
		ViolationClosed {
			/// The violation.
			id: u32,
			/// By whose observation, or by whose change of the baseline.
			org: OrgId,
			/// Why.
			closing: Closing,
		},
	}
}
