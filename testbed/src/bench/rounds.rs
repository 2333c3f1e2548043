// SPDX-License-Identifier: Apache-2.0

//! A mass outage: from the first alarm until a plan for all of it is final, and what the plan is worth beside others.
//!
//! A county loses the mains; its generators are few, and most come from elsewhere. Both carriers import their alarms, the tower
//! company orders a generator run for each of its sites, the chain opens rounds, two companies' solvers bid. Times are those at
//! which this process has seen something in a final block.

use super::{
	chart::{self, Panel},
	import::import_country,
	parse_size,
	table::{markdown, tenths, thousands},
};
use crate::{
	chain::Chain,
	generate::{Country, OutagePlan, Plan, CARRIER_ONE, TOWER_COMPANY},
	keys,
	mass_outage::{self, Bidder, Course, MassOutage, Plans, RoundCourse, Worth},
	network::{Network, Options},
	trimast::Trimast,
};
use anyhow::{Context, Result};
use clap::Args;
use std::{
	fs,
	path::PathBuf,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use trimast_primitives::Moment;

/// How to measure a mass outage.
#[derive(Args, Clone, Debug)]
pub struct RoundsOptions {
	/// Stations, in so few local networks that a county has many.
	#[arg(long, default_value = "10k", value_parser = parse_size)]
	pub stations: u32,
	/// Stations of a county that lose the mains.
	#[arg(long, value_name = "STATIONS", default_value_t = 404)]
	pub failing: usize,
	/// Everything that is generated follows from it.
	#[arg(long, default_value_t = 1)]
	pub seed: u64,
	/// Where pictures are written: rounds.svg with the figures, rounds-map.svg with the plan [default: this folder].
	#[arg(long, value_name = "DIR", default_value = ".")]
	pub pictures: PathBuf,
	/// Where the network is kept [default: a temporary folder].
	#[arg(long = "dir", value_name = "DIR")]
	pub folder: Option<PathBuf>,
}

/// Measures, prints the tables, and draws the pictures.
///
/// # Errors
///
/// The network does not start, the stations do not go in, there is no plan within some minutes, or a picture cannot be written.
pub async fn rounds(options: &RoundsOptions) -> Result<()> {
	let temporary = tempfile::tempdir()?;
	let folder = options.folder.as_deref().unwrap_or(temporary.path()).join("rounds");
	eprintln!("starting four validators in {}", folder.display());
	let network = Network::start(&Options { archive: false, fresh: true, ..Options::local(&folder) }).await?;
	let mut chains = Vec::new();
	for url in network.validator_urls() {
		chains.push(Chain::connect(&url).await?);
	}
	let chain = chains.first().context("no validator")?;
	eprintln!("importing {} stations", options.stations);
	let country = Country::dense(Plan { seed: options.seed, ..Plan::of(options.stations) })?;
	import_country(&chains, &country, 256, 64).await?;
	let trimast = Trimast::new(network.folder(), chain.url())?;
	eprintln!("all companies sign them, or every class is 4");
	mass_outage::countersign(&trimast, country.codes()).await?;

	// All of them just now, by a clock that final blocks have passed.
	let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as Moment;
	let plan = OutagePlan { stations: options.failing, minute: 0, ..OutagePlan::at(now - 5_000) };
	let outage = country.outage(&plan)?;
	let data = network.folder().join("data");
	let fleet = country.write_fleet(&data, &outage)?;
	mass_outage::add_bidders(chain).await?;
	let start = Instant::now();
	mass_outage::import_fleet(&trimast, &data).await?;
	eprintln!(
		"{} crews and {} generators, {} of these from elsewhere: {:.1} s",
		fleet.crews,
		fleet.generators,
		fleet.from_elsewhere,
		start.elapsed().as_secs_f64()
	);

	let bidders = [
		Bidder { org: TOWER_COMPANY, budget: Some(3), seed: 1 },
		Bidder { org: CARRIER_ONE, budget: Some(6), seed: 2 },
	];
	let case =
		MassOutage { chains: &chains, trimast: &trimast, folder: &data, outage: &outage, bidders: &bidders };
	eprintln!("{} alarms in county {:04}{:02}", outage.stations.len(), outage.local_network.0, outage.county);
	let (course, plans) = case.run().await?;
	eprintln!("{course}");
	println!("{}\n", markdown(&TIMES, &times(&course)));
	println!("{}\n", markdown(&PLANS, &rows(&plans)));

	fs::create_dir_all(&options.pictures).with_context(|| options.pictures.display().to_string())?;
	let figures = options.pictures.join("rounds.svg");
	fs::write(&figures, picture(&plans)).with_context(|| figures.display().to_string())?;
	let map = options.pictures.join("rounds-map.svg");
	// The command makes a new file.
	let _ = fs::remove_file(&map);
	let (id, file) = (plans.view.id.to_string(), map.to_str().context("the folder's name is not UTF-8")?);
	trimast.run(None, &["--quiet", "plan", "show", &id, "--svg", file]).await?.ok()?;
	println!("{}, {}", figures.display(), map.display());
	Ok(())
}

const TIMES: [&str; 2] = ["final", "seconds from the first alarm"];

/// When what was final.
fn times(course: &Course) -> Vec<Vec<String>> {
	let mut rows: Vec<Vec<String>> = Vec::new();
	let mut row = |what: String, at: Option<Duration>| {
		let at = at.map_or_else(|| "-".to_owned(), |at| tenths(at.as_secs_f64()));
		rows.push(vec![what, at]);
	};
	row("first fault".into(), course.opened.map(|(first, _)| first));
	row(format!("all {} faults", course.faults.len()), course.opened.map(|(_, last)| last));
	row(format!("all {} generator runs", course.runs.len()), course.ordered);
	row("all alarms, as facts".into(), course.imported);
	for RoundCourse { id, opened, frozen, bids, decided, over, .. } in &course.rounds {
		row(format!("round {id}: opened"), Some(*opened));
		if let Some(frozen) = frozen {
			let what = format!("round {id}: frozen, {} jobs, {} resources", frozen.jobs, frozen.resources);
			row(what, Some(frozen.at));
		}
		row(format!("round {id}: first of {} bids", bids.len()), bids.first().map(|bid| bid.at));
		row(format!("round {id}: decided"), decided.map(|(at, ..)| at));
		row(format!("round {id}: routes out"), *over);
	}
	row("plan checked".into(), course.checked);
	rows
}

const PLANS: [&str; 6] =
	["plan", "weighted minutes of service lost", "jobs served", "crews", "generators", "travel, hours"];

/// The plans to compare, by name.
fn compared(plans: &Plans) -> [(String, Worth); 3] {
	let won = match plans.view.best {
		Some((org, _)) => {
			format!("won: bid of {}", keys::ORGS.get(usize::from(org.0)).unwrap_or(&"a company"))
		}
		None => "won: the greedy one".to_owned(),
	};
	[
		(won, plans.worth(&plans.won)),
		("greedy floor".to_owned(), plans.worth(&plans.floor)),
		("first come, first served".to_owned(), plans.worth(&plans.first_come)),
	]
}

/// Weighted minutes.
fn minutes(worth: &Worth) -> f64 {
	worth.score.lost as f64 / 6e4
}

/// Hours on the road.
fn hours(worth: &Worth) -> f64 {
	worth.score.travel as f64 / 3.6e6
}

fn rows(plans: &Plans) -> Vec<Vec<String>> {
	let row = |(name, worth): (String, Worth)| {
		vec![
			name,
			thousands(minutes(&worth)),
			format!("{} of {}", worth.served, plans.round.jobs.len()),
			worth.crews.to_string(),
			worth.generators.to_string(),
			tenths(hours(&worth)),
		]
	};
	compared(plans).into_iter().map(row).collect()
}

fn picture(plans: &Plans) -> String {
	let all = compared(plans);
	let panel = |title: &str, figure: &dyn Fn(&Worth) -> f64, text: fn(f64) -> String| Panel {
		title: title.to_owned(),
		bars: all.iter().map(|(name, worth)| (name.clone(), figure(worth), text(figure(worth)))).collect(),
	};
	let panels = [
		panel("weighted minutes of service lost", &minutes, thousands),
		panel("crews and generators sent", &|worth| f64::from(worth.score.resources), thousands),
		panel("travel, hours", &hours, tenths),
	];
	let title = format!(
		"Round {}: {} jobs, {} crews and generators",
		plans.view.id,
		plans.round.jobs.len(),
		plans.round.resources.len()
	);
	chart::svg(&title, &panels)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::mass_outage::Frozen;
	use trimast_primitives::{plan::Score, OrgId};

	#[test]
	fn times_have_a_row_for_each_step_that_was_seen() {
		let second = Duration::from_secs;
		let course = Course {
			opened: Some((second(2), second(4))),
			rounds: vec![RoundCourse {
				id: 3,
				opened: second(3),
				frozen: Some(Frozen { at: second(5), jobs: 7, resources: 2 }),
				decided: Some((second(20), Some(OrgId(2)), Score::default())),
				..RoundCourse::default()
			}],
			..Course::default()
		};
		let rows = times(&course);
		let find = |what: &str| rows.iter().find(|row| row[0].contains(what)).map(|row| row[1].as_str());
		assert_eq!([find("first fault"), find("frozen, 7 jobs")], [Some("2.0"), Some("5.0")]);
		assert_eq!([find("of 0 bids"), find("routes out")], [Some("-"), Some("-")]);
		assert_eq!(find("decided"), Some("20.0"));
	}
}
