"""RecurrFNO's claim on Kuramoto-Sivashinsky: one layer used again and again, with half the weights, beats an FNO and a refiner."""
import figures
from intervals import ratio
from part import Case, Part, by_seed, correlation_time, error_after
from recipe import evaluate, kuramoto_sivashinsky, train

SIZES = {
    "small": {"width": 16, "modes": 20, "updates": 2000, "batch": 16, "simulations": 128, "trajectories": 32},
    "full": {"width": 64, "modes": 32, "updates": 80000, "batch": 64, "simulations": 8192, "trajectories": 128},
}


def networks(width, modes):
    """The FNO, the refiner around it, and recurrent networks with half of its weights and as many: one layer has width² weights
    per mode instead of four times as many, so that √2 times the width has half of them, twice the width all."""
    fno = {"kind": "fno", "width": width, "modes": modes, "layers": 4}
    half, whole = round(width * 2**0.5), 2 * width
    return {
        "FNO": fno,
        "PDE-Refiner": {"kind": "pde_refiner", "steps": 3, "min_noise_variance": 1e-5, "backbone": fno},
        "RecurrFNO, half the weights": {"kind": "recurrent_fno", "width": half, "modes": modes},
        "RecurrFNO, equal weights": {"kind": "recurrent_fno", "width": whole, "modes": modes},
    }


def recipe(model, seed, of, updates):
    return {"name": "recurrent", "seed": seed, **kuramoto_sivashinsky(of["simulations"]),
            "buffer": {"kind": "reservoir", "capacity": 20000, "watermark": 2000}, "model": model,
            "objective": {"kind": "one_step", "stride": 4},
            "train": train(updates, of["batch"], 2e-3),
            "evaluate": evaluate(updates, of["trajectories"], 640, ["nrmse", "correlation_time"])}


def cases(size, seeds, updates=None):
    of = SIZES[size]
    models = networks(of["width"], of["modes"])
    return [Case({"network": name}, seed, recipe(model, seed, of, updates or of["updates"]))
            for seed in seeds for name, model in models.items()]


SCORES = [error_after(1), error_after(20), correlation_time("0.8")]


def compare(results):
    """Every network beside FNO and refiner, ratios paired by seed: below 1 is better for errors, above 1 for times."""
    lines = []
    for name in networks(1, 1):
        for other in ["FNO", "PDE-Refiner"]:
            if name == other or name == "FNO":
                continue
            for score in SCORES:
                found = ratio(by_seed(results, score.name, network=name), by_seed(results, score.name, network=other))
                if found:
                    lines.append((f"{name} / {other}", score.name, found))
    return lines


def draw(figure, results):
    """A panel per score, a point per seed."""
    for axes, score in figures.panels(figure, SCORES):
        named = [(name, list(by_seed(results, score.name, network=name).values())) for name in networks(1, 1)]
        figures.rows(axes, named, score, first=score is SCORES[0])
        axes.set_xlabel(score.name)


PART = Part("RecurrFNO's claim on Kuramoto–Sivashinsky, at equal updates", cases, SCORES, compare, draw)
