#!/usr/bin/env bash
# statsmodels 0.15.0, pyCompare 1.5.4: limits of agreement of six runs are 9 % too narrow.
#
# Limits of agreement are the mean difference and 1.96 times the standard deviation of the differences, whose sum of
# squares Bland and Altman (1986) divide by n - 1. statsmodels' `mean_diff_plot` and pyCompare's `blandAltman` divide
# by n, so limits of a few pairs are too narrow: 18 % at three, 9 % at six, 5 % at ten. pyCompare's intervals of
# the limits, called exact, start from the same number. pingouin divides by n - 1. The three plots look alike.
#
# Input: contact times of six runs by pods and by a force plate, differences -4 to 6 ms with a mean of 1 and an SD
# of 3.4. Expected: limits of -5.7 and 7.7 ms, as of pingouin. Seen: -5.1 and 7.1 ms from the other two.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check statsmodels==0.15.0 pycompare==1.5.4 pingouin==0.7.0 numpy==2.3.5 scipy==1.17.1 pandas==2.3.3 matplotlib==3.11.2
MPLBACKEND=Agg "$folder/venv/bin/python" -W ignore - <<'EOF'
import matplotlib.pyplot as plt
import numpy as np
import pingouin
import pyCompare
from statsmodels.graphics.agreement import mean_diff_plot

plate_ms = np.array([238.0, 244.0, 251.0, 229.0, 262.0, 247.0])
pods_ms = plate_ms + np.array([-4.0, -1.0, 1.0, 1.0, 3.0, 6.0])


def limits(draw):
    """The outermost of the level lines that are drawn."""
    figure, axes = plt.subplots()
    draw(axes)
    levels = [line.get_ydata()[0] for line in axes.lines if len(set(np.ravel(line.get_ydata()))) == 1]
    plt.close(figure)
    return min(levels), max(levels)


found = {
    "pingouin": limits(lambda axes: pingouin.plot_blandaltman(pods_ms, plate_ms, confidence=None, ax=axes)),
    "statsmodels": limits(lambda axes: mean_diff_plot(pods_ms, plate_ms, ax=axes)),
    "pyCompare": limits(
        lambda axes: pyCompare.blandAltman(pods_ms, plate_ms, confidenceInterval=None, ax=axes)
    ),
}
difference_ms = pods_ms - plate_ms
for name, ddof in (("pingouin", 1), ("statsmodels", 0), ("pyCompare", 0)):
    expected = difference_ms.mean() + np.array([-1.96, 1.96]) * difference_ms.std(ddof=ddof)
    print(f"{name:11}: {found[name][0]:.2f} to {found[name][1]:.2f} ms")
    assert np.allclose(found[name], expected, atol=0.01), (name, found[name], expected)
EOF
