//! An inverse problem: the viscosity of Burgers' equation from two frames, by gradients that go back through the steps of the
//! solver to its parameter.
//!
//! ```sh
//! cargo run --release --example viscosity
//! ```

mod inverse;

use ondine::solvers::SolverError;

fn main() -> Result<(), SolverError> {
    let (truth, guess) = (0.04, 0.2);
    let observed = inverse::observe(truth)?;
    let [automatic, difference] = observed.check(guess)?;
    println!(
        "dL/d(ln ν) at ν = {guess}: {automatic:.6e} by automatic differentiation, {difference:.6e} by differences"
    );
    let course = observed.descend(guess, 25)?;
    for (i, at) in course.iter().enumerate().step_by(4) {
        println!("{i:>3}  ν = {:.6}  loss {:.2e}", at.viscosity, at.loss);
    }
    let found = course.last().map_or(guess, |last| last.viscosity);
    let error = (found / truth - 1.0).abs();
    println!("ν = {found:.6}, true {truth}: relative error {error:.1e}");
    Ok(())
}
