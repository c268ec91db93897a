//! The rules that every metric of the list keeps, whatever the units and wherever the truth is nothing.

use super::modes::tests::noise;
use super::{Definition, Fields, METRICS, Meaning, Measure, Pair, Scale, WORST};
use ondine_solvers::AxisKind;

const POINTS: [usize; 2] = [16, 12];
const LENGTH: [f64; 2] = [2.0, 3.0];

/// Every measure of a meaning of the fields, with the number of channels, but those of other programs, which add numbers with
/// units to what they divide by.
fn measures() -> Vec<(Measure, usize)> {
    let mut all = Vec::new();
    for (meaning, channels) in [
        (Meaning::Scalars, 3),
        (Meaning::Velocity, 2),
        (Meaning::Vorticity, 1),
        (Meaning::Wave, 2),
    ] {
        let fields = Fields {
            points: &POINTS,
            axes: &[AxisKind::PERIODIC; 2],
            lengths: &[&LENGTH],
            meaning,
        };
        for entry in METRICS {
            let others = ["_exponax", "_the_well", "_neuraloperator"];
            let own = !others.iter().any(|program| entry.kind.ends_with(program));
            if let (Definition::States(make), true) = (&entry.definition, own) {
                all.push((make(&fields).expect("a grid"), channels));
            }
        }
    }
    all
}

fn pair<'a>(prediction: &'a [f32], truth: &'a [f32]) -> Pair<'a> {
    Pair {
        prediction,
        truth,
        length: &LENGTH,
        parameters: &[1.5],
    }
}

/// State `number`, each number times `scale`.
fn state(channels: usize, number: usize, scale: f64) -> Vec<f32> {
    let values = noise(channels * POINTS[0] * POINTS[1], number).into_iter();
    values.map(|value| (value * scale) as f32).collect()
}

#[test]
fn units_of_the_fields_do_not_matter() {
    for (mut measure, channels) in measures() {
        let states = |scale: f64| [1, 2].map(|number| state(channels, number, scale));
        let [u, truth] = states(1.0);
        let plain = measure.of(&pair(&u, &truth));
        for power in [-100, 100] {
            let scale = 2.0_f64.powi(power); // about 10^±30, exact
            let [u, truth] = states(scale);
            let scaled = measure.of(&pair(&u, &truth));
            for (i, (found, plain)) in scaled.iter().zip(&plain).enumerate() {
                let exact = match measure.scales[i] {
                    Scale::Absolute => plain * scale,
                    Scale::Square => plain * scale * scale,
                    _ => *plain,
                };
                let off = (found / exact - 1.0).abs();
                let name = &measure.names[i];
                assert!(
                    off < 1e-12,
                    "{name} at 2^{power}: {found} instead of {exact}"
                );
            }
        }
    }
}

/// A state whose points lie a few further along every axis, which are periodic.
fn shifted(state: &[f32], by: [usize; 2]) -> Vec<f32> {
    let [nx, ny] = POINTS;
    let mut moved = vec![0.0; state.len()];
    for (from, to) in state.chunks(nx * ny).zip(moved.chunks_mut(nx * ny)) {
        for (place, value) in from.iter().enumerate() {
            let [x, y] = [place / ny + by[0], place % ny + by[1]];
            to[(x % nx) * ny + y % ny] = *value;
        }
    }
    moved
}

#[test]
fn nothing_happens_at_the_edges_of_periodic_axes() {
    for (mut measure, channels) in measures() {
        let [u, truth] = [1, 2].map(|number| state(channels, number, 1.0));
        let plain = measure.of(&pair(&u, &truth));
        for by in [[1, 0], [0, 1], [5, 11]] {
            let [u, truth] = [&u, &truth].map(|state| shifted(state, by));
            let found = measure.of(&pair(&u, &truth));
            for ((found, plain), name) in found.iter().zip(&plain).zip(&measure.names) {
                let off = (found - plain).abs() / plain.abs().max(1e-12);
                assert!(off < 1e-9, "{name} moved by {by:?}: {found}, {plain}"); // sums in another order
            }
        }
    }
}

#[test]
fn what_is_right_has_no_error_even_where_it_is_nothing() {
    for (mut measure, channels) in measures() {
        let size = channels * POINTS[0] * POINTS[1];
        for right in [vec![0.0; size], vec![0.1; size], state(channels, 1, 1e-30)] {
            let found = measure.told(&pair(&right, &right));
            for (i, found) in found.into_iter().enumerate() {
                let found = found.expect("it can be told");
                let exact = f64::from(u8::from(measure.scales[i] == Scale::Correlation));
                assert!(
                    (found - exact).abs() < 1e-12,
                    "{}: {found}",
                    measure.names[i]
                );
            }
        }
    }
}

#[test]
fn what_is_wrong_beside_nothing_cannot_be_told_and_alone_counts_as_the_worst() {
    for (mut measure, channels) in measures() {
        let (wrong, zero) = (
            state(channels, 1, 1e-30),
            vec![0.0; channels * POINTS[0] * POINTS[1]],
        );
        let told = measure.told(&pair(&wrong, &zero));
        let counts = measure.of(&pair(&wrong, &zero));
        for (i, (told, counts)) in told.into_iter().zip(counts).enumerate() {
            let name = &measure.names[i];
            if name == "phase_error" {
                continue; // zero has no phase
            }
            match measure.scales[i] {
                Scale::Relative | Scale::Varying => {
                    assert!(told.is_none() && counts >= WORST, "{name}: {told:?}");
                }
                Scale::Correlation => assert!(told.is_none() && counts.abs() <= 0.0, "{name}"),
                Scale::Absolute | Scale::Square => {
                    let told = told.expect("it has units");
                    assert!(told > 0.0 && told < 1.0, "{name}: {told}");
                }
            }
        }
    }
}

#[test]
fn a_forecast_that_left_the_range_of_numbers_is_told_as_the_worst() {
    for (mut measure, channels) in measures() {
        let truth = state(channels, 2, 1.0);
        let mut lost = truth.clone();
        let fields = lost.chunks_mut(POINTS[0] * POINTS[1]);
        fields.for_each(|field| field[5] = f32::INFINITY);
        for truth in [truth, vec![0.0; lost.len()]] {
            let told = measure.told(&pair(&lost, &truth));
            for (i, told) in told.into_iter().enumerate() {
                let name = &measure.names[i];
                let told = told.unwrap_or_else(|| panic!("{name} is left out"));
                match measure.scales[i] {
                    Scale::Correlation => assert!(told.abs() <= 0.0, "{name}: {told}"),
                    _ => assert!(told >= WORST, "{name}: {told}"),
                }
            }
        }
    }
}
