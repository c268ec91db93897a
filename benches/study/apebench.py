"""The 1-D scenarios of APEBench (Koehler et al. 2024) with its default training, by Ondine's networks of about its sizes.

50 simulations of 51 frames on 160 points, one solver step of second order per frame, batches of 20, 10 000 updates of Adam, 1e-3
after a warm-up over a fifth of them, then a cosine down to 0; judged on 30 other simulations."""
import figures
from part import Case, Part, by_seed, correlation_time, error_after, mean_error
from recipe import APEBENCH, apebench, evaluate, train

# FNO;12;18;4, Res;26;8 and UNet;12;2 have 32 527, 32 943 and 27 193 weights there; unet is the modern one, at that size.
NETWORKS = {
    "FNO": {"kind": "fno", "width": 18, "modes": 12, "layers": 4},
    "ResNet": {"kind": "resnet", "width": 26, "blocks": 8, "groups": 0, "activation": "relu", "order": "post_activation"},
    "U-Net, classic": {"kind": "classic_unet", "width": 10, "levels": 2},
    "U-Net, modern": {"kind": "unet", "width": 10, "multipliers": [1, 2], "blocks": 1},
}
SIZES = {
    "small": {"scenarios": ["Burgers", "KdV", "KS"], "networks": ["FNO", "U-Net, classic", "U-Net, modern"]},
    "full": {"scenarios": list(APEBENCH), "networks": list(NETWORKS)},
}
UPDATES = 10_000


def recipe(scenario, network, seed, updates):
    return {"name": "apebench", "seed": seed, **apebench(scenario, 50, substeps=1, integrator="etdrk2"),
            "buffer": {"kind": "reservoir", "capacity": 2500, "watermark": 2300}, "model": NETWORKS[network],
            "objective": {"kind": "one_step"},
            "train": train(updates, 20, 1e-3, warmup=0.2, final=0.0, ema=0.0, decay=0.0, clip=0.0),
            "evaluate": evaluate(updates, 30, 201, ["nrmse", "correlation_time"])}


def cases(size, seeds, updates=None):
    of = SIZES[size]
    return [Case({"scenario": scenario, "network": network}, seed, recipe(scenario, network, seed, updates or UPDATES))
            for seed in seeds for scenario in of["scenarios"] for network in of["networks"]]


SCORES = [error_after(1), error_after(50), mean_error(1, 100), correlation_time("0.8")]


def compare(_):
    return []


def draw(figure, results):
    """A panel per scenario: the geometric mean error of every network, a point per seed."""
    score = SCORES[2]
    scenarios = [one for one in APEBENCH if by_seed(results, score.name, scenario=one)]
    for axes, scenario in figures.panels(figure, scenarios):
        named = [(name, list(by_seed(results, score.name, scenario=scenario, network=name).values())) for name in NETWORKS]
        figures.rows(axes, named, score, first=scenario == scenarios[0])
        axes.set_title(scenario, fontsize=9)
    figure.supxlabel(score.name, fontsize=9)


PART = Part("APEBench's scenarios in one dimension, its training", cases, SCORES, compare, draw)
