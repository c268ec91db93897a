//! Exact solutions of Riemann problems: the Euler equations (E. F. Toro, *Riemann Solvers and Numerical Methods for Fluid
//! Dynamics* (2009), chapter 4) and dam breaks (J. J. Stoker, *Water Waves* (1957), section 10.8; A. Ritter (1892)).

/// Density, velocity and pressure.
pub(crate) type Gas = [f64; 3];

fn sound([density, _, pressure]: Gas, gamma: f64) -> f64 {
    (gamma * pressure / density).sqrt()
}

/// Change of velocity across the wave to the pressure `p`, and its slope: Toro, eqs. 4.6, 4.7 and 4.37.
fn wave(p: f64, state: Gas, gamma: f64) -> [f64; 2] {
    let [density, _, pressure] = state;
    if p > pressure {
        let a = 2.0 / ((gamma + 1.0) * density);
        let b = (gamma - 1.0) / (gamma + 1.0) * pressure;
        let root = (a / (p + b)).sqrt();
        let slope = root * (1.0 - 0.5 * (p - pressure) / (p + b));
        return [(p - pressure) * root, slope];
    }
    let c = sound(state, gamma);
    let ratio = p / pressure;
    let power = (gamma - 1.0) / (2.0 * gamma);
    let change = 2.0 * c / (gamma - 1.0) * (ratio.powf(power) - 1.0);
    let slope = ratio.powf(-(gamma + 1.0) / (2.0 * gamma)) / (density * c);
    [change, slope]
}

/// Pressure and velocity between the outer waves.
fn middle(left: Gas, right: Gas, gamma: f64) -> [f64; 2] {
    let mut p = (0.5 * (left[2] + right[2])).max(1e-8);
    for _ in 0..100 {
        let [l, r] = [left, right].map(|state| wave(p, state, gamma));
        let step = (l[0] + r[0] + right[1] - left[1]) / (l[1] + r[1]);
        p = (p - step).max(1e-3 * p);
    }
    let [l, r] = [left, right].map(|state| wave(p, state, gamma));
    [p, 0.5 * (left[1] + right[1] + r[0] - l[0])]
}

/// The state at `x/t = s` to the left of the contact, of a problem whose left state is `state`.
fn left_of_contact(s: f64, state: Gas, [p, u]: [f64; 2], gamma: f64) -> Gas {
    let c = sound(state, gamma);
    let ratio = p / state[2];
    let g = (gamma - 1.0) / (gamma + 1.0);
    if p > state[2] {
        let power = (gamma + 1.0) / (2.0 * gamma);
        let shock = state[1] - c * (power * (ratio - 1.0) + 1.0).sqrt();
        let behind = [state[0] * (ratio + g) / (g * ratio + 1.0), u, p];
        return if s < shock { state } else { behind };
    }
    let tail = u - c * ratio.powf((gamma - 1.0) / (2.0 * gamma));
    if s < state[1] - c {
        return state;
    }
    if s > tail {
        return [state[0] * ratio.powf(1.0 / gamma), u, p];
    }
    let fan = 2.0 / (gamma + 1.0) + g / c * (state[1] - s);
    let velocity = 2.0 / (gamma + 1.0) * (c + 0.5 * (gamma - 1.0) * state[1] + s);
    let density = state[0] * fan.powf(2.0 / (gamma - 1.0));
    [
        density,
        velocity,
        state[2] * fan.powf(2.0 * gamma / (gamma - 1.0)),
    ]
}

/// The solution at `x/t = s`.
pub(crate) fn gas(s: f64, left: Gas, right: Gas, gamma: f64) -> Gas {
    let [p, u] = middle(left, right, gamma);
    if s < u {
        return left_of_contact(s, left, [p, u], gamma);
    }
    let [density, velocity, pressure] = right;
    let mirrored = left_of_contact(-s, [density, -velocity, pressure], [p, -u], gamma);
    [mirrored[0], -mirrored[1], mirrored[2]]
}

/// Depth and velocity at `x/t = s` after a dam between still water of two depths breaks; the one on the right may be 0.
pub(crate) fn dam(s: f64, [left, right]: [f64; 2], gravity: f64) -> [f64; 2] {
    let c = (gravity * left).sqrt();
    let front = if right > 0.0 {
        bore(left, right, gravity)
    } else {
        [0.0, 2.0 * c, 2.0 * c]
    };
    let [depth, velocity, speed] = front;
    if s < -c {
        return [left, 0.0];
    }
    if s > speed {
        return [right, 0.0];
    }
    if s > velocity - (gravity * depth).sqrt() {
        return [depth, velocity];
    }
    let root = (2.0 * c - s) / 3.0;
    [root * root / gravity, 2.0 / 3.0 * (c + s)]
}

/// Depth and velocity behind the bore, and its speed, by bisection.
fn bore(left: f64, right: f64, gravity: f64) -> [f64; 3] {
    let velocity = |depth: f64| 2.0 * ((gravity * left).sqrt() - (gravity * depth).sqrt());
    let needed =
        |depth: f64| (depth - right) * (0.5 * gravity * (depth + right) / (depth * right)).sqrt();
    let (mut low, mut high) = (right, left);
    for _ in 0..200 {
        let depth = 0.5 * (low + high);
        if needed(depth) < velocity(depth) {
            low = depth;
        } else {
            high = depth;
        }
    }
    let u = velocity(low);
    [low, u, low * u / (low - right)]
}

#[test]
fn pressures_between_waves_are_those_of_the_book() {
    // Toro, table 4.2: pressure and velocity of tests 1, 2 and 4.
    for (left, right, expected) in [
        ([1.0, 0.0, 1.0], [0.125, 0.0, 0.1], [0.30313, 0.92745]),
        ([1.0, -2.0, 0.4], [1.0, 2.0, 0.4], [0.00189, 0.0]),
        ([1.0, 0.0, 0.01], [1.0, 0.0, 100.0], [46.0950, -6.19633]),
    ] {
        let found = middle(left, right, 1.4);
        for (found, expected) in found.iter().zip(expected) {
            let allowed = 1e-5 * f64::abs(expected).max(1.0);
            assert!((found - expected).abs() < allowed, "{found} {expected}");
        }
    }
}
