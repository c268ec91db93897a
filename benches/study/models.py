"""Six kinds of surrogate on Kuramoto-Sivashinsky, Burgers and Korteweg-de Vries over the number of updates: where refinement begins
to pay.

An ensemble that is trained by its CRPS is judged by one member, as it forecasts alone."""
import figures
from intervals import geometric, ratio
from part import Case, Part, by_seed, correlation_time, error_after, mean_error
from recipe import apebench, evaluate, kuramoto_sivashinsky, train

SIZES = {
    "small": {"width": 24, "unet": {"width": 16, "multipliers": [1, 2], "blocks": 1}, "dilated": {"width": 24, "blocks": 2},
              "batch": 16, "simulations": 512, "trajectories": 64},
    "full": {"width": 64, "unet": {"width": 64}, "dilated": {"width": 64, "blocks": 4},
             "batch": 128, "simulations": 8192, "trajectories": 128},
}
UPDATES = [5_000, 20_000, 80_000]
PROBLEMS = ["KS", "Burgers", "KdV"]
NETWORKS = ["FNO", "U-Net", "dilated ResNet", "RecurrFNO", "PDE-Refiner", "CRPS ensemble"]


def network(name, problem, of):
    modes = 24 if problem == "KS" else 32
    fno = {"kind": "fno", "width": of["width"], "modes": modes, "layers": 4}
    noise = {"KS": 1e-5, "Burgers": 1e-6, "KdV": 1e-6}[problem]
    return {
        "FNO": fno,
        "U-Net": {"kind": "unet", **of["unet"]},
        "dilated ResNet": {"kind": "dilated_resnet", **of["dilated"]},
        "RecurrFNO": {"kind": "recurrent_fno", "width": round(of["width"] * 2**0.5), "modes": modes},
        "PDE-Refiner": {"kind": "pde_refiner", "steps": 3, "min_noise_variance": noise, "backbone": fno},
        "CRPS ensemble": {"kind": "crps_ensemble", "members": 2, "alpha": 0.95, "backbone": fno},
    }[name]


def simulations(problem, count):
    """KS in steps of 0.8 time units, four frames; the others frame by frame on a solver of twice the points."""
    if problem == "KS":
        return {**kuramoto_sivashinsky(count), "objective": {"kind": "one_step", "stride": 4}}, 640
    return {**apebench(problem, count, 320), "objective": {"kind": "one_step"}}, 201


def recipe(problem, name, updates, seed, of):
    sections, frames = simulations(problem, of["simulations"])
    return {"name": "models", "seed": seed, **sections,
            "buffer": {"kind": "reservoir", "capacity": 20000, "watermark": 2000}, "model": network(name, problem, of),
            "train": train(updates, of["batch"], 2e-3),
            "evaluate": evaluate(updates, of["trajectories"], frames, ["nrmse", "correlation_time"])}


def cases(size, seeds, updates=None):
    """The short trainings of all seeds come first."""
    of = SIZES[size]
    return [Case({"problem": problem, "network": name, "updates": str(count)}, seed, recipe(problem, name, count, seed, of))
            for count in ([updates] if updates else UPDATES) for seed in seeds for problem in PROBLEMS for name in NETWORKS]


SCORES = [error_after(1), error_after(50), mean_error(1, 100), correlation_time("0.8")]


def updates_of(results):
    return sorted({result.case.labels["updates"] for result in results}, key=int)


def compare(results):
    """Every network beside the FNO of as many updates, ratios paired by seed."""
    lines = []
    for problem in PROBLEMS:
        for updates in updates_of(results):
            for name in NETWORKS[1:]:
                of = [by_seed(results, SCORES[2].name, problem=problem, network=one, updates=updates) for one in (name, "FNO")]
                found = ratio(*of)
                if found:
                    lines.append((f"{problem}, {updates} updates: {name} / FNO", SCORES[2].name, found))
    return lines


def draw(figure, results):
    """A panel per problem: the mean over the seeds over the number of updates, with its interval."""
    score = SCORES[2]
    problems = [problem for problem in PROBLEMS if by_seed(results, score.name, problem=problem)]
    for axes, problem in figures.panels(figure, problems):
        for place, name in enumerate(NETWORKS):
            found = [(int(updates), by_seed(results, score.name, problem=problem, network=name, updates=updates))
                     for updates in updates_of(results)]
            curve(axes, [(updates, geometric(list(values.values()))) for updates, values in found if values], name, f"C{place}")
        axes.set_xscale("log")
        figures.errors(axes, "y")
        axes.set_title(problem, fontsize=9)
        axes.set_xlabel("updates")
    figure.axes[0].set_ylabel(score.name)
    figures.legend(figure)


def curve(axes, means, name, colour):
    """Means over the number of updates, and their intervals as strokes."""
    if means:
        axes.plot([updates for updates, _ in means], [mean.mean for _, mean in means], "o-", color=colour, label=name)
    for updates, mean in means:
        if mean.low is not None:
            axes.plot([updates, updates], [mean.low, mean.high], "-", color=colour, alpha=0.5)


PART = Part("Six kinds of surrogate over the number of updates", cases, SCORES, compare, draw)
