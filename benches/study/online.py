"""Online against offline at equal updates, the claim of Meyer et al. (ICML 2023): simulations on disk that are passed over again
and again, beside one pass of fresh ones.

The fully connected network is the paper's, from five temperatures and time to a heated plate. The others predict steps of the
Kuramoto-Sivashinsky equation whose viscosity, length and time step are drawn for every simulation."""
import figures
from intervals import geometric, ratio
from part import Case, File, Part, by_seed, error_after, mean_error
from recipe import evaluate, train, uniform

STORED = [10, 100, 1000]
FRESH = "fresh"
PAPER = {"fully connected": "−68 %", "FNO": "−16 %", "U-Net": "not named", "MP-PDE": "−7 %"}
FRAMES = 6  # of a simulation: five windows
SIZES = {
    "small": {"updates": 1000, "batch": 16, "trajectories": 128, "plate": 32, "points": 64,
              "fully connected": {"kind": "mlp", "inputs": "parameters", "width": 256, "layers": 2},
              "FNO": {"kind": "fno", "width": 16, "modes": 12, "layers": 4},
              "U-Net": {"kind": "unet", "width": 8, "multipliers": [1, 2], "blocks": 1},
              "MP-PDE": {"kind": "message_passing", "width": 24, "layers": 2}},
    "full": {"updates": 50000, "batch": 32, "trajectories": 512, "plate": 256, "points": 256,
             "fully connected": {"kind": "mlp", "inputs": "parameters", "width": 256, "layers": 2},
             "FNO": {"kind": "fno", "width": 64, "modes": 32, "layers": 4},
             "U-Net": {"kind": "unet", "width": 64},
             "MP-PDE": {"kind": "message_passing", "width": 128, "layers": 6}},
}


def plate(points):
    temperatures = uniform(100.0, 500.0)
    return {"equation": {"kind": "heat", "initial_temperature": temperatures, "low_wall": temperatures, "high_wall": temperatures},
            "grid": {"points": [points, points], "length": 1.0},
            "time": {"dt": 0.04, "frames": FRAMES, "substeps": "auto", "tolerance": 1e-4}}


def waves(points):
    return {"equation": {"kind": "kuramoto_sivashinsky", "viscosity": uniform(0.5, 2.0)},
            "grid": {"points": [points], "length": uniform(16.0, 40.0)},
            "time": {"dt": uniform(0.2, 0.8), "warmup": 60, "frames": FRAMES, "substeps": "auto", "tolerance": 1e-5},
            "initial": {"kind": "sine_series"}}


def problem(network, of):
    return plate(of["plate"]) if network == "fully connected" else waves(of["points"])


def fresh(updates, batch):
    """Simulations that have a window for every place of every batch."""
    return -(-updates * batch // (FRAMES - 1))


def recipe(network, stored, seed, of, updates):
    simulations = fresh(updates, of["batch"]) if stored == FRESH else stored
    shared = {"name": "online", "seed": seed, **problem(network, of),
              "ensemble": {"simulations": simulations, "workers": 1, "sampler": {"kind": "monte_carlo"}},
              "buffer": {"kind": "firo", "capacity": 2000, "watermark": min(1000, (FRAMES - 1) * simulations)},
              "model": of[network], "objective": {"kind": "one_step"}, "train": train(updates, of["batch"], 1e-3, ema=0.99),
              "evaluate": evaluate(updates, of["trajectories"], FRAMES, ["nrmse"])}
    return shared if stored == FRESH else {**shared, "data": {"trajectories": stored}}


def file(network, seed, of):
    """The simulations of a seed, of which the first 10, 100 or 1000 are trained on: those that the online training begins with."""
    simulations = {**problem(network, of), "ensemble": {"simulations": STORED[-1], "sampler": {"kind": "monte_carlo"}}}
    which = "plate" if network == "fully connected" else "waves"
    return File(f"{which}_{seed}", {"name": which, "seed": seed, **simulations}, STORED[-1])


def cases(size, seeds, updates=None):
    of = SIZES[size]
    return [Case({"network": network, "simulations": str(stored)}, seed,
                 recipe(network, stored, seed, of, updates or of["updates"]),
                 None if stored == FRESH else file(network, seed, of))
            for seed in seeds for network in PAPER for stored in [*STORED, FRESH]]


SCORES = [error_after(1), mean_error(1, FRAMES - 1)]


def compare(results):
    """Error online over error offline, paired by seed."""
    lines = []
    for network, claimed in PAPER.items():
        for stored in STORED:
            for score in SCORES:
                below = by_seed(results, score.name, network=network, simulations=str(stored))
                found = ratio(by_seed(results, score.name, network=network, simulations=FRESH), below)
                if found:
                    lines.append((f"{network}, {FRESH} / {stored} (paper: {claimed})", score.name, found))
    return lines


def draw(figure, results):
    """A panel per network: the error over the number of simulations, a point per seed."""
    score, places = SCORES[1], [*map(str, STORED), FRESH]
    networks = [network for network in PAPER if by_seed(results, score.name, network=network)]
    for axes, network in figures.panels(figure, networks):
        for place, stored in enumerate(places):
            values = list(by_seed(results, score.name, network=network, simulations=stored).values())
            if values:
                colour = "C1" if stored == FRESH else "C0"
                axes.plot([place] * len(values), values, "o", color=colour, alpha=0.6)
                axes.plot([place], [geometric(values).mean], "_", color=colour, markersize=18, markeredgewidth=2)
        axes.set_xticks(range(len(places)), places)
        axes.set_xlim(-0.5, len(places) - 0.5)
        figures.errors(axes, "y")
        axes.set_title(network, fontsize=9)
        axes.set_xlabel("simulations")
    figure.axes[0].set_ylabel(score.name)


PART = Part("Online against offline, at equal updates", cases, SCORES, compare, draw)
