//! Sound at a jump of the density.

use super::{after, cells, fields, l1};
use ondine_solvers::AxisKind;
use ondine_solvers::finite_volume::{Acoustics, Central, FiniteVolumes};

/// R. J. `LeVeque`, *Finite Volume Methods for Hyperbolic Problems* (2002), section 9.8: a pulse meets a denser medium.
#[test]
fn a_pulse_is_reflected_and_transmitted_as_the_impedances_say() {
    let error = |points: usize| {
        let grid = cells(&[points], 2.0, AxisKind::OPEN);
        let density = |x: f64| if x < 1.0 { 1.0 } else { 4.0 };
        let (z1, z2, c2) = (1.0, 2.0, 0.5); // K = 1
        let pulse = |x: f64| (-(x / 0.1).powi(2)).exp();
        let u0 = fields(&grid, |x| [pulse(x[0] - 0.6), pulse(x[0] - 0.6) / z1]);
        let medium = fields(&grid, |x| [density(x[0]), 1.0]);
        let time = 0.8;
        let mut solver = FiniteVolumes::<_, 2, 4, 2>::new("sound", Acoustics, &grid, time)
            .still(&medium)
            .build(Central)
            .expect("valid");
        let u = after(solver.as_mut(), &u0);
        let reflected = (z2 - z1) / (z2 + z1);
        let transmitted = 2.0 * z2 / (z2 + z1);
        // The pulse reaches the jump at 1 after a time of 0.4.
        let exact = fields(&grid, |x| {
            if x[0] < 1.0 {
                let back = reflected * pulse(x[0] - (1.4 - time));
                [back, -back / z1]
            } else {
                let on = transmitted * pulse((x[0] - 1.0 - c2 * (time - 0.4)) / c2);
                [on, on / z2]
            }
        });
        l1(&u, &exact) / l1(&exact, &vec![0.0; exact.len()])
    };
    let [coarse, fine] = [200, 400].map(error);
    println!("{coarse:.2e} {fine:.2e}");
    assert!(fine < 0.05 && fine < 0.4 * coarse, "{coarse:e} {fine:e}");
}
