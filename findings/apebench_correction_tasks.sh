#!/usr/bin/env bash
# apebench 0.1.1 (exponax 0.1.0, equinox 0.13.8): correction tasks, a coarse solver with a network behind it, with jax 0.10.2 and with 0.4.38.
#
# Expected: `task_config="correct;sequential;0.5"` trains as `"predict"` does; the package asks for no older jax.
# Seen: with jax 0.10.2 every correction task raises a TypeError in its first update: `jax.lax.stop_gradient` of the solver now makes arrays
# of its whole numbers, the number of points among them, of which no shape can be made. With jax 0.4.38 they train; predictions train with both.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > tasks.py <<'P'
import sys
import apebench

small = dict(num_points=32, num_train_samples=4, num_test_samples=2, num_warmup_steps=0, train_temporal_horizon=4, test_temporal_horizon=4,
             batch_size=4, optim_config="adam;2;constant;1e-3", report_metrics="mean_nRMSE")
scenario = apebench.scenarios.scenario_dict["diff_burgers"](**small)
for task in ("predict", "correct;sequential;0.5"):
    try:
        scenario(task_config=task, network_config="Conv;8;2;relu", train_config="one", num_seeds=1)
        seen = "trains"
    except TypeError as error:
        seen = f"TypeError: {str(error)[:60]}"
    print(f"jax {sys.argv[1]}, {task}: {seen}")
    assert (seen == "trains") == (task == "predict" or sys.argv[1] == "0.4.38")
P
for jax in 0.10.2 0.4.38; do
  python3 -m venv "$jax" && "$jax/bin/pip" install -q apebench==0.1.1 exponax==0.1.0 pdequinox==0.1.2 trainax==0.0.2 equinox==0.13.8 "jax==$jax"
  "$jax/bin/python" tasks.py "$jax" 2>/dev/null
done
echo "as stated"
