//! Transforms of lanes beside those of one simulation.

use super::lane::Lane;
use super::layout::Layout;
use super::plan::Plan;
use super::row::Row;
use super::vectors::Vectors;
use crate::real::zero;
use crate::{Complex, Dealias, Grid, Rng, Stream, Transform};

/// Largest distance from the transforms of each lane alone, there and back, relative to the largest number.
fn error<T: Lane>(points: &[usize], dealias: Dealias) -> f64 {
    let grid = Grid::new(points, &vec![1.0; points.len()]).expect("valid");
    let vectors = Vectors::widest();
    let (lanes, size) = (vectors.lanes::<T>(), grid.num_points());
    let layout = Layout::together(&grid, lanes);
    let mut rng = Rng::stream(0, Stream::Noise, 0);
    let mut draw = |count: usize| Row::of((0..count).map(|_| T::of(rng.uniform(-1.0, 1.0))));
    let mut transform = Transform::<T>::new(&grid, dealias).expect("valid");
    let modes = transform.num_modes();
    let mut plan = Plan::new(&grid, &layout, dealias);
    let (u, mut u_hat) = (draw(size * lanes), Row::zeros(2 * modes * lanes));
    plan.forward(vectors, &u, &mut u_hat);
    let mut worst = 0.0_f64;
    let mut back = Row::zeros(size * lanes);
    let mut kept = Row::zeros(2 * modes * lanes);
    for place in transform.kept().iter().cloned().flatten() {
        let vectors = 2 * place * lanes..2 * (place + 1) * lanes;
        kept[vectors.clone()].copy_from_slice(&u_hat[vectors]);
    }
    plan.inverse(vectors, &kept, &mut back);
    for lane in 0..lanes {
        let mut one: Vec<T> = u[lane..].iter().step_by(lanes).copied().collect();
        let mut one_hat = vec![zero(); modes];
        transform.to_modes(&mut one, &mut one_hat);
        let peak = one_hat.iter().map(|z| z.norm().into()).fold(0.0, f64::max);
        for (i, mode) in one_hat.iter().enumerate() {
            let place = 2 * i * lanes + lane;
            let found = Complex::new(kept[place], kept[place + lanes]);
            worst = worst.max(Into::<f64>::into((found - mode).norm()) / peak);
        }
        transform.to_points(&one_hat, &mut one);
        for (found, expected) in back[lane..].iter().step_by(lanes).zip(&one) {
            let found: f64 = Into::<f64>::into(*found) / size as f64;
            worst = worst.max((found - Into::<f64>::into(*expected)).abs());
        }
    }
    worst
}

#[test]
fn transforms_of_lines_of_any_even_length_are_those_of_one_simulation() {
    for points in [
        4, 6, 8, 10, 12, 14, 16, 20, 22, 26, 30, 36, 50, 74, 90, 96, 98, 128, 210, 256,
    ] {
        for dealias in [Dealias::TwoThirds, Dealias::Half] {
            let found = error::<f64>(&[points], dealias);
            assert!(found < 1e-14, "{points} points: {found:e}"); // rounding
            let single = error::<f32>(&[points], dealias);
            assert!(single < 5e-6, "{points} points: {single:e}"); // rounding
        }
    }
}

#[test]
fn transforms_of_planes_and_boxes_are_those_of_one_simulation() {
    for points in [
        &[8, 12][..],
        &[10, 6],
        &[64, 64],
        &[6, 8, 10],
        &[14, 4, 12],
        &[16, 16, 16],
    ] {
        for dealias in [Dealias::TwoThirds, Dealias::Half] {
            let found = error::<f64>(points, dealias);
            assert!(found < 1e-14, "{points:?} points: {found:e}"); // rounding
        }
    }
}
