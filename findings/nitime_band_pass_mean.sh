#!/usr/bin/env bash
# nitime 0.12.1 (numpy 2.4.6): the mean of a series that went through a band-pass of `FilterAnalyzer`.
#
# Expected: a band from 5 to 20 Hz does not hold the frequency 0, so the mean goes, as with filters of scipy.signal; the docstring says
# that bands outside of the range are nulled.
# Seen: all four ways, Fourier, boxcar, FIR and IIR, keep the mean of the series. A field with an offset keeps it, and its energy in the
# "band" is that of the offset.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q numpy==2.4.6 scipy==1.17.1 matplotlib==3.11.2 nitime==0.12.1
env/bin/python - <<'P' 2>/dev/null
import numpy as np
from nitime.analysis import FilterAnalyzer
from nitime.timeseries import TimeSeries

time = np.arange(2000) / 100.0
series = 5.0 + np.sin(2 * np.pi * 10.0 * time)  # 10 Hz lies in the band
band = FilterAnalyzer(TimeSeries(series[None], sampling_rate=100.0), lb=5, ub=20)
for way in ("filtered_fourier", "filtered_boxcar", "fir", "iir"):
    mean = getattr(band, way).data.mean()
    print(f"{way}: a mean of {mean:.3f} stays of 5")
    assert abs(mean - 5.0) < 0.01
print("as stated")
P
