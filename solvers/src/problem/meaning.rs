//! Physical meaning of the fields of a state.

/// Physical meaning of the fields of a state, from which follow their energy and enstrophy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Meaning {
    /// Any fields, each the density of something, with the energy `½⟨|u|²⟩`.
    #[default]
    Scalars,
    /// A velocity, one component per axis, of a fluid of density 1, with the energy `½⟨|u|²⟩`.
    Velocity,
    /// The vorticity `ω = ∂v/∂x − ∂u/∂y` of a plane flow without sources, with the energy of its
    /// velocity.
    Vorticity,
    /// A displacement `u` and its rate of change `v`, with the energy `½⟨v² + c²|∇u|²⟩`; the first
    /// condition is the speed `c` of waves.
    Wave,
}
