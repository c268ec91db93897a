//! Promises of every sampler, and evenness of points.

use crate::doubles::{cases, quantities, sampler, without_options};
use ondine_datasets::sampler::{self, Design, SAMPLERS, Sampler, SamplerConfig};
use ondine_solvers::initial::Options;
use proptest::prelude::*;

/// Points of one scrambling of the Sobol sequence.
const BLOCK: u64 = 1 << 16;

fn points(sampler: &dyn Sampler, indices: std::ops::Range<u64>, dims: usize) -> Vec<Vec<f64>> {
    let point = |index| {
        let mut point = vec![f64::NAN; dims];
        sampler.point(index, &mut point);
        point
    };
    indices.map(point).collect()
}

#[test]
fn every_sampler_is_found_by_its_kind() {
    for entry in SAMPLERS {
        let found = sampler::find(entry.kind).expect("it is in the list");
        assert_eq!(found.kind, entry.kind);
        assert_eq!(found.summary, entry.summary, "`{}` is unique", entry.kind);
    }
    assert!(sampler::find("dice").is_none());
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn points_lie_in_the_unit_cube_and_depend_on_seed_and_index_alone(
        seed: u64,
        index in 0..u64::MAX,
        dims in 1..64_usize,
        before: u64,
    ) {
        for ((entry, sampler), (_, used)) in without_options(seed).into_iter().zip(without_options(seed)) {
            let mut point = vec![f64::NAN; dims.min(entry.max_dims)];
            sampler.point(index, &mut point);
            let inside = point.iter().all(|x| (0.0..1.0).contains(x));
            prop_assert!(inside, "{}: {point:?}", entry.kind);
            let mut again = point.clone();
            used.point(before, &mut again);
            used.point(index, &mut again);
            prop_assert_eq!(&again, &point, "{}", entry.kind);
        }
    }

    #[test]
    fn other_seeds_give_other_points(seed: u64, other: u64, index in 0..u64::MAX) {
        prop_assume!(seed != other);
        for ((entry, sampler), (_, another)) in without_options(seed).into_iter().zip(without_options(other)) {
            let point = |sampler: &dyn Sampler| points(sampler, index..index.wrapping_add(1), 4);
            prop_assert_ne!(point(&*sampler), point(&*another), "{}", entry.kind);
        }
    }
}

#[test]
fn as_many_coordinates_as_promised_are_drawn() {
    for (entry, sampler) in without_options(0) {
        let dims = entry.max_dims.min(256);
        let point = &points(&*sampler, 3..4, dims)[0];
        let inside = point.iter().all(|x| (0.0..1.0).contains(x));
        assert!(inside, "{}: {point:?}", entry.kind);
    }
}

#[test]
fn every_coordinate_is_one_half_on_average() {
    const COUNT: usize = 4096;
    for seed in 0..4 {
        for (entry, sampler) in without_options(seed) {
            let dims = entry.max_dims.min(12);
            let points = points(&*sampler, 0..COUNT as u64, dims);
            for axis in 0..dims {
                let mean = points.iter().map(|point| point[axis]).sum::<f64>() / COUNT as f64;
                // Independent points have a standard error of 1/√(12 · 4096) = 0.0045; five of them.
                let close = (mean - 0.5).abs() < 0.0226;
                assert!(close, "{}, seed {seed}, axis {axis}: {mean}", entry.kind);
            }
        }
    }
}

#[test]
fn no_block_of_points_is_repeated() {
    for (entry, sampler) in without_options(5) {
        let first = points(&*sampler, 0..512, 3);
        for block in [1, 2, 1 << 20] {
            let start = block * BLOCK;
            let later = points(&*sampler, start..start + 512, 3);
            for (index, (a, b)) in first.iter().zip(&later).enumerate() {
                assert_ne!(a, b, "{}: {index} and {}", entry.kind, start + index as u64);
            }
        }
    }
}

#[test]
fn a_later_block_is_as_even_as_the_first() {
    let sampler = sampler("sobol", 1);
    for start in [BLOCK, 7 * BLOCK] {
        let discrepancy = centred_discrepancy(&points(&*sampler, start..start + 512, 6));
        assert!(discrepancy < monte_carlo(512, 6) / 3.0, "{discrepancy}");
    }
}

#[test]
fn the_discrepancy_of_independent_points_is_the_expected_one() {
    let sampler = sampler("monte_carlo", 0);
    let squares = (0..16).map(|run| {
        let points = points(&*sampler, run * 512..(run + 1) * 512, 6);
        centred_discrepancy(&points).powi(2)
    });
    let found = (squares.sum::<f64>() / 16.0).sqrt();
    let expected = monte_carlo(512, 6);
    // The square of one set scatters by about a fifth, the mean of 16 by a twentieth; five of those.
    assert!((found / expected - 1.0).abs() < 0.13, "{found}, {expected}");
}

#[test]
fn sobol_points_are_three_times_as_even_as_independent_ones() {
    for seed in 0..8 {
        let sampler = sampler("sobol", seed);
        let discrepancy = centred_discrepancy(&points(&*sampler, 0..512, 6));
        let ratio = monte_carlo(512, 6) / discrepancy;
        assert!(ratio > 3.0, "seed {seed}: {ratio}");
    }
}

#[test]
fn halton_points_are_twice_as_even_as_independent_ones() {
    for seed in 0..8 {
        let sampler = sampler("halton", seed);
        for start in [0, 5000] {
            let discrepancy = centred_discrepancy(&points(&*sampler, start..start + 512, 6));
            let ratio = monte_carlo(512, 6) / discrepancy;
            assert!(ratio > 2.0, "seed {seed}, from {start}: {ratio}");
        }
    }
}

/// The correlation of two coordinates.
fn correlation(points: &[Vec<f64>], a: usize, b: usize) -> f64 {
    let of = |i: usize, j: usize| -> f64 {
        points
            .iter()
            .map(|point| (point[i] - 0.5) * (point[j] - 0.5))
            .sum()
    };
    of(a, b) / (of(a, a) * of(b, b)).sqrt()
}

#[test]
fn halton_points_of_large_bases_are_not_correlated() {
    // Without permuted digits the last two of 32 coordinates have the correlation 0.88 over 200 points.
    for seed in 0..8 {
        let points = points(&*sampler("halton", seed), 0..200, 32);
        let correlation = correlation(&points, 30, 31);
        // Five standard errors of independent points.
        assert!(
            correlation.abs() < 5.0 / 200_f64.sqrt(),
            "seed {seed}: {correlation}"
        );
    }
}

fn config(kind: &str, options: &str) -> Result<std::sync::Arc<dyn SamplerConfig>, toml::de::Error> {
    let entry = sampler::find(kind).expect("it is in the list");
    (entry.decode)(Options::parse(options).expect("TOML"))
}

#[test]
fn a_latin_hypercube_has_one_point_in_every_part_of_every_range() {
    for strata in [1, 2, 7, 100, 1000_u64] {
        for seed in 0..4 {
            let quantities = quantities(3);
            let design = Design {
                seed,
                simulations: strata,
                quantities: &quantities,
            };
            let config = config("latin_hypercube", "{}").expect("no option is needed");
            let sampler = config.build(&design).expect("it fits");
            let cubes =
                [0, 1, 5].map(|cube| points(&*sampler, cube * strata..(cube + 1) * strata, 3));
            for axis in 0..3 {
                let orders = cubes.each_ref().map(|points| {
                    let part = |point: &Vec<f64>| (point[axis] * strata as f64) as u64;
                    let order: Vec<u64> = points.iter().map(part).collect();
                    let mut parts = order.clone();
                    parts.sort_unstable();
                    assert!(
                        parts.into_iter().eq(0..strata),
                        "{strata}, {seed}, axis {axis}"
                    );
                    order
                });
                assert!(
                    strata < 100 || orders[0] != orders[1],
                    "{strata}: each cube its own"
                );
            }
            if strata >= 100 {
                let correlation = correlation(&cubes[0], 0, 2);
                let error = 1.0 / (strata as f64).sqrt();
                assert!(
                    correlation.abs() < 5.0 * error,
                    "{strata}, {seed}: {correlation}"
                );
            }
        }
    }
}

#[test]
fn strata_are_a_number_of_the_recipe_once_it_is_complete() {
    let folder = std::path::Path::new("");
    for (options, strata) in [("{}", 300), ("{ strata = 7 }", 7)] {
        let config = config("latin_hypercube", options).expect("right options");
        let complete = config.complete(300, folder).expect("no file is read");
        let options = complete.expect("strata are filled in").options();
        assert_eq!(options["strata"].as_integer(), Some(strata));
    }
    let error = config("latin_hypercube", "{ strata = 0 }")
        .err()
        .expect("0 is no number of strata");
    assert!(error.to_string().contains("nonzero"), "{error}");
}

#[test]
fn every_sampler_lists_its_options_and_refuses_others() {
    for entry in SAMPLERS {
        let error = config(entry.kind, "{ phlogiston = 1 }")
            .err()
            .expect("unknown");
        let said = error.to_string();
        assert!(
            said.contains("unknown field `phlogiston`"),
            "{}: {said}",
            entry.kind
        );
        for (name, meaning) in entry.options {
            assert!(
                said.contains(&format!("`{name}`")),
                "{}: {said}",
                entry.kind
            );
            assert!(!meaning.is_empty());
        }
    }
}

/// Centred L₂ discrepancy: F. J. Hickernell, "A generalized discrepancy and quadrature error bound", Math. Comp. 67,
/// 299 (1998):
/// `CL₂² = (13/12)^d − 2/n Σᵢ Πₖ (1 + ½|xᵢₖ − ½| − ½|xᵢₖ − ½|²)
///        + 1/n² Σᵢⱼ Πₖ (1 + ½|xᵢₖ − ½| + ½|xⱼₖ − ½| − ½|xᵢₖ − xⱼₖ|)`.
fn centred_discrepancy(points: &[Vec<f64>]) -> f64 {
    let (n, d) = (points.len() as f64, points[0].len());
    let c = |x: f64| (x - 0.5).abs();
    let single = |x: &Vec<f64>| -> f64 {
        let factors = x.iter().map(|&x| 1.0 + 0.5 * c(x) - 0.5 * c(x).powi(2));
        factors.product()
    };
    let pair = |x: &Vec<f64>, y: &Vec<f64>| -> f64 {
        let factors = x
            .iter()
            .zip(y)
            .map(|(&x, &y)| 1.0 + 0.5 * (c(x) + c(y) - (x - y).abs()));
        factors.product()
    };
    let singles: f64 = points.iter().map(single).sum();
    let pairs: f64 = points
        .iter()
        .flat_map(|x| points.iter().map(move |y| pair(x, y)))
        .sum();
    ((13.0_f64 / 12.0).powi(d as i32) - 2.0 / n * singles + pairs / (n * n)).sqrt()
}

/// Root mean square of that of `n` independent points: `E CL₂² = ((5/4)^d − (13/12)^d) / n`, from the same formula.
fn monte_carlo(n: usize, d: i32) -> f64 {
    ((1.25_f64.powi(d) - (13.0_f64 / 12.0).powi(d)) / n as f64).sqrt()
}
