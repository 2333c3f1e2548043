// SPDX-License-Identifier: Apache-2.0

//! Delays, periods and limits that the council governs, each between a floor and a ceiling fixed at genesis.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;

/// The governed parameters. Times are seconds.
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
pub struct Parameters {
	/// From a motion on rules to its being in force.
	pub rules_delay: u32,
	/// From a motion on the constitution with two thirds, or on rules that a member objects to.
	pub long_delay: u32,
	/// From a decided recovery of an admin key to its taking effect; meanwhile the company may veto.
	pub recovery_delay: u32,
	/// From a decided suspension to its start.
	pub suspension_notice: u32,
	/// Longest a suspension holds unless it is renewed.
	pub suspension_term: u32,
	/// Longest an emergency pause holds.
	pub pause_term: u32,
	/// From the end of a pause to the next one, unless all agree.
	pub pause_gap: u32,
	/// From a declared exit to the earliest completion, and from there to its lapse. Shorter than `long_delay`.
	pub exit_notice: u32,
	/// How long an invitation or a motion among the others stays open.
	pub motion_term: u32,
	/// How long an amendment of the inventory waits for consents.
	pub consent_term: u32,
	/// How long a reconciliation waits for commitments, and then again for reveals.
	pub reconciliation_term: u32,
	/// How long a sweep takes observations.
	pub sweep_term: u32,
	/// How long an accused may be silent until a violation counts as confirmed.
	pub silence_term: u32,
	/// How long the others may object to what the owner changes alone, or to a change that is observed.
	pub objection_term: u32,
	/// From the execution of a change to its closing, and from a roll-back until the network is changed back.
	pub observation_term: u32,
	/// How long a change in an emergency waits for its consents until it counts as a violation.
	pub ratification_term: u32,
	/// How long a dispute waits for the companies that are not party to it.
	pub ruling_term: u32,
	/// How long a company has to open cells of its export when they are asked for.
	pub opening_term: u32,
	/// Within which every page is attested by somebody.
	pub attestation_term: u32,
	/// How long a page that differs may go unexplained.
	pub explanation_term: u32,
	/// Blocks in a session.
	pub session_blocks: u32,
	/// Validator seats of each company.
	pub seats_per_company: u32,
	/// Validator seats of the witness.
	pub seats_of_witness: u32,
	/// Bytes of state that a company's deposits (multisig, proxy, preimage) may hold.
	pub state_quota: u32,
	/// Share of every block's weight and length kept for each other company, in thousandths. All shares together
	/// never exceed half a block.
	pub block_reserve: u32,
	/// How far ahead of its account's nonce a transaction may be and still enter the pool.
	pub nonce_window: u32,
	/// How many accounts a company may be the first to add. Their entries stay for good, for their nonces.
	pub max_accounts: u32,
}

impl Parameters {
	/// For networks on one machine: everything happens in seconds.
	pub const SECONDS: Self = Self {
		rules_delay: 6,
		long_delay: 30,
		recovery_delay: 20,
		suspension_notice: 10,
		suspension_term: 120,
		pause_term: 30,
		pause_gap: 30,
		exit_notice: 20,
		motion_term: 300,
		consent_term: 600,
		reconciliation_term: 600,
		sweep_term: 600,
		silence_term: 60,
		objection_term: 60,
		observation_term: 30,
		ratification_term: 60,
		ruling_term: 120,
		opening_term: 60,
		attestation_term: 3600,
		explanation_term: 120,
		session_blocks: 30,
		seats_per_company: 1,
		seats_of_witness: 1,
		state_quota: 16 * 1024 * 1024,
		block_reserve: 50,
		nonce_window: 4_096,
		max_accounts: 65_536,
	};

	/// For the consortium itself.
	pub const PRODUCTION: Self = Self {
		rules_delay: DAY,
		long_delay: 14 * DAY,
		recovery_delay: 7 * DAY,
		suspension_notice: 72 * HOUR,
		suspension_term: 30 * DAY,
		pause_term: DAY,
		pause_gap: 7 * DAY,
		exit_notice: 7 * DAY,
		motion_term: 14 * DAY,
		consent_term: 7 * DAY,
		reconciliation_term: DAY,
		sweep_term: DAY,
		silence_term: 3 * DAY,
		objection_term: 3 * DAY,
		observation_term: DAY,
		ratification_term: 24 * HOUR,
		ruling_term: 7 * DAY,
		opening_term: DAY,
		attestation_term: DAY,
		explanation_term: DAY,
		session_blocks: HOUR,
		seats_per_company: 3,
		seats_of_witness: 1,
		state_quota: 64 * 1024 * 1024,
		block_reserve: 50,
		nonce_window: 4_096,
		max_accounts: 65_536,
	};

	fn fields(&self) -> [u32; 27] {
		[
			self.rules_delay,
			self.long_delay,
			self.recovery_delay,
			self.suspension_notice,
			self.suspension_term,
			self.pause_term,
			self.pause_gap,
			self.exit_notice,
			self.motion_term,
			self.consent_term,
			self.reconciliation_term,
			self.sweep_term,
			self.silence_term,
			self.objection_term,
			self.observation_term,
			self.ratification_term,
			self.ruling_term,
			self.opening_term,
			self.attestation_term,
			self.explanation_term,
			self.session_blocks,
			self.seats_per_company,
			self.seats_of_witness,
			self.state_quota,
			self.block_reserve,
			self.nonce_window,
			self.max_accounts,
		]
	}
}

/// The range of each parameter, fixed at genesis.
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
pub struct ParameterBounds {
	/// Least values.
	pub floor: Parameters,
	/// Greatest values.
	pub ceiling: Parameters,
}

impl ParameterBounds {
	/// For networks on one machine.
	pub const LOCAL: Self = Self {
		floor: Parameters {
			rules_delay: 1,
			long_delay: 2,
			recovery_delay: 1,
			suspension_notice: 1,
			suspension_term: 1,
			pause_term: 1,
			pause_gap: 1,
			exit_notice: 1,
			motion_term: 1,
			consent_term: 1,
			reconciliation_term: 1,
			sweep_term: 1,
			silence_term: 1,
			objection_term: 1,
			observation_term: 1,
			ratification_term: 1,
			ruling_term: 1,
			opening_term: 1,
			attestation_term: 1,
			explanation_term: 1,
			session_blocks: 5,
			seats_per_company: 1,
			seats_of_witness: 1,
			state_quota: 1_024,
			block_reserve: 10,
			nonce_window: 16,
			max_accounts: 1,
		},
		ceiling: Self::CEILING,
	};

	/// For the consortium: no delay that protects a company can be voted away.
	pub const PRODUCTION: Self = Self {
		floor: Parameters {
			rules_delay: HOUR,
			long_delay: 7 * DAY,
			recovery_delay: 3 * DAY,
			suspension_notice: 72 * HOUR,
			suspension_term: DAY,
			pause_term: HOUR,
			pause_gap: 7 * DAY,
			exit_notice: DAY,
			motion_term: DAY,
			consent_term: DAY,
			reconciliation_term: HOUR,
			sweep_term: HOUR,
			silence_term: DAY,
			objection_term: DAY,
			observation_term: HOUR,
			ratification_term: HOUR,
			ruling_term: DAY,
			opening_term: HOUR,
			attestation_term: HOUR,
			explanation_term: HOUR,
			session_blocks: 600,
			seats_per_company: 1,
			seats_of_witness: 1,
			state_quota: 1024 * 1024,
			block_reserve: 20,
			nonce_window: 256,
			max_accounts: 1_024,
		},
		ceiling: Self::CEILING,
	};

	const CEILING: Parameters = Parameters {
		rules_delay: 30 * DAY,
		long_delay: 90 * DAY,
		recovery_delay: 30 * DAY,
		suspension_notice: 30 * DAY,
		suspension_term: 30 * DAY,
		pause_term: DAY,
		pause_gap: 90 * DAY,
		exit_notice: 90 * DAY,
		motion_term: 90 * DAY,
		consent_term: 90 * DAY,
		reconciliation_term: 30 * DAY,
		sweep_term: 30 * DAY,
		silence_term: 90 * DAY,
		objection_term: 30 * DAY,
		observation_term: 30 * DAY,
		ratification_term: 30 * DAY,
		ruling_term: 90 * DAY,
		opening_term: 30 * DAY,
		attestation_term: 90 * DAY,
		explanation_term: 30 * DAY,
		session_blocks: DAY,
		seats_per_company: 7,
		seats_of_witness: 1,
		state_quota: 1024 * 1024 * 1024,
		block_reserve: 100,
		nonce_window: 65_536,
		max_accounts: 1_048_576,
	};

	/// Whether every parameter lies in its range, and whoever objects to what two thirds decide can leave before it is
	/// in force.
	pub fn admit(&self, parameters: &Parameters) -> bool {
		let (floor, ceiling) = (self.floor.fields(), self.ceiling.fields());
		let within = |(value, (least, most)): (u32, (u32, u32))| least <= value && value <= most;
		parameters.fields().into_iter().zip(floor.into_iter().zip(ceiling)).all(within)
			&& parameters.exit_notice < parameters.long_delay
	}
}

/// What a pallet asks of whoever keeps the parameters.
pub trait Governed {
	/// The parameters in force.
	fn parameters() -> Parameters;
	/// How many blocks `seconds` are, at least one.
	fn blocks(seconds: u32) -> crate::BlockNumber;
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn presets_lie_within_their_bounds() {
		assert!(ParameterBounds::LOCAL.admit(&Parameters::SECONDS));
		assert!(ParameterBounds::PRODUCTION.admit(&Parameters::PRODUCTION));
	}

	#[test]
	fn production_refuses_delays_of_seconds() {
		assert!(!ParameterBounds::PRODUCTION.admit(&Parameters::SECONDS));
		let hasty = Parameters { suspension_notice: 71 * HOUR, ..Parameters::PRODUCTION };
		assert!(!ParameterBounds::PRODUCTION.admit(&hasty));
		let endless = Parameters { pause_term: DAY + 1, ..Parameters::PRODUCTION };
		assert!(!ParameterBounds::PRODUCTION.admit(&endless));
	}

	#[test]
	fn exit_must_be_shorter_than_the_long_delay() {
		let delays =
			|exit_notice, long_delay| Parameters { exit_notice, long_delay, ..Parameters::PRODUCTION };
		assert!(ParameterBounds::PRODUCTION.admit(&delays(7 * DAY - 1, 7 * DAY)));
		assert!(!ParameterBounds::PRODUCTION.admit(&delays(7 * DAY, 7 * DAY)));
		assert!(!ParameterBounds::LOCAL.admit(&delays(30 * DAY, 14 * DAY)));
	}
}
