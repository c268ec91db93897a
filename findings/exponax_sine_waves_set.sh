#!/usr/bin/env bash
# exponax 0.2.0 (jax 0.10.2): a set of initial states from `RandomSineWaves1d`.
#
# Expected: `build_ic_set` draws from every generator of `exponax.ic`.
# Seen: one state can be drawn; a set raises TracerBoolConversionError, as `jax.vmap` over keys does, since the generator
# decides on a drawn offset in Python. A loop in Python over the keys works.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q exponax==0.2.0 jax==0.10.2
env/bin/python - <<'P'
import exponax as ex
import jax

key = jax.random.PRNGKey(0)
for name, generator in [
    ("RandomTruncatedFourierSeries", ex.ic.RandomTruncatedFourierSeries(1, cutoff=5)),
    ("RandomSineWaves1d", ex.ic.RandomSineWaves1d(1, cutoff=5)),
]:
    assert generator(64, key=key).shape == (1, 64)
    try:
        seen = str(ex.build_ic_set(generator, num_points=64, num_samples=3, key=key).shape)
    except jax.errors.TracerBoolConversionError as error:
        seen = type(error).__name__
    print(f"{name}: {seen}")
    assert (seen == "TracerBoolConversionError") == (name == "RandomSineWaves1d")
print("as stated")
P
