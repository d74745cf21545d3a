#!/usr/bin/env bash
# acti-data-analyzer 1.0.4: with harmonics, a rhythm of 24 h and amplitude 10 is told as 8.4 at 24 h and 5.4 at 12 h.
#
# `Linear` fits sines and cosines of 24 h and of its harmonics, `n_components` of them. It solves for all sines and
# then all cosines, and takes them out in turns, as if the cosine of each stood beside its sine: the amplitude of 24 h
# is made of the sines of 24 and of 12 h, that of 12 h of the two cosines. With one component, the default, both
# orders are one and all is right. The p value is of the right fit; amplitude, phases and the curve that is drawn over
# the data are not.
#
# Input: a week of activity a minute, with 24 h alone (10), and with 24 h (10) and 12 h (4). Expected: 10.0 and 0.0,
# 10.0 and 4.0, as by least squares in numpy. Seen: 8.4 and 5.4, 8.6 and 6.4.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check acti-data-analyzer==1.0.4 numpy==2.3.5 scipy==1.16.2 pandas==2.3.3
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
from ada.data_containers.generic import GenericData
from ada.long.cosinor import Linear

time_s = np.arange(0, 7 * 86400, 60.0)
day = 2 * np.pi * time_s / 86400
daily = 50 + 10 * np.cos(day - 1.0)
half_daily = 4 * np.cos(2 * day - 0.5)
noise = np.random.default_rng(0).normal(0, 1, time_s.size)


def by_least_squares(activity):
    columns = [f(k * day) for k in (1, 2) for f in (np.sin, np.cos)] + [np.ones_like(day)]
    weights = np.linalg.lstsq(np.column_stack(columns), activity, rcond=None)[0]
    return np.hypot(weights[0:4:2], weights[1:4:2])


def fitted(activity, components):
    about = {"Device Type": "GENEActiv", "Subject Code": "runner"}
    epochs = {"epoching method": "mean", "to_score channel": 1}
    record = GenericData(np.vstack([time_s, activity]), about, 1 / 60, ["timestamp", "activity"], epochs)
    result = Linear(n_components=components).fit(record)[0].fit_params
    return np.array([part["amplitude"] for part in result.values() if isinstance(part, dict)])


for name, activity, seen in (("24 h alone", daily + noise, (8.4, 5.4)), ("24 and 12 h", daily + half_daily + noise, (8.6, 6.4))):
    right, one, two = by_least_squares(activity), fitted(activity, 1), fitted(activity, 2)
    print(f"{name}: least squares {np.round(right, 1)}, one component {np.round(one, 1)}, two {np.round(two, 1)}")
    assert abs(right[0] - 10) < 0.1 and abs(one[0] - 10) < 0.1 and np.allclose(two, seen, atol=0.06)
EOF
