#!/usr/bin/env python3
"""The cases of `--bin batch` in turn with exponax (JAX) on the CPU, on all cores, in double and in single precision; those of
`--bin tensors` too, there on a GPU with CUDA where that is asked for.

    pip install exponax==0.2.0 jax
    cargo build --release -p ondine-benches --bin batch
    python3 benches/exponax_batch.py target/release/batch [ROUNDS]
    python3 benches/exponax_batch.py target/release/tensors [ROUNDS [cuda]]     # with jax[cuda13] and --features cuda

`step_fourier` keeps the state in Fourier space, compiled before. Prints medians of the rounds (5 unless told otherwise),
each the best of three runs of one program and then of the other, and their ratio.
"""
import os
import statistics
import subprocess
import sys
import time

STEPS = {"ks": 1000, "burgers": 1000, "kdv": 1000, "kolmogorov": 200, "flow": 200}


def child(case, precision):
    """Seconds of one case with exponax, in a process of its own for its precision."""
    os.environ["JAX_ENABLE_X64"] = "1" if precision == "f64" else "0"
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import exponax as ex
    import jax
    import jax.numpy as jnp
    import numpy as np

    tau, steps = 2 * np.pi, STEPS[case]
    steppers = {
        "ks": lambda: ex.stepper.KuramotoSivashinskyConservative(1, 64.0, 256, 0.1),
        "burgers": lambda: ex.stepper.Burgers(1, tau, 256, 0.002, diffusivity=0.01),
        "kdv": lambda: ex.stepper.KortewegDeVries(1, 64.0, 256, 0.002),
        "kolmogorov": lambda: ex.stepper.KolmogorovFlowVorticity(
            2, tau, 64, 0.005, diffusivity=0.001, drag=-0.1, injection_mode=4, injection_scale=1.0
        ),
        "flow": lambda: ex.stepper.NavierStokesVorticity(2, tau, 256, 0.001, diffusivity=0.001),
    }
    stepper = steppers[case]()
    dims, points = stepper.num_spatial_dims, stepper.num_points
    count = {"kolmogorov": 32, "flow": 1}.get(case, 100)
    random = np.random.default_rng(0)
    x = tau * np.arange(points) / points
    waves = [sum(random.normal() * np.sin(k * x + random.uniform(0, tau)) for k in range(1, 5)) for _ in range(count)]
    states = np.stack([wave if dims == 1 else wave[:, None] * wave[None] for wave in waves])[:, None]

    def loop(u):
        u_hat = ex.fft(u, num_spatial_dims=dims)
        u_hat = jax.lax.fori_loop(0, steps, lambda _, u: stepper.step_fourier(u), u_hat)
        return ex.ifft(u_hat, num_spatial_dims=dims, num_points=points)

    function = jax.jit(jax.vmap(loop))
    states = jnp.asarray(states, jnp.float64 if precision == "f64" else jnp.float32)
    jax.block_until_ready(function(states))
    times = []
    for _ in range(3):
        start = time.perf_counter()
        jax.block_until_ready(function(states))
        times.append(time.perf_counter() - start)
    print(f"{min(times):.4f}")


def seconds(command):
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def main():
    binary, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    cores = str(os.cpu_count())
    place = sys.argv[3] if len(sys.argv) > 3 else cores  # threads, or a device of `tensors`
    if place == "cuda":
        os.environ["JAX_PLATFORMS"] = "cuda"
    print(f"load {os.getloadavg()[0]:.1f}, {cores} cores, {rounds} rounds")
    for case in STEPS:
        for precision in ("f64", "f32"):
            ours, theirs = [], []
            for _ in range(rounds):
                theirs.append(seconds([sys.executable, __file__, "--child", case, precision]))
                ours.append(seconds([binary, case, precision, place]))
            ours, theirs = statistics.median(ours), statistics.median(theirs)
            print(f"{case:<12} {precision}  exponax {theirs:.3f} s  {os.path.basename(binary)} {ours:.3f} s  {ours / theirs:.2f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        child(*sys.argv[2:])
    else:
        main()
