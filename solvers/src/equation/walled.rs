//! The same equation between all walls that its axes may have, where states are sums of cosines or sines.

use super::EquationEntry;
use super::parity::Parity;
use crate::AxisKind;
use crate::problem::Shift;

/// Axes of a spectral method, the most common walls first.
const KINDS: [AxisKind; 3] = [AxisKind::PERIODIC, AxisKind::WALLS, AxisKind::FIXED_WALLS];

/// Entries of an equation with walls without flux.
pub(super) const NO_FLUX: usize = 8;

/// Entries of an equation with walls without flux and walls of value 0.
pub(super) const ANY: usize = 27;

/// All entries of an equation whose axes are periodic, the first of them itself.
pub(super) const fn walled<const C: usize>(
    periodic: EquationEntry,
    walls: Parity,
) -> [EquationEntry; C] {
    let kinds = match walls {
        Parity::Neither => 1,
        Parity::Even => 2,
        Parity::Both => 3,
    };
    let mut all = [periodic; C];
    let mut i = 0;
    while i < C {
        let (mut rest, mut axis) = (i, 0);
        while axis < 3 {
            all[i].axes[axis] = KINDS[rest % kinds];
            if rest % kinds > 0 {
                all[i].symmetries.shift[axis] = Shift::Never;
            }
            (rest, axis) = (rest / kinds, axis + 1);
        }
        i += 1;
    }
    all
}
