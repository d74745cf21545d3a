#!/usr/bin/env bash
# dtwParallel 0.9.41: warped by "norm1", samples are as far apart as the root of their difference.
#
# "norm1" is offered beside "norm2" and SciPy's distances as a fast way to the first norm: the sum of the absolute
# differences. The root that belongs to "norm2" is taken of it too. For one channel all of these should be the same.
# The root makes one large difference cheaper than many small ones, so another record is the nearest.
#
# Input: a course of knee angles; one record like it with a single sample 9° off, another with all samples 1° off, each
# too steep to be warped away. Expected: 9 and 5, the second is nearer, as by cityblock, Euclid and "norm2". Seen: 3
# and 5, the first is nearer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2 seaborn==0.13.2 joblib==1.6.0 numba==0.66.0 gower==0.1.2 setuptools==65.5.0
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps dtwparallel==0.9.41
"$folder/venv/bin/python" -W ignore - <<'EOF'
from dtwParallel.dtw_functions import dtw
from scipy.spatial.distance import cityblock, euclidean

knee_deg = [0.0, 20.0, 40.0, 60.0, 80.0]
one_off = [0.0, 20.0, 49.0, 60.0, 80.0]
all_off = [1.0, 21.0, 41.0, 61.0, 81.0]
seen = {}
for name, distance in (("cityblock", cityblock), ("euclidean", euclidean), ("norm2", "norm2"), ("norm1", "norm1")):
    seen[name] = [float(dtw(knee_deg, other, local_dissimilarity=distance)) for other in (one_off, all_off)]
    print(f"{name}: one sample off {seen[name][0]:.3f}, all samples off {seen[name][1]:.3f}")
assert seen["cityblock"] == seen["euclidean"] == seen["norm2"] == [9, 5]
assert seen["norm1"] == [3, 5]
EOF
