//! Drift of conserved quantities: how far mass, momentum, energy and enstrophy of a forecast are from the truth's.
//!
//! `|⟨u⟩ − ⟨u*⟩| / √⟨u*²⟩` for means and `|E − E*| / E*` for energy and enstrophy, at the same time. What an equation
//! conserves the truth has kept since the initial state; what it does not conserve is right when it goes as the truth's.
//!
//! | fields | mean | energy | enstrophy |
//! |---|---|---|---|
//! | any | mass `⟨u⟩` | `½ ⟨u²⟩` | – |
//! | velocity | momentum `⟨u⟩` | `½ ⟨u²⟩` | `½ ⟨(∇×u)²⟩` in 2-D and 3-D |
//! | vorticity | circulation `⟨ω⟩` | `½ Σ w ω̂²/k²` | `½ ⟨ω²⟩` |
//! | wave | momentum `⟨v⟩` | `½ ⟨v² + c² (∇u)²⟩` | – |
//!
//! Energy and enstrophy of flows: Pope (2000), *Turbulent Flows*, §6.4, and Boffetta & Ecke (2012); waves: Evans
//! (2010), §2.4.3. `PDEBench`'s cRMSE (Takamoto et al. 2022) is that of the mass, not divided.

use super::ratio::ratio;
use super::{Definition, Meaning, Measure, MetricEntry, Modes, Scale, Wave};
use ondine_solvers::Complex64;

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "drift",
    formula: "|⟨u⟩ − ⟨u*⟩| / √⟨u*²⟩ and |E − E*| / E*",
    summary: "conserved quantities beside the truth's, as far as the fields have them: drift_mass, drift_momentum, \
              drift_circulation, drift_energy, drift_enstrophy",
    definition: Definition::States(|fields| {
        let mut modes = fields.modes()?;
        let (meaning, dims) = (fields.meaning, fields.points.len());
        let names = names(meaning, dims);
        Ok(Measure::new(names, Scale::Relative, move |pair| {
            let speed = pair.parameters.first().copied().unwrap_or(1.0);
            let [found, truth] = [pair.prediction, pair.truth]
                .map(|state| quantities(&mut modes, state, meaning, pair.length, speed));
            let drift = found.drift(&truth);
            let all = [Some(drift.mean), Some(drift.energy), drift.enstrophy];
            all.into_iter().flatten().collect()
        }))
    }),
};

/// Quantities of a state that equations conserve, per unit of volume.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantities {
    /// Means of the fields: mass, momentum or circulation.
    pub mean: Vec<f64>,
    /// `√⟨u²⟩` of these fields.
    pub size: f64,
    /// Energy.
    pub energy: f64,
    /// Enstrophy, where there is one.
    pub enstrophy: Option<f64>,
}

/// Relative distances of quantities from those of the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// `|⟨u⟩ − ⟨u*⟩| / √⟨u*²⟩`.
    pub mean: f64,
    /// `|E − E*| / E*`.
    pub energy: f64,
    /// The same of the enstrophy.
    pub enstrophy: Option<f64>,
}

impl Quantities {
    /// Relative distances from the quantities of the truth; 0 where both are zero.
    #[must_use]
    pub fn drift(&self, truth: &Self) -> Drift {
        let means = self.mean.iter().zip(&truth.mean);
        let square: f64 = means.map(|(u, t)| (u - t) * (u - t)).sum();
        let enstrophies = self.enstrophy.zip(truth.enstrophy);
        Drift {
            mean: ratio(square.sqrt(), truth.size),
            energy: ratio((self.energy - truth.energy).abs(), truth.energy),
            enstrophy: enstrophies.map(|(u, t)| ratio((u - t).abs(), t)),
        }
    }
}

/// The quantities of a state in a box of `length`; `speed` is that of waves, for those alone.
///
/// # Panics
/// When the state is not made of channels with the points of the grid.
pub fn quantities<T: Copy + Into<f64>>(
    modes: &mut Modes,
    state: &[T],
    meaning: Meaning,
    length: &[f64],
    speed: f64,
) -> Quantities {
    let channels = state.chunks(modes.num_points());
    let u_hat: Vec<Vec<Complex64>> = channels.map(|channel| modes.of(channel)).collect();
    let half_sum = |channels: &[Vec<Complex64>], factor: &dyn Fn(&Wave) -> f64| -> f64 {
        let of = |channel: &Vec<Complex64>| -> f64 {
            let seen = channel.iter().zip(modes.waves());
            seen.map(|(u, wave)| 0.5 * wave.weight * factor(wave) * u.norm_sqr())
                .sum()
        };
        channels.iter().map(of).sum()
    };
    let densities = match meaning {
        Meaning::Wave => &u_hat[1..],
        _ => &u_hat[..],
    };
    let half_square = half_sum(densities, &|_| 1.0);
    let gradient = |wave: &Wave| square(wave.derivative(length));
    let energy = match meaning {
        Meaning::Scalars | Meaning::Velocity => half_square,
        Meaning::Vorticity => half_sum(&u_hat, &|wave| inverse(square(wave.vector(length)))),
        Meaning::Wave => half_square + speed * speed * half_sum(&u_hat[..1], &gradient),
    };
    Quantities {
        mean: densities.iter().map(|channel| channel[0].re).collect(),
        size: (2.0 * half_square).sqrt(),
        energy,
        enstrophy: match meaning {
            Meaning::Vorticity => Some(half_square),
            Meaning::Velocity if length.len() > 1 => Some(curl_square(modes, &u_hat, length)),
            _ => None,
        },
    }
}

/// `½ ⟨(∇×u)²⟩` of a velocity.
fn curl_square(modes: &Modes, u_hat: &[Vec<Complex64>], length: &[f64]) -> f64 {
    let none = Complex64::ZERO;
    let of = |(mode, wave): (usize, &Wave)| -> f64 {
        let k = wave.derivative(length);
        let u = |axis: usize| u_hat.get(axis).map_or(none, |channel| channel[mode]);
        let curl = |a: usize, b: usize| (u(b) * k[a] - u(a) * k[b]).norm_sqr();
        0.5 * wave.weight * (curl(0, 1) + curl(1, 2) + curl(2, 0))
    };
    modes.waves().iter().enumerate().map(of).sum()
}

fn names(meaning: Meaning, dims: usize) -> Vec<String> {
    let mean = match meaning {
        Meaning::Scalars => "drift_mass",
        Meaning::Velocity | Meaning::Wave => "drift_momentum",
        Meaning::Vorticity => "drift_circulation",
    };
    let has_enstrophy = match meaning {
        Meaning::Velocity => dims > 1,
        Meaning::Vorticity => true,
        Meaning::Scalars | Meaning::Wave => false,
    };
    let enstrophy = has_enstrophy.then_some("drift_enstrophy");
    let names = [Some(mean), Some("drift_energy"), enstrophy];
    names.into_iter().flatten().map(str::to_owned).collect()
}

fn square(k: [f64; 3]) -> f64 {
    k.iter().map(|k| k * k).sum()
}

fn inverse(x: f64) -> f64 {
    if x > 0.0 { 1.0 / x } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, wave};
    use std::f64::consts::TAU;

    fn close(found: f64, exact: f64) {
        assert!(
            (found - exact).abs() <= 1e-12 * exact.abs(),
            "{found} instead of {exact}"
        ); // rounding
    }

    #[test]
    fn scalars_have_mass_and_energy() {
        for (points, length) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let field = |mean: f64, a: f64| -> Vec<f64> {
                let wave = wave(points, &[1.0, 2.0, 3.0], a, 0.4);
                wave.iter().map(|x| x + mean).collect()
            };
            let mut of =
                |state: &[f64]| quantities(&mut modes, state, Meaning::Scalars, length, 0.0);
            let truth = of(&[field(1.0, 2.0), field(-1.0, 0.0)].concat());
            let found = of(&[field(1.3, 2.0), field(-1.4, 0.0)].concat());
            close(truth.energy, 0.5 * (3.0 + 1.0)); // ½ (m² + a²/2) a channel
            close(truth.size, 2.0);
            let drift = found.drift(&truth);
            close(drift.mean, 0.25); // √(0.3² + 0.4²) / 2
            close(drift.energy, 0.5 * (0.69 + 0.96) / 2.0);
            assert_eq!(drift.enstrophy, None);
        }
    }

    #[test]
    fn a_shear_flow_has_the_enstrophy_of_its_slope() {
        for (points, length) in &GRIDS[1..] {
            let mut modes = Modes::new(points).expect("a grid");
            let n = modes.num_points();
            let along_y = wave(points, &[0.0, 2.0, 0.0], 3.0, 0.1); // u = (3 cos(k y + …), 0[, 0])
            let state = [along_y, vec![0.0; (points.len() - 1) * n]].concat();
            let k = TAU * 2.0 / length[1];
            let found = quantities(&mut modes, &state, Meaning::Velocity, length, 0.0);
            close(found.energy, 0.25 * 9.0);
            close(found.enstrophy.expect("2-D and 3-D"), 0.25 * 9.0 * k * k);
        }
        let mut line = Modes::new(&[16]).expect("a grid");
        let found = quantities(&mut line, &[1.0; 16], Meaning::Velocity, &[1.0], 0.0);
        assert_eq!(found.enstrophy, None);
    }

    #[test]
    fn vorticity_has_the_energy_of_its_flow() {
        let (points, length) = GRIDS[1];
        let mut modes = Modes::new(points).expect("a grid");
        let vorticity = wave(points, &[1.0, 2.0], 3.0, 0.1);
        let k2 = (TAU / length[0]).powi(2) + (2.0 * TAU / length[1]).powi(2);
        let found = quantities(&mut modes, &vorticity, Meaning::Vorticity, length, 0.0);
        close(found.energy, 0.25 * 9.0 / k2); // |u| = |ω|/k
        close(found.enstrophy.expect("a vorticity"), 0.25 * 9.0);
    }

    #[test]
    fn the_energy_of_a_wave_moves_from_slopes_to_speeds_and_stays() {
        for (points, length) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let k = [1.0, 1.0, 1.0];
            let k2: f64 = length.iter().map(|l| (TAU / l).powi(2)).sum();
            let (speed, omega) = (1.5, 1.5 * k2.sqrt());
            for time in [0.0_f64, 0.3, 1.7] {
                let u = wave(points, &k, 2.0 * (omega * time).cos(), 0.3);
                let v = wave(points, &k, -2.0 * omega * (omega * time).sin(), 0.3);
                let state = [u, v].concat();
                let found = quantities(&mut modes, &state, Meaning::Wave, length, speed);
                close(found.energy, omega * omega); // ½ · ω² · 4 · ½
                assert_eq!(found.mean.len(), 1);
            }
        }
    }
}
