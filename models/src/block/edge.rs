//! Values beyond the edges of single axes: fields continued at walls and open ends before a layer, and cut to size behind it.
//!
//! A layer that is periodic sees the other end of an axis beyond its edge only as far as its taps reach. A field that is
//! continued by as many points there hides that: on its own points the answer is that of the continued field.

use super::Padding;
use burn::tensor::Tensor;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The values beyond both edges of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// The field continues from its other end.
    #[default]
    Periodic,
    /// The mirror image of the field, its first and last points included: a wall without flux, half a spacing outside.
    Mirror,
    /// The values of the first and last points: an open end.
    Constant,
    /// Zeros: a wall on which values are given.
    Zero,
}

impl Edge {
    /// Whether a field ends there.
    fn ends(self) -> bool {
        self != Self::Periodic
    }

    /// The continuation that waves can have: the mirror image where the field ends.
    pub(crate) fn mirrored(self) -> Self {
        if self.ends() {
            Self::Mirror
        } else {
            Self::Periodic
        }
    }

    /// The point of `n` whose value stands at `position`; nothing for a zero.
    fn source(self, position: isize, n: usize) -> Option<usize> {
        let n = n as isize;
        let source = match self {
            Self::Periodic => position.rem_euclid(n),
            Self::Mirror => {
                let turn = position.rem_euclid(2 * n);
                turn.min(2 * n - 1 - turn)
            }
            Self::Constant => position.clamp(0, n - 1),
            Self::Zero if (0..n).contains(&position) => position,
            Self::Zero => return None,
        };
        Some(source as usize)
    }

    /// `x` with `margin` further points at both ends of `axis`.
    fn extend(self, x: Tensor<5>, axis: usize, margin: usize) -> Tensor<5> {
        let n = x.dims()[axis];
        let point = |position: isize| match self.source(position, n) {
            Some(point) => x.clone().narrow(axis, point, 1),
            None => x.clone().narrow(axis, 0, 1).zeros_like(),
        };
        let before = (-(margin as isize)..0).map(point);
        let after = (n..n + margin).map(|position| point(position as isize));
        let pieces = before.chain([x.clone()]).chain(after).collect();
        Tensor::cat(pieces, axis)
    }
}

impl Padding {
    /// The padding that axes with these edges ask for, where it is [`Padding::Ends`]; itself otherwise.
    #[must_use]
    pub fn between(self, edges: &[Edge]) -> Self {
        if self != Self::Ends {
            return self;
        }
        if edges.iter().all(|edge| !edge.ends()) {
            return Self::Periodic;
        }
        Self::Each([0, 1, 2].map(|axis| edges.get(axis).copied()))
    }

    /// Checks that there is an entry for every axis of `grid`.
    pub(crate) fn check(self, grid: &[usize]) -> Result<(), String> {
        let Self::Each(each) = self else {
            return Ok(());
        };
        let (entries, axes) = (each.iter().flatten().count(), grid.len());
        if entries == axes {
            return Ok(());
        }
        Err(format!(
            "has `padding` of length {entries} on a {axes}-D grid: write one word for all axes, or one per axis"
        ))
    }

    /// The default of a recipe.
    pub(crate) fn ends() -> Self {
        Self::Ends
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
    pub(crate) fn is_periodic(&self) -> bool {
        *self == Self::Periodic
    }

    /// Whether sums of waves continue a field like this.
    pub(crate) fn has_waves(self) -> bool {
        match self {
            Self::Periodic | Self::Ends => true,
            Self::Zero | Self::Reflect => false,
            Self::Each(each) => each.iter().flatten().all(|edge| *edge == edge.mirrored()),
        }
    }

    /// Along which axes a wave is one of the field and its mirror image.
    pub fn mirrored(self) -> [bool; 3] {
        match self {
            Self::Each(each) => each.map(|edge| edge.is_some_and(Edge::ends)),
            _ => [false; 3],
        }
    }

    /// Along which axes a field ends.
    pub(crate) fn walls(self) -> [bool; 3] {
        match self {
            Self::Zero | Self::Reflect => [true; 3],
            Self::Periodic | Self::Ends | Self::Each(_) => self.mirrored(),
        }
    }
}

/// A grid with further points at some of its edges.
pub(crate) struct Margins {
    edges: [Option<Edge>; 3],
    margin: usize,
    /// The grid with them.
    pub(crate) grid: Vec<usize>,
}

impl Margins {
    /// The margins that a layer needs which reaches so many points beyond the edges; none where it needs none.
    pub(crate) fn of(padding: Padding, grid: &[usize], margin: usize) -> Option<Self> {
        let Padding::Each(edges) = padding else {
            return None;
        };
        let wide = |(n, edge): (&usize, &Option<Edge>)| {
            n + if edge.is_some_and(Edge::ends) {
                2 * margin
            } else {
                0
            }
        };
        (margin > 0).then(|| Self {
            edges,
            margin,
            grid: grid.iter().zip(&edges).map(wide).collect(),
        })
    }

    /// # Shapes   x: `[batch, point, channel]` → `[batch, point with margins, channel]`
    pub(crate) fn extend(&self, x: Tensor<3>, grid: &[usize]) -> Tensor<3> {
        let [batch, _, channels] = x.dims();
        let first = 4 - grid.len(); // axes 1 to 3 of the tensor hold the grid, aligned to the end
        let mut x = x.reshape(with_grid(batch, grid, channels));
        for (axis, edge) in self.edges[..grid.len()].iter().enumerate() {
            if let Some(edge) = edge.filter(|edge| edge.ends()) {
                x = edge.extend(x, first + axis, self.margin);
            }
        }
        x.reshape([batch as i32, -1, channels as i32])
    }

    /// The answer on the grid `to` of one on `after`, which has so many further `points` at each edge.
    ///
    /// # Shapes   y: `[batch, point after, channel]` → `[batch, point to, channel]`
    pub(crate) fn cut(
        &self,
        y: Tensor<3>,
        after: &[usize],
        to: &[usize],
        points: usize,
    ) -> Tensor<3> {
        let [batch, _, channels] = y.dims();
        let first = 4 - to.len();
        let mut y = y.reshape(with_grid(batch, after, channels));
        for (axis, edge) in self.edges[..to.len()].iter().enumerate() {
            if edge.is_some_and(Edge::ends) {
                y = y.narrow(first + axis, points, to[axis]);
            }
        }
        y.reshape([batch as i32, -1, channels as i32])
    }
}

/// `[batch, n₁, n₂, n₃, channel]` with ones in front of the axes of `grid`.
fn with_grid(batch: usize, grid: &[usize], channels: usize) -> [usize; 5] {
    let mut shape = [batch, 1, 1, 1, channels];
    shape[4 - grid.len()..4].copy_from_slice(grid);
    shape
}

const WORDS: &str = "\"ends\", \"periodic\", \"zero\" or \"reflect\", or a list with \"periodic\", \"mirror\", \"constant\" or \"zero\" per axis";

impl Serialize for Padding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Periodic => serializer.serialize_str("periodic"),
            Self::Zero => serializer.serialize_str("zero"),
            Self::Reflect => serializer.serialize_str("reflect"),
            Self::Ends => serializer.serialize_str("ends"),
            Self::Each(each) => serializer.collect_seq(each.iter().flatten()),
        }
    }
}

impl<'de> Deserialize<'de> for Padding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Form)
    }
}

struct Form;

impl<'de> Visitor<'de> for Form {
    type Value = Padding;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(WORDS)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Padding, E> {
        match word {
            "periodic" => Ok(Padding::Periodic),
            "zero" => Ok(Padding::Zero),
            "reflect" => Ok(Padding::Reflect),
            "ends" => Ok(Padding::Ends),
            other => Err(E::unknown_variant(
                other,
                &["ends", "periodic", "zero", "reflect"],
            )),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Padding, A::Error> {
        let mut edges = Vec::new();
        while let Some(edge) = seq.next_element::<Edge>()? {
            edges.push(edge);
        }
        if !(1..=3).contains(&edges.len()) {
            let entries = edges.len();
            let message = format!("{entries} entries: write one for each of 1 to 3 axes");
            return Err(A::Error::custom(message));
        }
        Ok(Padding::Each(
            [0, 1, 2].map(|axis| edges.get(axis).copied()),
        ))
    }
}
