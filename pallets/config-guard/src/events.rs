// SPDX-License-Identifier: Apache-2.0

//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// The pallet's events.
#[pallet_section]
mod events {
	use crate::{
		changes::types::{Phase, Refusals},
		exports::{OpeningResult, Wrong, DRAWN},
		types::{BaselineResult, CellsResult, Closing, NetworkResult, SignResult, Standing, ValuesResult},
		violations::kinds::Kind,
	};
	use trimast_primitives::page::PAGE_SLOTS;

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
			/// Of which of them nothing was taken, since more violations stand open there than one call is heard about: send
			/// them anew.
			unheard: BoundedVec<u16, T::MaxTags>,
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
			/// The cells whose rows are asked for.
			cells: BoundedVec<CellId, ConstU32<DRAWN>>,
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
			/// What kind of violation it is.
			kind: Kind,
			/// The request that has to do with it, if any.
			request: Option<u32>,
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
		/// A confirmed violation gets no order: it cannot be opened now. A dispatcher may open one.
		NoRemedy {
			/// The violation.
			id: u32,
			/// Why.
			error: DispatchError,
		},
		/// A violation is over.
		ViolationClosed {
			/// The violation.
			id: u32,
			/// By whose observation, or by whose change of the baseline; or who has seen it first, and nobody has said it again.
			org: OrgId,
			/// Why.
			closing: Closing,
		},
		/// A request is opened.
		RequestDrafted {
			/// Its number.
			request: u32,
			/// Who asks.
			by: OrgId,
			/// Where.
			local_network: LocalNetworkId,
			/// From when to when it is to be carried out.
			window: (Moment, Moment),
			/// Whether the network is changed already.
			emergency: bool,
		},
		/// A part was checked, and what has passed was taken; of a whole request all or nothing. What was drafted of an emergency is
		/// checked once more when it is submitted, and all of it stays.
		PartChecked {
			/// The request.
			request: u32,
			/// The page.
			page: u16,
			/// How many items were taken. When it is none, the request has of the page what it had.
			passed: u16,
			/// The items that are refused, by their places in the part as sent.
			refused: Refusals,
			/// The items that were taken, by their places, and why they would not be: in an emergency, if it were none, and all joint
			/// parties have to agree to them; in a draft, since they break a rule with a cell of another page.
			broken: Refusals,
		},
		/// A request waits for consents: it was submitted, or amended, which voids those that were given, or, an emergency, needs
		/// another company by now.
		RequestAsked {
			/// The request.
			request: u32,
			/// What is agreed to.
			subject: Hash,
			/// Its revision.
			revision: u32,
			/// Who is waited for.
			missing: OrgSet,
			/// Last block in which it may be agreed to and carried out.
			expires: BlockNumber,
		},
		/// A company has agreed.
		RequestConsented {
			/// The request.
			request: u32,
			/// The company.
			org: OrgId,
			/// What it has agreed to.
			subject: Hash,
			/// Its revision.
			revision: u32,
			/// Who is waited for. When it is nobody the request is approved.
			missing: OrgSet,
		},
		/// A page was checked again, and what has passed was carried out; of a whole request all or nothing. Where anything was,
		/// who has read the change back before does so anew.
		PartExecuted {
			/// The request.
			request: u32,
			/// The page.
			page: u16,
			/// How many values stand in the baseline now.
			executed: u16,
			/// The items that are refused, by their places in the part as it stands.
			refused: Refusals,
			/// The items of an emergency that stand in the baseline and would have been refused by a rule if it were none, by their
			/// places. What else would have refused them when they were put in `PartChecked` has said.
			broken: Refusals,
		},
		/// A request stands elsewhere.
		RequestMoved {
			/// The request.
			request: u32,
			/// Where.
			phase: Phase,
		},
		/// A company has read a change back from the network, as far as it was carried out.
		RequestAttested {
			/// The request.
			request: u32,
			/// The company.
			org: OrgId,
		},
		/// A company objects to a change.
		RequestObjected {
			/// The request.
			request: u32,
			/// The company.
			org: OrgId,
			/// Hash of the document that says why.
			reason: Hash,
		},
		/// A company that is not party to it has ruled on a dispute.
		RequestRuled {
			/// The request.
			request: u32,
			/// The company.
			org: OrgId,
			/// Whether the change stands.
			stands: bool,
			/// Hash of the document that says why.
			reason: Hash,
		},
		/// The former values of a page are approved again. Of a page with much in it, so many at once.
		PartRolledBack {
			/// The request.
			request: u32,
			/// The page.
			page: u16,
			/// By whom: who has called for it or, where the chain does it, who has decided the ruling.
			org: OrgId,
			/// How many values. Those that were changed again since stay, and those that `RollBackRefused` has named.
			restored: u32,
		},
		/// The former values of a page are not approved again: something keeps them out. Of a request that is overruled these
		/// alone are left as they are, for good.
		RollBackRefused {
			/// The request.
			request: u32,
			/// The page.
			page: u16,
			/// What, by the places of the items in the part.
			refused: Refusals,
		},
		/// Notices of changes were taken.
		Notified {
			/// Where.
			local_network: LocalNetworkId,
			/// The page.
			page: u16,
			/// By whom they were sent.
			org: OrgId,
			/// How many are kept.
			taken: u32,
			/// How many are not: the company does not answer for the value, the change lies in the future, or it was known.
			refused: u32,
		},
		/// A cross-cell rule is in force, or is not any more.
		RuleSet {
			/// Its number.
			number: u16,
			/// The rule.
			rule: Option<Rule>,
		},
		/// A freeze is set, or taken away.
		FreezeSet {
			/// Its number.
			number: u16,
			/// The freeze.
			freeze: Option<Freeze>,
		},
		/// What a company holds is another since.
		HoldingsSet {
			/// The company.
			org: OrgId,
		},
	}
}
