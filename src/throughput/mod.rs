//! Throughput of a training on more machines, by a model of costs that are measured on this one.
//!
//! A step on `R` ranks takes `T = a + c B/R + 2 (R − 1)/R G/β + 2 (R − 1) λ`: a linear function of the windows of a rank, the
//! reduction of `G` bytes of gradients over links of bandwidth `β` and latency `λ` (Thakur, Rabenseifner & Gropp 2005,
//! Optimization of collective communication operations in MPICH, §4.5). Per step a training takes `q` simulations of `t` seconds and `D` bytes, so
//! with `n` solver threads beside the trainer on `C` cores, of which it keeps `u` busy, and `N` workers elsewhere it makes
//!
//! `min(1/T, (n + N)/(q t), (C + N)/(q t + u T), β/(q D))`
//!
//! steps per second: the trainer, the solvers, the cores of the trainer's machine or the network are the bottleneck.

mod measure;

pub use measure::{MeasureError, measure};

use serde::Serialize;

/// Costs of a training, as measured on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Costs {
    /// Windows of the global batch.
    pub batch: usize,
    /// Seconds of a step without windows, `a`.
    pub step_s: f64,
    /// Seconds of a step per window, `c`.
    pub window_s: f64,
    /// Cores that a step keeps busy, `u`.
    pub busy_cores: f64,
    /// Bytes of the gradients, `G`.
    pub gradient_bytes: f64,
    /// Seconds of a simulation on one core, `t`.
    pub simulation_s: f64,
    /// Bytes of a simulation on its way to the trainer, `D`.
    pub simulation_bytes: f64,
    /// Simulations per step, `q`.
    pub simulations_per_step: f64,
}

/// Machines that a training runs on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Machines {
    /// Ranks, each with a device of its own.
    pub ranks: usize,
    /// Solver threads on the trainer's machine.
    pub threads: usize,
    /// Cores of the trainer's machine.
    pub cores: usize,
    /// Workers on other machines, one core each.
    pub workers: usize,
    /// Bandwidth of the network in bytes per second.
    pub bandwidth: f64,
    /// Latency of a message in seconds.
    pub latency: f64,
}

/// The slowest part of a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bottleneck {
    /// The optimisation steps.
    Trainer,
    /// The simulations.
    Solvers,
    /// The cores that trainer and solver threads share.
    Cores,
    /// The frames on their way from workers.
    Network,
}

/// Throughput as predicted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Throughput {
    /// Steps per second.
    pub steps_per_s: f64,
    /// Windows that the network sees per second.
    pub samples_per_s: f64,
    /// Share of a step in which gradients are summed.
    pub reduction: f64,
    /// Share of the time that the trainer waits for windows.
    pub trainer_wait: f64,
    /// Its limit.
    pub bottleneck: Bottleneck,
}

impl Costs {
    /// Seconds of a step on so many ranks: all of it, and the sum of gradients.
    #[must_use]
    pub fn step(&self, machines: &Machines) -> [f64; 2] {
        let ranks = machines.ranks as f64;
        let others = ranks - 1.0;
        let moved = 2.0 * others / ranks * self.gradient_bytes;
        let reduce = moved / machines.bandwidth + 2.0 * others * machines.latency;
        let windows = self.batch as f64 / ranks;
        [self.step_s + self.window_s * windows + reduce, reduce]
    }

    /// The throughput on some machines.
    ///
    /// ```
    /// use ondine::throughput::{Bottleneck, Costs, Machines};
    ///
    /// let costs = Costs {
    ///     batch: 32,
    ///     step_s: 0.01,
    ///     window_s: 0.0,
    ///     busy_cores: 1.0,
    ///     gradient_bytes: 4e6,
    ///     simulation_s: 2.0,
    ///     simulation_bytes: 1e6,
    ///     simulations_per_step: 0.5,
    /// };
    /// let machines = Machines { ranks: 1, threads: 3, cores: 4, workers: 7, bandwidth: 1e9, latency: 5e-5 };
    /// let found = costs.on(&machines);
    /// assert_eq!(found.bottleneck, Bottleneck::Solvers);
    /// assert!((found.steps_per_s - 10.0).abs() < 1e-9); // ten solvers, one step per solver and second
    /// assert!((found.trainer_wait - 0.9).abs() < 1e-9);
    /// assert_eq!(costs.enough_workers(&machines), 97);
    /// ```
    #[must_use]
    pub fn on(&self, machines: &Machines) -> Throughput {
        let [step, reduce] = self.step(machines);
        let [threads, cores, workers] =
            [machines.threads, machines.cores, machines.workers].map(|count| count as f64);
        let solving = self.simulations_per_step * self.simulation_s;
        let sent = self.simulations_per_step * self.simulation_bytes;
        let link = if workers > 0.0 {
            machines.bandwidth / sent
        } else {
            f64::INFINITY
        };
        let limits = [
            (1.0 / step, Bottleneck::Trainer),
            ((threads + workers) / solving, Bottleneck::Solvers),
            (
                (cores + workers) / (solving + self.busy_cores * step),
                Bottleneck::Cores,
            ),
            (link, Bottleneck::Network),
        ];
        let least = |a: &(f64, Bottleneck), b: &(f64, Bottleneck)| a.0.total_cmp(&b.0);
        let (steps_per_s, bottleneck) = limits.into_iter().min_by(least).unwrap_or(limits[0]);
        Throughput {
            steps_per_s,
            samples_per_s: steps_per_s * self.batch as f64,
            reduction: reduce / step,
            trainer_wait: if bottleneck == Bottleneck::Trainer {
                0.0
            } else {
                1.0 - steps_per_s * step
            },
            bottleneck,
        }
    }

    /// Workers elsewhere with which the trainer does not wait for simulations.
    #[must_use]
    pub fn enough_workers(&self, machines: &Machines) -> usize {
        let [step, _] = self.step(machines);
        let needed = self.simulations_per_step * self.simulation_s / step;
        let here = (machines.cores as f64 - self.busy_cores).clamp(0.0, machines.threads as f64);
        (needed - here).max(0.0).ceil() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COSTS: Costs = Costs {
        batch: 32,
        step_s: 0.002,
        window_s: 0.001,
        busy_cores: 2.0,
        gradient_bytes: 8e6,
        simulation_s: 0.1,
        simulation_bytes: 1e6,
        simulations_per_step: 0.1,
    };

    const ONE: Machines = Machines {
        ranks: 1,
        threads: 1,
        cores: 2,
        workers: 0,
        bandwidth: 1e9,
        latency: 1e-4,
    };

    #[test]
    fn a_step_of_several_ranks_is_shorter_by_its_windows_and_longer_by_the_sum() {
        let [step, reduce] = COSTS.step(&ONE);
        assert!((step - 0.034).abs() < 1e-12 && reduce.abs() < 1e-12);
        let [step, reduce] = COSTS.step(&Machines { ranks: 4, ..ONE });
        assert!((reduce - (1.5 * 8e-3 + 6e-4)).abs() < 1e-12, "{reduce}");
        assert!((step - (0.002 + 0.008 + reduce)).abs() < 1e-12, "{step}");
    }

    #[test]
    fn each_part_can_be_the_bottleneck() {
        let of = |costs: Costs, machines| costs.on(&machines).bottleneck;
        let idle = Machines { cores: 8, ..ONE };
        assert_eq!(of(COSTS, idle), Bottleneck::Trainer);
        assert_eq!(of(COSTS, ONE), Bottleneck::Cores);
        let slow = Costs {
            simulation_s: 10.0,
            ..COSTS
        };
        assert_eq!(of(slow, idle), Bottleneck::Solvers);
        let many = Machines {
            workers: 1000,
            bandwidth: 1e6,
            ..idle
        };
        assert_eq!(of(slow, many), Bottleneck::Network);
        let shared = COSTS.on(&ONE);
        // 2 cores, of which a step takes 0.034 s each and its simulations 0.01 s.
        assert!(
            (shared.steps_per_s - 2.0 / (0.01 + 0.068)).abs() < 1e-9,
            "{shared:?}"
        );
    }
}
