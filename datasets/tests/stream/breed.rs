//! The sampler `breed`: who is hard, who has children, where they lie, and which simulations they are.

use crate::doubles::{cases, sampler};
use ondine_datasets::sampler::breed::{Breed, Difficulty, Generation, Lineage, Parent, Signal};
use ondine_datasets::sampler::{self, Design, SamplerError};
use ondine_solvers::initial::Options;
use proptest::prelude::*;

/// Draws of a distribution.
const COUNT: u64 = 20_000;

fn options(text: &str) -> Result<Breed, String> {
    let entry = sampler::find("breed").expect("it is in the list");
    let config = (entry.decode)(Options::parse(text).expect("TOML"));
    let config = config.map_err(|error| error.to_string())?;
    Ok(config.breed().expect("it is one").clone())
}

fn parent(point: &[f32], weight: f32) -> Parent {
    Parent {
        point: point.to_vec(),
        weight,
    }
}

fn generation(first: u64, share: f32, sigma: f32, parents: Vec<Parent>) -> Generation {
    Generation {
        number: first as u32,
        first,
        share,
        sigma,
        parents,
    }
}

fn lineage(seed: u64, generations: impl IntoIterator<Item = Generation>) -> Lineage {
    let mut lineage = Lineage {
        seed,
        ..Lineage::default()
    };
    generations
        .into_iter()
        .for_each(|generation| lineage.push(generation));
    lineage
}

/// The children among so many simulations.
fn children(lineage: &Lineage) -> Vec<Vec<f64>> {
    (0..COUNT)
        .filter_map(|index| lineage.point(index))
        .collect()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn the_share_of_children_goes_from_start_to_end_and_stays_there() {
    let breed = options("{ start = 0.2, end = 0.6, breakpoint = 4 }").expect("right options");
    let shares = [0, 1, 2, 3, 4, 5, 400].map(|number| (100.0 * breed.share(number)).round() as u32);
    assert_eq!(shares, [20, 30, 40, 50, 60, 60, 60]);
    let down = options("{ start = 0.75, end = 0.5 }").expect("it may fall");
    assert!((down.share(10) - 0.5).abs() < 1e-12 && down.share(3) > 0.6);
}

#[test]
fn defaults_are_those_of_the_authors_and_depend_on_the_signal() {
    let breed = options("{}").expect("no option is needed");
    assert!((breed.start - 0.15).abs() < 1e-12 && (breed.end - 0.75).abs() < 1e-12);
    assert_eq!(
        (breed.breakpoint, breed.signal, breed.least_records()),
        (10, Signal::Loss, 8)
    );
    assert_eq!(breed.rollout_steps(), None);
    let rollout = options("{ signal = \"rollout\" }").expect("right options");
    assert_eq!(
        (rollout.rollout_steps(), rollout.least_records()),
        (Some(8), 1)
    );
    let completed = rollout.completed();
    assert_eq!((completed.steps, completed.min_records), (Some(8), Some(1)));
    assert_eq!(completed.completed(), completed);
}

#[test]
fn options_out_of_range_are_refused_with_the_range() {
    for (text, said) in [
        (
            "{ end = 1.0 }",
            "a share of 1 is out of range: write a number in [0, 0.95]",
        ),
        ("{ start = -0.1 }", "in [0, 0.95]"),
        ("{ sigma = 0.0 }", "greater than 0, 1 at most"),
        ("{ sigma = nan }", "greater than 0, 1 at most"),
        ("{ every = 0 }", "0 is out of range: write 1 or more"),
        ("{ breakpoint = 0 }", "write 1 or more"),
        ("{ base = \"table\" }", "unknown variant `table`"),
        ("{ base = \"breed\" }", "unknown variant `breed`"),
        ("{ signal = \"gut\" }", "unknown variant `gut`"),
        (
            "{ steps = 4 }",
            "`steps` are those of signal = \"rollout\": leave it out",
        ),
    ] {
        let error = options(text).expect_err(text);
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn without_a_generation_and_for_held_out_simulations_points_are_those_of_the_base() {
    let quantities = crate::doubles::quantities(3);
    let design = Design {
        seed: 5,
        simulations: 64,
        quantities: &quantities,
    };
    for base in ["sobol", "halton", "latin_hypercube", "monte_carlo"] {
        let entry = sampler::find("breed").expect("it is in the list");
        let config = (entry.decode)(Options::parse(&format!("{{ base = \"{base}\" }}")).unwrap());
        let config = config.expect("right options");
        let expected = match base {
            "latin_hypercube" => {
                let entry = sampler::find(base).expect("it is in the list");
                let config = (entry.decode)(Options::parse("{}").unwrap()).expect("right options");
                config.build(&design).expect("it fits")
            }
            _ => sampler(base, 5),
        };
        for built in [config.build(&design), config.build_held_out(&design)] {
            let built = built.expect("it fits");
            let (mut found, mut point) = ([0.0; 3], [0.0; 3]);
            for index in [0, 1, 63, 64, 1000] {
                built.point(index, &mut found);
                expected.point(index, &mut point);
                let bits = |point: [f64; 3]| point.map(f64::to_bits);
                assert_eq!(bits(found), bits(point), "{base} {index}");
            }
        }
        let nothing = Design {
            quantities: &[],
            ..design
        };
        let error = config.build(&nothing).err().expect("nothing varies");
        assert_eq!(error, SamplerError::NothingVaries { kind: "breed" });
        assert_eq!(error.option(), None);
    }
}

#[test]
fn difficulty_is_the_mean_of_positive_deviations_from_the_batch() {
    let mut difficulty = Difficulty::default();
    for simulation in 0..4 {
        difficulty.meet(simulation, || vec![0.1 * simulation as f64]);
    }
    // Mean 2, variance (1 + 1 + 1 + 9) / 4 = 3: the last one is 3/√3 above, the others are below.
    difficulty.record(&[0, 1, 2, 3], &[1.0, 1.0, 1.0, 5.0]);
    // Mean 4, variance 4, counting the pair alone: a loss that is no number and a stranger, who counts.
    difficulty.record(&[3, 1, 0, 99], &[2.0, f32::NAN, f32::INFINITY, 6.0]);
    difficulty.record(&[1, 0], &[6.0, 2.0]);
    let parents = difficulty.parents(10, 2, 1).expect("some are hard");
    let found: Vec<(f32, f32)> = parents.iter().map(|p| (p.point[0], p.weight)).collect();
    let expected = [(0.3, 3.0_f32.sqrt() / 2.0), (0.1, 0.5)];
    assert_eq!(found.len(), 2, "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found.0 - expected.0).abs() < 1e-6, "{found:?}");
        assert!((found.1 - expected.1).abs() < 1e-6, "{found:?}");
    }
}

#[test]
fn parents_are_the_last_of_the_window_once_there_are_enough_and_the_rest_is_forgotten() {
    let mut difficulty = Difficulty::default();
    let all: Vec<u64> = (0..20).collect();
    let point = |simulation: u64| vec![simulation as f64 / 20.0];
    let learn = |difficulty: &mut Difficulty| {
        for &simulation in &all {
            difficulty.meet(simulation, || point(simulation));
        }
        let losses: Vec<f32> = all.iter().map(|&i| (i % 2) as f32).collect();
        difficulty.record(&all, &losses);
    };
    learn(&mut difficulty);
    assert_eq!(difficulty.parents(5, 2, 1), None, "one record is too few");
    learn(&mut difficulty);
    assert_eq!(difficulty.parents(5, 2, 6), None, "the window is too small");
    let parents = difficulty.parents(5, 2, 5).expect("five are known");
    let points: Vec<f32> = parents.iter().map(|parent| parent.point[0]).collect();
    assert_eq!(points, [0.95, 0.85, 0.75], "of 15 to 19, the hard ones");
    assert!(parents.iter().all(|p| (p.weight - 1.0).abs() < 1e-6));
    let before = difficulty.clone();
    difficulty.meet(14, || unreachable!("it has left the window"));
    assert_eq!(difficulty, before);
}

#[test]
fn losses_that_are_all_alike_have_no_children() {
    let mut difficulty = Difficulty::default();
    let all: Vec<u64> = (0..8).collect();
    all.iter()
        .for_each(|&index| difficulty.meet(index, || vec![0.5]));
    difficulty.record(&all, &[0.25; 8]);
    difficulty.record(&[3], &[7.0]);
    assert_eq!(difficulty.parents(8, 1, 1), None);
}

#[test]
fn children_are_normal_around_their_parent_and_the_rest_is_the_base_s() {
    let (share, sigma) = (0.4, 0.05);
    for seed in 0..3 {
        let lineage = lineage(
            seed,
            [generation(0, share, sigma, vec![parent(&[0.5, 0.4], 2.0)])],
        );
        let children = children(&lineage);
        let found = children.len() as f64 / COUNT as f64;
        // Five standard errors of a share, √(0.4 · 0.6 / 20000) = 0.0035.
        assert!(
            (found - f64::from(share)).abs() < 0.0175,
            "seed {seed}: {found}"
        );
        for (axis, center) in [(0, 0.5), (1, 0.4)] {
            let deviations = || children.iter().map(|child| child[axis] - center);
            let offset = mean(deviations());
            let spread = mean(deviations().map(|d| d * d)).sqrt();
            let fourth = mean(deviations().map(|d| d.powi(4))) / spread.powi(4);
            // Standard errors over 8000 children: σ/√n = 0.0006, σ/√(2n) = 0.0004, √(24/n) = 0.055; five of each.
            assert!(offset.abs() < 0.003, "seed {seed}, axis {axis}: {offset}");
            assert!((spread - 0.05).abs() < 0.002, "seed {seed}: {spread}");
            assert!((fourth - 3.0).abs() < 0.28, "seed {seed}: {fourth}");
        }
        let product = mean(children.iter().map(|c| (c[0] - 0.5) * (c[1] - 0.4)));
        assert!(
            product.abs() < 5.0 * 0.0025 / 8000.0_f64.sqrt(),
            "{product}"
        );
    }
}

#[test]
fn parents_have_children_by_their_weights() {
    let weights = [3.0, 0.0, 1.0, 4.0];
    let parents = weights.iter().zip([0.2, 0.4, 0.6, 0.8]);
    let parents: Vec<Parent> = parents.map(|(&w, x)| parent(&[x], w)).collect();
    let lineage = lineage(9, [generation(0, 0.9, 1e-3, parents)]);
    let children = children(&lineage);
    for (weight, center) in weights.iter().zip([0.2, 0.4, 0.6, 0.8]) {
        let own = |child: &&Vec<f64>| (child[0] - center).abs() < 0.1;
        let found = children.iter().filter(own).count() as f64 / children.len() as f64;
        let expected = f64::from(*weight) / 8.0;
        // Five standard errors of a half over 18000 children.
        assert!((found - expected).abs() < 0.019, "{center}: {found}");
    }
}

#[test]
fn children_of_a_corner_stay_in_the_cube_and_closer_to_it() {
    let corner = 1.0_f32.next_down();
    let lineage = lineage(
        2,
        [generation(0, 0.9, 0.2, vec![parent(&[0.0, corner], 1.0)])],
    );
    let children = children(&lineage);
    let inside = |child: &Vec<f64>| child.iter().all(|x| (0.0..1.0).contains(x));
    assert!(children.iter().all(inside));
    // A quarter of the draws lies inside, so the n-th draw, whose deviation is 0.3^(n/2) of the first, has the
    // probability (3/4)^n/4: E|x| = √(2/π) σ Σ 0.3^(n/2) (3/4)^n / 4, up to copies of the parent.
    let terms = (0..10).map(|n| (0.3_f64.sqrt() * 0.75).powi(n) / 4.0);
    let expected = (2.0 / std::f64::consts::PI).sqrt() * 0.2 * terms.sum::<f64>();
    for axis in 0..2 {
        let distance = |child: &Vec<f64>| match axis {
            0 => child[0],
            _ => 1.0 - child[1],
        };
        let found = mean(children.iter().map(distance));
        assert!((found / expected - 1.0).abs() < 0.05, "{found}, {expected}");
    }
    let copies = children.iter().filter(|child| child[0] < 1e-300).count() as f64;
    let expected = 0.75_f64.powi(10);
    let share = copies / children.len() as f64;
    assert!((share - expected).abs() < 0.01, "{share}, {expected}");
}

#[test]
fn a_child_that_never_lies_inside_is_a_copy_of_its_parent() {
    let corner = [0.0; 40]; // A draw lies inside once in 2⁴⁰ times.
    let lineage = lineage(0, [generation(0, 0.5, 0.3, vec![parent(&corner, 1.0)])]);
    let children = children(&lineage);
    assert!(children.len() > 9000);
    assert!(children.iter().all(|child| child[..] == [0.0; 40]));
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn points_are_a_function_of_seed_index_and_the_generations_up_to_it(
        seed: u64,
        index in 0..1000_u64,
        firsts in prop::collection::vec(0..1000_u64, 1..6),
    ) {
        let mut firsts = firsts;
        firsts.sort_unstable();
        let all: Vec<Generation> = firsts
            .iter()
            .map(|&first| generation(first, 0.9, 0.1, vec![parent(&[first as f32 / 1000.0, 0.5], 1.0)]))
            .collect();
        let mut known = all.iter().filter(|generation| generation.first <= index).cloned();
        let found = lineage(seed, all.clone()).point(index);
        prop_assert_eq!(&found, &lineage(seed, known.clone()).point(index));
        prop_assert_eq!(&found, &lineage(seed, known.next_back()).point(index));
        if firsts[0] > index {
            prop_assert_eq!(found, None);
        }
    }
}

#[test]
fn generations_for_the_same_simulations_replace_each_other_and_count() {
    let make = |number, first| Generation {
        number,
        ..generation(first, 0.5, 0.1, vec![parent(&[0.5], 1.0)])
    };
    let lineage = lineage(0, [make(0, 10), make(1, 20), make(2, 20), make(3, 20)]);
    let kept: Vec<(u32, u64)> = lineage
        .generations
        .iter()
        .map(|generation| (generation.number, generation.first))
        .collect();
    assert_eq!(kept, [(0, 10), (3, 20)]);
    assert_eq!(lineage.count(), 4);
}
