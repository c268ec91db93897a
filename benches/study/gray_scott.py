"""Gray-Scott in the six regimes of The Well (Ohana et al. 2024): a surrogate per regime, judged as there by the VRMSE of one step
and of the steps 6 to 12 of a rollout, four frames of history.

`small` has a quarter of its box with the same spacing of the points, and 101 frames of a simulation in the place of 1001."""
import figures
from part import Case, Part, Score, by_seed
from recipe import evaluate, train

REGIMES = {"gliders": (0.014, 0.054), "bubbles": (0.098, 0.057), "maze": (0.029, 0.057),
           "worms": (0.058, 0.065), "spirals": (0.018, 0.051), "spots": (0.03, 0.062)}
SIZES = {
    "small": {"points": 64, "frames": 101, "blobs": 8, "simulations": 40, "updates": 2000, "batch": 8, "trajectories": 16,
              "FNO": {"kind": "fno", "width": 16, "modes": 12, "layers": 4},
              "U-Net": {"kind": "unet", "width": 8, "multipliers": [1, 2, 2], "blocks": 1}},
    "full": {"points": 128, "frames": 1001, "blobs": 30, "simulations": 160, "updates": 100_000, "batch": 32, "trajectories": 20,
             "FNO": {"kind": "fno", "width": 64, "modes": 32, "layers": 4},
             "U-Net": {"kind": "unet", "width": 48}},
}
NETWORKS = ["FNO", "U-Net"]
HISTORY = 4


def recipe(regime, network, seed, of, updates):
    feed, kill = REGIMES[regime]
    return {"name": "gray_scott", "seed": seed,
            "equation": {"kind": "gray_scott", "diffusivity_u": 2e-5, "diffusivity_v": 1e-5, "feed": feed, "kill": kill},
            "grid": {"points": [of["points"], of["points"]], "length": of["points"] / 64},
            "time": {"dt": 10.0, "frames": of["frames"]},
            "initial": {"kind": "blobs", "count": of["blobs"], "width": 0.02},
            "ensemble": {"simulations": of["simulations"], "workers": 1},
            "buffer": {"kind": "reservoir", "capacity": 2000, "watermark": 400}, "model": of[network],
            "objective": {"kind": "one_step", "history": HISTORY}, "train": train(updates, of["batch"], 1e-3),
            "evaluate": evaluate(updates, of["trajectories"], of["frames"], ["nrmse", "vrmse"])}


def cases(size, seeds, updates=None):
    of = SIZES[size]
    return [Case({"regime": regime, "network": network}, seed, recipe(regime, network, seed, of, updates or of["updates"]))
            for seed in seeds for regime in REGIMES for network in NETWORKS]


def vrmse(first, last):
    """The mean over steps of a rollout, both among them."""
    def of(evaluation):
        curves = evaluation["surrogate"]["curves"]
        errors = next(curve["mean"] for curve in curves if curve["name"] == "vrmse")[first - 1:last]
        return None if None in errors else sum(errors) / len(errors)
    return Score(f"VRMSE of step {first}" if first == last else f"VRMSE, steps {first} to {last}", of)


SCORES = [vrmse(1, 1), vrmse(6, 12)]


def compare(_):
    return []


def draw(figure, results):
    """A panel per score: every regime, a point per seed."""
    for axes, score in figures.panels(figure, SCORES):
        for place, network in enumerate(NETWORKS):
            for row, regime in enumerate(REGIMES):
                values = list(by_seed(results, score.name, regime=regime, network=network).values())
                if values:
                    axes.plot(values, [row + 0.2 * (place - 0.5)] * len(values), "o", color=f"C{place}", alpha=0.6, label=network)
        axes.set_yticks(range(len(REGIMES)), REGIMES if score is SCORES[0] else [""] * len(REGIMES))
        axes.set_ylim(len(REGIMES) - 0.5, -0.5)
        figures.errors(axes, "x")
        axes.set_xlabel(score.name)
    figures.legend(figure)


PART = Part("Gray–Scott in six regimes", cases, SCORES, compare, draw)
