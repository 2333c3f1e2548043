// SPDX-License-Identifier: Apache-2.0

//! Energy of shared stations: what a collector reports, what of it counts, and whose it is. The chain and whoever recomputes
//! a month offline use this code; nothing here reads a chain.
//!
//! # Terminology
//!
//! * **Reading**: one station's energy and its networks' data volumes in one interval (TS 28.552: `PEE.Energy`,
//!   `DRB.PdcpSduVolumeDL` and `UL`).
//! * **Span** ([`Span`]): intervals of one day, one after another, of a quarter or a full hour each.
//! * **Report** ([`Report`]): the readings of one company's stations of one page over a span, column by column.
//! * **Participant**: owner or sharer of a station: who is to pay for its energy.
//! * **Split** ([`split`]): the energy of a reading, shared out among the participants to the last watt-hour.
//! * **Sums** ([`Sums`]): energy, volume and amount of each participant.
//! * **Saving window** ([`SavingPlan`]): the time in which cells sleep, as it was agreed on.
//! * **Baseline** ([`expected`]): what a station would have drawn in an interval without it, from the weeks before.
//! * **Compensation** ([`Compensation`]): which cell stands in for one that sleeps.
//! * **Frozen** ([`frozen_hash`]): of a report, that a baseline is read from it, whatever corrects it later.
//!
//! # Units
//!
//! | quantity | unit | why |
//! |---|---|---|
//! | energy | Wh | `PEE.Energy` is in kWh; a station draws some hundred Wh in a quarter of an hour |
//! | data volume | Mbit, DL and UL together | the unit of TS 28.552; the efficiency of TS 28.554 takes both together |
//! | price | 10⁻⁴ CNY a kWh | four places, as tariffs have |
//! | amount | 10⁻⁷ CNY | Wh times price: nothing is rounded |
//! | emission factor | 10⁻⁴ kg CO₂ a kWh | four places, as factors are published |
//! | emission | 10⁻⁷ kg CO₂ | Wh times factor: nothing is rounded |
//!
//! # What it guarantees
//!
//! * **Nothing is lost in a split**: shares always add up to the reading ([`split`]).
//! * **A report stands alone**: what counts of it follows from it, from the records of its stations and from the rules of its
//!   day, and from no other report. So the order in which reports arrive decides nothing ([`account`]).
//! * **Each record has a result**: a reading counts, or a [`ReadingFault`] says why it does not.
//! * **No rounding** but in a split, whose rule is stated.
//!
//! # Example
//!
//! ```
//! use trimast_primitives::energy::split;
//!
//! // 1,000 Wh, of which the carriers moved 2 and 1 parts of the data: 666 2/3 and 333 1/3 Wh. The watt-hour that is left goes
//! // to the largest fraction.
//! assert_eq!(split(1_000, &[2, 1]), [667, 333]);
//! // Equal fractions: the first one.
//! assert_eq!(split(1, &[1, 1]), [1, 0]);
//! // Nothing was carried: alike.
//! assert_eq!(split(10, &[0, 0]), [5, 5]);
//! ```

mod account;
mod report;
mod rules;
mod saving;
mod share;
mod span;
mod statement;
#[cfg(test)]
mod tests;
mod window;

pub use account::{
	account, add, Accounted, Meter, MeterBreak, ReadingFault, Record, Sums, SumsOf, MAX_PARTICIPANTS,
};
pub use report::{
	report_digest, Columns, Reading, Report, ReportDefect, StationColumns, MAX_COLUMN_BYTES, MAX_NETWORKS,
};
pub use rules::{
	factor_of_month, factor_places, EmissionFactor, FactorVersion, Rules, SharingMethod, SharingRule, Tariff,
	FACTOR_YEARS, HOURS, MAX_CONTRACT, MAX_EMISSION_FACTOR, MAX_PRICE,
};
pub use saving::{
	expected, has_cell, plan_hash, prove, BaselineMethod, PageCells, ProofDefect, SavingDefect, SavingMethod,
	SavingPlan, Source, StationSaving, MAX_ELASTICITY, MAX_PLAN_DAYS, MAX_PLAN_PAGES, MAX_WEEKS,
};
pub use share::split;
pub use span::{Interval, Span, QUARTERS};
pub use statement::{statement_digest, Line, MAX_LINES, REVIEWS};
pub use window::{
	examination_hash, frozen_hash, window_subject, Compensation, FrozenReport, PlanPhase, SavingState, Waker,
	WindowRules, MAX_FROZEN, MAX_PAST_REPORTS, MAX_SLEEPING,
};
