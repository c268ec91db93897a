//! Trainings of recipes that are drawn at random: each trains 20 steps and reports, or is refused with a sentence.
//!
//! ```sh
//! cargo build --release && cargo run --release -p ondine-benches --bin random_recipes -- target/release/ondine
//! ```
//!
//! Equations with parameters from their good ranges, one to three axes, grids, networks with and without a surrogate
//! around them, objectives, initial states, buffers, and units of length, time and the field, each scaled by up to
//! 10^±12. Further arguments are the number of recipes, 200 if absent, the seed of the draws, and how many seconds the
//! whole may take. Every training runs within 4 GiB and a minute. The program ends with 1 where one panics, aborts, does
//! not end, or says a word of the programming language.

use ondine_benches::ordeal::{self, Tally};
use ondine_datasets::policy::POLICIES;
use ondine_models::network::NETWORKS;
use ondine_solvers::equation::{EQUATIONS, EquationEntry};
use ondine_solvers::initial::INITIAL_STATES;
use ondine_solvers::{Rng, Stream};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use toml::{Table, Value};

/// The longest time of one training.
const LIMIT: Duration = Duration::from_secs(60);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let program = words.first().ok_or("which program? write its path")?;
    let program = fs::canonicalize(program)?;
    let number = |i: usize, default: u64| words.get(i).map_or(Ok(default), |word| word.parse());
    let (count, seed, seconds) = (number(1, 200)?, number(2, 0)?, number(3, 3600)?);
    let folder = std::env::temp_dir().join(format!("ondine-random-recipes-{seed}"));
    fs::create_dir_all(&folder)?;
    let start = Instant::now();
    let mut tally = Tally::default();
    for index in 0..count {
        if start.elapsed() > Duration::from_secs(seconds) {
            println!("{index} of {count} recipes in {seconds} s");
            break;
        }
        let recipe = Draw(Rng::stream(seed, Stream::Parameters, index)).recipe();
        attempt(
            program.to_str().ok_or("the path is no text")?,
            &folder,
            index,
            &recipe,
            &mut tally,
        )?;
    }
    println!("{tally}");
    for (line, count) in tally.refusals() {
        println!("{count:5}  {line}");
    }
    Ok(ExitCode::from(u8::from(!tally.is_clean())))
}

/// One training, in a folder that goes when it ended as it may.
fn attempt(
    program: &str,
    folder: &Path,
    index: u64,
    recipe: &Table,
    tally: &mut Tally,
) -> Result<(), Box<dyn Error>> {
    let name = format!("recipe {index}");
    let (file, run) = (format!("{index}.toml"), format!("run-{index}"));
    fs::write(folder.join(&file), toml::to_string(recipe)?)?;
    let _ = fs::remove_dir_all(folder.join(&run));
    let words = ["train", &file, "--output", &run].map(str::to_owned);
    let verdict = ordeal::judge(program, &words, folder, LIMIT)?;
    let reported = folder.join(&run).join("report.html").exists();
    let verdict = match verdict {
        ordeal::Verdict::Done if !reported => ordeal::Verdict::Wrong("no report", String::new()),
        other => other,
    };
    if !matches!(verdict, ordeal::Verdict::Wrong(..)) {
        fs::remove_file(folder.join(&file))?;
        let _ = fs::remove_dir_all(folder.join(&run));
    }
    tally.add(&format!("{name} ({})", summary(recipe)), verdict);
    Ok(())
}

/// A recipe in a few words.
fn summary(recipe: &Table) -> String {
    let kind = |section: &str| {
        recipe
            .get(section)
            .and_then(|s| s.get("kind"))
            .map(Value::to_string)
    };
    let words = ["equation", "initial", "model", "objective"].map(|s| kind(s).unwrap_or_default());
    format!("{}, points {}", words.join(", "), recipe["grid"]["points"])
}

/// Draws from the ranges of options.
struct Draw(Rng);

impl Draw {
    fn recipe(&mut self) -> Table {
        let entry = self.one(EQUATIONS);
        let dims = *self.one(entry.dims);
        let points = self.points(dims);
        let (length, time, field) = (self.unit(), self.unit(), self.unit());
        let mut recipe = Table::new();
        let mut put = |key: &str, value: Table| recipe.insert(key.into(), value.into());
        put("equation", self.equation(entry, dims));
        put("grid", self.grid(&points, length));
        put("time", self.time(time));
        if entry.own_initial.is_none() {
            put("initial", self.initial(field));
        }
        put(
            "ensemble",
            table([("simulations", 24.into()), ("workers", 1.into())]),
        );
        put("buffer", self.buffer());
        put("model", self.model());
        put("objective", self.objective());
        put(
            "train",
            table([
                ("steps", 20.into()),
                ("batch", self.integer(1, 8)),
                ("log", 5.into()),
            ]),
        );
        put(
            "evaluate",
            table([
                ("trajectories", self.integer(1, 4)),
                ("frames", self.integer(2, 12)),
            ]),
        );
        recipe.insert("seed".into(), self.integer(0, 1 << 20));
        recipe
    }

    fn equation(&mut self, entry: &EquationEntry, dims: usize) -> Table {
        let mut equation = table([("kind", entry.kind.into())]);
        for parameter in entry.parameters {
            if parameter.default.is_some() && self.chance(0.4) {
                continue;
            }
            let [low, high] = parameter.good;
            let mut value = || self.parameter(low, high, parameter.whole);
            let value = if parameter.per_axis {
                (0..dims).map(|_| value()).collect::<Vec<_>>().into()
            } else {
                value()
            };
            equation.insert(parameter.name.into(), value);
        }
        equation
    }

    /// A value of the good range, or a range to draw from.
    fn parameter(&mut self, low: f64, high: f64, whole: bool) -> Value {
        let (a, b) = (self.0.uniform(low, high), self.0.uniform(low, high));
        match (whole, self.chance(0.3)) {
            (true, _) => Value::Float(a.round()),
            (false, true) => range(a.min(b), a.max(b)),
            (false, false) => a.into(),
        }
    }

    fn points(&mut self, dims: usize) -> Vec<Value> {
        let sizes: &[i64] = match dims {
            1 => &[16, 32, 33, 48, 64, 100],
            2 => &[8, 12, 15, 16, 24],
            _ => &[6, 8, 9],
        };
        if self.chance(0.5) {
            vec![(*self.one(sizes)).into(); dims]
        } else {
            (0..dims).map(|_| (*self.one(sizes)).into()).collect()
        }
    }

    fn grid(&mut self, points: &[Value], unit: f64) -> Table {
        let length = unit * self.0.uniform(1.0, 40.0);
        let length = if self.chance(0.3) {
            range(0.9 * length, 1.1 * length)
        } else {
            length.into()
        };
        table([("points", points.to_vec().into()), ("length", length)])
    }

    fn time(&mut self, unit: f64) -> Table {
        let dt = unit * 10_f64.powf(self.0.uniform(-3.0, 0.0));
        let mut time = table([("dt", dt.into()), ("frames", self.integer(3, 20))]);
        if self.chance(0.3) {
            time.insert("warmup".into(), self.integer(0, 10));
        }
        if self.chance(0.3) {
            time.insert("substeps".into(), self.integer(1, 8));
        }
        if self.chance(0.2) {
            time.insert("precision".into(), "f32".into());
        }
        time
    }

    fn initial(&mut self, unit: f64) -> Table {
        let kind = self.one(INITIAL_STATES).kind;
        let mut initial = table([("kind", kind.into())]);
        let size = match kind {
            "sine_series" | "sine" | "shock" => "amplitude",
            "gaussian_random_field" => "deviation",
            "filtered_velocity" => "max_velocity",
            _ => return initial,
        };
        initial.insert(size.into(), (unit * self.0.uniform(0.5, 2.0)).into());
        initial
    }

    fn buffer(&mut self) -> Table {
        table([
            ("kind", self.one(POLICIES).kind.into()),
            ("capacity", self.integer(20, 400)),
        ])
    }

    fn model(&mut self) -> Table {
        let kind = self.one(NETWORKS).kind;
        let mut network = table([("kind", kind.into()), ("width", self.integer(1, 12))]);
        if kind.starts_with("fno") {
            network.insert("modes".into(), self.integer(1, 8));
        }
        if kind == "classic_unet" {
            network.insert("levels".into(), self.integer(1, 3));
        }
        if kind == "pde_transformer" {
            let heads = self.integer(1, 3);
            network.insert("heads".into(), heads.clone());
            let size = heads.as_integer().expect("a number") * 2;
            network.insert("width".into(), size.into());
            network.insert("levels".into(), self.integer(0, 2));
        }
        if kind == "unet" {
            network.insert(
                "multipliers".into(),
                vec![Value::from(1), self.integer(1, 2)].into(),
            );
        }
        match self.0.uniform(0.0, 1.0) {
            x if x < 0.2 => table([("kind", "pde_refiner".into()), ("backbone", network.into())]),
            x if x < 0.3 => table([
                ("kind", "crps_ensemble".into()),
                ("backbone", network.into()),
            ]),
            _ => network,
        }
    }

    fn objective(&mut self) -> Table {
        let kind = *self.one(&["one_step", "unrolled", "pushforward"]);
        let mut objective = table([("kind", kind.into())]);
        if self.chance(0.3) {
            objective.insert("stride".into(), self.integer(1, 3));
        }
        if self.chance(0.3) {
            objective.insert("noise".into(), self.0.uniform(0.0, 0.1).into());
        }
        if kind != "one_step" {
            objective.insert("steps".into(), self.integer(2, 3));
        }
        objective
    }

    /// A unit: half of them are 1, the others up to 10^±12.
    fn unit(&mut self) -> f64 {
        if self.chance(0.5) {
            1.0
        } else {
            10_f64.powf(self.0.uniform(-12.0, 12.0))
        }
    }

    fn chance(&mut self, probability: f64) -> bool {
        self.0.uniform(0.0, 1.0) < probability
    }

    fn integer(&mut self, low: u64, high: u64) -> Value {
        Value::Integer(self.0.integer(low, high) as i64)
    }

    fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.0.integer(0, list.len() as u64 - 1) as usize]
    }
}

fn range(low: f64, high: f64) -> Value {
    table([(
        "uniform",
        vec![Value::Float(low), Value::Float(high)].into(),
    )])
    .into()
}

fn table<const N: usize>(entries: [(&str, Value); N]) -> Table {
    entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}
