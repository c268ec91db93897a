//! The same equation between all ends that its axes may have.

use super::EquationEntry;
use crate::problem::{Reflection, Shift};
use crate::{AxisKind, Boundary, Ends, Placement};

/// Ends of an axis with cells.
const ENDS: [Ends; 5] = {
    use Boundary::{Open, Periodic, Wall};
    [
        Ends::both(Periodic),
        Ends::both(Wall),
        Ends::both(Open),
        Ends {
            low: Wall,
            high: Open,
        },
        Ends {
            low: Open,
            high: Wall,
        },
    ]
};

/// Number of entries of an equation of up to so many dimensions.
pub(super) const fn count(dims: u32) -> usize {
    ENDS.len().pow(dims)
}

/// All entries of an equation whose axes are periodic, the first of them itself: along the first axes, as many as
/// `C` entries are for, with all ends.
pub(super) const fn bounded<const C: usize>(periodic: EquationEntry) -> [EquationEntry; C] {
    let mut all = [periodic; C];
    let mut i = 0;
    while i < C {
        let (mut rest, mut axis) = (i, 0);
        while axis < 3 {
            all[i] = with(all[i], axis, ENDS[rest % ENDS.len()]);
            (rest, axis) = (rest / ENDS.len(), axis + 1);
        }
        i += 1;
    }
    all
}

/// The entry with other ends along an axis: solutions can't be shifted between ends, nor turned round between
/// unlike ones.
const fn with(mut entry: EquationEntry, axis: usize, ends: Ends) -> EquationEntry {
    if let Ok(kind) = AxisKind::new(ends, Placement::CellCentres) {
        entry.axes[axis] = kind;
    }
    if !entry.axes[axis].is_periodic() {
        entry.symmetries.shift[axis] = Shift::Never;
    }
    if !matches!(
        (ends.low, ends.high),
        (Boundary::Periodic, Boundary::Periodic)
            | (Boundary::Wall, Boundary::Wall)
            | (Boundary::Open, Boundary::Open)
    ) {
        entry.symmetries.reflection = Reflection::Never;
    }
    entry
}
