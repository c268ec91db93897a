//! An equation before it has parameter values: its row of the catalogue.

use super::Page;
use crate::problem::{Field, Meaning, Symmetries};
use crate::{AxisKind, Equation, Grid, Rng, SolverError, Stepper};

/// A parameter of an equation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Name in a recipe.
    pub name: &'static str,
    /// Symbol in the formula of the equation.
    pub symbol: &'static str,
    /// Its meaning, in one line.
    pub doc: &'static str,
    /// Value when none is given; `None` when it has to be.
    pub default: Option<f64>,
    /// Smallest value allowed; [`f64::MIN_POSITIVE`] stands for "greater than 0".
    pub min: f64,
    /// Largest value allowed; infinity when there is no bound, but a value is always finite.
    pub max: f64,
    /// A range of values with interesting behaviour, to start from.
    pub good: [f64; 2],
    /// Whether it is a vector: one value for each axis of the grid.
    pub per_axis: bool,
    /// Whether only whole numbers are allowed.
    pub whole: bool,
}

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
    /// Text for readers: signs, behaviour, references.
    pub page: Page,
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
    /// Makes the stepper from the values of the equation, a grid and a time step.
    pub stepper: fn(&[f64], &Grid, f64) -> BoxedStepper,
}

impl Parameter {
    /// Values that most parameters without bounds have in common.
    pub const ANY: Self = Self {
        name: "",
        symbol: "",
        doc: "",
        default: None,
        min: f64::NEG_INFINITY,
        max: f64::INFINITY,
        good: [0.0, 0.0],
        per_axis: false,
        whole: false,
    };

    /// Values that most parameters from zero upwards have in common.
    pub const NON_NEGATIVE: Self = Self {
        min: 0.0,
        ..Self::ANY
    };

    /// Values that most parameters above zero have in common.
    pub const POSITIVE: Self = Self {
        min: f64::MIN_POSITIVE,
        ..Self::ANY
    };

    /// Checks that `value` is finite, in range and whole where it has to be; `owner` is the
    /// equation named in the error.
    ///
    /// # Errors
    ///
    /// [`SolverError::OutOfRange`] and [`SolverError::NotWhole`].
    pub fn check(&self, owner: &'static str, value: f64) -> Result<(), SolverError> {
        let name = self.name;
        if self.whole && value.fract().abs() > 0.0 {
            return Err(SolverError::NotWhole { owner, name, value });
        }
        if value.is_finite() && (self.min..=self.max).contains(&value) {
            return Ok(());
        }
        Err(SolverError::OutOfRange {
            owner,
            name,
            value,
            min: self.min,
            max: self.max,
        })
    }
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
        (self.fields)(dims).iter().all(|field| field.conserved)
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

    /// Whether its states are sums of Fourier modes for its solver; otherwise it has a stepper of its
    /// own.
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
    /// to another: they are periodic and given at nodes.
    ///
    /// # Errors
    ///
    /// [`SolverError::NotPeriodic`] and [`SolverError::NotAtNodes`].
    pub fn check_resampled(&self, dims: usize) -> Result<(), SolverError> {
        let owner = self.kind;
        let mut axes = self.axes.iter().take(dims);
        match axes.find(|kind| **kind != AxisKind::PERIODIC) {
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
    /// As [`Grid::new`] for an equation with Fourier modes, as [`Grid::of_kinds`] for any other.
    pub fn grid(&self, points: &[usize], length: &[f64]) -> Result<Grid, SolverError> {
        if self.has_modes() {
            Grid::new(points, length)
        } else {
            Grid::of_kinds(points, length, &self.axes)
        }
    }

    /// Checks that a grid has the ends and points of its axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::AxisKind`] for the first axis that has others.
    pub fn check_grid(&self, grid: &Grid) -> Result<(), SolverError> {
        grid.check_kinds(self.kind, &self.axes)
    }

    /// The parameter that each value on a grid of `dims` axes belongs to: a parameter with one
    /// value per axis comes that many times in a row.
    pub fn values_in(&self, dims: usize) -> impl Iterator<Item = &'static Parameter> + use<> {
        let times = move |parameter: &Parameter| if parameter.per_axis { dims } else { 1 };
        let parameters = self.parameters.iter();
        parameters.flat_map(move |parameter| std::iter::repeat_n(parameter, times(parameter)))
    }

    /// Names of the values on a grid of `dims` axes: `velocity` in one dimension, `velocity_x`
    /// and `velocity_y` in two.
    #[must_use]
    pub fn value_names(&self, dims: usize) -> Vec<String> {
        let axes = if dims == 1 {
            &[""][..]
        } else {
            &["_x", "_y", "_z"][..dims.min(3)]
        };
        let names = |parameter: &Parameter| -> Vec<String> {
            let suffixes = if parameter.per_axis { axes } else { &[""] };
            let name = |suffix| format!("{}{suffix}", parameter.name);
            suffixes.iter().map(name).collect()
        };
        self.parameters.iter().flat_map(names).collect()
    }

    /// Checks `values`, one for each of [`values_in`](Self::values_in), for a grid of `dims` axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`], [`SolverError::ParameterCount`] or the errors of
    /// [`Parameter::check`], for the first thing that is wrong.
    pub fn check(&self, values: &[f64], dims: usize) -> Result<(), SolverError> {
        self.check_dims(dims)?;
        self.check_count(values.len(), dims)?;
        let mut pairs = self.values_in(dims).zip(values);
        pairs.try_for_each(|(parameter, &value)| parameter.check(self.kind, value))
    }

    /// Makes the equation for checked `values` on a grid of `dims` axes.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), and [`SolverError::NotPeriodic`] or [`SolverError::NoModes`] when
    /// it has no Fourier modes.
    pub fn build_checked(
        &self,
        values: &[f64],
        dims: usize,
    ) -> Result<Box<dyn Equation>, SolverError> {
        self.build_drawn(values, &[], dims)
    }

    /// As [`build_checked`](Self::build_checked) with what [`draw`](Self::draw) has drawn; without,
    /// there is no force.
    ///
    /// # Errors
    ///
    /// As [`build_checked`](Self::build_checked).
    pub fn build_drawn(
        &self,
        values: &[f64],
        drawn: &[f64],
        dims: usize,
    ) -> Result<Box<dyn Equation>, SolverError> {
        self.check(values, dims)?;
        let owner = self.kind;
        match (self.has_modes(), self.is_periodic(dims)) {
            (true, _) => Ok((self.build)(&[values, drawn].concat(), dims)),
            (false, true) => Err(SolverError::NoModes { owner }),
            (false, false) => Err(SolverError::NotPeriodic { owner }),
        }
    }

    /// Checks that the equation exists on a grid of `dims` axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`].
    pub fn check_dims(&self, dims: usize) -> Result<(), SolverError> {
        if self.dims.contains(&dims) {
            return Ok(());
        }
        Err(SolverError::Dimension {
            owner: self.kind,
            dims,
            supported: self.dims,
        })
    }

    fn check_count(&self, found: usize, dims: usize) -> Result<(), SolverError> {
        let names = self.value_names(dims);
        if found == names.len() {
            return Ok(());
        }
        Err(SolverError::ParameterCount {
            equation: self.kind,
            expected: names.len(),
            found,
            names: names.join(", "),
        })
    }
}
