// SPDX-License-Identifier: Apache-2.0
//! Solves public instances and prints them beside the best known: fewest vehicles, then distance in double precision, which is
//! SINTEF's rule. Every plan has to pass the chain's checker.

use clap::Parser;
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	process::ExitCode,
	time::{Duration, Instant},
};
use trimast_primitives::{plan::check, Hash};
use trimast_solver::{solve, Instance, Settings};

/// Solves instances in Solomon's format (Solomon, Gehring and Homberger) and prints vehicles and distance beside the best known.
#[derive(Parser)]
#[command(version)]
struct Arguments {
	/// Files, or folders whose files *.txt are taken.
	#[arg(required = true)]
	instances: Vec<PathBuf>,
	/// Best-known results: lines of instance,vehicles,distance under a heading [default: best-known.csv beside the instances]
	#[arg(long, value_name = "FILE")]
	best: Option<PathBuf>,
	/// How long each instance may take.
	#[arg(long, default_value_t = 60.0, value_parser = seconds)]
	seconds: f64,
	/// On how many threads [default: all cores]
	#[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
	threads: Option<u16>,
	/// How many steps each thread takes at most, whatever the time [default: no limit]
	#[arg(long)]
	steps: Option<u64>,
	/// Where random numbers begin.
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// Only instances whose names begin so: R1,RC2
	#[arg(long, value_delimiter = ',', value_name = "NAMES")]
	only: Vec<String>,
}

fn seconds(text: &str) -> Result<f64, String> {
	let seconds: f64 = text.parse().map_err(|_| "write a number of seconds".to_owned())?;
	if (0.0..=86_400.0).contains(&seconds) {
		Ok(seconds)
	} else {
		Err("write 0 to 86400".into())
	}
}

fn main() -> ExitCode {
	match run(&Arguments::parse()) {
		Ok(true) => ExitCode::SUCCESS,
		Ok(false) => ExitCode::FAILURE,
		Err(error) => {
			eprintln!("error: {error}");
			ExitCode::FAILURE
		}
	}
}

/// True when every plan has passed the chain's checker.
fn run(arguments: &Arguments) -> Result<bool, String> {
	let files = files(arguments)?;
	let best = best_known(arguments, &files)?;
	let mut settings = Settings {
		budget: Duration::from_secs_f64(arguments.seconds),
		seed: arguments.seed,
		steps: arguments.steps.unwrap_or(u64::MAX),
		..Settings::default()
	};
	settings.threads = arguments.threads.map_or(settings.threads, usize::from);
	println!("{} s, {} threads, seed {}\n", arguments.seconds, settings.threads, arguments.seed);
	println!(
		"instance  unserved  vehicles   best    distance        best   gap %  seconds  cpu s      steps  checker"
	);
	let mut totals = Totals::default();
	for file in &files {
		let instance = read(file)?;
		let row = Row::of(&instance, &settings);
		row.print(best.get(&instance.name));
		totals.add(&row, best.get(&instance.name));
	}
	totals.print();
	Ok(totals.refused == 0)
}

/// The instances' files, in the order of their names.
fn files(arguments: &Arguments) -> Result<Vec<PathBuf>, String> {
	let mut files = Vec::new();
	for path in &arguments.instances {
		if !path.is_dir() {
			files.push(path.clone());
			continue;
		}
		let entries = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
		for entry in entries {
			let file = entry.map_err(|error| format!("{}: {error}", path.display()))?.path();
			if file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt")) {
				files.push(file);
			}
		}
	}
	files.retain(|file| {
		let name =
			file.file_stem().map(|name| name.to_string_lossy().to_ascii_uppercase()).unwrap_or_default();
		let only = &arguments.only;
		only.is_empty() || only.iter().any(|begin| name.starts_with(&begin.to_ascii_uppercase()))
	});
	files.sort();
	if files.is_empty() {
		return Err(
			"there is no such instance: name a folder with files *.txt, and --only as they begin".into()
		);
	}
	Ok(files)
}

fn read(file: &Path) -> Result<Instance, String> {
	let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
	let text = String::from_utf8(bytes)
		.map_err(|_| format!("{}: this is no text in UTF-8: save it as such", file.display()))?;
	Instance::read(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Vehicles and distance of each instance.
fn best_known(arguments: &Arguments, files: &[PathBuf]) -> Result<BTreeMap<String, (usize, f64)>, String> {
	let beside = files.first().and_then(|file| Some(file.parent()?.join("best-known.csv")));
	let Some(file) = arguments.best.clone().or(beside.filter(|file| file.exists())) else {
		return Ok(BTreeMap::new());
	};
	let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
	let mut best = BTreeMap::new();
	for (line, row) in (1..).zip(text.lines()).skip(1).filter(|(_, row)| !row.trim().is_empty()) {
		let fields: Vec<_> = row.split(',').map(str::trim).collect();
		let row = match fields[..] {
			[name, vehicles, distance] => Some((name, vehicles.parse(), distance.parse())),
			_ => None,
		};
		let Some((name, Ok(vehicles), Ok(distance))) = row else {
			return Err(format!(
				"{}: line {line}: write instance,vehicles,distance, as R101,19,1650.80",
				file.display()
			));
		};
		best.insert(name.to_owned(), (vehicles, distance));
	}
	Ok(best)
}

/// Processor time of this process so far, as Linux tells it in hundredths of a second.
fn cpu_seconds() -> Option<f64> {
	let stat = fs::read_to_string("/proc/self/stat").ok()?;
	let (_, fields) = stat.rsplit_once(')')?;
	let mut times = fields.split_whitespace().skip(11).map(|time| time.parse::<f64>().ok());
	Some((times.next()?? + times.next()??) / 100.0)
}

/// What became of an instance.
struct Row {
	name: String,
	unserved: usize,
	vehicles: usize,
	distance: f64,
	took: Duration,
	/// Processor time of all threads, where the system tells it.
	cpu: Option<f64>,
	steps: u64,
	/// Why the checker refuses the plan.
	refused: Option<String>,
}

impl Row {
	fn of(instance: &Instance, settings: &Settings) -> Self {
		let round = instance.round();
		let digest = round.digest(Hash::zero());
		let (from, cpu) = (Instant::now(), cpu_seconds());
		let solved = solve(&round, digest, settings);
		let took = from.elapsed();
		let cpu = cpu.and_then(|before| Some(cpu_seconds()? - before));
		let name = instance.name.clone();
		match solved {
			Ok(solved) => Self {
				name,
				unserved: round.jobs.len() - solved.plan.stops.len(),
				vehicles: solved.plan.routes.len(),
				distance: instance.distance(&solved.plan).unwrap_or(f64::NAN),
				took,
				cpu,
				steps: solved.steps,
				refused: check(&round, digest, &solved.plan).err().map(|defect| format!("{defect:?}")),
			},
			Err(error) => {
				let refused = Some(error.to_string());
				Self {
					name,
					unserved: round.jobs.len(),
					vehicles: 0,
					distance: 0.0,
					took,
					cpu,
					steps: 0,
					refused,
				}
			}
		}
	}

	/// How much longer than the best known of as many vehicles, in per cent.
	fn gap(&self, best: Option<&(usize, f64)>) -> Option<f64> {
		let (vehicles, distance) = best?;
		let is_equal = self.unserved == 0 && self.vehicles == *vehicles;
		is_equal.then(|| (self.distance / distance - 1.0) * 100.0)
	}

	fn print(&self, best: Option<&(usize, f64)>) {
		let known = best.map_or(("-".into(), "-".into()), |(vehicles, distance)| {
			(vehicles.to_string(), format!("{distance:.2}"))
		});
		let gap = self.gap(best).map_or("-".into(), |gap| format!("{gap:.2}"));
		println!(
			"{:<8}  {:>8}  {:>8}  {:>5}  {:>10.2}  {:>10}  {gap:>6}  {:>7.1}  {:>5}  {:>9}  {}",
			self.name,
			self.unserved,
			self.vehicles,
			known.0,
			self.distance,
			known.1,
			self.took.as_secs_f64(),
			self.cpu.map_or("-".into(), |cpu| format!("{cpu:.0}")),
			self.steps,
			self.refused.as_deref().unwrap_or("passed"),
		);
	}
}

#[derive(Default)]
struct Totals {
	instances: usize,
	refused: usize,
	vehicles: usize,
	distance: f64,
	/// Instances with a best-known result, its vehicles and distances.
	known: usize,
	best_vehicles: usize,
	best_distance: f64,
	/// Of as many vehicles as the best known, or fewer.
	equal: usize,
	fewer: usize,
	gaps: Vec<f64>,
}

impl Totals {
	fn add(&mut self, row: &Row, best: Option<&(usize, f64)>) {
		self.instances += 1;
		self.refused += usize::from(row.refused.is_some());
		self.vehicles += row.vehicles;
		self.distance += row.distance;
		if let Some((vehicles, distance)) = best {
			self.known += 1;
			self.best_vehicles += vehicles;
			self.best_distance += distance;
			self.equal += usize::from(row.unserved == 0 && row.vehicles == *vehicles);
			self.fewer += usize::from(row.unserved == 0 && row.vehicles < *vehicles);
		}
		self.gaps.extend(row.gap(best));
	}

	fn print(&self) {
		println!(
			"\n{} instances, {} plans refused: {} vehicles, distance {:.2}",
			self.instances, self.refused, self.vehicles, self.distance
		);
		if self.known > 0 {
			println!(
				"best known of {}: {} vehicles, distance {:.2}; as many vehicles: {} ({:.1} %), fewer: {}",
				self.known,
				self.best_vehicles,
				self.best_distance,
				self.equal,
				100.0 * self.equal as f64 / self.known as f64,
				self.fewer
			);
		}
		if !self.gaps.is_empty() {
			let mean = self.gaps.iter().sum::<f64>() / self.gaps.len() as f64;
			let worst = self.gaps.iter().copied().fold(f64::MIN, f64::max);
			println!("gap of distance where vehicles are as many: mean {mean:.3} %, greatest {worst:.2} %");
		}
	}
}
