"""Recipes as dictionaries, and pieces that several parts of the study share."""
import json


def value(of):
    """A value in TOML."""
    if isinstance(of, dict):
        return "{ " + ", ".join(f"{key} = {value(one)}" for key, one in of.items()) + " }"
    if isinstance(of, (list, tuple)):
        return "[" + ", ".join(value(one) for one in of) + "]"
    return json.dumps(of) if isinstance(of, (str, bool)) else repr(of)


def toml(recipe):
    """The text of a recipe: keys, then sections."""
    keys = [f"{key} = {value(of)}" for key, of in recipe.items() if not isinstance(of, dict)]
    for name, section in recipe.items():
        if isinstance(section, dict):
            keys += [f"[{name}]", *(f"{key} = {value(of)}" for key, of in section.items())]
    return "\n".join(keys) + "\n"


def uniform(low, high):
    return {"uniform": [low, high]}


def train(updates, batch, rate, warmup=0.05, final=1e-5, ema=0.995, decay=1e-4, **others):
    """`[train]`: AdamW, a warm-up over a share of the updates, then a cosine."""
    return {"steps": updates, "batch": batch, "ema": ema, "checkpoint": max(1, min(500, updates // 4)),
            "optimizer": {"kind": "adamw", "learning_rate": rate, "weight_decay": decay},
            "schedule": {"kind": "cosine", "warmup": int(warmup * updates), "final": final}, **others}


def evaluate(updates, trajectories, frames, metrics):
    """`[evaluate]`: once, at the end."""
    return {"every": updates, "trajectories": trajectories, "frames": frames, "metrics": metrics, "baseline_simulations": 0}


# APEBench's difficulties as equations in the units of Ondine, where one of u uₓ, u_xx has a fixed factor: lengths and times are
# other ones, amplitudes are not. 160 points and one unit of time per frame there; a_j = γ_j / (160^j 2^(j-1)).
POINTS = 160


def coefficient(gamma, order):
    return gamma / (POINTS**order * 2 ** (order - 1))


def linear(kind, length=1.0, dt=1.0, warmup=0, **settings):
    return {"equation": {"kind": kind, **settings}, "length": length, "dt": dt, "warmup": warmup}


def kdv():
    """γ₃ = -14, γ₄ = -9, δ₁ = -2: lengths by √(c / 6 a₃), times by c L / 6 with c = 2 / 160."""
    speed, third, fourth = 2 / POINTS, coefficient(14, 3), coefficient(9, 4)
    length = (speed / (6 * third)) ** 0.5
    dt = speed * length / 6
    return linear("kdv", length, dt, hyper_viscosity=fourth * length**4 / dt)


APEBENCH = {
    "advection": linear("advection", velocity=4 / POINTS),
    "diffusion": linear("diffusion", diffusivity=coefficient(4, 2)),
    "dispersion": linear("dispersion", dispersivity=coefficient(4, 3)),
    "hyper-diffusion": linear("hyper_diffusion", hyper_diffusivity=coefficient(4, 4)),
    "Burgers": linear("burgers", dt=1.5 / POINTS, viscosity=coefficient(1.5, 2) * POINTS / 1.5),
    "KdV": kdv(),
    "KS": linear("kuramoto_sivashinsky", 160.0, warmup=500, viscosity=18 / 8),
}
FOURIER = {"kind": "fourier_series", "cutoff": 5, "zero_mean": True, "max_one": True}


def apebench(scenario, simulations, solver_points=None, **time):
    """The sections of a scenario of APEBench: equation, grid, time, initial states, simulations."""
    of = APEBENCH[scenario]
    grid = {"points": [POINTS], "length": of["length"]}
    if solver_points:
        grid["solver_points"] = [solver_points]
    return {"equation": of["equation"], "grid": grid,
            "time": {"dt": of["dt"], "warmup": of["warmup"], "frames": 51, "resolution": "ignore", **time},
            "initial": FOURIER, "ensemble": {"simulations": simulations, "workers": 1}}


# Kuramoto-Sivashinsky of the PDE-Refiner paper in half of its box, on 64 points.
def kuramoto_sivashinsky(simulations):
    return {"equation": {"kind": "kuramoto_sivashinsky", "viscosity": 1.0},
            "grid": {"points": [64], "solver_points": [128], "length": uniform(28.8, 35.2)},
            "time": {"dt": uniform(0.18, 0.22), "warmup": 360, "frames": 140},
            "initial": {"kind": "sine_series"}, "ensemble": {"simulations": simulations, "workers": 1}}
