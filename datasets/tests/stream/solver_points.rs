//! Frames on a coarser grid than the solver's.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::doubles::sampler;
use ondine_datasets::{DataError, Distribution, Ensemble, Quantities, Source};
use ondine_solvers::initial::Shock;
use ondine_solvers::{Integrator, Precision, Resample, SolverError, equation};

/// Burgers flows that begin with fronts too steep for the frames.
fn ensemble(points: usize, solver_points: usize) -> Ensemble {
    Ensemble {
        equation: equation::find("burgers").expect("the equation is in the list"),
        points: vec![points],
        solver_points: vec![solver_points],
        obstacles: vec![],
        quantities: Quantities {
            parameters: vec![Distribution::Constant(0.01)],
            length: vec![Distribution::Constant(2.0)],
            dt: Distribution::Constant(0.02),
        },
        substeps: 4,
        integrator: Integrator::Etdrk4,
        precision: Precision::F64,
        threads: 1,
        warmup: 0,
        frames: 5,
        initial: Arc::new(Shock::default()),
        sampler: sampler("sobol", 7),
        seed: 7,
    }
}

fn frames(ensemble: &Ensemble, initial: Option<&[f64]>) -> Result<Vec<Vec<f64>>, DataError> {
    let mut frames = Vec::new();
    ensemble.run_from(2, initial, &mut |frame| {
        frames.push(frame.to_vec());
        ControlFlow::Continue(())
    })?;
    Ok(frames)
}

fn difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

#[test]
fn frames_are_the_solvers_own_filtered_and_the_draw_is_seen_on_its_grid() {
    let fine = frames(&ensemble(256, 256), None).expect("stable");
    let filtered = frames(&ensemble(32, 256), None).expect("stable");
    assert_eq!(filtered.len(), 5);
    for (fine, filtered) in fine.iter().zip(&filtered) {
        let expected = Resample::new(&[256], &[32]).apply(fine).to_vec();
        assert_eq!(*filtered, expected);
    }
    let coarse = frames(&ensemble(32, 32), None).expect("stable");
    let moved = difference(&coarse[4], &filtered[4]);
    assert!(
        moved > 1e-3,
        "{moved:e}: 32 points do not resolve these fronts"
    );
}

#[test]
fn a_given_state_is_the_first_frame_and_the_solver_goes_on_from_its_interpolant() {
    let [filtered, fine] = [ensemble(32, 256), ensemble(256, 256)];
    let zigzag = |j: i32| 0.1 * f64::from(j % 2) + 0.05 * f64::from(j * j % 7);
    let given: Vec<f64> = (0..32).map(zigzag).collect(); // with a highest mode
    let from_given = frames(&filtered, Some(&given)).expect("stable");
    assert_eq!(from_given[0], given);
    let refined = filtered.refined(&given);
    assert_eq!(refined.len(), 256);
    let from_refined = frames(&fine, Some(&refined)).expect("stable");
    let expected = Resample::new(&[256], &[32])
        .apply(&from_refined[3])
        .to_vec();
    assert_eq!(from_given[3], expected);
    let warm = Ensemble {
        warmup: 3,
        ..filtered
    };
    assert_eq!(frames(&warm, Some(&given)).expect("stable")[0], expected);
}

#[test]
fn a_network_is_told_the_spacing_of_the_frames() {
    let spacing = ensemble(32, 256).conditions(0).spacing;
    assert!((spacing[0] - 2.0 / 32.0).abs() < 1e-15); // a power of two
}

/// A rod between walls.
fn heat(points: usize, solver_points: usize) -> Ensemble {
    let periodic = ensemble(points, solver_points);
    Ensemble {
        equation: equation::find("heat").expect("the equation is in the list"),
        obstacles: vec![],
        quantities: Quantities {
            parameters: [1.0, 1.0, 2.0, 3.0].map(Distribution::Constant).to_vec(),
            ..periodic.quantities.clone()
        },
        ..periodic
    }
}

#[test]
fn between_walls_the_spacing_told_is_that_of_the_points() {
    let heat = heat(30, 30);
    let (spacing, spec) = (heat.conditions(0).spacing, heat.spec(0).expect("a rod"));
    assert!((spacing[0] - 2.0 / 31.0).abs() < 1e-15, "{spacing:?}"); // rounding
    let x = spec.grid.coordinates(0);
    assert!((x[1] - x[0] - spacing[0]).abs() < 1e-15, "{x:?}"); // rounding
    assert!((2.0 - x[29] - spacing[0]).abs() < 1e-15, "{x:?}"); // rounding
}

#[test]
fn grids_that_make_no_sense_are_errors() {
    let odd = frames(&ensemble(33, 256), None).expect_err("33 is odd");
    assert!(odd.to_string().contains("33 points"), "{odd}");
    let error = heat(32, 64).spec(0).expect_err("walls");
    assert_eq!(error, SolverError::NotPeriodic { owner: "heat" });
}
