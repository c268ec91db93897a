//! Time and memory of a training step of every network of the list, part by part.
//!
//! ```sh
//! cargo run --release -p ondine-benches --bin networks [NETWORK-DIMS…] [--steps N]
//! ```
//!
//! with names such as `fno-1d`; without any, all. Every line is a JSON object: medians over the steps in milliseconds,
//! the processor time of a step over all threads, the largest resident memory while the network trained.

use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Tensor};
use ondine_models::network::{NETWORKS, NetworkEntry};
use ondine_models::{Draws, FieldSpec, Init, Residual, Scaling, Surrogate};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Instant;
use toml::de::ValueDeserializer;

/// Steps before the clock starts.
const WARM_UP: usize = 5;

/// A network at the size it is measured at.
struct Case {
    entry: &'static NetworkEntry,
    grid: &'static [usize],
    batch: usize,
}

/// The times of one step in milliseconds.
#[derive(Default)]
struct Times {
    forward: Vec<f64>,
    backward: Vec<f64>,
    optimizer: Vec<f64>,
    step: Vec<f64>,
}

fn main() {
    keep_freed_pages();
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let steps = match names.iter().position(|name| name == "--steps") {
        Some(at) => names.drain(at..).nth(1).and_then(|n| n.parse().ok()),
        None => None,
    };
    for case in cases() {
        if names.is_empty() || names.contains(&case.name()) {
            measure(&case, steps.unwrap_or(30));
        }
    }
}

fn cases() -> impl Iterator<Item = Case> {
    NETWORKS.iter().flat_map(|entry| {
        [(&[256][..], 32), (&[64, 64], 8)].map(|(grid, batch)| Case { entry, grid, batch })
    })
}

impl Case {
    fn name(&self) -> String {
        format!("{}-{}d", self.entry.kind, self.grid.len())
    }

    /// What stands in a recipe; networks that are not named here are measured with their defaults.
    fn options(&self) -> &'static str {
        match (self.entry.kind, self.grid.len()) {
            ("fno", 1) => "{ width = 64, modes = 32, layers = 4 }",
            ("fno", _) => "{ width = 32, modes = 12, layers = 4 }",
            _ => "{}",
        }
    }
}

fn measure(case: &Case, steps: usize) {
    let device = Device::flex().autodiff();
    let spec = FieldSpec::new(1, 1, case.grid);
    let options = ValueDeserializer::parse(case.options()).expect("the options are TOML");
    let config = (case.entry.decode)(options).expect("the options are valid");
    let network = config.init(&spec, &mut Init::new(0, &device));
    let weights = network.num_params();
    let mut surrogate = Residual::new(network, Scaling::identity(&spec));
    let mut optimizer = AdamWConfig::new().init();
    let shape = [case.batch, case.grid.iter().product(), 1];
    let u = Tensor::<3>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    let next = Tensor::<3>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    let parameters = Tensor::<2>::ones([case.batch, 1], &device);
    let mut times = Times::default();
    let mut used = 0.0;
    for step in 0..WARM_UP + steps {
        if step == WARM_UP {
            times = Times::default();
            used = processor_time();
        }
        let start = Instant::now();
        let loss = surrogate.loss(
            u.clone(),
            next.clone(),
            parameters.clone(),
            case.grid,
            &mut Draws::new(0),
        );
        loss.clone().into_scalar::<f32>();
        let forward = start.elapsed();
        let gradients = GradientsParams::from_grads(loss.backward(), &surrogate);
        let backward = start.elapsed();
        surrogate = optimizer.step(1e-3, surrogate, gradients);
        let end = start.elapsed();
        for (list, time) in [
            (&mut times.forward, forward),
            (&mut times.backward, backward - forward),
            (&mut times.optimizer, end - backward),
            (&mut times.step, end),
        ] {
            list.push(time.as_secs_f64() * 1e3);
        }
    }
    let used = (processor_time() - used) / steps as f64;
    println!(
        "{{\"network\": \"{}\", \"weights\": {weights}, \"forward_ms\": {:.2}, \"backward_ms\": {:.2}, \
         \"optimizer_ms\": {:.2}, \"step_ms\": {:.2}, \"fastest_ms\": {:.2}, \"processor_ms\": {used:.2}, \
         \"peak_mib\": {:.0}}}",
        case.name(),
        median(&mut times.forward),
        median(&mut times.backward),
        median(&mut times.optimizer),
        median(&mut times.step),
        times.step[0],
        peak_mib(),
    );
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Processor time of all threads so far in milliseconds: user and system time in ticks of 10 ms.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |i: usize| fields.split_whitespace().nth(i)?.parse::<f64>().ok();
    ticks(11)
        .zip(ticks(12))
        .map_or(f64::NAN, |(user, system)| 10.0 * (user + system))
}

/// Largest resident memory so far in MiB.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

/// Starts again with the settings of glibc's allocator that `ondine` makes for itself.
fn keep_freed_pages() {
    const VARIABLE: &str = "GLIBC_TUNABLES";
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let settings = [
        "mmap_threshold=1073741824",
        "trim_threshold=1073741824",
        "top_pad=67108864",
    ];
    let settings = settings.map(|setting| format!("glibc.malloc.{setting}"));
    let program = std::env::current_exe().expect("this program is a file");
    let error = Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(VARIABLE, settings.join(":"))
        .exec();
    panic!("cannot start again: {error}");
}
