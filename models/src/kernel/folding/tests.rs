use super::*;

const COLUMNS: usize = 16;

fn line(points: usize) -> Vec<f32> {
    let value = |i: usize| (0.37 * (i * i) as f32).sin();
    (0..points * COLUMNS).map(value).collect()
}

/// Real or imaginary part of `(1/n) Σ_x u_x exp(−2πi k x/n)` of a column.
fn exact(u: &[f32], points: usize, k: usize, sine: bool, column: usize) -> f64 {
    let terms = (0..points).map(|x| {
        let angle = TAU * (k * x % points) as f64 / points as f64;
        let wave = if sine { -angle.sin() } else { angle.cos() };
        wave * f64::from(u[x * COLUMNS + column])
    });
    terms.sum::<f64>() / points as f64
}

#[test]
fn modes_are_those_of_the_definition_for_every_number_of_points() {
    for points in [1_usize, 2, 3, 4, 5, 6, 7, 8, 12, 30, 64] {
        let modes = points.div_ceil(2);
        let folding = Folding::new(points, modes, Axis::Real);
        let u = line(points);
        let mut work = vec![f32::NAN; folding.work(COLUMNS)];
        let mut u_hat = vec![f32::NAN; modes * 2 * COLUMNS];
        folding.to_modes(&u, COLUMNS, COLUMNS, &mut work, &mut u_hat);
        for (i, value) in u_hat.iter().enumerate() {
            let (k, sine, column) = (i / (2 * COLUMNS), i / COLUMNS % 2 == 1, i % COLUMNS);
            let error = (f64::from(*value) - exact(&u, points, k, sine, column)).abs();
            assert!(error < 2e-7, "{points} points, mode {k}: {error}"); // roundings of means of 64 numbers
        }
    }
}

#[test]
fn a_field_of_the_retained_modes_comes_back() {
    for points in [3, 8, 12, 30, 64] {
        let modes = points / 3;
        let folding = Folding::new(points, modes, Axis::Real);
        let wave = |i: usize| {
            let (x, column) = ((i / COLUMNS) as f64 / points as f64, (i % COLUMNS) as f64);
            let waves = (0..modes).map(|k| (TAU * k as f64 * x + column + k as f64).cos());
            waves.sum::<f64>() as f32
        };
        let u: Vec<f32> = (0..points * COLUMNS).map(wave).collect();
        let mut rows = vec![f32::NAN; folding.work(COLUMNS)];
        let mut u_hat = vec![f32::NAN; modes * 2 * COLUMNS];
        folding.to_modes(&u, COLUMNS, COLUMNS, &mut rows, &mut u_hat);
        folding.to_rows(&u_hat, 2 * COLUMNS, COLUMNS, &mut rows);
        let mut back = vec![f32::NAN; u.len()];
        folding.to_points(&rows, COLUMNS, &mut back, COLUMNS);
        folding.finish::<Identity>(&rows, COLUMNS, &mut back);
        let errors = back
            .iter()
            .zip(&u)
            .map(|(twice, u)| (twice - 2.0 * u).abs());
        let error = errors.fold(0.0, f32::max);
        assert!(error < 2e-5, "{points} points: {error}"); // sums of 21 waves
    }
}
