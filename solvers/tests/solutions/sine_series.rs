//! The default sine series holds the waves it names, and its errors point at the option.

use ondine_solvers::initial::{self, Options};
use ondine_solvers::{Complex64, Dealias, Grid, Transform, sample};

#[test]
fn draws_hold_only_the_waves_of_the_range() {
    let grid = Grid::new(&[32], &[57.6]).expect("valid");
    let mut transform = Transform::new(&grid, Dealias::None).expect("one axis");
    let mut u_hat = vec![Complex64::ZERO; transform.num_modes()];
    for seed in 0..20 {
        let u = sample(&crate::common::draw(seed, 57.6), &grid, 1);
        transform.forward(&u, &mut u_hat);
        for (l, mode) in u_hat.iter().enumerate() {
            let inside = (1..=2).contains(&l);
            // 10 waves of at most 0.5 have modes of at most 10 · 0.5 · 32 / 2; others are rounding.
            let bound = if inside { 80.0 } else { 1e-12 };
            assert!(mode.norm() < bound, "seed {seed}, l = {l}: {mode}");
        }
    }
}

#[test]
fn amplitudes_have_the_variance_of_their_distribution() {
    // Mean of u² over draws: 10 terms, each amplitude²/3 · ½ = 10 · 0.25/6.
    let grid = Grid::new(&[8], &[1.0]).expect("valid");
    let draws = 4000;
    let energy = |seed| crate::common::energy(&sample(&crate::common::draw(seed, 1.0), &grid, 1));
    let mean = (0..draws).map(energy).sum::<f64>() / draws as f64;
    assert!((mean - 10.0 * 0.25 / 6.0).abs() < 0.025, "{mean}"); // about five standard errors
}

#[test]
fn every_wave_of_the_range_is_drawn() {
    let entry = initial::find("sine_series").expect("in the list");
    let options = Options::parse("{ terms = 40, wavenumbers = [3, 5] }").expect("TOML");
    let state = (entry.decode)(options).unwrap_or_else(|error| panic!("{error}"));
    let grid = Grid::new(&[32], &[1.0]).expect("valid");
    let mut rng = ondine_solvers::Rng::stream(0, ondine_solvers::Stream::Initial, 0);
    let u = sample(&state.draw(&[1.0], 1, &mut rng), &grid, 1);
    let mut transform = Transform::new(&grid, Dealias::None).expect("one axis");
    let mut u_hat = vec![Complex64::ZERO; transform.num_modes()];
    transform.forward(&u, &mut u_hat);
    let present: Vec<usize> = (0..17).filter(|&l| u_hat[l].norm() > 1e-10).collect();
    assert_eq!(present, [3, 4, 5]);
}

#[test]
fn options_out_of_range_are_refused_where_they_stand() {
    let entry = initial::find("sine_series").expect("in the list");
    for (options, name, span) in [
        ("{ terms = 0 }", "terms", 10..11),
        ("{ amplitude = -1.0 }", "amplitude", 14..18),
        ("{ amplitude = nan }", "amplitude", 14..17),
        ("{ wavenumbers = [2, 1] }", "wavenumbers", 16..22),
        ("{ wavenumbers = [0, 1] }", "wavenumbers", 16..22),
    ] {
        let error = (entry.decode)(Options::parse(options).expect("TOML")).err();
        let error = error.unwrap_or_else(|| panic!("{options} is accepted"));
        assert!(error.message().contains(name), "{error}");
        assert_eq!(error.span(), Some(span), "{options}: {error}");
    }
}
