#!/usr/bin/env bash
# gaitalytics 0.2.2: a step is as wide as the laboratory's origin is far: two metres where it is two metres away.
#
# `SpatialFeatures` gives the step width after Hollman et al. (2011): from a foot to the line that the other foot's
# contacts lie on. That line is drawn through the origin of the laboratory and not through the other foot, so
# the width is how far the heel is from the origin, sideways and up: it moves with the place of the walkway or
# treadmill in the room and with the height of the marker. Step and stride lengths beside it are right.
#
# Input: feet on two lines 120 mm apart, heel markers 40 mm up; the origin in the middle, then 300 and 2000 mm
# aside. Expected: 120 mm. Seen: 72 mm (60 aside and 40 up); 243 and 362 mm (right, left); 1940 and 2060 mm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check gaitalytics==0.2.2 pyomeca==2026.0.2 ezc3d==1.7.2 numpy==2.3.5 scipy==1.17.1 pandas==2.3.3 xarray==2026.9.0
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
import pandas as pd
import xarray as xr
from gaitalytics import features, mapping, model, segmentation

STRIDE_S, STANCE_S, STEP_MM, WIDTH_MM = 1.1, 0.66, 660.0, 120.0
FIRST_S = {"Left": 0.2, "Right": 0.75}
times_s = np.arange(400) / 100
names = [marker.value for marker in mapping.MappedMarkers if marker.name != "XCOM"]
with open("config.yaml", "w") as file:
    file.write("mapping:\n  markers:\n" + "".join(f"    {name}: {name}\n" for name in names))
config = mapping.MappingConfigs("config.yaml")


def foot(side, aside_mm):
    strides, phase_s = np.divmod(times_s - FIRST_S[side], STRIDE_S)
    swung = np.clip((phase_s - STANCE_S) / (STRIDE_S - STANCE_S), 0, 1)
    along = 2 * STEP_MM * (strides + swung) + (STEP_MM if side == "Right" else 0)
    across = (WIDTH_MM / 2 if side == "Left" else -WIDTH_MM / 2) + aside_mm
    return np.stack([along, np.full(400, across), np.full(400, 40.0)])


def walk(aside_mm):
    feet = {"l": foot("Left", aside_mm), "r": foot("Right", aside_mm)}
    hips = np.stack([2 * STEP_MM / STRIDE_S * times_s, np.full(400, aside_mm), np.full(400, 900.0)])
    front = {"l_ant_hip": 100, "r_ant_hip": 100, "l_post_hip": -100, "r_post_hip": -100, "sacrum": -100}
    markers = [
        hips + [[front[name]], [0], [0]] if name in front else feet[name[0]] for name in names
    ]
    axes = {"axis": ["x", "y", "z"], "channel": names, "time": times_s}
    data = xr.DataArray(np.stack(markers, axis=1), axes, ("axis", "channel", "time"), attrs={"rate": 100})
    events = [
        (round(first_s + number * STRIDE_S + after_s, 3), label, side, 1)
        for side, first_s in FIRST_S.items()
        for number in range(-1, 4)
        for label, after_s in (("Foot Strike", 0), ("Foot Off", STANCE_S))
    ]
    trial = model.Trial()
    trial.add_data(model.DataCategory.MARKERS, data)
    kept = sorted(event for event in events if 0 < event[0] < 4)
    trial.events = pd.DataFrame(kept, columns=["time", "label", "context", "icon_id"])
    return segmentation.GaitEventsSegmentation("Foot Strike").segment(trial)


for aside_mm, expected_mm in ((0, (72, 72)), (300, (243, 362)), (2000, (1940, 2060))):
    found = features.SpatialFeatures(config).calculate(walk(aside_mm)).sel(cycle=0)
    width = {side: float(found.sel(feature="step_width", context=side)) for side in FIRST_S}
    length = found.sel(feature="step_length").to_numpy()
    print(f"origin {aside_mm:4} mm aside: width {width['Right']:.0f} and {width['Left']:.0f} mm, length {length}")
    assert np.allclose(length, STEP_MM, atol=1)
    assert np.allclose([width["Right"], width["Left"]], expected_mm, atol=1), width
EOF
