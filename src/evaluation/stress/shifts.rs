//! The shifts that a surrogate is judged under, and the simulations that they make.

use super::super::{HeldOut, JudgeError, Judgement};
use super::initial::Multiplied;
use super::noise::noisy;
use super::steps::Steps;
use crate::control::Control;
use crate::numbers::text::{range, typed};
use crate::plan::Plan;
use crate::results::StressKind;
use ondine_datasets::{Conditions, Distribution, Ensemble};
use std::sync::Arc;

/// Share of a range by which it is left, on both sides.
const BEYOND: f64 = 0.25;

/// Factor of a value that is the same in all simulations of the training.
const MORE: f64 = 1.1;

/// Standard deviations of noise, in those of the fields.
const NOISE: [f64; 3] = [0.001, 0.01, 0.1];

/// Factors of initial states.
const FACTORS: [f64; 2] = [0.5, 1.5];

/// A shift.
pub(super) struct Shift {
    pub(super) kind: StressKind,
    /// The shift in words, as far as it is known before it is made.
    pub(super) words: String,
    change: Change,
}

/// The simulations of a shift.
pub(super) enum Truths {
    /// These, with the shift in words.
    Made(Box<HeldOut>, String),
    /// None, for this reason.
    None(String),
}

enum Change {
    /// Noise on the same simulations.
    Noise(f64),
    /// Other simulations.
    Simulations(Box<Ensemble>),
    /// Other simulations, of which the quantity with this number is outside of this range.
    Quantity(Box<Ensemble>, usize, [f64; 2]),
    /// None, for this reason.
    Impossible(String),
}

impl Shift {
    fn new(kind: StressKind, words: String, change: Change) -> Self {
        Self {
            kind,
            words,
            change,
        }
    }

    /// Makes the simulations.
    pub(super) fn truths(
        &self,
        judgement: Judgement<'_>,
        held_out: &HeldOut,
        deviations: &[f64],
        steps: &Steps,
        control: Control<'_>,
    ) -> Result<Truths, JudgeError> {
        let simulated = |ensemble: &Ensemble| -> Result<(Box<HeldOut>, String), JudgeError> {
            let (ensemble, more) = steps.kept(ensemble, control)?;
            let made = HeldOut::of(judgement.plan, &ensemble, judgement.step, control)?;
            let points = ensemble.points;
            Ok((Box::new(HeldOut { points, ..made }), more))
        };
        Ok(match &self.change {
            Change::Noise(level) => {
                let noisy = noisy(held_out, *level, deviations, judgement.plan.seed());
                Truths::Made(Box::new(noisy), self.words.clone())
            }
            Change::Simulations(ensemble) => {
                let (made, more) = simulated(ensemble)?;
                Truths::Made(made, self.words.clone() + &more)
            }
            Change::Quantity(ensemble, place, trained) => {
                let (made, more) = simulated(ensemble)?;
                match self.described(&made, *place, *trained) {
                    Some(words) => Truths::Made(made, words + &more),
                    None => Truths::None("its sampler has values of its own".to_owned()),
                }
            }
            Change::Impossible(why) => Truths::None(why.clone()),
        })
    }

    /// The shift of a quantity in words; none where it stayed in its trained range.
    fn described(&self, made: &HeldOut, place: usize, [low, high]: [f64; 2]) -> Option<String> {
        let values = made.trajectories.iter();
        let values = values.map(|truth| value(&truth.conditions, place));
        let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        let outside = least > high
            || most < low
            || (least >= high && most > high)
            || (most <= low && least < low);
        let name = &self.words;
        let now = range([least, most], typed);
        outside.then(|| format!("{name} {now}, trained on {}", range([low, high], typed)))
    }
}

/// All shifts of a plan, whose surrogate has learned for `step` steps.
pub(super) fn of(plan: &Plan, held_out: &HeldOut, step: usize) -> Vec<Shift> {
    let noise = NOISE.map(|level| {
        let words = format!("{} % noise on the initial states", typed(100.0 * level));
        Shift::new(StressKind::Noise, words, Change::Noise(level))
    });
    let simulated = plan.solver.as_ref().filter(|_| held_out.file.is_none());
    let Some(solver) = simulated else {
        let why =
            "the truth is that of a file or of another program, and there is no solver to shift"
                .to_owned();
        let words = "parameters, resolution, horizon and initial states".to_owned();
        let rest = Shift::new(StressKind::Parameter, words, Change::Impossible(why));
        return noise.into_iter().chain([rest]).collect();
    };
    let own = &solver.held_out;
    let mut shifts = parameters(plan, own);
    shifts.extend(resolutions(plan, own));
    shifts.push(horizon(plan, own, step));
    shifts.extend(noise);
    shifts.extend(initial_states(own));
    shifts
}

/// Every quantity beyond both ends of its range, or changed where it is always the same.
fn parameters(plan: &Plan, own: &Ensemble) -> Vec<Shift> {
    let quantities = own.quantities.iter().enumerate();
    let names = names(plan);
    let shifts = quantities.flat_map(|(place, prior)| {
        let name = names[place].clone();
        let shifted = shifted(prior).into_iter();
        shifted.map(move |shifted| {
            let mut ensemble = own.clone();
            *quantity(&mut ensemble, place) = shifted;
            let change = Change::Quantity(Box::new(ensemble), place, prior.range());
            Shift::new(StressKind::Parameter, name.clone(), change)
        })
    });
    shifts.collect()
}

/// Names of the quantities, in their order.
fn names(plan: &Plan) -> Vec<String> {
    let problem = &plan.problem;
    let conditions = problem.condition_names().into_iter();
    let lengths = problem.length_names();
    let all = conditions.chain(lengths).chain(["dt".to_owned()]);
    all.collect()
}

/// Distributions outside of one: below and above it.
fn shifted(prior: &Distribution) -> Vec<Distribution> {
    if let Distribution::Constant(value) = prior {
        let other = (*value * MORE - value).abs() > 0.0;
        return other
            .then(|| Distribution::Constant(MORE * value))
            .into_iter()
            .collect();
    }
    let [low, high] = prior.range();
    if let Distribution::LogUniform { .. } = prior {
        let factor = (high / low).powf(BEYOND);
        let around = [[low / factor, low], [high, high * factor]];
        return around
            .map(|log_uniform| Distribution::LogUniform { log_uniform })
            .to_vec();
    }
    let width = BEYOND * (high - low);
    let below = if low >= 0.0 {
        (low - width).max((1.0 - BEYOND) * low) // what is positive stays so
    } else {
        low - width
    };
    let around = [[below, low], [high, high + width]].into_iter();
    let around = around.filter(|[low, high]| low < high);
    around
        .map(|uniform| Distribution::Uniform { uniform })
        .collect()
}

/// A quantity of an ensemble by its number.
fn quantity(ensemble: &mut Ensemble, place: usize) -> &mut Distribution {
    let quantities = &mut ensemble.quantities;
    let (conditions, lengths) = (quantities.parameters.len(), quantities.length.len());
    match place {
        place if place < conditions => &mut quantities.parameters[place],
        place if place < conditions + lengths => &mut quantities.length[place - conditions],
        _ => &mut quantities.dt,
    }
}

/// The value of a quantity in a simulation.
fn value(conditions: &Conditions, place: usize) -> f64 {
    let parameters = conditions.parameters.iter().chain(&conditions.length);
    parameters.copied().nth(place).unwrap_or(conditions.dt)
}

/// Half and twice as many points along every axis.
fn resolutions(plan: &Plan, own: &Ensemble) -> Vec<Shift> {
    let halved = own.points.iter().map(|points| points / 2).collect();
    let doubled = own.points.iter().map(|points| points * 2).collect();
    let even = own.points.iter().all(|points| points.is_multiple_of(4));
    let wanted: [(bool, Vec<usize>); 2] = [(even, halved), (true, doubled)];
    let wanted = wanted.into_iter().filter(|(possible, _)| *possible);
    wanted
        .map(|(_, points)| resolution(plan, own, points))
        .collect()
}

fn resolution(plan: &Plan, own: &Ensemble, points: Vec<usize>) -> Shift {
    let words = format!("{points:?} points, trained on {:?}", own.points);
    let fault = plan.recipe.model.check_grid(&plan.fields.grid, &points);
    let change = match fault {
        Err(why) => Change::Impossible(format!("the network {why}")),
        Ok(()) => {
            let finer = own.solver_points.iter().zip(&points);
            let mut ensemble = own.clone();
            ensemble.solver_points = finer.map(|(&own, &wanted)| own.max(wanted)).collect();
            ensemble.points = points;
            Change::Simulations(Box::new(ensemble))
        }
    };
    Shift::new(StressKind::Resolution, words, change)
}

/// Rollouts twice as long.
fn horizon(plan: &Plan, own: &Ensemble, step: usize) -> Shift {
    let mut ensemble = own.clone();
    ensemble.frames = 2 * own.frames - 1;
    let stride = plan.stage_after(step).layout.stride;
    let steps = (ensemble.frames - 1) / stride;
    let words = format!(
        "rollouts of {steps} steps instead of {}",
        (own.frames - 1) / stride
    );
    Shift::new(
        StressKind::Horizon,
        words,
        Change::Simulations(Box::new(ensemble)),
    )
}

/// States of another size, and states of later times.
fn initial_states(own: &Ensemble) -> Vec<Shift> {
    let kind = StressKind::InitialState;
    let mut later = own.clone();
    later.warmup += own.frames;
    let words = format!("states of {} frames later", own.frames);
    let later = Shift::new(kind, words, Change::Simulations(Box::new(later)));
    if own.spec(0).is_ok_and(|spec| spec.own_initial().is_some()) {
        return vec![later]; // the equation has states of its own
    }
    let multiplied = FACTORS.map(|factor| {
        let mut ensemble = own.clone();
        let inner = own.initial.clone();
        ensemble.initial = Arc::new(Multiplied { inner, factor });
        let words = format!("initial states times {factor}");
        Shift::new(kind, words, Change::Simulations(Box::new(ensemble)))
    });
    multiplied.into_iter().chain([later]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifted_ranges_lie_beside_the_trained_one_and_keep_signs() {
        let ends = |prior: Distribution| -> Vec<[f64; 2]> {
            shifted(&prior).iter().map(Distribution::range).collect()
        };
        let uniform = |uniform| Distribution::Uniform { uniform };
        assert_eq!(ends(uniform([2.0, 4.0])), [[1.5, 2.0], [4.0, 4.5]]);
        assert_eq!(ends(uniform([0.1, 4.1])), [[0.75 * 0.1, 0.1], [4.1, 5.1]]);
        assert_eq!(ends(uniform([0.0, 4.0])), [[4.0, 5.0]]);
        assert_eq!(ends(uniform([-1.0, 1.0])), [[-1.5, -1.0], [1.0, 1.5]]);
        let log_uniform = [1e-4, 1.0];
        let around = ends(Distribution::LogUniform { log_uniform });
        assert!(
            (around[0][0] / 1e-5 - 1.0).abs() < 1e-12 && (around[1][1] / 10.0 - 1.0).abs() < 1e-12
        );
        assert!(ends(Distribution::Constant(0.0)).is_empty());
        assert_eq!(ends(Distribution::Constant(2.0)), [[2.2, 2.2]]);
    }
}
