#!/usr/bin/env bash
# myogait 0.9.2: the harmonic ratio of one and the same walk is 0.4, 0.8 or endless, by the strides of the clip.
#
# `harmonic_ratio`, and `analyze_gait` that reports it, compare even with odd harmonics, which are those of the
# stride: twice, four times its frequency against once and three times. Here they are the first 20 frequencies of the
# whole clip, whatever the stride is: of ten strides the stride itself is number 10 and its second harmonic number
# 20, so all there is is "even"; of nine strides they are 9 and 18. Strides beyond the twentieth frequency are out of
# sight, and a clip that ends within a stride gives 0.7 to 1 whoever walks.
#
# Input: clips of one walk at 50 Hz, 4 to 10 strides long, whole and half strides. Expected: one ratio, vertical 0.36
# as by the harmonics of the stride (0.02 over 0.05 and 0.005). Seen: 0.36 and 0.40 of odd numbers of strides, more
# than 1e12 of even ones, and 0.77 to 0.99 where half a stride is over.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2 openpyxl==3.1.5 opencv-python-headless==5.0.0.93
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps myogait==0.9.2
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
from myogait.analysis import harmonic_ratio

rate_hz, stride_s = 50, 1.1
amplitudes = (0.05, 0.02, 0.005)


def clip(strides):
    """A walk that repeats itself, `strides` long; the pelvis stands still in the picture."""
    time_s = np.arange(round(strides * stride_s * rate_hz)) / rate_hz
    phase = 2 * np.pi * time_s / stride_s
    height = 0.8 - sum(a * np.cos(k * phase) for k, a in enumerate(amplitudes, 1))
    pelvis = {"x": 0.5, "y": 0.5}
    ankles = [{"x": 0.5 + 0.1 * np.sin(angle), "y": y} for angle, y in zip(phase, height)]
    landmarks = [{"LEFT_ANKLE": ankle, "LEFT_HIP": pelvis, "RIGHT_HIP": pelvis} for ankle in ankles]
    frames = [{"frame_idx": i, "landmarks": marks} for i, marks in enumerate(landmarks)]
    return {"meta": {"fps": rate_hz}, "frames": frames}


by_stride = amplitudes[1] / (amplitudes[0] + amplitudes[2])
print(f"by the harmonics of the stride: {by_stride:.2f}")
for strides in (4, 5, 6, 7, 8, 9, 10, 4.5, 6.5, 8.5, 10.5):
    ratio = harmonic_ratio(clip(strides))["hr_vertical"]
    print(f"{strides} strides: {ratio:.3g}")
    if strides % 1:
        assert 0.7 < ratio < 1
    else:
        assert ratio > 1e9 if strides % 2 == 0 else abs(ratio - by_stride) < 0.05
EOF
