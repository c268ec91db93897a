#!/usr/bin/env bash
# torch-cfd 0.2.6 (torch 2.15.0): orders of the time steppers of `torch_cfd.spectral`.
#
# Expected: `IMEXStepper(order=2, alpha=2/3)` is Ralston's method, of second order and with the least error, and
# `IMEXStepper(order=1)` takes implicit Euler for the linear part, as their documentation has it.
# Seen: `alpha` sets the weights but not the place of the second stage, so that 2/3 gives first order and errors ten times
# and more those of the default. `order=1` is `order=1.5`, Crank-Nicolson, to the last bit, and hardly damps stiff modes:
# after ten steps a mode that should be gone has 96 % of its amplitude. `alpha=0.5` and `order=1, alpha=1.0` help.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q torch-cfd==0.2.6 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import math

import torch
from torch_cfd.spectral import IMEXStepper, ImplicitExplicitODE

torch.set_default_dtype(torch.float64)


class Equation(ImplicitExplicitODE):
    """u' = -factor u² - rate u, the second term implicit."""

    def __init__(self, factor, rate):
        super().__init__()
        self.factor, self.rate = factor, rate

    def explicit_terms(self, u, t=0.0):
        return -self.factor * u * u

    def implicit_terms(self, u):
        return -self.rate * u

    def implicit_solve(self, u, dt):
        return u / (1 + dt * self.rate)


def run(stepper, equation, steps, end=1.0):
    u = torch.ones(1)
    for _ in range(steps):
        u = stepper(u, end / steps, equation)
    return float(u)


errors = {}
for name, stepper in [("order=2, alpha=1/2", IMEXStepper(order=2)), ("order=2, alpha=2/3", IMEXStepper(order=2, alpha=2 / 3))]:
    errors[name] = [abs(run(stepper, Equation(1, 0), n) - 0.5) for n in (20, 40, 80)]  # u(1) = 1/2
    order = math.log2(errors[name][1] / errors[name][2])
    print(f"{name}: errors {[f'{e:.1e}' for e in errors[name]]}, order {order:.2f}")
    assert abs(order - (2 if "1/2" in name else 1)) < 0.1
assert all(a > 15 * b for a, b in zip(errors["order=2, alpha=2/3"], errors["order=2, alpha=1/2"]))
stiff, both = Equation(0, 1000.0), Equation(1, 1.0)
left = {name: run(IMEXStepper(**options), stiff, 10, end=10.0)
        for name, options in [("order=1", dict(order=1)), ("order=1, alpha=1.0", dict(order=1, alpha=1.0))]}
print(f"ten steps of u' = -1000 u: {left}")
assert abs(left["order=1"] - 0.96) < 0.01 and abs(left["order=1, alpha=1.0"]) < 1e-20
assert run(IMEXStepper(order=1), both, 20) == run(IMEXStepper(order=1.5), both, 20)
print("as stated")
P
