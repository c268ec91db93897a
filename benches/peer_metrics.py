"""Ondine's metrics beside those of exponax, The Well, neuraloperator and PDEBench's formulas, on random fields.

    pip install exponax==0.2.0 the_well==1.2.0 neuraloperator==2.0.0 safetensors numpy
    cargo build --release --example metrics
    python3 benches/peer_metrics.py [target/release/examples/metrics]
    python3 benches/peer_metrics.py --fixtures

Prints our value, theirs and the relative difference of every number that both have. Ends with 1 when one differs by more
than 1e-6. With `--fixtures` it prints theirs alone, for the fields of the test in metrics/src/compat/fixtures.rs.
Programs that are not installed are left out; the formulas of PDEBench and pdearena are written here with numpy's
transforms. Theirs compute in 64 bits, from the same 32-bit fields; the edges of The Well's bins are in 32 bits whatever
its fields are, so grids are taken on which no wave lies on one.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

TOLERANCE = 1e-6
# Shapes [channel, point…] of one, two and three axes, all axes alike as exponax wants them, and some that are not.
SHAPES = [(1, 64), (3, 48), (1, 40, 40), (2, 36, 36), (3, 20, 20, 20), (2, 24, 40), (3, 8, 12, 30)]
# Every frame is quieter than the one before, so that what programs add to divisors or cut off is seen.
LOUDNESS = [1.0, 1e-2, 1e-3]
FIXTURES = [(2, 24), (2, 12, 12), (2, 8, 8, 8)]
BANDS = {"low": (0, 3), "middle": (4, 11), "high": (12, None)}


def fields(shape, seed):
    """Truth with a decaying spectrum and a mean, and a forecast that is off, as 32-bit fields."""
    rng = np.random.default_rng(seed)
    axes = tuple(range(2, len(shape) + 1))
    noise = rng.standard_normal((len(LOUDNESS), *shape))
    waves = np.meshgrid(*(np.fft.fftfreq(n) * n for n in shape[1:]), indexing="ij")
    decay = 1 / (1 + sum(k * k for k in waves))
    smooth = np.fft.ifftn(np.fft.fftn(noise, axes=axes) * decay, axes=axes).real
    scale = rng.uniform(0.5, 20, (1, shape[0], *[1] * len(axes)))
    truth = scale * (smooth / smooth.std() + 0.3)
    error = scale * 0.1 * rng.standard_normal(truth.shape)
    loudness = np.reshape(LOUDNESS, (-1, *[1] * len(shape)))
    states = [loudness * truth, loudness * (0.97 * truth + error)]
    return [state.astype(np.float32) for state in states]


def fixture(shape, number):
    """State `number` of the test: values without structure, the second channel a five-hundredth of the first."""
    place = np.arange(np.prod(shape))
    values = (7919 * place + 104729 * number) % 1013 / 1013 - 0.5
    scale = np.reshape([1.0, 2e-3], (2, *[1] * (len(shape) - 1)))
    return (scale * values.reshape(shape)).astype(np.float32)


def exponax_metrics(truth, prediction, length):
    """Of one frame; the same length along every axis."""
    import jax

    jax.config.update("jax_enable_x64", True)
    from exponax import metrics
    from exponax import get_spectrum

    found = {
        "nrmse_exponax": metrics.nRMSE(prediction, truth),
        "correlation_exponax": metrics.correlation(prediction, truth),
        "h1_exponax": metrics.H1_nRMSE(prediction, truth, domain_extent=length[0]),
    }
    for name, (low, high) in BANDS.items():
        if low <= truth.shape[1] // 2:
            value = metrics.fourier_nRMSE(prediction, truth, low=low, high=high)
            found[f"fourier_nrmse_exponax_{name}"] = value
    if len(set(truth.shape[1:])) == 1:
        spectrum = np.asarray(get_spectrum(truth)).sum(axis=0)
        found |= {f"energy_spectrum[{k}]": spectrum[k] for k in range(0, len(spectrum), 5)}
    # Single-channel fields have nothing to sum over.
    if truth.shape[0] == 1:
        found |= {"nrmse_of_one_channel": metrics.nRMSE(prediction, truth), "mse": metrics.MSE(prediction, truth)}
    return {name: float(value) for name, value in found.items()}


def the_well_metrics(truth, prediction, _length):
    """Of one frame."""
    import torch
    from the_well.benchmark import metrics

    class Meta:
        n_spatial_dims = truth.ndim - 1

    last = [torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, 0, -1))) for x in (prediction, truth)]
    found = {
        "nrmse_the_well": metrics.NRMSE.eval(*last, Meta),
        "vrmse_the_well": metrics.VRMSE.eval(*last, Meta),
        "correlation_the_well": metrics.PearsonR.eval(*last, Meta),
        "mse": metrics.MSE.eval(*last, Meta),
    }
    for name, value in metrics.binned_spectral_mse.eval(*last, Meta).items():
        form, number = name.removeprefix("spectral_error_").split("_per_bin_")
        found[f"binned_spectral_the_well_{form}_{number}"] = value
        if form == "mse":
            found[f"binned_spectral_mse_{number}"] = value
    found = {name: float(value.mean()) for name, value in found.items()}
    return found | {"max_error": float(metrics.LInfinity.eval(*last, Meta).max())}


def neuraloperator_metrics(truth, prediction, length):
    """Of one frame."""
    import torch
    from neuralop.losses import H1Loss, LpLoss

    batch = [torch.from_numpy(x)[None] for x in (prediction, truth)]
    dims = truth.ndim - 1
    return {
        "relative_l2_neuraloperator": float(LpLoss(d=dims, p=2).rel(*batch)),
        "h1_neuraloperator": float(H1Loss(d=dims, measure=list(length)).rel(*batch)),
    }


def pdebench_formula(truth, prediction, length):
    """fRMSE of one frame as a batch, from the formula: one quadrant, shells of floor |k|, means over shells."""
    dims = truth.ndim - 1
    points = truth.shape[1:]
    volume = np.prod(length) / np.prod(points)
    found = {}
    half = min(points) // 2
    for channel in prediction - truth:
        if dims == 1:
            shells = np.abs(np.fft.rfft(channel)) ** 2
        else:
            square = np.abs(np.fft.fftn(channel)[tuple(slice(0, n // 2) for n in points)]) ** 2
            waves = np.meshgrid(*(np.arange(n // 2) for n in points), indexing="ij")
            shell = np.floor(np.sqrt(sum(k * k for k in waves))).astype(int)
            shells = np.array([square[shell == s].sum() for s in range(half)])
        errors = np.sqrt(shells) * volume
        for name, (low, high) in BANDS.items():
            band = errors[low : None if high is None else high + 1]
            if len(band):
                key = f"frmse_pdebench_{name}"
                found[key] = found.get(key, 0) + band.mean() / truth.shape[0]
    return found


def plain_formula(truth, prediction, _length):
    """What needs no program: errors over all points and channels, Pearson's correlation as in pdearena."""
    error = prediction - truth
    return {
        "mse": (error**2).mean(),
        "rmse": np.sqrt((error**2).mean()),
        "max_error": np.abs(error).max(),
        "correlation": np.corrcoef(prediction.ravel(), truth.ravel())[0, 1],
    }


PEERS = {
    "exponax": ("exponax", exponax_metrics),
    "the_well": ("the_well", the_well_metrics),
    "neuraloperator": ("neuralop", neuraloperator_metrics),
    "PDEBench (formula)": ("numpy", pdebench_formula),
    "numpy": ("numpy", plain_formula),
}


def ours(program, truth, prediction, length):
    """Our numbers, a list over frames each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fields.safetensors"
        save_file({"truth": truth, "prediction": prediction, "length": length}, file)
        return json.loads(subprocess.run([program, file], check=True, capture_output=True).stdout)


def look_up(found, name, frame):
    """The number `name` of a frame; `name[k]` is entry `k` of a spectrum."""
    if "[" in name:
        name, k = name.rstrip("]").split("[")
        return found[name][frame][int(k)]
    return found["relative_l2" if name == "nrmse_of_one_channel" else name][frame]


def print_fixtures():
    """Rows of the table in fixtures.rs."""
    for shape in FIXTURES:
        truth, prediction = (fixture(shape, number).astype(np.float64) for number in (1, 2))
        for peer, (_, measure) in PEERS.items():
            for name, value in measure(truth, prediction, [3.0] * (len(shape) - 1)).items():
                if peer != "numpy" and "[" not in name and name not in ("mse", "max_error"):
                    print(f'    (&{list(shape[1:])}, "{name}", {value:.12e}), // {peer}')
    return 0


def main():
    if sys.argv[1:] == ["--fixtures"]:
        return print_fixtures()
    program = sys.argv[1] if len(sys.argv) > 1 else "target/release/examples/metrics"
    worst = {}
    for seed, shape in enumerate(SHAPES):
        truth, prediction = fields(shape, seed)
        alike = len(set(shape[1:])) == 1
        length = np.array([3.0] * (len(shape) - 1) if alike else [1.0, 2.5, 0.7][: len(shape) - 1])
        found = ours(program, truth, prediction, length)
        for peer, (module, measure) in PEERS.items():
            if importlib.util.find_spec(module) is None or (peer == "exponax" and not alike):
                continue
            for frame in range(len(LOUDNESS)):
                pair = [x[frame].astype(np.float64) for x in (truth, prediction)]
                for name, theirs in measure(*pair, length).items():
                    value = look_up(found, name, frame)
                    difference = abs(value - theirs) / max(abs(theirs), 1e-300)
                    kept = worst.setdefault((peer, name), (-1.0,))
                    if difference > kept[0]:
                        worst[peer, name] = (difference, value, theirs, shape)
    print(f"{'program':<20}{'number':<34}{'ours':>18}{'theirs':>18}{'difference':>12}  fields")
    for (peer, name), (difference, value, theirs, shape) in worst.items():
        print(f"{peer:<20}{name:<34}{value:>18.10g}{theirs:>18.10g}{difference:>12.1e}  {shape}")
    late = [name for name, row in worst.items() if row[0] > TOLERANCE]
    print(f"{len(worst)} numbers, each the worst of its fields; {len(late)} differ by more than {TOLERANCE}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
