//! An equation before it has parameter values: its row of the catalogue.

use super::{Page, Parameter};
use crate::problem::{Field, Meaning, Symmetries};
use crate::{
    AxisKind, Boundary, Ends, Equation, Grid, Placement, Rng, SolverError, Stepper, spectral,
};

/// A row of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct EquationEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// The equation in Unicode.
    pub formula: &'static str,
    /// Physics and behaviour, in one line.
    pub summary: &'static str,
    /// The fields of a state on a grid of so many axes, one per channel: scalars, components of
    /// vectors, and which of their means over the domain stay what they were, for all parameters.
    pub fields: fn(usize) -> Vec<Field>,
    /// Numbers of axes it exists for.
    pub dims: &'static [usize],
    /// Physical meaning of the fields.
    pub meaning: Meaning,
    /// Movements that turn solutions into solutions.
    pub symmetries: Symmetries,
    /// Its parameters, in the order of the values.
    pub parameters: &'static [Parameter],
    /// Makes the equation from its values on a grid of so many axes, unchecked. What was drawn, if
    /// anything is, follows the values of the parameters.
    pub build: fn(&[f64], usize) -> Box<dyn Equation>,
    /// Numbers drawn for every simulation beside the parameters: those that describe a force, say. A
    /// surrogate does not see them.
    pub draw: Option<fn(&mut Rng) -> Vec<f64>>,
    /// The initial state that values and draw ask for, channel after channel, where the equation
    /// comes with one.
    pub own_initial: Option<OwnInitial>,
    /// Ends and points of its axes, those of a grid of fewer dimensions first; periodic with nodes
    /// for every equation that has Fourier modes.
    pub axes: [AxisKind; 3],
    /// Stepper of an equation that is solved without Fourier modes; `build` is then never called.
    pub own_stepper: Option<OwnStepper>,
    /// Whether its stepper takes steps as short as stability asks within each of those that it is told, so that one is
    /// enough per frame.
    pub chooses_steps: bool,
    /// The same equation between other ends of its axes, all that a recipe can choose from; none where the
    /// equation has its own.
    pub bounded: Option<&'static [Self]>,
    /// Name of the states at faces, where the equation may be solved with others too.
    pub reconstruction: Option<&'static str>,
    /// The same equation with other states at faces, see [`reconstructed`](Self::reconstructed).
    pub reconstructions: &'static [&'static Self],
    /// States as initial states give them, where those are not the fields of a frame.
    pub drawn_as: Option<DrawnAs>,
    /// Fields that do not change in time and are drawn with a simulation.
    pub still: Option<StillFields>,
    /// Whether its solver goes round obstacles of the grid.
    pub has_obstacles: bool,
    /// Text for readers: signs, behaviour, references.
    pub page: Page,
}

/// States as initial states give them: density, velocity and pressure of a gas whose frames have momentum and energy.
#[derive(Debug, Clone, Copy)]
pub struct DrawnAs {
    /// The fields on a grid of so many axes, as many as those of a frame.
    pub fields: fn(usize) -> Vec<Field>,
    /// Makes frames of them in place, channel after channel, from values and draw on a grid.
    pub frame: fn(&[f64], &Grid, &mut [f64]),
}

/// Fields that do not change in time, such as the height of the ground.
#[derive(Debug, Clone, Copy)]
pub struct StillFields {
    /// Their names.
    pub names: &'static [&'static str],
    /// Their values from those of the parameters and the draw on a grid, field after field.
    pub values: fn(&[f64], &Grid) -> Vec<f64>,
}

/// An initial state as a function of values and draw on a grid, channel after channel.
pub type OwnInitial = fn(&[f64], &Grid) -> Vec<f64>;

/// A stepper, or what is wrong with its values.
pub type BoxedStepper = Result<Box<dyn Stepper>, SolverError>;

/// The solution of an equation without Fourier modes, with an integrator of its own.
#[derive(Debug, Clone, Copy)]
pub struct OwnStepper {
    /// The method in words, as `implicit finite differences`.
    pub method: &'static str,
    /// Order of convergence in time.
    pub order: u32,
    /// Order of convergence in space.
    pub order_in_space: u32,
    /// Makes the stepper from the values of the equation, a grid and a time step. What was drawn, if anything is,
    /// follows the values of the parameters.
    pub stepper: fn(&[f64], &Grid, f64) -> BoxedStepper,
}

impl EquationEntry {
    /// The common part of most equations, to be filled in: one field, periodic, in one to three
    /// dimensions, without a name and parameters.
    pub const LINEAR: Self = Self {
        kind: "",
        formula: "",
        summary: "",
        fields: |_| vec![Field::conserved("u")],
        dims: &[1, 2, 3],
        meaning: Meaning::Scalars,
        symmetries: Symmetries::ALL,
        parameters: &[],
        build: |_, _| unreachable!("every equation with modes says how it is built"),
        draw: None,
        own_initial: None,
        axes: [AxisKind::PERIODIC; 3],
        own_stepper: None,
        chooses_steps: false,
        bounded: None,
        reconstruction: None,
        reconstructions: &[],
        drawn_as: None,
        still: None,
        has_obstacles: false,
        page: Page::EMPTY,
    };

    /// Names of the fields of a state on a grid of `dims` axes, one per channel.
    ///
    /// ```
    /// let burgers = ondine_solvers::equation::find("burgers").expect("in the list");
    /// assert_eq!(burgers.fields_in(1), ["u"]);
    /// assert_eq!(burgers.fields_in(2), ["u", "v"]);
    /// ```
    #[must_use]
    pub fn fields_in(&self, dims: usize) -> Vec<String> {
        let fields = (self.fields)(dims).into_iter();
        fields.map(|field| field.name).collect()
    }

    /// Whether the mean of every field stays what it was, on a grid of `dims` axes.
    #[must_use]
    pub fn conserves_mean_in(&self, dims: usize) -> bool {
        self.kept_fields(dims).iter().all(|field| field.conserved)
    }

    /// The fields of a state on a grid of `dims` axes: scalars are conserved between walls of cells, nothing is at
    /// open ends and between walls on which values are given.
    #[must_use]
    pub fn kept_fields(&self, dims: usize) -> Vec<Field> {
        let ends = |boundary| {
            let mut axes = self.axes.iter().take(dims).map(|kind| kind.ends());
            axes.any(|ends| ends.low == boundary || ends.high == boundary)
        };
        let (open, walls) = (ends(Boundary::Open), ends(Boundary::Wall));
        let open = open || self.axes[..dims].contains(&AxisKind::FIXED_WALLS);
        let kept = |field: Field| Field {
            conserved: field.conserved && !open && !(walls && field.vector().is_some()),
            ..field
        };
        (self.fields)(dims).into_iter().map(kept).collect()
    }

    /// The fields that initial states give on a grid of `dims` axes.
    #[must_use]
    pub fn drawn_fields(&self, dims: usize) -> Vec<Field> {
        self.drawn_as.map_or(self.fields, |drawn| drawn.fields)(dims)
    }

    /// The same equation between these ends, an entry per axis, where it leaves the choice.
    ///
    /// ```
    /// use ondine_solvers::{Boundary, Ends, equation::find};
    ///
    /// let euler = find("euler").expect("in the list");
    /// let tube = euler.between(&[Ends::both(Boundary::Open)]).expect("any ends");
    /// assert!(euler.is_periodic(1) && !tube.is_periodic(1));
    /// ```
    #[must_use]
    pub fn between(&self, ends: &[Ends]) -> Option<&'static Self> {
        self.bounded?.iter().find(|entry| entry.lies_between(ends))
    }

    /// As [`between`](Self::between), with the points of each axis placed so. An equation whose states are sums of
    /// cosines between walls, with points at the centres of cells and no flux through the walls, may have sums of sines
    /// with interior nodes, whose values on the walls are 0.
    ///
    /// ```
    /// use ondine_solvers::{AxisKind, Boundary, Ends, Placement, equation::find};
    ///
    /// let (walls, axis) = (&[Ends::both(Boundary::Wall)], find("diffusion").expect("in the list"));
    /// let held_at_0 = axis.between_at(walls, &[Placement::InteriorNodes]).expect("any parity");
    /// assert_eq!(axis.between(walls).expect("the same").axes[0], AxisKind::WALLS);
    /// assert_eq!(held_at_0.axes[0], AxisKind::FIXED_WALLS);
    /// ```
    #[must_use]
    pub fn between_at(&self, ends: &[Ends], points: &[Placement]) -> Option<&'static Self> {
        let placed = |entry: &&Self| {
            let mut pairs = entry.axes.iter().zip(points);
            pairs.all(|(kind, placement)| kind.placement() == *placement)
        };
        let entries = self.bounded?.iter();
        entries
            .filter(|entry| entry.lies_between(ends))
            .find(placed)
    }

    fn lies_between(&self, ends: &[Ends]) -> bool {
        let mut pairs = self.axes.iter().zip(ends);
        pairs.all(|(kind, ends)| kind.ends() == *ends)
    }

    /// The same equation, solved by finite volumes with the states at faces called `name`, where it leaves the choice.
    ///
    /// ```
    /// use ondine_solvers::equation::find;
    ///
    /// let euler = find("euler").expect("in the list").reconstructed("weno5").expect("a choice");
    /// assert_eq!((euler.kind, euler.reconstruction), ("euler", Some("weno5")));
    /// ```
    #[must_use]
    pub fn reconstructed(&'static self, name: &str) -> Option<&'static Self> {
        let named = |entry: &&Self| entry.reconstruction == Some(name);
        let all = std::iter::once(self).chain(self.reconstructions.iter().copied());
        all.into_iter().find(named)
    }

    /// Whether the values of its parameters determine a solution: it comes with an initial state, and
    /// nothing else is drawn.
    ///
    /// ```
    /// use ondine_solvers::equation::find;
    ///
    /// let is_determined = |kind| find(kind).expect("in the list").is_determined();
    /// assert!(is_determined("heat"));
    /// assert!(!is_determined("burgers") && !is_determined("combined"));
    /// ```
    #[must_use]
    pub fn is_determined(&self) -> bool {
        self.own_initial.is_some() && self.draw.is_none()
    }

    /// Whether its states are sums of Fourier modes for its solver, of cosines or sines between walls; otherwise it has
    /// a stepper of its own.
    #[must_use]
    pub fn has_modes(&self) -> bool {
        self.own_stepper.is_none()
    }

    /// Whether all axes of a grid of `dims` axes are periodic.
    #[must_use]
    pub fn is_periodic(&self, dims: usize) -> bool {
        let mut axes = self.axes.iter().take(dims);
        axes.all(|kind| kind.is_periodic())
    }

    /// Checks that [`Resample`](crate::Resample) brings states on `dims` axes from one of its grids
    /// to another: they are sums of modes, or periodic and given at nodes.
    ///
    /// # Errors
    ///
    /// [`SolverError::NotPeriodic`] and [`SolverError::NotAtNodes`].
    pub fn check_resampled(&self, dims: usize) -> Result<(), SolverError> {
        let owner = self.kind;
        let mut axes = self.axes.iter().take(dims);
        match axes.find(|kind| **kind != AxisKind::PERIODIC) {
            _ if self.has_modes() => Ok(()),
            None => Ok(()),
            Some(kind) if kind.is_periodic() => Err(SolverError::NotAtNodes { owner }),
            Some(_) => Err(SolverError::NotPeriodic { owner }),
        }
    }

    /// The grid of its states, with one entry of `points` and `length` per axis.
    ///
    /// ```
    /// let heat = ondine_solvers::equation::find("heat").expect("in the list");
    /// assert_eq!(heat.grid(&[3], &[2.0])?.coordinates(0), [0.5, 1.0, 1.5]);
    /// # Ok::<(), ondine_solvers::SolverError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Grid::new`] for a periodic equation with Fourier modes, as [`Grid::of_kinds`] for any other,
    /// and as [`spectral::check_grid`] for one with modes between walls.
    pub fn grid(&self, points: &[usize], length: &[f64]) -> Result<Grid, SolverError> {
        if self.has_modes() && self.is_periodic(points.len()) {
            return Grid::new(points, length);
        }
        let grid = Grid::of_kinds(points, length, &self.axes)?;
        if self.has_modes() {
            spectral::check_grid(&grid)?;
        }
        Ok(grid)
    }

    /// Checks that a grid has the ends and points of its axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::AxisKind`] for the first axis that has others.
    pub fn check_grid(&self, grid: &Grid) -> Result<(), SolverError> {
        grid.check_kinds(self.kind, &self.axes)
    }
}
