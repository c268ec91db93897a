#!/usr/bin/env python3
"""The simulations at the end of `--bin solvers` with exponax (JAX) on the CPU, for comparison.

    pip install exponax==0.2.0 jax
    python3 benches/exponax_solvers.py

Double precision, second order (its default), all cores. `step` calls the public stepper, which transforms to points and
back around every step; `step_fourier` keeps the state in Fourier space. Prints the best of five runs, compiled before.
"""
import os
import time

os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

import exponax as ex
import jax
import jax.numpy as jnp
import numpy as np

STEPS = 1000


def best(function, state):
    jax.block_until_ready(function(state))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        jax.block_until_ready(function(state))
        times.append(time.perf_counter() - start)
    return min(times)


def compare(name, stepper, state, dims, points, many):
    def step(u):
        return jax.lax.fori_loop(0, STEPS, lambda _, u: stepper(u), u)

    def step_fourier(u):
        u_hat = ex.fft(u, num_spatial_dims=dims)
        u_hat = jax.lax.fori_loop(0, STEPS, lambda _, u: stepper.step_fourier(u), u_hat)
        return ex.ifft(u_hat, num_spatial_dims=dims, num_points=points)

    for loop in (step, step_fourier):
        function = jax.jit(jax.vmap(loop) if many else loop)
        print(f"{name}, {loop.__name__}: {best(function, state):.3f} s", flush=True)


def main():
    random = np.random.default_rng(0)
    x = np.arange(256) / 256
    waves = range(1, 9)
    states = sum(
        random.uniform(-1, 1, (100, 1, 1))
        * np.sin(2 * np.pi * (k * x + random.uniform(0, 1, (100, 1, 1))))
        for k in waves
    )
    stepper = ex.stepper.KuramotoSivashinskyConservative(1, 64.0, 256, 0.1)
    compare("100 simulations of 1000 steps", stepper, jnp.asarray(states), 1, 256, True)
    plane = 2 * np.pi * x
    state = sum(
        random.uniform(-1, 1) * np.sin(i * plane[:, None] + j * plane + random.uniform(0, 2 * np.pi))
        for i in range(-4, 5)
        for j in range(1, 5)
    )
    stepper = ex.stepper.NavierStokesVorticity(2, 2 * np.pi, 256, 1e-3, diffusivity=1e-3)
    compare("1000 steps of 256×256", stepper, jnp.asarray(state[None]), 2, 256, False)


if __name__ == "__main__":
    main()
