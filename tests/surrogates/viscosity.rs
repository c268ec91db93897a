//! The inverse problem of `examples/viscosity/`: its gradient, and the viscosity that it finds.

#[path = "../../examples/viscosity/inverse.rs"]
mod inverse;

#[test]
fn the_viscosity_of_two_frames_without_noise_is_found_to_a_ten_thousandth() {
    let truth = 0.04;
    let observed = inverse::observe(truth).expect("valid");
    for guess in [0.2, 0.015] {
        let course = observed.descend(guess, 25).expect("valid");
        let last = course.last().expect("25 iterations");
        let error = (last.viscosity / truth - 1.0).abs();
        assert!(error < 1e-4, "from {guess}: {}", last.viscosity);
        assert!(last.loss < 1e-6 * course[0].loss, "{}", last.loss);
    }
}

#[test]
fn the_gradient_by_the_viscosity_is_the_difference_of_the_solver() {
    let observed = inverse::observe(0.04).expect("valid");
    for viscosity in [0.2, 0.06, 0.015] {
        let [automatic, difference] = observed.check(viscosity).expect("valid");
        let error = (automatic / difference - 1.0).abs();
        assert!(error < 1e-3, "{viscosity}: {automatic} and {difference}"); // 32 bits
    }
}
