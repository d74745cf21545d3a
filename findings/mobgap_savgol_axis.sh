#!/usr/bin/env bash
# mobgap 1.2.0: a Savitzky-Golay filter that leaves one channel as it is, and mixes three into one another.
#
# `SavgolFilter` is documented for time series given as table, Series or array. It filters along the last
# axis, which is that of the channels: across acc_is, acc_ml and acc_pa instead of over time. A single channel,
# a Series too, comes back unsmoothed. The package's own detectors of gait sequences and of initial contacts
# have this filter in their chains, over one channel: they run without that smoothing, and so does who
# compares midstance with them. The other filters of the package go over time.
#
# Input: vertical 9.81, lateral 0 and forward 3 m/s2 with noise of 1 m/s2. Expected: means kept and noise
# halved by a window of 0.11 s and order 3, as scipy does over time. Seen: one channel unchanged to 1e-13; of
# three, with 0.03 s and order 1, the vertical mean is 3.3, the lateral 4.3 and the forward 1.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mobgap==1.2.0 scipy==1.17.1 numpy==2.0.2
"$folder/venv/bin/python" - <<'EOF'
import warnings

import numpy as np
import pandas as pd
from scipy.signal import savgol_filter

warnings.simplefilter("ignore")
from mobgap.data_transform import SavgolFilter

noise = np.random.default_rng(0).normal(size=(3000, 3))
record = pd.DataFrame(noise + [9.81, 0, 3], columns=["acc_is", "acc_ml", "acc_pa"])


def filtered(data, window_s, order):
    smoother = SavgolFilter(window_length_s=window_s, polyorder_rel=(order + 0.01) / (window_s * 100))
    smoother.filter(data, sampling_rate_hz=100)
    assert smoother.polyorder_ == order and smoother.window_length_samples_ == round(window_s * 100)
    return smoother.filtered_data_


for name, data in (("a table of one channel", record[["acc_is"]]), ("a Series", record["acc_is"])):
    change = np.abs(np.asarray(filtered(data, 0.11, 3)) - np.asarray(data)).max()
    print(f"{name}: changed by {change:.0e}")
    assert change < 1e-9
over_time = savgol_filter(record, 11, 3, axis=0, mode="mirror")
print(f"noise of scipy's over time: {over_time.std(axis=0).round(2)}")
assert np.allclose(over_time.std(axis=0), 0.45, atol=0.05)
three = filtered(record, 0.03, 1)
print(f"means of three channels: {three.mean().round(1).to_dict()}")
assert np.allclose(three, savgol_filter(record, 3, 1, axis=1, mode="mirror"))
assert np.abs(three.mean() - record.mean()).max() > 4
EOF
