//! Symmetries, which keep solutions of a problem solutions: shifts along periodic axes and reflections.
//!
//! A surrogate can be trained on moved solutions as on others: J. Brandstetter, M. Welling & D. E. Worrall, "Lie point
//! symmetry data augmentation for neural PDE solvers" (ICML 2022). What changes a parameter, as a reflection does the
//! velocity of `advection`, is no symmetry here, because moved states keep the parameters of their simulation.

use super::{Axis, FieldKind, Problem};
use crate::{AxisKind, Placement, Rng};

/// The symmetries of a problem, for all values of its conditions.
///
/// Symmetries of a force that every simulation draws for itself hold for its distribution: a moved force is as likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symmetries {
    /// Shifts that turn solutions into solutions, along each axis.
    pub shift: [Shift; 3],
    /// Reflections that do.
    pub reflection: Reflection,
}

/// Distances by which solutions may be shifted along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// Not at all.
    Never,
    /// By any distance.
    Any,
    /// By the length of the box over this parameter, a number of periods, and its multiples.
    Periods(&'static str),
}

/// Reflections of solutions, `x → −x`, and what becomes of their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reflection {
    /// Not at all.
    Never,
    /// Along every axis by itself; fields keep their values.
    Even,
    /// Along every axis by itself; fields change their sign each time, as a vorticity does.
    Odd,
    /// Along every axis by itself; the component along it of every vector changes its sign, and
    /// scalars keep their values.
    Vector,
    /// Along all axes at once, in the plane half a turn; fields keep their values.
    Inversion,
}

/// A movement of states on a periodic grid: reflections about the point 0, then a shift by whole points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Motion {
    /// Points along every axis.
    pub shift: Vec<usize>,
    /// For every axis, whether it is reflected.
    pub reflected: Vec<bool>,
}

impl Symmetries {
    /// Symmetries of most equations with constant coefficients and without a direction.
    pub const ALL: Self = Self {
        shift: [Shift::Any; 3],
        reflection: Reflection::Even,
    };

    /// Symmetries of an equation with a direction.
    pub const SHIFTS: Self = Self {
        reflection: Reflection::Never,
        ..Self::ALL
    };

    /// Symmetries of most vorticities, and of fields that are slopes.
    pub const ODD: Self = Self {
        reflection: Reflection::Odd,
        ..Self::ALL
    };

    /// Whether solutions on a grid of `dims` axes can be shifted along one.
    #[must_use]
    pub fn can_shift(&self, dims: usize) -> bool {
        self.shift[..dims]
            .iter()
            .any(|shift| *shift != Shift::Never)
    }
}

impl Reflection {
    /// The sign of a field after the axes `reflected` were.
    #[must_use]
    pub fn sign(self, field: &FieldKind, reflected: &[bool]) -> f64 {
        let times = match self {
            Self::Never | Self::Even | Self::Inversion => 0,
            Self::Odd => reflected.iter().filter(|axis| **axis).count(),
            Self::Vector => match field {
                FieldKind::Scalar => 0,
                FieldKind::Component { axis, .. } => usize::from(reflected[*axis]),
            },
        };
        if times % 2 == 0 { 1.0 } else { -1.0 }
    }
}

impl Motion {
    /// No movement of a grid of `dims` axes.
    #[must_use]
    pub fn none(dims: usize) -> Self {
        Self {
            shift: vec![0; dims],
            reflected: vec![false; dims],
        }
    }

    /// For every point of a grid, the point whose value moves there, with an entry of `points` and of
    /// `kinds` per axis. Nodes of a periodic axis are reflected at the first of them; cell centres and
    /// interior nodes at the middle of the axis.
    #[must_use]
    pub fn sources(&self, points: &[usize], kinds: &[AxisKind]) -> Vec<usize> {
        let mut sources = vec![0];
        for (axis, (&n, kind)) in points.iter().zip(kinds).enumerate() {
            let image_of_first = match kind.placement() {
                Placement::Nodes => 0,
                Placement::CellCentres | Placement::InteriorNodes => n - 1,
            };
            let source = |i: usize| {
                if self.reflected[axis] {
                    (self.shift[axis] + n + image_of_first - i) % n
                } else {
                    (i + n - self.shift[axis] % n) % n
                }
            };
            let along: Vec<usize> = (0..n).map(source).collect();
            let rows = sources
                .iter()
                .flat_map(|row| along.iter().map(move |i| row * n + i));
            sources = rows.collect();
        }
        sources
    }
}

impl Problem {
    /// A shift that keeps solutions under the conditions `values`, all such shifts by whole points
    /// alike.
    ///
    /// # Panics
    ///
    /// When symmetries name a condition that the problem lacks.
    pub fn draw_shift(&self, values: &[f64], rng: &mut Rng) -> Vec<usize> {
        let axes = self.axes.iter().zip(&self.symmetries.shift);
        let mut draw = |(axis, shift): (&Axis, &Shift)| {
            let n = axis.points;
            let count = match *shift {
                Shift::Never => 1,
                Shift::Any => n,
                Shift::Periods(name) => {
                    num_integer::gcd(n, self.value_of(name, values).round() as usize)
                }
            };
            n / count * rng.integer(0, count as u64 - 1) as usize
        };
        axes.map(&mut draw).collect()
    }

    /// Which axes are reflected, each or all together with probability ½ where that keeps
    /// solutions.
    pub fn draw_reflection(&self, rng: &mut Rng) -> Vec<bool> {
        let dims = self.dims();
        let coins: Vec<bool> = (0..dims).map(|_| rng.integer(0, 1) == 1).collect();
        match self.symmetries.reflection {
            Reflection::Never => vec![false; dims],
            Reflection::Inversion => vec![coins[0]; dims],
            Reflection::Even | Reflection::Odd | Reflection::Vector => coins,
        }
    }

    /// The signs that fields get where the axes `reflected` are reflected.
    #[must_use]
    pub fn signs(&self, reflected: &[bool]) -> Vec<f64> {
        let fields = self.fields.iter();
        let reflection = self.symmetries.reflection;
        fields
            .map(|field| reflection.sign(&field.kind, reflected))
            .collect()
    }

    /// The value of a condition that is no component of a vector.
    fn value_of(&self, name: &str, values: &[f64]) -> f64 {
        let mut conditions = self.conditions.iter();
        let place = conditions.position(|condition| condition.name == name);
        values[place.expect("symmetries name conditions of their problem")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;

    #[test]
    fn a_motion_reflects_and_then_shifts() {
        let motion = |shift: &[usize], reflected: &[bool]| Motion {
            shift: shift.to_vec(),
            reflected: reflected.to_vec(),
        };
        assert_eq!(
            motion(&[1], &[false]).sources(&[4], &[AxisKind::PERIODIC]),
            [3, 0, 1, 2]
        );
        assert_eq!(
            motion(&[0], &[true]).sources(&[4], &[AxisKind::PERIODIC]),
            [0, 3, 2, 1]
        );
        assert_eq!(
            motion(&[1], &[true]).sources(&[4], &[AxisKind::PERIODIC]),
            [1, 0, 3, 2]
        );
        let plane = motion(&[0, 2], &[true, false]).sources(&[2, 3], &[AxisKind::PERIODIC; 2]);
        assert_eq!(plane, [1, 2, 0, 4, 5, 3]); // two points are their own images
        for kind in [
            AxisKind::PERIODIC_CELLS,
            AxisKind::WALLS,
            AxisKind::FIXED_WALLS,
        ] {
            let ends_change_places = motion(&[0], &[true]).sources(&[4], &[kind]);
            assert_eq!(ends_change_places, [3, 2, 1, 0], "{kind}");
        }
        let shifted_cells = motion(&[1], &[true]).sources(&[4], &[AxisKind::PERIODIC_CELLS]);
        assert_eq!(shifted_cells, [0, 3, 2, 1]);
        assert_eq!(
            Motion::none(2).sources(&[2, 2], &[AxisKind::WALLS; 2]),
            [0, 1, 2, 3]
        );
    }

    #[test]
    fn signs_are_those_of_scalars_vorticities_and_vectors() {
        let along = |axis| FieldKind::Component {
            vector: "velocity".to_owned(),
            axis,
        };
        let signs = |reflection: Reflection, reflected: &[bool]| {
            [0, 1].map(|axis| reflection.sign(&along(axis), reflected) as i32)
        };
        assert_eq!(signs(Reflection::Even, &[true, false]), [1, 1]);
        assert_eq!(signs(Reflection::Odd, &[true, false]), [-1, -1]);
        assert_eq!(signs(Reflection::Odd, &[true, true]), [1, 1]);
        assert_eq!(signs(Reflection::Vector, &[true, false]), [-1, 1]);
        assert_eq!(signs(Reflection::Vector, &[true, true]), [-1, -1]);
        let height = Reflection::Vector.sign(&FieldKind::Scalar, &[true, true]);
        assert!(
            (height - 1.0).abs() <= 0.0,
            "a scalar beside a vector keeps its sign"
        );
    }

    #[test]
    fn shifts_are_all_those_that_a_force_allows() {
        let flow = crate::equation::find("kolmogorov_flow").expect("in the list");
        let flow = flow.problem(&super::super::Ranges {
            points: vec![8, 24],
            length: vec![[1.0, 1.0]; 2],
            parameters: vec![[0.0, 8.0]; 4],
            dt: [0.1, 0.1],
            frames: 2,
        });
        let mut rng = Rng::stream(0, Stream::Augment, 0);
        let mut seen = [
            std::collections::BTreeSet::new(),
            std::collections::BTreeSet::new(),
        ];
        for _ in 0..200 {
            let shift = flow.draw_shift(&[1e-3, 0.1, 4.0, 1.0], &mut rng);
            seen[0].insert(shift[0]);
            seen[1].insert(shift[1]);
        }
        assert_eq!(seen[0].len(), 8);
        assert_eq!(seen[1].iter().copied().collect::<Vec<_>>(), [0, 6, 12, 18]);
        let odd = flow.draw_shift(&[1e-3, 0.1, 5.0, 1.0], &mut rng);
        assert_eq!(
            odd[1], 0,
            "five periods on 24 points allow no shift by whole points"
        );
    }
}
