#!/usr/bin/env bash
# gaitalytics 0.2.2: the duration of a step is that of the swing, and a run has 71 % double support.
#
# `TemporalFeatures` refers to the definitions of Hollman et al. (2011): a step lasts from a contact to the other
# foot's. Its `step_duration` is from a toe-off to the next contact of the same foot, which is the swing, and is
# right by chance only. Supports are computed as for walking whatever the events say, where the other foot
# leaves the ground first: the class checks how many events a stride has and not their order, so a run passes.
#
# Input: a run with strides of 0.70 s and contacts of 0.25 s; a walk with 1.10 and 0.66 s. Expected: steps of 0.35
# and 0.55 s, double support of 0 and 20 %. Seen: steps of 0.45 and 0.44 s, double support of 71 and 20 %.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check gaitalytics==0.2.2 pyomeca==2026.0.2 ezc3d==1.7.2 numpy==2.3.5 scipy==1.17.1 pandas==2.3.3 xarray==2026.9.0
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
import pandas as pd
from gaitalytics import features, mapping, model, segmentation

with open("config.yaml", "w") as file:
    file.write("mapping:\n  markers: {}\n")
config = mapping.MappingConfigs("config.yaml")


def temporal(stride_s, stance_s):
    events = [
        (number * stride_s + first_s + after_s, label, side, 1)
        for side, first_s in (("Left", 0), ("Right", stride_s / 2))
        for number in range(-1, 4)
        for label, after_s in (("Foot Strike", 0), ("Foot Off", stance_s))
    ]
    trial = model.Trial()
    kept = sorted(event for event in events if event[0] >= 0)
    trial.events = pd.DataFrame(kept, columns=["time", "label", "context", "icon_id"])
    cycles = segmentation.GaitEventsSegmentation("Foot Strike").segment(trial)
    found = features.TemporalFeatures(config).calculate(cycles).sel(context="Left", cycle=0)
    return {str(name): float(found.sel(feature=name)) for name in found.feature.values}


for name, stride_s, stance_s, double, single in (("run", 0.7, 0.25, 0.714, -0.357), ("walk", 1.1, 0.66, 0.2, 0.4)):
    found = temporal(stride_s, stance_s)
    print(
        f"{name}: stride {found['stride_duration']:.2f} s, step {found['step_duration']:.2f} s for "
        f"{stride_s / 2:.2f}, double support {found['double_support']:.2f}, single {found['single_support']:.2f}"
    )
    assert np.isclose(found["stride_duration"], stride_s)
    assert np.isclose(found["step_duration"], stride_s - stance_s)
    assert np.isclose(found["double_support"], double, atol=0.001)
    assert np.isclose(found["single_support"], single, atol=0.001)
EOF
