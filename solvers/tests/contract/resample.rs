//! Fourier resampling: exact where a field is band-limited, the projection where it is not.

use std::f64::consts::TAU;

use crate::common::{at_points, coarsen, cube, difference, simulation_on, trajectory};
use ondine_solvers::{
    Complex64, Dealias, Grid, InitialState, Resample, Rng, Stream, Transform, initial, sample,
};

/// Numbers without any order.
fn noise(count: usize) -> Vec<f64> {
    let mut rng = Rng::stream(1, Stream::Initial, 0);
    (0..count).map(|_| rng.normal()).collect()
}

/// A field with waves of either sign, up to two periods along each axis.
fn waves(grid: &Grid) -> Vec<f64> {
    at_points(grid, |x| {
        let phase = |m: [f64; 3]| {
            let along = x.iter().zip(m).zip(grid.length());
            along.map(|((x, m), l)| TAU * m * x / l).sum::<f64>()
        };
        0.3 + phase([1.0, -2.0, 1.0]).sin() - 0.7 * phase([-2.0, 2.0, 2.0]).cos()
    })
}

fn resample(u: &[f64], from: &[usize], to: &[usize]) -> Vec<f64> {
    Resample::new(from, to).apply(u).to_vec()
}

/// Grids with the same box, coarse and fine, in 1, 2 and 3 dimensions.
fn pairs() -> [(Vec<usize>, Vec<usize>); 5] {
    [
        (vec![8], vec![30]),
        (vec![6, 10], vec![16, 12]),
        (vec![6, 8], vec![6, 18]),
        (vec![6, 8, 10], vec![12, 8, 14]),
        (vec![6, 6, 6], vec![12, 12, 12]),
    ]
}

#[test]
fn band_limited_fields_are_exact_in_both_directions_and_every_dimension() {
    for (coarse, fine) in pairs() {
        let length = [1.0, 2.0, 3.0];
        let grid = |points: &[usize]| Grid::new(points, &length[..points.len()]).expect("valid");
        let [on_coarse, on_fine] = [&coarse, &fine].map(|points| waves(&grid(points)));
        let up = difference(&resample(&on_coarse, &coarse, &fine), &on_fine);
        let down = difference(&resample(&on_fine, &fine, &coarse), &on_coarse);
        assert!(up < 1e-14 && down < 1e-14, "{coarse:?}: {up:e}, {down:e}"); // rounding of transforms
    }
}

#[test]
fn up_then_down_is_the_identity_but_for_the_highest_mode() {
    for (coarse, fine) in pairs() {
        let size: usize = coarse.iter().product();
        let once = resample(&resample(&noise(2 * size), &coarse, &fine), &fine, &coarse);
        let twice = resample(&resample(&once, &coarse, &fine), &fine, &coarse);
        let error = difference(&twice, &once);
        assert!(error < 1e-14, "{coarse:?}: {error:e}"); // rounding of transforms
        assert!(difference(&once, &noise(2 * size)) > 0.1, "{coarse:?}"); // noise has that mode
    }
}

#[test]
fn finer_grids_keep_the_values_at_the_old_points_whatever_the_field() {
    for dims in 1..=3 {
        let (coarse, fine) = (vec![6; dims], cube(dims, 18, 1.0));
        let u = noise(6_usize.pow(dims as u32));
        let finer = resample(&u, &coarse, fine.points());
        let error = difference(&coarsen(&finer, &fine, 3), &u);
        assert!(error < 1e-14, "{dims}-D: {error:e}"); // rounding of transforms
    }
}

#[test]
fn the_highest_mode_goes_up_as_a_real_wave_and_does_not_come_down() {
    let zigzag: Vec<f64> = (0..8)
        .map(|j| if j % 2 == 0 { 1.0 } else { -1.0 })
        .collect();
    let finer = resample(&zigzag, &[8], &[32]);
    let wave = at_points(&cube(1, 32, TAU), |x| (4.0 * x[0]).cos());
    assert!(difference(&finer, &wave) < 1e-14); // rounding of transforms
    let sine = at_points(&cube(1, 32, TAU), |x| (4.0 * x[0]).sin());
    for wave in [wave, sine] {
        let peak = resample(&wave, &[32], &[8])
            .into_iter()
            .fold(0.0, |a: f64, u| a.max(u.abs()));
        assert!(peak < 1e-15, "{peak:e}"); // rounding of transforms
    }
}

#[test]
fn odd_numbers_of_points_have_no_highest_mode() {
    let u = noise(7);
    let again = resample(&resample(&u, &[7], &[12]), &[12], &[7]);
    assert!(difference(&again, &u) < 1e-14); // rounding of transforms
}

/// The modes of a field of `grid` that lie below the highest of `points`, evaluated at those points.
fn truncated(u: &[f64], grid: &Grid, points: &[usize]) -> Vec<f64> {
    let mut transform = Transform::new(grid, Dealias::None).expect("periodic");
    let mut u_hat = vec![Complex64::ZERO; transform.num_modes()];
    transform.forward(u, &mut u_hat);
    let vectors = transform.vectors().clone();
    for (mode, u_hat) in u_hat.iter_mut().enumerate() {
        let inside = |axis: usize| {
            let periods = vectors.axis(axis)[mode] * grid.length()[axis] / TAU;
            2.0 * periods.abs() < points[axis] as f64 - 0.5
        };
        if !(0..points.len()).all(inside) {
            *u_hat = Complex64::ZERO;
        }
    }
    let mut filtered = vec![0.0; u.len()];
    transform.inverse(&u_hat, &mut filtered);
    coarsen(&filtered, grid, grid.points()[0] / points[0])
}

#[test]
fn a_filtered_frame_of_kolmogorov_flow_holds_the_modes_that_its_grid_can() {
    let grid = cube(2, 128, TAU);
    let spec = simulation_on(
        "kolmogorov_flow",
        &[1e-3, 0.1, 4.0, 1.0],
        grid.clone(),
        0.01,
    );
    let mut rng = Rng::stream(3, Stream::Initial, 0);
    let drawn = initial::FilteredVelocity::default().draw(grid.length(), 1, &mut rng);
    let frames = trajectory(&spec, &sample(&drawn, &grid, 1), 20);
    let u = frames.last().expect("twenty frames");
    let filtered = resample(u, &[128, 128], &[32, 32]);
    let error = difference(&filtered, &truncated(u, &grid, &[32, 32]));
    assert!(error < 1e-13, "{error:e}"); // rounding of transforms
    let aliased = difference(&filtered, &coarsen(u, &grid, 4));
    assert!(aliased > 1e-3, "{aliased:e}: the flow has shorter waves"); // what a filter is for
}
