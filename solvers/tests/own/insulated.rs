//! Heat between insulating walls: `uₜ = ν ∆u`, no flux through the walls, of averages over cells.
//!
//! An equation of a user's own: this file, and one entry in the list of `catalogue.rs`. Fluxes `−ν (uⱼ₊₁ − uⱼ)/h`
//! between neighbouring cells, none at the walls, in the two steps of Heun's method, each as many times as stability
//! (`ν dt/h² ≤ ¼` per axis) asks for.

use ondine_solvers::equation::{BoxedStepper, Page};
use ondine_solvers::problem::{Field, Reflection, Shift, Symmetries};
use ondine_solvers::{AxisKind, EquationEntry, Grid, OwnStepper, Parameter, Stepper};

pub(crate) const ENTRY: EquationEntry = EquationEntry {
    kind: "insulated_heat",
    formula: "uₜ = ν ∆u, ∂u/∂n = 0 on each wall",
    summary: "heat in an insulated rod or plate; evens out to its mean",
    fields: |_| vec![Field::conserved("temperature")],
    dims: &[1, 2],
    symmetries: Symmetries {
        shift: [Shift::Never; 3],
        reflection: Reflection::Even,
    },
    parameters: &[Parameter {
        name: "diffusivity",
        symbol: "ν",
        doc: "heat crosses a length L in a time of about L²/ν",
        good: [0.1, 1.0],
        ..Parameter::POSITIVE
    }],
    axes: [AxisKind::WALLS; 3],
    own_stepper: Some(OwnStepper {
        method: "finite volumes",
        order: 2,
        order_in_space: 2,
        stepper,
    }),
    page: Page {
        title: "Heat between insulating walls",
        signs: "A positive `ν` evens out, as in `diffusion`.",
        expect: "Cosines cos(nπx/L) decay at the rate ν(nπ/L)², the slowest of them last, and the mean over the rod stays \
                 what it was. A surrogate has to learn that what reaches a wall is turned back there, which no periodic \
                 network can know by itself; errors begin in the cells beside the walls.",
        references: &["J. Crank, *The Mathematics of Diffusion* (Oxford, 1975), section 2.2"],
        example: "[equation]\nkind = \"insulated_heat\"\ndiffusivity = 0.5\n",
    },
    ..EquationEntry::LINEAR
};

fn stepper(values: &[f64], grid: &Grid, dt: f64) -> BoxedStepper {
    let number = |axis| values[0] * dt / grid.spacing(axis).powi(2);
    let numbers: Vec<f64> = (0..grid.dims()).map(number).collect();
    let parts = (4.0 * numbers.iter().sum::<f64>()).ceil().max(1.0);
    Ok(Box::new(Insulated {
        numbers: numbers.iter().map(|number| number / parts).collect(),
        parts: parts as usize,
        u: vec![0.0; grid.num_points()],
        grid: grid.clone(),
        dt,
    }))
}

struct Insulated {
    /// `ν dt/h²` of every axis and part of a step.
    numbers: Vec<f64>,
    parts: usize,
    u: Vec<f64>,
    grid: Grid,
    dt: f64,
}

impl Insulated {
    /// Flow into every cell in a part of a step.
    fn inflow(&self, u: &[f64]) -> Vec<f64> {
        let mut inflow = vec![0.0; u.len()];
        for (axis, number) in self.numbers.iter().enumerate() {
            let points = self.grid.points();
            let width: usize = points[axis + 1..].iter().product();
            let not_last = (0..u.len()).filter(|j| j / width % points[axis] + 1 < points[axis]);
            for j in not_last {
                let flux = number * (u[j + width] - u[j]);
                inflow[j] += flux;
                inflow[j + width] -= flux;
            }
        }
        inflow
    }
}

impl Stepper for Insulated {
    fn grid(&self) -> &Grid {
        &self.grid
    }

    fn channels(&self) -> usize {
        1
    }

    fn dt(&self) -> f64 {
        self.dt
    }

    fn start(&mut self, u: &[f64]) {
        self.u = u.to_vec();
    }

    fn step(&mut self) {
        for _ in 0..self.parts {
            let first = self.inflow(&self.u);
            let ahead: Vec<f64> = self.u.iter().zip(&first).map(|(u, f)| u + f).collect();
            let second = self.inflow(&ahead);
            for ((u, a), b) in self.u.iter_mut().zip(&first).zip(&second) {
                *u += 0.5 * (a + b);
            }
        }
    }

    fn read(&mut self, u: &mut [f64]) {
        u.copy_from_slice(&self.u);
    }
}
