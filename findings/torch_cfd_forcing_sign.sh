#!/usr/bin/env bash
# torch-cfd 0.2.6 (torch 2.15.0): forcings of the velocity and of the vorticity.
#
# Expected: the vorticity form of a forcing, `vorticity=True`, is the curl of its velocity form.
# Seen: so it is for `KolmogorovForcing`. With `swap_xy=True`, and for `SinCosForcing`, the two forms are opposite: the same
# forcing drives a finite-volume solver one way and a spectral one the other.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q torch-cfd==0.2.6 torch==2.15.0 numpy==2.4.6
env/bin/python - <<'P' 2>/dev/null
import torch
from torch_cfd.forcings import KolmogorovForcing, SinCosForcing
from torch_cfd.grids import Grid
from torch_cfd.spectral import spectral_curl_2d

torch.set_default_dtype(torch.float64)
grid = Grid((32, 32), domain=((0, 1), (0, 1)))


def curl(u, v):
    u_hat, v_hat = (torch.fft.rfft2(w.data) for w in (u, v))
    return torch.fft.irfft2(spectral_curl_2d((u_hat, v_hat), grid.rfft_mesh()))


for forcing, swap_xy, sign in ((KolmogorovForcing, False, 1), (KolmogorovForcing, True, -1), (SinCosForcing, False, -1)):
    options = dict(grid=grid, diam=1.0, wave_number=2, swap_xy=swap_xy)
    of_velocity = curl(*forcing(vorticity=False, **options)(grid, None, None))
    of_vorticity = forcing(vorticity=True, **options)(grid, None, None)
    of_vorticity = getattr(of_vorticity, "data", of_vorticity)
    ratio = float((of_velocity * of_vorticity).sum() / (of_velocity**2).sum())
    print(f"{forcing.__name__}, swap_xy={swap_xy}: vorticity form over the curl of the velocity form {ratio:.3f}")
    assert torch.allclose(of_vorticity, sign * of_velocity)
print("as stated")
P
