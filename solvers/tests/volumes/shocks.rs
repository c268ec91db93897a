//! Shock tubes beside their exact solutions.

use super::riemann::{self, Gas};
use super::{after, cells, euler, fields, gas, l1};
use ondine_solvers::finite_volume::{
    Central, Constant, Euler, FiniteVolumes, InviscidBurgers, Minmod, Reconstruction, Rusanov,
    VanLeer, Weno5,
};
use ondine_solvers::{AxisKind, Stepper};

/// A tube of length 1 with a membrane in the middle, and the time to look at it.
struct Tube {
    left: Gas,
    right: Gas,
    time: f64,
}

const SOD: Tube = Tube {
    left: [1.0, 0.0, 1.0],
    right: [0.125, 0.0, 0.1],
    time: 0.2,
};

const LAX: Tube = Tube {
    left: [0.445, 0.698, 3.528],
    right: [0.5, 0.0, 0.571],
    time: 0.14,
};

/// Two rarefactions that leave nearly nothing between them: the 1-2-3 problem.
const RAREFACTIONS: Tube = Tube {
    left: [1.0, -2.0, 0.4],
    right: [1.0, 2.0, 0.4],
    time: 0.15,
};

impl Tube {
    /// Mean error of the density on so many cells, over the mean density.
    fn error(
        &self,
        points: usize,
        build: impl Fn(&ondine_solvers::Grid) -> Box<dyn Stepper>,
    ) -> f64 {
        let grid = cells(&[points], 1.0, AxisKind::OPEN);
        let side = |x: f64| if x < 0.5 { self.left } else { self.right };
        let u0 = fields(&grid, |x| gas(1.4, side(x[0])));
        let exact = fields(&grid, |x| {
            riemann::gas((x[0] - 0.5) / self.time, self.left, self.right, 1.4)
        });
        let u = after(build(&grid).as_mut(), &u0);
        assert!(u.iter().all(|u| u.is_finite()));
        l1(&u[..points], &exact[..points]) / l1(&exact[..points], &vec![0.0; points])
    }
}

#[test]
fn tubes_converge_to_the_exact_solution() {
    for (name, tube, allowed) in [
        ("Sod", SOD, 0.004),
        ("Lax", LAX, 0.012),
        ("1-2-3", RAREFACTIONS, 0.005),
    ] {
        let solver = |grid: &_| euler::<3>(grid, tube.time, Central);
        let [coarse, fine] = [100, 400].map(|points| tube.error(points, solver));
        println!("{name}: {coarse:.2e} {fine:.2e}");
        assert!(fine < allowed, "{name}: {fine:e}");
        // First order at shocks, and less at contacts.
        assert!(fine < 0.45 * coarse, "{name}: {coarse:e} {fine:e}");
    }
}

#[test]
fn better_reconstructions_and_fluxes_have_smaller_errors() {
    let constant = SOD.error(100, |grid| euler::<3>(grid, SOD.time, Constant));
    let limited = [
        SOD.error(100, |grid| euler::<3>(grid, SOD.time, Minmod)),
        SOD.error(100, |grid| euler::<3>(grid, SOD.time, VanLeer)),
        SOD.error(100, |grid| euler::<3>(grid, SOD.time, Central)),
    ];
    let weno = SOD.error(100, |grid| euler::<3>(grid, SOD.time, Weno5));
    println!("{constant:.2e} {limited:?} {weno:.2e}");
    assert!(limited[0] < 0.6 * constant);
    assert!(limited[1] < limited[0] && limited[2] < limited[1]);
    assert!(weno < limited[0]);
    let rusanov = SOD.error(100, |grid| {
        FiniteVolumes::<_, 3, 3, 0>::new("euler", Rusanov(Euler { gamma: 1.4 }), grid, SOD.time)
            .build(Constant)
            .expect("valid")
    });
    println!("Rusanov {rusanov:.2e}");
    assert!(rusanov > constant);
}

/// C.-W. Shu & S. Osher, J. Comput. Phys. 83, 32 (1989): a shock runs into waves of the density.
#[test]
fn a_shock_that_meets_waves_agrees_with_a_finer_grid() {
    let sharp = shock_and_waves(200, Central);
    let [weno, fine] = [200, 1800].map(|points| shock_and_waves(points, Weno5));
    let reference: Vec<f64> = (0..200)
        .map(|i| fine[9 * i..][..9].iter().sum::<f64>() / 9.0)
        .collect();
    let [sharp, weno] = [sharp, weno].map(|u| l1(&u[..200], &reference));
    println!("{sharp:.3e} {weno:.3e}");
    assert!(weno < 0.08 && weno < sharp, "{weno:e} {sharp:e}");
}

fn shock_and_waves(points: usize, reconstruction: impl Reconstruction + 'static) -> Vec<f64> {
    let grid = cells(&[points], 10.0, AxisKind::OPEN);
    let u0 = fields(&grid, |x| {
        gas(
            1.4,
            if x[0] < 1.0 {
                [3.857_143, 2.629_369, 10.333_33]
            } else {
                [1.0 + 0.2 * (5.0 * (x[0] - 5.0)).sin(), 0.0, 1.0]
            },
        )
    });
    after(euler::<3>(&grid, 1.8, reconstruction).as_mut(), &u0)
}

/// A hat steepens into a shock of height 1 that moves at ½, before a fan: R. J. `LeVeque` (2002), section 11.4.
#[test]
fn a_shock_of_burgers_moves_at_the_mean_of_its_sides() {
    let error = |points: usize, weno: bool| {
        let grid = cells(&[points], 4.0, AxisKind::OPEN);
        let u0 = fields(&grid, |x| {
            [if (0.5..1.5).contains(&x[0]) { 1.0 } else { 0.0 }]
        });
        let volumes = FiniteVolumes::<_, 1, 1, 0>::new("burgers", InviscidBurgers, &grid, 1.0);
        let solver = if weno {
            volumes.build(Weno5)
        } else {
            volumes.build(Central)
        };
        let u = after(solver.expect("valid").as_mut(), &u0);
        let exact = fields(&grid, |x| {
            [match x[0] - 0.5 {
                x if x < 0.0 => 0.0,
                x if x < 1.0 => x,
                x if x < 1.5 => 1.0,
                _ => 0.0,
            }]
        });
        l1(&u, &exact)
    };
    for weno in [false, true] {
        let [coarse, fine] = [100, 200].map(|points| error(points, weno));
        println!("{weno}: {coarse:.2e} {fine:.2e}");
        let first_order = fine < 0.65 * coarse;
        assert!(fine < 5e-3 && first_order, "{weno}: {coarse:e} {fine:e}");
    }
}
