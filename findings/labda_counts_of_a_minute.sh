#!/usr/bin/env bash
# labda-accelerometers 0.1.2: activity counts of a minute are those of its first second.
#
# `Metrics(epoch=60).counts(...)` is documented by its comments to add counts of one second up to the epoch that
# was asked for. Before it adds them it puts them on times, to mend a drift, and the times are one an epoch: of
# each minute the count of its first second is kept, and added to nothing. With an epoch of 1 s all is right. A
# minute of hard running becomes a quiet one, cut-points per minute are never reached, and what happens in the
# other 59 seconds does not count. The deviation `mad` takes, in the second half of each epoch, the mean of the next.
#
# Input: ten minutes at 30 Hz, gentle and hard by turns for 20 s each. Expected: 6494 and 12121 counts about one axis
# in the first two minutes, as agcounts has them and as the counts of each second add up to. Seen: 7 and 223.
# agcounts, which the package rests on, needs a Python below 3.13.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check labda-accelerometers==0.1.2 agcounts==0.2.6 scikit-digital-health==0.17.18 numpy==2.3.5 pandas==2.3.3
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
import pandas as pd
from agcounts import extract
from labda_accelerometers import Metrics

RATE_HZ = 30
times_s = np.arange(600 * RATE_HZ) / RATE_HZ
strength = np.where((times_s // 20) % 2 == 0, 0.1, 1.0)
swing, bounce = (strength * np.sin(2 * np.pi * hz * times_s) for hz in (1.4, 2.8))
acc_g = np.column_stack([swing, 0.3 * bounce, 1 + 0.5 * bounce])
index = pd.Timestamp("2026-11-01 08:00") + pd.to_timedelta(np.round(times_s * 1e9).astype("int64"), unit="ns")
frame = pd.DataFrame(acc_g, index=index.as_unit("ns"), columns=["acc_x", "acc_y", "acc_z"])

expected = extract.get_counts(acc_g, freq=RATE_HZ, epoch=60)[:, 0]
seconds = Metrics(epoch=1).counts(frame, sampling_frequency=RATE_HZ)["counts_x"]
minutes = Metrics(epoch=60).counts(frame, sampling_frequency=RATE_HZ)["counts_x"]
summed = seconds.resample("60s").sum()
print(f"agcounts {expected[:3]}, seconds added {summed.to_numpy()[:3]}, epochs of 60 s {minutes.to_numpy()[:3]}")
assert len(minutes) == len(expected) == 10
assert (summed.to_numpy() == expected).all() and expected.min() > 6000
assert (minutes == seconds[minutes.index]).all() and minutes.max() < 300
EOF
