#!/usr/bin/env bash
# pysindy 2.1.0 (numpy 2.4.6): `SpectralDerivative` of complex fields, such as those of Schrödinger or Ginzburg-Landau.
#
# Expected: the derivative of exp(3ix) is 3i exp(3ix), as `FiniteDifference` of the same package has it.
# Seen: the result is complex, with an imaginary part of zero. The class has a branch for complex fields, but tests
# `x.dtype is complex`, which is never so. Derivatives of the real and the imaginary part by themselves are right.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q pysindy==2.1.0 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from pysindy.differentiation import FiniteDifference, SpectralDerivative

x = 2 * np.pi * np.arange(128) / 128
wave = np.exp(3j * x)[:, None]
exact = 3j * wave
spectral, finite = SpectralDerivative(), FiniteDifference(order=6, periodic=True)
errors = {
    "FiniteDifference": finite(wave, x) - exact,
    "SpectralDerivative": spectral(wave, x) - exact,
    "SpectralDerivative of the parts": spectral(wave.real, x) + 1j * spectral(wave.imag, x) - exact,
}
for name, error in errors.items():
    real, imaginary = abs(error.real).max(), abs(error.imag).max()
    print(f"{name}: largest error of the real part {real:.1e}, of the imaginary part {imaginary:.1e}")
largest = [abs(error).max() for error in errors.values()]
derivative = spectral(wave, x)
assert derivative.dtype == complex and not derivative.imag.any()
assert largest[0] < 1e-3 and largest[1] > 2.99 and largest[2] < 1e-10
print("as stated")
P
