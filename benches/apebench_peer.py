#!/usr/bin/env python3
"""One training of APEBench itself on its `diff_ks_cons`, as `apebench_table.py --peer` asks for it, in a process of its own.

    pip install apebench==0.1.1 exponax==0.1.0 pdequinox==0.1.2 trainax==0.0.2 jax==0.4.38
    python3 benches/apebench_peer.py FNO "sup;5" SEED STEPS FILE

With jax 0.10.2 its correction tasks raise a TypeError.
Writes FILE: the number of weights, and the mean nRMSE after every step over APEBench's own 30 test trajectories.
"""
import json
import sys
from pathlib import Path

NETWORKS = {"FNO": "FNO;12;18;4;gelu", "UNet": "UNet;12;2;relu"}
# The task, and how it is trained for.
WAYS = {
    "one": ("predict", "one"),
    "sup;5": ("predict", "sup;5"),
    "div;5": ("predict", "div;5"),
    "correction": ("correct;sequential;0.5", "one"),
}


def main():
    import apebench
    import equinox
    import jax

    network, way, seed, steps, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5])
    task, training = WAYS[way]
    scenario = apebench.scenarios.scenario_dict["diff_ks_cons"](
        report_metrics="mean_nRMSE", optim_config=f"adam;{steps};warmup_cosine;0.0;1e-3;{steps // 5}"
    )
    data, trained = scenario(
        task_config=task, network_config=NETWORKS[network], train_config=training, start_seed=seed, num_seeds=1
    )
    curve = [float(data[name].iloc[0]) for name in sorted(data.columns) if name.startswith("mean_nRMSE_")]
    network = getattr(trained, "network", trained)  # of a corrected solver
    weights = sum(leaf.size for leaf in jax.tree_util.tree_leaves(equinox.filter(network, equinox.is_inexact_array)))
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps({"parameters": weights, "nrmse": curve}))
    part.replace(path)


if __name__ == "__main__":
    main()
