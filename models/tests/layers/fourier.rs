//! The truncated transform against its definition, and what follows from it.

use burn::tensor::{Device, Tensor, Tolerance};
use ondine_models::block::FourierBasis;
use ondine_models::network::Modes;
use ondine_models::network::fno::FnoConfig;
use ondine_models::{FieldSpec, Init, SurrogateRng};
use std::f64::consts::TAU;

/// `exp(2πi k·x/N)` at every point of a grid, last axis fastest.
fn wave(grid: &[usize], k: &[i64], phase: f64) -> Vec<f32> {
    (0..grid.iter().product())
        .map(|point: usize| {
            let mut rest = point;
            let mut angle = phase;
            for axis in (0..grid.len()).rev() {
                angle += TAU * (k[axis] * (rest % grid[axis]) as i64) as f64 / grid[axis] as f64;
                rest /= grid[axis];
            }
            angle.cos() as f32
        })
        .collect()
}

fn column(values: Vec<f32>, device: &Device) -> Tensor<2> {
    let points = values.len() as i32;
    Tensor::<1>::from_floats(&values[..], device).reshape([points, 1])
}

#[test]
fn retained_waves_pass_and_others_vanish_in_1_2_and_3_dimensions() {
    let device = Device::flex();
    let cases: [(&[usize], &[i64], bool); 9] = [
        (&[16], &[3], true),
        (&[15], &[0], true),
        (&[16], &[4], false),
        (&[12, 16], &[-2, 3], true),
        (&[12, 15], &[1, 0], true),
        (&[12, 16], &[3, 1], false),
        (&[8, 6, 10], &[1, -2, 3], true),
        (&[8, 6, 10], &[-1, 1, 1], true),
        (&[8, 7, 10], &[1, 1, 4], false),
    ];
    for (grid, k, passes) in cases {
        let basis = FourierBasis::new(grid, 4, &device);
        let u = column(wave(grid, k, 0.7), &device);
        let v = basis.to_points(basis.to_modes(u.clone()));
        let expected = if passes { u } else { u.zeros_like() };
        let tolerance = Tolerance::<f32>::absolute(2e-6); // sums of a few hundred f32 terms
        v.into_data()
            .assert_approx_eq(&expected.into_data(), tolerance);
    }
}

#[test]
fn a_cosine_has_the_amplitude_one_half_at_its_mode() {
    let device = Device::flex();
    let basis = FourierBasis::new(&[32], 6, &device);
    let u_hat = basis.to_modes(column(wave(&[32], &[5], 0.0), &device));
    let values = u_hat.into_data().try_to_vec::<f32>().expect("f32"); // [mode, 2]
    for (i, value) in values.iter().enumerate() {
        let expected = if i == 10 { 0.5 } else { 0.0 };
        assert!((value - expected).abs() < 1e-6, "part {i}: {value}");
    }
}

#[test]
fn a_coarse_grid_selects_the_lowest_modes_along_each_axis() {
    let device = Device::flex();
    // Modes −3 … 2 and 0 … 3; of them 4 × 4 points resolve −1 … 1 and 0 … 1. The last axis is the slowest.
    let basis = FourierBasis::with_modes(&[4, 4], &[6, 4], &device);
    let numbers = Tensor::<1, burn::tensor::Int>::arange(0..24, &device).float();
    let selected = basis.select(numbers).into_data();
    let selected = selected.try_to_vec::<f32>().expect("f32");
    assert_eq!(selected, [2.0, 3.0, 4.0, 8.0, 9.0, 10.0]);
}

#[test]
fn fno_commutes_with_periodic_shifts() {
    let device = Device::flex();
    for (grid, shift) in [(vec![24], 5), (vec![8, 12], 5 * 12), (vec![4, 6, 8], 48)] {
        let spec = FieldSpec::new(1, 2, &grid);
        let config = FnoConfig {
            width: 8,
            modes: Modes::All(4),
            layers: 3,
            spectral_scale: 1.0,
            ..FnoConfig::default()
        };
        let fno = config.init(&spec, &mut Init::new(7, &device));
        let points: usize = grid.iter().product();
        let u = SurrogateRng::new(1).normal([2, points, 1], &device);
        let roll = |u: Tensor<3>| {
            Tensor::cat(
                vec![
                    u.clone().narrow(1, shift, points - shift),
                    u.narrow(1, 0, shift),
                ],
                1,
            )
        };
        let parameters = Tensor::ones([2, 2], &device);
        let before = fno.forward(roll(u.clone()), parameters.clone(), &grid);
        let after = roll(fno.forward(u, parameters, &grid));
        let tolerance = Tolerance::<f32>::absolute(2e-5); // f32, three layers
        before
            .into_data()
            .assert_approx_eq(&after.into_data(), tolerance);
    }
}

#[test]
fn fno_gives_the_same_function_on_a_finer_grid() {
    let device = Device::flex();
    let spec = FieldSpec::new(1, 1, &[32]);
    let config = FnoConfig {
        width: 8,
        modes: Modes::All(6),
        layers: 1,
        spectral_scale: 1.0,
        ..FnoConfig::default()
    };
    let fno = config.init(&spec, &mut Init::new(7, &device));
    let run = |points: usize| {
        let u = column(wave(&[points], &[2], 0.3), &device).unsqueeze::<3>();
        fno.forward(u, Tensor::zeros([1, 1], &device), &[points])
    };
    // One layer has no activation between the transforms, so nothing aliases: the grids must agree at shared points.
    let coarse = run(32);
    let fine = run(64).reshape([32, 2]).narrow(1, 0, 1).reshape([1, 32, 1]);
    coarse
        .into_data()
        .assert_approx_eq(&fine.into_data(), Tolerance::<f32>::absolute(1e-5));
}
