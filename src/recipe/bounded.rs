//! The equation between the ends of `grid.boundary`, with the points of `grid.points_at`.

use super::GridSection;
use crate::numbers::text::counted;
use ondine_solvers::{Boundary, Ends, EquationEntry, Placement};

/// Key and cause of a refusal.
pub(crate) type Refusal = (&'static str, String);

/// The equation between the ends that the grid asks for, itself where it asks for none. Keys that the equation leaves no
/// choice for are taken out of `grid`: they are refused when it is checked.
///
/// # Errors
/// The key that does not fit the equation, and why.
pub(super) fn between(
    equation: &'static EquationEntry,
    grid: &mut GridSection,
) -> Result<&'static EquationEntry, Refusal> {
    let points_at = grid.points_at.take();
    if equation.bounded.is_none() {
        grid.boundary = None;
    }
    let Some(boundary) = &grid.boundary else {
        return Ok(equation);
    };
    let dims = grid.points.len();
    one_per_axis("grid.boundary", boundary.len(), dims)?;
    let ends: Vec<Ends> = boundary.iter().map(|ends| ends.0).collect();
    let between = equation.between(&ends);
    let between = between.ok_or_else(|| ("grid.boundary", unlike(equation, &ends)))?;
    let Some(points_at) = points_at.filter(|_| equation.has_modes()) else {
        return Ok(between);
    };
    one_per_axis("grid.points_at", points_at.len(), dims)?;
    let placements: Vec<Placement> = points_at.iter().map(|points| points.placement()).collect();
    let placed = equation.between_at(&ends, &placements);
    grid.points_at = Some(points_at);
    placed.ok_or_else(|| ("grid.points_at", misplaced(equation, &ends)))
}

/// Makes sure that a list has an entry for each of the axes.
pub(crate) fn one_per_axis(path: &'static str, entries: usize, dims: usize) -> Result<(), Refusal> {
    if entries == dims {
        return Ok(());
    }
    let key = path.trim_start_matches("grid.");
    let entries = counted(entries, "entry");
    let why = format!("{key} has {entries} and points has {dims}: write one per axis");
    Err((path, why))
}

/// Why the equation does not lie between such ends.
fn unlike(equation: &EquationEntry, ends: &[Ends]) -> String {
    let open = |end: &Ends| end.low == Boundary::Open || end.high == Boundary::Open;
    if equation.has_modes() && ends.iter().any(open) {
        let kind = equation.kind;
        return format!(
            "`{kind}` is solved by sums of waves and cosines, which have no open end: write \"periodic\" or \"wall\""
        );
    }
    "one end of an axis is periodic and the other is not: make both periodic or none".to_owned()
}

/// Why the equation has no points at such places.
fn misplaced(equation: &EquationEntry, ends: &[Ends]) -> String {
    let kind = equation.kind;
    let walls = vec![Placement::InteriorNodes; ends.len()];
    let both = vec![Ends::both(Boundary::Wall); ends.len()];
    if equation.between_at(&both, &walls).is_none() {
        return format!(
            "`{kind}` has no walls of value 0, which its terms do not keep there: write \"nodes\" for a periodic axis \
             and \"cells\" for one with walls, through which there is no flux"
        );
    }
    format!(
        "`{kind}` has \"nodes\" on a periodic axis, and on one with walls \"cells\" where there is no flux through them or \
         \"interior\" points where the values on them are 0"
    )
}
